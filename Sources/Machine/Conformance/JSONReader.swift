/// Reads JSON from bytes, value by value, without building a tree.
///
/// It never reads past the end, never recurses, and reports the first fault with its offset.
struct JSONReader {
  struct Fault: Error, Equatable {
    /// Byte offset into the text.
    var offset: Int
    var message: String
  }

  let bytes: UnsafeBufferPointer<UInt8>
  /// Offset of the next byte.
  private(set) var position: Int
  /// One past the last byte.
  let end: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>, range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  func fault(_ message: String, at offset: Int? = nil) -> Fault {
    Fault(offset: offset ?? position, message: message)
  }

  // MARK: Bytes

  @inline(__always)
  private mutating func skipSpace() {
    while position < end {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// The next byte that is no white space; nil at the end.
  mutating func peek() -> UInt8? {
    skipSpace()
    return position < end ? bytes[position] : nil
  }

  /// Takes `byte` if it comes next.
  @inline(__always)
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ byte: Unicode.Scalar) throws(Fault) {
    guard take(byte) else { throw fault("expected '\(byte)'") }
  }

  /// Faults unless only white space is left.
  mutating func expectEnd() throws(Fault) {
    if peek() != nil { throw fault("unexpected text after the value") }
  }

  // MARK: Containers

  /// Calls `body` before each value of an object, with the range of the key's bytes; `body` reads
  /// the value.
  @inline(__always)
  mutating func object(
    _ body: (inout JSONReader, Range<Int>) throws(Fault) -> Void
  ) throws(Fault) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try stringRange()
      try expect(":")
      try body(&self, key)
    } while take(",")
    try expect("}")
  }

  /// Calls `body` before each value of an array; `body` reads the value.
  @inline(__always)
  mutating func array(_ body: (inout JSONReader) throws(Fault) -> Void) throws(Fault) {
    try expect("[")
    if take("]") { return }
    repeat { try body(&self) } while take(",")
    try expect("]")
  }

  // MARK: Values

  /// The bytes between the quotes, as they stand.
  mutating func stringRange() throws(Fault) -> Range<Int> {
    guard take("\"") else { throw fault("expected a string") }
    let start = position
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return start..<(position - 1)
      }
      if byte < 0x20 { throw fault("control character in a string") }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    position = end
    throw fault("the string does not end", at: start - 1)
  }

  /// A string; the escapes that stand for one character are resolved.
  mutating func string() throws(Fault) -> String {
    let range = try stringRange()
    guard bytes[range].contains(UInt8(ascii: "\\")) else {
      return String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }
    var text: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < range.upperBound else {
        text.append(byte)
        continue
      }
      switch bytes[index] {
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "u"):
        let digits = range.upperBound - index > 4 ? index + 1..<index + 5 : index + 1..<index + 1
        guard let value = hexadecimal(digits), let scalar = Unicode.Scalar(UInt32(value)) else {
          throw fault("not a character", at: index - 1)
        }
        text.append(contentsOf: UTF8.encode(scalar)!)
        index += 4
      default: text.append(bytes[index])
      }
      index += 1
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A string, or nil for `null`.
  mutating func optionalString() throws(Fault) -> String? {
    if peek() == UInt8(ascii: "n") {
      try word("null")
      return nil
    }
    return try string()
  }

  /// A number without sign, fraction and exponent.
  mutating func unsigned() throws(Fault) -> UInt64 {
    skipSpace()
    let start = position
    var value: UInt64 = 0
    while position < end, case let digit = bytes[position] &- 0x30, digit < 10 {
      let (product, isLong) = value.multipliedReportingOverflow(by: 10)
      let (sum, isTooLong) = product.addingReportingOverflow(UInt64(digit))
      if isLong || isTooLong { throw fault("the number has more than 64 bits", at: start) }
      value = sum
      position += 1
    }
    if position == start { throw fault("expected a number without sign") }
    return value
  }

  /// A string of hexadecimal digits as a number of at most 128 bits.
  mutating func hexadecimalString() throws(Fault) -> UInt128 {
    let range = try stringRange()
    guard let value = hexadecimal(range) else {
      throw fault("expected up to 32 hexadecimal digits", at: range.lowerBound)
    }
    return value
  }

  /// A string of hexadecimal digits, or a number without sign in decimal.
  mutating func hexadecimalStringOrNumber() throws(Fault) -> UInt128 {
    if let byte = peek(), case 0x30...0x39 = byte { return UInt128(try unsigned()) }
    return try hexadecimalString()
  }

  /// The digits in a range as a number; nil if there are others, none, or more than 32.
  func hexadecimal(_ range: Range<Int>) -> UInt128? {
    guard !range.isEmpty, range.count <= 32 else { return nil }
    var value: UInt128 = 0
    for index in range {
      guard let digit = JSONReader.digit(bytes[index]) else { return nil }
      value = value << 4 | UInt128(digit)
    }
    return value
  }

  /// The value of a hexadecimal digit.
  @inline(__always)
  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  private mutating func word(_ word: StaticString) throws(Fault) {
    skipSpace()
    let start = position
    for index in 0..<word.utf8CodeUnitCount {
      guard position < end, bytes[position] == word.utf8Start[index] else {
        throw fault("expected \(word)", at: start)
      }
      position += 1
    }
  }

  /// Passes over a value of any kind; containers are counted, not entered.
  mutating func skipValue() throws(Fault) {
    var depth = 0
    repeat {
      guard let byte = peek() else { throw fault("expected a value") }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { throw fault("expected a value") }
        depth -= 1
        position += 1
      case UInt8(ascii: "\""): _ = try stringRange()
      case UInt8(ascii: "t"): try word("true")
      case UInt8(ascii: "f"): try word("false")
      case UInt8(ascii: "n"): try word("null")
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw fault("expected a value") }
        position += 1
      default: try skipNumber()
      }
    } while depth > 0
  }

  private mutating func skipNumber() throws(Fault) {
    let start = position
    while position < end {
      switch bytes[position] {
      case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
        UInt8(ascii: "e"), UInt8(ascii: "E"):
        position += 1
        continue
      default: break
      }
      break
    }
    if position == start { throw fault("expected a value") }
  }
}
