import ISACore

/// Messages as text, laid out like rustc's:
///
/// ```
/// error[T001]: `+` wants equal widths: 24 and 12 bits
///   --> s360.isa:41:20
///    |
/// 41 |   result gr[b] + d
///    |          ^^^^^^^^^
///    |
///   = fix: write `zext(d, 24)`
///   = more: popek explain T001
/// ```
///
/// Line starts are found once per source, so a file full of messages is rendered in linear time.
public struct DiagnosticRenderer: Sendable {
  private let files: [LineIndex]
  private let color: Bool

  /// `sources` are what the diagnostics' spans index. With `color`, ANSI codes are written; without,
  /// none.
  public init(sources: [SourceFile], color: Bool) {
    files = sources.map { LineIndex($0) }
    self.color = color
  }

  /// Several lines, the last one without a line break.
  public func render(_ diagnostic: Diagnostic) -> String {
    let severity = diagnostic.severity.rawValue
    let style: Style = diagnostic.severity == .error ? .error : .warning
    var text = paint("\(severity)[\(diagnostic.code.rawValue)]", style)
    text += paint(": \(diagnostic.message)", .strong)

    let labels =
      [Label(message: nil, span: diagnostic.span, mark: "^", style: style)]
      + diagnostic.notes.map { Label(message: $0.message, span: $0.span, mark: "-", style: .note) }
    // The gutter is as wide as the longest line number.
    let gutter = labels.compactMap { excerpt(of: $0.span)?.number }.max().map { "\($0)".count } ?? 1
    let margin = String(repeating: " ", count: gutter)
    for (offset, label) in labels.enumerated() {
      text += render(label, isPrimary: offset == 0, gutter: gutter)
    }
    if let fix = diagnostic.fix {
      text += "\n\(margin) \(paint("=", .note)) \(paint("fix", .strong)): \(fix.message)"
    }
    text += "\n\(margin) \(paint("=", .note)) \(paint("more", .strong)): "
    text += "popek explain \(diagnostic.code.rawValue)"
    return text
  }

  // MARK: - Labels

  private struct Label {
    var message: String?
    var span: SourceSpan
    var mark: Character
    var style: Style
  }

  private func render(_ label: Label, isPrimary: Bool, gutter: Int) -> String {
    let margin = String(repeating: " ", count: gutter)
    guard let excerpt = excerpt(of: label.span) else {
      return label.message.map {
        "\n\(margin) \(paint("=", .note)) \(paint("note", .strong)): \($0)"
      }
        ?? ""
    }
    let bar = paint("|", .note)
    let arrow = paint(isPrimary ? "-->" : ":::", .note)
    let number = "\(excerpt.number)"
    let padded = String(repeating: " ", count: gutter - number.count) + number
    var marks = String(repeating: label.mark, count: max(1, excerpt.width))
    if let message = label.message { marks += " \(message)" }
    return """

      \(margin)\(arrow) \(excerpt.path):\(excerpt.number):\(excerpt.column)
      \(margin) \(bar)
      \(paint(padded, .note)) \(bar) \(excerpt.text)
      \(margin) \(bar) \(excerpt.indent)\(paint(marks, label.style))
      """
  }

  // MARK: - Excerpts

  /// The line a span starts on, cut to a width that a screen holds.
  private struct Excerpt {
    var path: String
    /// From 1, as is `column`, which counts Unicode scalars.
    var number: Int
    var column: Int
    var text: String
    /// Blanks as wide as what stands before the span.
    var indent: String
    /// Columns that the span covers on this line.
    var width: Int
  }

  /// Longer lines are cut around the span, so that one line of a megabyte is no flood.
  private static let widestLine = 200

  private func excerpt(of span: SourceSpan) -> Excerpt? {
    guard files.indices.contains(Int(span.file)) else { return nil }
    let file = files[Int(span.file)]
    let start = min(max(0, Int(span.start)), file.source.utf8.count)
    let end = min(max(start, Int(span.end)), file.source.utf8.count)
    let (number, column) = file.position(of: start)
    let line = file.range(ofLine: number)
    // Bytes enough for the columns shown; a line of a megabyte is never decoded whole.
    let first = min(start, line.upperBound)
    let last = min(end, line.upperBound, first + 4 * Self.widestLine)
    let before = file.scalars(max(line.lowerBound, first - 4 * Self.widestLine)..<first)
    let inside = file.scalars(first..<last)
    let after = file.scalars(last..<min(line.upperBound, last + 4 * Self.widestLine))

    let shownBefore = before.suffix(Self.widestLine / 2)
    let shownInside = inside.prefix(Self.widestLine)
    let shownAfter = after.prefix(max(0, Self.widestLine - shownBefore.count - shownInside.count))
    let isCutLeft = shownBefore.count < column - 1
    let isCutRight =
      shownInside.count + shownAfter.count < inside.count + after.count
    return Excerpt(
      path: file.source.path, number: number, column: column,
      text: (isCutLeft ? "…" : "") + Self.printable(shownBefore + shownInside + shownAfter)
        + (isCutRight ? "…" : ""),
      indent: String(
        repeating: " ", count: (isCutLeft ? 1 : 0) + shownBefore.reduce(0) { $0 + Self.columns($1) }
      ),
      width: shownInside.reduce(0) { $0 + Self.columns($1) })
  }

  /// Tabs take two columns; other control characters show as `�`.
  private static func printable(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    for scalar in scalars {
      switch scalar {
      case "\t": text.append(contentsOf: "  ".unicodeScalars)
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: text.append("\u{FFFD}")
      default: text.append(scalar)
      }
    }
    return String(text)
  }

  /// Columns of a terminal that a scalar takes.
  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    if scalar == "\t" { return 2 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    // The East Asian wide blocks and the emoji.
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  // MARK: - Colour

  private enum Style: String {
    case error = "1;31"
    case warning = "1;33"
    case note = "1;34"
    case strong = "1"
  }

  private func paint(_ text: String, _ style: Style) -> String {
    color ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// Where the lines of a source start.
struct LineIndex: Sendable {
  let source: SourceFile
  private let starts: [Int]

  init(_ source: SourceFile) {
    self.source = source
    var starts = [0]
    source.utf8.withUnsafeBufferPointer { bytes in
      for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
        starts.append(index + 1)
      }
    }
    self.starts = starts
  }

  /// The line, from 1, that a byte offset lies on.
  func line(of offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The bytes of a line, from 1, without its line break.
  func range(ofLine number: Int) -> Range<Int> {
    let start = starts[number - 1]
    var end = number < starts.count ? starts[number] - 1 : source.utf8.count
    if end > start, source.utf8[end - 1] == 0x0D { end -= 1 }
    return start..<end
  }

  /// Line and column of a byte offset, both from 1; columns count Unicode scalars.
  func position(of offset: Int) -> (line: Int, column: Int) {
    let offset = min(max(0, offset), source.utf8.count)
    let line = line(of: offset)
    let start = range(ofLine: line).lowerBound
    return (line, source.utf8[start..<offset].count(where: { $0 & 0xC0 != 0x80 }) + 1)
  }

  func scalars(_ range: Range<Int>) -> [Unicode.Scalar] {
    Array(String(decoding: source.utf8[range], as: UTF8.self).unicodeScalars)
  }
}
