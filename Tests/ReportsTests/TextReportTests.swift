import ISACore
import Testing

@testable import Reports

@Suite("Text and Markdown")
struct TextReportTests {
  private static let isa = SampleMachine().isa
  private static let classification = SampleVerdicts.classification(of: isa)

  private func entry(_ id: String) throws -> Int {
    try #require(
      Self.classification.instructions.firstIndex {
        Self.isa.instructions[$0.instruction].id == id
      })
  }

  @Test("without colour there is no escape character, whatever a description holds")
  func plain() throws {
    let table = TextReport.classification(Self.isa, Self.classification)
    let page = TextReport.explain(Self.isa, Self.classification, entry: try entry("NOCITE"))
    #expect(!table.unicodeScalars.contains("\u{1B}"))
    #expect(!page.unicodeScalars.contains("\u{1B}"))
    #expect(!page.unicodeScalars.contains("\u{202E}"))
  }

  @Test("colour changes no words")
  func color() {
    let colored = TextReport.classification(
      Self.isa, Self.classification, style: TextStyle(color: true))
    var words = ""
    var isEscape = false
    for character in colored {
      if character == "\u{1B}" { isEscape = true }
      if !isEscape { words.append(character) }
      if character == "m" { isEscape = false }
    }
    #expect(colored.contains("\u{1B}[1;31mV\u{1B}[0m"))
    #expect(words == TextReport.classification(Self.isa, Self.classification))
  }

  @Test("lines keep to the terminal's width", arguments: [72, 100])
  func width(columns: Int) {
    let text = TextReport.classification(
      Self.isa, Self.classification, style: TextStyle(width: columns))
    for line in text.split(separator: "\n") { #expect(line.count <= columns, "\(line)") }
  }

  @Test("an explanation shows title, citation, encoding, syntax, semantics and evidence")
  func explain() throws {
    let page = TextReport.explain(Self.isa, Self.classification, entry: try entry("LPSW"))
    for part in [
      "LPSW  Load PSW", "\u{201C}Load PSW\u{201D}, page 72",
      "privileged: in problem mode it always traps privileged_operation",
      "LPSW r1,d2[(x2,b2)]", "\u{2502} 82 \u{2502}", "sample.isa:3",
      "require psw.problem == supervisor", "not control sensitive", "refuted",
      "0x0 \u{2192} 0x1", "not mode, location,",
    ] {
      #expect(page.contains(part), "\(part)")
    }
  }

  @Test("two runs stand side by side")
  func sideBySide() throws {
    let page = TextReport.explain(Self.isa, Self.classification, entry: try entry("STMODE"))
    let line = try #require(page.split(separator: "\n").first { $0.contains("in supervisor mode") })
    #expect(line.contains("in user mode"))
  }

  @Test("cases, choices and open questions are told")
  func answers() throws {
    let segment = TextReport.explain(Self.isa, Self.classification, entry: try entry("MOVS"))
    #expect(segment.contains("When sreg == cs"))
    let choice = TextReport.explain(Self.isa, Self.classification, entry: try entry("CHOICE"))
    #expect(choice.contains("fast_path = 0"))
    let open = TextReport.explain(Self.isa, Self.classification, entry: try entry("OPEN"))
    #expect(open.contains("conflict limit of 20000 reached"))
  }

  @Test("every Markdown table has rows of one length, and headings their order")
  func markdown() {
    let text = MarkdownReport.text(Self.isa, Self.classification)
    var width: Int?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        width = nil
        continue
      }
      var bars = 0
      var previous: Character = " "
      for character in line {
        if character == "|" && previous != "\\" { bars += 1 }
        previous = character
      }
      #expect(width == nil || width == bars, "\(line)")
      width = bars
    }
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
    #expect(
      headings == [
        "## Our readings of the definitions", "## Preconditions of the model",
        "## Privileged and sensitive", "## Instructions", "## Witnesses", "## Who decided what",
      ])
  }

  @Test("hostile text in Markdown is text")
  func markdownEscaping() {
    let text = MarkdownReport.text(Self.isa, Self.classification)
    #expect(!text.contains("<script>"))
    #expect(MarkdownText.escape("a|b `c` <d> *e*") == "a\\|b \\`c\\` &lt;d&gt; \\*e\\*")
    #expect(MarkdownText.code("a|b") == "<code>a\\|b</code>")
    #expect(MarkdownText.code("a == 1") == "`a == 1`")
  }
}
