import Foundation
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

  @Test("the guests that are kept each show the hole they are named for, and every hole has one")
  func kept() throws {
    let isa = try Machines.named("ia32")
    let lockstep = Lockstep(isa, .standard(for: isa))
    let folder = Machines.root.appending(path: "ISAs/x86/ia32/guests/holes")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    var shown: Set<String> = []
    for file in files {
      let name = String(file.dropLast(".s".count))
      let source = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      let guest = try GuestFile(name: name, source: source).guest(for: isa) { _ in [] }
      let result = try lockstep.run(guest)
      #expect(result.divergence?.instruction == name)
      #expect(result.divergence?.isElsewhere == false)
      // Nothing trapped: not even what looks into a table that cannot be mapped for the guest.
      #expect(result.profile.direct == 1)
      shown.insert(name)
    }
    // What the classifier says is in the report, which is kept current.
    let text = try Data(contentsOf: Machines.root.appending(path: "Reports/ia32.json"))
    let report = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    let instructions = try #require(report["instructions"] as? [[String: Any]])
    let holes = instructions.filter { $0["hole"] as? Bool == true }
      .compactMap { $0["id"] as? String }
    #expect(!holes.isEmpty)
    #expect(shown == Set(holes))
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
