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
          html.element("figure") { html in
            if !areEqual {
              html.element("figcaption", text: "\(diagram.reading.rawValue.capitalizedFirst) reading")
            }
            SetDiagramSVG(page: self, diagram: diagram).write(to: &html)
          }
        }
      }
      html.element("div", ["class": "figures \(areEqual ? "one" : "two")"]) { html in
        for diagram in areEqual ? [diagrams[1]] : diagrams {
          writeMembers(diagram, to: &html)
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
    let title = entries.map { "\(instruction($0).id) \(instruction($0).title): \(reasons[$0].verdict)" }
    var style = present[0].rawValue
    if present.count > 1 { style += " mixed with-\(present[1].rawValue)" }
    html.element("td", ["class": style, "title": title.joined(separator: "\n")]) { html in
      for entry in entries.prefix(entries.count > Self.mnemonicsShown ? 1 : Self.mnemonicsShown) {
        html.element(
          "a", ["href": "#\(HTMLWriter.anchor(instruction(entry).id))"], text: instruction(entry).id)
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

/// Two overlapping ellipses, and user sensitive within the second.
struct SetDiagramSVG {
  let page: HTMLReport.Page
  let diagram: SetDiagram

  /// Where each region's count stands, in the drawing's own units, and how many mnemonics fit.
  private static let layout: [(SetDiagram.Region, x: Int, y: Int, lines: Int)] = [
    (.privilegedOnly, 132, 205, 3), (.privilegedSensitive, 360, 112, 2),
    (.privilegedUserSensitive, 372, 262, 2), (.unprivilegedSensitive, 578, 130, 2),
    (.unprivilegedUserSensitive, 582, 262, 2),
  ]

  func write(to html: inout HTMLWriter) {
    let id = "sets-\(diagram.reading.rawValue)"
    html.element(
      "svg",
      [
        "viewBox": "0 0 720 430", "role": "img", "aria-labelledby": "\(id)-title \(id)-text",
        "class": "sets",
      ]
    ) { html in
      html.element(
        "title", ["id": "\(id)-title"],
        text: "Privileged and sensitive instructions, \(diagram.reading.rawValue) reading")
      html.element("desc", ["id": "\(id)-text"], text: spoken)
      writeShapes(id, to: &html)
      writeLabels(to: &html)
      for (region, x, y, lines) in Self.layout {
        write(region, x: x, y: y, lines: lines, to: &html)
      }
    }
  }

  private var spoken: String {
    SetDiagram.Region.allCases.map { "\($0.label): \(diagram[$0].count)" }.joined(separator: "; ")
  }

  private var isViolated: Bool {
    SetDiagram.Region.allCases.contains { $0.isForbidden && !diagram[$0].isEmpty }
  }

  private func writeShapes(_ id: String, to html: inout HTMLWriter) {
    html.element("defs") { html in
      html.element(
        "pattern",
        [
          "id": "\(id)-stripes", "width": "10", "height": "10", "patternUnits": "userSpaceOnUse",
          "patternTransform": "rotate(45)",
        ]
      ) { html in
        html.void("rect", ["width": "10", "height": "10", "class": "stripe-ground"])
        html.void("rect", ["width": "4", "height": "10", "class": "stripe"])
      }
    }
    let privileged: HTMLWriter.Attributes = ["cx": "260", "cy": "205", "rx": "240", "ry": "160"]
    let sensitive: HTMLWriter.Attributes = ["cx": "460", "cy": "205", "rx": "240", "ry": "160"]
    let fill = isViolated ? "url(#\(id)-stripes)" : "none"
    html.void(
      "ellipse",
      ["cx": "460", "cy": "205", "rx": "240", "ry": "160", "style": "fill:\(fill)"])
    html.element("g", ["class": "set-ground"]) { $0.void("ellipse", privileged) }
    html.element("g", ["class": "set-privileged"]) { $0.void("ellipse", privileged) }
    html.element("g", ["class": "set-sensitive"]) { $0.void("ellipse", sensitive) }
    html.element("g", ["class": "set-user"]) { html in
      html.void("ellipse", ["cx": "470", "cy": "270", "rx": "188", "ry": "72"])
    }
  }

  private func writeLabels(to html: inout HTMLWriter) {
    label("privileged", x: 150, y: 28, style: "set-name", to: &html)
    label("sensitive", x: 570, y: 28, style: "set-name", to: &html)
    label("user sensitive", x: 470, y: 366 - 12, style: "set-part", to: &html)
    label(
      "\(diagram[.neither].count) innocuous outside", x: 360, y: 416, style: "set-part", to: &html)
  }

  private func write(
    _ region: SetDiagram.Region, x: Int, y: Int, lines: Int, to html: inout HTMLWriter
  ) {
    let entries = diagram[region]
    let isForbidden = region.isForbidden && !entries.isEmpty
    let style = entries.isEmpty ? "set-count none" : isForbidden ? "set-count bad" : "set-count"
    label(String(entries.count), x: x, y: y, style: style, to: &html)
    for (row, line) in Self.lines(entries.map { page.instruction($0).id }, limit: lines).enumerated()
    {
      label(line, x: x, y: y + 22 + 17 * row, style: "set-members", to: &html)
    }
  }

  private func label(
    _ text: String, x: Int, y: Int, style: String, to html: inout HTMLWriter
  ) {
    html.element("text", ["x": "\(x)", "y": "\(y)", "class": style], text: text)
  }

  /// The mnemonics in lines short enough for their region; the last says how many are missing.
  static func lines(_ names: [String], limit: Int) -> [String] {
    let width = 18
    var lines: [String] = []
    var rest = names[...]
    while let first = rest.first {
      if lines.count == limit {
        lines[limit - 1] += " \u{2026}"
        break
      }
      var line = first.count > width ? String(first.prefix(width - 1)) + "\u{2026}" : first
      rest = rest.dropFirst()
      while let next = rest.first, line.count + 1 + next.count <= width {
        line += " " + next
        rest = rest.dropFirst()
      }
      lines.append(line)
    }
    return lines
  }
}
