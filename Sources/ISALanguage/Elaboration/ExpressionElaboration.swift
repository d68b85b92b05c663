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
        .unknownWidth, "nothing says how wide \(number.text) is", at: syntax.span,
        fix: .init(
          "give it a width", at: syntax.span, replacement: "\(machine.text(syntax.span)):8"))
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
    guard isWithinLimits(at: syntax.span) else { return .failed }
    let span = syntax.span
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
      guard let place = place(syntax) else { return .failed }
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
      guard let place = place(.name(name)) else { return .failed }
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
      machine.reportUnknown(name, also: scopes.flatMap(\.keys) + (values ?? []).map(\.name))
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
      guard let place = place(.name(name)) else { return .failed }
      return read(place, at: name.span).elaborated
    case .function:
      return call(name, [], expecting: width, at: name.span)
    default:
      report(.wrongKind, "`\(name.text)` is \(symbol.kind), not a value", at: name.span)
      return .failed
    }
  }

  // MARK: Operators

  private func unary(
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
  private func isFlexible(_ syntax: ExpressionSyntax) -> Bool {
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
      return arguments.count == 1 && ["zext", "sext", "trunc"].contains(name.text) && lookUp(name.text) == nil
    default: return false
    }
  }

  private func binary(
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

  private func combine(_ op: BinaryOperator, _ x: Value, _ y: Value, at span: SourceSpan) -> Value? {
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

  // MARK: Conditions

  /// The right side is evaluated only where it matters, so that its loads and guards are.
  private func logical(
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

  // MARK: Parts of values

  private func slice(
    of base: ExpressionSyntax, _ first: ExpressionSyntax, _ last: ExpressionSyntax,
    span: SourceSpan
  ) -> Value? {
    guard let x = value(base), let range = range(first, last, width: x.width, at: span) else {
      return nil
    }
    return Value(
      builder.unary(.extract, x.node, width: range.width, low: range.low, at: span),
      width: range.width)
  }

  private func bit(
    of base: ExpressionSyntax, at index: ExpressionSyntax, span: SourceSpan
  ) -> Value? {
    guard let x = value(base), let position = bitPosition(index, width: x.width) else { return nil }
    if let known = builder.constantValue(position) {
      return Value(
        builder.unary(.extract, x.node, width: 1, low: Int(known), at: span), width: 1)
    }
    let shifted = builder.binary(.lshr, x.node, position, at: span)
    return Value(builder.unary(.extract, shifted, width: 1, at: span), width: 1)
  }

  private func member(
    _ base: ExpressionSyntax, _ member: Identifier, span: SourceSpan
  ) -> Value? {
    if case .name(let name) = base, case .operand(let instance)? = lookUp(name.text),
      member.text == "address"
    {
      guard let address = instance.address else {
        report(
          .wrongKind,
          "`\(name.text)` has no address in its case `\(instance.operandCase.name.text)`", at: span)
        return nil
      }
      return address
    }
    guard let x = value(base) else { return nil }
    guard let layout = x.layout else {
      report(.wrongKind, "this value has no layout, and so no fields", at: base.span)
      return nil
    }
    guard let field = layout[member.text] else {
      machine.reportUnknown(member, in: layout)
      fail()
      return nil
    }
    return Value(
      builder.unary(.extract, x.node, width: field.width, low: field.low, at: span),
      width: field.width, values: field.values)
  }

  private func with(
    _ base: ExpressionSyntax, _ changes: [(Identifier, ExpressionSyntax)], at span: SourceSpan
  ) -> Value? {
    guard let x = value(base) else { return nil }
    guard let layout = x.layout else {
      report(.wrongKind, "`with` changes fields, and this value has no layout", at: base.span)
      return nil
    }
    let old = builder.hold(x.node, name: "old", at: base.span)
    var parts: [(low: Int, width: Int, node: ExpressionID)] = []
    for (name, syntax) in changes {
      guard let field = layout[name.text] else {
        machine.reportUnknown(name, in: layout)
        fail()
        continue
      }
      guard let new = value(syntax, width: field.width, values: field.values) else { continue }
      if parts.contains(where: { $0.low == field.low }) {
        report(.doubleWrite, "`\(name.text)` is given twice", at: name.span)
      }
      parts.append((field.low, field.width, new.node))
    }
    parts.sort { $0.low > $1.low }
    var result: ExpressionID?
    var top = layout.width
    func append(_ node: ExpressionID) {
      result = result.map { builder.binary(.concat, $0, node, at: span) } ?? node
    }
    func keep(from low: Int, to high: Int) {
      guard high > low else { return }
      append(builder.unary(.extract, old, width: high - low, low: low, at: span))
    }
    for part in parts {
      keep(from: part.low + part.width, to: top)
      append(part.node)
      top = part.low
    }
    keep(from: 0, to: top)
    return result.map { Value($0, width: layout.width, layout: layout) }
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

extension Optional where Wrapped == Value {
  var elaborated: Elaborated { map(Elaborated.value) ?? .failed }
}
