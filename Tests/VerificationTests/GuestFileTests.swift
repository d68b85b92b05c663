import Devices
import Foundation
import ISACore
import Library
import Machine
import Testing

@testable import Verification

@Suite("A guest's file says what the guest is to be given")
struct GuestFileTests {
  private func guest(
    _ header: String, for id: String = "s360", files: [String: String] = [:]
  ) throws -> Guest {
    let file = try GuestFile(name: "example", source: header + "\n        .org 0x20\n")
    return try file.guest(for: Machines.named(id)) { name in
      guard let text = files[name] else { throw GuestError("no such file") }
      return Array(text.utf8)
    }
  }

  private func complaint(
    _ header: String, for id: String = "s360", files: [String: String] = [:]
  ) -> String? {
    do {
      _ = try guest(header, for: id, files: files)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("the first paragraph is the purpose, a paragraph of settings sets the guest up")
  func everything() throws {
    let guest = try guest(
      """
      ; Counts to three: one,
      ; two, three.
      ;
      ; limit: 1234
      ; storage: 0x4000
      ; choice decimal: 0
      ; deck: first.deck
      ; deck 00C: second.deck
      ; typed: hello there
      ; typed 009: and again
      ; disk: 3
      ;
      ; What follows explains: nothing of it is a setting.
      """, files: ["first.deck": "ONE\n", "second.deck": "TWO\nTHREE\n"])
    let isa = try Machines.named("s360")
    func choice(_ name: String) throws -> UInt128? {
      guest.choices[ChoiceID(try #require(isa.choices.firstIndex { $0.name == name }))]
    }
    #expect(guest.purpose == "Counts to three: one, two, three.")
    #expect(guest.limit == 1234)
    #expect(try choice("storage_size") == 0x4000)
    #expect(try choice("decimal") == 0)
    #expect(guest.setup.decks[0x00C] == (try CardDeck(text: "ONE\nTWO\nTHREE\n")))
    #expect(guest.setup.typedLines == [0x009: ["hello there", "and again"]])
    #expect(guest.setup.disks[0x190]?.cylinders == 3)
  }

  @Test("a guest begins where its file says, and as text says so again")
  func entry() throws {
    let guest = try guest("; entry: 0x7F0")
    #expect(guest.entry == 0x7F0)
    let isa = try Machines.named("s360")
    let machine = Machine(isa)
    try guest.load(into: machine)
    let psw = RegisterID(try #require(isa.registers.firstIndex { $0.name == "psw" }))
    #expect(machine.register(psw) == 0x7F0)
    #expect(guest.source(for: isa).contains("; entry: 0x7F0\n"))
    var beyond = guest
    beyond.entry = 0x100_0000
    #expect(throws: GuestError.self) { try beyond.load(into: machine) }
    beyond = guest
    beyond.extent = machine.memorySize(isa.fetch.memory)
    try beyond.load(into: machine)
    beyond.extent += 1
    #expect(throws: GuestError.self) { try beyond.load(into: machine) }
    #expect(
      complaint("; entry: 0x10", for: "third-generation")
        == "line 1: third-generation does not say how a program is begun")
  }

  @Test("a file without a comment is a guest, too")
  func bare() throws {
    let guest = try guest("        .equ limit,3")
    #expect(guest.purpose == "")
    #expect(guest.limit == GuestFile.defaultLimit)
    #expect(guest.choices == [:])
  }

  @Test(
    "what is wrong with a setting is said with its line",
    arguments: [
      ("; A.\n;\n; limt: 3", "line 3: no setting 'limt'; write 'limit'"),
      ("; limit: many", "line 1: 'limit' wants a number, not 'many'"),
      ("; entry: here", "line 1: 'entry' wants a number, not 'here'"),
      ("; entry: 0\n; entry: 1", "line 2: 'entry' is given twice"),
      ("; limit: 0", "line 1: 'limit' wants a number, not '0'"),
      ("; limit: -1", "line 1: 'limit' wants a number, not '-1'"),
      ("; limit: 99999999999999999999", "line 1: 'limit' wants a number"),
      ("; limit: 1\n; limit: 2", "line 2: 'limit' is given twice"),
      ("; limit: 1\n; and so on", "line 2: expected 'key: value'"),
      ("; choice decimals: 0", "line 1: s360 has no choice 'decimals'; write 'decimal'"),
      ("; choice decimal: 2", "line 1: 2 does not fit the 1 bits of decimal"),
      ("; register gr[16]: 1", "line 1: the elements of gr are 0 to 15"),
      ("; register gr: 1", "line 1: the elements of gr are 0 to 15"),
      ("; register pws: 1", "line 1: s360 has no register 'pws'; write 'psw'"),
      ("; deck: none.deck", "line 1: none.deck: no such file"),
      ("; deck: wide.deck", "line 1: wide.deck: line 1 of a deck has 81 columns, a card has 80"),
      ("; deck 0XC: wide.deck", "line 1: '0XC' is no address of a unit, as 00C is"),
      ("; disk: 204", "line 1: a disk has 1 to 203 cylinders, not 204"),
      ("; disk: 3\n; disk 190: 3", "line 2: this unit has a disk already"),
    ])
  func errors(header: String, message expected: String) throws {
    let files = ["wide.deck": String(repeating: "X", count: 81) + "\n"]
    let message = try #require(complaint(header, files: files))
    #expect(message.hasPrefix(expected), "\(message)")
  }

  @Test("a machine without the unit or the choice is not given one")
  func lacking() {
    #expect(
      complaint("; deck: some.deck", for: "third-generation", files: ["some.deck": ""])
        == "line 1: third-generation has no unit that is a card reader")
    #expect(complaint("; storage: 96", for: "third-generation") == nil)
  }

  @Test("a guest that was written out comes back as it was")
  func roundTrip() throws {
    let isa = try Machines.named("third-generation")
    let guests = TortureGuests(isa, choices: try Machines.arrangement(isa).virtualChoices)
    for seed in 0..<20 {
      let guest = guests.guest(seed: UInt64(seed))
      let file = try GuestFile(name: "torture", source: guest.source(for: isa))
      let copy = try file.guest(for: isa) { _ in [] }
      let memory = isa.fetch.memory
      #expect(copy.limit == guest.limit)
      #expect(copy.units(of: memory).map(\.address) == guest.units(of: memory).map(\.address))
      #expect(copy.units(of: memory).map(\.unit) == guest.units(of: memory).map(\.unit))
      #expect(copy.registers.map(\.value) == guest.registers.map(\.value))
      #expect(copy.registers.map(\.element) == guest.registers.map(\.element))
    }
  }

  @Test("text that cannot be assembled is reported line by line")
  func assembly() throws {
    let file = try GuestFile(name: "wrong", source: "; A.\n        LDY 1\n        LDZ 2\n")
    let isa = try Machines.named("s360")
    let error = #expect(throws: GuestFileError.self) { try file.guest(for: isa) { _ in [] } }
    #expect(error?.assembly.map(\.line) == [2, 3])
  }

  @Test("each machine has a disk of its own, whatever another one writes")
  func disks() throws {
    let guest = try guest("; disk: 2")
    let copy = try guest.setup.copied()
    let first = try #require(guest.setup.disks[0x190])
    let second = try #require(copy.disks[0x190])
    #expect(first.cylinders == second.cylinders)
    #expect(first.image() == second.image())
  }

  /// All guests that come with the program as text, by machine.
  static let shipped: [(machine: String, guest: String)] = {
    guard let library = try? DescriptionLibrary() else { return [] }
    return library.machines.filter(\.isBuiltIn).flatMap { entry in
      library.guests(of: entry).filter { !$0.isImage }.map { (entry.id, $0.name) }
    }
  }()

  static func shippedGuest(_ machine: String, _ name: String) throws -> Guest {
    let library = try DescriptionLibrary()
    let entry = try #require(library.machine(named: machine))
    let found = try #require(library.guests(of: entry).first { $0.name == name })
    return try GuestFile(name: name, source: DescriptionLibrary.text(of: found))
      .guest(for: Machines.named(machine)) {
        try DescriptionLibrary.contents(of: $0, beside: found)
      }
  }

  @Test("every guest that comes with the program can be made, and says what it is for")
  func everyShippedGuest() throws {
    for (machine, name) in Self.shipped {
      let guest = try Self.shippedGuest(machine, name)
      #expect(guest.purpose.hasSuffix("."), "\(machine) \(name)")
      #expect(guest.purpose.count > 20, "\(machine) \(name)")
    }
    for name in ["hello", "round-robin", "batch", "probe", "break-out", "masked-loop"] {
      #expect(Self.shipped.contains { $0 == ("s360", name) }, "\(name)")
    }
  }

  @Test("images that come with the program are the repository's files, byte for byte")
  func images() throws {
    let library = try DescriptionLibrary()
    let entry = try #require(library.machine(named: "ia32"))
    let images = library.guests(of: entry).filter(\.isImage)
    #expect(
      Set(images.map(\.name)).isSuperset(of: ["hello", "kernel", "redpill", "tasks", "modes"]))
    for image in images {
      let file = try Data(contentsOf: Machines.root.appending(path: image.path))
      #expect(try DescriptionLibrary.contents(of: image) == Array(file), "\(image.name)")
      #expect(file.starts(with: [0x7F, 0x45, 0x4C, 0x46]))
    }
  }

  @Test("a delta runs the guests of its base, and a guest reaches no file outside its folder")
  func library() throws {
    let library = try DescriptionLibrary()
    let base = try #require(library.machine(named: "third-generation"))
    let delta = try #require(library.machine(named: "third-generation-clock"))
    #expect(library.guests(of: base) == library.guests(of: delta))
    let guest = try #require(library.guests(of: base).first)
    for name in ["../third-generation.isa", "/etc/hostname", "..", ""] {
      #expect(throws: DescriptionLibrary.Unreadable.self) {
        try DescriptionLibrary.contents(of: name, beside: guest)
      }
    }
  }

  @Test(
    "probe and break-out find the virtual machine to be the bare one, but where there is a hole",
    arguments: [
      ("third-generation", true), ("third-generation-clock", false),
      ("third-generation-jrst", false), ("third-generation-read-mode", false),
      ("third-generation-read-r", false), ("third-generation-silent-load", false),
      ("third-generation-user-noop", false),
    ])
  func probing(id: String, isAlike: Bool) throws {
    let isa = try Machines.named(id)
    let lockstep = Lockstep(isa, try Machines.arrangement(isa))
    let result = try lockstep.run(try Self.shippedGuest(id, "probe"))
    #expect((result.divergence == nil) == isAlike)
    guard isAlike else { return }
    #expect(try lockstep.run(try Self.shippedGuest(id, "break-out")).divergence == nil)
  }
}
