import ISACore
import Monitor
import Verification

/// A verification on one screen.
public enum VerificationText {
  public static func text(_ report: VerificationReport, style: TextStyle = .plain) -> String {
    var out = TerminalText(style)
    out.line(out.ink(TerminalText.clean(report.isa.name), .bold), "  \(report.isa.id)")
    out.line(
      "strategy: \(report.strategyName)",
      report.virtualChoices.isEmpty ? "" : "   virtual machines: \(report.virtualChoices)")
    out.line()
    out.paragraph(report.headline, indent: 0, .bold)
    out.paragraph(report.agreement, indent: 0)
    writeProperties(report, to: &out)
    writeGuests(report.result.guests, to: &out)
    writeRecursion(report, to: &out)
    writeMutants(report, to: &out)
    writeTheory(report, to: &out)
    writeShowing(report, to: &out)
    return out.text
  }

  // MARK: Properties

  private static func writeProperties(_ report: VerificationReport, to out: inout TerminalText) {
    out.heading("Properties")
    for property in report.properties {
      write(property.holds, property.name, property.figures, to: &out)
    }
    for violation in report.result.audit.violations.prefix(4) {
      out.paragraph(violation, indent: 24, first: column(24) + out.ink("! ", .red))
    }
  }

  /// A mark, a name, and clauses in a paragraph beside it.
  static func write(
    _ holds: Bool?, _ name: String, _ figures: [String], to out: inout TerminalText
  ) {
    let mark =
      switch holds {
      case true?: out.ink("\u{2713}", .blue)
      case false?: out.ink("\u{2717}", .red)
      case nil: out.ink("\u{00B7}", .quiet)
      }
    out.paragraph(
      figures.joined(separator: ", "), indent: 24, first: "  \(mark) " + out.column(name, 20))
  }

  private static func column(_ width: Int) -> String { String(repeating: " ", count: width) }

  // MARK: Guests

  static func writeGuests(_ guests: [GuestResult], to out: inout TerminalText) {
    guard !guests.isEmpty else { return }
    out.heading("Guests")
    let causes = VerificationReport.causes(guests)
    let width = max(5, min(16, guests.map(\.name.count).max() ?? 0))
    var head = "    " + out.column("", width) + right("instrs.", 12) + right("direct", 9)
    head += right("exits", 9)
    for cause in causes { head += right(cause.abbreviation, 8) }
    out.line(out.ink(head, .quiet))
    for guest in guests {
      let mark =
        guest.isEquivalent ? out.ink("\u{2713}", .blue) : out.ink("\u{2717}", .red)
      var line = "  \(mark) " + out.column(String(guest.name.prefix(width)), width)
      line += right(Figures.grouped(guest.instructions), 12)
      line += right(Figures.percent(guest.profile.directFraction), 9)
      line += right(Figures.decimal(guest.profile.exitsPerThousand), 9)
      for cause in causes { line += right(perThousand(cause, guest.profile), 8) }
      out.line(line)
      if let divergence = guest.divergence {
        out.paragraph(words(divergence), indent: 6, .red)
      }
    }
    let names = causes.map(\.rawValue)
    out.paragraph(
      "exits per thousand instructions, all"
        + (names.isEmpty ? "" : " and by cause: \(Words.list(names))"), indent: 4, .quiet)
  }

  static func words(_ divergence: Divergence) -> String {
    let place = divergence.instruction.map { id in
      "after \(id) at \(String(divergence.address, radix: 16, uppercase: true)), "
    }
    return "step \(Figures.grouped(divergence.step)): \(place ?? "")\(divergence.what)"
  }

  static func perThousand(_ cause: Exit, _ profile: ExitProfile) -> String {
    let count = profile.exits[cause] ?? 0
    guard count > 0 else { return "\u{00B7}" }
    return Figures.decimal(1000 * Double(count) / Double(max(1, profile.instructions)))
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }

  // MARK: Recursion and mutants

  private static func writeRecursion(_ report: VerificationReport, to out: inout TerminalText) {
    let levels = report.result.recursion
    guard let first = levels.first else { return }
    out.heading("Monitors on monitors")
    for level in levels {
      let growth = Double(level.exits) / Double(max(1, first.exits))
      let mark = level.isEquivalent ? out.ink("\u{2713}", .blue) : out.ink("\u{2717}", .red)
      out.line(
        "  \(mark) depth \(level.depth)", right(Figures.grouped(level.exits), 14), " exits, ",
        Figures.decimal(growth), " times those of depth 1")
      if let divergence = level.divergence {
        out.paragraph("parts at step \(divergence.step): \(divergence.what)", indent: 6)
      }
    }
  }

  private static func writeMutants(_ report: VerificationReport, to out: inout TerminalText) {
    let result = report.result
    guard !result.mutants.isEmpty else { return }
    out.heading("Mutants")
    out.line("  \(result.mutants.count) made, \(result.caughtMutants) caught")
    for check in result.checksLeftOut {
      out.paragraph("left out, for nothing is wrong: \(check)", indent: 6)
    }
    for group in report.mutantsByCheck {
      if group.check.isEmpty {
        for mutant in group.mutants {
          out.paragraph(mutant.name, indent: 6, first: "  " + out.ink("! ", .red) + "  ")
        }
      } else {
        out.line(right(String(group.mutants.count), 7), "  by \(group.check)")
      }
    }
  }

  // MARK: Theory and experiment

  private static func writeTheory(_ report: VerificationReport, to out: inout TerminalText) {
    let result = report.result
    let hasAny = !(result.predicted + result.observed + result.observedElsewhere).isEmpty
    if hasAny || !report.disagreements.isEmpty {
      out.heading("Theory and experiment")
      for (name, ids) in [("predicted", result.predicted), ("observed", result.observed)] {
        out.paragraph(
          ids.isEmpty ? "none" : Words.list(ids), indent: 14, first: "  " + out.column(name, 12))
      }
      if let elsewhere = report.elsewhere { out.paragraph(elsewhere, indent: 2) }
      for disagreement in report.disagreements {
        out.paragraph(disagreement, indent: 4, first: "  " + out.ink("! ", .red))
      }
    }
  }

  private static func writeShowing(_ report: VerificationReport, to out: inout TerminalText) {
    let showing = report.showing
    guard !showing.isEmpty else { return }
    out.heading(
      report.result.strategy == .closeEnough
        ? "What a guest can tell" : "The smallest guests that show it")
    for guest in showing {
      out.line(
        "  ", out.ink(guest.id, .bold), "  ",
        TerminalText.clean(guest.instruction ?? "nothing can be decoded"))
      for (name, places) in [("registers", guest.registers), ("storage", guest.storage)] {
        out.paragraph(
          places.isEmpty ? "all zero" : Words.pairs(places), indent: 16,
          first: "    " + out.column(name, 12, .quiet))
      }
      out.paragraph(
        guest.difference, indent: 16, first: "    " + out.column("after it", 12, .quiet), .red)
    }
  }
}

extension Words {
  /// "psw = 80000000, a[1] = 0000002A".
  static func pairs(_ pairs: [(place: String, value: String)]) -> String {
    pairs.map { "\($0.place) = \($0.value)" }.joined(separator: ", ")
  }
}
