import ISACore

// Expressions: operator precedence climbing, from loosest to tightest
// `when` · `implies` · `or` · `and` · `not` · comparisons · `|` · `^` · `&` · `++` · shifts ·
// `+ -` · `* / %` · unary `- ~` · `[…]`, `.field`, `with { … }`.
extension BinaryOperator {
  /// Larger binds tighter. `not` stands between `and` and the comparisons.
  var precedence: Int {
    switch self {
    case .implies: 1
    case .or: 2
    case .and: 3
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .signedLess,
      .signedLessOrEqual, .signedGreater, .signedGreaterOrEqual:
      Self.comparisonPrecedence
    case .bitOr: 6
    case .bitXor: 7
    case .bitAnd: 8
    case .concatenate: 9
    case .shiftLeft, .shiftRight, .signedShiftRight: 10
    case .add, .subtract: 11
    case .multiply, .divide, .remainder, .signedDivide, .signedRemainder: 12
    }
  }

  static let notPrecedence = 4
  static let comparisonPrecedence = 5
  static let unaryPrecedence = 13

  init?(_ token: Token) {
    switch token.kind {
    case .word:
      switch token.keyword {
      case .implies: self = .implies
      case .or: self = .or
      case .and: self = .and
      default: return nil
      }
    case .equal: self = .equal
    case .notEqual: self = .notEqual
    case .less: self = .less
    case .lessOrEqual: self = .lessOrEqual
    case .greater: self = .greater
    case .greaterOrEqual: self = .greaterOrEqual
    case .signedLess: self = .signedLess
    case .signedLessOrEqual: self = .signedLessOrEqual
    case .signedGreater: self = .signedGreater
    case .signedGreaterOrEqual: self = .signedGreaterOrEqual
    case .bar: self = .bitOr
    case .caret: self = .bitXor
    case .ampersand: self = .bitAnd
    case .plusPlus: self = .concatenate
    case .shiftLeft: self = .shiftLeft
    case .shiftRight: self = .shiftRight
    case .signedShiftRight: self = .signedShiftRight
    case .plus: self = .add
    case .minus: self = .subtract
    case .star: self = .multiply
    case .slash: self = .divide
    case .percent: self = .remainder
    case .signedSlash: self = .signedDivide
    case .signedPercent: self = .signedRemainder
    default: return nil
    }
  }
}

extension FileParser {
  mutating func expression() throws(ParseFailure) -> ExpressionSyntax {
    try binary(minimum: 0)
  }

  /// Operators that bind at least as tightly as `minimum`.
  private mutating func binary(minimum: Int) throws(ParseFailure) -> ExpressionSyntax {
    try enter()
    defer { leave() }
    let first = token
    var left: ExpressionSyntax
    switch token.keyword {
    case .not:
      requireParentheses(unless: minimum <= BinaryOperator.notPrecedence)
      advance()
      let operand = try binary(minimum: BinaryOperator.notPrecedence)
      try grow(over: height)
      left = .unary(.not, operand, span(from: first))
    case .when:
      requireParentheses(unless: minimum == 0)
      left = try conditional()
    default:
      left = try unary()
    }
    var leftHeight = height
    while let operation = BinaryOperator(token), operation.precedence >= minimum {
      advance()
      let precedence = operation.precedence
      let right = try binary(minimum: operation == .implies ? precedence : precedence + 1)
      try grow(over: max(leftHeight, height))
      leftHeight = height
      left = .binary(operation, left, right, span(from: first))
      if precedence == BinaryOperator.comparisonPrecedence { refuseChain() }
    }
    height = leftHeight
    return left
  }

  /// `a + not b` and `a + when …` are read as if parentheses stood there, and reported.
  private mutating func requireParentheses(unless isLoose: Bool) {
    guard !isLoose else { return }
    report(
      Diagnostic(
        .expected, "expected `(` before \(quoted(token)): it binds looser than what precedes it",
        at: span(token)))
  }

  /// `a < b < c` compares one bit with c, which nobody means.
  private mutating func refuseChain() {
    guard let next = BinaryOperator(token),
      next.precedence == BinaryOperator.comparisonPrecedence
    else { return }
    report(
      Diagnostic(
        .expected, "expected `and` before \(quoted(token)): comparisons do not chain",
        at: span(token)))
  }

  /// `when c then a else b`.
  private mutating func conditional() throws(ParseFailure) -> ExpressionSyntax {
    let first = token
    try expect(.when)
    let condition = try expression()
    var tallest = height
    try expect(.then)
    let then = try expression()
    tallest = max(tallest, height)
    try expect(.else)
    let otherwise = try expression()
    try grow(over: max(tallest, height))
    return .conditional(condition, then, otherwise, span(from: first))
  }

  private mutating func unary() throws(ParseFailure) -> ExpressionSyntax {
    let first = token
    let operation: UnaryOperator
    switch token.kind {
    case .minus: operation = .negate
    case .tilde: operation = .complement
    default: return try postfix()
    }
    advance()
    try enter()
    defer { leave() }
    let operand = try unary()
    try grow(over: height)
    return .unary(operation, operand, span(from: first))
  }

  // MARK: - Postfix

  private mutating func postfix() throws(ParseFailure) -> ExpressionSyntax {
    let first = token
    var base = try primary()
    while true {
      switch token.kind {
      case .leftBracket where isOnSameLine:
        base = try subscripted(base, isReal: false, from: first)
      case .dot:
        advance()
        let baseHeight = height
        let field = try identifier("a field's name")
        try grow(over: baseHeight)
        base = .member(base, field, span(from: first))
      case .word where token.keyword == .with && following.kind == .leftBrace:
        base = try with(base, from: first)
      default:
        return base
      }
    }
  }

  /// `[i]`, `[a..b]` or `[address, units]` after `base`.
  private mutating func subscripted(
    _ base: ExpressionSyntax, isReal: Bool, from first: Token
  ) throws(ParseFailure) -> ExpressionSyntax {
    var tallest = height
    try expect(.leftBracket)
    bracketDepth += 1
    defer { bracketDepth -= 1 }
    let index = try expression()
    tallest = max(tallest, height)
    var second: ExpressionSyntax?
    let separator = token.kind
    if separator == .dotDot || separator == .comma {
      advance()
      second = try expression()
      tallest = max(tallest, height)
    }
    try expect(.rightBracket)
    try grow(over: tallest)
    let span = span(from: first)
    if separator == .dotDot, let second {
      if isReal { throw notAMemory(span) }
      return .slice(base, index, second, span)
    }
    if isReal || second != nil {
      guard case .name(let memory) = base else { throw notAMemory(base.span) }
      return .access(memory, address: index, units: second, isReal: isReal, span)
    }
    return .index(base, index, span)
  }

  private mutating func notAMemory(_ span: SourceSpan) -> ParseFailure {
    report(
      Diagnostic(.expected, "expected the name of a memory before `[address, units]`", at: span))
    return .line
  }

  /// `with { field = e, … }` after `base`.
  private mutating func with(
    _ base: ExpressionSyntax, from first: Token
  ) throws(ParseFailure) -> ExpressionSyntax {
    var tallest = height
    try expect(.with)
    var fields: [(Identifier, ExpressionSyntax)] = []
    try braced(commas: true) { (parser) throws(ParseFailure) in
      let field = try parser.identifier("a field's name")
      try parser.expect(.equals)
      fields.append((field, try parser.expression()))
      tallest = max(tallest, parser.height)
    }
    try grow(over: tallest)
    return .with(base, fields, span(from: first))
  }

  // MARK: - Primary

  /// Whether the operand that should stand here was left out, and the next line starts something
  /// else: `const N =` above `register psw : 64`.
  private var startsNextLine: Bool {
    token.startsLine && bracketDepth == 0 && startsWithKeyword && !following.startsLine
      && (token.keyword.startsItem || token.keyword.startsStatement)
      && (following.kind == .word && BinaryOperator(following) == nil || following.kind == .string)
  }

  private mutating func primary() throws(ParseFailure) -> ExpressionSyntax {
    let first = token
    height = 1
    switch token.kind {
    case .number:
      let value = number()
      return .number(value, width: widthBehindColon(), span(from: first))
    case .leftParenthesis:
      advance()
      bracketDepth += 1
      defer { bracketDepth -= 1 }
      let inner = try expression()
      try expect(.rightParenthesis)
      return inner
    case .word:
      break
    default:
      throw expected("an expression")
    }
    switch token.keyword {
    case .any:
      advance()
      return .any(span(first))
    case .real where following.kind == .word:
      advance()
      let memory = try identifier("a memory's name")
      return try subscripted(.name(memory), isReal: true, from: first)
    case let keyword where keyword.isReservedInExpressions || startsNextLine:
      throw expected("an expression")
    default:
      break
    }
    let name = try identifier("a name")
    if let width = widthBehindColon() { return .sized(name, width: width, span(from: first)) }
    guard at(.leftParenthesis), isOnSameLine else { return .name(name) }
    let arguments = try arguments()
    try grow(over: height)
    return .call(name, arguments, span(from: first))
  }

  /// The `:8` of `5:8` or `N:8`, if one stands here. Blanks tell it from the `: 8` of a type.
  private mutating func widthBehindColon() -> Int? {
    guard at(.colon), following.kind == .number, token.start == tokens[index - 1].end,
      token.end == following.start
    else { return nil }
    advance()
    // Wider than anything: the checker says what widths there are.
    return Int(exactly: number()) ?? .max
  }

  /// `(a, b, …)`; leaves the height of the tallest.
  mutating func arguments() throws(ParseFailure) -> [ExpressionSyntax] {
    var tallest = 1
    let list = try parenthesized { (parser) throws(ParseFailure) in
      let argument = try parser.expression()
      tallest = max(tallest, parser.height)
      return argument
    }
    height = tallest
    return list
  }

  /// `(x, y, …)`, possibly empty.
  mutating func parenthesized<Element>(
    _ element: (inout FileParser) throws(ParseFailure) -> Element
  ) throws(ParseFailure) -> [Element] {
    try expect(.leftParenthesis)
    bracketDepth += 1
    defer { bracketDepth -= 1 }
    var list: [Element] = []
    if take(.rightParenthesis) { return list }
    repeat { list.append(try element(&self)) } while take(.comma)
    guard take(.rightParenthesis) else { throw expected("`,` or `)`") }
    return list
  }

  // MARK: - Words, numbers, texts

  mutating func identifier(_ what: String) throws(ParseFailure) -> Identifier {
    let word = token
    guard word.kind == .word else { throw expected(what) }
    advance()
    // Another language's operator, reported already, goes by its word here: `!` by `not`.
    let isForeign = !Lexer.isWordByte(text[Int(word.start)])
    return Identifier(isForeign ? word.keyword.rawValue : text(of: word), at: span(word))
  }

  /// The value of the number token at the cursor; 0 and a message if it has none.
  mutating func number() -> UInt128 {
    let number = token
    advance()
    switch Self.value(of: text[Int(number.start)..<Int(number.end)]) {
    case .success(let value):
      return value
    case .failure(let problem):
      let shown = quoted(number)
      let message =
        switch problem {
        case .malformed: "\(shown) is no number"
        case .tooLarge: "\(shown) does not fit 128 bits"
        }
      report(Diagnostic(.malformedNumber, message, at: span(number)))
      return 0
    }
  }

  private enum NumberProblem: Error { case malformed, tooLarge }

  private static func value(of digits: ArraySlice<UInt8>) -> Result<UInt128, NumberProblem> {
    var digits = digits
    var radix: UInt128 = 10
    if digits.count >= 2, digits.first == UInt8(ascii: "0") {
      switch digits[digits.startIndex + 1] {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "b"): radix = 2
      case UInt8(ascii: "o"): radix = 8
      default: break
      }
      if radix != 10 { digits = digits.dropFirst(2) }
    }
    var value: UInt128 = 0
    var overflows = false
    var mayEnd = false
    for byte in digits {
      let digit: UInt128
      switch byte {
      case UInt8(ascii: "_") where mayEnd:
        mayEnd = false
        continue
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt128(byte &- 48)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt128(byte &- 87)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = UInt128(byte &- 55)
      default: return .failure(.malformed)
      }
      guard digit < radix else { return .failure(.malformed) }
      mayEnd = true
      let (product, carry) = value.multipliedReportingOverflow(by: radix)
      let (sum, carryOut) = product.addingReportingOverflow(digit)
      overflows = overflows || carry || carryOut
      value = sum
    }
    guard mayEnd else { return .failure(.malformed) }
    return overflows ? .failure(.tooLarge) : .success(value)
  }

  /// A quoted text. In a template only `\"` is resolved: `\[`, `\{` and `\\` are the template's own
  /// escapes and are kept for whoever reads it.
  mutating func string(
    _ what: String, isTemplate: Bool = false
  ) throws(ParseFailure) -> StringLiteral {
    let literal = token
    guard literal.kind == .string else { throw expected(what) }
    advance()
    let span = span(literal)
    var bytes: [UInt8] = []
    let end = Int(literal.end)
    bytes.reserveCapacity(end - Int(literal.start))
    var index = Int(literal.start) + 1
    while index < end {
      let byte = text[index]
      if byte == UInt8(ascii: "\\"), index + 1 < end {
        let escaped = text[index + 1]
        switch escaped {
        case UInt8(ascii: "\""): break
        case UInt8(ascii: "\\"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
          UInt8(ascii: "}"):
          if isTemplate { bytes.append(byte) }
        default:
          report(
            Diagnostic(
              .strayCharacter, #"a `\` stands only before `"`, `\`, `[`, `]`, `{` or `}`"#,
              at: SourceSpan(file: fileIndex, start: index, end: index + 1)))
        }
        bytes.append(escaped)
        index += 2
      } else if byte == UInt8(ascii: "\""), index == end - 1 {
        break
      } else {
        bytes.append(byte)
        index += 1
      }
    }
    return StringLiteral(String(decoding: bytes, as: UTF8.self), at: span)
  }
}
