import Verification

/// A lane for each guest, filled where it had the processor; the paging rate below.
struct TurnsSVG {
  let id: String
  let guests: [GuestResult]
  let turns: [Turn]

  // In the drawing's own units.
  private static let left = 150
  private static let width = 840
  private static let lane = 24
  private static let gap = 5
  private static let pagingHeight = 76
  private static let columns = 210
  /// Turns that are drawn one by one; of more, shares of columns are.
  private static let mostTurns = 1500

  func write(to html: inout HTMLWriter) {
    let table = Timetable(
      turns, guests: guests.count,
      columns: Timetable.columns(turns, guests: guests.count, most: Self.columns))
    let hasPaging = table.highestRate > 0
    let lanes = guests.count * (Self.lane + Self.gap)
    let pagingTop = lanes + 30
    let height = hasPaging ? pagingTop + Self.pagingHeight + 34 : lanes + 34
    html.element(
      "svg",
      [
        "viewBox": "0 0 \(Self.left + Self.width + 10) \(height)", "role": "img",
        "class": "turns", "aria-labelledby": "turns-\(id)-title turns-\(id)-text",
      ]
    ) { html in
      html.element("title", ["id": "turns-\(id)-title"], text: "Who ran when")
      html.element("desc", ["id": "turns-\(id)-text"], text: spoken)
      for (index, guest) in guests.enumerated() {
        let top = index * (Self.lane + Self.gap)
        let path =
          turns.count <= Self.mostTurns
          ? turnBars(of: index, bottom: top + Self.lane)
          : Self.bars(
            table.shares[index], most: table.largestShare, bottom: top + Self.lane,
            height: Self.lane)
        writeLane(guest, path, top: top, to: &html)
      }
      writeAxis(y: lanes + 16, to: &html)
      if hasPaging { writePaging(table, top: pagingTop, to: &html) }
    }
  }

  private var spoken: String {
    guests.indices.map { index in
      let steps = turns.reduce(UInt64(0)) { $1.guest == index ? $0 + $1.steps : $0 }
      return "\(guests[index].name): \(Figures.grouped(steps)) steps"
    }.joined(separator: "; ")
  }

  private func writeLane(
    _ guest: GuestResult, _ path: String, top: Int, to html: inout HTMLWriter
  ) {
    html.void(
      "rect",
      [
        "x": "\(Self.left)", "y": "\(top)", "width": "\(Self.width)", "height": "\(Self.lane)",
        "class": "lane",
      ])
    label(Self.shortened(guest.name), x: Self.left - 10, y: top + 17, style: "", to: &html)
    html.void(
      "path",
      [
        "class": guest.isEquivalent ? "ran" : "ran parted", "d": path,
      ])
  }

  private func writeAxis(y: Int, to html: inout HTMLWriter) {
    let first = turns.first?.start ?? 0
    let end = turns.last.map { $0.start + $0.steps } ?? 0
    for part in 0...4 {
      let x = Self.left + Self.width * part / 4
      let step = first + (end - first) * UInt64(part) / 4
      let style = part == 0 ? "axis start" : part == 4 ? "axis" : "axis middle"
      label(
        part == 0 ? "\(Figures.grouped(step)) steps" : Figures.grouped(step), x: x, y: y,
        style: style, to: &html)
    }
  }

  /// Pages in above the line, pages out below it.
  private func writePaging(_ table: Timetable, top: Int, to html: inout HTMLWriter) {
    let half = Self.pagingHeight / 2
    let middle = top + half
    html.void(
      "path",
      [
        "class": "ins",
        "d": Self.bars(table.ins, most: table.highestRate, bottom: middle, height: half),
      ])
    html.void(
      "path",
      [
        "class": "outs",
        "d": Self.bars(table.outs, most: table.highestRate, bottom: middle, height: -half),
      ])
    html.void(
      "line",
      [
        "x1": "\(Self.left)", "x2": "\(Self.left + Self.width)", "y1": "\(middle)",
        "y2": "\(middle)", "class": "grid",
      ])
    label("pages in", x: Self.left - 10, y: middle - half / 2 + 5, style: "", to: &html)
    label("pages out", x: Self.left - 10, y: middle + half / 2 + 5, style: "", to: &html)
    label(
      "paging rate; full height is \(Figures.decimal(table.highestRate, 2)) pages per thousand steps",
      x: Self.left, y: top + Self.pagingHeight + 22, style: "axis start", to: &html)
  }

  private func label(
    _ text: String, x: Int, y: Int, style: String, to html: inout HTMLWriter
  ) {
    html.element("text", ["x": "\(x)", "y": "\(y)", "class": style], text: text)
  }

  private static func shortened(_ name: String) -> String {
    name.count > 18 ? name.prefix(17) + "\u{2026}" : name
  }

  /// The turns of one guest, those without a pause between them as one.
  private func turnBars(of guest: Int, bottom: Int) -> String {
    let first = turns.first?.start ?? 0
    let length = max(1, (turns.last.map { $0.start + $0.steps } ?? 1) - first)
    let scale = Double(Self.width) / Double(length)
    var path = ""
    var index = 0
    while index < turns.count {
      let start = index
      while index < turns.count, turns[index].guest == turns[start].guest { index += 1 }
      guard turns[start].guest == guest else { continue }
      let end = turns[index - 1].start + turns[index - 1].steps
      guard end > turns[start].start else { continue }
      let x = Double(Self.left) + Double(turns[start].start - first) * scale
      let width = Double(end - turns[start].start) * scale
      path += "M\(Self.plain(Figures.decimal(x, 2))) \(bottom)v-\(Self.lane)"
      path += "h\(Self.plain(Figures.decimal(width, 2)))v\(Self.lane)z"
    }
    return path
  }

  /// One path of upright bars; equal neighbours become one.
  private static func bars(
    _ values: [Double], most: Double, bottom: Int, height: Int
  ) -> String {
    guard most > 0 else { return "" }
    let step = Double(width) / Double(max(1, values.count))
    var path = ""
    var start = 0
    while start < values.count {
      let share = Figures.decimal(min(1, values[start] / most) * Double(abs(height)), 1)
      var end = start + 1
      while end < values.count, values[end] == values[start] { end += 1 }
      if values[start] > 1e-9 {
        let x = Figures.decimal(Double(left) + Double(start) * step, 1)
        let length = Figures.decimal(Double(end - start) * step, 1)
        let up = height > 0 ? "-" : ""
        let down = height > 0 ? "" : "-"
        path += "M\(plain(x)) \(bottom)v\(up)\(share)h\(plain(length))v\(down)\(share)z"
      }
      start = end
    }
    return path
  }

  /// Without the commas that are for people.
  private static func plain(_ number: String) -> String { number.filter { $0 != "," } }
}
