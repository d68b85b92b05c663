import ISACore
import Testing

@testable import Verification

@Suite("Guests that are larger than virtual machines are by default")
struct GuestRoomTests {
  @Test("an image beyond the virtual storage gets a machine of the next power of two")
  func room() throws {
    let isa = try Machines.named("third-generation")
    let arrangement = try Machines.arrangement(isa)
    let size = try Machines.arrangement(isa).virtualChoices.keys.first
    let choice = try #require(size)
    func guest(upTo end: UInt64) -> Guest {
      Guest(name: "guest", image: [(isa.fetch.memory, end - 1, [1])], limit: 1)
    }
    var small = guest(upTo: 96)
    #expect(arrangement.makeRoom(for: &small, of: isa) == nil)
    #expect(small.choices.isEmpty)
    var large = guest(upTo: 97)
    #expect(arrangement.makeRoom(for: &large, of: isa)?.value == 128)
    #expect(large.choices == [choice: 128])
    // Who has said how large has said it.
    var settled = guest(upTo: 200)
    settled.choices[choice] = 64
    #expect(arrangement.makeRoom(for: &settled, of: isa) == nil)
    #expect(settled.choices == [choice: 64])
    // No machine has so much.
    var huge = guest(upTo: 1 << 20)
    #expect(arrangement.makeRoom(for: &huge, of: isa) == nil)
  }
}
