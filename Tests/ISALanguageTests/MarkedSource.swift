import ISACore
import Testing

@testable import ISALanguage

/// A message that a marked text must give.
struct ExpectedDiagnostic {
  /// The marker in the text at the message's place: `1️⃣` … `9️⃣`.
  var marker: Character
  var code: DiagnosticCode
  var message: String
  /// Markers at the places of its notes, in order.
  var notes: [Character]

  init(
    _ marker: Character, _ code: DiagnosticCode, _ message: String, notes: [Character] = []
  ) {
    self.marker = marker
    self.code = code
    self.message = message
    self.notes = notes
  }

  /// The only message, at `1️⃣`.
  init(_ code: DiagnosticCode, _ message: String, notes: [Character] = []) {
    self.init("1️⃣", code, message, notes: notes)
  }
}

/// A text from which the markers have been taken out.
struct MarkedSource {
  var text = ""
  var offsets: [Character: Int] = [:]

  init(_ marked: String) {
    for character in marked {
      if character.unicodeScalars.contains("\u{20E3}") {
        offsets[character] = text.utf8.count
      } else {
        text.append(character)
      }
    }
  }
}

/// Checks that `marked` gives exactly the messages expected, at the markers, and that applying all
/// fixes gives `fixed`, which then gives no message.
func expectDiagnostics(
  _ marked: String, _ expected: [ExpectedDiagnostic], fixed: String? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let source = MarkedSource(marked)
  let (_, diagnostics) = parse(source.text)
  let renderer = DiagnosticRenderer(
    sources: [SourceFile(path: "test.isa", text: source.text)], color: false)
  let rendered = diagnostics.map(renderer.render).joined(separator: "\n")
  #expect(
    diagnostics.map(\.message) == expected.map(\.message), "\(rendered)",
    sourceLocation: sourceLocation)
  #expect(
    diagnostics.map(\.code) == expected.map(\.code), "\(rendered)", sourceLocation: sourceLocation)
  #expect(
    diagnostics.map { Int($0.span.start) } == expected.map { source.offsets[$0.marker] },
    "\(rendered)", sourceLocation: sourceLocation)
  #expect(
    diagnostics.map { $0.notes.map { Int($0.span.start) } }
      == expected.map { $0.notes.map { source.offsets[$0] } },
    "\(rendered)", sourceLocation: sourceLocation)

  guard let fixed else { return }
  var text = source.text
  for diagnostic in diagnostics.reversed() {
    if let fix = diagnostic.fix { text = apply(fix, to: text) }
  }
  #expect(text == fixed, sourceLocation: sourceLocation)
  _ = parseCleanly(fixed, sourceLocation: sourceLocation)
}
