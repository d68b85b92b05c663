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

  private func writeCell(_ entries: [Int], to html: inout HTMLWriter) {
    guard !entries.isEmpty else {
      html.element("td", ["class": "empty"], text: "\u{00B7}")
      return
    }
    let shades = entries.map { Shade(verdict($0)) }
    // The most alarming class colours the cell; the others show as a second colour.
    let present = Self.alarm.filter(shades.contains)
    let title = entries.map { entry in
      "\(instruction(entry).id) \(instruction(entry).title): \(reasons[entry].verdict)"
    }
    var style = present[0].rawValue
    if present.count > 1 { style += " mixed with-\(present[1].rawValue)" }
    html.element("td", ["class": style, "title": title.joined(separator: "\n")]) { html in
      let shown = entries.count > Self.mnemonicsShown ? 1 : entries.count
      for entry in entries.prefix(shown) {
        let id = instruction(entry).id
        let anchor = "#\(HTMLWriter.anchor(id))"
        html.element("a", ["href": anchor, "class": id.count > 6 ? "long" : ""], text: id)
      }
      if entries.count > Self.mnemonicsShown {
        html.element("small", text: "+\(entries.count - 1)")
      }
      if present[0] != .innocuous {
        html.element("sup", ["aria-label": present[0].label], text: present[0].letter)
      }
    }
  }

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
