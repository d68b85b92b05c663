import Classifier
import ISACore

/// Two overlapping ellipses, and user sensitive within the second.
struct SetDiagramSVG {
  let page: HTMLReport.Page
  let diagram: SetDiagram

  /// Where a region's count stands, in the drawing's own units, and how many lines of how many
  /// characters fit below it.
  private struct Spot {
    var region: SetDiagram.Region
    var x: Int
    var y: Int
    var lines: Int
    var characters: Int
  }

  private static let spots = [
    Spot(region: .privilegedOnly, x: 124, y: 206, lines: 3, characters: 14),
    Spot(region: .privilegedSensitive, x: 360, y: 118, lines: 2, characters: 19),
    Spot(region: .privilegedUserSensitive, x: 388, y: 262, lines: 2, characters: 15),
    Spot(region: .unprivilegedSensitive, x: 578, y: 132, lines: 2, characters: 13),
    Spot(region: .unprivilegedUserSensitive, x: 572, y: 262, lines: 2, characters: 13),
  ]

  func write(to html: inout HTMLWriter) {
    let id = "sets-\(diagram.reading.rawValue)"
    html.element(
      "svg",
      [
        "viewBox": "0 0 720 436", "role": "img", "aria-labelledby": "\(id)-title \(id)-text",
        "class": "sets",
      ]
    ) { html in
      html.element(
        "title", ["id": "\(id)-title"],
        text: "Privileged and sensitive instructions, \(diagram.reading.rawValue) reading")
      html.element("desc", ["id": "\(id)-text"], text: spoken)
      writeShapes(id, to: &html)
      label("privileged", x: 152, y: 26, style: "set-name", to: &html)
      label("sensitive", x: 568, y: 26, style: "set-name", to: &html)
      label("user sensitive", x: 484, y: 348, style: "set-part", to: &html)
      label(
        "\(diagram[.neither].count) neither", x: 360, y: 426, style: "set-part",
        to: &html)
      for spot in Self.spots { write(spot, to: &html) }
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
    let privileged: HTMLWriter.Attributes = ["cx": "260", "cy": "212", "rx": "240", "ry": "170"]
    let sensitive: HTMLWriter.Attributes = ["cx": "460", "cy": "212", "rx": "240", "ry": "170"]
    // What Theorem 1 forbids is striped; the privileged half is then laid over it.
    html.element("g", ["fill": isViolated ? "url(#\(id)-stripes)" : "none"]) {
      $0.void("ellipse", sensitive)
    }
    html.element("g", ["class": "set-ground"]) { $0.void("ellipse", privileged) }
    html.element("g", ["class": "set-privileged"]) { $0.void("ellipse", privileged) }
    html.element("g", ["class": "set-sensitive"]) { $0.void("ellipse", sensitive) }
    html.element("g", ["class": "set-user"]) { html in
      html.void("ellipse", ["cx": "470", "cy": "280", "rx": "188", "ry": "84"])
    }
  }

  private func write(_ spot: Spot, to html: inout HTMLWriter) {
    let entries = diagram[spot.region]
    let isForbidden = spot.region.isForbidden && !entries.isEmpty
    let style = entries.isEmpty ? "set-count none" : isForbidden ? "set-count bad" : "set-count"
    label(String(entries.count), x: spot.x, y: spot.y, style: style, to: &html)
    let names = entries.map { page.instruction($0).id }
    let lines = Self.lines(names, limit: spot.lines, width: spot.characters)
    for (row, line) in lines.enumerated() {
      label(line, x: spot.x, y: spot.y + 24 + 20 * row, style: "set-members", to: &html)
    }
  }

  private func label(
    _ text: String, x: Int, y: Int, style: String, to html: inout HTMLWriter
  ) {
    html.element("text", ["x": "\(x)", "y": "\(y)", "class": style], text: text)
  }

  /// The names in lines of at most `width` characters; an ellipsis where `limit` lines do not hold
  /// them all.
  static func lines(_ names: [String], limit: Int, width: Int) -> [String] {
    var lines: [[String]] = []
    func length(_ words: [String]) -> Int { words.reduce(words.count - 1) { $0 + $1.count } }
    for name in names {
      let name = name.count > width ? name.prefix(width - 1) + "\u{2026}" : name
      if let last = lines.last, length(last + [name]) <= width {
        lines[lines.count - 1].append(name)
      } else if lines.count < limit {
        lines.append([name])
      } else {
        var last = lines[limit - 1] + ["\u{2026}"]
        while last.count > 1 && length(last) > width { last.remove(at: last.count - 2) }
        lines[limit - 1] = last
        break
      }
    }
    return lines.map { $0.joined(separator: " ") }
  }
}
