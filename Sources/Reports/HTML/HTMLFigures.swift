import Classifier
import ISACore

/// The pictures: sets of instructions and the opcode map.
extension HTMLReport.Page {
  // MARK: Sets

  func writeSets(to html: inout HTMLWriter) {
    let diagrams = Reading.allCases.map { SetDiagram(classification, $0) }
    let areEqual = SetDiagram.areEqual(diagrams[0], diagrams[1])
    section("sets", "Privileged and sensitive", to: &html) { html in
      html.element(
        "p",
        text: areEqual
          ? "The strict and the extended reading give the same sets."
          : "What only the extended reading counts as sensitive moves between the two figures.")
      html.element("div", ["class": areEqual ? "figures one" : "figures two"]) { html in
        for diagram in areEqual ? [diagrams[1]] : diagrams {
          html.element("div") { html in
            html.element("figure") { html in
              if !areEqual {
                let title = "\(diagram.reading.rawValue.capitalizedFirst) reading"
                html.element("figcaption", text: title)
              }
              SetDiagramSVG(page: self, diagram: diagram).write(to: &html)
            }
            writeMembers(diagram, to: &html)
          }
        }
      }
    }
  }

  private func writeMembers(_ diagram: SetDiagram, to html: inout HTMLWriter) {
    html.element("dl", ["class": "members"]) { html in
      for region in SetDiagram.Region.allCases {
        let entries = diagram[region]
        if entries.isEmpty && !region.isForbidden { continue }
        html.element("div", ["class": region.isForbidden && !entries.isEmpty ? "forbidden" : ""]) {
          html in
          html.element("dt") { html in
            html.element("b", text: String(entries.count))
            html.text(" \(region.label)")
          }
          html.element("dd") { html in
            if entries.isEmpty {
              html.text("none")
            } else if region == .neither {
              html.text("everything else")
            } else {
              links(entries, to: &html)
            }
          }
        }
      }
    }
  }

  // MARK: Opcode map

  /// Mnemonics that fit a cell; more are counted and listed in the tooltip.
  private static let mnemonicsShown = 3

  func writeOpcodeMap(to html: inout HTMLWriter) {
    section("map", "Opcode map", to: &html) { html in
      guard let map = OpcodeMap(isa, classification) else {
        html.element("p", text: "No bit of the encodings tells instructions apart.")
        return
      }
      html.element("p", text: mapCaption(map))
      html.element("div", ["class": "scroll"]) { html in
        html.element("table", ["class": "map"]) { html in
          html.element("caption", text: "Instructions by opcode, coloured by class")
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
                  writeCell(map.cell(row: row, column: column), to: &html)
                }
              }
            }
          }
        }
      }
      writeLegend(to: &html)
    }
  }

  private func mapCaption(_ map: OpcodeMap) -> String {
    let numbers = map.numbers
    let isRun = zip(numbers, numbers.dropFirst()).allSatisfy { abs($0 - $1) == 1 }
    let bits =
      numbers.count == 1
      ? "bit \(numbers[0])"
      : isRun
        ? "bits \(numbers[0]) to \(numbers[numbers.count - 1])"
        : "bits \(Words.list(numbers.map(String.init)))"
    let rows = map.rowBits == 0 ? "" : " The first \(map.rowBits) choose the row."
    return "By \(bits) of the instruction.\(rows) A dot marks what no instruction claims."
  }

  /// Each instruction of a cell has a band of its own; of many, the most alarming stands for all.
  private func writeCell(_ entries: [Int], to html: inout HTMLWriter) {
    guard !entries.isEmpty else {
      html.element("td", ["class": "empty"], text: "\u{00B7}")
      return
    }
    let sorted = Self.alarm.flatMap { shade in entries.filter { Shade(verdict($0)) == shade } }
    let shown = entries.count > Self.mnemonicsShown ? 1 : entries.count
    let title = entries.map { entry in
      "\(instruction(entry).id) \(instruction(entry).title): \(reasons[entry].verdict)"
    }
    html.element("td", ["title": title.joined(separator: "\n")]) { html in
      html.element("div", ["class": "cell"]) { html in
        for entry in sorted.prefix(shown) { writeBand(entry, to: &html) }
        if let next = sorted.dropFirst(shown).first {
          html.element(
            "span", ["class": "more \(Shade(verdict(next)).rawValue)"],
            text: "+\(entries.count - shown)")
        }
      }
    }
  }

  private func writeBand(_ entry: Int, to html: inout HTMLWriter) {
    let id = instruction(entry).id
    let shade = Shade(verdict(entry))
    let style = shade.rawValue + (id.count > 6 ? " long" : "")
    html.element("a", ["href": "#\(HTMLWriter.anchor(id))", "class": style]) { html in
      html.text(id)
      if shade != .innocuous {
        html.element("sup", ["aria-label": shade.label], text: shade.letter)
      }
    }
  }

  /// Most alarming first.
  private static let alarm: [Shade] = [.violator, .undecided, .sensitive, .privileged, .innocuous]

  private func writeLegend(to html: inout HTMLWriter) {
    html.element("p", ["class": "legend"]) { html in
      for shade in Shade.allCases {
        guard classification.instructions.contains(where: { Shade($0.verdict) == shade }) else {
          continue
        }
        html.element("span") { html in
          badge(shade, to: &html)
          html.text(shade.label)
        }
      }
    }
  }
}
