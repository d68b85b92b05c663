import ISACore
import Testing

@testable import ISALanguage

@Suite("Expressions")
struct ExpressionTests {
  /// The expression with all its parentheses.
  private func grouped(_ text: String) throws -> String {
    let file = parseCleanly("const x = \(text)")
    guard case .const(_, let expression)? = file.items.first?.kind else { return "" }
    return grouped(expression)
  }

  private func grouped(_ expression: ExpressionSyntax) -> String {
    switch expression {
    case .unary(let operation, let operand, _):
      "(\(operation.rawValue) \(grouped(operand)))"
    case .binary(let operation, let left, let right, _):
      "(\(grouped(left)) \(operation.rawValue) \(grouped(right)))"
    case .conditional(let condition, let then, let otherwise, _):
      "(\(grouped(condition)) ? \(grouped(then)) : \(grouped(otherwise)))"
    case .index(let base, let index, _): "\(grouped(base))[\(grouped(index))]"
    default: SyntaxPrinter.print(expression)
    }
  }

  @Test(
    "operators bind as the reference says",
    arguments: [
      ("a + b * c", "(a + (b * c))"),
      ("a - b - c", "((a - b) - c)"),
      ("a ++ b + c ++ d", "((a ++ (b + c)) ++ d)"),
      ("a << b ++ c", "((a << b) ++ c)"),
      ("a & b ++ c", "(a & (b ++ c))"),
      ("a | b ^ c & d", "(a | (b ^ (c & d)))"),
      ("a == b | c", "(a == (b | c))"),
      ("not a == b and c", "((not (a == b)) and c)"),
      ("not not a", "(not (not a))"),
      ("a or b and not c", "(a or (b and (not c)))"),
      ("a implies b implies c", "(a implies (b implies c))"),
      ("a or b implies c", "((a or b) implies c)"),
      ("-a[3] + ~b", "((- a[3]) + (~ b))"),
      ("- - a", "(- (- a))"),
      ("when a then b else when c then d else e", "(a ? b : (c ? d : e))"),
      ("when a or b then c + 1 else d", "((a or b) ? (c + 1) : d)"),
      ("a <s b and c >>s 1 >=s d", "((a <s b) and ((c >>s 1) >=s d))"),
      ("a /s b %s c", "((a /s b) %s c)"),
      ("(a + b) * c", "((a + b) * c)"),
    ])
  func precedence(_ text: String, _ expected: String) throws {
    #expect(try grouped(text) == expected)
  }

  @Test(
    "postfix forms and primaries are read and printed back",
    arguments: [
      "x[3]", "x[8..31]", "storage[a, 4]", "real storage[a]", "real storage[a, 4]", "f()",
      "f(a, b + 1)", "psw.cc", "gr[r | 1][0..7]", "psw with { code = any, ilc = any }.cc",
      "5:8", "N:8", "any", "x with {}", "pair(r)[3]",
    ])
  func printsBack(_ text: String) throws {
    #expect(try grouped(text) == text)
  }

  @Test(
    "numbers are read in every base",
    arguments: [
      ("0", 0), ("1_000", 1000), ("0xFf", 255), ("0b1010_0101", 165), ("0o17", 15),
      ("340282366920938463463374607431768211455", UInt128.max),
    ])
  func numbers(_ text: String, _ value: UInt128) {
    let file = parseCleanly("const x = \(text)")
    guard case .const(_, .number(let read, nil, _))? = file.items.first?.kind else {
      Issue.record("no number")
      return
    }
    #expect(read == value)
  }

  @Test(
    "what is no number is reported at the number",
    arguments: [
      "0x", "12ab", "0b12", "1__0", "1_", "0xG", "340282366920938463463374607431768211456",
    ])
  func malformedNumbers(_ text: String) {
    let (_, diagnostics) = parse("const x = \(text)")
    #expect(diagnostics.map(\.code) == [.malformedNumber])
    #expect(diagnostics.first?.span == SourceSpan(file: 0, start: 10, end: 10 + text.utf8.count))
  }

  @Test(
    "an expression goes on where the next line starts with an operator, or the last ends in one")
  func lineBreaks() throws {
    #expect(try grouped("a\n + b") == "(a + b)")
    #expect(try grouped("a +\n b") == "(a + b)")
    #expect(try grouped("a\n and b\n or c") == "((a and b) or c)")
    #expect(try grouped("when a\n then b\n else c") == "(a ? b : c)")
    #expect(try grouped("f(\n a,\n b\n )") == "f(a, b)")
    #expect(try grouped("x[\n 3\n ]") == "x[3]")
    #expect(
      try grouped("psw\n with {\n cc = 1\n ilc = 2, code = 3\n }")
        == "psw with { cc = 1, ilc = 2, code = 3 }")
  }

  @Test("names may be words of the language")
  func contextualKeywords() throws {
    for word in ["key", "size", "code", "entry", "trap", "place", "address", "length", "test"] {
      #expect(try grouped("\(word) + \(word)[\(word)]") == "(\(word) + \(word)[\(word)])")
    }
  }
}
