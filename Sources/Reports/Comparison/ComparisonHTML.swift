import Classifier
import ISACore

/// A comparison as one self-contained page in the looks of a machine's report.
public enum ComparisonHTML {
  public static func text(_ comparison: MachineComparison) -> String {
    var html = HTMLWriter()
    html.verbatim("<!DOCTYPE html>\n")
    html.element("html", ["lang": "en"]) { html in
      html.element("head") { html in
        html.void("meta", ["charset": "utf-8"])
        html.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        html.void("meta", ["name": "color-scheme", "content": "light dark"])
        html.element("title", text: "\(comparison.title): Popek and Goldberg")
        html.element("style") { html in
          html.verbatim(HTMLStyle.sheet)
          html.verbatim(sheet)
        }
      }
      html.lineBreak()
      html.element("body") { Page(comparison: comparison).write(to: &$0) }
    }
    html.lineBreak()
    return html.html
  }

  private static let sheet: StaticString = """
    .compared { width: 100%; min-width: 44rem; margin: .8rem 0; }
    .compared th, .compared td {
      text-align: left; vertical-align: baseline; padding: .4rem 1.1rem .4rem 0;
      border-top: 1px solid var(--rule); overflow-wrap: break-word;
      min-width: 5.5rem;
    }
    .compared thead th {
      border: 0; color: var(--quiet); font-weight: 500; white-space: nowrap;
    }
    .compared tbody th { font-weight: 600; white-space: nowrap; }
    .compared tr.more > * { border-top: 0; padding-top: 0; }
    .compared .why { color: var(--quiet); font-size: .93rem; }
    .alone { list-style: none; padding: 0; }
    .alone li { display: flex; gap: .8rem; padding: .4rem 0; border-top: 1px solid var(--rule); }

    """

  private struct Page {
    let comparison: MachineComparison

    func write(to html: inout HTMLWriter) {
      let words = ComparisonWords(comparison)
      html.element("header", ["class": "masthead"]) { html in
        html.element("p", ["class": "kicker"], text: "Two machines after Popek and Goldberg")
        html.element("h1", text: comparison.title)
        for side in [comparison.before, comparison.after] {
          html.element("p", ["class": "subject"]) { html in
            html.text("\(side.isa.name): user mode is ")
            html.element("code", text: Words.equalities(side.classification.modePair.user))
            html.text(", supervisor mode ")
            html.element("code", text: Words.equalities(side.classification.modePair.supervisor))
          }
        }
      }
      html.element("main") { html in
        html.element("p", ["class": "headline"], text: words.headline)
        html.element("p", text: words.counts)
        for caveat in words.caveats { html.element("p", ["class": "caveat"], text: caveat) }
        writeTheorems(to: &html)
        writePremises(words, to: &html)
        for (title, changes) in comparison.groups { write(title, changes, to: &html) }
        writeAlone(comparison.added, of: comparison.after, comparison.names.after, to: &html)
        writeAlone(comparison.removed, of: comparison.before, comparison.names.before, to: &html)
        section("As before", to: &html) { html in
          html.element("p", text: words.asBefore.capitalizedFirst + ".")
        }
      }
    }

    private func section(
      _ title: String, to html: inout HTMLWriter, _ body: (inout HTMLWriter) -> Void
    ) {
      html.lineBreak()
      html.element("section") { html in
        html.element("h2", text: title)
        body(&html)
      }
    }

    private func table(
      _ titles: [String], to html: inout HTMLWriter, _ rows: (inout HTMLWriter) -> Void
    ) {
      html.element("div", ["class": "scroll"]) { html in
        html.element("table", ["class": "compared"]) { html in
          html.element("thead") { html in
            html.element("tr") { html in
              for title in titles { html.element("th", ["scope": "col"], text: title) }
            }
          }
          html.element("tbody") { rows(&$0) }
        }
      }
    }

    private var sides: [String] { [comparison.names.before, comparison.names.after] }

    private func writeTheorems(to html: inout HTMLWriter) {
      let changed = comparison.theorems.filter(\.isChanged)
      guard !changed.isEmpty else { return }
      section("Theorems", to: &html) { html in
        table(["Theorem", "Reading"] + sides + ["Instructions"], to: &html) { html in
          for change in changed {
            html.element("tr") { html in
              html.element(
                "th", ["scope": "row"], text: "\(change.theorem.number), \(change.theorem.name)")
              html.element("td", text: change.reading.rawValue)
              for verdict in [change.before, change.after] {
                html.element("td") { html in
                  html.element(
                    "strong", ["class": TheoremChange.standing(verdict).rawValue],
                    text: TheoremChange.words(verdict))
                }
              }
              html.element("td", text: change.detail)
            }
          }
        }
      }
    }

    private func writePremises(_ words: ComparisonWords, to html: inout HTMLWriter) {
      let changed = comparison.preconditions.filter(\.isChanged)
      if !changed.isEmpty {
        section("Preconditions", to: &html) { html in
          table(["Precondition"] + sides + ["Why"], to: &html) { html in
            for change in changed {
              html.element("tr") { html in
                html.element("th", ["scope": "row"], text: change.name)
                for side in [change.before, change.after] {
                  html.element("td") { html in
                    html.element(
                      "strong", ["class": side?.holds == false ? "fails" : "holds"],
                      text: PreconditionChange.mark(side))
                  }
                }
                html.element("td", text: change.why)
              }
            }
          }
        }
      }
      for (title, text) in words.premises {
        section(title, to: &html) { html in
          html.element("p", text: text.capitalizedFirst + ".")
        }
      }
    }

    private func write(
      _ title: String, _ changes: [InstructionChange], to html: inout HTMLWriter
    ) {
      section("\(title.capitalizedFirst): \(changes.count)", to: &html) { html in
        table(["Instruction", ""] + sides, to: &html) { html in
          for change in changes { write(change, to: &html) }
        }
      }
    }

    private func write(_ change: InstructionChange, to html: inout HTMLWriter) {
      let instruction = comparison.after.instruction(change.after)
      for (rank, row) in comparison.rows(change).enumerated() {
        html.element("tr", ["class": rank == 0 ? "" : "more"]) { html in
          html.element("th", ["scope": "row", "title": instruction.title]) { html in
            if rank == 0 { html.element("code", text: instruction.id) }
          }
          let style = row[0] == "why" ? "why" : ""
          for text in row { html.element("td", ["class": style], text: text) }
        }
      }
    }

    private func writeAlone(
      _ entries: [Int], of side: MachineComparison.Side, _ name: String, to html: inout HTMLWriter
    ) {
      guard !entries.isEmpty else { return }
      section("Of \(name) alone: \(entries.count)", to: &html) { html in
        html.element("ul", ["class": "alone"]) { html in
          for (shade, members) in side.byShade(entries) {
            let lines =
              shade == .innocuous
              ? [Words.list(members.map { side.id($0) })]
              : members.map { "\(side.id($0)) \u{2013} \(side.reason($0).text)" }
            for line in lines {
              html.element("li") { html in
                html.element(
                  "span", ["class": "badge \(shade.rawValue)", "title": shade.label],
                  text: shade.letter)
                html.element("span", text: line)
              }
            }
          }
        }
      }
    }
  }
}
