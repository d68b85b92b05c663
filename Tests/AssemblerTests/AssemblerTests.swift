import Assembler
import ISACore
import Testing

@Suite("The assembler")
struct AssemblerTests {
  private static let jumps = #"""
    instr NOP "Nothing" {
      syntax "NOP"
      cite m "S"
      encode 0x00:8
    }
    instr LDI "Load" {
      syntax "LDI r{d},{n}"
      cite m "S"
      encode 0x1:4 d:4 n:8
      r[trunc(d, 3)] := zext(n, 16)
    }
    instr SHORT "Short jump" {
      syntax "JMP {d:relative 1 + 2}"
      cite m "S"
      encode 0x20:8 d:8
      pc := pc + 2 + sext(d, 16)
    }
    instr LONG "Long jump" {
      syntax "JMP {d:relative 1 + 3}"
      cite m "S"
      encode 0x21:8 d:16
      pc := pc + 3 + d
    }
    instr SET "Named" {
      syntax "SET {c:names \"eq,ne,gt,lt\"}[,{x:signed}]"
      cite m "S"
      encode 0x3:4 c:2 x:2
      r[0] := zext(c ++ x, 16)
    }
    instr SC "Scaled" {
      syntax "SC {d*4}({e+1})"
      cite m "S"
      encode 0x4:4 d:2 e:2
      r[0] := zext(d ++ e, 16)
    }
    """#

  private func units(_ source: String, _ isa: InstructionSet) throws -> [UInt128] {
    switch Assembler(isa).assemble(source) {
    case .success(let output): return output.image.segments.flatMap(\.units)
    case .failure(let errors):
      throw Failure(errors: errors)
    }
  }

  private struct Failure: Error {
    var errors: [AssemblyError]
  }

  private func firstError(_ source: String, _ isa: InstructionSet) -> AssemblyError? {
    guard case .failure(let errors) = Assembler(isa).assemble(source) else { return nil }
    return errors[0]
  }

  @Test(
    "expressions have C's precedence",
    arguments: [
      ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("0x10 | 1 << 2", 20), ("-1 & 0xFF", 255),
      ("'A'", 65), ("0o17", 15), ("0b101 ^ 1", 4), ("7 % 4 - 1", 2), ("~0 & 15", 15),
      ("100 / 7 / 2", 7), ("1_000 - 800", 200), ("'\\n'", 10),
    ])
  func expressions(text: String, value: Int) throws {
    let isa = try Machines.small(instructions: Self.jumps)
    #expect(try units(".byte \(text)", isa) == [UInt128(value)])
  }

  @Test("the shorter form is taken wherever it reaches, the longer where it must be")
  func relaxation() throws {
    let isa = try Machines.small(instructions: Self.jumps)
    #expect(try units("here: JMP here", isa) == [0x20, 0xFE])
    #expect(try units("JMP over\n.space 127\nover: NOP", isa).prefix(2) == [0x20, 127])
    #expect(try units("JMP over\n.space 128\nover: NOP", isa).prefix(3) == [0x21, 0, 128])
  }

  @Test("lengths that depend on one another settle")
  func mutualRelaxation() throws {
    let isa = try Machines.small(instructions: Self.jumps)
    // Each jump is short only if the other one is.
    let source = "a: JMP b\n.space 124\nc: JMP a\nb: NOP"
    let result = try units(source, isa)
    #expect(result.count == 2 + 124 + 2 + 1)
    let longer = try units(source.replacing("124", with: "126"), isa)
    #expect(longer.count == 2 + 126 + 3 + 1 || longer.count == 3 + 126 + 3 + 1)
  }

  @Test("addresses wrap around the end of memory")
  func wrapping() throws {
    let isa = try Machines.small(instructions: Self.jumps)
    #expect(try units("JMP 0xFFFE", isa) == [0x20, 0xFC])
  }

  @Test("names, optional parts, scaled and offset operands are read by the template")
  func templates() throws {
    let isa = try Machines.small(instructions: Self.jumps)
    #expect(try units("SET NE", isa) == [0x34])
    #expect(try units("set gt , -1", isa) == [0x3B])
    #expect(try units("SC 8 ( 3 )", isa) == [0x4A])
  }

  @Test("data is sized by the machine's unit and laid out in its byte order")
  func data() throws {
    let big = try Machines.small(instructions: Self.jumps)
    let little = try Machines.small(endian: "little", instructions: Self.jumps)
    let wide = try Machines.small(
      unit: 36, instructions: "instr N \"N\" {\ncite m \"S\"\nencode 0:36\n}")
    #expect(try units(".word 0x01020304", big) == [1, 2, 3, 4])
    #expect(try units(".word 0x01020304", little) == [4, 3, 2, 1])
    #expect(try units(".half -2", big) == [0xFF, 0xFE])
    #expect(
      try units(".word 0x01020304, 5\n.unit 0o777777777777", wide)
        == [0x0102_0304, 5, 0o777777777777])
    #expect(try units(".dword 1", wide) == [0, 1])
    #expect(try units(".asciz \"A;\\n\"", big) == [65, 59, 10, 0])
    #expect(try units(".ebcdic \"A1 \"", big) == [0xC1, 0xF1, 0x40])
  }

  @Test("`.org`, `.align` and `.space` move the location")
  func location() throws {
    let isa = try Machines.small(instructions: Self.jumps)
    let source = ".org 0x11\n.byte 1\n.align 4\n.byte 2\n.space 2, 9\nend: .byte end - 0x11"
    guard case .success(let output) = Assembler(isa).assemble(source) else {
      Issue.record("does not assemble")
      return
    }
    #expect(output.image.start == 0x11)
    #expect(output.image.segments[0].units == [1, 0, 0, 2, 9, 9, 6])
    #expect(output.symbols.map(\.name) == ["end"])
    #expect(output.listing.count == 6)
  }

  @Test("`.using` splits an address into base register and displacement")
  func using() throws {
    let isa = try Machines.shipped("s360")
    let source = """
      .org 0x5000
      start: BALR 12,0
      .using *, 12
      LA 1,data
      L 1,data(3)
      MVC data(4),data+4
      .using
      L 1,8(0,9)
      data: .word 1, 2
      """
    #expect(
      try units(source, isa).prefix(20) == [
        0x05, 0xC0, 0x41, 0x10, 0xC0, 0x12, 0x58, 0x13, 0xC0, 0x12, 0xD2, 0x03, 0xC0, 0x12, 0xC0,
        0x16, 0x58, 0x10, 0x90, 0x08,
      ])
  }

  @Test("`.context` says how what follows is decoded")
  func contexts() throws {
    let isa = try #require(Machines.ia32)
    func bytes(_ text: String) throws -> [UInt128] {
      switch Assembler(isa).assemble(text) {
      case .success(let output): return output.image.segments.flatMap(\.units)
      case .failure(let errors): throw Machines.Unsound(messages: errors.map(\.message))
      }
    }
    let wide = ".context data16, 0\n.context addr16, 0\n.context code_16, 0\n"
    // Intel's manual: what follows B8 has as many bits as the code, and the others with a prefix.
    #expect(throws: Machines.Unsound.self) { try bytes("mov eax, 0x12345678") }
    #expect(try bytes(wide + "mov eax, 0x12345678") == [0xB8, 0x78, 0x56, 0x34, 0x12])
    // The shortest form: an immediate byte, though the form with four stands first.
    #expect(try bytes(wide + "add edx, 89") == [0x83, 0xC2, 89])
    #expect(try bytes("mov ax, 0x1234") == [0xB8, 0x34, 0x12])
    #expect(
      try bytes(wide + "mov ebx, 1\n.context data16, 1\nmov bx, 1") == [
        0xBB, 1, 0, 0, 0, 0xBB, 1, 0,
      ])
    #expect(throws: Machines.Unsound.self) { try bytes(".context data_16, 0") }
    #expect(throws: Machines.Unsound.self) { try bytes(".context data16, 2") }
    #expect(throws: Machines.Unsound.self) { try bytes(".context data16") }
  }

  @Test("comments, several labels and empty lines are no instructions")
  func comments() throws {
    let isa = try Machines.small(instructions: Self.jumps)
    let source = "* remark\r\n  // remark\r\na: b:\r\n c: NOP ; remark\r\n.byte ';', '\"' // x\r\n"
    #expect(try units(source, isa) == [0, 59, 34])
  }

  @Test(
    "a message says where and what to write",
    arguments: [
      ("NOP\n LDJ r1,2", 2, 2, "no instruction 'LDJ' on Small", "write `LDI`"),
      ("LDI r1,256", 1, 8, "256 does not fit 'n' (0 to 255)", nil),
      ("LDI r1", 1, 7, "expected ','", "write `LDI rd,n`"),
      ("LDI r1,2 3", 1, 10, "'3' is too much", "write `LDI rd,n`"),
      ("JMP lop\nloop: NOP", 1, 5, "'lop' is not defined", "write `loop`"),
      ("a: NOP\na: NOP", 2, 1, "'a' is defined twice", "it stands in line 1 already"),
      (".bite 1", 1, 1, "no directive '.bite'", "write `.byte`"),
      (".byte 256", 1, 7, "256 does not fit 8 bits", nil),
      (".byte 1 / 0", 1, 7, "division by zero", nil),
      (".ascii \"x", 1, 8, "the text has no closing quote", nil),
      ("SC 3(1)", 1, 4, "3 for 'd' is not a multiple of 4", nil),
      ("SET xy", 1, 5, "expected one of eq, ne, gt, lt", "write `SET c[,x]`"),
      (".org 0x10000", 1, 6, "65536 is no address of this machine", nil),
      (
        ".org 0\n.byte 1\n.org 0\n.byte 2", 4, 1,
        "two parts of the program lie at the same address", nil
      ),
    ] as [(String, Int, Int, String, String?)])
  func messages(source: String, line: Int, column: Int, message: String, help: String?) throws {
    let isa = try Machines.small(instructions: Self.jumps)
    let error = try #require(firstError(source, isa))
    #expect(error.message == message)
    #expect(error.line == line)
    #expect(error.column == column)
    #expect(error.help == help)
  }

  @Test("random text neither crashes nor hangs")
  func randomText() throws {
    let isa = try Machines.small(instructions: Self.jumps)
    let words = [
      "LDI", "JMP", "SET", "r1", ",", "(", ")", "-", "+", "*", "<<", "0x", "99999999999999999999",
      "'", "\"", "a:", "a", ".space", ".org", ".equ", ".align", ".byte", ".using", ";", "é", "\n",
      " ",
      "0x7fffffffffffffffffffffffffffffff", "eq", "~", "/", "%",
    ]
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let count = Int(random.next() % 40)
      let source = (0..<count).map { _ in words[Int(random.next() % UInt64(words.count))] }
        .joined(separator: random.next() % 2 == 0 ? " " : "")
      if case .failure(let errors) = Assembler(isa).assemble(source) {
        #expect(!errors.isEmpty)
        #expect(errors.allSatisfy { $0.line > 0 && $0.column > 0 })
      }
    }
    _ = Assembler(isa).assemble(".byte " + String(repeating: "(", count: 100_000))
    _ = Assembler(isa).assemble(".byte 1" + String(repeating: "+1", count: 100_000))
  }
}
