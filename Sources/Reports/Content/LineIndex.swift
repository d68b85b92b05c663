import ISACore

/// Lines and columns of one text, each found in logarithmic time.
///
/// `SourceFile.position(of:)` walks the text from its start; a stranger's text with many messages
/// must not make that quadratic.
struct LineIndex {
  private let source: SourceFile
  /// Offsets of the first byte of each line.
  private let lineStarts: [Int]
  /// Unicode scalars before each multiple of `stride` bytes.
  private let scalarsBefore: [Int]
  private static let stride = 256

  init(_ source: SourceFile) {
    self.source = source
    var starts = [0]
    var checkpoints: [Int] = []
    var scalars = 0
    for (offset, byte) in source.utf8.enumerated() {
      if offset % Self.stride == 0 { checkpoints.append(scalars) }
      if byte & 0xC0 != 0x80 { scalars += 1 }
      if byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    }
    checkpoints.append(scalars)
    lineStarts = starts
    scalarsBefore = checkpoints
  }

  /// Line and column, both from 1; columns count Unicode scalars.
  func position(of offset: Int) -> (line: Int, column: Int) {
    let offset = min(max(0, offset), source.utf8.count)
    let line = lineNumber(of: offset)
    return (line, scalars(before: offset) - scalars(before: lineStarts[line - 1]) + 1)
  }

  private func lineNumber(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while low < high {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func scalars(before offset: Int) -> Int {
    let checkpoint = min(offset / Self.stride, scalarsBefore.count - 1)
    let start = min(checkpoint * Self.stride, offset)
    return scalarsBefore[checkpoint]
      + source.utf8[start..<offset].count { $0 & 0xC0 != 0x80 }
  }
}

/// Places in the texts of a description, as reports print them.
struct SourceMap {
  private let sources: [SourceFile]
  private let indexes: [LineIndex]

  init(_ sources: [SourceFile]) {
    self.sources = sources
    indexes = sources.map(LineIndex.init)
  }

  /// A span as path, first and one-past-last position; nil if it names no source.
  func place(_ span: SourceSpan) -> Place? {
    guard sources.indices.contains(Int(span.file)) else { return nil }
    let index = indexes[Int(span.file)]
    let start = index.position(of: Int(span.start))
    let end = index.position(of: max(Int(span.start), Int(span.end)))
    return Place(
      path: sources[Int(span.file)].path, line: start.line, column: start.column,
      endLine: end.line, endColumn: end.column)
  }

  struct Place {
    var path: String
    var line: Int
    var column: Int
    var endLine: Int
    /// One past the last column.
    var endColumn: Int
  }
}
