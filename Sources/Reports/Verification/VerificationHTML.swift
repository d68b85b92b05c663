import Classifier
import ISACore
import Monitor
import Verification

/// A verification as one self-contained page.
public enum VerificationHTML {
  public static func text(_ report: VerificationReport) -> String {
    VerificationPage.text(title: "\(report.isa.name): guests under a monitor") { html in
      Body(report: report).write(to: &html)
    }
  }

  struct Body {
    let report: VerificationReport
    var isa: InstructionSet { report.isa }
    var result: VerificationResult { report.result }

    func write(to html: inout HTMLWriter) {
      var sections = [("verdict", "Verdict"), ("theory", "Theory and experiment")]
      if !result.guests.isEmpty { sections.append(("guests", "Guests")) }
      if !result.recursion.isEmpty { sections.append(("recursion", "Monitors on monitors")) }
      if !result.mutants.isEmpty { sections.append(("mutants", "Mutants")) }
      var facts = ["\(report.strategyName) monitor"]
      if !report.virtualChoices.isEmpty {
        facts.append("virtual machines with \(report.virtualChoices)")
      }
      VerificationPage.writeHeader(
        "Popek and Goldberg\u{2019}s three properties, tried on guests", isa.name, machine: isa.id,
        facts: facts, sections: sections, to: &html)
      html.element("main") { html in
        writeVerdict(to: &html)
        writeTheory(to: &html)
        writeGuests(to: &html)
        writeRecursion(to: &html)
        writeMutants(to: &html)
      }
    }

    // MARK: Verdict

    private func writeVerdict(to html: inout HTMLWriter) {
      VerificationPage.section("verdict", "Verdict", to: &html) { html in
        html.element("p", ["class": "headline"], text: report.headline)
        html.element("p", ["class": "agreement"], text: report.agreement)
        html.element("div", ["class": "theorems"]) { html in
          for property in report.properties {
            html.element("article", ["class": "theorem"]) { html in
              html.element("h3", text: property.name)
              html.element("p", ["class": "condition"], text: property.meaning)
              html.element("p", ["class": "status"]) { html in
                VerificationPage.writeStatus(property.holds, to: &html)
              }
              html.element("ul") { html in
                for figure in property.figures { html.element("li", text: figure) }
              }
            }
          }
        }
        for violation in result.audit.violations {
          html.element("p", ["class": "caveat"], text: violation)
        }
      }
    }

    // MARK: Guests

    private func writeGuests(to html: inout HTMLWriter) {
      guard !result.guests.isEmpty else { return }
      VerificationPage.section("guests", "Guests", to: &html) { html in
        VerificationPage.writeProfiles(result.guests, to: &html)
        VerificationPage.writeSlowdown(result.guests, to: &html)
      }
    }

    // MARK: Recursion

    private func writeRecursion(to html: inout HTMLWriter) {
      guard !result.recursion.isEmpty else { return }
      VerificationPage.section("recursion", "Monitors on monitors", to: &html) { html in
        html.element(
          "p",
          text: "The same guest under one monitor, under a monitor that runs under another, and so "
            + "on (Theorem 2): exits that the outermost monitor sees.")
        let most = max(1, result.recursion.map(\.exits).max() ?? 1)
        let first = max(1, result.recursion[0].exits)
        html.element("div", ["class": "scroll"]) { html in
          html.element("table", ["class": "profile"]) { html in
            VerificationPage.writeHead(
              [
                ("Depth", ""), ("Exits", "wide"), ("", "number"), ("Growth", "number"),
                ("Bare machine", ""),
              ], to: &html)
            html.element("tbody") { html in
              for level in result.recursion {
                html.element("tr") { html in
                  html.element("th", ["scope": "row"], text: String(level.depth))
                  html.element("td", ["class": "wide"]) { html in
                    let share = Figures.decimal(100 * Double(level.exits) / Double(most), 2)
                    html.element(
                      "span", ["class": "level", "style": "width:\(share)%", "aria-hidden": "true"]
                    ) { _ in }
                  }
                  html.element("td", ["class": "number"], text: Figures.grouped(level.exits))
                  html.element(
                    "td", ["class": "number"],
                    text: Figures.decimal(Double(level.exits) / Double(first)) + "\u{00D7}")
                  html.element("td") { html in
                    html.element(
                      "strong", ["class": level.isEquivalent ? "holds" : "fails"],
                      text: level.isEquivalent ? "\u{2713} alike" : "\u{2717} parts")
                    if let divergence = level.divergence {
                      html.text(" at step \(divergence.step): \(divergence.what)")
                    }
                  }
                }
              }
            }
          }
        }
      }
    }

    // MARK: Mutants

    private func writeMutants(to html: inout HTMLWriter) {
      guard !result.mutants.isEmpty else { return }
      VerificationPage.section("mutants", "Mutants", to: &html) { html in
        html.element(
          "p",
          text: "The monitor, its map and the description with a mistake made on purpose: "
            + "\(result.mutants.count) made, \(result.caughtMutants) caught.")
        html.element("div", ["class": "scroll"]) { html in
          html.element("table", ["class": "profile"]) { html in
            VerificationPage.writeHead([("Mutant", ""), ("Caught by", "")], to: &html)
            html.element("tbody") { html in
              for mutant in result.mutants {
                html.element("tr", ["class": mutant.caughtBy == nil ? "parted" : ""]) { html in
                  html.element("td", text: mutant.name)
                  html.element("td", text: mutant.caughtBy ?? "nothing: it is at large")
                }
              }
            }
          }
        }
      }
    }
  }
}
