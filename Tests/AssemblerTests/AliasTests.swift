import ISACore
import ISALanguage
import Library
import Testing

@testable import Assembler

/// The manual's synthetic instructions (SPARC V8, appendix A) and how they are told from the others.
@Suite("Aliases in assembly")
struct AliasTests {
  private static let sparc: InstructionSet? = {
    guard let library = try? DescriptionLibrary(),
      let entry = library.machines.first(where: { $0.id == "sparc-v8" })
    else { return nil }
    return DescriptionLoader.load(
      path: entry.path, read: { try DescriptionLibrary.readEmbedded($0) },
      locate: { library.machine(named: $0)?.path }
    ).instructionSet
  }()

  /// The words of a program, or the first message.
  private func words(_ source: String) throws -> (words: [UInt32], message: String) {
    let isa = try #require(Self.sparc)
    switch Assembler(isa).assemble("        .org 0x100\n" + source) {
    case .success(let output):
      let units = output.image.segments.flatMap(\.units).map { UInt32($0) }
      return (
        stride(from: 0, to: units.count, by: 4).map { at in
          units[at..<at + 4].reduce(0) { $0 << 8 | $1 }
        }, ""
      )
    case .failure(let errors):
      let first = errors[0]
      return ([], "\(first.line):\(first.column): \(first.message)")
    }
  }

  /// Words as GNU as 2.40 encodes these lines for V8; but `tst` compares its operand as the manual
  /// has it, second.
  private static let table: [(text: String, words: [UInt32])] = [
    ("        jmp %g1", [0x81C0_4000]), ("        jmp %g1 + 8", [0x81C0_6008]),
    ("        call %l0", [0x9FC4_0000]), ("        ret", [0x81C7_E008]),
    ("        retl", [0x81C3_E008]), ("        restore", [0x81E8_0000]),
    ("        save", [0x81E0_0000]), ("        cmp %o0, 5", [0x80A2_2005]),
    ("        tst %i3", [0x8090_001B]), ("        btst 4, %l1", [0x808C_6004]),
    ("        clr %g4", [0x8810_0000]), ("        clrb [%g1 + 3]", [0xC028_6003]),
    ("        clrh [%g1 + %g2]", [0xC030_4002]), ("        clr [%sp + 64]", [0xC023_A040]),
    ("        mov %o1, %o2", [0x9410_0009]), ("        mov -1, %l7", [0xAE10_3FFF]),
    ("        mov %y, %g3", [0x8740_0000]), ("        mov %g3, %y", [0x8180_0003]),
    ("        mov %psr, %l0", [0xA148_0000]), ("        mov %l0, %wim", [0x8190_0010]),
    ("        mov 0, %tbr", [0x8198_2000]),
    ("        set 0x12345678, %g1", [0x0304_8D15, 0x8210_6278]),
    ("        not %o0, %o1", [0x923A_0000]), ("        not %o0", [0x903A_0000]),
    ("        neg %o0, %o1", [0x9220_0008]), ("        neg %o0", [0x9020_0008]),
    ("        inc %g1", [0x8200_6001]), ("        inc 4, %g1", [0x8200_6004]),
    ("        inccc %g1", [0x8280_6001]), ("        dec 8, %sp", [0x9C23_A008]),
    ("        deccc %g1", [0x82A0_6001]), ("        bset %g2, %g1", [0x8210_4002]),
    ("        bclr 1, %g1", [0x8228_6001]), ("        btog 1, %g1", [0x8218_6001]),
    ("        bz .+8", [0x0280_0002]), ("        b,a .+8", [0x3080_0002]),
    ("        blu,a .+8", [0x2A80_0002]),
  ]

  @Test("stand for the manual's instructions", arguments: table.indices)
  func meanings(index: Int) throws {
    let (text, expected) = Self.table[index]
    let result = try words(text.replacing(".+8", with: "0x108"))
    #expect(result.message.isEmpty, "\(text): \(result.message)")
    #expect(result.words == expected, "\(text)")
  }

  @Test("of several instructions keep labels where they belong")
  func labels() throws {
    let result = try words(
      "        ba next\nhere:   set here+0x1000, %g1\nnext:   mov next, %g2\n")
    #expect(result.message.isEmpty, "\(result.message)")
    #expect(result.words == [0x1080_0003, 0x0300_0004, 0x8210_6104, 0x8410_210C])
  }

  @Test("say what they stand for where that cannot be")
  func messages() throws {
    #expect(
      try words("        mov 5000, %g1").message
        == "2:9: 5000 does not fit 'rs2.simm13' (-4096 to 4095)")
    #expect(try words("        inc 5").message.hasPrefix("2:9: it stands for `add 5, 1, 5`: "))
    #expect(try words("        cmp %g1").message == "2:9: the operands do not fit")
    #expect(try words("        mvo 1, %g1").message == "2:9: no instruction 'MVO' on SPARC V8")
    // An instruction's own mnemonic, with operands that neither it nor an alias of it has.
    #expect(try words("        restore %g1").message.contains("expected ', '"))
  }

  @Test("are what is disassembled if they are asked for, and assemble to the same")
  func disassembly() throws {
    let isa = try #require(Self.sparc)
    var units: [UInt128] = []
    for (_, words) in Self.table {
      for word in words {
        units += (0..<4).map { UInt128(word >> UInt32(24 - 8 * $0) & 0xFF) }
      }
    }
    let segment: (address: UInt64, units: [UInt128]) = (0x100, units)
    let image = try #require(MemoryImage(unitWidth: 8, segments: [segment]))
    let plain = Disassembler(isa).disassemble(image)
    #expect(plain.map(\.text).contains("jmpl %o7 + 8, %g0"))
    let lines = Disassembler(isa, usesAliases: true).disassemble(image)
    let texts = lines.map(\.text)
    for text in ["retl", "cmp %o0, 5", "mov %o1, %o2", "clr %g4", "inc %g1", "restore", "tst %i3"] {
      #expect(texts.contains(text), "\(text)")
    }
    #expect(!texts.contains { $0.hasPrefix("set ") })
    guard case .success(let output) = Assembler(isa).assemble(Disassembler.source(lines)) else {
      Issue.record("what was disassembled does not assemble")
      return
    }
    #expect(output.image.segments.flatMap(\.units) == units)
  }
}
