/// How text for a terminal looks.
public struct TextStyle: Sendable {
  /// Whether to use ANSI colours.
  public var color: Bool
  /// Columns to wrap at.
  public var width: Int

  public init(color: Bool = false, width: Int = 100) {
    self.color = color
    self.width = max(40, width)
  }

  public static let plain = TextStyle()
}

/// Lines for a terminal; what strangers wrote cannot send it commands.
struct TerminalText {
  enum Ink: String {
    case bold = "1"
    case quiet = "2"
    case blue = "34"
    case red = "31"
    case yellow = "33"
    case magenta = "35"
    case boldBlue = "1;34"
    case boldRed = "1;31"
  }

  let style: TextStyle
  private(set) var text = ""

  init(_ style: TextStyle) {
    self.style = style
  }

  mutating func line(_ pieces: String...) {
    var line = pieces.joined()
    while line.last == " " { line.removeLast() }
    text += line
    text += "\n"
  }

  mutating func heading(_ title: String) {
    line()
    line(ink(title, .bold))
  }

  /// Words wrapped at the terminal's width; lines after the first start at `indent`.
  ///
  /// - Parameter first: printed before the words, already `indent` columns wide.
  mutating func paragraph(_ words: String, indent: Int, first: String = "", _ ink: Ink? = nil) {
    let lines = Self.wrap(Self.clean(words), width: max(20, style.width - indent))
    for (number, words) in lines.enumerated() {
      let margin = number == 0 && !first.isEmpty ? first : String(repeating: " ", count: indent)
      line(margin, ink.map { self.ink(words, $0) } ?? words)
    }
    if lines.isEmpty { line(first) }
  }

  /// Words wrapped beside lines of one width, behind a word of their own on the first line.
  mutating func paragraph(_ words: String, beside left: [String], _ mark: String) {
    let blank = String(repeating: " ", count: left.first?.count ?? 0)
    let lines = Self.wrap(Self.clean(words), width: max(20, style.width - blank.count - 9))
    for row in 0..<max(left.count, lines.count, 1) {
      line(
        left.element(at: row) ?? blank, row == 0 ? mark : "         ",
        lines.element(at: row) ?? "")
    }
  }

  func ink(_ text: String, _ ink: Ink) -> String {
    style.color ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// `text` in colour, filled up with spaces to `width` columns.
  func column(_ text: String, _ width: Int, _ ink: Ink? = nil) -> String {
    let text = Self.clean(text)
    let padding = String(repeating: " ", count: max(0, width - text.count))
    return (ink.map { self.ink(text, $0) } ?? text) + padding
  }

  /// Without control characters: an escape sequence in a title stays a title.
  static func clean(_ text: String) -> String {
    guard !text.unicodeScalars.allSatisfy({ $0.isPrintable && $0 != "\n" && $0 != "\t" }) else {
      return text
    }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\t" {
        result += " "
      } else {
        result.unicodeScalars.append(scalar.isPrintable ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var length = 0
    for word in text.split(separator: " ") {
      let count = word.count
      if length > 0 && length + 1 + count > width {
        lines.append(line)
        line = ""
        length = 0
      }
      if length > 0 {
        line += " "
        length += 1
      }
      line += word
      length += count
    }
    if length > 0 { lines.append(line) }
    return lines
  }
}

extension Shade {
  var ink: TerminalText.Ink {
    switch self {
    case .privileged: .boldBlue
    case .violator: .boldRed
    case .sensitive: .yellow
    case .innocuous: .quiet
    case .undecided: .magenta
    }
  }
}
