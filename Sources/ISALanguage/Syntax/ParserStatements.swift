import ISACore

extension FileParser {
  /// `{ statements }`.
  mutating func block() throws(ParseFailure) -> [StatementSyntax] {
    var statements: [StatementSyntax] = []
    try braced { (parser) throws(ParseFailure) in statements.append(try parser.statement()) }
    return statements
  }

  mutating func statement() throws(ParseFailure) -> StatementSyntax {
    let first = token
    let kind =
      if startsWithKeyword, let kind = try keywordStatement() {
        kind
      } else {
        try assignmentOrCall()
      }
    return StatementSyntax(kind, at: span(from: first))
  }

  /// Whether the word at the cursor is a keyword here rather than the name of a place:
  /// `cite := e` writes to something called `cite`.
  var startsWithKeyword: Bool {
    guard token.keyword != .none else { return false }
    guard !following.startsLine else { return true }
    switch following.kind {
    case .assign, .dot, .leftBracket: return false
    default: return true
    }
  }

  /// nil if the keyword starts no statement.
  private mutating func keywordStatement() throws(ParseFailure) -> StatementSyntax.Kind? {
    switch token.keyword {
    case .require: return try require()
    case .trap:
      advance()
      return .trap(try trapReference(wantsClass: true))
    case .let: return try letBinding()
    case .var: return try variable()
    case .if: return try conditionalStatement()
    case .for: return try forLoop()
    case .while: return try whileLoop()
    case .partial where following.kind == .leftBrace:
      advance()
      return .partial(try block())
    case .unpredictable where following.kind == .leftBrace: return try unpredictable()
    case .perform: return try perform()
    case .probe: return try probe()
    case .result:
      advance()
      return .result(try expression())
    case .cite where following.kind == .word:
      return .cite(try citation())
    default: return nil
    }
  }

  // MARK: - Guards and traps

  /// `require e else trap T as CLASS`.
  private mutating func require() throws(ParseFailure) -> StatementSyntax.Kind {
    try expect(.require)
    let condition = try expression()
    try expect(.else)
    try expect(.trap)
    return .require(condition, try trapReference(wantsClass: true))
  }

  /// `T`, `T(args)`, and `as CLASS` behind it where one is wanted.
  mutating func trapReference(wantsClass: Bool) throws(ParseFailure) -> TrapReference {
    let name = try identifier("a trap's name")
    let arguments = at(.leftParenthesis) && isOnSameLine ? try arguments() : []
    var trapClass: Identifier?
    if take(.as) {
      trapClass = try identifier("a trap's class")
    } else if wantsClass {
      throw expected("`as` and the trap's class")
    }
    return TrapReference(name: name, arguments: arguments, trapClass: trapClass)
  }

  /// `perform e nested trap T`.
  private mutating func perform() throws(ParseFailure) -> StatementSyntax.Kind {
    try expect(.perform)
    let subject = try expression()
    try expect(.nested)
    try expect(.trap)
    return .perform(subject, nested: try trapReference(wantsClass: false))
  }

  /// `probe storage[a] as store`.
  private mutating func probe() throws(ParseFailure) -> StatementSyntax.Kind {
    try expect(.probe)
    let place = try expression()
    try expect(.as)
    return .probe(place, intent: try identifier("`load`, `store` or `fetch`"))
  }

  // MARK: - Names

  private mutating func letBinding() throws(ParseFailure) -> StatementSyntax.Kind {
    try expect(.let)
    let name = try identifier("a name")
    let type = take(.colon) ? try type() : nil
    try expectEquals()
    return .letBinding(name, type: type, try expression())
  }

  private mutating func variable() throws(ParseFailure) -> StatementSyntax.Kind {
    try expect(.var)
    let name = try identifier("a name")
    try expect(.colon)
    let type = try type()
    try expectEquals()
    return .variable(name, type: type, try expression())
  }

  /// A width or the name of a layout. A bare name is taken for a layout's; whoever resolves names
  /// knows whether it is a constant's.
  mutating func type() throws(ParseFailure) -> TypeSyntax {
    let expression = try expression()
    if case .name(let name) = expression { return .layout(name) }
    return .width(expression)
  }

  /// `=` where a name is given to a value; `:=`, the write, is a frequent slip.
  mutating func expectEquals() throws(ParseFailure) {
    if at(.assign) {
      report(
        Diagnostic(
          .expected, "expected `=` before `:=`: `=` names a value, `:=` writes to a place",
          at: span(token), fix: .init("write `=`", at: span(token), replacement: "=")))
      advance()
      return
    }
    try expect(.equals)
  }

  /// `:=`, for which `=` is a frequent slip.
  mutating func expectAssign() throws(ParseFailure) {
    if at(.equals) {
      report(
        Diagnostic(
          .expected, "expected `:=` before `=`: `:=` writes to a place, `=` names a value",
          at: span(token), fix: .init("write `:=`", at: span(token), replacement: ":=")))
      advance()
      return
    }
    guard take(.assign) else { throw expected("`:=`") }
  }

  // MARK: - Assignments and calls

  /// `place := e`.
  mutating func assignment() throws(ParseFailure) -> StatementSyntax {
    let first = token
    let place = try expression()
    try expectAssign()
    let value = try expression()
    return StatementSyntax(.assign(place, value), at: span(from: first))
  }

  private mutating func assignmentOrCall() throws(ParseFailure) -> StatementSyntax.Kind {
    let first = token
    if isMisspelling { throw unknownStatement() }
    let place = try expression()
    if case .call(let name, let arguments, _) = place, !at(.assign), !at(.equals) {
      return .call(name, arguments)
    }
    if case .name = place, token.startsLine || at(.rightBrace) || at(.endOfFile) {
      report(
        Diagnostic(
          .unknownItem, "\(quoted(first)) alone is no statement: expected `:=` or `(`", at: gap))
      throw .line
    }
    try expectAssign()
    return .assign(place, try expression())
  }

  /// A line that starts with something no place starts with: punctuation, or two words in a row.
  private var isMisspelling: Bool {
    switch token.kind {
    case .word:
      switch token.keyword {
      case .real, .when, .not: return false
      default: break
      }
      if token.keyword.isReservedInExpressions { return true }
      switch following.kind {
      case .word, .number, .string:
        return !following.startsLine && BinaryOperator(following) == nil
          && following.keyword != .with
      case .leftBrace: return true
      default: return false
      }
    case .leftParenthesis: return false
    default: return true
    }
  }

  private mutating func unknownStatement() -> ParseFailure {
    unknown(
      "statement",
      among: [
        "require", "trap", "let", "var", "if", "for", "while", "partial", "unpredictable",
        "perform", "result", "cite", "syntax", "encode", "expect", "test",
      ])
  }

  /// Reports a line that starts nothing, with the nearest of the words that would.
  ///
  /// Of several such lines in a row only the first is reported, unless a word is near: they are
  /// what is left of a block whose head is missing.
  mutating func unknown(_ wanted: String, among words: [String]) -> ParseFailure {
    guard !token.followsError else { return .line }
    let word = token
    let near = word.kind == .word ? Suggestion.closest(to: text(of: word), among: words) : nil
    let isNews = near != nil || !followsUnknown
    noteUnknownLine()
    guard isNews else { return .line }
    report(
      Diagnostic(
        .unknownItem,
        near.map { "\(quoted(word)) starts no \(wanted); `\($0)` does" }
          ?? "\(quoted(word)) starts no \(wanted)",
        at: span(word),
        fix: near.map { .init("write `\($0)`", at: span(word), replacement: $0) }))
    return .line
  }

  // MARK: - Control

  private mutating func conditionalStatement() throws(ParseFailure) -> StatementSyntax.Kind {
    try expect(.if)
    let condition = try expression()
    let then = try block()
    guard take(.else) else { return .conditional(condition, then: then, otherwise: []) }
    guard at(.if) else { return .conditional(condition, then: then, otherwise: try block()) }
    let first = token
    try enter()
    defer { leave() }
    let nested = try conditionalStatement()
    return .conditional(
      condition, then: then, otherwise: [StatementSyntax(nested, at: span(from: first))])
  }

  /// `for i : 8 in first .. last bound n { … }`.
  private mutating func forLoop() throws(ParseFailure) -> StatementSyntax.Kind {
    try expect(.for)
    let name = try identifier("a name")
    try expect(.colon)
    let type = try type()
    try expect(.in)
    let first = try expression()
    try expect(.dotDot)
    let last = try expression()
    let bound = take(.bound) ? try expression() : nil
    return .forLoop(name, type: type, first: first, last: last, bound: bound, body: try block())
  }

  private mutating func whileLoop() throws(ParseFailure) -> StatementSyntax.Kind {
    try expect(.while)
    let condition = try expression()
    guard take(.bound) else { throw expected("`bound` and the largest number of rounds") }
    let bound = try expression()
    return .whileLoop(condition, bound: bound, body: try block())
  }

  /// `unpredictable { … } or { … }`.
  private mutating func unpredictable() throws(ParseFailure) -> StatementSyntax.Kind {
    try expect(.unpredictable)
    var alternatives = [try block()]
    while at(.or), following.kind == .leftBrace {
      advance()
      alternatives.append(try block())
    }
    guard alternatives.count > 1 else { throw expected("`or` and another `{ … }`") }
    return .unpredictable(alternatives)
  }

  // MARK: - Citations

  /// `cite manual "Section"`.
  mutating func citation() throws(ParseFailure) -> CitationSyntax {
    try expect(.cite)
    let manual = try identifier("a manual's name")
    return CitationSyntax(manual: manual, section: try string("a section's title in quotes"))
  }
}
