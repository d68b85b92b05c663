import ISACore
import Verification

/// Guests at once, for a terminal.
public enum HouseText {
  /// Columns of the figure of who ran when.
  private static let columns = 72

  public static func text(_ report: HouseReport, style: TextStyle = .plain) -> String {
    var out = TerminalText(style)
    let result = report.result
    out.line(out.ink(TerminalText.clean(report.isa.name), .bold), "  \(report.isa.id)")
    out.paragraph(report.facts.joined(separator: "; "), indent: 0)
    out.line()
    out.paragraph(report.headline, indent: 0, .bold)
    if report.wasCancelled { out.paragraph("It was interrupted.", indent: 0) }
    out.heading("Properties")
    VerificationText.write(
      result.guests.allSatisfy(\.isEquivalent), "Equivalence",
      [
        "\(result.guests.count { $0.isEquivalent }) of \(result.guests.count) guests as on the bare "
          + "machine"
      ], to: &out)
    VerificationText.write(
      result.audit.holds, "Resource control", report.control, to: &out)
    for violation in result.audit.violations.prefix(4) {
      out.paragraph(violation, indent: 26, first: String(repeating: " ", count: 24) + "! ", .red)
    }
    VerificationText.write(nil, "Paging", report.paging, to: &out)
    VerificationText.writeGuests(result.guests, to: &out)
    writeFigure(report, to: &out)
    return out.text
  }

  // MARK: Who ran when

  private static func writeFigure(_ report: HouseReport, to out: inout TerminalText) {
    let result = report.result
    guard !result.turns.isEmpty else { return }
    out.heading("Who ran when")
    let table = Timetable(
      result.turns, guests: result.guests.count,
      columns: Timetable.columns(result.turns, guests: result.guests.count, most: columns))
    let width = min(20, result.guests.map(\.name.count).max() ?? 0)
    for (guest, shares) in zip(result.guests, table.shares) {
      out.line(
        "  ", out.column(String(guest.name.prefix(width)), width), "  ",
        out.ink(bars(shares, most: table.largestShare), .blue))
    }
    if table.highestRate > 0 {
      for (name, rates) in [("pages in", table.ins), ("pages out", table.outs)] {
        out.line(
          "  ", out.column(name, width, .quiet), "  ", bars(rates, most: table.highestRate))
      }
    }
    out.paragraph(
      "A column is \(Figures.decimal(table.stepsPerColumn)) steps; full height is "
        + Figures.percent(min(1, table.largestShare)) + " of the processor"
        + (table.highestRate > 0
          ? ", or \(Figures.decimal(table.highestRate, 2)) pages per thousand steps." : "."),
      indent: 2, .quiet)
  }

  private static let blocks = Array(
    "\u{2581}\u{2582}\u{2583}\u{2584}\u{2585}\u{2586}\u{2587}\u{2588}")

  static func bars(_ values: [Double], most: Double) -> String {
    String(
      values.map { value -> Character in
        guard value > 1e-9, most > 0 else { return " " }
        let step = Int((value / most * Double(blocks.count)).rounded(.up))
        return blocks[max(1, min(blocks.count, step)) - 1]
      })
  }
}
