import ISACore
import Library
import Verification

/// The guests that a verification runs: those named, or all of the machine.
struct GuestSelection {
  let isa: InstructionSet
  private let programs: ProgramLoader
  private let console: Console
  private let names: [String]
  private let limit: UInt64?
  /// What `--virtual` decides, whatever a guest's file says.
  private let virtualChoices: [ChoiceID: UInt128]

  init(
    _ arguments: ParsedArguments, _ isa: InstructionSet, _ loader: MachineLoader,
    _ console: Console
  ) throws {
    self.isa = isa
    self.console = console
    let entry = try loader.entry(arguments.operands[0])
    programs = ProgramLoader(isa: isa, library: loader.library, entry: entry, console: console)
    let wanted = arguments.all("guest")
    names = wanted.isEmpty ? loader.library.guests(of: entry).map(\.name) : wanted
    limit = try arguments.number("limit", least: 1)
    virtualChoices = try RunOptions.choices(arguments, "virtual", of: isa)
  }

  /// Each guest once.
  func guests(on arrangement: Arrangement) throws -> [Guest] {
    try names.map { try guest($0, on: arrangement) }
  }

  /// So many guests, taken in turn; those that come round again bear a number.
  func guests(atOnce count: Int, on arrangement: Arrangement) throws -> [Guest] {
    guard !names.isEmpty else {
      throw InputError("\(isa.id) has no guests", help: "name some with --guest")
    }
    return try (0..<count).map { index in
      // Read anew each time: no two of them share a disk.
      var guest = try guest(names[index % names.count], on: arrangement)
      if index >= names.count { guest.name += " \(index / names.count + 1)" }
      return guest
    }
  }

  private func guest(_ name: String, on arrangement: Arrangement) throws -> Guest {
    var guest = try programs.guest(name, at: nil)
    if let limit { guest.limit = limit }
    guest.choices.merge(virtualChoices) { $1 }
    if let room = arrangement.makeRoom(for: &guest, of: isa) {
      let choice = isa.choices[Int(room.choice)].name
      console.note(
        "\(guest.name) is larger than the virtual machines are by default: its own has "
          + "\(choice)=0x\(String(room.value, radix: 16, uppercase: true))")
    }
    return guest
  }
}
