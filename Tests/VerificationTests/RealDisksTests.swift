import Devices
import Foundation
import ISACore
import Library
import Testing

@testable import Verification

@Suite("Virtual disks")
struct RealDisksTests {
  private func guest(cylinders: Int) throws -> Guest {
    var guest = Guest(name: "g", image: [], limit: 1)
    let store = try DiskStore(cylinders: cylinders)
    guest.setup.disks[0x190] = try store.partition(0..<cylinders)
    return guest
  }

  @Test("they share the cylinders of as few packs as hold them, and none twice")
  func packs() throws {
    let isa = try Machines.named("s360")
    var disks = RealDisks()
    for cylinders in [100, 103, 200, 3, 1] {
      let devices = try disks.devices(
        for: try guest(cylinders: cylinders), of: isa, mutation: nil)
      #expect(!devices.isEmpty)
    }
    #expect(disks.virtualDisks == 5)
    #expect(disks.packCount == 3)
  }

  @Test("a disk that was moved to a pack has the image that it had")
  func contents() throws {
    let disk = try #require(try guest(cylinders: 2).setup.disks[0x190])
    let pack = try DiskStore()
    _ = try pack.partition(0..<7)
    let place = try pack.partition(7..<9)
    place.fill(from: disk)
    #expect(place.image() == disk.image())
  }

  @Test("a batch monitor and its neighbours run on one pack as each on its own")
  func atOnce() throws {
    let isa = try Machines.named("s360-cp40")
    let library = try DescriptionLibrary()
    let entry = try #require(library.machine(named: "s360-cp40"))
    let found = try #require(library.guests(of: entry).first { $0.name == "batch" })
    var guests: [Guest] = []
    for number in 1...2 {
      var guest = try GuestFile(name: "batch", source: DescriptionLibrary.text(of: found))
        .guest(for: isa) { try DescriptionLibrary.contents(of: $0, beside: found) }
      guest.name = "batch \(number)"
      guest.limit = 3_000_000
      guests.append(guest)
    }
    let result = try GuestHouse(
      isa, Arrangement.standard(for: isa, guests: 2), quantum: 20_000
    ).run(guests)
    #expect(result.diskPacks == 1)
    #expect(result.virtualDisks == 2)
    for guest in result.guests { #expect(guest.divergence == nil, "\(guest.name)") }
    #expect(result.audit.violations == [])
  }
}
