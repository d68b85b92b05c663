import Classifier
import ISACore

/// The table of instructions: one line each, and all that is known behind it.
extension HTMLReport.Page {
  func writeInstructions(to html: inout HTMLWriter) {
    section("instructions", "Instructions", to: &html) { html in
      writeFilter(to: &html)
      for chapter in Chapters(isa, classification).all {
        html.lineBreak()
        html.element("section", ["class": "chapter"]) { html in
          html.element("h3") { html in
            html.text(chapter.title)
            html.element("span", text: String(chapter.entries.count))
          }
          for entry in chapter.entries { writeEntry(entry, to: &html) }
        }
      }
    }
  }

  private func writeFilter(to html: inout HTMLWriter) {
    html.element("form", ["class": "filter", "hidden": "", "role": "search"]) { html in
      html.element("label") { html in
        html.element("span", text: "Find")
        html.void("input", ["type": "search", "placeholder": "mnemonic, title or reason"])
      }
      html.element("fieldset") { html in
        html.element("legend", text: "Show")
        for shade in Shade.allCases {
          guard classification.instructions.contains(where: { Shade($0.verdict) == shade }) else {
            continue
          }
          html.element("label") { html in
            html.void(
              "input", ["type": "checkbox", "checked": "", "value": shade.rawValue])
            badge(shade, to: &html)
            html.text(shade.label)
          }
        }
      }
    }
    html.element("p", ["class": "key"]) { html in
      for sensitivity in Sensitivity.allCases {
        html.element("b", ["class": "letter"], text: sensitivity.letter)
        html.text(" \(sensitivity.rawValue) ")
      }
      html.text("sensitive where the letter stands, proved not to be where there is a dot.")
    }
  }

  func badge(_ shade: Shade, to html: inout HTMLWriter) {
    html.element(
      "span", ["class": "badge \(shade.rawValue)", "title": shade.label], text: shade.letter)
  }

  private func writeEntry(_ entry: Int, to html: inout HTMLWriter) {
    let instruction = instruction(entry)
    let verdict = verdict(entry)
    let shade = Shade(verdict)
    html.lineBreak()
    html.element(
      "details",
      [
        "class": "instruction", "id": HTMLWriter.anchor(instruction.id),
        "data-shade": shade.rawValue,
      ]
    ) { html in
      html.element("summary") { html in
        badge(shade, to: &html)
        html.element("code", ["class": "name"], text: instruction.id)
        html.element("span", ["class": "what"]) { html in
          html.element("b", text: instruction.title)
          html.element("span", ["class": "reason"], text: reasons[entry].text)
        }
        writeLetters(verdict, to: &html)
      }
      html.element("div", ["class": "body"]) { html in
        writeManual(instruction, to: &html)
        writeVerdictDetails(entry, to: &html)
      }
    }
  }

  /// The six sensitivities as letters; a dot where it is proved not to be so.
  private func writeLetters(_ verdict: Verdict, to html: inout HTMLWriter) {
    let words = verdict.sensitivities.map(\.adjective)
    html.element(
      "span",
      [
        "class": "letters", "role": "img",
        "aria-label": words.isEmpty ? "not sensitive" : words.joined(separator: ", "),
      ]
    ) { html in
      for sensitivity in Sensitivity.allCases {
        switch verdict.sensitive[sensitivity] {
        case .proved?: html.element("i", text: "\u{00B7}")
        case .refuted?: html.element("b", text: sensitivity.letter)
        case .depends?: html.element("b", text: sensitivity.letter.lowercased())
        case .unknown?, nil: html.element("b", ["class": "open"], text: "?")
        }
      }
    }
  }

  // MARK: What the manual says

  private static let formsShown = 6

  private func writeManual(_ instruction: Instruction, to html: inout HTMLWriter) {
    html.element("div", ["class": "manual-page"]) { html in
      for form in instruction.forms.prefix(Self.formsShown) { write(form, to: &html) }
      let hidden = instruction.forms.count - Self.formsShown
      if hidden > 0 {
        html.element("p", ["class": "quiet"], text: "and \(Words.count(hidden, "more form")).")
      }
      if !instruction.citations.isEmpty {
        html.element("p", ["class": "cite"]) { html in
          html.element(
            "cite", text: instruction.citations.map(isa.shortText).joined(separator: "; "))
        }
      }
      if let excerpt = SourceExcerpt(instruction.span, in: isa.sources) {
        html.element("figure", ["class": "semantics"]) { html in
          html.element("figcaption", text: excerpt.place)
          html.element("pre") { html in
            html.element("code") { html in
              SourceHighlighter.write(excerpt.lines.joined(separator: "\n"), to: &html)
            }
          }
        }
      }
    }
  }

  private func write(_ form: Form, to html: inout HTMLWriter) {
    let columns = EncodingColumns(form, of: isa)
    html.element("div", ["class": "form"]) { html in
      html.element("p", ["class": "syntax"]) { html in
        html.element("code", text: form.syntax.text(fields: form.fields))
        if !form.name.isEmpty { html.element("span", ["class": "quiet"], text: form.name) }
      }
      html.element("div", ["class": "scroll"]) { html in
        html.element(
          "div", ["class": "encoding", "role": "img", "aria-label": columns.spoken]
        ) { html in
          for column in columns.columns {
            html.element(
              "span",
              ["class": "bits \(column.kind.styleClass)", "style": "flex-grow:\(column.width)"]
            ) { html in
              html.element("small") { html in
                html.element("i", text: String(column.first))
                if column.width > 1 { html.element("i", text: String(column.last)) }
              }
              html.element("span", text: column.label)
            }
          }
        }
      }
      if !columns.conditions.isEmpty {
        html.element("p", ["class": "quiet"]) { html in
          html.text("where ")
          html.element("code", text: columns.conditions.joined(separator: " and "))
        }
      }
    }
  }

  // MARK: What was found

  private func writeVerdictDetails(_ entry: Int, to html: inout HTMLWriter) {
    let classified = classification.instructions[entry]
    html.element("div", ["class": "findings"]) { html in
      if let when = classified.when {
        html.element("p") { html in
          html.text("Sensitive when ")
          html.element("code", text: when)
        }
      }
      write(classified.verdict.evidence, to: &html)
      for item in classified.cases {
        html.element("section", ["class": "case"]) { html in
          html.element("h4") { html in
            badge(Shade(item.verdict), to: &html)
            html.text(item.when.isEmpty ? "form \(item.form)" : "when \(item.when)")
          }
          html.element(
            "p", ["class": "reason"],
            text: reason(for: item.verdict, of: instruction(entry)).text)
          write(item.verdict.evidence, to: &html)
        }
      }
    }
  }

  private func write(_ evidence: [Evidence], to html: inout HTMLWriter) {
    guard !evidence.isEmpty else { return }
    html.element("ul", ["class": "evidence"]) { html in
      for group in EvidenceGroup.groups(evidence) {
        html.element("li", ["class": group.isAboutSensitivity ? "telling" : ""]) { html in
          html.element("span", ["class": "claim"], text: group.claim)
          write(group.answer, isTelling: group.isAboutSensitivity, to: &html)
        }
      }
    }
  }

  /// - Parameter isTelling: whether a witness is what the reader came for, and so stands open.
  private func write(_ answer: Answer, isTelling: Bool, to html: inout HTMLWriter) {
    switch answer {
    case .proved(let prover):
      html.element("span", ["class": "answer proved"], text: "proved")
      html.element("span", ["class": "by"], text: "\(prover.rawValue): \(prover.explanation)")
    case .refuted(let witness, let prover):
      html.element("span", ["class": "answer refuted"], text: "refuted")
      html.element(
        "span", ["class": "by"], text: "\(prover.rawValue): \(witness.shows.lowercasedFirst)")
      HTMLWitness.write(witness, isOpen: isTelling, to: &html)
    case .depends(let alternatives):
      html.element("span", ["class": "answer depends"], text: "depends")
      html.element("ul", ["class": "evidence"]) { html in
        for (choice, alternative) in alternatives {
          html.element("li") { html in
            html.element("code", ["class": "claim"], text: choice)
            write(alternative, isTelling: isTelling, to: &html)
          }
        }
      }
    case .unknown(let why):
      html.element("span", ["class": "answer unknown"], text: "unknown")
      html.element("span", ["class": "by"], text: why)
    }
  }
}

extension EncodingColumns {
  /// The columns as a screen reader says them.
  var spoken: String {
    columns.map { "\($0.label) (\(Words.count($0.width, "bit")))" }.joined(separator: ", ")
  }
}

extension EncodingColumns.Kind {
  var styleClass: String {
    switch self {
    case .fixed: "fixed"
    case .field: "field"
    case .ignored: "unused"
    case .shouldBeZero: "unused"
    }
  }
}
