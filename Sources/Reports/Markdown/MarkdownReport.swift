import Classifier
import ISACore

/// A machine's report as Markdown, to be read where the repository is read.
public enum MarkdownReport {
  /// - Parameter literature: what others published of the machine, to be compared.
  public static func text(
    _ isa: InstructionSet, _ classification: Classification,
    literature: [PublishedClassification] = []
  ) -> String {
    var out = MarkdownText()
    out.line("# \(MarkdownText.escape(isa.name))")
    out.line()
    writeVerdict(isa, classification, to: &out)
    writeReadings(to: &out)
    writePreconditions(classification, to: &out)
    writeSets(isa, classification, to: &out)
    for published in literature {
      writeLiterature(
        LiteratureComparison(published, isa, classification), isa, classification, &out)
    }
    writeInstructions(isa, classification, to: &out)
    writeWitnesses(isa, classification, to: &out)
    writeEvidence(classification, to: &out)
    return out.text
  }

  // MARK: Verdict and premises

  private static func writeVerdict(
    _ isa: InstructionSet, _ classification: Classification, to out: inout MarkdownText
  ) {
    let headline = Headline(isa, classification)
    out.line("**\(MarkdownText.escape(headline.sentence))**")
    out.line()
    for caveat in headline.caveats {
      out.line("> \(MarkdownText.escape(caveat))")
      out.line()
    }
    out.table(["Theorem", "Condition", "Strict", "Extended"])
    for theorem in Theorem.all {
      out.row(
        ["\(theorem.number), \(theorem.name)", theorem.condition]
          + Reading.allCases.map { words(classification.theorems[theorem.number]?[$0]) })
    }
    out.line()
    let user = MarkdownText.code(Words.equalities(classification.modePair.user))
    let supervisor = MarkdownText.code(Words.equalities(classification.modePair.supervisor))
    out.line("User mode is \(user), supervisor mode \(supervisor).")
    out.line()
    if classification.assumptions.isEmpty {
      out.line("Assumptions: none.")
    } else {
      out.line("Assumptions, which a monitor sets up on the real machine:")
      out.line()
      for assumption in classification.assumptions {
        out.line("- \(MarkdownText.code(assumption))")
      }
    }
    for manual in isa.manuals {
      out.line()
      out.line("After \(MarkdownText.escape(manual.title)).")
    }
    let base = ReportSet.baseName(isa, classification)
    out.line()
    out.line(
      "Encodings, semantics, opcode map and set diagram: [\(base).html](\(base).html). "
        + "As data: [\(base).json](\(base).json).")
  }

  private static func words(_ verdict: TheoremVerdict?) -> String {
    guard let verdict, !verdict.isUnknown || !verdict.violators.isEmpty else {
      return "**?** undecided"
    }
    if verdict.holds { return "\u{2713} holds" }
    return "**\u{2717} fails**: "
      + verdict.violators.map(MarkdownText.code).joined(separator: ", ")
  }

  private static func writeReadings(to out: inout MarkdownText) {
    out.heading("Our readings of the definitions")
    for reading in Readings.all {
      out.line("- **\(reading.title)**: \(MarkdownText.escape(reading.text))")
    }
  }

  private static func writePreconditions(
    _ classification: Classification, to out: inout MarkdownText
  ) {
    guard !classification.preconditions.isEmpty else { return }
    out.heading("Preconditions of the model")
    out.table(["Precondition", "Met", "Why"])
    for precondition in classification.preconditions {
      out.row([
        MarkdownText.escape(precondition.name),
        precondition.holds ? "\u{2713}" : "**\u{2717} no**",
        MarkdownText.escape(precondition.why),
      ])
    }
  }

  private static func writeSets(
    _ isa: InstructionSet, _ classification: Classification, to out: inout MarkdownText
  ) {
    out.heading("Privileged and sensitive")
    let diagrams = Reading.allCases.map { SetDiagram(classification, $0) }
    out.table(["", "Strict", "Extended"])
    for region in SetDiagram.Region.allCases {
      let cells = diagrams.map { diagram -> String in
        let ids = diagram[region].map {
          isa.instructions[classification.instructions[$0].instruction].id
        }
        if ids.isEmpty { return "0" }
        if region == .neither { return String(ids.count) }
        return "\(ids.count): " + ids.map(MarkdownText.code).joined(separator: ", ")
      }
      out.row([region.label] + cells)
    }
  }

  // MARK: Instructions

  private static func writeInstructions(
    _ isa: InstructionSet, _ classification: Classification, to out: inout MarkdownText
  ) {
    out.heading("Instructions")
    out.line(
      "Classes: " + Shade.allCases.map { "\($0.letter) \($0.label)" }.joined(separator: ", "))
    let letters = Sensitivity.allCases.map { "\($0.letter) \($0.rawValue)" }
    out.line("Sensitivities: \(letters.joined(separator: ", ")).")
    for chapter in Chapters(isa, classification).all {
      out.line()
      out.line("### \(MarkdownText.escape(chapter.title))")
      out.line()
      out.table(["", "Instruction", "", "Sensitive", "Why"])
      for index in chapter.entries {
        let entry = classification.instructions[index]
        let instruction = isa.instructions[entry.instruction]
        let reason = Reason(
          for: entry.verdict, of: instruction, in: isa, classification.modePair
        ).text
        out.row([
          Shade(entry.verdict).letter, MarkdownText.code(instruction.id),
          MarkdownText.escape(instruction.title),
          MarkdownText.code(TextReport.letters(entry.verdict)),
          MarkdownText.escape(reason)
            + (entry.when.map { "; when \(MarkdownText.code($0))" } ?? ""),
        ])
      }
    }
  }

  // MARK: Witnesses

  private static func writeWitnesses(
    _ isa: InstructionSet, _ classification: Classification, to out: inout MarkdownText
  ) {
    let sensitive = classification.instructions.filter { !$0.verdict.refutations.isEmpty }
    guard !sensitive.isEmpty else { return }
    out.heading("Witnesses")
    out.line("State that matters and state that changed; unchanged is left blank.")
    for entry in sensitive {
      let instruction = isa.instructions[entry.instruction]
      for sensitivity in Sensitivity.allCases {
        for witness in entry.verdict.sensitive[sensitivity]?.witnesses ?? [] {
          out.line()
          out.line("### \(MarkdownText.escape(instruction.id)): \(sensitivity.adjective)")
          out.line()
          write(witness, to: &out)
        }
      }
    }
  }

  private static func write(_ witness: Witness, to out: inout MarkdownText) {
    let fields = witness.fields.map { MarkdownText.code("\($0.place) = \($0.value)") }
    out.line(
      "\(MarkdownText.escape(witness.shows.capitalizedFirst)) "
        + ([MarkdownText.code(witness.encoding)] + fields).joined(separator: " "))
    out.line()
    let table = WitnessTable(witness)
    out.table(["State"] + table.captions.flatMap { [MarkdownText.escape($0), "after"] })
    for row in table.rows {
      let place = MarkdownText.code(row.place)
      out.row(
        [row.isTelling ? "**\(place)**" : place]
          + row.cells.flatMap { cell in
            [cell.before.map(MarkdownText.code) ?? "", cell.after.map(MarkdownText.code) ?? ""]
          })
    }
    out.row(["outcome"] + table.outcomes.flatMap { ["", MarkdownText.escape($0)] })
  }

  // MARK: Evidence

  private static func writeEvidence(
    _ classification: Classification, to out: inout MarkdownText
  ) {
    let statistics = EvidenceStatistics(classification)
    out.heading("Who decided what")
    out.table(["Prover", "Proved", "Refuted", "How"])
    for prover in Prover.allCases {
      out.row([
        prover.rawValue, String(statistics.proofs[prover] ?? 0),
        String(statistics.refutations[prover] ?? 0), prover.explanation,
      ])
    }
    out.line()
    out.line("Undecided: \(classification.unknown).")
  }
}

/// Markdown in which what strangers wrote is text and nothing else.
struct MarkdownText {
  private(set) var text = ""

  mutating func line(_ line: String = "") {
    text += line + "\n"
  }

  mutating func heading(_ title: String) {
    line()
    line("## \(title)")
    line()
  }

  mutating func table(_ titles: [String]) {
    row(titles)
    row(titles.map { _ in "---" })
  }

  mutating func row(_ cells: [String]) {
    line("| " + cells.joined(separator: " | ") + " |")
  }

  /// Text whose characters mean nothing to Markdown or HTML.
  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "|", "\\", "`", "*", "_", "[", "]", "#", "~":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "\n", "\t": result += " "
      default: result.unicodeScalars.append(scalar.isPrintable ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  /// A code span; as HTML where Markdown's own could not hold the text in a table.
  static func code(_ text: String) -> String {
    guard !text.isEmpty else { return "" }
    guard
      text.unicodeScalars.allSatisfy({ $0.isPrintable && !"`|\n\\".unicodeScalars.contains($0) })
    else { return "<code>\(escape(text))</code>" }
    return "`\(text)`"
  }
}
