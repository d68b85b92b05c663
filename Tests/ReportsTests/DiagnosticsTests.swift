import Foundation
import ISACore
import ISALanguage
import Testing

@testable import Reports

@Suite("Diagnostics as JSON and SARIF")
struct DiagnosticsTests {
  private static let source = SourceFile(
    path: "ISAs/a b/ä.isa", text: "machine é \"x\"\nregister r : 9\n\tlet y = zz\n")

  private static let diagnostics = [
    Diagnostic(
      .unknownName, "no name \u{201C}zz\u{201D} here", at: SourceSpan(file: 0, start: 39, end: 41),
      notes: [.init("declared here", at: SourceSpan(file: 0, start: 15, end: 23))],
      fix: .init("write `r`", at: SourceSpan(file: 0, start: 39, end: 41), replacement: "r")),
    Diagnostic(
      .unused, "nothing uses r", at: SourceSpan(file: 9, start: 0, end: 1), severity: .warning),
  ]

  private func parse(_ text: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? [String: Any])
  }

  @Test("diagnostics have the contract's fields, columns count characters")
  func json() throws {
    let document = try parse(
      DiagnosticsJSON.text(Self.diagnostics, sources: [Self.source], isPretty: true))
    #expect(document["schema"] as? String == "popek/diagnostics/1")
    let all = try #require(document["diagnostics"] as? [[String: Any]])
    #expect(all.count == 2)
    let first = all[0]
    #expect(first["code"] as? String == "N001")
    #expect(first["severity"] as? String == "error")
    #expect(first["message"] as? String == "no name \u{201C}zz\u{201D} here")
    #expect(first["file"] as? String == "ISAs/a b/ä.isa")
    #expect(first["line"] as? Int == 3)
    #expect(first["column"] as? Int == 10)
    #expect(first["endLine"] as? Int == 3)
    #expect(first["endColumn"] as? Int == 12)
    #expect(first["help"] as? String == "write `r`")
    #expect(all[1]["help"] is NSNull)
  }

  @Test("a SARIF log names rules, places and fixes")
  func sarif() throws {
    let log = try parse(DiagnosticsSARIF.text(Self.diagnostics, sources: [Self.source]))
    #expect(log["version"] as? String == "2.1.0")
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.map { $0["ruleId"] as? String } == ["N001", "N004"])
    #expect(results.map { $0["level"] as? String } == ["error", "warning"])
    let location = try #require((results[0]["locations"] as? [[String: Any]])?.first)
    let physical = try #require(location["physicalLocation"] as? [String: [String: Any]])
    #expect(physical["artifactLocation"]?["uri"] as? String == "ISAs/a%20b/%C3%A4.isa")
    #expect(physical["region"]?["startColumn"] as? Int == 10)
    #expect((results[0]["fixes"] as? [Any])?.count == 1)
    let driver = try #require((run["tool"] as? [String: [String: Any]])?["driver"])
    let rules = try #require(driver["rules"] as? [[String: Any]])
    #expect(Set(rules.map { $0["id"] as? String }) == ["N001", "N004"])
  }

  @Test("the line index agrees with the walk from the start, at every offset")
  func lineIndex() {
    let text = String(repeating: "aé\u{1F600}\n\nxyz ", count: 90)
    for source in [SourceFile(path: "x", text: text), SourceFile(path: "x", text: "")] {
      let index = LineIndex(source)
      for offset in -1...source.utf8.count + 1 {
        let expected = source.position(of: offset)
        let found = index.position(of: offset)
        #expect(found == expected, "offset \(offset)")
      }
    }
  }
}
