import Foundation
import Testing

enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
}

/// A Markdown file of the repository.
struct Document: Sendable, CustomTestStringConvertible {
  struct Block: Sendable {
    /// What stands behind the opening fence.
    var kind: String
    /// Of the opening fence, from 1.
    var line: Int
    var text: String
  }

  /// From the root of the repository.
  var path: String
  var blocks: [Block] = []
  /// Targets of `[text](target)` outside code blocks.
  var links: [String] = []

  var testDescription: String { path }

  /// The hand-written documents: at the top and under `Sources` and `ISAs`; reports are generated.
  static func all() -> [Document] {
    var paths = ["README.md"]
    for folder in ["Sources", "ISAs"] {
      let below = FileManager.default.enumerator(
        atPath: Repository.root.appending(path: folder).path(percentEncoded: false))
      while let path = below?.nextObject() as? String {
        if path.hasSuffix(".md") { paths.append("\(folder)/\(path)") }
      }
    }
    return paths.sorted().compactMap(Document.init)
  }

  private init?(path: String) {
    let url = Repository.root.appending(path: path)
    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
    self.path = path
    var open: Block?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(block)
          open = nil
        } else {
          open = Block(kind: String(line.dropFirst(3)), line: index + 1, text: "")
        }
      } else if open != nil {
        open?.text += line + "\n"
      } else {
        links += Self.links(in: line)
      }
    }
  }

  private static func links(in line: Substring) -> [String] {
    // Text in backquotes may look like a link and is none.
    let prose = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 0 }.map { String($0.element) }.joined()
    return prose.components(separatedBy: "](").dropFirst()
      .map { String($0.prefix { $0 != ")" }) }
      .filter { !$0.isEmpty && !$0.hasPrefix("doc:") }
  }
}
