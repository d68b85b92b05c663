import ISACore

/// Functions and actions, inlined, and the functions that are part of the language.
extension ProgramElaborator {
  private static let builtIns: Set<String> = [
    "zext", "sext", "trunc", "popcount", "clz", "ctz", "repeat", "width",
  ]

  func call(
    _ name: Identifier, _ arguments: [ExpressionSyntax], expecting width: Int?,
    at span: SourceSpan
  ) -> Elaborated {
    let symbol = machine.symbol(name.text)
    if symbol == nil {
      if Self.builtIns.contains(name.text) {
        return builtIn(name, arguments, expecting: width, at: span)
      }
      if let primitive = PrimitiveName.all[name.text] {
        return self.primitive(primitive, name, arguments, at: span).elaborated
      }
    }
    switch symbol {
    case .function(let index):
      machine.use(name.text)
      return function(index, arguments, at: span).elaborated
    case .place:
      guard let place = place(.call(name, arguments, span), for: .load) else { return .failed }
      return read(place, at: span).elaborated
    case nil:
      machine.reportUnknown(name, also: Array(Self.builtIns) + PrimitiveName.all.keys)
      fail()
    case .action:
      report(
        .wrongKind, "`\(name.text)` is an action: it writes, and gives no value", at: name.span)
    case let symbol?:
      report(.wrongKind, "`\(name.text)` is \(symbol.kind), not a function", at: name.span)
    }
    return .failed
  }

  /// Binds parameters to arguments: numbers for parameters without a type, else values held in
  /// locals, so that an argument is evaluated once.
  ///
  /// - Parameter names: those of the parameters.
  func arguments(
    _ arguments: [ExpressionSyntax], for parameters: [ParameterSyntax], _ names: [String],
    of name: String, at span: SourceSpan
  ) -> NamedBindings? {
    guard arguments.count == parameters.count else {
      report(
        .argumentCount,
        "`\(name)` takes \(parameters.count) argument\(parameters.count == 1 ? "" : "s"), not \(arguments.count)",
        at: span)
      return nil
    }
    var bindings = NamedBindings(names)
    var isComplete = true
    // Numbers first: the widths of other parameters may depend on them.
    for (index, parameter) in parameters.enumerated() where parameter.type == nil {
      guard let number = number(arguments[index]) else {
        isComplete = false
        continue
      }
      bindings[index] = .number(number)
    }
    guard isComplete else { return nil }
    for (index, parameter) in parameters.enumerated() {
      guard let typeSyntax = parameter.type else { continue }
      let argument = arguments[index]
      guard let type = type(typeSyntax, of: bindings),
        let value = value(argument, width: type.width)
      else {
        isComplete = false
        continue
      }
      let held = builder.hold(value.node, name: names[index], at: argument.span)
      bindings[index] = .value(
        Value(held, width: type.width, layout: type.layout, values: value.values))
    }
    return isComplete ? bindings : nil
  }

  /// A parameter's type, which may depend on other parameters and on nothing else around.
  private func type(
    _ syntax: TypeSyntax, of parameters: NamedBindings
  ) -> (width: Int, layout: Layout?)? {
    if let width = syntax.plainWidth { return (width, nil) }
    return seeing(parameters) { type(syntax) }
  }

  private func function(
    _ index: Int, _ arguments: [ExpressionSyntax], at span: SourceSpan
  ) -> Value? {
    let declaration = machine.functions[index]
    guard
      let bindings = self.arguments(
        arguments, for: declaration.parameters, declaration.parameterNames,
        of: declaration.name.text, at: span)
    else { return nil }
    let outcome = sharing(.function(index), bindings) {
      inlining(Identifier(declaration.name.text, at: span), bindings: bindings) {
        guard let type = type(declaration.type),
          let result = body(declaration.body, width: type.width)
        else { return nil }
        return .value(
          Value(
            result.node, width: type.width, layout: type.layout ?? result.layout,
            values: result.values))
      }
    }
    guard case .value(let value)? = outcome else { return nil }
    return value
  }

  /// Statements that end in `result e`.
  func body(_ statements: [StatementSyntax], width: Int) -> Value? {
    guard case .result(let expression)? = statements.last?.kind else {
      report(
        .misplacedStatement, "a function ends with `result …`",
        at: statements.last?.span ?? .none)
      return nil
    }
    for statement in statements.dropLast() { self.statement(statement) }
    return value(expression, width: width)
  }

  /// An action's statements in place of its call.
  func action(
    _ name: Identifier, _ arguments: [ExpressionSyntax], at span: SourceSpan
  ) {
    guard case .action(let index)? = machine.symbol(name.text) else {
      if machine.symbol(name.text) == nil {
        machine.reportUnknown(name, also: [])
        fail()
      } else {
        report(
          .wrongKind, "`\(name.text)` is \(machine.symbol(name.text)!.kind), not an action",
          at: name.span)
      }
      return
    }
    machine.use(name.text)
    let declaration = machine.actions[index]
    guard
      let bindings = self.arguments(
        arguments, for: declaration.parameters, declaration.parameterNames, of: name.text, at: span)
    else { return }
    _ = sharing(.action(index), bindings) {
      inlining(name, bindings: bindings) {
        statements(declaration.body)
        return .done
      }
    }
  }

  private func builtIn(
    _ name: Identifier, _ arguments: [ExpressionSyntax], expecting width: Int?,
    at span: SourceSpan
  ) -> Elaborated {
    let range: ClosedRange<Int> =
      switch name.text {
      case "zext", "sext", "trunc": 1...2
      case "repeat": 2...2
      default: 1...1
      }
    guard range.contains(arguments.count) else {
      report(
        .argumentCount,
        "`\(name.text)` takes \(range.upperBound) argument\(range.upperBound == 1 ? "" : "s"), not \(arguments.count)",
        at: span)
      return .failed
    }
    guard let x = value(arguments[0]) else { return .failed }
    switch name.text {
    case "popcount", "clz", "ctz":
      let op: Operator =
        name.text == "popcount" ? .popcount : name.text == "clz" ? .clz : .ctz
      let result = max(8, width ?? 8)
      let node = builder.unary(op, x.node, width: result, at: span)
      return .value(Value(node, width: result))
    case "width":
      return .number(UntypedNumber(x.width))
    case "repeat":
      guard x.width > 0,
        let count = integer(
          arguments[1], in: 1...max(1, BitVector.maximumWidth / x.width), what: "the count")
      else { return .failed }
      let held = builder.hold(x.node, name: "repeated", at: span)
      var node = held
      for _ in 1..<count { node = builder.binary(.concat, node, held, at: span) }
      return .value(Value(node, width: x.width * count))
    default:
      return resize(name, x, arguments, expecting: width, at: span).elaborated
    }
  }

  private func resize(
    _ name: Identifier, _ x: Value, _ arguments: [ExpressionSyntax], expecting width: Int?,
    at span: SourceSpan
  ) -> Value? {
    var target = width
    if arguments.count == 2 {
      target = integer(arguments[1], in: 0...BitVector.maximumWidth, what: "a width")
      guard target != nil else { return nil }
    }
    guard let target else {
      report(
        .unknownWidth, "nothing says how wide this `\(name.text)` makes its argument", at: span)
      return nil
    }
    let grows = name.text != "trunc"
    guard grows ? target >= x.width : target <= x.width else {
      report(
        .badWidth,
        "`\(name.text)` cannot make \(bitCount(target)) of \(x.width)", at: span,
        fix: .init(
          "use `\(grows ? "trunc" : "zext")`", at: name.span,
          replacement: grows ? "trunc" : "zext"))
      return nil
    }
    let op: Operator = name.text == "zext" ? .zext : name.text == "sext" ? .sext : .extract
    return Value(builder.unary(op, x.node, width: target, at: span), width: target)
  }
}
