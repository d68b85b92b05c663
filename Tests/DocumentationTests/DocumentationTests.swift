import Foundation
import ISALanguage
import Testing

/// Every code block in the documentation says what it is, and is run:
///
/// - `sh`: by the shell, in an empty folder that the blocks of one document share, with this
///   build's `popek` first on the PATH; it must succeed;
/// - `isa`: a description; it must load without a message;
/// - `text`, `json`: shown, not run. A block without a name belongs to another suite.
@Suite("The documentation")
struct DocumentationTests {
  static let documents: [Document] = Document.all()

  @Test("the documents are found")
  func documentsAreFound() {
    #expect(Self.documents.contains { $0.path == "README.md" })
    #expect(Self.documents.count >= 3)
  }

  @Test("every code block is of a kind that something runs", arguments: documents)
  func kinds(document: Document) {
    for block in document.blocks {
      let isKnown =
        ["sh", "isa", "text", "json"].contains(block.kind)
        || (block.kind.isEmpty && document.path.hasSuffix("LanguageReference.md"))
      #expect(isKnown, "\(document.path):\(block.line) is of kind '\(block.kind)'")
    }
  }

  @Test("every link to a file leads somewhere", arguments: documents)
  func links(document: Document) {
    let folder = Repository.root.appending(path: document.path).deletingLastPathComponent()
    for link in document.links where !link.contains("://") && !link.hasPrefix("#") {
      let target = folder.appending(path: link.prefix { $0 != "#" })
      #expect(
        FileManager.default.fileExists(atPath: target.path(percentEncoded: false)),
        "\(document.path) links to \(link)")
    }
  }

  @Test("every description in it is sound", arguments: documents)
  func descriptions(document: Document) {
    for block in document.blocks where block.kind == "isa" {
      let loaded = DescriptionLoader.load(path: document.path, read: { _ in block.text })
      #expect(
        loaded.diagnostics.isEmpty,
        "\(document.path):\(block.line): \(loaded.diagnostics.map(\.message))")
    }
  }

  @Test("every command in it succeeds", arguments: documents)
  func commands(document: Document) throws {
    let blocks = document.blocks.filter { $0.kind == "sh" }
    guard !blocks.isEmpty else { return }
    let shell = try Shell()
    for block in blocks {
      let result = try shell.run(block.text)
      #expect(result.status == 0, "\(document.path):\(block.line):\n\(result.output)")
    }
  }
}
