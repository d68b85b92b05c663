import Devices
import Testing

/// GA22-6821, "Input/Output Operations".
@Suite("Channel programs")
struct ChannelProgramTests {
  private func reader(_ cards: String, _ ccws: String, key: UInt32 = 0) throws -> Installation {
    var setup = DeviceSetup()
    setup.decks[0x00C] = try CardDeck(text: cards)
    return try Installation.result("0x00C", key: key, setup: setup, ccws)
  }

  private static let card = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

  @Test("data chaining scatters a card, skip leaves storage as it is")
  func dataChaining() throws {
    let installation = try reader(
      Self.card,
      """
      .word 0x02000000 + first, 0x80000004
      .word 0x00000000 + second, 0x90000004
      .word 0x08000000 + tail, 0
      .space 8
      tail: .word third, 0x20000004
      first: .space 4
      second: .space 4
      third: .space 4
      """)
    #expect(installation.csw & 0xFFFF_FFFF == 0x0C00_0000)
    #expect(installation.commandAddress == (try installation.address(of: "tail")) + 8)
    let data = installation.bytes(try installation.address(of: "first"), 12)
    #expect(data == EBCDICText.encoded("ABCD") + [0, 0, 0, 0] + EBCDICText.encoded("IJKL"))
  }

  @Test("a card longer or shorter than the count: incorrect length, unless suppressed")
  func incorrectLength() throws {
    for (count, flags, status, residual) in [
      (80, 0x00, 0x0C00, 0), (40, 0x00, 0x0C40, 0), (100, 0x00, 0x0C40, 20),
      (40, 0x20, 0x0C00, 0), (100, 0x20, 0x0C00, 20),
    ] {
      let installation = try reader(
        Self.card, ".word 0x02001000, \(flags << 24 | count)")
      #expect(installation.csw & 0xFFFF_FFFF == UInt64(status << 16 | residual))
    }
  }

  @Test("incorrect length ends a chain of commands")
  func incorrectLengthSuppressesChaining() throws {
    let installation = try reader(
      "FIRST\nSECOND", ".word 0x02001000, 0x40000050 - 1\n.word 0x02001100, 0x00000050")
    #expect(installation.channelStatus == 0x40)
    #expect(installation.bytes(0x1100, 1) == [0])
  }

  @Test("what a first command word must not be: program check with the start, condition code 1")
  func programCheckAtStart() throws {
    for word in [
      ".word 0x08000400, 1", ".word 0x02001000, 0", ".word 0x02001000, 0x07000050",
      ".word 0x00001000, 0x00000050",
    ] {
      let installation = try reader(Self.card, word)
      #expect(installation.startCode == 1)
      #expect(installation.csw & 0xFFFF_0000 == 0x0020_0000)
    }
  }

  @Test("the same in a chain: program check at its end")
  func programCheckInChain() throws {
    for word in [
      ".word 0x02001000, 0", ".word 0x02001000, 0x07000050", ".word 0x00001000, 0x00000050",
      // Two transfers in succession; one that leads beyond storage, or between doublewords.
      ".word 0x08000000 + last, 0\n.space 8\nlast: .word 0x08000000 + ccws, 0",
      ".word 0x08F00000, 0", ".word 0x08000404, 0",
    ] {
      let installation = try reader(Self.card, ".word 0x02001000, 0x40000050\n" + word)
      #expect(installation.startCode == 0)
      #expect(installation.channelStatus == 0x20)
    }
  }

  @Test("data beyond storage: program check; what fits has been stored")
  func addressing() throws {
    let installation = try reader(Self.card, ".word 0x0200FFFC, 0x00000050")
    #expect(installation.csw & 0xFFFF_FFFF == 0x0C20_004C)
    #expect(installation.bytes(0xFFFC, 4) == EBCDICText.encoded("ABCD"))
  }

  @Test("the key of the operation must fit a block that it stores into: protection check")
  func protection() throws {
    var setup = DeviceSetup()
    setup.decks[0x00C] = try CardDeck(text: Self.card)
    for (key, status) in [(UInt32(3), 0x00), (5, 0x10), (0, 0x00)] {
      let installation = try Installation(
        Installation.operate("0x00C", key: key, more: ".word 0x02001000, 0x00000050"),
        setup: setup)
      installation.machine.setRegister(try installation.register("storage_key"), 2, 0b00110)
      #expect(installation.run() == .waitsForEver)
      #expect(Int(installation.channelStatus) == status)
      #expect(installation.bytes(0x1000, 1) == [status == 0 ? 0xC1 : 0])
      #expect(UInt32(installation.csw >> 60) == key)
    }
  }

  @Test("fetch protection keeps command words out of reach")
  func fetchProtection() throws {
    let installation = try Installation(
      Installation.operate("0x00C", key: 5, more: ".word 0x02001000, 0x00000050"))
    installation.machine.setRegister(try installation.register("storage_key"), 0, 0b00111)
    installation.run()
    #expect(installation.startCode == 1)
    #expect(installation.channelStatus == 0x10)
  }

  @Test("a program-controlled interruption comes while the subchannel works on")
  func programControlled() throws {
    let installation = try reader(
      Self.card, ".word 0x02001000, 0x48000050\n.word 0x03000000, 0x20000001")
    #expect(installation.csw & 0xFFFF_0000 == 0x0080_0000)
    #expect(installation.commandAddress == (try installation.address(of: "ccws")) + 8)
    let later = try Installation(
      Installation.operate("0x00C", more: ".word 0x02001000, 0x68000050\n.word 0x03000000, 1"),
      setup: DeviceSetup())
    later.run()
    #expect(later.channelStatus == 0x80)
  }

  @Test("a chain that leads back into itself takes time, and the processor goes on")
  func endlessChain() throws {
    let installation = try Installation(
      """
      .org 0x48
      .word ccws
      .org 0x400
      start: SIO 0x00E
      L 5,count
      loop: BCT 5,loop
      HIO 0x00E
      BALR 4,0
      wait: TIO 0x00E
      BC 2,wait
      LPSW stopped
      .align 8
      stopped: .dword 0x0002000000000FFF
      ccws: .word 0x03000000, 0x60000001
      .word 0x08000000 + ccws, 0
      count: .word 20000
      """)
    #expect(installation.run() == .waitsForEver)
    #expect(conditionCode(try installation.gr(4)) == 1)
    #expect(installation.unitStatus & 0x0C == 0x0C)
  }

  @Test("condition codes: not there 3, no-operation 1 with its end, available channel 0")
  func conditionCodes() throws {
    let installation = try Installation(
      """
      .org 0x48
      .word ccws
      .org 0x400
      start: SIO 0x00F
      BALR 2,0
      TCH 0x200
      BALR 3,0
      TCH 0x00E
      BALR 4,0
      SIO 0x00E
      BALR 5,0
      TIO 0x00E
      BALR 6,0
      LPSW stopped
      .align 8
      stopped: .dword 0x0002000000000FFF
      ccws: .word 0x03000000, 0x20000001
      """)
    #expect(installation.run() == .waitsForEver)
    #expect(try (2...6).map { conditionCode(try installation.gr($0)) } == [3, 3, 0, 1, 0])
    #expect(installation.csw == 0x0C00_0000)
  }
}
