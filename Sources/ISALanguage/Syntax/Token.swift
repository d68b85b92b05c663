/// One token: twelve bytes, so that a large description stays in the cache while it is parsed.
struct Token: Sendable {
  /// Offset of the first byte.
  var start: Int32
  /// Offset one past the last byte.
  var end: Int32
  var kind: TokenKind
  /// Which of the language's words this is; `none` for all other words and tokens.
  var keyword: Keyword
  /// The first token on its line.
  var startsLine: Bool
  /// Text just before it was reported as faulty: what is missing here is no news.
  var followsError: Bool
}

enum TokenKind: UInt8, Sendable {
  case endOfFile
  /// A name or a keyword; keywords are contextual, so the parser decides.
  case word
  case number
  case string

  case leftParenthesis, rightParenthesis
  case leftBracket, rightBracket
  case leftBrace, rightBrace
  case comma, semicolon, colon
  case dot, dotDot
  case equals, assign, arrow

  case equal, notEqual
  case less, lessOrEqual, greater, greaterOrEqual
  case signedLess, signedLessOrEqual, signedGreater, signedGreaterOrEqual
  case bar, caret, ampersand
  case plusPlus
  case shiftLeft, shiftRight, signedShiftRight
  case plus, minus
  case star, slash, percent, signedSlash, signedPercent
  case tilde

  /// How a message names it.
  var spelling: String {
    switch self {
    case .endOfFile: "the end of the file"
    case .word: "a name"
    case .number: "a number"
    case .string: "a quoted text"
    case .leftParenthesis: "`(`"
    case .rightParenthesis: "`)`"
    case .leftBracket: "`[`"
    case .rightBracket: "`]`"
    case .leftBrace: "`{`"
    case .rightBrace: "`}`"
    case .comma: "`,`"
    case .semicolon: "`;`"
    case .colon: "`:`"
    case .dot: "`.`"
    case .dotDot: "`..`"
    case .equals: "`=`"
    case .assign: "`:=`"
    case .arrow: "`->`"
    default: "an operator"
    }
  }
}

/// The words of the language. Each is a keyword only where one can stand; elsewhere it is a name,
/// because manuals call things `key`, `size` and `code`.
enum Keyword: String, Sendable, CaseIterable {
  case none = ""

  // Items.
  case machine, numbering, endian, manual, include, const, layout, register, memory, region
  case translate, place, function, action, choice, trap, entry, undefined, fetch, advance, modes
  case draft, wait, invariant, assume, shift, reset, begin, interrupt, tick, context, prefix,
    operand
  case instr, `for`, conformance, expect, device, ieee, monitor, amend, remove
  case alias

  // Parts of items.
  case section, size, granule, values, label, cite, at, chunk, user, supervisor, priority, every
  case `case`, syntax, encode, address, effect, value, ignored, sbz, ext, only, except, over, before
  case test, given, units, elf, block, from, beyond, strict, holds, fails
  case rounding, tininess, nan, `default`
  case storage, reserve, direct, owned, attached, map, start, recover, install, flush, preempt,
    resume, keep

  // Statements.
  case require, `let`, `var`, `if`, `else`, bound, `while`, partial, unpredictable, perform, nested
  case probe
  case result, `in`, `as`, `where`

  // Expressions.
  case when, then, implies, or, and, not, with, any, real

  /// Whether a line that starts with this word, followed by a name or a text, can only be an item.
  var startsOnlyItems: Bool {
    switch self {
    case .machine, .draft, .numbering, .endian, .manual, .include, .const, .layout, .register,
      .memory,
      .region, .translate, .function, .action, .choice, .entry, .undefined, .fetch, .advance,
      .wait, .modes, .invariant, .assume, .interrupt, .tick, .context, .prefix, .operand, .instr,
      .conformance, .device, .alias, .amend, .remove:
      true
    default: false
    }
  }

  var startsItem: Bool {
    switch self {
    case .place, .trap, .shift, .reset, .begin, .for, .expect, .ieee, .monitor: true
    default: startsOnlyItems
    }
  }

  var startsStatement: Bool {
    switch self {
    case .require, .trap, .let, .var, .if, .for, .while, .partial, .unpredictable, .perform,
      .probe,
      .result, .cite:
      true
    default: false
    }
  }

  /// Whether the word cannot be the name of a value: an expression that starts with it is
  /// incomplete.
  var isReservedInExpressions: Bool {
    switch self {
    case .then, .else, .and, .or, .implies, .with, .as, .where: true
    default: false
    }
  }
}

/// Finds a keyword by its bytes packed into one integer, without touching strings.
struct KeywordTable: Sendable {
  private static let slots = 512
  private var keys: [UInt128]
  private var words: [Keyword]

  static let shared = KeywordTable()

  private init() {
    keys = Array(repeating: 0, count: Self.slots)
    words = Array(repeating: .none, count: Self.slots)
    for word in Keyword.allCases where word != .none {
      let key = word.rawValue.utf8.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
      var slot = Self.slot(of: key)
      while keys[slot] != 0 { slot = (slot + 1) % Self.slots }
      keys[slot] = key
      words[slot] = word
    }
  }

  /// `key` is a word of 1…15 bytes, the first byte the most significant.
  func find(_ key: UInt128) -> Keyword {
    var slot = Self.slot(of: key)
    while keys[slot] != 0 {
      if keys[slot] == key { return words[slot] }
      slot = (slot + 1) % Self.slots
    }
    return .none
  }

  private static func slot(of key: UInt128) -> Int {
    let mixed = (UInt64(truncatingIfNeeded: key) ^ UInt64(truncatingIfNeeded: key >> 64))
    return Int((mixed &* 0x9E37_79B9_7F4A_7C15) >> 55)
  }
}
