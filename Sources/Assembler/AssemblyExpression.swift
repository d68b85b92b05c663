/// An expression of assembly in postfix order, so that neither evaluating nor freeing it recurses.
struct AssemblyExpression: Hashable {
  enum Step: Hashable {
    case number(Int128)
    case symbol(String, offset: Int)
    /// The address of the statement.
    case here
    case negate, complement
    case add, subtract, multiply, divide, remainder
    case and, or, exclusiveOr, shiftLeft, shiftRight
  }

  var steps: [Step]
  /// Byte offset in its line.
  var offset: Int

  /// The symbols it names.
  var symbols: [(name: String, offset: Int)] {
    steps.compactMap {
      if case .symbol(let name, let offset) = $0 { (name, offset) } else { nil }
    }
  }
}

/// A value of an expression.
struct AssemblyValue: Hashable {
  var number: Int128
  /// How many addresses it holds: a label 1, the difference of two labels 0.
  var relocation: Int = 0
}

extension AssemblyExpression {
  /// - Throws: `LineError` for an undefined symbol, an overflow or a division by zero.
  func value(
    here: UInt64, symbol: (String) -> AssemblyValue?
  ) throws(LineError) -> AssemblyValue {
    var stack: [AssemblyValue] = []
    for step in steps {
      switch step {
      case .number(let number): stack.append(AssemblyValue(number: number))
      case .here: stack.append(AssemblyValue(number: Int128(here), relocation: 1))
      case .symbol(let name, let offset):
        guard let value = symbol(name) else {
          throw LineError("'\(name)' is not defined", at: offset)
        }
        stack.append(value)
      case .negate, .complement:
        let operand = stack.removeLast()
        let (negated, overflow) = Int128(0).subtractingReportingOverflow(operand.number)
        guard !overflow else { throw outOfRange }
        stack.append(
          step == .negate
            ? AssemblyValue(number: negated, relocation: -operand.relocation)
            : AssemblyValue(number: ~operand.number))
      default:
        let right = stack.removeLast()
        let left = stack.removeLast()
        stack.append(try apply(step, left, right))
      }
    }
    return stack[0]
  }

  private var outOfRange: LineError { LineError("the value does not fit 128 bits", at: offset) }

  private func apply(
    _ step: Step, _ left: AssemblyValue, _ right: AssemblyValue
  ) throws(LineError) -> AssemblyValue {
    let (x, y) = (left.number, right.number)
    var relocation = 0
    let result: (partialValue: Int128, overflow: Bool)
    switch step {
    case .add:
      result = x.addingReportingOverflow(y)
      relocation = left.relocation + right.relocation
    case .subtract:
      result = x.subtractingReportingOverflow(y)
      relocation = left.relocation - right.relocation
    case .multiply: result = x.multipliedReportingOverflow(by: y)
    case .divide, .remainder:
      guard y != 0 else { throw LineError("division by zero", at: offset) }
      result =
        step == .divide
        ? x.dividedReportingOverflow(by: y) : x.remainderReportingOverflow(dividingBy: y)
    case .and: result = (x & y, false)
    case .or: result = (x | y, false)
    case .exclusiveOr: result = (x ^ y, false)
    case .shiftLeft:
      guard (0..<127).contains(y) else { throw LineError("shift out of range", at: offset) }
      result = (x << y, (x << y) >> y != x)
    case .shiftRight:
      guard (0..<128).contains(y) else { throw LineError("shift out of range", at: offset) }
      result = (x >> y, false)
    default: preconditionFailure("not a binary step")
    }
    guard !result.overflow else { throw outOfRange }
    return AssemblyValue(number: result.partialValue, relocation: relocation)
  }
}
