import Classifier
import ISACore

extension MarkdownReport {
  static func writeLiterature(
    _ comparison: LiteratureComparison, _ isa: InstructionSet, _ classification: Classification,
    _ out: inout MarkdownText
  ) {
    let literature = comparison.literature
    out.heading(MarkdownText.escape("Beside \(literature.label)"))
    out.line(MarkdownText.escape(literature.citation))
    out.line("It calls sensitive: \(MarkdownText.escape(literature.definition)).")
    out.line()
    out.line(MarkdownText.escape(comparison.sentence))
    for part in comparison.parts(isa, classification) {
      out.line()
      out.line("### \(part.title): \(part.rows.count)")
      out.line()
      out.table(["Name", "Instruction", "Why"])
      for row in part.rows {
        for (rank, line) in row.lines.enumerated() {
          out.row([
            rank == 0 ? MarkdownText.escape(row.title) : "", MarkdownText.code(line.id),
            MarkdownText.escape(line.text),
          ])
        }
      }
    }
  }
}
