import ISACore

/// Operators: which side decides the width, and what numbers without a width come to.
extension ProgramElaborator {
  func unary(
    _ op: UnaryOperator, _ operand: ExpressionSyntax, expecting width: Int?, at span: SourceSpan
  ) -> Elaborated {
    switch op {
    case .not:
      guard let x = condition(operand) else { return .failed }
      return .value(Value(builder.unary(.not, x.node, width: 1, at: span), width: 1))
    case .negate, .complement:
      switch expression(operand, expecting: width) {
      case .failed: return .failed
      case .number(let number):
        if op == .negate {
          return .number(UntypedNumber(number.magnitude, isNegative: !number.isNegative))
        }
        guard let width else {
          report(.unknownWidth, "nothing says how wide this is", at: span)
          return .failed
        }
        guard let x = typed(number, width: width, at: span) else { return .failed }
        return .value(Value(builder.unary(.not, x.node, width: width, at: span), width: width))
      case .value(let x):
        let node = builder.unary(
          op == .negate ? .neg : .not, x.node, width: x.width, at: span)
        return .value(Value(node, width: x.width))
      }
    }
  }

  /// Whether an expression takes its width from its surroundings.
  func isFlexible(_ syntax: ExpressionSyntax) -> Bool {
    switch syntax {
    case .number(_, nil, _), .any: return true
    case .name(let name):
      switch lookUp(name.text) {
      case .number: return true
      case .value, .variable, .operand: return false
      case nil:
        if name.text == "length" { return true }
        switch machine.symbol(name.text) {
        case .constant, nil: return true
        default: return false
        }
      }
    case .unary(.negate, let x, _), .unary(.complement, let x, _): return isFlexible(x)
    case .conditional(_, let x, let y, _): return isFlexible(x) && isFlexible(y)
    case .binary(let op, let x, let y, _):
      switch op {
      case .add, .subtract, .multiply, .divide, .remainder, .bitAnd, .bitOr, .bitXor:
        return isFlexible(x) && isFlexible(y)
      case .shiftLeft, .shiftRight: return isFlexible(x)
      default: return false
      }
    case .call(let name, let arguments, _):
      return arguments.count == 1 && ["zext", "sext", "trunc"].contains(name.text)
        && lookUp(name.text) == nil
    default: return false
    }
  }

  func binary(
    _ op: BinaryOperator, _ left: ExpressionSyntax, _ right: ExpressionSyntax,
    expecting width: Int?, at span: SourceSpan
  ) -> Elaborated {
    switch op {
    case .and, .or, .implies: return logical(op, left, right, at: span).elaborated
    case .concatenate: return concatenate(left, right, at: span)
    case .shiftLeft, .shiftRight, .signedShiftRight:
      return shift(op, left, right, expecting: width, at: span)
    default: break
    }
    let isComparison = op.isComparison
    guard let (x, y) = pair(left, right, expecting: isComparison ? nil : width) else {
      return .failed
    }
    switch (x, y) {
    case (.number(let a), .number(let b)):
      return fold(op, a, b, at: span)
    case (.value(let a), .number(let b)):
      guard let b = typed(b, width: a.width, at: right.span) else { return .failed }
      return combine(op, a, b, at: span).elaborated
    case (.number(let a), .value(let b)):
      guard let a = typed(a, width: b.width, at: left.span) else { return .failed }
      return combine(op, a, b, at: span).elaborated
    case (.value(let a), .value(let b)):
      guard a.width == b.width else {
        report(
          .widthMismatch,
          "the left side of `\(op.rawValue)` is \(bitCount(a.width)) wide, the right side \(b.width)",
          at: span,
          fix: a.width < b.width
            ? .init(
              "widen the left side", at: left.span,
              replacement: "zext(\(machine.text(left.span)), \(b.width))")
            : .init(
              "widen the right side", at: right.span,
              replacement: "zext(\(machine.text(right.span)), \(a.width))"))
        return .failed
      }
      return combine(op, a, b, at: span).elaborated
    case (.failed, _), (_, .failed):
      return .failed
    }
  }

  /// Both sides, the one with a width of its own first so that the other can take it.
  private func pair(
    _ left: ExpressionSyntax, _ right: ExpressionSyntax, expecting width: Int?
  ) -> (Elaborated, Elaborated)? {
    let swapped = isFlexible(left) && !isFlexible(right)
    let first = expression(swapped ? right : left, expecting: width)
    var firstWidth = width
    var values: [NamedValue]?
    if case .value(let value) = first {
      firstWidth = value.width
      values = value.values
    }
    let second = expression(swapped ? left : right, expecting: firstWidth, values: values)
    if case .failed = first { return nil }
    if case .failed = second { return nil }
    return swapped ? (second, first) : (first, second)
  }

  private func combine(_ op: BinaryOperator, _ x: Value, _ y: Value, at span: SourceSpan) -> Value?
  {
    func node(_ op: Operator, _ a: Value, _ b: Value) -> ExpressionID {
      builder.binary(op, a.node, b.node, at: span)
    }
    let result: ExpressionID
    switch op {
    case .add: result = node(.add, x, y)
    case .subtract: result = node(.sub, x, y)
    case .multiply: result = node(.mul, x, y)
    case .divide: result = node(.udiv, x, y)
    case .remainder: result = node(.urem, x, y)
    case .signedDivide: result = node(.sdiv, x, y)
    case .signedRemainder: result = node(.srem, x, y)
    case .bitAnd: result = node(.and, x, y)
    case .bitOr: result = node(.or, x, y)
    case .bitXor: result = node(.xor, x, y)
    case .equal: result = node(.eq, x, y)
    case .notEqual: result = builder.unary(.not, node(.eq, x, y), width: 1, at: span)
    case .less: result = node(.ult, x, y)
    case .lessOrEqual: result = node(.ule, x, y)
    case .greater: result = node(.ult, y, x)
    case .greaterOrEqual: result = node(.ule, y, x)
    case .signedLess: result = node(.slt, x, y)
    case .signedLessOrEqual: result = node(.sle, x, y)
    case .signedGreater: result = node(.slt, y, x)
    case .signedGreaterOrEqual: result = node(.sle, y, x)
    default: return nil
    }
    return Value(result, width: op.isComparison ? 1 : x.width)
  }

  /// Arithmetic on numbers without width: exact, and an error where it leaves 127 bits.
  private func fold(
    _ op: BinaryOperator, _ left: UntypedNumber, _ right: UntypedNumber, at span: SourceSpan
  ) -> Elaborated {
    func truth(_ condition: Bool) -> Elaborated {
      .value(constant(condition ? 1 : 0, width: 1, at: span))
    }
    guard let a = left.int128, let b = right.int128 else {
      report(.numberTooLarge, "constants are computed in 127 bits", at: span)
      return .failed
    }
    let result: (partialValue: Int128, overflow: Bool)
    switch op {
    case .add: result = a.addingReportingOverflow(b)
    case .subtract: result = a.subtractingReportingOverflow(b)
    case .multiply: result = a.multipliedReportingOverflow(by: b)
    case .divide, .signedDivide: result = a.dividedReportingOverflow(by: b)
    case .remainder, .signedRemainder: result = a.remainderReportingOverflow(dividingBy: b)
    case .bitAnd: result = (a & b, false)
    case .bitOr: result = (a | b, false)
    case .bitXor: result = (a ^ b, false)
    case .equal: return truth(a == b)
    case .notEqual: return truth(a != b)
    case .less, .signedLess: return truth(a < b)
    case .lessOrEqual, .signedLessOrEqual: return truth(a <= b)
    case .greater, .signedGreater: return truth(a > b)
    case .greaterOrEqual, .signedGreaterOrEqual: return truth(a >= b)
    default: result = (0, true)
    }
    guard !result.overflow else {
      report(.numberTooLarge, "this constant cannot be computed", at: span)
      return .failed
    }
    return .number(UntypedNumber(result.partialValue))
  }

  private func shift(
    _ op: BinaryOperator, _ left: ExpressionSyntax, _ right: ExpressionSyntax,
    expecting width: Int?, at span: SourceSpan
  ) -> Elaborated {
    let subject = expression(left, expecting: width)
    let amount = expression(right)
    switch (subject, amount) {
    case (.failed, _), (_, .failed): return .failed
    case (.number(let a), .number(let b)):
      guard let value = a.int128, let count = b.int, (0..<127).contains(count) else {
        report(.numberTooLarge, "this constant cannot be computed", at: span)
        return .failed
      }
      if op == .shiftLeft {
        let shifted = value << Int128(count)
        guard shifted >> Int128(count) == value else {
          report(.numberTooLarge, "constants are computed in 127 bits", at: span)
          return .failed
        }
        return .number(UntypedNumber(shifted))
      }
      return .number(UntypedNumber(value >> Int128(count)))
    case (.number(let a), .value(let b)):
      guard let width else {
        report(.unknownWidth, "nothing says how wide \(a.text) is", at: left.span)
        return .failed
      }
      guard let a = typed(a, width: width, at: left.span) else { return .failed }
      return .value(shifted(op, a, b, at: span))
    case (.value(let a), .number(let b)):
      guard let b = typed(b, width: 8, at: right.span) else { return .failed }
      return .value(shifted(op, a, b, at: span))
    case (.value(let a), .value(let b)):
      return .value(shifted(op, a, b, at: span))
    }
  }

  private func shifted(_ op: BinaryOperator, _ x: Value, _ y: Value, at span: SourceSpan) -> Value {
    let op: Operator = op == .shiftLeft ? .shl : op == .shiftRight ? .lshr : .ashr
    return Value(builder.binary(op, x.node, y.node, at: span), width: x.width)
  }

  private func concatenate(
    _ left: ExpressionSyntax, _ right: ExpressionSyntax, at span: SourceSpan
  ) -> Elaborated {
    guard let x = value(left), let y = value(right) else { return .failed }
    guard x.width + y.width <= BitVector.maximumWidth else {
      report(
        .badWidth, "together \(x.width + y.width) bits, and a value has 128 at most", at: span)
      return .failed
    }
    return .value(
      Value(builder.binary(.concat, x.node, y.node, at: span), width: x.width + y.width))
  }
}

extension BinaryOperator {
  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .signedLess,
      .signedLessOrEqual, .signedGreater, .signedGreaterOrEqual:
      true
    default: false
    }
  }
}
