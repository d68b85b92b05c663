import ISACore

/// Text to syntax, with a message for every mistake and syntax for all the rest.
public enum Parser {
  /// Blocks, brackets and operators may lie this deep in one another.
  public static let maximumDepth = 200
  /// After so many messages the rest of a file is left unread.
  public static let maximumDiagnostics = 100

  /// Parses one file. `file` is the index that its spans carry. Never fails: what cannot be read is
  /// reported and left out.
  public static func parse(_ source: SourceFile, file: Int) -> (FileSyntax, [Diagnostic]) {
    let lexer = Lexer(source, file: file)
    var parser = FileParser(
      text: source.utf8, file: file, tokens: lexer.tokens, diagnostics: lexer.diagnostics)
    let items = parser.file()
    return (FileSyntax(file: file, items: items), parser.sortedDiagnostics())
  }
}

/// Why a production was given up. The message has been reported.
enum ParseFailure: Error {
  /// Go on at the next line of the same block.
  case line
  /// Go on at the next item: the block itself is broken.
  case item
}

/// The state of one run over one file: a cursor, the messages so far and the bounds.
///
/// The grammar is in the extensions, one file a subject. Every production either consumes what it
/// describes or throws after having reported why.
struct FileParser {
  let text: [UInt8]
  let fileIndex: Int
  let tokens: [Token]
  private(set) var index = 0
  private var diagnostics: [Diagnostic]
  /// The rest of the file is not read, for a reason that was reported.
  private(set) var hasGivenUp = false

  /// Inside parentheses or brackets, where line breaks mean nothing.
  var bracketDepth = 0
  /// Blocks and operands that are being parsed around the cursor.
  private var depth = 0
  /// Height of the expression parsed last: chains like `a + b + c …` grow without recursion here,
  /// but all that follows walks them recursively.
  var height = 0
  /// Column of the item being parsed; an item keyword no further right ends it.
  var itemColumn = 0
  /// Lines that start nothing, reported or not.
  private var unknownLines = 0
  /// No line has been understood since one that starts nothing.
  private(set) var followsUnknown = false
  /// The end of the file was reached inside a block; the blocks around it are not closed either.
  var hasMissedBrace = false

  init(text: [UInt8], file: Int, tokens: [Token], diagnostics: [Diagnostic]) {
    self.text = text
    self.fileIndex = file
    self.tokens = tokens
    self.diagnostics = diagnostics
    if hasTooManyDiagnostics { giveUp() }
  }

  // MARK: - Cursor

  var token: Token { tokens[index] }

  /// The token after the next, or the end of the file.
  var following: Token { tokens[min(index + 1, tokens.count - 1)] }

  func peek(_ distance: Int) -> Token { tokens[min(index + distance, tokens.count - 1)] }

  func at(_ kind: TokenKind) -> Bool { token.kind == kind }

  func at(_ keyword: Keyword) -> Bool { token.keyword == keyword }

  /// Whether the next token stands on the line of the one before it, or line breaks do not count.
  var isOnSameLine: Bool { bracketDepth > 0 || !token.startsLine }

  mutating func advance() {
    if index < tokens.count - 1 { index += 1 }
  }

  mutating func take(_ kind: TokenKind) -> Bool {
    guard at(kind) else { return false }
    advance()
    return true
  }

  mutating func take(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  mutating func expect(_ kind: TokenKind) throws(ParseFailure) {
    guard take(kind) else { throw expected(kind.spelling, insert: kind.insertion) }
  }

  mutating func expect(_ keyword: Keyword) throws(ParseFailure) {
    guard take(keyword) else { throw expected("`\(keyword.rawValue)`") }
  }

  // MARK: - Spans

  func span(_ token: Token) -> SourceSpan {
    SourceSpan(file: fileIndex, start: Int(token.start), end: Int(token.end))
  }

  /// From `first` to the token before the cursor.
  func span(from first: Token) -> SourceSpan {
    SourceSpan(
      file: fileIndex, start: Int(first.start),
      end: Int(max(first.end, tokens[max(0, index - 1)].end)))
  }

  func text(of token: Token) -> String {
    String(decoding: text[Int(token.start)..<Int(token.end)], as: UTF8.self)
  }

  /// Column, from 0 and in bytes, of the first visible character on the token's line.
  func indentation(of token: Token) -> Int {
    var lineStart = Int(token.start)
    while lineStart > 0, text[lineStart - 1] != UInt8(ascii: "\n") { lineStart -= 1 }
    var first = lineStart
    while first < Int(token.start), text[first] == 0x20 || text[first] == 0x09 { first += 1 }
    return first - lineStart
  }

  // MARK: - Messages

  private var hasTooManyDiagnostics: Bool { diagnostics.count >= Parser.maximumDiagnostics }

  mutating func report(_ diagnostic: Diagnostic) {
    guard !hasGivenUp else { return }
    diagnostics.append(diagnostic)
    if hasTooManyDiagnostics { giveUp() }
  }

  private mutating func giveUp() {
    diagnostics.append(
      Diagnostic(
        .limitExceeded,
        "\(Parser.maximumDiagnostics) messages are enough: the rest of the file is not read",
        at: diagnostics.last?.span ?? gap))
    skipToEnd()
  }

  /// Leaves the rest of the file unread; that it is missing is no news.
  private mutating func skipToEnd() {
    index = tokens.count - 1
    hasGivenUp = true
  }

  /// In the order of the text: the lexer's messages came first.
  func sortedDiagnostics() -> [Diagnostic] {
    diagnostics.enumerated().sorted {
      ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
    }.map(\.element)
  }

  /// An empty span behind the last token read: where something is missing.
  var gap: SourceSpan {
    guard index > 0 else { return span(token) }
    let end = Int(tokens[index - 1].end)
    return SourceSpan(file: fileIndex, start: end, end: end)
  }

  /// Where the gap is, in words.
  var whereabouts: String {
    if at(.endOfFile) { return "at the end of the file" }
    if token.startsLine && index > 0 { return "at the end of the line" }
    return "before \(quoted(token))"
  }

  func quoted(_ token: Token) -> String {
    let text = text(of: token)
    if token.kind == .string { return text.count <= 24 ? text : "the quoted text" }
    return text.count <= 40 ? "`\(text)`" : "`\(text.prefix(37))…`"
  }

  /// Reports that `what` is missing at the cursor, unless what stood there was reported already.
  /// `insert` is the text that mends it, if one text does.
  mutating func expected(
    _ what: String, insert: String? = nil, notes: [Diagnostic.Note] = []
  ) -> ParseFailure {
    if !token.followsError {
      report(
        Diagnostic(
          .expected, "expected \(what) \(whereabouts)", at: gap, notes: notes,
          fix: insert.map { .init("insert `\($0)`", at: gap, replacement: $0) }))
    }
    return .line
  }

  // MARK: - Runs of lines that start nothing

  mutating func noteUnknownLine() {
    unknownLines += 1
    followsUnknown = true
  }

  /// Reads an entry; if all of it is understood, a run of lines that start nothing ends.
  mutating func understand(
    _ entry: (inout FileParser) throws(ParseFailure) -> Void
  ) throws(ParseFailure) {
    let before = unknownLines
    try entry(&self)
    if unknownLines == before { followsUnknown = false }
  }

  // MARK: - Bounds

  mutating func enter() throws(ParseFailure) {
    guard depth < Parser.maximumDepth else { throw tooDeep() }
    depth += 1
  }

  mutating func leave() { depth -= 1 }

  /// Sets the height of an expression made of parts of height `parts`.
  mutating func grow(over parts: Int) throws(ParseFailure) {
    height = parts + 1
    if height > Parser.maximumDepth { throw tooDeep() }
  }

  private mutating func tooDeep() -> ParseFailure {
    report(
      Diagnostic(
        .nestedTooDeeply,
        "nested more than \(Parser.maximumDepth) levels deep: the rest of the file is not read",
        at: span(token)))
    skipToEnd()
    return .item
  }
}

extension TokenKind {
  /// What a fix may insert where this is missing.
  var insertion: String? {
    switch self {
    case .rightParenthesis: ")"
    case .rightBracket: "]"
    case .colon: ":"
    case .equals: "="
    case .arrow: "->"
    default: nil
    }
  }
}
