import Devices
import Testing

@Suite("IBM 2540 and 1403")
struct UnitRecordTests {
  /// Reads cards and prints them, each step by an interruption, until unit exception.
  private static let copy = """
    .org 0x48
    .word 0
    .org 0x78
    .dword interrupted
    .org 0x400
    start: MVC 0x48(4),reads
    SIO 0x00C
    LPSW enabled
    interrupted: CLI 0x3B,0x0C     ; bits 24 to 31 of the old PSW: who it was
    BC 7,printed
    TM 0x44,0x01                   ; unit exception: the deck is at its end
    BC 1,finish
    MVC 0x48(4),prints
    SIO 0x00E
    LPSW enabled
    printed: TM 0x44,0x04          ; device end
    BC 8,again
    BC 15,start
    again: LPSW enabled
    finish: LPSW stopped
    .align 8
    enabled: .dword 0xFE02000000000000
    stopped: .dword 0x0002000000000FFF
    read: .word 0x02000000 + card, 0x00000050
    print: .word 0x09000000 + card, 0x20000050
    reads: .word read
    prints: .word print
    card: .space 80
    """

  @Test("cards to lines, with channel end and device end of the printer apart")
  func copy() throws {
    var setup = DeviceSetup()
    setup.decks[0x00C] = try CardDeck(text: "ONE\n  TWO, with {¢}\n\nLAST\n")
    let installation = try Installation(Self.copy, setup: setup)
    #expect(installation.run() == .waitsForEver)
    #expect(installation.text("00E printer") == "ONE\n  TWO, with {¢}\n\nLAST\n")
    #expect(installation.unitStatus == 0x0D)
  }

  @Test("the same run twice takes the same time and gives the same")
  func determinism() throws {
    var setup = DeviceSetup()
    setup.decks[0x00C] = try CardDeck(text: "A\nB\nC\n")
    let runs = try (0..<2).map { _ in
      let installation = try Installation(Self.copy, setup: setup)
      installation.run()
      return (installation.machine.time, installation.system.outputs)
    }
    #expect(runs[0].0 == runs[1].0)
    #expect(runs[0].1 == runs[1].1)
  }

  @Test("a line is printed over until the paper moves; a skip to channel 1 is a new page")
  func carriage() throws {
    let installation = try Installation.result(
      "0x00E",
      """
      .word 0x01000000 + first, 0x60000003
      .word 0x11000000 + second, 0x60000005
      .word 0x89000000 + first, 0x60000003
      .word 0x1B000000, 0x60000001
      .word 0x03000000, 0x20000001
      first: .ebcdic "ABC"
      second: .ebcdic "   DE"
      """)
    #expect(installation.text("00E printer") == "ABCDE\n\nABC\n\u{0C}\n\n\n")
    #expect(installation.unitStatus == 0x0C)
  }

  @Test("an immediate command: channel end with the start, device end by an interruption")
  func immediate() throws {
    let installation = try Installation.result("0x00E", ".word 0x13000000, 0x20000001")
    #expect(installation.startCode == 1)
    #expect(installation.csw == 0x0400_0000)
    #expect(installation.text("00E printer") == "\n\n")
  }

  @Test("more bytes than columns: incorrect length with a count of what was left")
  func columns() throws {
    let installation = try Installation.result("0x00E", ".word 0x09001000, 200")
    #expect(installation.csw & 0xFFFF_FFFF == 0x0840_0000 | 68)
  }

  @Test("an empty hopper: intervention required")
  func emptyHopper() throws {
    let installation = try Installation.result("0x00C", ".word 0x02001000, 80")
    #expect(installation.unitStatus == 0x0E)
  }

  @Test("punched cards leave as text and as they are")
  func punch() throws {
    let installation = try Installation.result(
      "0x00D",
      """
      .word 0x01000000 + text, 0x20000005
      text: .ebcdic "PUNCH"
      """)
    #expect(installation.unitStatus == 0x08)
    #expect(installation.text("00D punch") == "PUNCH\n")
    let card = EBCDICText.encoded("PUNCH") + [UInt8](repeating: 0x40, count: 75)
    #expect(installation.output("00D cards") == card)
  }

  @Test("every code of the text table that has a character comes back")
  func textTable() {
    for code in UInt8.min...UInt8.max {
      let text = EBCDICText.decoded([code])
      #expect(text == [0x20] || EBCDICText.encoded(String(decoding: text, as: UTF8.self)) == [code])
    }
  }

  @Test("decks that are none get a message")
  func badDecks() {
    #expect(throws: DeviceError.self) { try CardDeck(images: [1, 2, 3]) }
    #expect(throws: DeviceError.self) {
      try CardDeck(text: String(repeating: "X", count: 81))
    }
    #expect(throws: DeviceError.self) {
      try CardDeck(text: String(repeating: "X\n", count: CardDeck.most + 1))
    }
  }

  // MARK: Initial program loading

  @Test("the load key reads a deck: PSW and two command words on the first card")
  func loadFromCards() throws {
    // The first card's second command word reads the next card to 0x400.
    let first: [UInt8] =
      [0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00] + [0x02, 0, 0x04, 0, 0x20, 0, 0, 80]
      + [UInt8](repeating: 0, count: 64)
    let second: [UInt8] = [0x82, 0x00, 0x04, 0x08] + [UInt8](repeating: 0, count: 76)
    var setup = DeviceSetup()
    setup.decks[0x00C] = try CardDeck(images: first + second)
    let installation = try Installation(setup: setup)
    try installation.system.initialProgramLoad(0x00C)
    #expect(installation.bytes(0x400, 4) == [0x82, 0x00, 0x04, 0x08])
    #expect(installation.word(0) == 0x0002_000C, "bits 16 to 31: the unit")
    let psw = installation.machine.register(try installation.register("psw"))
    #expect(psw == 0x0002_0000_0000_0400, "the code is not retained")
  }

  @Test("loading from a unit that is not there or not ready gets a message")
  func cannotLoad() throws {
    #expect(throws: DeviceError.self) { try Installation().system.initialProgramLoad(0x123) }
    #expect(throws: DeviceError.self) { try Installation().system.initialProgramLoad(0x00C) }
    #expect(throws: DeviceError.self) { try Installation().system.initialProgramLoad(0x190) }
  }

  @Test("an installation that is wrong gets a message")
  func wrongSetup() throws {
    let isa = try #require(Installation.isa)
    var setup = DeviceSetup()
    setup.decks[0x00E] = try CardDeck(text: "NO READER")
    #expect(throws: DeviceError.self) { try DeviceRegistry.devices(of: isa, setup) }
    setup = DeviceSetup()
    setup.disks[0x700] = try DiskStore().partition(0..<1)
    #expect(throws: DeviceError.self) { try DeviceRegistry.devices(of: isa, setup) }
  }
}
