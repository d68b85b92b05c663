/// One text that a description was read from.
public struct SourceFile: Hashable, Sendable {
  /// The path as the user should see it.
  public let path: String
  /// The whole text as UTF-8.
  public let utf8: [UInt8]

  public init(path: String, text: String) {
    self.path = path
    self.utf8 = Array(text.utf8)
  }

  public var text: String { String(decoding: utf8, as: UTF8.self) }

  /// Line and column of a byte offset, both from 1; columns count Unicode scalars.
  public func position(of offset: Int) -> (line: Int, column: Int) {
    let end = min(max(0, offset), utf8.count)
    var line = 1
    var lineStart = 0
    for index in 0..<end where utf8[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    let column = utf8[lineStart..<end].count(where: { $0 & 0xC0 != 0x80 }) + 1
    return (line, column)
  }

  /// The text of a line (from 1), without its line break.
  public func line(_ number: Int) -> String {
    var current = 1
    var start = 0
    while current < number {
      guard let next = utf8[start...].firstIndex(of: UInt8(ascii: "\n")) else { return "" }
      start = next + 1
      current += 1
    }
    let end = utf8[start...].firstIndex(of: UInt8(ascii: "\n")) ?? utf8.count
    return String(decoding: utf8[start..<end], as: UTF8.self)
  }
}

/// A half-open range of bytes in one source file.
///
/// Every node of the IR carries one, so that no message is without a place.
public struct SourceSpan: Hashable, Sendable {
  /// Index into `InstructionSet.sources`.
  public var file: Int32
  /// First byte.
  public var start: Int32
  /// One past the last byte.
  public var end: Int32

  public init(file: Int, start: Int, end: Int) {
    self.file = Int32(file)
    self.start = Int32(start)
    self.end = Int32(end)
  }

  /// From the first byte of `self` to the last byte of `other`, which lies in the same file.
  public func through(_ other: SourceSpan) -> SourceSpan {
    other.file == file
      ? SourceSpan(file: Int(file), start: Int(start), end: max(Int(end), Int(other.end))) : self
  }

  /// An empty span at the start of the first file.
  public static let none = SourceSpan(file: 0, start: 0, end: 0)
}
