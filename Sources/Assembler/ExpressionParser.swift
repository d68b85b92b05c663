/// Reads expressions: decimal, `0x`, `0o` and `0b` numbers, `'c'`, symbols, `.` or `*` for the
/// statement's own address, `+ - * / % & | ^ << >>`, unary `- ~ +` and parentheses.
struct ExpressionParser {
  var scanner: LineScanner
  private var steps: [AssemblyExpression.Step] = []
  private var depth = 0

  /// Deeper nesting than any program needs.
  private static let deepest = 64

  init(_ scanner: LineScanner) {
    self.scanner = scanner
  }

  /// - Parameter stop: an operator that, outside parentheses, is not the expression's but the
  ///   template's next character.
  static func parse(
    _ scanner: inout LineScanner, stop: UInt8? = nil
  ) throws(LineError) -> AssemblyExpression {
    scanner.skipBlanks()
    let offset = scanner.offset
    var parser = ExpressionParser(scanner)
    try parser.binary(minimum: 0, stop: stop)
    scanner = parser.scanner
    return AssemblyExpression(steps: parser.steps, offset: offset)
  }

  private struct BinaryOperator {
    var step: AssemblyExpression.Step
    var precedence: Int
    var length: Int
  }

  private func binaryOperator() -> BinaryOperator? {
    guard let byte = scanner.next else { return nil }
    switch byte {
    case UInt8(ascii: "|"): return BinaryOperator(step: .or, precedence: 0, length: 1)
    case UInt8(ascii: "^"): return BinaryOperator(step: .exclusiveOr, precedence: 1, length: 1)
    case UInt8(ascii: "&"): return BinaryOperator(step: .and, precedence: 2, length: 1)
    case UInt8(ascii: "<") where scanner.peek(1) == byte:
      return BinaryOperator(step: .shiftLeft, precedence: 3, length: 2)
    case UInt8(ascii: ">") where scanner.peek(1) == byte:
      return BinaryOperator(step: .shiftRight, precedence: 3, length: 2)
    case UInt8(ascii: "+"): return BinaryOperator(step: .add, precedence: 4, length: 1)
    case UInt8(ascii: "-"): return BinaryOperator(step: .subtract, precedence: 4, length: 1)
    case UInt8(ascii: "*"): return BinaryOperator(step: .multiply, precedence: 5, length: 1)
    case UInt8(ascii: "/"): return BinaryOperator(step: .divide, precedence: 5, length: 1)
    case UInt8(ascii: "%"): return BinaryOperator(step: .remainder, precedence: 5, length: 1)
    default: return nil
    }
  }

  private mutating func binary(minimum: Int, stop: UInt8?) throws(LineError) {
    try unary()
    while true {
      let before = scanner
      scanner.skipBlanks()
      guard scanner.next != stop || stop == nil, let found = binaryOperator(),
        found.precedence >= minimum
      else {
        scanner = before
        return
      }
      scanner.offset += found.length
      try binary(minimum: found.precedence + 1, stop: stop)
      steps.append(found.step)
    }
  }

  private mutating func unary() throws(LineError) {
    scanner.skipBlanks()
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw LineError("nested more than \(Self.deepest) deep", at: scanner.offset)
    }
    if scanner.take(UInt8(ascii: "-")) {
      try unary()
      steps.append(.negate)
    } else if scanner.take(UInt8(ascii: "~")) {
      try unary()
      steps.append(.complement)
    } else if scanner.take(UInt8(ascii: "+")) {
      try unary()
    } else if scanner.take(UInt8(ascii: "(")) {
      try binary(minimum: 0, stop: nil)
      scanner.skipBlanks()
      guard scanner.take(UInt8(ascii: ")")) else {
        throw LineError("expected ')'", at: scanner.offset)
      }
    } else {
      try primary()
    }
  }

  private mutating func primary() throws(LineError) {
    guard let byte = scanner.next else {
      throw LineError("expected an expression", at: scanner.offset)
    }
    if byte == UInt8(ascii: "*") || byte == UInt8(ascii: ".") {
      scanner.offset += 1
      steps.append(.here)
    } else if LineScanner.isDigit(byte) {
      steps.append(.number(try number()))
    } else if let character = scanner.characterConstant() {
      scanner.offset += character.length
      steps.append(.number(Int128(character.scalar)))
    } else {
      let offset = scanner.offset
      guard let name = scanner.takeName() else {
        throw LineError("expected an expression, found '\(scanner.rest)'", at: offset)
      }
      steps.append(.symbol(name, offset: offset))
    }
  }

  private mutating func number() throws(LineError) -> Int128 {
    let start = scanner.offset
    var radix: Int128 = 10
    if scanner.next == UInt8(ascii: "0"), let second = scanner.peek(1) {
      let radixes: [UInt8: Int128] = [
        UInt8(ascii: "x"): 16, UInt8(ascii: "o"): 8, UInt8(ascii: "b"): 2,
      ]
      if let prefixed = radixes[LineScanner.lowercased(second)] {
        radix = prefixed
        scanner.offset += 2
      }
    }
    let digits = scanner.offset
    var value: Int128 = 0
    while let byte = scanner.next, LineScanner.continuesName(byte) {
      if byte != UInt8(ascii: "_") {
        guard let digit = Self.digit(byte), digit < radix else {
          throw LineError("not a digit of this number", at: scanner.offset)
        }
        let (product, overflow) = value.multipliedReportingOverflow(by: radix)
        let (sum, overflow2) = product.addingReportingOverflow(digit)
        guard !overflow, !overflow2 else {
          throw LineError("the number does not fit 127 bits", at: start)
        }
        value = sum
      }
      scanner.offset += 1
    }
    guard scanner.offset > digits else {
      throw LineError("the number has no digits", at: start)
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> Int128? {
    switch LineScanner.lowercased(byte) {
    case let byte where LineScanner.isDigit(byte): Int128(byte - UInt8(ascii: "0"))
    case let byte where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte):
      Int128(byte - UInt8(ascii: "a")) + 10
    default: nil
    }
  }
}
