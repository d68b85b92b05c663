import Classifier

/// A witness: the runs side by side, changed state only.
enum HTMLWitness {
  static func write(_ witness: Witness, isOpen: Bool, to html: inout HTMLWriter) {
    let attributes: HTMLWriter.Attributes =
      isOpen ? ["class": "witness", "open": ""] : ["class": "witness"]
    html.element("details", attributes) { html in
      html.element("summary") { html in
        html.text("Witness ")
        html.element("code", text: witness.encoding)
        let fields = witness.fields.map { "\($0.place) = \($0.value)" }
        html.element("code", ["class": "quiet"], text: fields.joined(separator: ", "))
      }
      write(WitnessTable(witness), to: &html)
    }
  }

  private static func write(_ table: WitnessTable, to html: inout HTMLWriter) {
    html.element("div", ["class": "scroll"]) { html in
      html.element("table") { html in
        writeHead(table, to: &html)
        html.element("tbody") { html in
          for row in table.rows { write(row, to: &html) }
        }
        html.element("tfoot") { html in
          html.element("tr") { html in
            html.element("th", ["scope": "row"], text: "outcome")
            for outcome in table.outcomes {
              html.element("td", ["colspan": "2"], text: outcome)
            }
          }
        }
      }
    }
  }

  private static func writeHead(_ table: WitnessTable, to html: inout HTMLWriter) {
    html.element("thead") { html in
      html.element("tr") { html in
        html.element("th", ["rowspan": "2", "scope": "col"], text: "state")
        for caption in table.captions {
          html.element("th", ["colspan": "2", "scope": "colgroup"], text: caption)
        }
      }
      html.element("tr") { html in
        for _ in table.captions {
          html.element("th", ["scope": "col"], text: "before")
          html.element("th", ["scope": "col"], text: "after")
        }
      }
    }
  }

  private static func write(_ row: WitnessTable.Row, to html: inout HTMLWriter) {
    html.element("tr", ["class": row.isTelling ? "telling" : row.isVaried ? "varied" : "same"]) {
      html in
      html.element("th", ["scope": "row"]) { html in
        html.element("code", text: row.place)
        html.element("small", text: row.role.rawValue)
      }
      for cell in row.cells {
        html.element("td") { $0.element("code", text: cell.before ?? "") }
        html.element("td", ["class": cell.after == nil ? "unchanged" : "changed"]) { html in
          if let after = cell.after {
            html.element("code", text: after)
          } else {
            html.text("\u{2014}")
          }
        }
      }
    }
  }
}
