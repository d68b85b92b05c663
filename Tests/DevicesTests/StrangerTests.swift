import Devices
import ISACore
import Testing

/// What a guest from a stranger may try.
@Suite("Channels and strangers")
struct StrangerTests {
  @Test("random channel programs end or go on, and touch nothing outside their storage")
  func randomPrograms() throws {
    var random = SeededGenerator(seed: 360)
    let commands: [UInt8] = [
      0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x11, 0x12,
      0x13, 0x15, 0x16, 0x19, 0x1A, 0x1B, 0x1D, 0x1E, 0x1F, 0x23, 0x29, 0x31, 0x39, 0x51, 0x69,
      0x86, 0x89, 0x8B, 0x91, 0x92, 0x9E, 0xB1, 0xC2, 0xE9, 0xFF,
    ]
    for _ in 0..<60 {
      let units = [0x009, 0x00C, 0x00D, 0x00E, 0x190]
      let unit = units[Int(random.next() % UInt64(units.count))]
      var setup = DeviceSetup()
      setup.outputLimit = OutputLimit(bytes: 4096)
      setup.decks[0x00C] = try CardDeck(text: "ONE\nTWO\n")
      setup.typedLines[0x009] = ["LINE"]
      setup.disks[0x190] = try DiskStore(cylinders: 2).partition(0..<1)
      let installation = try Installation(setup: setup, size: 0x1000)
      let machine = installation.machine
      for address in stride(from: 0x400, to: 0x800, by: 8) {
        let command = commands[Int(random.next() % UInt64(commands.count))]
        // Mostly inside storage, sometimes just or far beyond it.
        let data = random.next() % 8 == 0 ? random.next() & 0xFF_FFFF : random.next() % 0x1010
        let target = command & 15 == 8 ? 0x400 + random.next() % 0x80 * 8 : data
        let flags = random.next() & 0xF8
        let count = random.next() % 4 == 0 ? random.next() & 0xFFFF : random.next() % 16
        let word = UInt64(command) << 56 | target << 32 | flags << 24 | count
        machine.store(installation.storage, UInt64(address), units: 8, UInt128(word))
      }
      let key: UInt64 = random.next() % 2
      let first: UInt64 = 0x400 + random.next() % 0x40 * 8
      machine.store(installation.storage, 72, units: 4, UInt128(key << 28 | first))
      let psw = try installation.register("psw")
      for _ in 0..<20 {
        // SIO, HIO or TIO, and some instruction times in the wait state.
        machine.store(installation.storage, 0x900, units: 4, UInt128(0x9C00_0000 | unit))
        let second = random.next() % 2 == 0 ? 0x9E00_0000 : 0x9D00_0000
        machine.store(installation.storage, 0x904, units: 4, UInt128(second | unit))
        machine.store(installation.storage, 0x908, units: 4, 0x8200_0910)
        machine.store(installation.storage, 0x910, units: 8, 0x0002_0000_0000_0000)
        machine.setRegister(psw, 0, 0x900)
        _ = installation.system.run(limit: 1 + random.next() % 50_000)
      }
      #expect(
        installation.system.outputs.filter(\.isText).reduce(0) { $0 + $1.bytes.count } <= 4096)
      for address in stride(from: 0x1000, to: 0x2000, by: 16) {
        #expect(machine.load(installation.storage, UInt64(address), units: 16) == 0)
      }
    }
  }
}
