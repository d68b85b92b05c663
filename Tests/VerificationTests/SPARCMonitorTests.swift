import ISACore
import Machine
import Monitor
import Testing

@testable import Verification

/// SPARC V8: a monitor that shadows the Reference MMU's tables and knows what is in the next window.
@Suite("Equivalence on SPARC V8")
struct SPARCMonitorTests {
  /// Calls so deep that every window is in use, with a window handler of its own for each end, and an
  /// interrupt every few hundred instructions.
  private static func supervisor(for isa: InstructionSet, limit: UInt64) throws -> Guest {
    var guest = try Machines.guest("sparc/sparc-v8/guests/supervisor", for: isa)
    guest.limit = limit
    return guest
  }

  @Test("a supervisor with tables, windows, a timer and a user program runs alike")
  func supervisor() throws {
    let isa = try Machines.named("sparc-v8")
    let result = try Lockstep(isa, .standard(for: isa)).run(
      Self.supervisor(for: isa, limit: 14_000))
    #expect(result.divergence == nil)
    #expect(result.audit.violations == [])
    // SAVE and RESTORE are the monitor's, pages come and go with the mode, the timer is the guest's.
    #expect(result.profile.exits[.interpreted] ?? 0 > 1000)
    #expect(result.profile.exits[.mapped] ?? 0 > 100)
    #expect(result.profile.exits[.interruption] ?? 0 > 10)
    #expect(result.profile.directFraction > 0.5)
  }

  @Test("a monitor that leaves the windows open takes registers out of windows in use")
  func openWindows() throws {
    let isa = try Machines.named("sparc-v8-open-windows")
    let result = try Lockstep(isa, .standard(for: isa)).run(
      Self.supervisor(for: isa, limit: 14_000))
    #expect(result.divergence?.what.contains("windows[") == true)
    #expect(result.audit.violations == [])
  }

  @Test("a page that the guest may only read is not mapped for storing")
  func rights() throws {
    let isa = try Machines.named("sparc-v8")
    let arrangement = Arrangement.standard(for: isa)
    let guests = TortureGuests(isa, choices: arrangement.virtualChoices)
    for seed in 0..<4 {
      let result = try Lockstep(isa, arrangement).run(guests.guest(seed: UInt64(seed)))
      #expect(result.divergence == nil)
      #expect(result.audit.violations == [])
    }
  }

  @Test("monitors run on monitors")
  func recursion() throws {
    let isa = try Machines.named("sparc-v8")
    var exits: [UInt64] = []
    for depth in 1...2 {
      var arrangement = Arrangement.standard(for: isa)
      arrangement.depth = depth
      let lockstep = Lockstep(isa, arrangement)
      let guest = try Self.supervisor(for: isa, limit: 400)
      #expect(try lockstep.run(guest).divergence == nil)
      let pair = try lockstep.pair(guest)
      _ = pair.monitor.run(pair.virtual, limit: guest.limit)
      exits.append(pair.monitors[0].guests[0].profile.trapCount)
    }
    #expect(exits[0] < exits[1])
  }
}
