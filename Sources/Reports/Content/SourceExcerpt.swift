import ISACore

/// The item of a description that a span begins, moved to the left margin.
///
/// An instruction's span covers its first words; the excerpt goes on to the brace that closes it,
/// and leaves out the `test` blocks, which say nothing about the semantics.
struct SourceExcerpt {
  /// The file's last path component, behind its folder's where the file is a part of the chapter of
  /// that name: reports name no other directories.
  var file: String
  /// Of the first line, from 1.
  var line: Int
  var lines: [String]
  /// Lines beyond the limit that were left out.
  var omitted: Int

  static let maximumLines = 120
  /// An item is followed for at most this many bytes.
  fileprivate static let maximumLength = 1 << 16

  var place: String { "\(file):\(line)" }

  /// nil if the span names no text.
  init?(_ span: SourceSpan, in sources: [SourceFile]) {
    guard let source = sources.element(at: Int(span.file)), span.end > span.start else {
      return nil
    }
    let bytes = source.utf8
    var start = min(Int(span.start), bytes.count)
    guard start < min(Int(span.end), bytes.count) else { return nil }
    // From the start of the line, so that the indentation of all lines is comparable.
    while start > 0 && bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    let item = ItemLines(bytes, from: start, through: Int(span.end))
    let components = source.path.split(separator: "/")
    let chapter = source.path.dropLast(components.last?.count ?? 0).dropLast() + ".isa"
    let isPart = sources.contains { $0.path == chapter }
    file = components.suffix(isPart ? 2 : 1).joined(separator: "/")
    line = source.position(of: start).line
    let all = item.lines
    let margin =
      all.filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    lines = all.prefix(Self.maximumLines).map { line in
      String(line.dropFirst(min(margin, line.prefix { $0 == " " }.count)))
    }
    omitted = all.count - lines.count
  }
}

/// The lines of an item, found by its braces; those in strings and comments do not count.
private struct ItemLines {
  /// Without `test` blocks.
  var lines: [String] = []

  private let text: [UInt8]
  private var depth = 0

  /// - Parameters:
  ///   - start: the first byte of a line.
  ///   - spanEnd: the item does not end before.
  init(_ text: [UInt8], from start: Int, through spanEnd: Int) {
    self.text = text
    var index = start
    var isTest = false
    repeat {
      let depthBefore = depth
      let end = scanLine(from: index)
      let line = String(decoding: text[index..<end], as: UTF8.self)
      // A block of the item's body goes on until a line starts at the body's depth again.
      if depthBefore <= 1 { isTest = line.drop { $0 == " " }.hasPrefix("test ") }
      if !isTest { lines.append(line) }
      index = end + 1
    } while index < text.count && (depth > 0 || index < spanEnd)
      && index - start < SourceExcerpt.maximumLength
  }

  /// Follows the braces to the end of the line, whose index it gives.
  private mutating func scanLine(from start: Int) -> Int {
    var index = start
    var isString = false
    while index < text.count && text[index] != UInt8(ascii: "\n") {
      switch text[index] {
      case UInt8(ascii: "\""): isString.toggle()
      case UInt8(ascii: "/") where !isString && text[index...].starts(with: "//".utf8):
        return text[index...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
      case UInt8(ascii: "{") where !isString: depth += 1
      case UInt8(ascii: "}") where !isString: depth -= 1
      default: break
      }
      index += 1
    }
    return index
  }
}
