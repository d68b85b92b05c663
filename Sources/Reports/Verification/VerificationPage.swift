import Monitor
import Verification

/// What pages about running guests have in common.
enum VerificationPage {
  /// A self-contained page: no external resource, readable without scripts.
  static func text(title: String, _ body: (inout HTMLWriter) -> Void) -> String {
    var html = HTMLWriter()
    html.verbatim("<!DOCTYPE html>\n")
    html.element("html", ["lang": "en"]) { html in
      html.element("head") { html in
        html.void("meta", ["charset": "utf-8"])
        html.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        html.void("meta", ["name": "color-scheme", "content": "light dark"])
        html.element("title", text: title)
        html.element("style") { html in
          html.verbatim(HTMLStyle.sheet)
          html.verbatim(VerificationStyle.sheet)
        }
      }
      html.lineBreak()
      html.element("body") { body(&$0) }
    }
    html.lineBreak()
    return html.html
  }

  /// - Parameters:
  ///   - facts: what stands below the name, in clauses.
  ///   - sections: ids and titles of what follows.
  static func writeHeader(
    _ kicker: String, _ name: String, machine: String, facts: [String],
    sections: [(id: String, title: String)], to html: inout HTMLWriter
  ) {
    html.element("header", ["class": "masthead"]) { html in
      html.element("p", ["class": "kicker"], text: kicker)
      html.element("h1", text: name)
      html.element("p", ["class": "subject"]) { html in
        html.text("Machine ")
        html.element("code", text: machine)
        for fact in facts { html.text(" \u{00B7} \(fact)") }
      }
      html.element("nav", ["aria-label": "Sections"]) { html in
        for (id, title) in sections {
          html.element("a", ["href": "#\(id)"], text: title)
          html.text(" ")
        }
      }
    }
  }

  static func section(
    _ id: String, _ title: String, to html: inout HTMLWriter, _ body: (inout HTMLWriter) -> Void
  ) {
    html.lineBreak()
    html.element("section", ["id": id, "aria-labelledby": "\(id)-heading"]) { html in
      html.element("h2", ["id": "\(id)-heading"], text: title)
      body(&html)
    }
  }

  /// A row of column headings.
  static func writeHead(
    _ titles: [(text: String, style: String)], to html: inout HTMLWriter
  ) {
    html.element("thead") { html in
      html.element("tr") { html in
        for title in titles {
          html.element("th", ["scope": "col", "class": title.style], text: title.text)
        }
      }
    }
  }

  static func writeStatus(_ holds: Bool?, to html: inout HTMLWriter) {
    switch holds {
    case true?: html.element("strong", ["class": "holds"], text: "\u{2713} holds")
    case false?: html.element("strong", ["class": "fails"], text: "\u{2717} fails")
    case nil: html.element("strong", ["class": "quiet"], text: "\u{00B7} not at stake")
    }
  }

  // MARK: Exit profiles

  /// Each guest's exits per thousand instructions, a bar by cause.
  static func writeProfiles(_ guests: [GuestResult], to html: inout HTMLWriter) {
    let causes = VerificationReport.causes(guests)
    let most = max(guests.map(\.profile.exitsPerThousand).max() ?? 0, 1e-9)
    html.element("div", ["class": "scroll"]) { html in
      html.element("table", ["class": "profile"]) { html in
        writeHead(
          [
            ("Guest", ""), ("Instructions", "number"), ("Direct", "number"),
            ("Exits per thousand, by cause", "wide"), ("", "number"), ("Bare machine", ""),
          ], to: &html)
        html.element("tbody") { html in
          for guest in guests { writeProfile(guest, causes, most: most, to: &html) }
        }
      }
    }
    html.element("p", ["class": "legend"]) { html in
      for cause in causes {
        html.element("span") { html in
          html.element("i", ["class": "swatch \(cause.rawValue)", "aria-hidden": "true"]) { _ in }
          html.element("b", text: cause.rawValue)
          html.element("span", ["class": "cause"], text: cause.explanation)
        }
      }
    }
  }

  private static func writeProfile(
    _ guest: GuestResult, _ causes: [Exit], most: Double, to html: inout HTMLWriter
  ) {
    let profile = guest.profile
    html.lineBreak()
    html.element("tr", ["class": guest.isEquivalent ? "" : "parted"]) { html in
      html.element("th", ["scope": "row", "title": guest.purpose]) { html in
        html.text(guest.name)
        if !guest.purpose.isEmpty { html.element("small", text: firstSentence(guest.purpose)) }
      }
      html.element("td", ["class": "number"], text: Figures.grouped(guest.instructions))
      html.element("td", ["class": "number"], text: Figures.percent(profile.directFraction))
      let spoken = causes.map { "\($0.rawValue) \(VerificationText.perThousand($0, profile))" }
      html.element("td", ["class": "wide"]) { html in
        let share = Figures.decimal(100 * profile.exitsPerThousand / most, 2)
        html.element(
          "div",
          [
            "class": "exits", "style": "width:\(share)%", "role": "img",
            "aria-label": spoken.joined(separator: ", "), "title": spoken.joined(separator: "\n"),
          ]
        ) { html in
          for cause in causes {
            guard let count = profile.exits[cause], count > 0 else { continue }
            html.element("span", ["class": cause.rawValue, "style": "flex-grow:\(count)"]) { _ in }
          }
        }
      }
      html.element(
        "td", ["class": "number"], text: Figures.decimal(profile.exitsPerThousand))
      html.element("td") { html in
        if let divergence = guest.divergence {
          html.element("strong", ["class": "fails"], text: "\u{2717} parts")
          html.void("br")
          html.element(
            "span", ["class": "what-differs"], text: VerificationText.words(divergence))
        } else {
          html.element("strong", ["class": "holds"], text: "\u{2713} alike")
        }
      }
    }
  }

  private static func firstSentence(_ text: String) -> String {
    var sentence = ""
    for word in text.split(separator: " ") {
      sentence += (sentence.isEmpty ? "" : " ") + word
      if word.last == "." { break }
    }
    return sentence
  }

  /// The slowdown to be expected, by guest and by what an exit costs.
  static func writeSlowdown(_ guests: [GuestResult], to html: inout HTMLWriter) {
    html.element("h3", text: "What it would cost")
    html.element(
      "p",
      text: "How many times the bare machine\u{2019}s time a guest would take on a processor of "
        + "one instruction a cycle, if an exit with all that follows it costs c cycles.")
    html.element("div", ["class": "scroll"]) { html in
      html.element("table", ["class": "profile"]) { html in
        writeHead(
          [("Guest", "")] + VerificationReport.costs.map { ("c = \($0)", "number") }, to: &html)
        html.element("tbody") { html in
          for guest in guests {
            html.element("tr") { html in
              html.element("th", ["scope": "row"], text: guest.name)
              for cost in VerificationReport.costs {
                html.element(
                  "td", ["class": "number"],
                  text: Figures.decimal(guest.profile.predictedSlowdown(exitCost: Double(cost)), 2))
              }
            }
          }
        }
      }
    }
  }
}
