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
      for span in [diagnostic.span] + diagnostic.notes.map(\.span)
        + [diagnostic.fix?.span].compactMap(\.self)
      {
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
    let descriptions =
      shippedDescriptions().map { Array($0.text.utf8) } + [
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

@Suite("No description makes the loader fail")
struct LoaderFuzzTests {
  /// Complete descriptions, each with something peculiar: the examples of the catalogue.
  private static let seeds: [[UInt8]] = DiagnosticCode.allCases.flatMap { code in
    let page = DiagnosticCatalogue.entry(for: code)
    return [page.wrong, page.mended].map { Array(page.description(of: $0).utf8) }
  }

  private struct NoSuchFile: Error {}

  @Test("mutants of the catalogue's examples", arguments: 0..<4 as Range<UInt64>)
  func mutants(_ part: UInt64) {
    var generator = SeededGenerator(seed: part)
    for _ in 0..<150 {
      guard let seed = Self.seeds.randomElement(using: &generator) else { return }
      let text = String(
        decoding: DescriptionFuzzer.mutate(seed, using: &generator), as: UTF8.self)
      let loaded = DescriptionLoader.load(path: "mutant.isa") { path in
        guard path == "mutant.isa" else { throw NoSuchFile() }
        return text
      }
      #expect(
        (loaded.instructionSet == nil) == loaded.diagnostics.contains { $0.severity == .error })
      for diagnostic in loaded.diagnostics {
        #expect(!diagnostic.message.isEmpty)
        let file = Int(diagnostic.span.file)
        guard loaded.sources.indices.contains(file) else {
          Issue.record("no source for \(diagnostic)")
          continue
        }
        #expect(diagnostic.span.start <= diagnostic.span.end)
        #expect(diagnostic.span.end <= loaded.sources[file].utf8.count)
      }
    }
  }

  @Test(
    "what is nested as deeply as the parser follows is loaded too",
    arguments: [
      "r[0] := " + String(repeating: "-", count: 190) + "r[1]",
      "r[0] := " + String(repeating: "~(", count: 90) + "r[1]" + String(repeating: ")", count: 90),
      "r[0] := r[1]" + String(repeating: " + r[1]", count: 190),
      "r[0] := " + String(repeating: "when r[1] == 0 then r[2] else ", count: 180) + "r[3]",
      "r[0] := " + String(repeating: "zext(", count: 90) + "r[1]"
        + String(repeating: ", 8)", count: 90),
      String(repeating: "if r[1] == 0 {\n", count: 180) + "r[0] := 1"
        + String(repeating: "\n}", count: 180),
      String(repeating: "if r[1] == 0 { r[0] := 1 } else ", count: 180) + "{ r[0] := 2 }",
    ])
  func deep(_ body: String) {
    let page = DiagnosticCatalogue.entry(for: .doubleWrite)
    let loaded = DescriptionLoader.load(path: "deep.isa") { _ in page.description(of: body) }
    let renderer = DiagnosticRenderer(sources: loaded.sources, color: false)
    #expect(
      loaded.instructionSet != nil,
      "\(loaded.diagnostics.map(renderer.render).joined(separator: "\n"))")
  }
}
