import ISACore

/// A line that is no instruction. Sizes are in bits; the machine's unit decides how many units a
/// datum takes (rounded up, right-aligned), its byte order how they lie.
enum Directive {
  /// `.org ADDRESS`: what follows goes there.
  case origin(AssemblyExpression)
  /// `.align N`: to the next multiple of N units, filled with zero.
  case align(AssemblyExpression)
  /// `.space N[, FILL]`: N units.
  case space(AssemblyExpression, fill: AssemblyExpression?)
  /// `.byte`, `.half`, `.word`, `.dword` (8 to 64 bits), `.unit` (nil: one addressable unit).
  case data(bits: Int?, [AssemblyExpression])
  /// `.ascii "…"`, `.asciz "…"`, `.ebcdic "…"`: a character a byte, or a unit where that is wider.
  case characters([UInt8])
  /// `.equ NAME, VALUE`
  case equate(String, AssemblyExpression, offset: Int)
  /// `.using ADDRESS, REGISTER`: from here on an address may be written where a displacement and a
  /// base register are wanted. `.using` alone: no longer.
  case using(address: AssemblyExpression, register: AssemblyExpression)
  case endUsing
  /// `.context NAME, VALUE`: from here on a decode-time variable has this value before any prefix.
  case context(String, AssemblyExpression, offset: Int)

  static let names = [
    ".org", ".align", ".space", ".byte", ".half", ".word", ".dword", ".unit", ".ascii", ".asciz",
    ".ebcdic", ".equ", ".using", ".context",
  ]

  /// Reads a directive with its operands, to the end of the line.
  init(_ scanner: inout LineScanner) throws(LineError) {
    let offset = scanner.offset
    let name = scanner.takeWord().lowercased()
    scanner.skipBlanks()
    switch name {
    case ".org": self = .origin(try .parse(&scanner))
    case ".align": self = .align(try .parse(&scanner))
    case ".space":
      let count = try ExpressionParser.parse(&scanner)
      self = .space(count, fill: try Self.takeComma(&scanner) ? .parse(&scanner) : nil)
    case ".byte": self = .data(bits: 8, try Self.list(&scanner))
    case ".half": self = .data(bits: 16, try Self.list(&scanner))
    case ".word": self = .data(bits: 32, try Self.list(&scanner))
    case ".dword": self = .data(bits: 64, try Self.list(&scanner))
    case ".unit": self = .data(bits: nil, try Self.list(&scanner))
    case ".ascii": self = .characters(Array(try scanner.takeQuoted().utf8))
    case ".asciz": self = .characters(Array(try scanner.takeQuoted().utf8) + [0])
    case ".ebcdic":
      let text = scanner.offset
      guard let bytes = EBCDIC.encode(try scanner.takeQuoted()) else {
        throw LineError("a character that EBCDIC does not have", at: text)
      }
      self = .characters(bytes)
    case ".equ":
      let (name, value, offset) = try Self.assignment(&scanner)
      self = .equate(name, value, offset: offset)
    case ".context":
      let (name, value, offset) = try Self.assignment(&scanner)
      self = .context(name, value, offset: offset)
    case ".using":
      if scanner.isAtEnd {
        self = .endUsing
      } else {
        let address = try AssemblyExpression.parse(&scanner)
        guard try Self.takeComma(&scanner) else {
          throw LineError("expected ',' and a register", at: scanner.offset)
        }
        self = .using(address: address, register: try .parse(&scanner))
      }
    default:
      throw LineError(
        "no directive '\(name)'", at: offset,
        help: Suggestion.closest(to: name, among: Self.names).map { "write `\($0)`" })
    }
    scanner.skipBlanks()
    guard scanner.isAtEnd else {
      throw LineError("'\(scanner.rest)' is too much", at: scanner.offset)
    }
  }

  private static func takeComma(_ scanner: inout LineScanner) throws(LineError) -> Bool {
    scanner.skipBlanks()
    return scanner.take(UInt8(ascii: ","))
  }

  /// `NAME, VALUE`
  private static func assignment(
    _ scanner: inout LineScanner
  ) throws(LineError) -> (name: String, value: AssemblyExpression, offset: Int) {
    let start = scanner.offset
    guard let name = scanner.takeName() else { throw LineError("expected a name", at: start) }
    guard try takeComma(&scanner) else {
      throw LineError("expected ',' and a value", at: scanner.offset)
    }
    return (name, try .parse(&scanner), start)
  }

  private static func list(
    _ scanner: inout LineScanner
  ) throws(LineError) -> [AssemblyExpression] {
    var values: [AssemblyExpression] = []
    repeat {
      values.append(try .parse(&scanner))
    } while try takeComma(&scanner)
    return values
  }
}

extension AssemblyExpression {
  fileprivate static func parse(
    _ scanner: inout LineScanner
  ) throws(LineError) -> AssemblyExpression {
    try ExpressionParser.parse(&scanner)
  }
}
