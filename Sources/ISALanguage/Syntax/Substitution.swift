import ISACore

/// One row of a family put in the place of the family's names, throughout a piece of syntax.
///
/// Names, texts and expressions are done here; `SubstitutionInItems.swift` walks the items.
struct Substitution {
  /// The row, by the family's names.
  var cells: [String: FamilyValueSyntax]
  /// Bytes that `{NAME}` in quoted texts has put in, beyond the template's own.
  private(set) var addedText = 0
  /// Cells of the wrong kind.
  private(set) var problems: [Diagnostic] = []

  init(cells: [String: FamilyValueSyntax]) { self.cells = cells }

  // MARK: - Names and texts

  /// A name where only a name can stand.
  mutating func name(_ identifier: Identifier) -> Identifier {
    guard let cell = cells[identifier.text] else { return identifier }
    switch cell {
    case .name(let name): return name
    case .number, .string:
      refuse(cell, at: identifier, wanted: "a name")
      return identifier
    }
  }

  /// A quoted text: `{NAME}` becomes the cell, in words or in decimal.
  mutating func text(_ literal: StringLiteral) -> StringLiteral {
    guard literal.text.utf8.contains(UInt8(ascii: "{")) else { return literal }
    let bytes = Array(literal.text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
        result += bytes[index...index + 1]
        index += 2
      } else if bytes[index] == UInt8(ascii: "{"), let (cell, end) = cell(named: bytes, index + 1) {
        result += cell
        index = end
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    addedText += max(0, result.count - bytes.count)
    return StringLiteral(String(decoding: result, as: UTF8.self), at: literal.span)
  }

  /// The cell whose name and closing brace start at `start`, and the offset behind the brace.
  private func cell(named bytes: [UInt8], _ start: Int) -> ([UInt8], end: Int)? {
    var end = start
    while end < bytes.count, Lexer.isWordByte(bytes[end]) { end += 1 }
    guard end > start, end < bytes.count, bytes[end] == UInt8(ascii: "}"),
      let cell = cells[String(decoding: bytes[start..<end], as: UTF8.self)]
    else { return nil }
    let text =
      switch cell {
      case .number(let value, _): String(value)
      case .name(let name): name.text
      case .string(let literal): literal.text
      }
    return (Array(text.utf8), end + 1)
  }

  private mutating func refuse(
    _ cell: FamilyValueSyntax, at identifier: Identifier, wanted: String
  ) {
    let kind =
      switch cell {
      case .number: "a number"
      case .string: "a quoted text"
      case .name: "a name"
      }
    problems.append(
      Diagnostic(
        .wrongKind, "`\(identifier.text)` is \(kind) in this family, where \(wanted) has to stand",
        at: identifier.span, notes: [.init("the value stands here", at: cell.span)]))
  }

  // MARK: - Expressions

  mutating func expression(_ expression: ExpressionSyntax) -> ExpressionSyntax {
    switch expression {
    case .number, .any, .invalid:
      return expression
    case .name(let identifier):
      switch cells[identifier.text] {
      case .number(let value, let span): return .number(value, width: nil, span)
      case .string(let literal)?:
        refuse(.string(literal), at: identifier, wanted: "a name or a number")
        return expression
      case .name(let name): return .name(name)
      case nil: return expression
      }
    case .sized(let identifier, let width, let span):
      if case .number(let value, _) = cells[identifier.text] {
        return .number(value, width: width, span)
      }
      return .sized(name(identifier), width: width, span)
    case .unary(let operation, let operand, let span):
      return .unary(operation, self.expression(operand), span)
    case .binary(let operation, let left, let right, let span):
      return .binary(operation, self.expression(left), self.expression(right), span)
    case .conditional(let condition, let then, let otherwise, let span):
      return .conditional(
        self.expression(condition), self.expression(then), self.expression(otherwise), span)
    case .index(let base, let index, let span):
      return .index(self.expression(base), self.expression(index), span)
    case .slice(let base, let first, let last, let span):
      return .slice(
        self.expression(base), self.expression(first), self.expression(last), span)
    case .access(let memory, let address, let units, let isReal, let span):
      return .access(
        name(memory), address: self.expression(address), units: units.map { self.expression($0) },
        isReal: isReal, span)
    case .member(let base, let field, let span):
      return .member(self.expression(base), name(field), span)
    case .with(let base, let fields, let span):
      let fields = fields.map { (name($0.0), self.expression($0.1)) }
      return .with(self.expression(base), fields, span)
    case .call(let function, let arguments, let span):
      return .call(name(function), expressions(arguments), span)
    }
  }

  mutating func expressions(_ list: [ExpressionSyntax]) -> [ExpressionSyntax] {
    list.map { expression($0) }
  }

  mutating func expression(_ optional: ExpressionSyntax?) -> ExpressionSyntax? {
    optional.map { expression($0) as ExpressionSyntax }
  }

  mutating func type(_ type: TypeSyntax) -> TypeSyntax {
    switch type {
    case .width(let width): return .width(expression(width) as ExpressionSyntax)
    case .layout(let name):
      let value: ExpressionSyntax = expression(.name(name))
      if case .name(let name) = value { return .layout(name) }
      return .width(value)
    }
  }

  // MARK: - Statements

  mutating func statements(_ list: [StatementSyntax]) -> [StatementSyntax] {
    list.map { statement($0) }
  }

  mutating func statement(_ statement: StatementSyntax) -> StatementSyntax {
    StatementSyntax(kind(statement.kind), at: statement.span)
  }

  private mutating func kind(_ kind: StatementSyntax.Kind) -> StatementSyntax.Kind {
    switch kind {
    case .require(let condition, let reference):
      return .require(expression(condition), trap(reference))
    case .trap(let reference): return .trap(trap(reference))
    case .letBinding(let name, let type, let value):
      return .letBinding(self.name(name), type: type.map { self.type($0) }, expression(value))
    case .variable(let name, let type, let value):
      return .variable(self.name(name), type: self.type(type), expression(value))
    case .assign(let place, let value): return .assign(expression(place), expression(value))
    case .conditional(let condition, let then, let otherwise):
      return .conditional(
        expression(condition), then: statements(then), otherwise: statements(otherwise))
    case .forLoop(let name, let type, let first, let last, let bound, let body):
      return .forLoop(
        self.name(name), type: self.type(type), first: expression(first), last: expression(last),
        bound: expression(bound), body: statements(body))
    case .whileLoop(let condition, let bound, let body):
      return .whileLoop(expression(condition), bound: expression(bound), body: statements(body))
    case .partial(let body): return .partial(statements(body))
    case .unpredictable(let alternatives):
      return .unpredictable(alternatives.map { statements($0) })
    case .perform(let subject, let nested):
      return .perform(expression(subject), nested: trap(nested))
    case .probe(let place, let intent): return .probe(expression(place), intent: intent)
    case .call(let action, let arguments): return .call(name(action), expressions(arguments))
    case .result(let value): return .result(expression(value))
    case .cite(let citation): return .cite(self.citation(citation))
    }
  }

  mutating func trap(_ reference: TrapReference) -> TrapReference {
    TrapReference(
      name: name(reference.name), arguments: expressions(reference.arguments),
      trapClass: reference.trapClass.map { name($0) })
  }

  mutating func citation(_ citation: CitationSyntax) -> CitationSyntax {
    CitationSyntax(manual: name(citation.manual), section: text(citation.section))
  }

  mutating func parameters(_ list: [ParameterSyntax]) -> [ParameterSyntax] {
    list.map { ParameterSyntax(name: name($0.name), type: $0.type.map { type($0) }) }
  }
}
