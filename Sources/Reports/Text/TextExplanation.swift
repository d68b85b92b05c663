import Classifier
import ISACore

extension TextReport {
  /// One instruction: manual, encoding, syntax, semantics, verdict and every piece of evidence.
  ///
  /// - Parameter entry: index into `classification.instructions`.
  public static func explain(
    _ isa: InstructionSet, _ classification: Classification, entry: Int,
    style: TextStyle = .plain
  ) -> String {
    let classified = classification.instructions[entry]
    let instruction = isa.instructions[classified.instruction]
    var out = TerminalText(style)
    out.line(
      out.ink(TerminalText.clean(instruction.id), .bold), "  ",
      TerminalText.clean(instruction.title))
    out.line("  \(TerminalText.clean(isa.name)), \(Chapters.title(instruction.chapter))")
    for citation in instruction.citations { out.paragraph(isa.text(of: citation), indent: 2) }

    let shade = Shade(classified.verdict)
    out.line()
    out.paragraph(
      Reason(for: classified.verdict, of: instruction, in: isa, classification.modePair).text,
      indent: 2,
      first: out.ink(shade.letter, shade.ink) + " ")
    if let when = classified.when { out.paragraph("sensitive when \(when)", indent: 2) }

    writeForms(instruction, isa, to: &out)
    writeSemantics(instruction, isa, to: &out)
    out.heading("Evidence")
    write(classified.verdict.evidence, to: &out)
    for item in classified.cases {
      let condition = item.when.isEmpty ? "Form \(item.form)" : "When \(item.when)"
      out.heading(TerminalText.clean(condition))
      let reason = Reason(
        for: item.verdict, of: instruction, in: isa, classification.modePair
      ).text
      let shade = Shade(item.verdict)
      out.paragraph(reason, indent: 2, first: out.ink(shade.letter, shade.ink) + " ")
      write(item.verdict.evidence, to: &out)
    }
    return out.text
  }

  // MARK: Manual

  private static let formsShown = 8

  private static func writeForms(
    _ instruction: Instruction, _ isa: InstructionSet, to out: inout TerminalText
  ) {
    out.heading("Encoding")
    for form in instruction.forms.prefix(formsShown) {
      let columns = EncodingColumns(form, of: isa)
      let syntax = form.syntax.text(fields: form.fields)
      let name = form.name.isEmpty ? "" : "   \(form.name)"
      out.line("  ", out.ink(TerminalText.clean(syntax), .bold), TerminalText.clean(name))
      for line in EncodingBox(columns, width: out.style.width - 2).lines { out.line("  ", line) }
      if !columns.conditions.isEmpty {
        out.paragraph("where \(columns.conditions.joined(separator: " and "))", indent: 2)
      }
    }
    let hidden = instruction.forms.count - formsShown
    if hidden > 0 { out.line("  and \(Words.count(hidden, "more form"))") }
  }

  private static func writeSemantics(
    _ instruction: Instruction, _ isa: InstructionSet, to out: inout TerminalText
  ) {
    guard let excerpt = SourceExcerpt(instruction.span, in: isa.sources) else { return }
    out.heading("Semantics")
    out.line("  ", out.ink(TerminalText.clean(excerpt.place), .quiet))
    for line in excerpt.lines { out.line("  ", TerminalText.clean(line)) }
    if excerpt.omitted > 0 { out.line("  … \(Words.count(excerpt.omitted, "more line"))") }
  }

  // MARK: Evidence

  private static func write(_ evidence: [Evidence], to out: inout TerminalText) {
    let groups = EvidenceGroup.groups(evidence)
    let width = min(30, groups.map(\.claim.count).max() ?? 0)
    for group in groups {
      let claims = TerminalText.wrap(TerminalText.clean(group.claim), width: width)
      write(group.answer, beside: claims.map { "  " + out.column($0, width) + "  " }, to: &out)
    }
  }

  /// - Parameter claim: lines of one width that stand to the left of the answer.
  private static func write(
    _ answer: Answer, beside claim: [String], to out: inout TerminalText
  ) {
    switch answer {
    case .proved(let prover):
      out.paragraph(
        "\(prover.rawValue): \(prover.explanation)", beside: claim, out.column("proved", 9, .blue))
    case .refuted(let witness, let prover):
      out.paragraph(
        "\(prover.rawValue): \(witness.shows.lowercasedFirst)", beside: claim,
        out.column("refuted", 9, .red))
      write(witness, to: &out)
    case .depends(let alternatives):
      out.paragraph("on a choice", beside: claim, out.column("depends", 9, .yellow))
      for (choice, alternative) in alternatives {
        write(alternative, beside: ["    " + out.column(choice, 26) + "  "], to: &out)
      }
    case .unknown(let why):
      out.paragraph(why, beside: claim, out.column("unknown", 9, .magenta))
    }
  }

  private static func write(_ witness: Witness, to out: inout TerminalText) {
    let fields = witness.fields.map { "\($0.place) = \($0.value)" }.joined(separator: ", ")
    out.line(
      "    ", out.ink(TerminalText.clean(witness.encoding), .bold), "  ", TerminalText.clean(fields)
    )
    let table = WitnessTable(witness)
    let placeWidth = max(8, table.rows.map(\.place.count).max() ?? 0)
    let widths = table.captions.indices.map { run in
      max(
        table.captions[run].count, table.outcomes[run].count,
        table.rows.map { text(of: $0.cells[run]).count }.max() ?? 0)
    }
    let captions = zip(table.captions, widths).map { out.column($0, $1, .quiet) }
    out.line("    ", out.column("", placeWidth), "  ", captions.joined(separator: "  "))
    for row in table.rows {
      let ink: TerminalText.Ink? = row.isTelling ? .red : row.isVaried ? .blue : nil
      let cells = zip(row.cells, widths).map { out.column(text(of: $0), $1, ink) }
      out.line("    ", out.column(row.place, placeWidth), "  ", cells.joined(separator: "  "))
    }
    let outcomes = zip(table.outcomes, widths).map { out.column($0, $1, .bold) }
    out.line("    ", out.column("outcome", placeWidth), "  ", outcomes.joined(separator: "  "))
  }

  private static func text(of cell: WitnessTable.Cell) -> String {
    switch (cell.before, cell.after) {
    case (let before?, let after?): "\(before) \u{2192} \(after)"
    case (let before?, nil): before
    case (nil, let after?): "\u{2192} \(after)"
    case (nil, nil): ""
    }
  }
}

/// An encoding drawn with box characters, the bits' numbers above.
struct EncodingBox {
  var lines: [String] = []

  /// - Parameter width: columns; an encoding that is longer goes on below.
  init(_ columns: EncodingColumns, width: Int) {
    var row: [(box: Int, column: EncodingColumns.Column)] = []
    var used = 1
    for column in columns.columns {
      let numbers = column.width == 1 ? [column.first] : [column.first, column.last]
      let numbersWidth = numbers.map { String($0).count }.reduce(numbers.count - 1, +)
      let box = max(column.label.count + 2, numbersWidth)
      if used + box + 1 > width && !row.isEmpty {
        draw(row)
        row = []
        used = 1
      }
      row.append((box, column))
      used += box + 1
    }
    draw(row)
  }

  private mutating func draw(_ row: [(box: Int, column: EncodingColumns.Column)]) {
    guard !row.isEmpty else { return }
    func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
    var numbers = ""
    var top = ""
    var middle = ""
    var bottom = ""
    for (index, (box, column)) in row.enumerated() {
      let first = String(column.first)
      let last = column.width > 1 ? String(column.last) : ""
      numbers += " " + first + spaces(box - first.count - last.count) + last
      let rule = String(repeating: "\u{2500}", count: box)
      top += (index == 0 ? "\u{250C}" : "\u{252C}") + rule
      bottom += (index == 0 ? "\u{2514}" : "\u{2534}") + rule
      let left = (box - column.label.count) / 2
      let label = TerminalText.clean(column.label)
      middle += "\u{2502}" + spaces(left) + label + spaces(box - column.label.count - left)
    }
    lines += [numbers, top + "\u{2510}", middle + "\u{2502}", bottom + "\u{2518}"]
  }
}
