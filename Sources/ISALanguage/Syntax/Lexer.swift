import ISACore

/// Text to tokens, byte by byte.
///
/// Blanks and comments separate; line breaks are kept as a mark on the token that follows them.
/// What starts nothing is reported once and left out, so that the parser need not know.
struct Lexer {
  /// Longer texts are refused: nobody writes sixteen megabytes of manual.
  static let maximumLength = 16 << 20

  private(set) var tokens: [Token] = []
  private(set) var diagnostics: [Diagnostic] = []

  private let file: Int
  private let keywords = KeywordTable.shared
  private var startsLine = true
  private var followsError = false

  /// Reads the whole text; the last token is `endOfFile`.
  init(_ source: SourceFile, file: Int) {
    self.file = file
    guard source.utf8.count <= Self.maximumLength else {
      diagnostics.append(
        Diagnostic(
          .limitExceeded, "the text is longer than \(Self.maximumLength >> 20) MiB",
          at: SourceSpan(file: file, start: 0, end: 0)))
      append(.endOfFile, 0, 0)
      return
    }
    tokens.reserveCapacity(source.utf8.count / 4 + 1)
    source.utf8.withUnsafeBufferPointer { read($0) }
  }

  private mutating func append(
    _ kind: TokenKind, _ start: Int, _ end: Int, keyword: Keyword = .none
  ) {
    tokens.append(
      Token(
        start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end), kind: kind,
        keyword: keyword, startsLine: startsLine, followsError: followsError))
    startsLine = false
    followsError = false
  }

  private mutating func report(
    _ code: DiagnosticCode, _ message: String, _ start: Int, _ end: Int,
    fix: (message: String, replacement: String)? = nil
  ) {
    guard diagnostics.count < Parser.maximumDiagnostics else { return }
    let span = SourceSpan(file: file, start: start, end: end)
    diagnostics.append(
      Diagnostic(
        code, message, at: span,
        fix: fix.map { Diagnostic.Fix($0.message, at: span, replacement: $0.replacement) }))
  }

  // MARK: - The loop

  private mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
    let end = text.count
    var index = 0
    while index < end {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        index += 1
      case UInt8(ascii: "\n"):
        startsLine = true
        index += 1
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"):
        index = readWord(text, index)
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let start = index
        while index < end, Self.isWordByte(text[index]) { index += 1 }
        append(.number, start, index)
      case UInt8(ascii: "\""):
        index = readString(text, index)
      case UInt8(ascii: "/") where index + 1 < end && text[index + 1] == UInt8(ascii: "/"):
        while index < end, text[index] != UInt8(ascii: "\n") { index += 1 }
      default:
        let (kind, length) = Self.punctuation(text, index)
        if let kind {
          append(kind, index, index + length)
          index += length
        } else {
          index = readStray(text, index)
        }
      }
    }
    startsLine = true
    append(.endOfFile, end, end)
  }

  private mutating func readWord(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var index = start
    var key: UInt128 = 0
    while index < text.count, Self.isWordByte(text[index]) {
      key = key << 8 | UInt128(text[index])
      index += 1
    }
    append(.word, start, index, keyword: index - start <= 15 ? keywords.find(key) : .none)
    return index
  }

  /// A string ends on its line. Where the closing quote is missing, a `{` at the end of the line
  /// is taken for the start of a block rather than for text.
  private mutating func readString(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var index = start + 1
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""):
        append(.string, start, index + 1)
        return index + 1
      case UInt8(ascii: "\\") where index + 1 < text.count && text[index + 1] != 0x0A:
        index += 2
      case UInt8(ascii: "\n"):
        return endOpenString(text, start, lineEnd: index)
      default:
        index += 1
      }
    }
    return endOpenString(text, start, lineEnd: index)
  }

  private mutating func endOpenString(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, lineEnd: Int
  ) -> Int {
    var end = min(lineEnd, text.count)
    func dropBlanks() {
      while end > start + 1, text[end - 1] == 0x20 || text[end - 1] == 0x09 || text[end - 1] == 0x0D
      {
        end -= 1
      }
    }
    dropBlanks()
    if end > start + 1, text[end - 1] == UInt8(ascii: "{") {
      end -= 1
      dropBlanks()
    }
    report(
      .unterminatedString, "the quoted text has no end on its line", start, end,
      fix: ("close it with `\"`", String(decoding: text[start..<end], as: UTF8.self) + "\""))
    append(.string, start, end)
    followsError = true
    return end
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  // MARK: - Operators

  /// The longest operator that starts at `index`, with its length in bytes.
  ///
  /// The `s` of `<s`, `/s` and their like counts only if no further letter follows: `a /size`
  /// divides by `size`.
  private static func punctuation(
    _ text: UnsafeBufferPointer<UInt8>, _ index: Int
  ) -> (TokenKind?, Int) {
    func byte(_ offset: Int) -> UInt8 {
      index + offset < text.count ? text[index + offset] : 0
    }
    func isSigned(_ offset: Int) -> Bool {
      byte(offset) == UInt8(ascii: "s") && !isWordByte(byte(offset + 1))
    }
    let next = byte(1)
    switch text[index] {
    case UInt8(ascii: "("): return (.leftParenthesis, 1)
    case UInt8(ascii: ")"): return (.rightParenthesis, 1)
    case UInt8(ascii: "["): return (.leftBracket, 1)
    case UInt8(ascii: "]"): return (.rightBracket, 1)
    case UInt8(ascii: "{"): return (.leftBrace, 1)
    case UInt8(ascii: "}"): return (.rightBrace, 1)
    case UInt8(ascii: ","): return (.comma, 1)
    case UInt8(ascii: ";"): return (.semicolon, 1)
    case UInt8(ascii: "^"): return (.caret, 1)
    case UInt8(ascii: "~"): return (.tilde, 1)
    case UInt8(ascii: "*"): return (.star, 1)
    case UInt8(ascii: ":"): return next == UInt8(ascii: "=") ? (.assign, 2) : (.colon, 1)
    case UInt8(ascii: "."): return next == UInt8(ascii: ".") ? (.dotDot, 2) : (.dot, 1)
    case UInt8(ascii: "="): return next == UInt8(ascii: "=") ? (.equal, 2) : (.equals, 1)
    case UInt8(ascii: "!"): return next == UInt8(ascii: "=") ? (.notEqual, 2) : (nil, 0)
    case UInt8(ascii: "|"): return next == UInt8(ascii: "|") ? (nil, 0) : (.bar, 1)
    case UInt8(ascii: "&"): return next == UInt8(ascii: "&") ? (nil, 0) : (.ampersand, 1)
    case UInt8(ascii: "+"): return next == UInt8(ascii: "+") ? (.plusPlus, 2) : (.plus, 1)
    case UInt8(ascii: "-"): return next == UInt8(ascii: ">") ? (.arrow, 2) : (.minus, 1)
    case UInt8(ascii: "/"):
      if next == UInt8(ascii: "*") { return (nil, 0) }
      return isSigned(1) ? (.signedSlash, 2) : (.slash, 1)
    case UInt8(ascii: "%"): return isSigned(1) ? (.signedPercent, 2) : (.percent, 1)
    case UInt8(ascii: "<"):
      if next == UInt8(ascii: "<") { return (.shiftLeft, 2) }
      if next == UInt8(ascii: "=") {
        return isSigned(2) ? (.signedLessOrEqual, 3) : (.lessOrEqual, 2)
      }
      return isSigned(1) ? (.signedLess, 2) : (.less, 1)
    case UInt8(ascii: ">"):
      if next == UInt8(ascii: ">") {
        return isSigned(2) ? (.signedShiftRight, 3) : (.shiftRight, 2)
      }
      if next == UInt8(ascii: "=") {
        return isSigned(2) ? (.signedGreaterOrEqual, 3) : (.greaterOrEqual, 2)
      }
      return isSigned(1) ? (.signedGreater, 2) : (.greater, 1)
    default: return (nil, 0)
    }
  }

  // MARK: - What starts nothing

  /// What other languages write, and what it is here.
  private static let foreign: [(text: String, kind: TokenKind, keyword: Keyword, here: String)] = [
    ("&&", .word, .and, "and"),
    ("||", .word, .or, "or"),
    ("!", .word, .not, "not"),
    ("≠", .notEqual, .none, "!="),
    ("≤", .lessOrEqual, .none, "<="),
    ("≥", .greaterOrEqual, .none, ">="),
    ("←", .assign, .none, ":="),
    ("×", .star, .none, "*"),
    ("−", .minus, .none, "-"),
    ("∧", .word, .and, "and"),
    ("∨", .word, .or, "or"),
    ("¬", .word, .not, "not"),
  ]

  private mutating func readStray(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    for (foreign, kind, keyword, here) in Self.foreign
    where text[start...].starts(with: foreign.utf8) {
      let end = start + foreign.utf8.count
      let needsBlank = keyword == .not && end < text.count && Self.isWordByte(text[end])
      report(
        .strayCharacter, "`\(foreign)` is written `\(here)`", start, end,
        fix: ("write `\(here)`", needsBlank ? here + " " : here))
      append(kind, start, end, keyword: keyword)
      return end
    }
    if text[start...].starts(with: "/*".utf8) { return skipBlockComment(text, start) }

    var end = start
    while end < text.count, Self.isStray(text, end) { end += 1 }
    if end == start { end += 1 }
    report(.strayCharacter, "\(Self.describe(text[start..<end])) starts nothing", start, end)
    followsError = true
    return end
  }

  private mutating func skipBlockComment(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> Int {
    var end = start + 2
    while end < text.count {
      if text[end] == UInt8(ascii: "\n") { startsLine = true }
      if text[end] == UInt8(ascii: "/"), text[end - 1] == UInt8(ascii: "*"), end > start + 2 {
        end += 1
        break
      }
      end += 1
    }
    report(.strayCharacter, "a comment starts with `//` and ends with its line", start, start + 2)
    followsError = true
    return end
  }

  private static func isStray(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    switch text[index] {
    case 0x80...0xFF, 0...8, 0x0B, 0x0C, 0x0E...0x1F, 0x7F, UInt8(ascii: "@"), UInt8(ascii: "#"),
      UInt8(ascii: "$"), UInt8(ascii: "?"), UInt8(ascii: "`"), UInt8(ascii: "\\"),
      UInt8(ascii: "'"):
      true
    default: false
    }
  }

  private static func describe(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    let text = String(decoding: bytes.prefix(64), as: UTF8.self)
    let visible = text.unicodeScalars.prefix(8).map { scalar in
      scalar.value < 0x20 || scalar.value == 0x7F
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    return "`\(visible.joined())`"
  }
}
