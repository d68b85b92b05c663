import ISACore

/// Writes out families: `for (M, OP) in { (AR, 0x1A) … } { items }` becomes its items, once a row.
///
/// A family is a table of *values*. In its items, a name from its head stands for the cell of the
/// row: a number as an expression or as the fixed bits of an encoding, a name as a name, and any of
/// them as `{NAME}` inside quoted texts, where a family's name wins over a field's.
public enum FamilyExpansion {
  /// Most items that a file may come to.
  public static let maximumItems = 100_000
  /// Most text, in bytes of the description, that the rows together may repeat.
  public static let maximumText = 64 << 20

  /// All items in order, without families. What substitution put in carries the span of its cell,
  /// so that a message names the row.
  public static func expand(_ items: [ItemSyntax]) -> ([ItemSyntax], [Diagnostic]) {
    guard items.contains(where: \.isFamily) else { return (items, []) }
    var expander = Expander()
    expander.expand(items)
    return (expander.items, expander.diagnostics)
  }
}

private struct Expander {
  var items: [ItemSyntax] = []
  var diagnostics: [Diagnostic] = []
  private var remainingText = FamilyExpansion.maximumText
  private var isExhausted = false
  /// Places of misused cells, each reported once however many rows misuse it.
  private var reported: Set<SourceSpan> = []

  mutating func expand(_ source: [ItemSyntax]) {
    for item in source {
      guard !isExhausted else { return }
      guard case .family(let names, let rows, let body) = item.kind else {
        guard items.count < FamilyExpansion.maximumItems else { return exhaust(item.span) }
        items.append(item)
        continue
      }
      expandFamily(names, rows, body, at: item.span)
    }
  }

  private mutating func expandFamily(
    _ names: [Identifier], _ rows: [[FamilyValueSyntax]], _ body: [ItemSyntax], at span: SourceSpan
  ) {
    var seen: [String: SourceSpan] = [:]
    for name in names {
      if let first = seen.updateValue(name.span, forKey: name.text) {
        diagnostics.append(
          Diagnostic(
            .duplicateName, "the family has two columns called `\(name.text)`", at: name.span,
            notes: [.init("the first is here", at: first)]))
        return
      }
    }
    let size = body.reduce(0) { $0 + Int($1.span.end - $1.span.start) }
    for row in rows where row.count == names.count {
      guard !isExhausted else { return }
      remainingText -= size
      guard remainingText >= 0 else { return exhaust(span) }
      var substitution = Substitution(
        cells: Dictionary(uniqueKeysWithValues: zip(names.map(\.text), row)))
      let written = body.map { substitution.item($0) }
      remainingText -= substitution.addedText
      for problem in substitution.problems where reported.insert(problem.span).inserted {
        diagnostics.append(problem)
      }
      expand(written)
    }
  }

  private mutating func exhaust(_ span: SourceSpan) {
    isExhausted = true
    diagnostics.append(
      Diagnostic(
        .limitExceeded,
        "families come to more than \(FamilyExpansion.maximumItems) items or "
          + "\(FamilyExpansion.maximumText >> 20) MiB of text", at: span))
  }
}

extension ItemSyntax {
  fileprivate var isFamily: Bool {
    if case .family = kind { true } else { false }
  }
}
