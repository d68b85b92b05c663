import Foundation
import ISACore
import Testing

@testable import ISALanguage

@Suite("The language reference")
struct ReferenceTests {
  private static let text: String = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "Sources/ISALanguage/ISALanguage.docc/LanguageReference.md")
    return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
  }()

  @Test("every code block parses")
  func blocks() {
    let parts = Self.text.components(separatedBy: "\n```\n")
    #expect(parts.count >= 7)
    for block in stride(from: 1, to: parts.count, by: 2).map({ parts[$0] }) {
      _ = parseCleanly(block)
    }
  }

  @Test("every complete example in the tables parses")
  func items() {
    var count = 0
    let table = Self.text.components(separatedBy: "### Roles")[0]
    for row in table.split(separator: "\n") where row.hasPrefix("| `") {
      // In a table, a bar inside code is escaped.
      let cell = row.replacing("\\|", with: "\u{1}").split(separator: "|")[0]
      for piece in cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      where piece.offset % 2 == 1 && !piece.element.contains("…") {
        let code = String(piece.element.replacing("\u{1}", with: "|"))
        guard let word = Lexer(SourceFile(path: "", text: code), file: 0).tokens.first,
          word.keyword.startsItem, code.contains(" ")
        else { continue }
        _ = parseCleanly(code)
        count += 1
      }
    }
    #expect(count >= 20)
  }
}
