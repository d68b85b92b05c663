import ISACore

// How the parser goes on after a mistake: at the next line that can start something, or behind the
// brace that matches. Whoever opens a brace recovers inside it, so a failure never crosses one.
extension FileParser {
  /// Parses `{ … }`; `entry` reads one entry and is called until the brace closes.
  ///
  /// Entries end at a line break or, if `commas` is set, at a comma.
  mutating func braced(
    commas: Bool = false, _ entry: (inout FileParser) throws(ParseFailure) -> Void
  ) throws(ParseFailure) {
    let opening = token
    try expect(.leftBrace)
    try enter()
    let outerDepth = bracketDepth
    bracketDepth = 0
    defer {
      bracketDepth = outerDepth
      leave()
    }
    while try !closes(opening) {
      let start = index
      do throws(ParseFailure) {
        try understand(entry)
        if !(commas && take(.comma)) { try expectLineEnd(orComma: commas) }
      } catch {
        guard error == .line else { throw error }
        skipToNextLine(of: tokens[start], stoppingAtComma: commas)
        if index == start { advance() }
      }
    }
  }

  /// Takes the brace that closes what `opening` opened. A block that never closes is reported once
  /// and given up up to the item around it.
  mutating func closes(_ opening: Token) throws(ParseFailure) -> Bool {
    if take(.rightBrace) { return true }
    guard at(.endOfFile) || isItemBoundary else { return false }
    if !hasMissedBrace || !at(.endOfFile) {
      _ = expected("`}`", notes: [.init("this `{` is never closed", at: span(opening))])
    }
    hasMissedBrace = hasMissedBrace || at(.endOfFile)
    throw .item
  }

  /// A statement or an item ends with its line.
  mutating func expectLineEnd(orComma: Bool = false) throws(ParseFailure) {
    if token.startsLine || at(.rightBrace) || at(.endOfFile) { return }
    throw expected(orComma ? "`,` or the end of the line" : "the end of the line")
  }

  /// Whether the next token can only start an item, and stands so far to the left that the item
  /// being parsed must have ended.
  var isItemBoundary: Bool {
    token.startsLine && token.keyword.startsOnlyItems
      && (following.kind == .word || following.kind == .string) && !following.startsLine
      && indentation(of: token) <= itemColumn
  }

  /// Skips what is left of an entry: up to the next line of its block that starts something, or to
  /// the brace that ends the block. Blocks that are opened on the way are skipped whole.
  mutating func skipToNextLine(of first: Token, stoppingAtComma: Bool = false) {
    let indentation = indentation(of: first)
    var depth = 0
    while true {
      switch token.kind {
      case .endOfFile: return
      case .leftBrace: depth += 1
      case .rightBrace:
        if depth == 0 { return }
        depth -= 1
      case .comma where stoppingAtComma && depth == 0:
        advance()
        return
      default: break
      }
      advance()
      guard token.startsLine else { continue }
      if isItemBoundary { return }
      if depth == 0,
        token.keyword.startsStatement || self.indentation(of: token) <= indentation
      {
        return
      }
    }
  }

  /// Skips what is left of an item.
  mutating func skipToNextItem() {
    var depth = 0
    while !at(.endOfFile) {
      if token.startsLine {
        if isItemBoundary { return }
        if depth == 0, token.keyword.startsItem { return }
      }
      switch token.kind {
      case .leftBrace: depth += 1
      case .rightBrace:
        if depth == 0 { return }
        depth -= 1
      default: break
      }
      advance()
    }
  }
}
