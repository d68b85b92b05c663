import Foundation
import ISACore
import Testing

@testable import ISALanguage

/// The descriptions that the package ships, as (path, text).
func shippedDescriptions() -> [(path: String, text: String)] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "ISAs").resolvingSymlinksInPath()
  let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
  return (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "isa" }
    .sorted { $0.path < $1.path }
    .compactMap { url in
      (try? String(contentsOf: url, encoding: .utf8)).map { (url.lastPathComponent, $0) }
    }
}

func parse(_ text: String) -> (FileSyntax, [Diagnostic]) {
  Parser.parse(SourceFile(path: "test.isa", text: text), file: 0)
}

/// The file's syntax; records an issue for every message.
func parseCleanly(
  _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) -> FileSyntax {
  let (syntax, diagnostics) = parse(text)
  let source = SourceFile(path: "test.isa", text: text)
  let renderer = DiagnosticRenderer(sources: [source], color: false)
  #expect(
    diagnostics.isEmpty, "\(diagnostics.map(renderer.render).joined(separator: "\n"))",
    sourceLocation: sourceLocation)
  return syntax
}

/// A machine of 8 bits with what every machine needs, and `items` behind it.
func smallMachine(_ items: String, endian: String = "big") -> String {
  """
  machine m "m"
  endian \(endian)
  register pc : 8 pc
  register mode : 1 mode
  memory mem : 8 -> 8 plain size 256
  trap bad = e
  entry e() { mode := 0 }
  fetch mem at pc
  advance pc := pc + length
  undefined trap bad as program
  modes two { user mode == 1 supervisor mode == 0 }

  """ + items
}

/// Applies a fix to the text that it was made for.
func apply(_ fix: Diagnostic.Fix, to text: String) -> String {
  var bytes = Array(text.utf8)
  bytes.replaceSubrange(Int(fix.span.start)..<Int(fix.span.end), with: fix.replacement.utf8)
  return String(decoding: bytes, as: UTF8.self)
}

/// Everything a piece of syntax says, without its spans: two pieces with the same outline differ
/// only in where they stand.
func outline(_ value: Any) -> String {
  var text = ""
  func visit(_ value: Any) {
    switch value {
    case is SourceSpan: return
    case let leaf as String: text += "\"\(leaf)\""
    case let leaf as any BinaryInteger: text += "\(leaf)"
    case let leaf as Bool: text += "\(leaf)"
    default:
      let mirror = Mirror(reflecting: value)
      if mirror.children.isEmpty { text += "\(value)" }
      for (label, child) in mirror.children {
        // Tuples and payloads have positions for labels; the cases of enumerations have names.
        text += mirror.displayStyle == .enum ? "(\(label ?? "")" : "("
        visit(child)
        text += ")"
      }
    }
  }
  visit(value)
  return text
}
