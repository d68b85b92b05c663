import ISACore
import Testing

@testable import ISALanguage

@Suite("Lexer")
struct LexerTests {
  private func kinds(_ text: String) -> [TokenKind] {
    Lexer(SourceFile(path: "", text: text), file: 0).tokens.map(\.kind).dropLast()
  }

  @Test("the longest operator wins")
  func longestOperator() {
    #expect(
      kinds("<< <= < <s <=s") == [.shiftLeft, .lessOrEqual, .less, .signedLess, .signedLessOrEqual])
    #expect(
      kinds(">> >>s >= >=s > >s") == [
        .shiftRight, .signedShiftRight, .greaterOrEqual, .signedGreaterOrEqual, .greater,
        .signedGreater,
      ])
    #expect(
      kinds("+ ++ - -> = == := : . ..") == [
        .plus, .plusPlus, .minus, .arrow, .equals, .equal, .assign, .colon, .dot, .dotDot,
      ])
    #expect(kinds("/ /s % %s") == [.slash, .signedSlash, .percent, .signedPercent])
  }

  @Test("the s of a signed operator ends there", arguments: ["<", "<=", ">", ">=", ">>", "/", "%"])
  func signedOperator(_ base: String) {
    #expect(kinds("a \(base)s b").count == 3)
    #expect(kinds("a \(base)size").count == 3)
    #expect(kinds("a \(base)s1").last == .word)
    #expect(kinds("a \(base)s_").last == .word)
  }

  @Test("comments, blanks and line breaks separate; the first token on a line is marked")
  func lines() {
    let tokens = Lexer(SourceFile(path: "", text: "a b // c\r\n\td\n\n//\ne"), file: 0).tokens
    #expect(tokens.map(\.startsLine) == [true, false, true, true, true])
    #expect(tokens.map(\.kind) == [.word, .word, .word, .word, .endOfFile])
  }

  @Test("every keyword is found, and nothing else is one")
  func keywords() {
    for keyword in Keyword.allCases where keyword != .none {
      let tokens = Lexer(SourceFile(path: "", text: keyword.rawValue), file: 0).tokens
      #expect(tokens[0].keyword == keyword)
    }
    for word in [
      "x", "instrs", "INSTR", "_for", "unpredictableunpredictable", "a12345678901234567",
    ] {
      let tokens = Lexer(SourceFile(path: "", text: word), file: 0).tokens
      #expect(tokens[0].keyword == .none)
    }
  }

  @Test("a text beyond the limit is refused")
  func limit() {
    let text = String(repeating: " ", count: Lexer.maximumLength + 1)
    let (syntax, diagnostics) = parse(text)
    #expect(syntax.items.isEmpty)
    #expect(diagnostics.map(\.code) == [.limitExceeded])
  }
}
