import ISACore

extension FileParser {
  /// All items of the file.
  mutating func file() -> [ItemSyntax] {
    var items: [ItemSyntax] = []
    while !at(.endOfFile) {
      let start = index
      do throws(ParseFailure) {
        try understand { (parser) throws(ParseFailure) in items.append(try parser.item()) }
        try expectLineEnd()
      } catch {
        bracketDepth = 0
        if index < tokens.count - 1, !(isItemBoundary && index > start) { recoverItem(from: start) }
      }
      skipStrayBraces()
    }
    return items
  }

  /// Braces that close nothing, reported once unless a line before them is to blame.
  private mutating func skipStrayBraces() {
    guard at(.rightBrace) else { return }
    if !followsUnknown {
      report(Diagnostic(.unknownItem, "this `}` closes nothing", at: span(token)))
    }
    noteUnknownLine()
    while take(.rightBrace) {}
  }

  private mutating func recoverItem(from start: Int) {
    if index == start { advance() }
    skipToNextItem()
  }

  /// The items of a family: like a file's, up to the closing brace.
  mutating func itemBlock() throws(ParseFailure) -> [ItemSyntax] {
    let opening = token
    try expect(.leftBrace)
    try enter()
    defer { leave() }
    var items: [ItemSyntax] = []
    while try !closes(opening) {
      let start = index
      do throws(ParseFailure) {
        try understand { (parser) throws(ParseFailure) in items.append(try parser.item()) }
        try expectLineEnd()
      } catch {
        bracketDepth = 0
        if !(isItemBoundary && index > start) { recoverItem(from: start) }
      }
    }
    return items
  }

  mutating func item() throws(ParseFailure) -> ItemSyntax {
    let first = token
    guard token.kind == .word, token.keyword.startsItem else { throw unknownItem() }
    let outerColumn = itemColumn
    itemColumn = indentation(of: first)
    defer { itemColumn = outerColumn }
    return ItemSyntax(try itemKind(), at: span(from: first))
  }

  private mutating func unknownItem() -> ParseFailure {
    unknown("item", among: Keyword.allCases.filter(\.startsItem).map(\.rawValue))
  }

  private mutating func itemKind() throws(ParseFailure) -> ItemSyntax.Kind {
    let keyword = token.keyword
    advance()
    switch keyword {
    case .machine: return try machine()
    case .numbering: return .numbering(try word(of: ["msb0", "lsb0"]))
    case .endian: return .endian(try word(of: ["big", "little"]))
    case .manual: return try manual()
    case .include: return .include(try string("a file's path in quotes"))
    case .const: return try named(ItemSyntax.Kind.const)
    case .layout: return try layout()
    case .register: return try register()
    case .memory: return try memory()
    case .region: return try region()
    case .translate: return try translate()
    case .place: return try place()
    case .function: return try function()
    case .action: return try action()
    case .choice: return try choice()
    case .trap: return try trap()
    case .entry: return try entry()
    case .undefined: return try undefined()
    case .fetch: return try fetch()
    case .advance: return try advanceRule()
    case .wait:
      try expect(.when)
      return .wait(try expression())
    case .modes: return try modes()
    case .invariant: return try named(ItemSyntax.Kind.invariant)
    case .assume: return try named(ItemSyntax.Kind.assume)
    case .shift: return try shift()
    case .draft: return .draft(try string("what is still missing, in quotes"))
    case .reset: return .reset(try block())
    case .begin: return try begin()
    case .interrupt: return try interrupt()
    case .tick: return try tick()
    case .context: return try context()
    case .prefix: return try prefix()
    case .operand: return try operand()
    case .instr: return .instruction(try instruction(isAmendment: false))
    case .device: return try device()
    case .alias: return try alias()
    case .ieee: return .ieee(try ieee())
    case .monitor: return .monitor(try monitor())
    case .amend where at(.monitor) && following.kind == .leftBrace:
      advance()
      return .amendMonitor(try monitor())
    case .amend: return .amend(try instruction(isAmendment: true))
    case .remove: return .remove(try identifier("an instruction's name"))
    case .for: return try family()
    case .conformance: return try conformance()
    case .expect: return try theoremExpectation()
    default: throw unknownItem()
    }
  }

  // MARK: - Pieces

  /// One of a few words, none of them a keyword elsewhere; in the place of another, the nearest.
  mutating func word(of words: [String]) throws(ParseFailure) -> Identifier {
    let wanted = words.map { "`\($0)`" }.joined(separator: " or ")
    let word = token
    guard word.kind == .word, !word.startsLine else { throw expected(wanted) }
    var name = text(of: word)
    if !words.contains(name) {
      let near = Suggestion.closest(to: name, among: words)
      name = near ?? words[0]
      report(
        Diagnostic(
          .expected, "expected \(wanted) instead of \(quoted(word))", at: span(word),
          fix: near.map { .init("write `\($0)`", at: span(word), replacement: $0) }))
    }
    advance()
    return Identifier(name, at: span(word))
  }

  /// `NAME = e`.
  private mutating func named(
    _ make: (Identifier, ExpressionSyntax) -> ItemSyntax.Kind
  ) throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a name")
    try expectEquals()
    return make(name, try expression())
  }

  /// `(a : 4, b)`.
  mutating func parameters() throws(ParseFailure) -> [ParameterSyntax] {
    try parenthesized { (parser) throws(ParseFailure) in try parser.parameter() }
  }

  mutating func parameter() throws(ParseFailure) -> ParameterSyntax {
    let name = try identifier("a parameter's name")
    return ParameterSyntax(name: name, type: take(.colon) ? try type() : nil)
  }

  /// `(…)` or nothing.
  mutating func optionalParameters() throws(ParseFailure) -> [ParameterSyntax] {
    at(.leftParenthesis) && isOnSameLine ? try parameters() : []
  }

  /// A role stands on the line of what it belongs to.
  mutating func role() throws(ParseFailure) -> Identifier {
    guard token.kind == .word, !token.startsLine else { throw expected("a role") }
    return try identifier("a role")
  }

  // MARK: - The machine and its books

  private mutating func machine() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try machineName("the machine's name")
    let base = take(.colon) ? try machineName("the base machine's name") : nil
    return .machine(name, base: base, title: try string("the machine's title in quotes"))
  }

  /// Machines may have hyphens in their names: `s360-67`, `third-generation`.
  private mutating func machineName(_ what: String) throws(ParseFailure) -> Identifier {
    var name = try identifier(what)
    while token.kind == .minus, token.start == name.span.end, !token.startsLine {
      advance()
      let part = token
      guard part.kind == .word || part.kind == .number, part.start == name.span.end + 1 else {
        throw expected("the rest of the machine's name")
      }
      advance()
      name = Identifier(name.text + "-" + text(of: part), at: name.span.through(span(part)))
    }
    return name
  }

  /// `manual poo = "…" { section "Load PSW" 72 … }`.
  private mutating func manual() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a manual's name")
    try expectEquals()
    let title = try string("the manual's number and title in quotes")
    var sections: [(StringLiteral, page: String?)] = []
    if at(.leftBrace) {
      try braced(commas: true) { (parser) throws(ParseFailure) in
        // Sections may also follow one another on a line.
        repeat {
          try parser.expect(.section)
          let title = try parser.string("a section's title in quotes")
          sections.append((title, page: try parser.page()))
        } while parser.at(.section) && !parser.token.startsLine
      }
    }
    return .manual(name, title: title, sections: sections)
  }

  /// A page as printed: `72`, `136.1`, `A-3`, or quoted; nil where none stands.
  private mutating func page() throws(ParseFailure) -> String? {
    guard !token.startsLine else { return nil }
    switch token.kind {
    case .string:
      return try string("a page").text
    case .number,
      .word where !at(.section):
      let first = token
      advance()
      while token.start == tokens[index - 1].end,
        at(.number) || at(.word) || at(.dot) || at(.minus)
      {
        advance()
      }
      let end = tokens[index - 1].end
      return String(decoding: text[Int(first.start)..<Int(end)], as: UTF8.self)
    default:
      return nil
    }
  }

  // MARK: - Choices and claims

  /// `choice decimal : 1 = 1 "…" { cite … } values 0, 1`.
  private mutating func choice() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a choice's name")
    try expect(.colon)
    let type = try type()
    try expectEquals()
    let initial = try expression()
    let text = try string("what is chosen, in quotes")
    var citations: [CitationSyntax] = []
    var values: [ExpressionSyntax] = []
    while true {
      if at(.cite) {
        citations.append(try citation())
      } else if take(.values) {
        repeat { values.append(try expression()) } while take(.comma)
      } else if at(.leftBrace), isOnSameLine {
        try braced { (parser) throws(ParseFailure) in
          guard parser.take(.values) else {
            citations.append(try parser.citation())
            return
          }
          repeat { values.append(try parser.expression()) } while parser.take(.comma)
        }
      } else {
        break
      }
    }
    return .choice(
      name, type: type, initial: initial, text: text, citations: citations, values: values)
  }

  /// `expect theorem1 strict fails`.
  private mutating func theoremExpectation() throws(ParseFailure) -> ItemSyntax.Kind {
    let theorem = try word(of: ["theorem1", "theorem2", "theorem3"])
    let isStrict = take(.strict)
    guard at(.holds) || at(.fails) else { throw expected("`holds` or `fails`") }
    let holds = at(.holds)
    advance()
    return .expectTheorem(
      number: Int(theorem.text.utf8.last ?? 48) - 48, isStrict: isStrict, holds: holds)
  }

  /// `modes problem { user psw.problem == 1 supervisor psw.problem == 0 }`.
  private mutating func modes() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a name for the pair of modes")
    var user: ExpressionSyntax?
    var supervisor: ExpressionSyntax?
    try braced { (parser) throws(ParseFailure) in
      repeat {
        if parser.take(.user) {
          user = try parser.expression()
        } else if parser.take(.supervisor) {
          supervisor = try parser.expression()
        } else {
          throw parser.expected("`user` or `supervisor`")
        }
      } while parser.at(.user) || parser.at(.supervisor)
    }
    guard let user else { throw missingPart("user", of: "modes") }
    guard let supervisor else { throw missingPart("supervisor", of: "modes") }
    return .modes(name, user: user, supervisor: supervisor)
  }

  /// `ieee { rounding nearest, zero, up, down … }`.
  private mutating func ieee() throws(ParseFailure) -> IEEESyntax {
    var rounding: [Identifier] = []
    var tininess: Identifier?
    var nan: Identifier?
    var defaultNaN: Identifier?
    try braced { (parser) throws(ParseFailure) in
      if parser.take(.rounding) {
        rounding = []
        repeat {
          rounding.append(try parser.word(of: IEEEWords.rounding.map(\.word)))
        } while parser.take(.comma)
      } else if parser.take(.tininess) {
        tininess = try parser.word(of: IEEEWords.tininess.map(\.word))
      } else if parser.take(.nan) {
        nan = try parser.word(of: IEEEWords.nan.map(\.word))
      } else if parser.take(.default) {
        defaultNaN = try parser.word(of: IEEEWords.defaultNaN.map(\.word))
      } else {
        throw parser.expected("`rounding`, `tininess`, `nan` or `default`")
      }
    }
    guard !rounding.isEmpty else { throw missingPart("rounding", of: "ieee") }
    guard let tininess else { throw missingPart("tininess", of: "ieee") }
    guard let nan else { throw missingPart("nan", of: "ieee") }
    guard let defaultNaN else { throw missingPart("default", of: "ieee") }
    return IEEESyntax(rounding: rounding, tininess: tininess, nan: nan, defaultNaN: defaultNaN)
  }

  /// Reports at the closing brace just read that the block lacks a part.
  mutating func missingPart(_ part: String, of whole: String) -> ParseFailure {
    let brace = span(tokens[index - 1])
    report(
      Diagnostic(
        .expected, "expected `\(part)` before the end of `\(whole)`",
        at: SourceSpan(file: fileIndex, start: Int(brace.start), end: Int(brace.start))))
    return .line
  }

  // MARK: - Relocation, time, the outside

  private mutating func shift() throws(ParseFailure) -> ItemSyntax.Kind {
    try expect(.leftParenthesis)
    let parameter = try parameter()
    try expect(.rightParenthesis)
    return .shift(parameter, body: try block())
  }

  /// `begin(a : 32) elf 2, 18 { … }`.
  private mutating func begin() throws(ParseFailure) -> ItemSyntax.Kind {
    try expect(.leftParenthesis)
    let parameter = try parameter()
    try expect(.rightParenthesis)
    var machines: [ExpressionSyntax] = []
    if take(.elf) {
      machines.append(try expression())
      while take(.comma) { machines.append(try expression()) }
    }
    return .begin(parameter, machines: machines, body: try block())
  }

  /// `interrupt io priority 4 when e trap name(args)`.
  private mutating func interrupt() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("an interruption's name")
    try expect(.priority)
    let priority = try expression()
    try expect(.when)
    let condition = try expression()
    try expect(.trap)
    return .interrupt(
      name, priority: priority, condition: condition, trap: try trapReference(wantsClass: false))
  }

  /// `tick interval_timer every 1000 { … }`.
  private mutating func tick() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a name")
    try expect(.every)
    let period = try expression()
    return .tick(name, every: period, body: try block())
  }

  /// `alias "mov {a}, {rd}" = "or %g0, {a}, {rd}"`.
  private mutating func alias() throws(ParseFailure) -> ItemSyntax.Kind {
    let written = try string("what is written, in quotes", isTemplate: true)
    try expect(.equals)
    var meanings = [try string("what it stands for, in quotes", isTemplate: true)]
    while take(.comma) { meanings.append(try string("an instruction in quotes", isTemplate: true)) }
    return .alias(written, meanings: meanings)
  }
}
