import ISACore

/// Reads an assembly template for one form.
struct SyntaxTemplateReader {
  let form: ResolvedForm
  let machine: Elaborator

  /// The whole template; the first word is the mnemonic.
  func read(_ literal: StringLiteral) -> SyntaxTemplate? {
    let text = literal.text
    let mnemonic = String(text.prefix { $0 != " " && $0 != "\t" })
    let rest = text.dropFirst(mnemonic.count).drop { $0 == " " || $0 == "\t" }
    guard !mnemonic.isEmpty, !mnemonic.contains(where: { "{}[]\\".contains($0) }) else {
      fail("a template starts with the mnemonic", literal.span)
      return nil
    }
    var cursor = Array(rest)[...]
    guard
      let pieces = pieces(
        &cursor, names: form.names.mapValues { .field($0) }, closing: nil, at: literal.span,
        depth: 0)
    else { return nil }
    return SyntaxTemplate(mnemonic: mnemonic, operands: pieces)
  }

  private func fail(_ message: String, _ span: SourceSpan) {
    machine.report(Diagnostic(.malformedTemplate, message, at: span))
  }

  private func pieces(
    _ cursor: inout ArraySlice<Character>, names: [String: ResolvedOperand.Meaning],
    closing: Character?, at span: SourceSpan, depth: Int
  ) -> [SyntaxTemplate.Piece]? {
    guard depth < 8 else {
      fail("optional parts nest too deeply", span)
      return nil
    }
    var result: [SyntaxTemplate.Piece] = []
    var literal = ""
    func flush() {
      if !literal.isEmpty { result.append(.literal(literal)) }
      literal = ""
    }
    while let character = cursor.popFirst() {
      switch character {
      case "\\":
        guard let next = cursor.popFirst() else {
          fail("`\\` stands before a character", span)
          return nil
        }
        literal.append(next)
      case "[":
        flush()
        guard let inner = pieces(&cursor, names: names, closing: "]", at: span, depth: depth + 1)
        else { return nil }
        result.append(.optional(inner))
      case "]" where closing == "]":
        flush()
        return result
      case "{":
        flush()
        guard let end = cursor.firstIndex(of: "}") else {
          fail("`{` without `}`", span)
          return nil
        }
        let inside = String(cursor[cursor.startIndex..<end])
        cursor = cursor[(end + 1)...]
        guard let placed = placeholder(inside, names: names, at: span, depth: depth) else {
          return nil
        }
        result += placed
      case "]", "}":
        fail("`\(character)` without its opening; write `\\\(character)` for the character", span)
        return nil
      default: literal.append(character)
      }
    }
    guard closing == nil else {
      fail("`[` without `]`", span)
      return nil
    }
    flush()
    return result
  }

  private func placeholder(
    _ text: String, names: [String: ResolvedOperand.Meaning], at span: SourceSpan, depth: Int
  ) -> [SyntaxTemplate.Piece]? {
    let name = String(text.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    let rest = text.dropFirst(name.count).filter { $0 != " " }
    if let operand = form.operands.first(where: { $0.name.text == name }) {
      guard rest.isEmpty else {
        fail("an operand class has its own template: write `{\(name)}`", span)
        return nil
      }
      var cursor = Array(operand.operandCase.template.text)[...]
      return pieces(
        &cursor, names: operand.meanings, closing: nil, at: operand.operandCase.template.span,
        depth: depth + 1)
    }
    switch names[name] {
    case .field(let index)?:
      guard let format = format(rest, raw: text, at: span) else { return nil }
      return [.field(index, format)]
    case .fixed(let bits, _)?: return [.literal(String(bits))]
    case .number(let number)?: return [.literal(number.text)]
    case nil:
      fail("`{\(name)}` is no field of this encoding", span)
      return nil
    }
  }

  private func format(_ rest: String, raw: String, at span: SourceSpan) -> FieldFormat? {
    if rest.isEmpty { return .unsigned }
    if rest == ":signed" { return .signed }
    if let first = rest.first, first == "+" || first == "-", let number = Int(rest.dropFirst()),
      number < 1 << 20
    {
      return .offset(first == "+" ? number : -number)
    }
    if rest.hasPrefix("*"), let number = Int(rest.dropFirst()), (1...(1 << 20)).contains(number) {
      return .scaled(number)
    }
    if rest.hasPrefix(":names") {
      let list = rest.dropFirst(":names".count).filter { $0 != "\"" }
      return .names(list.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    }
    if rest.hasPrefix(":relative") {
      let numbers = rest.dropFirst(":relative".count)
      let parts = numbers.split(separator: "+", maxSplits: 1)
      if let scale = parts.first.flatMap({ Int($0) }), scale > 0 {
        let bias = parts.count == 2 ? Int(parts[1]) : 0
        if let bias { return .relative(scale: scale, bias: bias) }
      }
    }
    fail("`{\(raw)}`: a format is `:signed`, `+1`, `*4`, `:relative 4 + 8` or `:names a,b`", span)
    return nil
  }
}
