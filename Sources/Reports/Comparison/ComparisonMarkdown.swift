import Classifier
import ISACore

/// A comparison as Markdown: for a pull request that changes a description.
public enum ComparisonMarkdown {
  public static func text(_ comparison: MachineComparison) -> String {
    var out = MarkdownText()
    let words = ComparisonWords(comparison)
    let names = comparison.names
    out.line("# \(MarkdownText.escape(comparison.title))")
    out.line()
    out.line("**\(MarkdownText.escape(words.headline))**")
    out.line()
    out.line(MarkdownText.escape(words.counts))
    for caveat in words.caveats {
      out.line()
      out.line("> \(MarkdownText.escape(caveat))")
    }
    if !comparison.isSame {
      writeTheorems(comparison, to: &out)
      writePremises(comparison, words, to: &out)
      for (title, changes) in comparison.groups {
        out.heading(MarkdownText.escape("\(title.capitalizedFirst): \(changes.count)"))
        out.table(["Instruction", "", "What", names.before, names.after].map(MarkdownText.escape))
        for change in changes { write(change, of: comparison, to: &out) }
      }
      writeAlone(comparison.added, of: comparison.after, names.after, to: &out)
      writeAlone(comparison.removed, of: comparison.before, names.before, to: &out)
    }
    out.heading("As before")
    out.line(MarkdownText.escape(words.asBefore.capitalizedFirst) + ".")
    return out.text
  }

  private static func writeTheorems(_ comparison: MachineComparison, to out: inout MarkdownText) {
    let changed = comparison.theorems.filter(\.isChanged)
    guard !changed.isEmpty else { return }
    out.heading("Theorems")
    let names = comparison.names
    out.table(
      ["Theorem", "Reading", names.before, names.after, "Instructions"].map(MarkdownText.escape))
    for change in changed {
      out.row([
        "\(change.theorem.number), \(change.theorem.name)", change.reading.rawValue,
        TheoremChange.words(change.before), TheoremChange.words(change.after),
        MarkdownText.escape(change.detail),
      ])
    }
  }

  private static func writePremises(
    _ comparison: MachineComparison, _ words: ComparisonWords, to out: inout MarkdownText
  ) {
    let changed = comparison.preconditions.filter(\.isChanged)
    let names = comparison.names
    if !changed.isEmpty {
      out.heading("Preconditions")
      out.table(["Precondition", names.before, names.after, "Why"].map(MarkdownText.escape))
      for change in changed {
        out.row([
          MarkdownText.escape(change.name), PreconditionChange.mark(change.before),
          PreconditionChange.mark(change.after), MarkdownText.escape(change.why),
        ])
      }
    }
    for (title, text) in words.premises {
      out.heading(title)
      out.line(MarkdownText.escape(text.capitalizedFirst) + ".")
    }
  }

  private static func write(
    _ change: InstructionChange, of comparison: MachineComparison, to out: inout MarkdownText
  ) {
    let instruction = comparison.after.instruction(change.after)
    let head = [MarkdownText.code(instruction.id), MarkdownText.escape(instruction.title)]
    for (rank, row) in comparison.rows(change).enumerated() {
      out.row((rank == 0 ? head : ["", ""]) + row.map(MarkdownText.escape))
    }
  }

  private static func writeAlone(
    _ entries: [Int], of side: MachineComparison.Side, _ name: String, to out: inout MarkdownText
  ) {
    guard !entries.isEmpty else { return }
    out.heading(MarkdownText.escape("Of \(name) alone: \(entries.count)"))
    for (shade, members) in side.byShade(entries) {
      if shade == .innocuous {
        let ids = members.map { MarkdownText.code(side.id($0)) }
        out.line("- \(shade.label): \(ids.joined(separator: ", "))")
        continue
      }
      for entry in members {
        out.line(
          "- \(MarkdownText.code(side.id(entry))): \(MarkdownText.escape(side.reason(entry).text))")
      }
    }
  }
}
