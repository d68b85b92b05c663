import ISACore

/// Expressions: names resolved, widths checked, loads hoisted into statements.
extension ProgramElaborator {
  /// A value of exactly `width` bits.
  func value(
    _ syntax: ExpressionSyntax, width: Int, values: [NamedValue]? = nil
  ) -> Value? {
    switch expression(syntax, expecting: width, values: values) {
    case .failed: return nil
    case .number(let number): return typed(number, width: width, at: syntax.span)
    case .value(let value):
      guard value.width == width else {
        reportWidth(value.width, wanted: width, at: syntax.span)
        return nil
      }
      return value
    }
  }

  /// A value that brings its own width.
  func value(_ syntax: ExpressionSyntax) -> Value? {
    switch expression(syntax) {
    case .failed: return nil
    case .value(let value): return value
    case .number(let number):
      report(
        .unknownWidth,
        "nothing says how wide \(number.text) is: \(number.text):8 has eight bits",
        at: syntax.span)
      return nil
    }
  }

  func condition(_ syntax: ExpressionSyntax) -> Value? { value(syntax, width: 1) }

  private func reportWidth(_ width: Int, wanted: Int, at span: SourceSpan) {
    let text = machine.text(span)
    let fix =
      width < wanted
      ? Diagnostic.Fix("widen it", at: span, replacement: "zext(\(text), \(wanted))")
      : Diagnostic.Fix("cut it", at: span, replacement: "trunc(\(text), \(wanted))")
    report(
      .widthMismatch, "this is \(bitCount(width)) wide where \(bitCount(wanted)) are wanted",
      at: span, fix: fix)
  }

  /// Elaborates an expression.
  ///
  /// - Parameters:
  ///   - width: what the surroundings want; used only by what has no width of its own.
  ///   - values: names that stand for values here.
  func expression(
    _ syntax: ExpressionSyntax, expecting width: Int? = nil, values: [NamedValue]? = nil
  ) -> Elaborated {
    let span = syntax.span
    guard isWithinLimits(at: span) else { return .failed }
    switch syntax {
    case .invalid:
      fail()
      return .failed
    case .number(let bits, nil, _):
      return .number(UntypedNumber(bits))
    case .number(let bits, let own?, _):
      guard (0...BitVector.maximumWidth).contains(own) else {
        report(.badWidth, "a width must be 0 to 128, not \(own)", at: span)
        return .failed
      }
      return typed(UntypedNumber(bits), width: own, at: span).elaborated
    case .sized(let name, let own, _):
      switch self.name(name, expecting: nil, values: nil) {
      case .number(let number):
        guard (0...BitVector.maximumWidth).contains(own) else {
          report(.badWidth, "a width must be 0 to 128, not \(own)", at: span)
          return .failed
        }
        return typed(number, width: own, at: span).elaborated
      case .value:
        report(.notConstant, "only a constant takes a width by `:`", at: span)
        return .failed
      case .failed: return .failed
      }
    case .any:
      guard let width else {
        report(.unknownWidth, "nothing says how wide this `any` is", at: span)
        return .failed
      }
      let local = builder.makeLocal("any", width: width, at: span)
      builder.emit(.havoc(local, .any), at: span)
      return .value(Value(builder.read(local, at: span), width: width))
    case .name(let name):
      return self.name(name, expecting: width, values: values)
    case .unary(let op, let operand, _):
      return unary(op, operand, expecting: width, at: span)
    case .binary(let op, let left, let right, _):
      return binary(op, left, right, expecting: width, at: span)
    case .conditional(let condition, let first, let second, _):
      return conditional(condition, first, second, expecting: width, values: values, at: span)
    case .with(let base, let changes, _):
      return with(base, changes, at: span).elaborated
    case .call(let name, let arguments, _):
      return call(name, arguments, expecting: width, at: span)
    case .member(.name(let name), let member, _)
    where member.text == "size" && lookUp(name.text) == nil && machine.isMemory(name.text):
      return .number(UntypedNumber(UInt128(machine.memorySize(name.text))))
    case .index(let base, let index, _) where !isState(base):
      return bit(of: base, at: index, span: span).elaborated
    case .slice(let base, let first, let last, _) where !isState(base):
      return slice(of: base, first, last, span: span).elaborated
    case .member(let base, let member, _) where !isState(base) || isOperandAddress(base, member):
      return self.member(base, member, span: span).elaborated
    case .index, .slice, .member, .access:
      guard let place = place(syntax, for: .load) else { return .failed }
      return read(place, at: span).elaborated
    }
  }

  // MARK: Names

  private func name(
    _ name: Identifier, expecting width: Int?, values: [NamedValue]?
  ) -> Elaborated {
    switch lookUp(name.text) {
    case .value(let value): return .value(value)
    case .number(let number): return .number(number)
    case .variable(let local, let width, let layout):
      return .value(Value(builder.read(local, at: name.span), width: width, layout: layout))
    case .operand:
      guard let place = place(.name(name), for: .load) else { return .failed }
      return read(place, at: name.span).elaborated
    case nil: break
    }
    if let named = values?.first(where: { $0.name == name.text }) {
      return .number(UntypedNumber(named.value))
    }
    if name.text == "length" {
      let width = width ?? 8
      guard width >= 5 else {
        report(
          .widthMismatch, "`length` does not fit \(bitCount(width))", at: name.span,
          fix: .init("cut it", at: name.span, replacement: "trunc(length, \(width))"))
        return .failed
      }
      return .value(
        Value(builder.leaf(.length, width: width, at: name.span), width: width))
    }
    guard let symbol = machine.symbol(name.text) else {
      machine.reportUnknown(name, also: scopes.names + (values ?? []).map(\.name))
      fail()
      return .failed
    }
    machine.use(name.text)
    switch symbol {
    case .constant(let number): return .number(number)
    case .choice(let id):
      let width = machine.set.choices[Int(id)].width
      return .value(
        Value(builder.leaf(.choice, width: width, a: id, at: name.span), width: width))
    case .context(let id):
      let width = machine.set.contexts[Int(id)].width
      return .value(
        Value(builder.leaf(.context, width: width, a: id, at: name.span), width: width))
    case .register, .place:
      guard let place = place(.name(name), for: .load) else { return .failed }
      return read(place, at: name.span).elaborated
    case .function:
      return call(name, [], expecting: width, at: name.span)
    default:
      report(.wrongKind, "`\(name.text)` is \(symbol.kind), not a value", at: name.span)
      return .failed
    }
  }

  // MARK: Conditions

  /// The right side is evaluated only where it matters, so that its loads and guards are.
  func logical(
    _ op: BinaryOperator, _ left: ExpressionSyntax, _ right: ExpressionSyntax, at span: SourceSpan
  ) -> Value? {
    guard var x = condition(left) else {
      _ = condition(right)
      return nil
    }
    if op == .implies { x = Value(builder.unary(.not, x.node, width: 1, at: span), width: 1) }
    let isAnd = op == .and
    let held = builder.hold(x.node, name: "condition", at: left.span)
    let arm = ProgramBuilder.Arm(branch: builder.newBranch(), arm: 0)
    builder.openBlock(arm)
    let y = condition(right)
    let block = builder.closeBlock(arm)
    guard let y else { return nil }
    if block.isEmpty {
      return Value(builder.binary(isAnd ? .and : .or, x.node, y.node, at: span), width: 1)
    }
    let local = builder.makeLocal("condition", width: 1, isVariable: true, at: span)
    let short = builder.constant(isAnd ? 0 : 1, width: 1, at: span)
    let taken = block + [Statement(.assign(local, y.node), at: span)]
    let skipped = [Statement(.assign(local, short), at: span)]
    builder.emit(
      .branch(held, then: isAnd ? taken : skipped, otherwise: isAnd ? skipped : taken), at: span)
    return Value(builder.read(local, at: span), width: 1)
  }

  private func conditional(
    _ condition: ExpressionSyntax, _ first: ExpressionSyntax, _ second: ExpressionSyntax,
    expecting width: Int?, values: [NamedValue]?, at span: SourceSpan
  ) -> Elaborated {
    guard let chosen = self.condition(condition) else { return .failed }
    let held = builder.hold(chosen.node, name: "condition", at: condition.span)
    let branch = builder.newBranch()
    var arms: [(result: Elaborated, block: [Statement])] = [(.failed, []), (.failed, [])]
    // The arm with a width of its own goes first, so that the other can take it.
    let order = isFlexible(first) && !isFlexible(second) ? [1, 0] : [0, 1]
    var wanted = width
    for index in order {
      let arm = ProgramBuilder.Arm(branch: branch, arm: index)
      builder.openBlock(arm)
      let result = expression(index == 0 ? first : second, expecting: wanted, values: values)
      arms[index] = (result, builder.closeBlock(arm))
      if case .value(let value) = result { wanted = wanted ?? value.width }
    }
    if case (.number(let a), .number(let b)) = (arms[0].result, arms[1].result) {
      if let known = builder.constantValue(chosen.node) { return .number(known == 1 ? a : b) }
    }
    func settle(_ arm: Elaborated, _ syntax: ExpressionSyntax) -> Value? {
      switch arm {
      case .failed: return nil
      case .value(let value): return value
      case .number(let number):
        guard let wanted else {
          report(.unknownWidth, "nothing says how wide \(number.text) is", at: syntax.span)
          return nil
        }
        return typed(number, width: wanted, at: syntax.span)
      }
    }
    guard let x = settle(arms[0].result, first), let y = settle(arms[1].result, second) else {
      return .failed
    }
    guard x.width == y.width else {
      report(
        .widthMismatch, "`then` gives \(bitCount(x.width)), `else` \(y.width)", at: span)
      return .failed
    }
    let layout = x.layout === y.layout ? x.layout : nil
    if let known = builder.constantValue(chosen.node) {
      for statement in arms[known == 1 ? 0 : 1].block {
        builder.emit(statement.kind, at: statement.span)
      }
      return .value(known == 1 ? x : y)
    }
    if arms[0].block.isEmpty && arms[1].block.isEmpty {
      return .value(
        Value(
          builder.conditional(chosen.node, x.node, y.node, at: span), width: x.width,
          layout: layout))
    }
    let local = builder.makeLocal("choice", width: x.width, isVariable: true, at: span)
    builder.emit(
      .branch(
        held, then: arms[0].block + [Statement(.assign(local, x.node), at: first.span)],
        otherwise: arms[1].block + [Statement(.assign(local, y.node), at: second.span)]),
      at: span)
    return .value(Value(builder.read(local, at: span), width: x.width, layout: layout))
  }
}

extension Optional where Wrapped == Value {
  var elaborated: Elaborated { map(Elaborated.value) ?? .failed }
}
