import ISACore

extension FileParser {
  // MARK: - Instructions

  /// `ID "Title" { … }`; an amendment may leave the title out.
  mutating func instruction(isAmendment: Bool) throws(ParseFailure) -> InstructionSyntax {
    let first = tokens[index - 1]
    let name = try identifier("an instruction's name")
    let title =
      isAmendment && !at(.string) ? nil : try string("the instruction's title in quotes")
    var instruction = InstructionSyntax(
      name: name, title: title, syntax: nil, citations: [], encodes: [], body: [],
      expectations: [], tests: [], before: [], span: span(from: first))
    let header = span(from: first)
    try braced { (parser) throws(ParseFailure) in
      try parser.instructionPart(&instruction, isAmendment: isAmendment)
    }
    // Messages about an instruction point at its first line, not at all of them.
    instruction.span = header
    return instruction
  }

  private mutating func instructionPart(
    _ instruction: inout InstructionSyntax, isAmendment: Bool
  ) throws(ParseFailure) {
    guard startsWithKeyword, following.kind != .leftParenthesis else {
      instruction.body.append(try statement())
      return
    }
    switch token.keyword {
    case .syntax:
      advance()
      instruction.syntax = try string("the assembly template in quotes", isTemplate: true)
    case .cite:
      instruction.citations.append(try citation())
    case .encode:
      instruction.encodes.append(try encode())
    case .expect:
      try expectations(into: &instruction.expectations)
    case .test where following.kind == .string:
      instruction.tests.append(try test())
    case .before where isAmendment:
      advance()
      if at(.leftBrace) {
        instruction.before += try block()
      } else {
        instruction.before.append(try statement())
      }
    default:
      instruction.body.append(try statement())
    }
  }

  /// `expect privileged, not innocuous`.
  private mutating func expectations(
    into list: inout [ExpectationSyntax]
  ) throws(ParseFailure) {
    try expect(.expect)
    repeat {
      let isNegated = take(.not)
      list.append(ExpectationSyntax(isNegated: isNegated, fact: try identifier("a fact")))
    } while take(.comma)
  }

  // MARK: - Tests

  /// `test "…" { given a = b, c = d  units "…"  trap name  then x = y }`.
  private mutating func test() throws(ParseFailure) -> TestSyntax {
    let first = token
    try expect(.test)
    let name = try string("what is tested, in quotes")
    var given: [(ExpressionSyntax, ExpressionSyntax)] = []
    var then: [(ExpressionSyntax, ExpressionSyntax)] = []
    var units: StringLiteral?
    var trap: Identifier?
    try braced { (parser) throws(ParseFailure) in
      // Parts may also follow one another on a line.
      repeat {
        switch parser.token.keyword {
        case .given:
          parser.advance()
          try parser.equations(into: &given)
        case .then:
          parser.advance()
          try parser.equations(into: &then)
        case .units:
          parser.advance()
          units = try parser.string("the instruction's units in hexadecimal, in quotes")
        case .trap:
          parser.advance()
          trap = try parser.identifier("a trap's name")
        default:
          throw parser.unknown("part of a test", among: ["given", "units", "trap", "then"])
        }
      } while !parser.token.startsLine && !parser.at(.rightBrace) && !parser.at(.endOfFile)
    }
    guard let units else { throw missingPart("units", of: "test") }
    return TestSyntax(
      name: name, given: given, units: units, trap: trap, then: then, span: span(from: first))
  }

  /// `a = b, c = d`.
  mutating func equations(
    into list: inout [(ExpressionSyntax, ExpressionSyntax)]
  ) throws(ParseFailure) {
    repeat {
      let place = try expression()
      try expectEquals()
      list.append((place, try expression()))
    } while take(.comma)
  }

  // MARK: - Encodings

  /// `encode 0x82:8 ignored:8 b1:4 d1:12 where b1 != 0 over OTHER`.
  mutating func encode() throws(ParseFailure) -> EncodeSyntax {
    let first = token
    try expect(.encode)
    let elements = try encodeElements()
    guard !elements.isEmpty else { throw expected("the encoding's bits, such as `0x82:8`") }
    let `extension` = take(.semicolon) ? try encodeElements() : []
    let condition = take(.where) ? try expression() : nil
    var overrides: [Identifier] = []
    while take(.over) {
      repeat {
        overrides.append(try identifier("the encoding that gives way"))
      } while take(.comma)
    }
    return EncodeSyntax(
      elements: elements, extension: `extension`, condition: condition, overrides: overrides,
      span: span(from: first))
  }

  /// Elements end where none can start. Those on the next line are told from statements by the `:`
  /// behind a name or number; `x.ext`, which is none, must stand on the line.
  private mutating func encodeElements() throws(ParseFailure) -> [EncodeElementSyntax] {
    var elements: [EncodeElementSyntax] = []
    while true {
      switch (token.kind, following.kind) {
      case (.word, .colon), (.number, .colon), (.number, _):
        elements.append(try encodeElement())
      case (.word, .dot) where !token.startsLine && peek(2).keyword == .ext:
        let first = token
        let name = try identifier("an operand's name")
        advance()
        advance()
        elements.append(.extensionOf(name, span(from: first)))
      default:
        return elements
      }
    }
  }

  /// `0x82:8`, `b1:4`, `ignored:8`, `sbz:4`, `src:Ea(16) only (a, b)`.
  private mutating func encodeElement() throws(ParseFailure) -> EncodeElementSyntax {
    let first = token
    if at(.number) {
      let value = number()
      try expect(.colon)
      let width = try encodeWidth()
      return .fixed(value, width: width, span(from: first))
    }
    let keyword = token.keyword
    let name = try identifier("a field's name")
    try expect(.colon)
    if at(.word), following.kind == .leftParenthesis, !following.startsLine {
      let className = try identifier("an operand class's name")
      let arguments = try arguments()
      let restriction = try caseRestriction()
      return .operand(
        name, className: className, arguments: arguments, restriction: restriction,
        span(from: first))
    }
    let width = try encodeWidth()
    switch keyword {
    case .ignored: return .ignored(width: width, span(from: first))
    case .sbz: return .shouldBeZero(width: width, span(from: first))
    default: return .field(name, width: width, span(from: first))
    }
  }

  /// A number, a name, or an expression in parentheses: bits follow one another without commas.
  private mutating func encodeWidth() throws(ParseFailure) -> ExpressionSyntax {
    let first = token
    switch token.kind {
    case .number:
      let value = number()
      return .number(value, width: nil, span(first))
    case .word:
      return .name(try identifier("a width"))
    case .leftParenthesis:
      advance()
      bracketDepth += 1
      defer { bracketDepth -= 1 }
      let width = try expression()
      try expect(.rightParenthesis)
      return width
    default:
      throw expected("a width in bits")
    }
  }

  /// `only (a, b)` or `except (a)`.
  private mutating func caseRestriction() throws(ParseFailure) -> CaseRestriction? {
    guard at(.only) || at(.except), following.kind == .leftParenthesis else { return nil }
    let isOnly = at(.only)
    advance()
    let cases = try parenthesized { (parser) throws(ParseFailure) in
      try parser.identifier("a case's name")
    }
    return CaseRestriction(isOnly: isOnly, cases: cases)
  }

  // MARK: - Prefixes and operand classes

  /// `prefix opsize { encode 0x66:8 data16 := 1 }`.
  mutating func prefix() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a prefix's name")
    var only: [Identifier]?
    if at(.only) {
      advance()
      only = try parenthesized { (parser) throws(ParseFailure) in
        try parser.identifier("an instruction's name")
      }
    }
    var encoding: EncodeSyntax?
    var body: [StatementSyntax] = []
    try braced { (parser) throws(ParseFailure) in
      if parser.at(.encode), parser.startsWithKeyword {
        encoding = try parser.encode()
        // A statement may stand behind the encoding.
        if parser.token.startsLine || parser.at(.rightBrace) { return }
      }
      body.append(try parser.statement())
    }
    guard let encoding else { throw missingPart("encode", of: "prefix") }
    return .prefix(name, only: only, encode: encoding, body: body)
  }

  /// `operand Ea(w) : w { case … }`.
  mutating func operand() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("an operand class's name")
    let parameters = try optionalParameters()
    try expect(.colon)
    let type = try type()
    var cases: [OperandCaseSyntax] = []
    try braced { (parser) throws(ParseFailure) in cases.append(try parser.operandCase()) }
    return .operand(name, parameters: parameters, type: type, cases: cases)
  }

  /// `case NAME "template"` and its parts, which may go on over several lines.
  private mutating func operandCase() throws(ParseFailure) -> OperandCaseSyntax {
    let first = token
    try expect(.case)
    let name = try identifier("a case's name")
    let template = try string("the case's assembly template in quotes", isTemplate: true)
    var encoding: EncodeSyntax?
    var address: ExpressionSyntax?
    var effects: [StatementSyntax] = []
    var place: ExpressionSyntax?
    var isValue = false
    parts: while true {
      switch token.keyword {
      case .encode:
        encoding = try encode()
      case .where:
        // A case without bits of its own may still depend on its parameters.
        let start = token
        advance()
        encoding = EncodeSyntax(
          elements: [], extension: [], condition: try expression(), overrides: [],
          span: span(from: start))
      case .address:
        advance()
        address = try expression()
      case .effect:
        advance()
        effects.append(try assignment())
      case .place, .value:
        isValue = token.keyword == .value
        advance()
        place = try expression()
      default:
        break parts
      }
    }
    guard let place else { throw expected("`place` or `value` and what the case stands for") }
    return OperandCaseSyntax(
      name: name, template: template,
      encode: encoding
        ?? EncodeSyntax(
          elements: [], extension: [], condition: nil, overrides: [], span: span(first)),
      address: address, effects: effects, place: place, isValue: isValue, span: span(from: first))
  }
}
