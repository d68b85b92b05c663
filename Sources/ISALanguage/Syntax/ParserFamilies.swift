import ISACore

extension FileParser {
  // MARK: - Families

  /// `for (M, OP) in { (AR, 0x1A) … } { items }`; with one name the parentheses may be left out.
  mutating func family() throws(ParseFailure) -> ItemSyntax.Kind {
    let names: [Identifier]
    if at(.leftParenthesis) {
      names = try parenthesized { (parser) throws(ParseFailure) in
        try parser.identifier("a name")
      }
    } else {
      names = [try identifier("a name or `(`")]
    }
    try expect(.in)
    var rows: [[FamilyValueSyntax]] = []
    try braced(commas: true) { (parser) throws(ParseFailure) in
      // Rows may also follow one another on a line.
      repeat {
        let row = try parser.familyRow()
        if row.count == names.count {
          rows.append(row)
        } else {
          parser.report(
            Diagnostic(
              .argumentCount,
              "this row has \(row.count) of \(names.count) values", at: row.span,
              notes: [.init("the names stand here", at: names.span)]))
        }
      } while parser.at(.leftParenthesis) && !parser.token.startsLine
    }
    return .family(names: names, rows: rows, items: try itemBlock())
  }

  private mutating func familyRow() throws(ParseFailure) -> [FamilyValueSyntax] {
    guard at(.leftParenthesis) else { return [try familyValue()] }
    return try parenthesized { (parser) throws(ParseFailure) in try parser.familyValue() }
  }

  private mutating func familyValue() throws(ParseFailure) -> FamilyValueSyntax {
    switch token.kind {
    case .number:
      let span = span(token)
      return .number(number(), span)
    case .word: return .name(try identifier("a name"))
    case .string: return .string(try string("a text"))
    default: throw expected("a number, a name or a quoted text")
    }
  }

  // MARK: - Conformance

  /// `conformance "s360" memory storage { R0..R15 = gr …  begin { … } }`.
  mutating func conformance() throws(ParseFailure) -> ItemSyntax.Kind {
    let isa = try string("the machine's name in conformance data, in quotes")
    try expect(.memory)
    let memory = try identifier("a memory's name")
    var entries: [ConformanceEntrySyntax] = []
    var begin: [StatementSyntax]?
    try braced(commas: true) { (parser) throws(ParseFailure) in
      if parser.at(.begin), parser.following.kind == .leftBrace {
        try parser.conformanceBegin(into: &begin)
      } else {
        entries.append(try parser.conformanceEntry())
      }
    }
    return .conformance(
      ConformanceSyntax(isa: isa, memory: memory, entries: entries, begin: begin))
  }

  /// `begin { … }`, once.
  private mutating func conformanceBegin(
    into begin: inout [StatementSyntax]?
  ) throws(ParseFailure) {
    if begin != nil {
      report(Diagnostic(.duplicateName, "`begin` stands twice", at: span(token)))
    }
    try expect(.begin)
    begin = try block()
  }

  /// `R0..R15 = gr`, `O0..O7 = r from 8`, `CC = psw.cc`, `given GDTR = [gdtr.base, gdtr.limit]`,
  /// `keys = storage_key block 2048 shift 3`.
  private mutating func conformanceEntry() throws(ParseFailure) -> ConformanceEntrySyntax {
    let opening = token
    let isGiven = at(.given) && following.kind == .word && !following.startsLine
    if isGiven { advance() }
    let first = try dottedName("a name in conformance data")
    let last = take(.dotDot) ? try dottedName("the last name of the run") : first
    try expectEquals()
    let parts = at(.leftBracket) ? try conformanceParts() : nil
    let place = if let first = parts?.first { first } else { try expression() }
    let start = take(.from) ? try expression() : nil
    let block = take(.block) ? try expression() : nil
    let shift = take(.shift) ? try expression() : nil
    return ConformanceEntrySyntax(
      isGiven: isGiven, first: first, last: last, place: place, parts: parts, start: start,
      block: block, shift: shift, span: span(from: opening))
  }

  /// `[gdtr.base, gdtr.limit]`.
  private mutating func conformanceParts() throws(ParseFailure) -> [ExpressionSyntax] {
    try expect(.leftBracket)
    bracketDepth += 1
    defer { bracketDepth -= 1 }
    var parts: [ExpressionSyntax] = []
    repeat { parts.append(try expression()) } while take(.comma)
    guard take(.rightBracket) else { throw expected("`,` or `]`") }
    return parts
  }

  /// `W0.L7`: names in data may have dots.
  private mutating func dottedName(_ what: String) throws(ParseFailure) -> Identifier {
    var name = try identifier(what)
    while take(.dot) {
      let part = try identifier("what follows the dot")
      name = Identifier("\(name.text).\(part.text)", at: name.span.through(part.span))
    }
    return name
  }
}

extension FamilyValueSyntax {
  public var span: SourceSpan {
    switch self {
    case .number(_, let span): span
    case .name(let name): name.span
    case .string(let literal): literal.span
    }
  }
}

extension [FamilyValueSyntax] {
  fileprivate var span: SourceSpan {
    guard let first, let last else { return .none }
    return first.span.through(last.span)
  }
}

extension [Identifier] {
  fileprivate var span: SourceSpan {
    guard let first, let last else { return .none }
    return first.span.through(last.span)
  }
}
