import ISACore
import Machine
import Monitor
import Testing

@testable import Verification

/// The two System/360s that have a map: the Model 40 of Cambridge and the Model 67.
@Suite("Equivalence on System/360s with a map")
struct S360MonitorTests {
  static let machines = ["s360-cp40", "s360-67"]

  /// - Parameters:
  ///   - real, virtual: bytes of storage.
  ///   - drumPages: more than none if the guest has more storage than there is.
  private static func arrangement(
    _ isa: InstructionSet, real: UInt128? = nil, virtual: UInt128, drumPages: Int = 0
  ) throws -> Arrangement {
    func choice(_ name: String) -> ChoiceID? {
      isa.choices.firstIndex { $0.name == name }.map { ChoiceID($0) }
    }
    let size = try #require(choice("storage_size"))
    var arrangement = Arrangement()
    arrangement.realChoices[size] = real
    arrangement.virtualChoices[size] = virtual
    arrangement.drumPages = drumPages
    // CP-40's virtual machines were plain System/360s.
    if let store = choice("associative_store") { arrangement.virtualChoices[store] = 0 }
    return arrangement
  }

  /// A supervisor with a task in the problem state under key 1. The task calls, moves and stores over
  /// page ends, and does what it may not: each of its faults is written down and left behind. The
  /// timer interrupts it.
  private static let faults = """
            .dword start
            .org   0x58
            .dword outside, call, fault, 0, 0

            .org   0x200
    start:  LA     1,0x10
            LA     2,0x800
            LA     3,7
    key:    SSK    1,2
            LA     2,0x800(2)
            BCT    3,key
            LA     10,0x600
            SSM    closed
            MVC    80(4),interval
            LPSW   task_status

    outside:MVC    0(8,10),0x18
            MVC    80(4),interval
            LA     10,8(10)
            N      10,wrap
            LPSW   0x18
    call:   MVC    0(8,10),0x20
            LA     10,8(10)
            N      10,wrap
            LPSW   0x20
    fault:  MVC    0(8,10),0x28
            LA     10,8(10)
            N      10,wrap
            LPSW   0x28

            .org   0x300
    task_status: .word 0x01110000, task
    interval: .word 0x00000100
    wrap:   .word  0x000007F8
    high:   .word  0x00FFFF00
    big:    .word  0x7FFFFFFF
    mask:   .word  0x0F000000
    closed: .word  0
    eight:  .half  8
    odd:    EX     0,odd

            .org   0x800
    task:   SVC    5
            LA     6,0xFFF
            LA     6,0xFFF(6)
            MVC    0(8,6),16(6)
            XC     1(8,6),0(6)
            LA     7,2(6)
            STM    0,5,0(6)
            SH     7,eight
            STM    0,5,0(7)
            LM     0,5,0(7)
            LPSW   0x28
            SSM    closed
            ISK    1,2
            L      8,high
            L      9,0(8)
            MVC    0(4,6),0(8)
            ST     9,0x400
            MVC    0x7FC(8),0(6)
            L      9,mask
            SPM    9
            L      9,big
            A      9,big
            AP     0(3,6),0(2,7)
            EX     9,odd+1
            EX     0,odd
            BC     15,task
    """

  private static func guest(for isa: InstructionSet) throws -> Guest {
    let header = "; Faults of a task\n;\n; limit: 2000\n"
    let file = try GuestFile(name: "faults", source: header + faults)
    return try file.guest(for: isa) { _ in [] }
  }

  @Test("a task and its supervisor run alike, bare and virtual", arguments: machines)
  func faults(id: String) throws {
    let isa = try Machines.named(id)
    let arrangement = try Self.arrangement(isa, virtual: 0x8000)
    let result = try Lockstep(isa, arrangement).run(Self.guest(for: isa))
    #expect(result.divergence == nil)
    #expect(result.audit.violations == [])
    #expect(result.steps == 2000)
    // Calls, privileged operations, faults of every kind; pages that were not mapped before.
    #expect(result.profile.exits[.reflected] ?? 0 > 100)
    #expect(result.profile.exits[.mapped] ?? 0 >= 2)
    #expect(result.profile.directFraction > 0.5)
  }

  @Test("the diagram commutes for every form", arguments: machines)
  func diagram(id: String) throws {
    let isa = try Machines.named(id)
    let arrangement = try Self.arrangement(isa, virtual: 0x4000)
    let forms = isa.forms.map { FormReference(instruction: $0.instruction, form: $0.form) }
    let result = try Diagram(isa, arrangement, count: 2).run(forms, seed: 1966)
    #expect(result.broken.keys.sorted() == [])
    #expect(result.rare == [:])
    #expect(result.audit.violations == [])
  }

  @Test("programs at random run alike", arguments: machines)
  func torture(id: String) throws {
    let isa = try Machines.named(id)
    let arrangement = try Self.arrangement(isa, virtual: 0x4000)
    let guests = TortureGuests(isa, choices: arrangement.virtualChoices)
    for seed in 0..<4 {
      let result = try Lockstep(isa, arrangement).run(guests.guest(seed: UInt64(seed)))
      #expect(result.divergence == nil)
      #expect(result.audit.violations == [])
    }
  }

  @Test("a guest with more storage than there is notices nothing", arguments: machines)
  func paging(id: String) throws {
    let isa = try Machines.named(id)
    let reserved = try #require(isa.monitor?.storage.first?.reserved)
    let source = """
      ; Adds up a word of every page and writes the sum back, again and again
      ;
      ; limit: 3000
              .dword start
              .org   0x200
      start:  LA     3,1
      again:  SR     1,1
      page:   LA     1,0x800(1)
              LA     1,0x800(1)
              A      3,0x400(1)
              ST     3,0x400(1)
              C      1,last
              BC     4,page
              BC     15,again
              .org   0x300
      last:   .word  0x1F000
      """
    let guest = try GuestFile(name: "pages", source: source).guest(for: isa) { _ in [] }
    // Twenty frames for thirty-two pages.
    let arrangement = try Self.arrangement(
      isa, real: UInt128(reserved) + 20 * 0x1000, virtual: 0x20000, drumPages: 64)
    let lockstep = Lockstep(isa, arrangement)
    let result = try lockstep.run(guest)
    #expect(result.divergence == nil)
    #expect(result.audit.violations == [])
    let pair = try lockstep.pair(guest)
    _ = pair.monitor.run(pair.virtual, limit: 3000)
    #expect(pair.monitor.paging.ins > 100)
  }
}
