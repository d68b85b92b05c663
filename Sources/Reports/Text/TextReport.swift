import Classifier
import ISACore

/// Reports for a terminal.
public enum TextReport {
  /// The whole machine: theorems, what they rest on, then a line or two per instruction.
  ///
  /// - Parameters:
  ///   - literature: what others published of the machine, to be compared.
  ///   - showsTime: whether the last line states the measured time.
  public static func classification(
    _ isa: InstructionSet, _ classification: Classification,
    literature: [PublishedClassification] = [], style: TextStyle = .plain,
    showsTime: Bool = true
  ) -> String {
    var out = TerminalText(style)
    writeHeader(isa, classification, to: &out)
    writeTheorems(classification, to: &out)
    writePremises(classification, to: &out)
    writeInstructions(isa, classification, to: &out)
    for published in literature {
      writeLiterature(
        LiteratureComparison(published, isa, classification), isa, classification, &out)
    }
    writeTotals(classification, showsTime: showsTime, to: &out)
    return out.text
  }

  // MARK: Head

  private static func writeHeader(
    _ isa: InstructionSet, _ classification: Classification, to out: inout TerminalText
  ) {
    let headline = Headline(isa, classification)
    out.line(out.ink(TerminalText.clean(isa.name), .bold), "  \(isa.id)")
    out.line(
      "user: ", Words.equalities(classification.modePair.user), "   supervisor: ",
      Words.equalities(classification.modePair.supervisor))
    out.line()
    out.paragraph(headline.sentence, indent: 0, .bold)
    for caveat in headline.caveats { out.paragraph(caveat, indent: 2, first: "! ", .red) }
  }

  private static func writeTheorems(
    _ classification: Classification, to out: inout TerminalText
  ) {
    out.heading("Theorems")
    for theorem in Theorem.all {
      for (row, reading) in Reading.allCases.enumerated() {
        let name = row == 0 ? "\(theorem.number)  \(theorem.name)" : ""
        let first = "  " + out.column(name, 36) + out.column(reading.rawValue, 10, .quiet)
        let verdict = classification.theorems[theorem.number]?[reading]
        write(verdict, after: first, to: &out)
      }
    }
  }

  private static func write(
    _ verdict: TheoremVerdict?, after first: String, to out: inout TerminalText
  ) {
    guard let verdict, !verdict.isUnknown || !verdict.violators.isEmpty else {
      out.line(first, out.ink("? undecided", .magenta))
      return
    }
    if verdict.holds {
      out.line(first, out.ink("\u{2713} holds", .blue))
    } else {
      let fails = first + out.ink("\u{2717} fails", .red)
      let violators = Words.list(verdict.violators)
      if out.style.width >= 90 {
        out.paragraph(violators, indent: 57, first: fails + "  ")
      } else {
        out.line(fails)
        out.paragraph(violators, indent: 6)
      }
    }
  }

  private static func writePremises(
    _ classification: Classification, to out: inout TerminalText
  ) {
    if !classification.assumptions.isEmpty {
      out.heading("Assumptions")
      for assumption in classification.assumptions {
        out.paragraph(assumption, indent: 4)
      }
    }
    if !classification.preconditions.isEmpty {
      out.heading("Preconditions")
      let width = classification.preconditions.map(\.name.count).max() ?? 0
      for precondition in classification.preconditions {
        let mark =
          precondition.holds ? out.ink("\u{2713}", .blue) : out.ink("\u{2717}", .red)
        out.paragraph(
          precondition.why, indent: width + 6,
          first: "  \(mark) " + out.column(precondition.name, width + 2))
      }
    }
  }

  // MARK: Table

  private static func writeInstructions(
    _ isa: InstructionSet, _ classification: Classification, to out: inout TerminalText
  ) {
    let width = min(16, isa.instructions.map(\.id.count).max() ?? 0)
    for chapter in Chapters(isa, classification).all {
      out.heading(chapter.title)
      for index in chapter.entries {
        let entry = classification.instructions[index]
        let instruction = isa.instructions[entry.instruction]
        let shade = Shade(entry.verdict)
        out.paragraph(
          Reason(for: entry.verdict, of: instruction, in: isa, classification.modePair).text,
          indent: width + 14,
          first: "  " + out.ink(shade.letter, shade.ink) + " " + out.column(instruction.id, width)
            + "  " + letters(entry.verdict) + "  ")
        if let when = entry.when {
          out.paragraph("sensitive when \(when)", indent: width + 14)
        }
      }
    }
  }

  /// `C·L···`: a capital where sensitive, a small letter where a choice decides, a dot where not.
  static func letters(_ verdict: Verdict) -> String {
    Sensitivity.allCases.map { sensitivity in
      switch verdict.sensitive[sensitivity] {
      case .proved?: "\u{00B7}"
      case .refuted?: sensitivity.letter
      case .depends?: sensitivity.letter.lowercased()
      case .unknown?, nil: "?"
      }
    }.joined()
  }

  private static func writeTotals(
    _ classification: Classification, showsTime: Bool, to out: inout TerminalText
  ) {
    let shades = classification.instructions.map { Shade($0.verdict) }
    var totals = Shade.allCases.compactMap { shade -> String? in
      let count = shades.count { $0 == shade }
      return count == 0 ? nil : "\(out.ink(shade.letter, shade.ink)) \(count) \(shade.label)"
    }
    totals.append("\(classification.unknown) unknown")
    if showsTime { totals.append("\(Int(classification.milliseconds.rounded())) ms") }
    out.line()
    for total in totals { out.line("  ", total) }
  }
}
