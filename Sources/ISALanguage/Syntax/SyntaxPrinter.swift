import ISACore

/// Syntax to text in one canonical style: the parser's inverse.
///
/// `parse(print(x))` is `x` but for spans. Comments are no syntax, so they are not kept.
public enum SyntaxPrinter {
  public static func print(_ file: FileSyntax) -> String {
    var writer = SyntaxWriter()
    writer.items(file.items)
    return writer.text
  }

  public static func print(_ expression: ExpressionSyntax) -> String {
    SyntaxWriter.text(of: expression)
  }

  public static func print(_ statement: StatementSyntax) -> String {
    var writer = SyntaxWriter()
    writer.statement(statement)
    return String(writer.text.dropLast())
  }
}

/// Collects lines. The grammar is in the extensions, in the parser's order.
struct SyntaxWriter {
  private(set) var text = ""
  private var indentation = 0

  /// One line at the current indentation.
  mutating func line(_ line: String) {
    if !line.isEmpty {
      text += String(repeating: "  ", count: indentation)
      text += line
    }
    text += "\n"
  }

  /// `header {`, the lines of `body` one step to the right, `}`; `header {}` if there are none.
  mutating func block(_ header: String, _ body: (inout SyntaxWriter) -> Void) {
    open(header)
    let start = text.utf8.count
    body(&self)
    if text.utf8.count == start {
      text.removeLast()
      indentation -= 1
      text += "}\n"
    } else {
      close("}")
    }
  }

  mutating func open(_ header: String) {
    line("\(header) {")
    indent()
  }

  mutating func indent() { indentation += 1 }

  mutating func close(_ footer: String) {
    indentation -= 1
    line(footer)
  }

  /// Lines one step to the right.
  mutating func indented(_ body: (inout SyntaxWriter) -> Void) {
    indent()
    body(&self)
    indentation -= 1
  }

  // MARK: - Small pieces

  /// Padded with blanks to `width`, and one blank at least.
  static func pad(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  static func quoted(_ literal: StringLiteral) -> String { quoted(literal.text) }

  static func quoted(_ text: String) -> String {
    let escaped = text.map { character in
      switch character {
      case "\"": #"\""#
      case "\\": #"\\"#
      default: String(character)
      }
    }
    return "\"\(escaped.joined())\""
  }

  /// A template keeps its own escapes; only quotes need one.
  static func quotedTemplate(_ literal: StringLiteral) -> String {
    var result = "\""
    var isEscaped = false
    for character in literal.text {
      if character == "\"" { result += "\\" }
      if isEscaped {
        isEscaped = false
      } else {
        isEscaped = character == "\\"
      }
      result.append(character)
    }
    return result + "\""
  }

  static func citation(_ citation: CitationSyntax) -> String {
    "cite \(citation.manual.text) \(quoted(citation.section))"
  }

  static func list(_ names: [Identifier]) -> String {
    names.map(\.text).joined(separator: ", ")
  }
}
