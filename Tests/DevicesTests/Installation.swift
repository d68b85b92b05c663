import Assembler
import Devices
import ISACore
import ISALanguage
import Library
import Machine
import Synchronization
import Testing

/// A System/360 with its devices and a program in storage, for the tests.
struct Installation {
  static let isa: InstructionSet? = {
    guard let library = try? DescriptionLibrary(), let entry = library.machine(named: "s360")
    else { return nil }
    return DescriptionLoader.load(
      path: entry.path, read: { try DescriptionLibrary.readEmbedded($0) },
      locate: { library.machine(named: $0)?.path }
    ).instructionSet
  }()

  let system: System
  let isa: InstructionSet
  let storage: MemoryID
  private(set) var symbols: [String: Int] = [:]

  struct Unassembled: Error {
    var errors: [AssemblyError]
  }

  /// - Parameters:
  ///   - program: assembled into storage. The processor starts at `start`, in the supervisor
  ///     state and with all interruptions masked.
  ///   - size: bytes of main storage.
  init(_ program: String = "", setup: DeviceSetup = DeviceSetup(), size: Int = 0x10000) throws {
    let isa = try #require(Installation.isa)
    self.isa = isa
    storage = isa.fetch.memory
    let choice = try #require(isa.choices.firstIndex { $0.name == "storage_size" })
    let machine = Machine(isa, choices: [ChoiceID(choice): UInt128(size)])
    machine.reset()
    system = System(machine, devices: try DeviceRegistry.devices(of: isa, setup))
    guard !program.isEmpty else { return }
    switch Assembler(isa).assemble(program) {
    case .failure(let errors): throw Unassembled(errors: errors)
    case .success(let output):
      for (name, value) in output.symbols { symbols[name] = Int(value) }
      for segment in output.image.segments {
        for (index, unit) in segment.units.enumerated() {
          machine.setUnit(storage, segment.address + UInt64(index), unit)
        }
      }
    }
    if let start = symbols["start"] { setPSW(UInt64(start)) }
  }

  var machine: Machine { system.machine }

  func register(_ name: String) throws -> RegisterID {
    RegisterID(try #require(isa.registers.firstIndex { $0.name == name }))
  }

  func setPSW(_ value: UInt64) {
    guard let psw = try? register("psw") else { return }
    machine.setRegister(psw, 0, UInt128(value))
  }

  /// General register.
  func gr(_ number: Int) throws -> UInt32 {
    UInt32(truncatingIfNeeded: machine.register(try register("gr"), number))
  }

  func word(_ address: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: machine.load(storage, UInt64(address), units: 4))
  }

  func bytes(_ address: Int, _ count: Int) -> [UInt8] {
    (address..<address + count).map {
      UInt8(truncatingIfNeeded: machine.unit(storage, UInt64($0)))
    }
  }

  /// The channel status word that the processor was given.
  var csw: UInt64 { UInt64(truncatingIfNeeded: machine.load(storage, 64, units: 8)) }

  func address(of symbol: String) throws -> Int { try #require(symbols[symbol]) }

  /// Runs until the processor waits for ever.
  @discardableResult
  func run(limit: UInt64 = 50_000_000) -> System.End { system.run(limit: limit).end }

  func output(_ name: String) -> [UInt8]? {
    system.outputs.first { $0.name == name }?.bytes
  }

  func text(_ name: String) -> String? {
    output(name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Starts the channel program at `ccws` and waits for one interruption. The condition code of
  /// SIO is then in register 2; the CSW is where the interruption has stored it.
  static func operate(_ unit: String, key: UInt32 = 0, more: String = "") -> String {
    """
    .org 0x48
    .word \(key << 28) + ccws
    .org 0x78
    .dword 0x0002000000000FFF
    .org 0x400
    start: SIO \(unit)
    BALR 2,0
    LPSW enabled
    .align 8
    enabled: .dword 0xFE02000000000000
    ccws: \(more)
    """
  }

  /// The outcome of a channel program: the CSW of its first interruption.
  static func result(
    _ unit: String, key: UInt32 = 0, setup: DeviceSetup = DeviceSetup(), _ more: String
  ) throws -> Installation {
    let installation = try Installation(operate(unit, key: key, more: more), setup: setup)
    #expect(installation.run() == .waitsForEver)
    return installation
  }

  /// Condition code of the START I/O in `operate`.
  var startCode: Int { (try? conditionCode(gr(2))) ?? -1 }

  var unitStatus: UInt8 { UInt8(truncatingIfNeeded: csw >> 24) }
  var channelStatus: UInt8 { UInt8(truncatingIfNeeded: csw >> 16) }
  var residualCount: Int { Int(csw & 0xFFFF) }
  var commandAddress: Int { Int(csw >> 32 & 0xFF_FFFF) }
}

/// Condition code in the right half of what BALR has left in a register.
func conditionCode(_ link: UInt32) -> Int { Int(link >> 28 & 3) }

/// What devices have told while they ran.
final class Log: Sendable {
  private let entries = Mutex<[String]>([])

  var pieces: [String] { entries.withLock { $0 } }

  func append(_ name: String, _ bytes: [UInt8]) {
    entries.withLock { $0.append("\(name): " + String(decoding: bytes, as: UTF8.self)) }
  }
}
