import ISACore
import Verification

/// Guests at once as one self-contained page.
public enum HouseHTML {
  public static func text(_ report: HouseReport) -> String {
    let result = report.result
    return VerificationPage.text(title: "\(report.isa.name): guests at once") { html in
      VerificationPage.writeHeader(
        "Virtual machines at once on one machine", report.isa.name, machine: report.isa.id,
        facts: report.facts,
        sections: [("verdict", "Verdict"), ("turns", "Who ran when"), ("guests", "Guests")],
        to: &html)
      html.element("main") { html in
        writeVerdict(report, to: &html)
        if !result.turns.isEmpty { writeTurns(report, to: &html) }
        VerificationPage.section("guests", "Guests", to: &html) { html in
          VerificationPage.writeProfiles(result.guests, to: &html)
          VerificationPage.writeSlowdown(result.guests, to: &html)
        }
      }
    }
  }

  private static func writeVerdict(_ report: HouseReport, to html: inout HTMLWriter) {
    let result = report.result
    VerificationPage.section("verdict", "Verdict", to: &html) { html in
      html.element("p", ["class": "headline"], text: report.headline)
      if report.wasCancelled {
        html.element("p", ["class": "caveat"], text: "It was interrupted before all had ended.")
      }
      html.element("div", ["class": "theorems"]) { html in
        write(
          "Equivalence", "Each guest ends as it does alone on a bare machine.",
          result.guests.allSatisfy(\.isEquivalent),
          [
            "\(result.guests.count { $0.isEquivalent }) of \(result.guests.count) guests",
            "\(Figures.grouped(report.steps)) steps in \(Figures.grouped(result.turns.count)) turns",
          ], to: &html)
        write(
          "Resource control", "No guest reaches another, or the monitor.", result.audit.holds,
          report.control, to: &html)
        write(
          "Paging", "Storage that the real machine lacks comes from the drum, unseen.", nil,
          report.paging, to: &html)
      }
      for violation in result.audit.violations {
        html.element("p", ["class": "caveat"], text: violation)
      }
    }
  }

  private static func write(
    _ name: String, _ meaning: String, _ holds: Bool?, _ figures: [String],
    to html: inout HTMLWriter
  ) {
    html.element("article", ["class": "theorem"]) { html in
      html.element("h3", text: name)
      html.element("p", ["class": "condition"], text: meaning)
      if holds != nil {
        html.element("p", ["class": "status"]) { html in
          VerificationPage.writeStatus(holds, to: &html)
        }
      }
      html.element("ul") { html in
        for figure in figures { html.element("li", text: figure) }
      }
    }
  }

  // MARK: Who ran when

  /// Rounds of the closer look.
  private static let rounds = 4

  private static func writeTurns(_ report: HouseReport, to html: inout HTMLWriter) {
    let result = report.result
    VerificationPage.section("turns", "Who ran when", to: &html) { html in
      html.element("figure") { html in
        html.element(
          "figcaption", text: "The whole run: each guest\u{2019}s share of the processor over time")
        TurnsSVG(id: "whole", guests: result.guests, turns: result.turns).write(to: &html)
      }
      let closer = Array(result.turns.prefix(rounds * result.guests.count))
      if closer.count < result.turns.count {
        html.element("figure") { html in
          html.element("figcaption", text: "The first \(closer.count) turns, closer")
          TurnsSVG(id: "closer", guests: result.guests, turns: closer).write(to: &html)
        }
      }
    }
  }
}
