import Classifier
import ISACore

/// A comparison for a terminal: the theorems first, then the instructions by what became of them,
/// then what stayed, in one line.
public enum ComparisonText {
  public static func text(
    _ comparison: MachineComparison, style: TextStyle = .plain
  ) -> String {
    var out = TerminalText(style)
    let words = ComparisonWords(comparison)
    writeHeader(comparison, words, to: &out)
    if !comparison.isSame {
      writeTheorems(comparison, to: &out)
      writePremises(comparison, words, to: &out)
      writeChanges(comparison, to: &out)
      writeAlone(comparison.added, of: comparison.after, comparison.names.after, to: &out)
      writeAlone(comparison.removed, of: comparison.before, comparison.names.before, to: &out)
    }
    out.line()
    out.paragraph(words.asBefore, indent: 11, first: out.ink("As before: ", .bold))
    return out.text
  }

  private static func writeHeader(
    _ comparison: MachineComparison, _ words: ComparisonWords, to out: inout TerminalText
  ) {
    for (name, side) in [
      (comparison.names.before, comparison.before), (comparison.names.after, comparison.after),
    ] {
      out.line(out.ink(TerminalText.clean(side.isa.name), .bold), "  \(TerminalText.clean(name))")
      out.line(
        "  user: ", Words.equalities(side.classification.modePair.user), "   supervisor: ",
        Words.equalities(side.classification.modePair.supervisor))
    }
    out.line()
    out.paragraph(words.headline, indent: 0, .bold)
    out.paragraph(words.counts, indent: 0)
    for caveat in words.caveats { out.paragraph(caveat, indent: 2, first: "! ", .red) }
  }

  // MARK: Theorems and premises

  private static func writeTheorems(
    _ comparison: MachineComparison, to out: inout TerminalText
  ) {
    let changed = comparison.theorems.filter(\.isChanged)
    guard !changed.isEmpty else { return }
    out.heading("Theorems")
    var last = 0
    for change in changed {
      let theorem = change.theorem
      let name = theorem.number == last ? "" : "\(theorem.number)  \(theorem.name)"
      last = theorem.number
      let first =
        "  " + out.column(name, 36) + out.column(change.reading.rawValue, 10, .quiet)
        + ink(change.before, &out) + " \u{2192} " + ink(change.after, &out)
      out.line(first)
      if !change.detail.isEmpty { out.paragraph(change.detail, indent: 6) }
    }
  }

  private static func ink(_ verdict: TheoremVerdict?, _ out: inout TerminalText) -> String {
    let words = TheoremChange.words(verdict)
    switch TheoremChange.standing(verdict) {
    case .holds: return out.ink(words, .blue)
    case .fails: return out.ink(words, .red)
    case .undecided: return out.ink(words, .magenta)
    }
  }

  private static func writePremises(
    _ comparison: MachineComparison, _ words: ComparisonWords, to out: inout TerminalText
  ) {
    let changed = comparison.preconditions.filter(\.isChanged)
    if !changed.isEmpty {
      out.heading("Preconditions")
      for change in changed {
        let marks = [change.before, change.after].map(PreconditionChange.mark)
        out.paragraph(
          "\(change.name): \(change.why)", indent: 8,
          first: "  " + marks.joined(separator: " \u{2192} ") + " ")
      }
    }
    for (title, text) in words.premises {
      out.heading(title)
      out.paragraph(text, indent: 2)
    }
  }

  // MARK: Instructions

  private static func writeChanges(
    _ comparison: MachineComparison, to out: inout TerminalText
  ) {
    for (title, changes) in comparison.groups {
      out.heading("\(title.capitalizedFirst): \(changes.count)")
      for change in changes { write(change, of: comparison, to: &out) }
    }
  }

  private static func write(
    _ change: InstructionChange, of comparison: MachineComparison, to out: inout TerminalText
  ) {
    let instruction = comparison.after.instruction(change.after)
    let shade = Shade(comparison.after.verdict(change.after))
    out.line(
      "  ", out.ink(shade.letter, shade.ink), " ", out.ink(instruction.id, .bold), "  ",
      TerminalText.clean(instruction.title))
    for row in comparison.rows(change) {
      if row[0] == "why" {
        out.paragraph(row[1], indent: 11, first: out.ink("      was: ", .quiet))
        out.paragraph(row[2], indent: 11, first: out.ink("      now: ", .quiet))
      } else {
        out.paragraph("\(row[0]): \(row[1]) \u{2192} \(row[2])", indent: 6)
      }
    }
  }

  /// The instructions of one side alone: those that matter with their reasons, the rest by name.
  private static func writeAlone(
    _ entries: [Int], of side: MachineComparison.Side, _ name: String, to out: inout TerminalText
  ) {
    guard !entries.isEmpty else { return }
    out.heading("Of \(name) alone: \(entries.count)")
    for (shade, members) in side.byShade(entries) {
      if shade == .innocuous {
        out.paragraph(
          Words.list(members.map { side.id($0) }), indent: 4,
          first: "  " + out.ink(shade.letter, shade.ink) + " ")
        continue
      }
      let width = min(16, members.map { side.id($0).count }.max() ?? 0)
      for entry in members {
        out.paragraph(
          side.reason(entry).text, indent: width + 6,
          first: "  " + out.ink(shade.letter, shade.ink) + " " + out.column(side.id(entry), width)
            + "  ")
      }
    }
  }
}
