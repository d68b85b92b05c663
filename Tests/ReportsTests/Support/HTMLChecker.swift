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
    var rest = html[...]
    if rest.hasPrefix("<!DOCTYPE html>") { rest = rest.dropFirst("<!DOCTYPE html>".count) }
    var open: [String] = []
    while let start = rest.firstIndex(of: "<") {
      note(text: rest[..<start])
      guard let end = rest[start...].firstIndex(of: ">") else {
        errors.append("unfinished tag")
        return
      }
      var tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.first == "/" {
        let name = String(tag.dropFirst())
        if open.last == name {
          open.removeLast()
        } else {
          errors.append("</\(name)> closes \(open.last ?? "nothing")")
        }
        continue
      }
      let isEmpty = tag.last == "/"
      if isEmpty { tag = tag.dropLast() }
      let name = String(tag.prefix { $0 != " " })
      note(attributes: tag.dropFirst(name.count), of: name)
      if isEmpty || Self.void.contains(name) { continue }
      if name == "style" || name == "script" {
        guard let close = rest.range(of: "</\(name)>") else {
          errors.append("unfinished \(name)")
          return
        }
        rest = rest[close.upperBound...]
      } else {
        open.append(name)
      }
    }
    note(text: rest)
    errors += open.map { "<\($0)> is not closed" }
  }

  private mutating func note(text part: Substring) {
    text += part
    var index = part.startIndex
    while let ampersand = part[index...].firstIndex(of: "&") {
      let name = part[part.index(after: ampersand)...].prefix { $0 != ";" }
      if !["amp", "lt", "gt", "quot", "#39"].contains(String(name)) {
        errors.append("bare & in \(part)")
      }
      index = part.index(after: ampersand)
    }
  }

  private mutating func note(attributes: Substring, of element: String) {
    var rest = attributes
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].filter { !$0.isWhitespace }
      rest = rest[rest.index(after: equals)...]
      guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else {
        errors.append("unquoted attribute \(name) of \(element)")
        return
      }
      let value = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
      switch name {
      case "id": ids.append(value)
      case "href" where value.hasPrefix("#"): references.append(String(value.dropFirst()))
      case "href", "src", "data", "action": resources.append(value)
      case _ where name.hasPrefix("on"): errors.append("handler \(name) of \(element)")
      default: break
      }
    }
    if !rest.allSatisfy({ $0.isWhitespace }) { errors.append("attribute without value: \(rest)") }
  }
}
