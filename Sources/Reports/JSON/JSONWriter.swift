/// Writes JSON from left to right into one buffer, in the order of the calls.
///
/// Keys keep the order in which they are written, so equal values give equal bytes. A pretty
/// writer puts every member on a line of its own, except inside `inline`, where small values stay
/// together and a changed report reads as a short difference.
public struct JSONWriter {
  private var bytes: [UInt8] = []
  /// Two-space indentation and line breaks.
  public let isPretty: Bool
  private var depth = 0
  private var inlineDepth = 0
  private var isFirst = true
  private var followsKey = false

  public init(isPretty: Bool = false) {
    self.isPretty = isPretty
    bytes.reserveCapacity(4096)
  }

  /// What was written so far; a complete document once the outermost value is closed.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  // MARK: Containers

  public mutating func object(_ members: (inout JSONWriter) -> Void) {
    container(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
  }

  public mutating func array(_ elements: (inout JSONWriter) -> Void) {
    container(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
  }

  /// The one value that `body` writes stands on one line even in a pretty document.
  public mutating func inline(_ body: (inout JSONWriter) -> Void) {
    separate()
    followsKey = true
    inlineDepth += 1
    body(&self)
    inlineDepth -= 1
  }

  /// The key of the member whose value is written next.
  public mutating func key(_ name: String) {
    separate()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    if isPretty { bytes.append(UInt8(ascii: " ")) }
    followsKey = true
  }

  // MARK: Values

  public mutating func string(_ value: String) {
    separate()
    quote(value)
  }

  public mutating func integer(_ value: Int) {
    literal(String(value))
  }

  /// A number with a fraction; JSON has no infinities, so what is not finite becomes null.
  public mutating func number(_ value: Double) {
    guard value.isFinite else { return null() }
    literal(value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value))
  }

  public mutating func boolean(_ value: Bool) {
    literal(value ? "true" : "false")
  }

  public mutating func null() {
    literal("null")
  }

  // MARK: Members

  /// A member whose value is a string, or null.
  public mutating func member(_ name: String, _ value: String?) {
    key(name)
    if let value { string(value) } else { null() }
  }

  public mutating func member(_ name: String, _ value: Int) {
    key(name)
    integer(value)
  }

  public mutating func member(_ name: String, _ value: Bool) {
    key(name)
    boolean(value)
  }

  /// A member whose value is an array of strings, kept on one line.
  public mutating func member(_ name: String, _ values: [String]) {
    key(name)
    inline { json in
      json.array { json in
        for value in values { json.string(value) }
      }
    }
  }

  public mutating func objectMember(_ name: String, _ members: (inout JSONWriter) -> Void) {
    key(name)
    object(members)
  }

  public mutating func arrayMember(_ name: String, _ elements: (inout JSONWriter) -> Void) {
    key(name)
    array(elements)
  }

  // MARK: Layout

  private mutating func container(
    _ opening: UInt8, _ closing: UInt8, _ body: (inout JSONWriter) -> Void
  ) {
    separate()
    bytes.append(opening)
    depth += 1
    isFirst = true
    body(&self)
    depth -= 1
    if !isFirst { breakLine() }
    bytes.append(closing)
    isFirst = false
  }

  /// Writes what stands between the previous value and the next.
  private mutating func separate() {
    if followsKey {
      followsKey = false
      return
    }
    guard depth > 0 else { return }
    if !isFirst {
      bytes.append(UInt8(ascii: ","))
      if isPretty && inlineDepth > 0 { bytes.append(UInt8(ascii: " ")) }
    }
    isFirst = false
    breakLine()
  }

  private mutating func breakLine() {
    guard isPretty && inlineDepth == 0 else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }

  private mutating func literal(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Self.hexDigits[Int(byte >> 4)])
        bytes.append(Self.hexDigits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
}
