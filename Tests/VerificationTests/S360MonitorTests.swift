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

  @Test("an instruction at the end of 24-bit addresses goes on at 0, and so does its mapping")
  func wrapped() throws {
    let isa = try Machines.named("s360-67")
    let source = """
      ; LA has its second half in another page
      ;
      ; limit: 1
      ; register cr0: 0x00002000
      ; register cr6: 0x00800000
      ; register psw: 0x040000000000FFFFFE
              .org   0x1FFE
              .half  0x4110
              .org   0x2000
              .word  0x00002100
              .word  1,1,1,1,1,1,1,1,1,1,1,1,1,1
              .word  0xFF002400
              .org   0x2100
              .half  0x0030
              .org   0x25FE
              .half  0x0010
              .org   0x3000
              .half  0x0005
      """
    let guest = try GuestFile(name: "wrapped", source: source).guest(for: isa) { _ in [] }
    let result = try Lockstep(isa, Self.arrangement(isa, virtual: 0x4000)).run(guest)
    #expect(result.divergence == nil)
    #expect(result.audit.violations == [])
    #expect(result.profile.direct == 1)
  }

  @Test("a monitor runs on a monitor on a monitor, while the outer ones page", arguments: machines)
  func recursion(id: String) throws {
    let isa = try Machines.named(id)
    let reserved = try #require(isa.monitor?.storage.first?.reserved)
    // Less storage for each than it takes its virtual machine to have.
    var arrangement = try Self.arrangement(
      isa, real: 4 * UInt128(reserved) + 40 * 0x1000, virtual: 0x8000, drumPages: 256)
    var exits: [UInt64] = []
    for depth in 1...3 {
      arrangement.depth = depth
      let lockstep = Lockstep(isa, arrangement)
      var guest = try Self.guest(for: isa)
      guest.limit = 300
      let result = try lockstep.run(guest)
      #expect(result.divergence == nil)
      #expect(result.audit.violations == [])
      let pair = try lockstep.pair(guest)
      _ = pair.monitor.run(pair.virtual, limit: guest.limit)
      exits.append(pair.monitors[0].guests[0].profile.trapCount)
    }
    #expect(exits[0] < exits[1] && exits[1] < exits[2])
  }

  @Test(
    "guests whose map does not tell them apart do not see one another\u{2019}s storage",
    arguments: machines)
  func sideBySide(id: String) throws {
    let isa = try Machines.named(id)
    let house = GuestHouse(isa, try Self.arrangement(isa, virtual: 0x8000), quantum: 7)
    var guest = try Self.guest(for: isa)
    guest.limit = 400
    var other = guest
    other.name = "other"
    other.limit = 300
    let result = try house.run([guest, other])
    #expect(result.guests.map(\.divergence) == [nil, nil])
    #expect(result.audit.violations == [])
  }

  @Test("interruptions of the real machine are no guest\u{2019}s business", arguments: machines)
  func disturbed(id: String) throws {
    let isa = try Machines.named(id)
    var arrangement = try Self.arrangement(isa, virtual: 0x8000)
    let calm = try Lockstep(isa, arrangement).run(Self.guest(for: isa))
    arrangement.disturbancePeriod = 3
    let disturbed = try Lockstep(isa, arrangement).run(Self.guest(for: isa))
    #expect(disturbed.divergence == nil)
    #expect(disturbed.audit.violations == [])
    func preempted(_ result: GuestResult) -> UInt64 { result.profile.exits[.preempted] ?? 0 }
    #expect(preempted(disturbed) > preempted(calm) + 20)
  }

  @Test("a monitor that lets a guest mask the real machine\u{2019}s interruptions is found out")
  func masks() throws {
    var isa = try Machines.named("s360-cp40")
    let mutants = MutantCatalogue.mutants(of: isa)
    let mutant = try #require(
      mutants.first { $0.name == "the map does not write psw.machine_check" })
    guard case .map(let changed) = mutant.kind else { return }
    isa = changed
    let source = """
      ; Lets machine checks in, and keeps them out
      ;
      ; limit: 20
              .dword start
              .org   0x200
      start:  LPSW   open
      in:     LA     1,1
              LPSW   closed
      out:    LA     1,2
              BC     15,start
              .align 8
      open:   .dword 0x0004000000000000+in
      closed: .dword 0x0000000000000000+out
      """
    let guest = try GuestFile(name: "masks", source: source).guest(for: isa) { _ in [] }
    let arrangement = try Self.arrangement(isa, virtual: 0x4000)
    let violations = try Lockstep(isa, arrangement).run(guest).audit.violations
    #expect(violations.contains { $0.contains("'malfunction' comes through") })
  }

  @Test("a virtual Model 40 has an associative store of its own")
  func twoUsers() throws {
    let isa = try Machines.named("s360-cp40")
    let source = try String(
      contentsOf: Machines.root.appending(path: "ISAs/ibm/s360-cp40/guests/two-users.s"),
      encoding: .utf8)
    let guest = try GuestFile(name: "two-users", source: source).guest(for: isa) { _ in [] }
    var arrangement = try Self.arrangement(isa, virtual: 0x8000)
    let result = try Lockstep(isa, arrangement).run(guest)
    #expect(result.divergence == nil)
    #expect(
      result.outputs.map { String(decoding: $0.bytes, as: UTF8.self) }.contains {
        $0.contains("ABBA-C")
      })
    arrangement.mutation = .keepsStaleMappings
    #expect(try Lockstep(isa, arrangement).run(guest).divergence != nil)
  }
}
