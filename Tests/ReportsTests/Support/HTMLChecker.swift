/// A small checker of what our own pages promise: every tag closed in order, attributes quoted,
/// no bare `<` or `&` in text.
struct HTMLChecker {
  var errors: [String] = []
  var ids: [String] = []
  /// Names that `href="#…"` leads to.
  var references: [String] = []
  /// Attribute values that would fetch something.
  var resources: [String] = []
  /// Text outside of tags, style and script.
  var text = ""

  private static let void: Set<String> = ["meta", "input", "br", "hr", "link", "img"]

  init(_ html: String) {
    var rest = Array(html.utf8)[...]
    if rest.starts(with: "<!DOCTYPE html>".utf8) { rest = rest.dropFirst(15) }
    var open: [String] = []
    while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
      note(text: rest[..<start])
      guard let end = rest[start...].firstIndex(of: UInt8(ascii: ">")) else {
        errors.append("unfinished tag")
        return
      }
      var tag = rest[(start + 1)..<end]
      rest = rest[(end + 1)...]
      if tag.first == UInt8(ascii: "/") {
        let name = string(tag.dropFirst())
        if open.last == name {
          open.removeLast()
        } else {
          errors.append("</\(name)> closes \(open.last ?? "nothing")")
        }
        continue
      }
      let isEmpty = tag.last == UInt8(ascii: "/")
      if isEmpty { tag = tag.dropLast() }
      let nameBytes = tag.prefix { $0 != UInt8(ascii: " ") }
      let name = string(nameBytes)
      note(attributes: tag[nameBytes.endIndex...], of: name)
      if isEmpty || Self.void.contains(name) { continue }
      if name == "style" || name == "script" {
        // Their text ends at the first closing tag, whatever else stands in it.
        let closing = "</\(name)>".utf8
        while !rest.isEmpty && !rest.starts(with: closing) { rest = rest.dropFirst() }
        rest = rest.dropFirst(closing.count)
      } else {
        open.append(name)
      }
    }
    note(text: rest)
    errors += open.map { "<\($0)> is not closed" }
  }

  private func string(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  private mutating func note(text part: ArraySlice<UInt8>) {
    text += string(part)
    var rest = part
    while let ampersand = rest.firstIndex(of: UInt8(ascii: "&")) {
      rest = rest[(ampersand + 1)...]
      let name = string(rest.prefix { $0 != UInt8(ascii: ";") }.prefix(5))
      if !["amp", "lt", "gt", "quot", "#39"].contains(name) {
        errors.append("bare & in \(string(part))")
      }
    }
  }

  private mutating func note(attributes: ArraySlice<UInt8>, of element: String) {
    var rest = attributes
    while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
      let name = string(rest[..<equals]).filter { !$0.isWhitespace }
      rest = rest[(equals + 1)...]
      guard rest.first == UInt8(ascii: "\""),
        let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\""))
      else {
        errors.append("unquoted attribute \(name) of \(element)")
        return
      }
      let value = string(rest[(rest.startIndex + 1)..<end])
      rest = rest[(end + 1)...]
      switch name {
      case "id": ids.append(value)
      case "href" where value.hasPrefix("#"): references.append(String(value.dropFirst()))
      case "href", "src", "data", "action": resources.append(value)
      case _ where name.hasPrefix("on"): errors.append("handler \(name) of \(element)")
      default: break
      }
    }
    if rest.contains(where: { $0 != UInt8(ascii: " ") }) {
      errors.append("attribute without value: \(string(rest))")
    }
  }
}
