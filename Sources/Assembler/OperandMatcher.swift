import ISACore

/// Operands as they were read by one template.
struct OperandMatch {
  struct Operand {
    /// Index into the form's fields.
    var field: Int
    var format: FieldFormat
    var expression: AssemblyExpression
    /// A field of an optional part that was left out right behind this operand. Under `.using` an
    /// address is split over the two: base register there, displacement here.
    var base: Int?
  }
  var operands: [Operand] = []
}

/// Reads the operands of a line by a syntax template.
///
/// An optional part is read if it can be, and left out if the rest does not fit behind it. A number
/// that is left out inside an optional part (`100(,3)`) reads as zero.
struct OperandMatcher {
  private var scanner: LineScanner
  private var match = OperandMatch()
  /// For each `(` not closed yet, the operand in front of it; -1 for none.
  private var openParentheses: [Int] = []
  /// What went wrong farthest to the right: the most helpful thing to say.
  private var farthest: LineError
  /// Bounds the work on templates with many optional parts.
  private var steps = 0

  private static let mostSteps = 1024

  /// - Parameter scanner: stands behind the mnemonic.
  static func match(
    _ template: SyntaxTemplate, _ scanner: LineScanner
  ) throws(LineError) -> OperandMatch {
    var matcher = OperandMatcher(scanner)
    guard matcher.match(Rest(pieces: template.operands[...], next: nil, isOptional: false)) else {
      throw matcher.farthest
    }
    return matcher.match
  }

  private init(_ scanner: LineScanner) {
    self.scanner = scanner
    farthest = LineError("the operands do not fit", at: scanner.offset)
  }

  /// The pieces still to be read: those of the innermost optional part, then what follows it.
  private final class Rest {
    let pieces: ArraySlice<SyntaxTemplate.Piece>
    let next: Rest?
    let isOptional: Bool

    init(pieces: ArraySlice<SyntaxTemplate.Piece>, next: Rest?, isOptional: Bool) {
      self.pieces = pieces
      self.next = next
      self.isOptional = isOptional
    }

    func dropFirst() -> Rest {
      Rest(pieces: pieces.dropFirst(), next: next, isOptional: isOptional)
    }

    /// The character that the next literal starts with, looking into optional parts.
    var nextCharacter: UInt8? {
      var rest: Rest? = self
      while let current = rest {
        if let piece = current.pieces.first { return Self.firstCharacter(of: piece) }
        rest = current.next
      }
      return nil
    }

    private static func firstCharacter(of piece: SyntaxTemplate.Piece) -> UInt8? {
      switch piece {
      case .literal(let text): text.utf8.first { $0 != UInt8(ascii: " ") }
      case .field: nil
      case .optional(let pieces): pieces.first.flatMap(firstCharacter)
      }
    }
  }

  private mutating func fail(_ message: String, at offset: Int) -> Bool {
    if offset > farthest.offset || farthest.message == "the operands do not fit" {
      farthest = LineError(message, at: offset)
    }
    return false
  }

  private mutating func match(_ rest: Rest) -> Bool {
    steps += 1
    guard steps <= Self.mostSteps else {
      return fail("the template has too many optional parts", at: scanner.offset)
    }
    guard let piece = rest.pieces.first else {
      if let next = rest.next { return match(next) }
      scanner.skipBlanks()
      return scanner.isAtEnd
        || fail("'\(scanner.rest)' is too much", at: scanner.offset)
    }
    switch piece {
    case .literal(let text):
      return matchLiteral(text) && match(rest.dropFirst())
    case .field(let field, let format):
      return matchField(field, format, rest: rest) && match(rest.dropFirst())
    case .optional(let pieces):
      let before = (scanner, match, openParentheses)
      if match(Rest(pieces: pieces[...], next: rest.dropFirst(), isOptional: true)) { return true }
      (scanner, match, openParentheses) = before
      leaveOut(pieces)
      return match(rest.dropFirst())
    }
  }

  private mutating func matchLiteral(_ text: String) -> Bool {
    scanner.skipBlanks()
    for byte in text.utf8 {
      if byte == UInt8(ascii: " ") {
        scanner.skipBlanks()
      } else if let next = scanner.next,
        LineScanner.lowercased(next) == LineScanner.lowercased(byte)
      {
        scanner.offset += 1
        if byte == UInt8(ascii: "(") { openParentheses.append(match.operands.count - 1) }
        if byte == UInt8(ascii: ")") { _ = openParentheses.popLast() }
      } else {
        return fail(
          scanner.isAtEnd
            ? "expected '\(text)'" : "expected '\(text)', found '\(scanner.rest)'",
          at: scanner.offset)
      }
    }
    return true
  }

  private mutating func matchField(_ field: Int, _ format: FieldFormat, rest: Rest) -> Bool {
    scanner.skipBlanks()
    if case .names(let names) = format { return matchName(field, names) }
    let following = rest.dropFirst().nextCharacter
    // A number left out: `100(,3)`.
    if rest.isOptional, let following, scanner.next == following { return true }
    do {
      let expression = try ExpressionParser.parse(&scanner, stop: following)
      match.operands.append(
        OperandMatch.Operand(field: field, format: format, expression: expression))
      return true
    } catch {
      return fail(error.message, at: error.offset)
    }
  }

  /// The longest of the names that stands here.
  private mutating func matchName(_ field: Int, _ names: [String]) -> Bool {
    var best: (value: Int, length: Int)?
    for (value, name) in names.enumerated() where name.utf8.count >= best?.length ?? 0 {
      let matches = name.utf8.enumerated().allSatisfy { index, byte in
        scanner.peek(index).map(LineScanner.lowercased) == LineScanner.lowercased(byte)
      }
      let end = scanner.peek(name.utf8.count)
      let endsInside =
        name.utf8.last.map(LineScanner.continuesName) == true
        && end.map(LineScanner.continuesName) == true
      if matches, !endsInside, best == nil || name.utf8.count > best!.length {
        best = (value, name.utf8.count)
      }
    }
    guard let best else {
      let shown = names.filter { !$0.isEmpty }.prefix(8).joined(separator: ", ")
      return fail("expected one of \(shown)", at: scanner.offset)
    }
    match.operands.append(
      OperandMatch.Operand(
        field: field, format: .unsigned,
        expression: AssemblyExpression(
          steps: [.number(Int128(best.value))], offset: scanner.offset)))
    scanner.offset += best.length
    return true
  }

  /// Notes the field of an optional part that is left out: a base register's place, if the part
  /// stands in, or opens, the parentheses behind a displacement.
  private mutating func leaveOut(_ pieces: [SyntaxTemplate.Piece]) {
    let displacement: Int
    if let open = openParentheses.last {
      displacement = open
    } else if case .literal(let text)? = pieces.first, text.contains("(") {
      displacement = match.operands.count - 1
    } else {
      return
    }
    guard displacement >= 0 else { return }
    match.operands[displacement].base = Self.lastField(pieces)
  }

  private static func lastField(_ pieces: [SyntaxTemplate.Piece]) -> Int? {
    for piece in pieces.reversed() {
      switch piece {
      case .literal: continue
      case .field(let field, _): return field
      case .optional(let inner): if let field = lastField(inner) { return field }
      }
    }
    return nil
  }
}
