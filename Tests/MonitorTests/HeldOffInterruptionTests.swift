import Devices
import ISACore
import ISALanguage
import Library
import Machine
import Testing

@testable import Monitor

@Suite("Interruptions that a guest holds off")
struct HeldOffInterruptionTests {
  /// The paper's machine with a clock that two things hold off: one for an instruction, one for good.
  static let text = """
    machine held-off : third-generation "A third generation machine whose clock can be held off"

    register request : 1 device
    register shadow  : 1 plain
    register mask    : 1 plain

    advance psw.pc := psw.pc + length
    advance shadow := 0

    entry interrupted(pc : 8) {
      cite   paper "A Model of Third Generation Machines"
      real E[0] := psw with { code = 4, pc = pc }
      psw       := real E[1]
      request   := 0
      shadow    := 0
    }

    trap clock = interrupted(psw.pc) cite paper "A Model of Third Generation Machines"

    interrupt clock priority 1 when request == 1 and shadow == 0 and mask == 0 trap clock

    amend monitor {
      direct shadow, mask
      owned  request
      preempt { request := 1 }
      recover interrupted {
        let old : PSW = real E[0]
        psw := old
      }
    }

    instr SHD "Shadow" {
      syntax  "SHD"
      cite    paper "Instruction Behavior"
      encode  0x30:8 ignored:24
      require psw.mode == supervisor else trap privileged_trap as privilege
      shadow  := 1
    }

    instr MSK "Mask" {
      syntax  "MSK {n}"
      cite    paper "Instruction Behavior"
      encode  0x31:8 ignored:23 n:1
      require psw.mode == supervisor else trap privileged_trap as privilege
      mask    := n
    }
    """

  private static func machine() throws -> InstructionSet {
    let library = try DescriptionLibrary()
    let loaded = DescriptionLoader.load(
      path: "held-off.isa",
      read: { $0 == "held-off.isa" ? text : try DescriptionLibrary.readEmbedded($0) },
      locate: { library.machine(named: $0)?.path })
    return try #require(loaded.instructionSet, "\(loaded.diagnostics.map(\.message))")
  }

  /// What the audit says of a guest that is given so many steps a time.
  private func violations(_ program: String, steps: UInt64) throws -> [String] {
    let isa = try Self.machine()
    let size = try Machines.choice("storage_size", of: isa)
    let real = Machine(isa)
    real.reset()
    let monitor = try Monitor(on: RealMachine(real))
    let guest = try monitor.admit(name: "guest", choices: [size: 96], devices: [])
    try Machines.load(program, into: guest.machine)
    for _ in 0..<20 { _ = monitor.run(guest, limit: steps) }
    #expect(guest.end == nil)
    return monitor.audit.violations
  }

  @Test("for an instruction, it does not keep the processor", arguments: [1, 2, 3, 50])
  func shadow(steps: UInt64) throws {
    let program = """
              .org 2
      loop:   SHD
              LDI a1,1
              ADD a2,a1
              SHD
              JMP loop
      """
    #expect(try violations(program, steps: steps) == [])
  }

  @Test("for good, it does", arguments: [1, 2, 3])
  func mask(steps: UInt64) throws {
    let program = """
              .org 2
              LDI a1,1
              MSK 1
      loop:   ADD a2,a1
              JMP loop
      """
    let violations = try violations(program, steps: steps)
    #expect(violations.contains { $0.contains("'clock' comes through") })
  }
}
