import Devices
import Testing

@Suite("IBM 1052 typewriter")
struct TypewriterTests {
  @Test("write with carrier return: channel end and device end together, count exhausted")
  func hello() throws {
    let installation = try Installation.result(
      "0x009",
      """
      .word 0x09000000 + text, 0x20000005
      text: .ebcdic "HELLO"
      """)
    #expect(installation.text("009 typewriter") == "HELLO\n")
    #expect(installation.startCode == 0)
    let ccws = UInt64(try installation.address(of: "ccws"))
    #expect(installation.csw == (ccws + 8) << 32 | 0x0C00_0000)
    // Bits 16 to 31 of the old PSW are the address of the unit.
    #expect(installation.word(56) & 0xFFFF == 0x0009)
  }

  @Test("the request key is an attention; read inquiry gives the line that is typed then")
  func inquiry() throws {
    var setup = DeviceSetup()
    setup.typedLines[0x009] = ["query time"]
    let program = """
      .org 0x48
      .word read
      .org 0x78
      .dword asked
      .org 0x400
      start: LPSW enabled
      asked: MVC first(8),0x40
      MVC 0x78(8),stopped
      SIO 0x009
      LPSW enabled
      .align 8
      enabled: .dword 0xFE02000000000000
      stopped: .dword 0x0002000000000FFF
      read: .word 0x0A000000 + line, 0x20000050
      first: .space 8
      line: .space 80
      """
    let installation = try Installation(program, setup: setup)
    #expect(installation.run() == .waitsForEver)
    let first = try installation.address(of: "first")
    #expect(installation.word(first + 4) == 0x8000_0000, "attention")
    #expect(installation.csw & 0xFFFF_FFFF == 0x0C00_0046, "80 less 10 bytes")
    let line = installation.bytes(try installation.address(of: "line"), 10)
    #expect(EBCDICText.decoded(line) == Array("query time".utf8))
  }

  @Test("HALT I/O ends a read that nobody answers; its end comes by an interruption")
  func halt() throws {
    let installation = try Installation(
      """
      .org 0x48
      .word read
      .org 0x78
      .dword 0x0002000000000FFF
      .org 0x400
      start: SIO 0x009
      TIO 0x009
      BALR 2,0
      SIO 0x009
      BALR 3,0
      HIO 0x009
      BALR 4,0
      LPSW enabled
      .align 8
      enabled: .dword 0xFE02000000000000
      read: .word 0x0A001000, 0x20000050
      """)
    #expect(installation.run() == .waitsForEver)
    #expect(conditionCode(try installation.gr(2)) == 2, "TIO: the subchannel works")
    #expect(conditionCode(try installation.gr(3)) == 2, "SIO: the subchannel works")
    #expect(conditionCode(try installation.gr(4)) == 1, "HIO: status stored")
    #expect(installation.unitStatus == 0x0C)
    #expect(installation.residualCount == 80)
  }

  @Test("sense after a command that the device does not have: command reject")
  func sense() throws {
    let installation = try Installation(
      """
      .org 0x48
      .word wrong
      .org 0x78
      .dword rejected
      .org 0x400
      start: SIO 0x009
      LPSW enabled
      rejected: MVC first(8),0x40
      MVC 0x78(8),stopped
      MVC 0x48(4),second
      SIO 0x009
      LPSW enabled
      .align 8
      enabled: .dword 0xFE02000000000000
      stopped: .dword 0x0002000000000FFF
      wrong: .word 0x02000000 + data, 0x00000001
      sense: .word 0x04000000 + data, 0x00000001
      second: .word sense
      .align 8
      first: .space 8
      data: .space 8
      """)
    #expect(installation.run() == .waitsForEver)
    #expect(installation.word(try installation.address(of: "first") + 4) >> 16 == 0x0E00)
    #expect(installation.csw & 0xFFFF_FFFF == 0x0C00_0000)
    #expect(installation.bytes(try installation.address(of: "data"), 1) == [0x80])
  }

  @Test("when nothing more may be put out, the paper has run out: intervention required")
  func outputLimit() throws {
    var setup = DeviceSetup()
    setup.outputLimit = OutputLimit(bytes: 8)
    let installation = try Installation.result(
      "0x009", setup: setup,
      """
      .word 0x09000000 + text, 0x60000005
      .word 0x08000000 + ccws, 0x00000001
      text: .ebcdic "HELLO"
      """)
    #expect(installation.text("009 typewriter") == "HELLO\n")
    #expect(installation.unitStatus == 0x0E)
  }

  @Test("text is told as it leaves the device")
  func streaming() throws {
    let log = Log()
    var setup = DeviceSetup()
    setup.onOutput = { name, bytes in log.append(name, bytes) }
    let installation = try Installation.result(
      "0x009", setup: setup,
      """
      .word 0x09000000 + text, 0x60000005
      .word 0x01000000 + text, 0x20000002
      text: .ebcdic "HELLO"
      """)
    #expect(installation.unitStatus == 0x0C)
    #expect(log.pieces == ["009 typewriter: HELLO\n", "009 typewriter: HE"])
  }
}
