import ISACore
import Testing

@testable import ISALanguage

@Suite("The catalogue of messages")
struct CatalogueTests {
  private struct NoSuchFile: Error {}

  /// Messages of an example, as code and place.
  private func load(_ page: DiagnosticPage, _ example: String) -> LoadedDescription {
    DescriptionLoader.load(path: "page.isa") { path in
      switch path {
      case "page.isa": page.description(of: example)
      case "example.isa": DiagnosticPage.machine
      default: throw NoSuchFile()
      }
    }
  }

  private func rendered(_ loaded: LoadedDescription) -> String {
    let renderer = DiagnosticRenderer(sources: loaded.sources, color: false)
    return loaded.diagnostics.map(renderer.render).joined(separator: "\n")
  }

  /// What only running the classifier or the machine can show.
  private static let answeredLater: Set<DiagnosticCode> = [.expectationFailed, .testFailed]

  @Test("the wrong example gives its message and no other", arguments: DiagnosticCode.allCases)
  func wrong(_ code: DiagnosticCode) {
    let page = DiagnosticCatalogue.entry(for: code)
    let loaded = load(page, page.wrong)
    #expect(
      loaded.diagnostics.map(\.code) == (Self.answeredLater.contains(code) ? [] : [code]),
      "\(rendered(loaded))")
  }

  @Test("the mended example gives none", arguments: DiagnosticCode.allCases)
  func mended(_ code: DiagnosticCode) {
    let page = DiagnosticCatalogue.entry(for: code)
    let loaded = load(page, page.mended)
    #expect(loaded.diagnostics.isEmpty, "\(rendered(loaded))")
    #expect(loaded.instructionSet != nil)
  }

  @Test("a stated fix mends its example", arguments: DiagnosticCode.allCases)
  func fixes(_ code: DiagnosticCode) {
    let page = DiagnosticCatalogue.entry(for: code)
    let loaded = load(page, page.wrong)
    guard let fix = loaded.diagnostics.first?.fix else { return }
    let fixed = apply(fix, to: page.description(of: page.wrong))
    let again = DescriptionLoader.load(path: "page.isa") { _ in fixed }
    #expect(again.diagnostics.isEmpty, "\(fixed)\n\(rendered(again))")
  }

  @Test("every page is complete, plain and narrow", arguments: DiagnosticCode.allCases)
  func pages(_ code: DiagnosticCode) {
    let page = DiagnosticCatalogue.entry(for: code)
    #expect(page.title.first?.isUppercase == false && page.title.last != ".")
    #expect(page.meaning.last == "." && page.reason.last == ".")
    let text = DiagnosticCatalogue.page(for: code)
    #expect(text.hasPrefix("\(code.rawValue): "))
    let isNarrow = text.split(separator: "\n").allSatisfy { $0.count <= 100 }
    #expect(isNarrow || code == .nestedTooDeeply)
  }

  @Test("no two pages are the same")
  func distinct() {
    #expect(
      Set(DiagnosticCode.allCases.map { DiagnosticCatalogue.entry(for: $0).title }).count
        == DiagnosticCode.allCases.count)
  }

  @Test("codes are found in either case")
  func codes() {
    #expect(DiagnosticCatalogue.code(named: "t001") == .widthMismatch)
    #expect(DiagnosticCatalogue.code(named: "T999") == nil)
  }
}
