import ISACore
import Machine
import Monitor
import Testing

@testable import Verification

/// IA-32: a monitor with tables of its own, at which the processor looks by itself.
@Suite("Equivalence on IA-32")
struct IA32MonitorTests {
  private static let code: UInt64 = 0x1000

  /// One step of a program in protected mode at level 0, or of one in real-address mode.
  private static func guest(
    _ units: [UInt128], of isa: InstructionSet, isProtected: Bool = true,
    with values: [(name: String, element: Int, value: UInt128)] = []
  ) throws -> Guest {
    let memory = isa.fetch.memory
    // The reset leads to 0000:7C00.
    var guest = Guest(
      name: "step", image: [(memory, isProtected ? code : 0x7C00, units)], limit: 1)
    if isProtected { guest.entry = code }
    for (name, element, value) in values {
      let register = try #require(isa.registers.firstIndex { $0.name == name })
      guest.registers.append((RegisterID(register), element, value))
    }
    return guest
  }

  @Test(
    "what looks into a table that cannot be mapped runs directly, and gives the monitor away",
    arguments: [
      ("LAR", [0x0F, 0x02, 0xC3]), ("LSL", [0x0F, 0x03, 0xC3]), ("VERR", [0x0F, 0x00, 0xE3]),
      ("VERW", [0x0F, 0x00, 0xEB]),
    ] as [(String, [UInt128])])
  func tables(id: String, units: [UInt128]) throws {
    let isa = try Machines.named("ia32")
    var guest = try Self.guest(
      units, of: isa, with: [("gr", 3, 0x08), ("gdtr_base", 0, 0x2000), ("gdtr_limit", 0, 0xF)])
    guest.image.append((isa.fetch.memory, 0x2008, [0xFF, 0xFF, 0, 0, 0, 0x93, 0xCF, 0]))
    let result = try Lockstep(isa, .standard(for: isa)).run(guest)
    #expect(result.divergence?.instruction == id)
    #expect(result.divergence?.isElsewhere == false)
    #expect(result.profile.direct == 1)
  }

  @Test("a jump to itself is a finished instruction: nothing is pending behind the one before")
  func standstill() throws {
    let isa = try Machines.named("ia32")
    let guest = try Self.guest(
      [0xEB, 0xFE], of: isa, with: [("interrupt_shadow", 0, 1), ("eflags", 0, 0x10002)])
    let result = try Lockstep(isa, .standard(for: isa)).run(guest)
    #expect(result.divergence == nil)
    #expect(result.audit.violations == [])
  }

  @Test("what parts in real-address mode is told from what the theory speaks of")
  func otherModes() throws {
    let isa = try Machines.named("ia32")
    let lockstep = Lockstep(isa, .standard(for: isa))
    let smsw: [UInt128] = [0x0F, 0x01, 0xE0]
    let real = try lockstep.run(try Self.guest(smsw, of: isa, isProtected: false))
    #expect(real.divergence?.instruction == "SMSW")
    #expect(real.divergence?.isElsewhere == true)
    #expect(try lockstep.run(try Self.guest(smsw, of: isa)).divergence == nil)
  }

  @Test("a program in real-address mode that shows neither flags nor level runs alike to its end")
  func realMode() throws {
    let isa = try Machines.named("ia32")
    let guest = try Machines.guest("x86/ia32/guests/real", for: isa, limit: 4000)
    let result = try Lockstep(isa, .standard(for: isa)).run(guest)
    #expect(result.divergence == nil)
    #expect(result.audit.violations == [])
    #expect(result.outputs.first.map { String(decoding: $0.bytes, as: UTF8.self) } == "REAL!\n")
    #expect(result.profile.directFraction > 0.8)
  }

  @Test("the real machine's own interruptions come from outside, and a guest does not notice them")
  func disturbances() throws {
    let isa = try Machines.named("ia32")
    let guest = try Machines.guest("x86/ia32/guests/real", for: isa, limit: 4000)
    let lockstep = Lockstep(isa, Arrangement.standard(for: isa).disturbed)
    let result = try lockstep.run(guest)
    #expect(result.divergence == nil)
    #expect(result.audit.violations == [])
    #expect(result.profile.exits[.preempted] ?? 0 > 0)
  }

  @Test("states of the diagram agree in all memories, not only in that of instructions")
  func ports() throws {
    let isa = try Machines.named("ia32")
    // OUT leaves something in the ports; CLC after it has nothing to do with that.
    let forms = ["OUT", "CLC"].flatMap { id in
      isa.forms.filter { isa.instructions[$0.instruction].id == id }
        .map { FormReference(instruction: $0.instruction, form: $0.form) }
    }
    let result = try Diagram(isa, .standard(for: isa), count: 60).run(forms, seed: 1974)
    #expect(result.states > 60)
    #expect(result.broken.isEmpty)
    #expect(result.brokenElsewhere.isEmpty)
  }
}
