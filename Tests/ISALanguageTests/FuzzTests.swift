import ISACore
import Testing

@testable import ISALanguage

@Suite("No text makes the parser fail")
struct FuzzTests {
  /// Parses, expands and prints; every message stands in the file and says something.
  private func exercise(_ bytes: [UInt8]) {
    let source = SourceFile(path: "mutant.isa", text: String(decoding: bytes, as: UTF8.self))
    let (syntax, diagnostics) = Parser.parse(source, file: 0)
    let (_, expansion) = FamilyExpansion.expand(syntax.items)
    for diagnostic in diagnostics + expansion {
      #expect(!diagnostic.message.isEmpty)
      for span in [diagnostic.span] + diagnostic.notes.map(\.span) + [diagnostic.fix?.span].compactMap(\.self) {
        #expect(0 <= span.start && span.start <= span.end && span.end <= source.utf8.count)
      }
    }
    #expect(diagnostics.count <= Parser.maximumDiagnostics + 1)
    let renderer = DiagnosticRenderer(sources: [source], color: false)
    for diagnostic in diagnostics.prefix(2) { #expect(!renderer.render(diagnostic).isEmpty) }
    // What could be read prints and reads back.
    let (again, complaints) = parse(SyntaxPrinter.print(syntax))
    #expect(complaints.isEmpty, "\(complaints.map(\.message)) for \(SyntaxPrinter.print(syntax))")
    #expect(again.items.count == syntax.items.count)
  }

  @Test("mutants of the shipped descriptions", arguments: 0..<8)
  func mutants(_ part: Int) {
    var generator = SeededGenerator(seed: UInt64(part))
    let descriptions = shippedDescriptions().map { Array($0.text.utf8) } + [
      Array(Examples.items.joined(separator: "\n").utf8)
    ]
    for _ in 0..<40 {
      guard let text = descriptions.randomElement(using: &generator) else { return }
      // A piece is as good as the whole, and faster.
      let start = Int.random(in: 0...max(0, text.count - 3000), using: &generator)
      exercise(
        DescriptionFuzzer.mutate(Array(text[start...].prefix(3000)), using: &generator))
    }
  }

  @Test("mutants of small texts")
  func small() {
    var generator = SeededGenerator(seed: 20)
    for text in Examples.items + Examples.statements.map({ "action a {\n\($0)\n}" }) {
      for _ in 0..<25 {
        exercise(DescriptionFuzzer.mutate(Array(text.utf8), using: &generator))
      }
    }
  }

  @Test("random bytes")
  func noise() {
    var generator = SeededGenerator(seed: 360)
    for _ in 0..<1000 { exercise(DescriptionFuzzer.noise(length: 200, using: &generator)) }
  }

  @Test("the same seed makes the same mutant")
  func deterministic() {
    let text = Array(Examples.items.joined(separator: "\n").utf8)
    var a = SeededGenerator(seed: 7)
    var b = SeededGenerator(seed: 7)
    for _ in 0..<50 {
      #expect(
        DescriptionFuzzer.mutate(text, using: &a) == DescriptionFuzzer.mutate(text, using: &b))
    }
  }
}
