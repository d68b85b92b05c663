/// Writes HTML in which every tag is closed and everything that is not markup is escaped.
///
/// Titles, names and captions come out of descriptions that strangers wrote; no text reaches the
/// page but through `escape`.
struct HTMLWriter {
  private(set) var html = ""

  typealias Attributes = KeyValuePairs<String, String>

  /// `<name attributes>…</name>`.
  mutating func element(
    _ name: StaticString, _ attributes: Attributes = [:], _ body: (inout HTMLWriter) -> Void
  ) {
    open(name, attributes)
    html += ">"
    body(&self)
    html += "</\(name)>"
  }

  /// `<name attributes>text</name>`.
  mutating func element(_ name: StaticString, _ attributes: Attributes = [:], text: String) {
    element(name, attributes) { $0.text(text) }
  }

  /// An element that HTML never closes (`meta`, `input`), or an empty one of SVG.
  mutating func void(_ name: StaticString, _ attributes: Attributes = [:]) {
    open(name, attributes)
    html += "/>"
  }

  mutating func text(_ text: String) {
    html += Self.escape(text)
  }

  mutating func lineBreak() {
    html += "\n"
  }

  /// Markup or style that this module wrote itself; never a description's text.
  mutating func verbatim(_ markup: StaticString) {
    html += "\(markup)"
  }

  private mutating func open(_ name: StaticString, _ attributes: Attributes) {
    html += "<\(name)"
    for (key, value) in attributes { html += " \(key)=\"\(Self.escape(value))\"" }
  }

  /// Safe as text and within quoted attributes. Control characters, which HTML forbids, and the
  /// marks that reorder a line's characters are shown as the replacement character.
  static func escape(_ text: String) -> String {
    guard !text.utf8.allSatisfy(isPlain) else { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar.isPrintable ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  /// Printable ASCII that means nothing to HTML: most of what is written.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
      UInt8(ascii: "'"):
      false
    default: byte == 0x0A || 0x20..<0x7F ~= byte
    }
  }

  /// An anchor's name: letters and digits stand, the rest is spelt out.
  static func anchor(_ id: String) -> String {
    "i-"
      + id.unicodeScalars.map { scalar in
        scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          ? String(scalar) : "-" + String(scalar.value, radix: 16) + "-"
      }.joined()
  }
}

extension Unicode.Scalar {
  /// Neither a control character (tab and line feed excepted) nor a bidirectional mark.
  var isPrintable: Bool {
    switch value {
    case 0x09, 0x0A: true
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: false
    default: true
    }
  }
}
