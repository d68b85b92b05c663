import ISACore
import Machine
import Testing

@testable import Monitor

@Suite("The monitor's own storage")
struct ReservePaintTests {
  /// What the reserve holds where `start` writes nothing.
  private func reserve(_ id: String, _ paint: ReservePaint) throws -> [UInt128] {
    var isa = try Machines.named(id)
    isa.monitor?.start = nil
    let share = try #require(isa.monitor?.storage.first)
    let real = Machine(isa)
    real.reset()
    let monitor = try Monitor(on: RealMachine(real), paint: paint)
    let regions = isa.memories[Int(share.memory)].regions
    return (0..<share.reserved).filter { address in
      !regions.contains { ($0.first...$0.last).contains(address) }
    }.map { monitor.host.machine.unit(share.memory, $0) }
  }

  @Test(
    "holds one thing or the other before it is written: no unit is the same by chance",
    arguments: ["third-generation", "s360-cp40", "sparc-v8"])
  func paints(_ id: String) throws {
    let plausible = try reserve(id, .plausible)
    let implausible = try reserve(id, .implausible)
    #expect(plausible.count == implausible.count && plausible.count > 8)
    #expect(zip(plausible, implausible).allSatisfy { $0 != $1 })
    #expect(plausible.contains(0) && plausible.contains { $0 != 0 })
    #expect(!implausible.contains(0))
  }
}
