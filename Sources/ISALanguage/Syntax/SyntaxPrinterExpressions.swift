import ISACore

extension SyntaxWriter {
  /// An operand of an operator that binds as tightly as `minimum`; looser ones get parentheses.
  static func text(of expression: ExpressionSyntax, minimum: Int = 0) -> String {
    let (text, precedence) = render(expression)
    return precedence < minimum ? "(\(text))" : text
  }

  /// Binds tighter than every operator.
  private static let primary = BinaryOperator.unaryPrecedence + 1

  /// The text and how tightly it holds together.
  private static func render(_ expression: ExpressionSyntax) -> (String, precedence: Int) {
    switch expression {
    case .number(let value, let width, _):
      return (number(value) + (width.map { ":\($0)" } ?? ""), primary)
    case .name(let name):
      return (name.text, primary)
    case .sized(let name, let width, _):
      return ("\(name.text):\(width)", primary)
    case .any, .invalid:
      return ("any", primary)
    case .unary(.not, let operand, _):
      let precedence = BinaryOperator.notPrecedence
      return ("not \(text(of: operand, minimum: precedence))", precedence)
    case .unary(let operation, let operand, _):
      let precedence = BinaryOperator.unaryPrecedence
      return (operation.rawValue + text(of: operand, minimum: precedence), precedence)
    case .binary(let operation, let left, let right, _):
      let precedence = operation.precedence
      let isComparison = precedence == BinaryOperator.comparisonPrecedence
      let associatesRight = operation == .implies
      let left = text(
        of: left, minimum: isComparison || associatesRight ? precedence + 1 : precedence)
      let right = text(of: right, minimum: associatesRight ? precedence : precedence + 1)
      return ("\(left) \(operation.rawValue) \(right)", precedence)
    case .conditional(let condition, let then, let otherwise, _):
      return (
        "when \(text(of: condition)) then \(text(of: then)) else \(text(of: otherwise))", 0
      )
    case .index(let base, let index, _):
      return ("\(text(of: base, minimum: primary))[\(text(of: index))]", primary)
    case .slice(let base, let first, let last, _):
      let range = "\(text(of: first))..\(text(of: last))"
      return ("\(text(of: base, minimum: primary))[\(range)]", primary)
    case .access(let memory, let address, let units, let isReal, _):
      let units = units.map { ", \(text(of: $0))" } ?? ""
      return ("\(isReal ? "real " : "")\(memory.text)[\(text(of: address))\(units)]", primary)
    case .member(let base, let field, _):
      return ("\(text(of: base, minimum: primary)).\(field.text)", primary)
    case .with(let base, let fields, _):
      let fields = fields.map { "\($0.0.text) = \(text(of: $0.1))" }.joined(separator: ", ")
      let list = fields.isEmpty ? "{}" : "{ \(fields) }"
      return ("\(text(of: base, minimum: primary)) with \(list)", primary)
    case .call(let function, let arguments, _):
      return ("\(function.text)(\(list(arguments)))", primary)
    }
  }

  static func list(_ expressions: [ExpressionSyntax]) -> String {
    expressions.map { text(of: $0) }.joined(separator: ", ")
  }

  /// Small numbers in decimal, others as addresses and masks are read.
  static func number(_ value: UInt128) -> String {
    value < 256 ? String(value) : hexadecimal(value, digits: 1)
  }

  static func hexadecimal(_ value: UInt128, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// The place of an assignment: in parentheses where its first word would start something else.
  static func place(_ expression: ExpressionSyntax) -> String {
    startsStatement(expression) ? text(of: expression) : "(\(text(of: expression)))"
  }

  private static func startsStatement(_ expression: ExpressionSyntax) -> Bool {
    switch expression {
    case .name, .access, .any, .conditional: true
    case .call(let name, _, _): !(Keyword(rawValue: name.text)?.startsStatement ?? false)
    case .index(let base, _, _), .slice(let base, _, _, _), .member(let base, _, _),
      .with(let base, _, _):
      startsStatement(base)
    case .number, .sized, .unary, .binary, .invalid: false
    }
  }
}
