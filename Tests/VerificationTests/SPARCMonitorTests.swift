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

  @Test("a supervisor that lives on its tables finds them as on the bare machine")
  func tables() throws {
    let isa = try Machines.named("sparc-v8")
    let guest = try Machines.guest("sparc/sparc-v8/guests/tables", for: isa, limit: 20_000)
    let result = try Lockstep(isa, .standard(for: isa)).run(guest)
    #expect(result.divergence == nil)
    #expect(result.audit.violations == [])
    // Some hundred addresses that are not mapped, and loads and stores of each.
    #expect(result.profile.exits[.reflected] ?? 0 > 1000)
    for mutation in [Mutation.mapsTables, .forgetsToRecord, .keepsStaleMappings] {
      var arrangement = Arrangement.standard(for: isa)
      arrangement.mutation = mutation
      let mutated = try Lockstep(isa, arrangement).run(guest)
      #expect(mutated.divergence != nil, "\(mutation.rawValue)")
    }
  }

  @Test("a translation marks its entry for an access, and for nothing else")
  func marks() throws {
    let isa = try Machines.named("sparc-v8")
    let machine = Machine(isa)
    machine.reset()
    let memory = isa.fetch.memory
    func put(_ address: UInt64, _ word: UInt32) {
      for n in 0..<4 {
        machine.setUnit(memory, address + UInt64(n), UInt128(word >> UInt32(24 - 8 * n) & 0xFF))
      }
    }
    func entry() -> UInt128 {
      (0..<4).reduce(0) { $0 << 8 | machine.unit(memory, 0x2500 + UInt64($1)) }
    }
    put(0x1000, 0x201)
    put(0x2000, 0x241)
    put(0x2400, 0x251)
    put(0x2500, 0x100E)
    for (name, value) in [("mmu_control", 1), ("mmu_context_table", 0x100)] as [(String, UInt128)] {
      let register = try #require(isa.registers.firstIndex { $0.name == name })
      machine.setRegister(RegisterID(register), 0, value)
    }
    #expect(machine.translate(memory, 8, intent: .store) == .completed(0x10008))
    #expect(!machine.isRecorded(memory, 8, intent: .load))
    #expect(entry() == 0x100E)
    _ = machine.translate(memory, 8, intent: .load, records: true)
    #expect(entry() == 0x102E)
    #expect(machine.isRecorded(memory, 8, intent: .fetch))
    #expect(!machine.isRecorded(memory, 8, intent: .store))
    let before = machine.snapshot()
    _ = machine.translate(memory, 8, intent: .store, records: true)
    #expect(entry() == 0x106E)
    machine.restore(before)
    #expect(entry() == 0x102E)
    #expect(!machine.isRecorded(memory, 0x4000, intent: .load))
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
