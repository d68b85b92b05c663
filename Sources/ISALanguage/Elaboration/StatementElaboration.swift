import ISACore

/// Statements: guards, bindings, writes and control.
extension ProgramElaborator {
  func statements(_ list: [StatementSyntax]) {
    var warned = false
    for statement in list {
      if builder.isUnreachable && !warned {
        warned = true
        report(
          .unreachable, "nothing after a certain trap happens", at: statement.span,
          severity: .warning)
      }
      self.statement(statement)
    }
  }

  func statement(_ statement: StatementSyntax) {
    guard isWithinLimits(at: statement.span) else { return }
    let span = statement.span
    switch statement.kind {
    case .require(let condition, let trap): require(condition, trap, at: span)
    case .trap(let trap):
      guard let kind = self.trap(trap, at: span) else { return }
      builder.emit(kind, at: span)
    case .letBinding(let name, let type, let expression):
      bindLet(name, type, expression)
    case .variable(let name, let type, let expression):
      guard let type = self.type(type) else {
        bindPlaceholder(name, width: nil)
        return
      }
      guard let value = value(expression, width: type.width) else {
        bindPlaceholder(name, width: type.width, layout: type.layout)
        return
      }
      let local = builder.makeLocal(name.text, width: type.width, isVariable: true, at: name.span)
      builder.emit(.assign(local, value.node), at: span)
      bind(name, .variable(local, width: type.width, layout: type.layout))
    case .assign(let target, let expression):
      guard let place = place(target, for: .store) else {
        _ = self.expression(expression, expecting: 8)
        return
      }
      guard let value = value(expression, width: place.width, values: place.values) else { return }
      if let name = operandValue(target) {
        report(
          .notAPlace,
          "`\(name.text)` is a value in one of its cases, and cannot be written: leave the case out with `except`",
          at: target.span)
        return
      }
      write(value.node, to: place.place, at: span)
    case .conditional(let condition, let first, let second):
      conditional(condition, first, second, at: span)
    case .forLoop(let name, let type, let first, let last, let bound, let body):
      forLoop(name, type, first, last, bound, body, at: span)
    case .whileLoop(let condition, let bound, let body):
      whileLoop(condition, bound, body, at: span)
    case .partial(let body):
      partialDepth += 1
      inScope { statements(body) }
      partialDepth -= 1
    case .unpredictable(let alternatives):
      unpredictable(alternatives, at: span)
    case .perform(let bits, let nested):
      perform(bits, nested, at: span)
    case .probe(let target, let intent): probe(target, intent, at: span)
    case .call(let name, let arguments):
      action(name, arguments, at: span)
    case .result:
      report(
        .misplacedStatement,
        "`result` is the last line of a function, of `translate` or of a monitor's `install`",
        at: span)
    case .cite(let citation):
      _ = machine.citation(citation)
    }
  }

  // MARK: Traps

  private func require(
    _ condition: ExpressionSyntax, _ trap: TrapReference, at span: SourceSpan
  ) {
    guard let holds = self.condition(condition) else { return }
    if let known = builder.constantValue(holds.node) {
      if callStack.isEmpty && !isSpecialized {
        report(
          .vacuousGuard,
          known == 1 ? "this guard never refuses" : "this guard always refuses",
          at: condition.span, severity: .warning)
      }
      if known == 1 {
        _ = self.trap(trap, at: span)
        return
      }
    }
    let arm = ProgramBuilder.Arm(branch: builder.newBranch(), arm: 0)
    builder.openBlock(arm)
    if let kind = self.trap(trap, at: span) { builder.emit(kind, at: span) }
    let block = builder.closeBlock(arm)
    builder.emit(.branch(holds.node, then: [], otherwise: block), at: span)
  }

  /// The operand that a write is into, if it is a value in the case at hand.
  private func operandValue(_ target: ExpressionSyntax) -> Identifier? {
    switch target {
    case .name(let name):
      guard case .operand(let instance)? = lookUp(name.text), instance.operandCase.isValue else {
        return nil
      }
      return name
    case .index(let base, _, _), .slice(let base, _, _, _), .member(let base, _, _):
      return operandValue(base)
    case .binary(.concatenate, let left, let right, _):
      return operandValue(left) ?? operandValue(right)
    default: return nil
    }
  }

  private func trap(_ reference: TrapReference, at span: SourceSpan) -> Statement.Kind? {
    guard let (id, signature) = machine.trapSignature(reference.name) else {
      fail()
      return nil
    }
    guard rights.contains(.trap) else {
      report(.misplacedStatement, "nothing can trap here", at: span)
      return nil
    }
    guard let className = reference.trapClass else {
      report(
        .expected, "a trap says why it is raised: `as privilege`, `memory`, `program`, …",
        at: reference.name.span)
      return nil
    }
    guard let trapClass = TrapClass(rawValue: className.text) else {
      machine.reportUnknown(
        className, what: "class of trap", among: TrapClass.allCases.map(\.rawValue))
      fail()
      return nil
    }
    guard reference.arguments.count == signature.parameters.count else {
      report(
        .argumentCount,
        "`\(reference.name.text)` takes \(signature.parameters.count) arguments, not \(reference.arguments.count)",
        at: reference.name.span)
      return nil
    }
    var arguments: [ExpressionID] = []
    for (argument, parameter) in zip(reference.arguments, signature.parameters) {
      guard let value = value(argument, width: parameter.width) else { return nil }
      arguments.append(value.node)
    }
    return .trap(id, trapClass, arguments: arguments)
  }

  private func perform(
    _ bits: ExpressionSyntax, _ nested: TrapReference, at span: SourceSpan
  ) {
    guard rights.contains(.perform) else {
      report(.misplacedStatement, "only an instruction can perform another", at: span)
      return
    }
    guard let value = value(bits), let (id, signature) = machine.trapSignature(nested.name) else {
      fail()
      return
    }
    if let trapClass = nested.trapClass, trapClass.text != TrapClass.program.rawValue {
      report(
        .expected, "what cannot be performed is a fault of the program: `as program`",
        at: trapClass.span)
      return
    }
    guard signature.parameters.isEmpty, nested.arguments.isEmpty else {
      report(
        .argumentCount, "a nested trap takes no arguments: its instruction is not known here",
        at: nested.name.span)
      return
    }
    builder.emit(.perform(bits: value.node, nested: id), at: span)
  }

  /// Whether an access could be made, without making it: it traps where the access would.
  private func probe(_ target: ExpressionSyntax, _ intent: Identifier, at span: SourceSpan) {
    guard let place = place(target, for: .store) else { return }
    guard case .memory(let access, _) = place.place, !access.isReal else {
      report(
        .wrongKind, "what is probed is an access to translated memory, as in `storage[a, 4]`",
        at: target.span)
      return
    }
    let intents: [String: Intent] = ["fetch": .fetch, "load": .load, "store": .store]
    guard let intent = intents[intent.text] else {
      report(.expected, "an access is a `load`, a `store` or a `fetch`", at: intent.span)
      return
    }
    builder.emit(.probe(access, intent), at: span)
  }

  // MARK: Bindings

  private func bindLet(
    _ name: Identifier, _ type: TypeSyntax?, _ expression: ExpressionSyntax
  ) {
    if let type {
      guard let (width, layout) = self.type(type) else {
        bindPlaceholder(name, width: nil)
        return
      }
      guard let value = value(expression, width: width) else {
        bindPlaceholder(name, width: width, layout: layout)
        return
      }
      let held = builder.hold(value.node, name: name.text, at: name.span)
      bind(
        name,
        .value(
          Value(held, width: width, layout: layout ?? value.layout, values: value.values)))
      return
    }
    switch self.expression(expression) {
    case .failed: bindPlaceholder(name, width: nil)
    case .number(let number): bind(name, .number(number))
    case .value(let value):
      let held = builder.hold(value.node, name: name.text, at: name.span)
      bind(
        name,
        .value(
          Value(held, width: value.width, layout: value.layout, values: value.values)))
    }
  }

  /// A name whose value could not be elaborated: known, so that its uses are not reported too.
  private func bindPlaceholder(_ name: Identifier, width: Int?, layout: Layout? = nil) {
    machine.suppress(name.text)
    if let width {
      let local = builder.makeLocal(name.text, width: width, isVariable: true, at: name.span)
      bind(name, .variable(local, width: width, layout: layout))
    }
  }

  // MARK: Writes

  /// Writes a value as wide as the place.
  func write(_ node: ExpressionID, to place: Place, at span: SourceSpan) {
    switch place {
    case .sink: return
    case .local(let id, let low, let width):
      let whole = builder.width(ofLocal: id)
      let new =
        width == whole
        ? node : merged(node, into: builder.read(id, at: span), low: low, at: span)
      builder.emit(.assign(id, new), at: span)
    case .concatenation(let parts):
      let held = builder.hold(node, name: "value", at: span)
      var low = place.width
      for part in parts {
        low -= part.width
        write(
          builder.unary(.extract, held, width: part.width, low: low, at: span), to: part, at: span)
      }
    case .conditional(let condition, let first, let second):
      let held = builder.hold(node, name: "value", at: span)
      let branch = builder.newBranch()
      var blocks: [[Statement]] = []
      for (index, side) in [first, second].enumerated() {
        let arm = ProgramBuilder.Arm(branch: branch, arm: index)
        builder.openBlock(arm)
        write(held, to: side, at: span)
        blocks.append(builder.closeBlock(arm))
      }
      builder.emit(.branch(condition, then: blocks[0], otherwise: blocks[1]), at: span)
    case .bit(let whole, let position):
      guard let old = read(TypedPlace(place: whole), at: span) else { return }
      let one = builder.constant(1, width: old.width, at: span)
      let mask = builder.binary(.shl, one, position, at: span)
      let cleared = builder.binary(
        .and, old.node, builder.unary(.not, mask, width: old.width, at: span), at: span)
      let bit = builder.binary(
        .shl, builder.unary(.zext, node, width: old.width, at: span), position, at: span)
      write(builder.binary(.or, cleared, bit, at: span), to: whole, at: span)
    case .register(let id, let index, let low, let width):
      writeState(
        .register(id, index: index, low: low, width: width), node,
        inOrder: .write(id, index: index, low: low, width: width, value: node), at: span)
    case .memory(let access, _):
      guard access.isReal || rights.contains(.trap) else {
        report(.misplacedStatement, "translated memory cannot be written here", at: span)
        return
      }
      writeState(.memory(access), node, inOrder: .store(access, value: node), at: span)
    }
  }

  private func merged(
    _ node: ExpressionID, into old: ExpressionID, low: Int, at span: SourceSpan
  ) -> ExpressionID {
    let whole = builder.width(old)
    let width = builder.width(node)
    var result = node
    if low > 0 {
      result = builder.binary(
        .concat, result, builder.unary(.extract, old, width: low, at: span), at: span)
    }
    if low + width < whole {
      let top = builder.unary(
        .extract, old, width: whole - low - width, low: low + width, at: span)
      result = builder.binary(.concat, top, result, at: span)
    }
    return result
  }

  private func writeState(
    _ target: ProgramBuilder.Deferred.Target, _ node: ExpressionID,
    inOrder kind: Statement.Kind, at span: SourceSpan
  ) {
    guard rights.contains(.write) || mayRecord(target, at: span) else { return }
    if partialDepth > 0 {
      builder.emit(kind, at: span)
      return
    }
    guard loopDepth == 0 else {
      report(
        .writeInLoop,
        "a write in a loop happens more than once: put the loop into `partial { … }` if its writes happen in order and survive a trap",
        at: span)
      return
    }
    if !isOperandEffect, let earlier = conflictingWrite(target) {
      report(
        .doubleWrite, "this was written already on the same path", at: span,
        notes: [.init("first here", at: earlier.span)])
      return
    }
    builder.deferWrite(target, value: node, isOperandEffect: isOperandEffect, at: span)
  }

  /// A translation writes nothing but what it records, in tables, of an access that goes through.
  private func mayRecord(_ target: ProgramBuilder.Deferred.Target, at span: SourceSpan) -> Bool {
    guard rights.contains(.record) else {
      report(.misplacedStatement, "nothing can be written here", at: span)
      return false
    }
    guard case .memory = target, partialDepth == 0 else {
      report(
        .misplacedStatement,
        "a translation records in `real` memory, outside `partial`, and writes nothing else",
        at: span)
      return false
    }
    return true
  }

  private func conflictingWrite(
    _ target: ProgramBuilder.Deferred.Target
  ) -> ProgramBuilder.Deferred? {
    guard case .register(let id, let index, let low, let width) = target else { return nil }
    let path = builder.path
    return builder.deferred.first { write in
      guard !write.isOperandEffect,
        case .register(id, let otherIndex, let otherLow, let otherWidth) = write.target,
        low < otherLow + otherWidth, otherLow < low + width,
        sameElement(index, otherIndex)
      else { return false }
      return write.sharesPath(with: path)
    }
  }

  private func sameElement(_ a: ExpressionID?, _ b: ExpressionID?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    if let x = builder.constantValue(a), let y = builder.constantValue(b) { return x == y }
    return false
  }

  // MARK: Control

  private func conditional(
    _ condition: ExpressionSyntax, _ first: [StatementSyntax], _ second: [StatementSyntax],
    at span: SourceSpan
  ) {
    guard let chosen = self.condition(condition) else { return }
    if let known = builder.constantValue(chosen.node) {
      // Only one arm can be taken: the other is still checked, and dropped.
      _ = block(known == 1 ? second : first, arm: nil, isKept: false)
      inScope { statements(known == 1 ? first : second) }
      return
    }
    let held = builder.hold(chosen.node, name: "condition", at: condition.span)
    let branch = builder.newBranch()
    let then = block(first, arm: .init(branch: branch, arm: 0))
    let otherwise = block(second, arm: .init(branch: branch, arm: 1))
    builder.emit(.branch(held, then: then, otherwise: otherwise), at: span)
  }

  private func block(
    _ list: [StatementSyntax], arm: ProgramBuilder.Arm?, isKept: Bool = true
  ) -> [Statement] {
    let before = isKept ? nil : builder.mark
    builder.openBlock(arm)
    inScope { statements(list) }
    let block = builder.closeBlock(arm)
    if let before { builder.rollBack(to: before) }
    return block
  }

  private func forLoop(
    _ name: Identifier, _ type: TypeSyntax, _ first: ExpressionSyntax, _ last: ExpressionSyntax,
    _ bound: ExpressionSyntax?, _ body: [StatementSyntax], at span: SourceSpan
  ) {
    guard let width = self.type(type)?.width, let from = value(first, width: width),
      let to = value(last, width: width)
    else { return }
    var limit: Int?
    if let bound {
      limit = integer(bound, in: 0...Elaborator.Limits.loop, what: "a loop's bound")
    } else if let a = builder.constantValue(from.node), let b = builder.constantValue(to.node) {
      let count = b >= a ? b - a + 1 : 0
      guard count <= UInt128(Elaborator.Limits.loop) else {
        report(
          .limitExceeded, "a loop runs \(Elaborator.Limits.loop) times at most", at: span)
        return
      }
      limit = Int(count)
    } else {
      report(
        .expected, "`bound N` is needed, since the ends of the loop are computed", at: last.span)
    }
    guard let limit else { return }
    let end = builder.hold(to.node, name: "last", at: last.span)
    let counter = builder.makeLocal(name.text, width: width, isVariable: true, at: name.span)
    builder.emit(.assign(counter, from.node), at: span)
    let goesOn = builder.makeLocal("more", width: 1, isVariable: true, at: span)
    builder.emit(
      .assign(goesOn, builder.binary(.ule, builder.read(counter, at: span), end, at: span)),
      at: span)
    builder.openBlock(nil)
    loopDepth += 1
    inScope {
      let here = builder.hold(builder.read(counter, at: name.span), name: name.text, at: name.span)
      bind(name, .value(Value(here, width: width)))
      statements(body)
    }
    loopDepth -= 1
    // Compared before it is stepped, so that a loop to the last number of its width ends.
    let same = builder.binary(.eq, builder.read(counter, at: span), end, at: span)
    builder.emit(.assign(goesOn, builder.unary(.not, same, width: 1, at: span)), at: span)
    let one = builder.constant(1, width: width, at: span)
    builder.emit(
      .assign(counter, builder.binary(.add, builder.read(counter, at: span), one, at: span)),
      at: span)
    let block = builder.closeBlock(nil)
    builder.emit(
      .loop(condition: builder.read(goesOn, at: span), bound: limit, body: block), at: span)
  }

  private func whileLoop(
    _ condition: ExpressionSyntax, _ bound: ExpressionSyntax, _ body: [StatementSyntax],
    at span: SourceSpan
  ) {
    guard let limit = integer(bound, in: 0...Elaborator.Limits.loop, what: "a loop's bound"),
      let first = self.condition(condition)
    else { return }
    let goesOn = builder.makeLocal("more", width: 1, isVariable: true, at: span)
    builder.emit(.assign(goesOn, first.node), at: span)
    builder.openBlock(nil)
    loopDepth += 1
    inScope { statements(body) }
    if let again = self.condition(condition) {
      builder.emit(.assign(goesOn, again.node), at: span)
    }
    loopDepth -= 1
    let block = builder.closeBlock(nil)
    builder.emit(
      .loop(condition: builder.read(goesOn, at: span), bound: limit, body: block), at: span)
  }

  private func unpredictable(_ alternatives: [[StatementSyntax]], at span: SourceSpan) {
    let selector = builder.makeLocal("alternative", width: 8, at: span)
    builder.emit(.havoc(selector, .alternatives(alternatives.count)), at: span)
    let branch = builder.newBranch()
    var chain: [Statement] = []
    for (index, body) in alternatives.enumerated().reversed() {
      let block = block(body, arm: .init(branch: branch, arm: index))
      guard index < alternatives.count - 1 else {
        chain = block
        continue
      }
      let chosen = builder.binary(
        .eq, builder.read(selector, at: span),
        builder.constant(UInt128(index), width: 8, at: span), at: span)
      chain = [Statement(.branch(chosen, then: block, otherwise: chain), at: span)]
    }
    for statement in chain { builder.emit(statement.kind, at: statement.span) }
  }
}
