import ISACore

extension SyntaxWriter {
  /// Column of what follows the keyword in the body of an instruction.
  static let keywordColumn = 8

  mutating func statements(_ list: [StatementSyntax]) {
    for statement in list { self.statement(statement) }
  }

  /// `column` is where what follows the keyword starts; 0 for one blank.
  mutating func statement(_ statement: StatementSyntax, column: Int = 0) {
    func keyword(_ word: String) -> String { Self.pad(word, to: column) }
    switch statement.kind {
    case .require(let condition, let reference):
      line(
        "\(keyword("require"))\(Self.text(of: condition)) else trap \(Self.trap(reference))")
    case .trap(let reference):
      line("\(keyword("trap"))\(Self.trap(reference))")
    case .letBinding(let name, let type, let value):
      let type = type.map { " : \(Self.type($0))" } ?? ""
      line("\(keyword("let"))\(name.text)\(type) = \(Self.text(of: value))")
    case .variable(let name, let type, let value):
      line("\(keyword("var"))\(name.text) : \(Self.type(type)) = \(Self.text(of: value))")
    case .assign(let place, let value):
      line("\(keyword(Self.place(place))):= \(Self.text(of: value))")
    case .conditional(let condition, let then, let otherwise):
      conditional("if \(Self.text(of: condition))", then, otherwise)
    case .forLoop(let name, let type, let first, let last, let bound, let body):
      let range = "\(Self.text(of: first)) .. \(Self.text(of: last))"
      let bound = bound.map { " bound \(Self.text(of: $0))" } ?? ""
      block("for \(name.text) : \(Self.type(type)) in \(range)\(bound)") { $0.statements(body) }
    case .whileLoop(let condition, let bound, let body):
      block("while \(Self.text(of: condition)) bound \(Self.text(of: bound))") {
        $0.statements(body)
      }
    case .partial(let body):
      block("partial") { $0.statements(body) }
    case .unpredictable(let alternatives):
      open("unpredictable")
      for (index, alternative) in alternatives.enumerated() {
        if index > 0 { reopen("} or {") }
        statements(alternative)
      }
      close("}")
    case .perform(let subject, let nested):
      line("\(keyword("perform"))\(Self.text(of: subject)) nested trap \(Self.trap(nested))")
    case .probe(let place, let intent):
      line("\(keyword("probe"))\(Self.text(of: place)) as \(intent.text)")
    case .call(let name, let arguments):
      line("\(name.text)(\(Self.list(arguments)))")
    case .result(let value):
      line("\(keyword("result"))\(Self.text(of: value))")
    case .cite(let citation):
      line(
        "\(keyword("cite"))\(citation.manual.text) \(Self.quoted(citation.section))")
    }
  }

  /// A chain of `else if` stays on one level.
  private mutating func conditional(
    _ header: String, _ then: [StatementSyntax], _ otherwise: [StatementSyntax]
  ) {
    open(header)
    statements(then)
    var rest = otherwise
    while rest.count == 1, case .conditional(let condition, let then, let next) = rest[0].kind {
      reopen("} else if \(Self.text(of: condition)) {")
      statements(then)
      rest = next
    }
    if !rest.isEmpty {
      reopen("} else {")
      statements(rest)
    }
    close("}")
  }

  /// A line that ends one block and starts the next.
  private mutating func reopen(_ middle: String) {
    close(middle)
    indent()
  }

  static func trap(_ reference: TrapReference) -> String {
    let arguments = reference.arguments.isEmpty ? "" : "(\(list(reference.arguments)))"
    let trapClass = reference.trapClass.map { " as \($0.text)" } ?? ""
    return reference.name.text + arguments + trapClass
  }

  static func type(_ type: TypeSyntax) -> String {
    switch type {
    case .width(let width): text(of: width)
    case .layout(let name): name.text
    }
  }

  static func parameters(_ list: [ParameterSyntax]) -> String {
    list.isEmpty ? "" : "(\(list.map(parameter).joined(separator: ", ")))"
  }

  static func parameter(_ parameter: ParameterSyntax) -> String {
    parameter.name.text + (parameter.type.map { " : \(type($0))" } ?? "")
  }
}
