import Library
import Testing

@testable import Verification

@Suite("The guests that come with the program, bare and under the monitor")
struct GuestEquivalenceTests {
  static let guests = ["hello", "probe", "break-out", "batch", "round-robin", "masked-loop"]

  @Test(
    "System/360's guests run alike on the Model 40 of Cambridge, to the last byte and line",
    arguments: guests)
  func cambridge(name: String) throws {
    try expectAlike("s360-cp40", name)
  }

  @Test(
    "and on the Model 67, where one builds tables of its own",
    arguments: guests + ["virtual-memory"])
  func model67(name: String) throws {
    try expectAlike("s360-67", name)
  }

  private func expectAlike(_ machine: String, _ name: String) throws {
    let isa = try Machines.named(machine)
    var guest = try GuestFileTests.shippedGuest(machine, name)
    // Long ones are followed for a while only.
    let isCut = ["round-robin", "masked-loop"].contains(name)
    if isCut { guest.limit = 10_000 }
    let result = try Lockstep(isa, Arrangement()).run(guest)
    #expect(result.divergence == nil)
    #expect(result.audit.violations == [])
    #expect(result.outputs.contains { !$0.bytes.isEmpty })
    #expect((result.end == "it waits for ever") != isCut, "\(result.end)")
  }
}
