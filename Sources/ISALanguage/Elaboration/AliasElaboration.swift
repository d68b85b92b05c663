import ISACore

/// `alias "mov {a}, {rd}" = "or %g0, {a}, {rd}"`.
extension Elaborator {
  /// More lines than anybody wants one line to stand for.
  private static let mostMeanings = 8
  private static let mostAliases = 1024

  /// After the instructions, whose mnemonics they name.
  func elaborateAliases(_ items: [ItemSyntax]) {
    let aliases = items.filter { if case .alias = $0.kind { true } else { false } }
    guard !aliases.isEmpty else { return }
    let mnemonics = Set(set.instructions.lazy.flatMap { $0.forms.lazy.map(\.syntax.mnemonic) })
    let known = Set(mnemonics.map { $0.uppercased() })
    for item in aliases {
      guard case .alias(let written, let meanings) = item.kind else { continue }
      guard set.aliases.count < Self.mostAliases, meanings.count <= Self.mostMeanings else {
        report(
          Diagnostic(
            .limitExceeded,
            "a machine has at most \(Self.mostAliases) aliases, and one stands for at most \(Self.mostMeanings) instructions",
            at: item.span))
        return
      }
      guard let line = aliasLine(written) else { continue }
      let lines = meanings.compactMap { meaning -> Alias.Line? in
        guard let result = aliasLine(meaning) else { return nil }
        guard known.contains(result.mnemonic.uppercased()) else {
          let near = Suggestion.closest(to: result.mnemonic, among: mnemonics.sorted())
          let rest = meaning.text.dropFirst(result.mnemonic.count)
          report(
            Diagnostic(
              .unknownName, "no instruction is written `\(result.mnemonic)`", at: meaning.span,
              fix: near.map {
                Diagnostic.Fix("write `\($0)`", at: meaning.span, replacement: "\"\($0)\(rest)\"")
              }))
          return nil
        }
        guard let extra = result.holes.subtracting(line.holes).sorted().first else { return result }
        report(
          Diagnostic(
            .malformedTemplate, "`{\(extra)}` does not stand in \"\(written.text)\"",
            at: meaning.span))
        return nil
      }
      guard lines.count == meanings.count else { continue }
      if let lost = line.holes.subtracting(lines.reduce([]) { $0.union($1.holes) }).sorted().first {
        report(
          Diagnostic(
            .malformedTemplate, "`{\(lost)}` is written and stands for nothing", at: written.span))
        continue
      }
      set.aliases.append(Alias(written: line, meanings: lines, span: item.span))
    }
  }

  /// A template without optional parts, whose names stand for any operand.
  private func aliasLine(_ literal: StringLiteral) -> Alias.Line? {
    func fail(_ message: String) -> Alias.Line? {
      report(Diagnostic(.malformedTemplate, message, at: literal.span))
      return nil
    }
    let mnemonic = literal.text.prefix { $0 != " " && $0 != "\t" }
    guard !mnemonic.isEmpty, !mnemonic.contains(where: { "{}[]\\".contains($0) }) else {
      return fail("an alias starts with a word, and each of its meanings with a mnemonic")
    }
    var pieces: [Alias.Piece] = []
    var text = ""
    func flush() {
      if !text.isEmpty { pieces.append(.literal(text)) }
      text = ""
    }
    var cursor = literal.text.dropFirst(mnemonic.count).drop { $0 == " " || $0 == "\t" }
    while let character = cursor.popFirst() {
      switch character {
      case "\\":
        guard let next = cursor.popFirst() else { return fail("`\\` stands before a character") }
        text.append(next)
      case "{":
        guard let end = cursor.firstIndex(of: "}") else { return fail("`{` without `}`") }
        let name = String(cursor[..<end])
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
          return fail("`{\(name)}` is no name for an operand")
        }
        flush()
        if case .hole? = pieces.last { return fail("two operands need something between them") }
        pieces.append(.hole(name))
        cursor = cursor[cursor.index(after: end)...]
      case "[", "]", "}":
        return fail(
          "an alias has no optional parts; write `\\\(character)` for the character `\(character)`")
      default: text.append(character)
      }
    }
    flush()
    return Alias.Line(mnemonic: String(mnemonic), operands: pieces)
  }
}
