/// A description's text with its comments, strings, numbers and keywords marked for the eye.
///
/// It needs no parser: a wrong guess costs a colour, nothing else.
enum SourceHighlighter {
  private static let keywords: Set<String> = [
    "instr", "syntax", "cite", "encode", "require", "else", "trap", "as", "let", "var", "if", "for",
    "while", "in", "bound", "with", "when", "then", "and", "or", "not", "implies", "expect", "test",
    "given", "units", "partial", "unpredictable", "perform", "nested", "real", "any", "result",
    "where", "over",
  ]

  static func write(_ source: String, to html: inout HTMLWriter) {
    let scalars = Array(source.unicodeScalars)
    var plain = ""
    var index = 0
    func text(_ range: Range<Int>) -> String {
      var result = ""
      result.unicodeScalars.append(contentsOf: scalars[range])
      return result
    }
    func end(from start: Int, while condition: (Unicode.Scalar) -> Bool) -> Int {
      var end = start
      while end < scalars.count && condition(scalars[end]) { end += 1 }
      return end
    }
    while index < scalars.count {
      let start = index
      let scalar = scalars[index]
      let style: String?
      if scalar == "/" && index + 1 < scalars.count && scalars[index + 1] == "/" {
        index = end(from: index) { $0 != "\n" }
        style = "comment"
      } else if scalar == "\"" {
        index = end(from: index + 1) { $0 != "\"" && $0 != "\n" }
        if index < scalars.count && scalars[index] == "\"" { index += 1 }
        style = "string"
      } else if isWord(scalar) {
        index = end(from: index, while: isWord)
        let isNumber = ("0"..."9").contains(scalar)
        style = isNumber ? "literal" : keywords.contains(text(start..<index)) ? "keyword" : nil
      } else {
        index += 1
        style = nil
      }
      guard let style else {
        plain += text(start..<index)
        continue
      }
      html.text(plain)
      plain = ""
      html.element("span", ["class": style], text: text(start..<index))
    }
    html.text(plain)
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.isASCII && scalar.properties.isAlphabetic
      || ("0"..."9").contains(scalar)
  }
}
