import Classifier
import ISACore

/// Published classifications beside this one: a figure of two sets, and what differs with reasons.
extension HTMLReport.Page {
  static let literatureSheet: StaticString = """
        svg.published { display: block; width: 100%; max-width: 640px; height: auto; }
        .published .theirs { fill: var(--plum); fill-opacity: .13; stroke: var(--plum); }
        .published .ours { fill: var(--blue); fill-opacity: .13; stroke: var(--blue); }
        .published circle { stroke-width: 2.5; }
        .cited { font-family: var(--serif); color: var(--quiet); }

    """

  func writeLiterature(to html: inout HTMLWriter) {
    guard !literature.isEmpty else { return }
    section("literature", "Beside the literature", to: &html) { html in
      for published in literature {
        write(LiteratureComparison(published, isa, classification), to: &html)
      }
    }
  }

  private func write(_ comparison: LiteratureComparison, to html: inout HTMLWriter) {
    let published = comparison.literature
    html.element("h3", text: published.label)
    html.element("p", ["class": "cited"], text: published.citation)
    html.element("p", text: "It calls sensitive: \(published.definition).")
    html.element("figure") { html in
      writeSets(comparison, to: &html)
      html.element("figcaption", text: comparison.sentence)
    }
    html.element("dl", ["class": "members"]) { html in
      for part in comparison.parts(isa, classification) {
        for (rank, row) in part.rows.enumerated() {
          if rank == 0 {
            html.element("div") { html in
              html.element("dt") { html in
                html.element("b", text: String(part.rows.count))
              }
              html.element("dd") { html in html.element("b", text: part.title) }
            }
          }
          write(row, to: &html)
        }
      }
    }
  }

  private func write(_ row: LiteratureComparison.Told, to html: inout HTMLWriter) {
    html.element("div") { html in
      html.element("dt", text: row.title)
      html.element("dd") { html in
        for (rank, line) in row.lines.enumerated() {
          if rank > 0 { html.void("br") }
          if let entry = entry(id: line.id) {
            link(entry, to: &html)
          } else {
            html.element("code", text: line.id)
          }
          html.text(" \u{2013} \(line.text)")
        }
      }
    }
  }

  /// Two circles that overlap in what is agreed.
  private func writeSets(_ comparison: LiteratureComparison, to html: inout HTMLWriter) {
    let counts = [
      comparison.different.count, comparison.agreed.count, comparison.foundHere.count,
    ]
    let title =
      "listed by \(comparison.literature.label) alone \(counts[0]), by both \(counts[1]), "
      + "found here alone \(counts[2])"
    html.element(
      "svg", ["class": "published", "viewBox": "0 0 640 300", "role": "img", "aria-label": title]
    ) { html in
      html.void("circle", ["class": "theirs", "cx": "240", "cy": "165", "r": "125"])
      html.void("circle", ["class": "ours", "cx": "400", "cy": "165", "r": "125"])
      html.element(
        "text", ["class": "set-part", "x": "200", "y": "26"], text: comparison.literature.label)
      html.element("text", ["class": "set-part", "x": "450", "y": "26"], text: "found here")
      for (x, count) in zip(["180", "320", "460"], counts) {
        html.element(
          "text", ["class": count == 0 ? "set-count none" : "set-count", "x": x, "y": "178"],
          text: String(count))
      }
    }
  }
}
