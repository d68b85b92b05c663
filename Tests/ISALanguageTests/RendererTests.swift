import ISACore
import Testing

@testable import ISALanguage

@Suite("Rendered messages")
struct RendererTests {
  private func render(
    _ text: String, _ range: Range<Int>, notes: [Diagnostic.Note] = [],
    fix: Diagnostic.Fix? = nil, color: Bool = false
  ) -> String {
    let source = SourceFile(path: "s360/machine.isa", text: text)
    let span = SourceSpan(file: 0, start: range.lowerBound, end: range.upperBound)
    return DiagnosticRenderer(sources: [source], color: color).render(
      Diagnostic(.widthMismatch, "24 bits meet 12", at: span, notes: notes, fix: fix))
  }

  @Test("a message, its line, its notes, its fix")
  func whole() {
    let text = "const a = 1\n\n\n\n\n\n\n\n\n  result gr[b] + d\n"
    let place = text.utf8.count - 11
    let note = Diagnostic.Note("declared here", at: SourceSpan(file: 0, start: 6, end: 7))
    let fix = Diagnostic.Fix("write `zext(d, 24)`", at: .none, replacement: "")
    #expect(
      render(text, place..<place + 9, notes: [note], fix: fix) == """
        error[T001]: 24 bits meet 12
          --> s360/machine.isa:10:9
           |
        10 |   result gr[b] + d
           |         ^^^^^^^^^
          ::: s360/machine.isa:1:7
           |
         1 | const a = 1
           |       - declared here
           = fix: write `zext(d, 24)`
           = more: popek explain T001
        """)
  }

  @Test("tabs and wide letters keep the carets below their text")
  func widths() {
    #expect(render("\tx := é日本 + y", 15..<16).contains("|   x := é日本 + y\n  |              ^"))
    let lines = render("\té日 + y", 9..<10).split(separator: "\n")
    #expect(lines[3] == "1 |   é日 + y")
    #expect(lines[4] == "  |         ^")
  }

  @Test("an empty place at the end of the file has one caret")
  func atEnd() {
    #expect(render("ab\ncd", 5..<5).contains("2 | cd\n  |   ^\n"))
    #expect(render("", 0..<0).contains("1 | \n  | ^\n"))
    #expect(render("ab\n", 3..<3).contains("2 | \n  | ^\n"))
  }

  @Test("a place of several lines shows its first")
  func severalLines() {
    #expect(render("ab {\n  cd\n}", 3..<12).contains("1 | ab {\n  |    ^\n"))
  }

  @Test("a long line is cut around the place")
  func longLine() {
    let text = String(repeating: "é", count: 500_000) + "X" + String(repeating: "y", count: 500_000)
    let rendered = render(text, 1_000_000..<1_000_001)
    #expect(rendered.utf8.count < 2000)
    #expect(rendered.contains(":1:500001\n"))
    let lines = rendered.split(separator: "\n")
    #expect(
      lines[3].firstIndex(of: "X").map { lines[3].distance(from: lines[3].startIndex, to: $0) }
        == lines[4].firstIndex(of: "^").map { lines[4].distance(from: lines[4].startIndex, to: $0) }
    )
  }

  @Test("places outside any source are survived")
  func outside() {
    let renderer = DiagnosticRenderer(sources: [SourceFile(path: "a", text: "b")], color: false)
    for (file, start, end) in [(3, 0, 1), (0, 7, 9), (-1, 0, 0), (0, 1, 0)] {
      let span = SourceSpan(file: file, start: start, end: end)
      #expect(renderer.render(Diagnostic(.unused, "m", at: span)).hasPrefix("error[N004]: m\n"))
    }
  }

  @Test("colour is only where it is asked for")
  func color() {
    #expect(!render("abc", 0..<1).contains("\u{1B}"))
    #expect(render("abc", 0..<1, color: true).hasPrefix("\u{1B}[1;31merror[T001]\u{1B}[0m"))
  }

  @Test("a whole file of messages takes linear time")
  func linear() {
    let text = String(repeating: "const a = 1\n", count: 20_000)
    let renderer = DiagnosticRenderer(sources: [SourceFile(path: "a", text: text)], color: false)
    let length = (0..<20_000).reduce(0) { length, line in
      let span = SourceSpan(file: 0, start: line * 12, end: line * 12 + 5)
      return length + renderer.render(Diagnostic(.unused, "m", at: span)).utf8.count
    }
    #expect(length > 20_000 * 40)
  }
}

@Suite("Suggestions")
struct SuggestionTests {
  @Test(
    "the nearest name within a third of the letters",
    arguments: [
      ("registr", "register"), ("requrie", "require"), ("Address", "address"), ("psww", "psw"),
      ("xyz", nil), ("a", nil), ("", nil),
    ] as [(String, String?)])
  func nearest(_ name: String, _ expected: String?) {
    let names = ["register", "require", "region", "address", "psw", "b", "gr"]
    #expect(Suggestion.closest(to: name, among: names) == expected)
  }
}
