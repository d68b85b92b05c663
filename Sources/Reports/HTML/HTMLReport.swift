import Classifier
import ISACore

/// One self-contained page per machine: no external resource, no time, no path; readable without
/// scripts, on paper, in the dark and by ear.
public enum HTMLReport {
  /// - Parameter literature: what others published of the machine, to be compared.
  public static func text(
    _ isa: InstructionSet, _ classification: Classification,
    literature: [PublishedClassification] = []
  ) -> String {
    let page = Page(isa: isa, classification: classification, literature: literature)
    var html = HTMLWriter()
    html.verbatim("<!DOCTYPE html>\n")
    html.element("html", ["lang": "en"]) { html in
      html.element("head") { html in
        html.void("meta", ["charset": "utf-8"])
        html.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        html.void("meta", ["name": "color-scheme", "content": "light dark"])
        html.element("title", text: "\(isa.name): Popek and Goldberg")
        html.element("style") { html in
          html.verbatim(HTMLStyle.sheet)
          if !literature.isEmpty { html.verbatim(Page.literatureSheet) }
        }
      }
      html.lineBreak()
      html.element("body") { page.write(to: &$0) }
    }
    html.lineBreak()
    return html.html
  }

  /// What every part of the page draws on.
  struct Page {
    let isa: InstructionSet
    let classification: Classification
    let literature: [PublishedClassification]
    let reasons: [Reason]

    init(
      isa: InstructionSet, classification: Classification,
      literature: [PublishedClassification] = []
    ) {
      self.isa = isa
      self.classification = classification
      self.literature = literature
      reasons = classification.instructions.map {
        Reason(
          for: $0.verdict, of: isa.instructions[$0.instruction], in: isa, classification.modePair)
      }
    }

    func instruction(_ entry: Int) -> Instruction {
      isa.instructions[classification.instructions[entry].instruction]
    }

    func reason(for verdict: Verdict, of instruction: Instruction) -> Reason {
      Reason(for: verdict, of: instruction, in: isa, classification.modePair)
    }

    func verdict(_ entry: Int) -> Verdict { classification.instructions[entry].verdict }

    func write(to html: inout HTMLWriter) {
      writeHeader(to: &html)
      html.element("main") { html in
        writeVerdict(to: &html)
        writeReadings(to: &html)
        writePreconditions(to: &html)
        writeSets(to: &html)
        writeLiterature(to: &html)
        writeOpcodeMap(to: &html)
        writeInstructions(to: &html)
        writeEvidence(to: &html)
      }
      html.verbatim(HTMLStyle.script)
    }

    /// A section with a heading that can be linked to.
    func section(
      _ id: String, _ title: String, to html: inout HTMLWriter,
      _ body: (inout HTMLWriter) -> Void
    ) {
      html.lineBreak()
      html.element("section", ["id": id, "aria-labelledby": "\(id)-heading"]) { html in
        html.element("h2", ["id": "\(id)-heading"], text: title)
        body(&html)
      }
    }

    /// A mnemonic that leads to its entry.
    func link(_ entry: Int, to html: inout HTMLWriter) {
      let instruction = instruction(entry)
      html.element(
        "a",
        [
          "href": "#\(HTMLWriter.anchor(instruction.id))", "class": "mnemonic",
          "title": instruction.title,
        ], text: instruction.id)
    }

    func links(_ entries: [Int], to html: inout HTMLWriter) {
      for (rank, entry) in entries.enumerated() {
        if rank > 0 { html.text(", ") }
        link(entry, to: &html)
      }
    }

    func entry(id: String) -> Int? {
      classification.instructions.indices.first { instruction($0).id == id }
    }
  }
}

extension HTMLReport.Page {
  func writeHeader(to html: inout HTMLWriter) {
    html.element("header", ["class": "masthead"]) { html in
      html.element("p", ["class": "kicker"], text: "Virtualizability after Popek and Goldberg")
      html.element("h1", text: isa.name)
      html.element("p", ["class": "subject"]) { html in
        html.text("Machine ")
        html.element("code", text: isa.id)
        html.text(" \u{00B7} \(Words.count(classification.instructions.count, "instruction")), ")
        html.text("\(Words.count(isa.forms.count, "form")) \u{00B7} user mode is ")
        html.element("code", text: Words.equalities(classification.modePair.user))
        html.text(", supervisor mode ")
        html.element("code", text: Words.equalities(classification.modePair.supervisor))
      }
      for manual in isa.manuals {
        html.element("p", ["class": "manual"], text: "After \(manual.title)")
      }
      html.element("nav", ["aria-label": "Sections"]) { html in
        for (id, title) in [
          ("verdict", "Verdict"), ("readings", "Readings"), ("preconditions", "Preconditions"),
          ("sets", "Sets"), ("map", "Opcode map"), ("instructions", "Instructions"),
          ("evidence", "Evidence"),
        ] + (literature.isEmpty ? [] : [("literature", "Literature")]) {
          html.element("a", ["href": "#\(id)"], text: title)
          html.text(" ")
        }
      }
    }
  }

  // MARK: Verdict

  func writeVerdict(to html: inout HTMLWriter) {
    section("verdict", "Verdict", to: &html) { html in
      html.element("p", ["class": "headline"], text: headline)
      for caveat in caveats {
        html.element("p", ["class": "caveat"], text: caveat)
      }
      html.element("div", ["class": "theorems"]) { html in
        for theorem in Theorem.all { write(theorem, to: &html) }
      }
      writeShares(to: &html)
      writeAssumptions(to: &html)
    }
  }

  private func write(_ theorem: Theorem, to html: inout HTMLWriter) {
    html.element("article", ["class": "theorem"]) { html in
      html.element("h3") { html in
        html.text("Theorem \(theorem.number)")
        html.element("span", text: theorem.name)
      }
      html.element("p", ["class": "condition"], text: "\(theorem.condition.capitalizedFirst).")
      html.element("dl") { html in
        for reading in Reading.allCases {
          let verdict = classification.theorems[theorem.number]?[reading]
          html.element("dt", text: reading.rawValue)
          html.element("dd") { write(verdict, to: &$0) }
        }
      }
    }
  }

  private func write(_ verdict: TheoremVerdict?, to html: inout HTMLWriter) {
    guard let verdict, !verdict.isUnknown || !verdict.violators.isEmpty else {
      html.element("strong", ["class": "undecided"], text: "? undecided")
      return
    }
    if verdict.holds {
      html.element("strong", ["class": "holds"], text: "\u{2713} holds")
      return
    }
    let count = Words.count(verdict.violators.count, "violator")
    html.element("strong", ["class": "fails"], text: "\u{2717} fails: \(count)")
    html.element("span", ["class": "violators"]) { html in
      for (rank, id) in verdict.violators.enumerated() {
        html.text(rank > 0 ? ", " : "")
        if let entry = entry(id: id) { link(entry, to: &html) } else { html.text(id) }
      }
    }
  }

  /// A bar as long as the page, divided among the classes.
  private func writeShares(to html: inout HTMLWriter) {
    let shades = classification.instructions.map { Shade($0.verdict) }
    guard !shades.isEmpty else { return }
    html.element("div", ["class": "shares"]) { html in
      for shade in Shade.allCases {
        let count = shades.count { $0 == shade }
        guard count > 0 else { continue }
        html.element("div", ["class": "share", "style": "flex-grow:\(count)"]) { html in
          html.element("span", ["class": "bar \(shade.rawValue)", "aria-hidden": "true"]) { _ in }
          html.element("span", ["class": "figure"]) { html in
            html.element("b", text: String(count))
            html.text(" \(shade.label)")
          }
        }
      }
    }
  }

  private func writeAssumptions(to html: inout HTMLWriter) {
    html.element("h3", text: "Assumptions")
    guard !classification.assumptions.isEmpty else {
      html.element("p", text: "None: the verdict holds whatever a monitor sets up.")
      return
    }
    html.element("p", text: "What a monitor sets up on the real machine:")
    html.element("ul") { html in
      for assumption in classification.assumptions {
        html.element("li") { $0.element("code", text: assumption) }
      }
    }
  }

  // MARK: Readings and preconditions

  func writeReadings(to html: inout HTMLWriter) {
    section("readings", "Our readings of the definitions", to: &html) { html in
      html.element("dl", ["class": "readings"]) { html in
        for reading in Readings.all {
          html.element("div") { html in
            html.element("dt", text: reading.title)
            html.element("dd", text: reading.text.capitalizedFirst)
          }
        }
      }
    }
  }

  func writePreconditions(to html: inout HTMLWriter) {
    section("preconditions", "Preconditions of the model", to: &html) { html in
      html.element(
        "p",
        text: "The theorems speak of a machine of a certain kind. Whether this is one is checked, "
          + "not assumed.")
      html.element("ul", ["class": "preconditions"]) { html in
        for precondition in classification.preconditions {
          html.element("li", ["class": precondition.holds ? "met" : "unmet"]) { html in
            html.element(
              "strong", ["class": precondition.holds ? "holds" : "fails"],
              text: precondition.holds ? "\u{2713} met" : "\u{2717} not met")
            html.element("b", text: precondition.name)
            html.element("span", text: precondition.why)
          }
        }
      }
    }
  }

  // MARK: Evidence

  func writeEvidence(to html: inout HTMLWriter) {
    let statistics = EvidenceStatistics(classification)
    section("evidence", "Who decided what", to: &html) { html in
      html.element(
        "p",
        text: "Provers are tried in the order of cost. Every refutation was replayed on the "
          + "concrete machine, which shares nothing with the symbolic one but the description.")
      html.element("div", ["class": "scroll"]) { html in
        html.element("table", ["class": "statistics"]) { html in
          html.element("thead") { html in
            html.element("tr") { html in
              for title in ["Prover", "Proved", "Refuted", "Share", "How"] {
                html.element("th", ["scope": "col"], text: title)
              }
            }
          }
          html.element("tbody") { html in
            for prover in Prover.allCases { write(prover, statistics, to: &html) }
          }
        }
      }
      let unknown = classification.unknown
      html.element("p") { html in
        html.element("strong", ["class": unknown == 0 ? "holds" : "undecided"]) {
          $0.text(unknown == 0 ? "\u{2713} Nothing undecided." : "? \(unknown) undecided.")
        }
        if statistics.dependent > 0 {
          html.text(
            " \(Words.count(statistics.dependent, "answer")) depend on an implementation\u{2019}s "
              + "choice.")
        }
      }
    }
  }

  private func write(
    _ prover: Prover, _ statistics: EvidenceStatistics, to html: inout HTMLWriter
  ) {
    let total = statistics.total(prover)
    let percent = statistics.total == 0 ? 0 : total * 100 / statistics.total
    html.element("tr") { html in
      html.element("th", ["scope": "row"], text: prover.rawValue)
      html.element("td", ["class": "number"], text: String(statistics.proofs[prover] ?? 0))
      html.element("td", ["class": "number"], text: String(statistics.refutations[prover] ?? 0))
      html.element("td") { html in
        html.element("span", ["class": "gauge", "style": "--share:\(percent)%"]) { html in
          html.text("\(percent)%")
        }
      }
      html.element("td", text: prover.explanation.capitalizedFirst + ".")
    }
  }
}
