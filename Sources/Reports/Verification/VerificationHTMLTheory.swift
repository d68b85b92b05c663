import Classifier
import ISACore
import Verification

/// The theory's holes beside those that were seen.
extension VerificationHTML.Body {
  /// How an instruction is coloured, and the words that say the same.
  private enum Standing: String, CaseIterable {
    case hole, predicted, observed, plain

    var label: String {
      switch self {
      case .hole: "predicted and observed"
      case .predicted: "predicted, not observed"
      case .observed: "observed, not predicted"
      case .plain: "neither"
      }
    }

    var mark: String {
      switch self {
      case .hole: "H"
      case .predicted: "P"
      case .observed: "O"
      case .plain: ""
      }
    }
  }

  private func standing(_ id: String) -> Standing {
    switch (result.predicted.contains(id), result.observed.contains(id)) {
    case (true, true): .hole
    case (true, false): .predicted
    case (false, true): .observed
    case (false, false): .plain
    }
  }

  func writeTheory(to html: inout HTMLWriter) {
    VerificationPage.section("theory", "Theory and experiment", to: &html) { html in
      html.element(
        "p",
        text: "A hole is an instruction that gives a monitor away: run directly, it leaves another "
          + "state than on the bare machine. The classifier predicts them from the description; the "
          + "guests, the diagram and the programs at random observe them.")
      if let elsewhere = report.elsewhere { html.element("p", text: elsewhere) }
      for disagreement in report.disagreements {
        html.element("p", ["class": "caveat"], text: disagreement)
      }
      if let classification = report.classification { writeMap(classification, to: &html) }
      writeSmallest(to: &html)
    }
  }

  // MARK: Opcode map

  private func writeMap(_ classification: Classification, to html: inout HTMLWriter) {
    guard let map = OpcodeMap(isa, classification) else { return }
    html.element("div", ["class": "scroll"]) { html in
      html.element("table", ["class": "map"]) { html in
        html.element("caption", text: "Instructions by opcode, coloured by what became of them")
        html.element("thead") { html in
          html.element("tr") { html in
            html.element("td") { _ in }
            for column in 0..<map.columns {
              html.element(
                "th", ["scope": "col"], text: OpcodeMap.header(column, bits: map.columnBits))
            }
          }
        }
        html.element("tbody") { html in
          for row in 0..<map.rows {
            html.lineBreak()
            html.element("tr") { html in
              html.element("th", ["scope": "row"], text: OpcodeMap.header(row, bits: map.rowBits))
              for column in 0..<map.columns {
                let ids = map.cell(row: row, column: column).map {
                  isa.instructions[classification.instructions[$0].instruction].id
                }
                writeCell(ids, to: &html)
              }
            }
          }
        }
      }
    }
    html.element("p", ["class": "legend"]) { html in
      let standings = isa.instructions.map { standing($0.id) }
      for standing in Standing.allCases where standings.contains(standing) {
        html.element("span") { html in
          html.element("span", ["class": "badge \(standing.rawValue)"], text: standing.mark)
          html.text(standing.label)
        }
      }
    }
  }

  private static let shown = 3

  private func writeCell(_ ids: [String], to html: inout HTMLWriter) {
    guard !ids.isEmpty else {
      html.element("td", ["class": "empty"], text: "\u{00B7}")
      return
    }
    let sorted = Standing.allCases.flatMap { wanted in ids.filter { standing($0) == wanted } }
    let shown = ids.count > Self.shown ? 1 : ids.count
    let title = ids.map { "\($0): \(standing($0).label)" }.joined(separator: "\n")
    html.element("td", ["title": title]) { html in
      html.element("div", ["class": "cell"]) { html in
        for id in sorted.prefix(shown) {
          let standing = standing(id)
          html.element("span", ["class": standing.rawValue + (id.count > 6 ? " long" : "")]) {
            html in
            html.text(id)
            if standing != .plain {
              html.element("sup", ["aria-label": standing.label], text: standing.mark)
            }
          }
        }
        if let next = sorted.dropFirst(shown).first {
          html.element(
            "span", ["class": "more \(standing(next).rawValue)"], text: "+\(ids.count - shown)")
        }
      }
    }
  }

  // MARK: Smallest guests

  private func writeSmallest(to html: inout HTMLWriter) {
    let showing = report.showing
    guard !showing.isEmpty else { return }
    html.element(
      "h3",
      text: result.strategy == .closeEnough
        ? "What a guest can tell" : "The smallest guests that show it")
    html.element(
      "p",
      text: "One instruction from hardly any state: what is not named is zero or as the reset "
        + "leaves it.")
    html.element("div", ["class": "smallest"]) { html in
      for guest in showing {
        html.element("article") { html in
          html.element("h4", text: guest.instruction ?? guest.id)
          html.element("dl") { html in
            for (name, places) in [("registers", guest.registers), ("storage", guest.storage)] {
              html.element("dt", text: name)
              html.element("dd") { html in
                if places.isEmpty { html.text("all zero") }
                for (place, value) in places {
                  html.element("code", text: "\(place) = \(value)")
                  html.text(" ")
                }
              }
            }
            html.element("dt", text: "after it")
            html.element("dd", ["class": "what-differs"], text: guest.difference)
          }
        }
      }
    }
  }
}
