/// A cursor over the bytes of one line of assembly.
struct LineScanner {
  let bytes: [UInt8]
  var offset: Int

  init(_ bytes: [UInt8], offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  var isAtEnd: Bool { offset >= bytes.count }

  /// The byte under the cursor, or nil at the end.
  var next: UInt8? { isAtEnd ? nil : bytes[offset] }

  /// The byte `distance` after the cursor.
  func peek(_ distance: Int) -> UInt8? {
    offset + distance < bytes.count ? bytes[offset + distance] : nil
  }

  mutating func skipBlanks() {
    while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { offset += 1 }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  mutating func take(_ text: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[min(offset, bytes.count)...].starts(with: wanted) else { return false }
    offset += wanted.count
    return true
  }

  /// A letter or `_`, then letters, digits, `_`, `$`.
  mutating func takeName() -> String? {
    guard let first = next, Self.startsName(first) else { return nil }
    let start = offset
    while let byte = next, Self.continuesName(byte) { offset += 1 }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  /// Everything up to the next blank.
  mutating func takeWord() -> String {
    let start = offset
    while let byte = next, byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") { offset += 1 }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  /// What stands from the cursor on, shortened for a message.
  var rest: String {
    let text = String(decoding: bytes[min(offset, bytes.count)...].prefix(24), as: UTF8.self)
    return bytes.count - offset > 24 ? text + "…" : text
  }

  static func startsName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  static func continuesName(_ byte: UInt8) -> Bool {
    startsName(byte) || isDigit(byte) || byte == UInt8(ascii: "$")
  }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// The length in bytes of a character constant at the cursor (`'a'`, `'\n'`, `'é'`), or nil.
  func characterConstant() -> (scalar: UInt32, length: Int)? {
    guard next == UInt8(ascii: "'"), let first = peek(1) else { return nil }
    if first == UInt8(ascii: "\\") {
      guard let escaped = peek(2), let value = Self.escapes[escaped],
        peek(3) == UInt8(ascii: "'")
      else { return nil }
      return (UInt32(value), 4)
    }
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard peek(1 + length) == UInt8(ascii: "'"),
      let scalar = String(decoding: bytes[(offset + 1)..<(offset + 1 + length)], as: UTF8.self)
        .unicodeScalars.first
    else { return nil }
    return (scalar.value, length + 2)
  }

  /// A text in double quotes, escapes resolved.
  mutating func takeQuoted() throws(LineError) -> String {
    let start = offset
    guard take(UInt8(ascii: "\"")) else { throw LineError("expected a text in quotes", at: offset) }
    var text: [UInt8] = []
    while let byte = next {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = next, let value = Self.escapes[escaped] else {
          throw LineError("unknown escape", at: offset - 1, help: #"write \n, \t, \0, \\ or \""#)
        }
        offset += 1
        text.append(value)
      default: text.append(byte)
      }
    }
    throw LineError("the text has no closing quote", at: start)
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "r"): 13, UInt8(ascii: "0"): 0,
    UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "'"): UInt8(ascii: "'"),
    UInt8(ascii: "\""): UInt8(ascii: "\""),
  ]
}
