import Classifier
import ISACore

extension TextReport {
  /// A published classification beside this one: first what differs, last what agrees, by name.
  static func writeLiterature(
    _ comparison: LiteratureComparison, _ isa: InstructionSet, _ classification: Classification,
    _ out: inout TerminalText
  ) {
    out.heading("Beside \(TerminalText.clean(comparison.literature.label))")
    out.paragraph(comparison.literature.citation, indent: 2, .quiet)
    out.paragraph("It calls sensitive: \(comparison.literature.definition)", indent: 2, .quiet)
    out.paragraph(comparison.sentence, indent: 2)
    for part in comparison.parts(isa, classification) {
      out.line("  ", out.ink("\(part.title): \(part.rows.count)", .bold))
      for row in part.rows {
        for (rank, reason) in row.reasons.enumerated() {
          let title = TerminalText.clean(row.title)
          if rank == 0 {
            out.paragraph("\(title) \u{2013} \(reason)", indent: 6, first: "    ")
          } else {
            out.paragraph(reason, indent: 6)
          }
        }
      }
    }
  }
}
