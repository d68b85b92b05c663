import ISACore

/// The lines of a description that a span covers, moved to the left margin.
struct SourceExcerpt {
  /// The file's last path component: reports name no directories.
  var file: String
  /// Of the first line, from 1.
  var line: Int
  var lines: [String]
  /// Lines beyond the limit that were left out.
  var omitted: Int

  static let maximumLines = 120

  /// nil if the span names no text.
  init?(_ span: SourceSpan, in sources: [SourceFile]) {
    guard let source = sources.element(at: Int(span.file)), span.end > span.start else {
      return nil
    }
    let bytes = source.utf8
    var start = min(Int(span.start), bytes.count)
    let end = min(Int(span.end), bytes.count)
    guard start < end else { return nil }
    // From the start of the line, so that the indentation of all lines is comparable.
    while start > 0 && bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    file = source.path.split(separator: "/").last.map(String.init) ?? source.path
    line = source.position(of: start).line
    let all = String(decoding: bytes[start..<end], as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let margin =
      all.filter { !$0.allSatisfy(\.isWhitespace) }
      .map { $0.prefix { $0 == " " }.count }.min() ?? 0
    lines = all.prefix(Self.maximumLines).map { line in
      String(line.dropFirst(min(margin, line.prefix { $0 == " " }.count)))
    }
    omitted = all.count - lines.count
  }

  var place: String { "\(file):\(line)" }
}
