import ISACore

/// Places: what can stand on the left of `:=`, and reading it.
extension ProgramElaborator {
  /// Whether an expression names state, so that taking a part of it is taking a part of a place.
  func isState(_ syntax: ExpressionSyntax) -> Bool {
    switch syntax {
    case .name(let name):
      switch lookUp(name.text) {
      case .operand: return true
      case .value, .variable, .number: return false
      case nil: break
      }
      switch machine.symbol(name.text) {
      case .register, .memory, .place: return true
      default: return false
      }
    case .index(.name(let name), _, _):
      return !machine.isMemory(name.text) && isState(.name(name))
    case .member(let base, let member, _):
      return !isOperandAddress(base, member) && isState(base)
    case .index(let base, _, _), .slice(let base, _, _, _):
      return isState(base)
    default: return false
    }
  }

  func isOperandAddress(_ base: ExpressionSyntax, _ member: Identifier) -> Bool {
    guard member.text == "address", case .name(let name) = base,
      case .operand? = lookUp(name.text)
    else { return false }
    return true
  }

  /// Resolves a place that is to be loaded or stored.
  func place(_ syntax: ExpressionSyntax, for intent: Intent) -> TypedPlace? {
    let outer = self.intent
    self.intent = intent
    defer { self.intent = outer }
    return place(syntax)
  }

  /// Resolves a place; reports and returns nil if the expression is none.
  private func place(_ syntax: ExpressionSyntax) -> TypedPlace? {
    let span = syntax.span
    switch syntax {
    case .invalid:
      fail()
      return nil
    case .name(let name):
      return namedPlace(name)
    case .call(let name, let arguments, _):
      guard case .place(let index)? = machine.symbol(name.text), lookUp(name.text) == nil else {
        break
      }
      machine.use(name.text)
      return declaredPlace(index, arguments, at: name.span)
    case .index(.name(let name), let index, _) where lookUp(name.text) == nil:
      switch machine.symbol(name.text) {
      case .register(let id) where machine.set.registers[Int(id)].isFile:
        machine.use(name.text)
        return element(of: id, at: index)
      case .memory:
        return access(name, address: index, units: nil, isReal: false, at: span)
      default: return bitPlace(.name(name), index, at: span)
      }
    case .index(let base, let index, _):
      return bitPlace(base, index, at: span)
    case .slice(.name(let name), let first, let last, _)
    where lookUp(name.text) == nil && machine.isMemory(name.text):
      return units(of: name, first, last, at: span)
    case .slice(let base, let first, let last, _):
      guard let whole = place(base),
        let range = range(first, last, width: whole.width, at: span),
        let part = part(of: whole.place, low: range.low, width: range.width, at: span)
      else { return nil }
      return TypedPlace(place: part)
    case .access(let name, let address, let units, let isReal, _):
      return access(name, address: address, units: units, isReal: isReal, at: span)
    case .member(let base, let member, _):
      guard let whole = place(base) else { return nil }
      guard let layout = whole.layout else {
        report(.wrongKind, "this has no layout, and so no fields", at: base.span)
        return nil
      }
      guard let field = layout[member.text] else {
        machine.reportUnknown(member, in: layout)
        fail()
        return nil
      }
      guard let part = part(of: whole.place, low: field.low, width: field.width, at: span) else {
        return nil
      }
      return TypedPlace(place: part, values: field.values)
    case .binary(.concatenate, let left, let right, _):
      guard let x = place(left), let y = place(right) else { return nil }
      return TypedPlace(place: .concatenation([x.place, y.place]))
    case .conditional(let condition, let first, let second, _):
      guard let chosen = self.condition(condition) else { return nil }
      let held = builder.hold(chosen.node, name: "condition", at: condition.span)
      if let known = builder.constantValue(held) { return place(known == 1 ? first : second) }
      guard let x = placeOrSink(first, like: second), let y = placeOrSink(second, like: first)
      else { return nil }
      guard x.width == y.width else {
        report(.widthMismatch, "`then` is \(bitCount(x.width)) wide, `else` \(y.width)", at: span)
        return nil
      }
      return TypedPlace(
        place: .conditional(held, x.place, y.place), layout: x.layout ?? y.layout,
        values: x.values ?? y.values)
    case .number(let bits, let width?, _):
      guard let value = typed(UntypedNumber(bits), width: width, at: span) else { return nil }
      return TypedPlace(place: .sink(value.node, width: width))
    default: break
    }
    report(.notAPlace, "this cannot be written", at: span)
    return nil
  }

  /// In a conditional place a plain number is a sink as wide as the other side.
  private func placeOrSink(
    _ syntax: ExpressionSyntax, like other: ExpressionSyntax
  ) -> TypedPlace? {
    guard case .number(let bits, nil, let span) = syntax else { return place(syntax) }
    guard let width = place(other)?.width,
      let value = typed(UntypedNumber(bits), width: width, at: span)
    else { return nil }
    return TypedPlace(place: .sink(value.node, width: width))
  }

  private func namedPlace(_ name: Identifier) -> TypedPlace? {
    switch lookUp(name.text) {
    case .variable(let local, let width, let layout):
      return TypedPlace(place: .local(local, low: 0, width: width), layout: layout)
    case .operand(let instance):
      return operandPlace(instance)
    case .value, .number:
      report(
        .notAPlace, "`\(name.text)` is a value; only a `var` can be written", at: name.span)
      return nil
    case nil: break
    }
    switch machine.symbol(name.text) {
    case .register(let id):
      machine.use(name.text)
      let register = machine.set.registers[Int(id)]
      guard !register.isFile else {
        report(
          .wrongKind, "`\(name.text)` is a file of \(register.count); say which: `\(name.text)[…]`",
          at: name.span)
        return nil
      }
      return TypedPlace(
        place: .register(id, index: nil, low: 0, width: register.width),
        layout: machine.layouts[Int(id)])
    case .place(let index):
      machine.use(name.text)
      return declaredPlace(index, [], at: name.span)
    case nil:
      machine.reportUnknown(name, also: scopes.names)
      fail()
      return nil
    case let symbol?:
      report(.notAPlace, "`\(name.text)` is \(symbol.kind); it cannot be written", at: name.span)
      return nil
    }
  }

  private func element(of id: RegisterID, at index: ExpressionSyntax) -> TypedPlace? {
    let register = machine.set.registers[Int(id)]
    let node: ExpressionID
    switch expression(index) {
    case .failed: return nil
    case .number(let number):
      guard let value = number.int, (0..<register.count).contains(value) else {
        report(
          .badRange, "`\(register.name)` has elements 0 to \(register.count - 1)", at: index.span)
        return nil
      }
      node = builder.constant(UInt128(value), width: 32, at: index.span)
    case .value(let value):
      node = value.node
    }
    return TypedPlace(
      place: .register(id, index: node, low: 0, width: register.width),
      layout: machine.layouts[Int(id)])
  }

  private func bitPlace(
    _ base: ExpressionSyntax, _ index: ExpressionSyntax, at span: SourceSpan
  ) -> TypedPlace? {
    guard let whole = place(base), let position = bitPosition(index, width: whole.width) else {
      return nil
    }
    if let known = builder.constantValue(position) {
      guard let part = part(of: whole.place, low: Int(known), width: 1, at: span) else {
        return nil
      }
      return TypedPlace(place: part)
    }
    return TypedPlace(place: .bit(whole.place, position: position))
  }

  private func access(
    _ name: Identifier, address: ExpressionSyntax, units: ExpressionSyntax?, isReal: Bool,
    at span: SourceSpan
  ) -> TypedPlace? {
    guard case .memory(let id)? = machine.symbol(name.text) else {
      if machine.symbol(name.text) == nil {
        machine.reportUnknown(name, also: [])
        fail()
      } else {
        report(.wrongKind, "`\(name.text)` is no memory", at: name.span)
      }
      return nil
    }
    machine.use(name.text)
    let memory = machine.set.memories[Int(id)]
    let most = BitVector.maximumWidth / memory.unitWidth
    var count = 1
    if let units {
      guard let n = integer(units, in: 1...most, what: "the number of units") else { return nil }
      count = n
    }
    guard let at = value(address, width: memory.addressWidth) else { return nil }
    if !isReal && memory.translate == nil && !machine.isTranslated(id) {
      return TypedPlace(
        place: .memory(
          Access(memory: id, address: at.node, units: count, isReal: true),
          width: count * memory.unitWidth))
    }
    guard isReal || rights.contains(.trap) else {
      report(
        .misplacedStatement,
        "translated memory may trap, and nothing can trap here: write `real \(name.text)[…]`",
        at: span,
        fix: .init("go past the translation", at: name.span, replacement: "real \(name.text)"))
      return nil
    }
    return TypedPlace(
      place: .memory(
        Access(memory: id, address: at.node, units: count, isReal: isReal),
        width: count * memory.unitWidth))
  }

  /// `storage[0x800..0x803]`: the units from one constant address to another.
  private func units(
    of name: Identifier, _ first: ExpressionSyntax, _ last: ExpressionSyntax, at span: SourceSpan
  ) -> TypedPlace? {
    guard let from = number(first), let to = number(last) else { return nil }
    guard let a = from.int, let b = to.int, a <= b, b - a < BitVector.maximumWidth else {
      report(
        .badRange, "addresses go from the smaller to the larger, and a value has 128 bits at most",
        at: span)
      return nil
    }
    return access(
      name, address: first, units: .number(UInt128(b - a + 1), width: nil, span), isReal: false,
      at: span)
  }

  private func declaredPlace(
    _ index: Int, _ arguments: [ExpressionSyntax], at span: SourceSpan
  ) -> TypedPlace? {
    let declaration = machine.places[index]
    guard
      let bindings = self.arguments(
        arguments, for: declaration.parameters, declaration.parameterNames,
        of: declaration.name.text, at: span)
    else { return nil }
    let declared = Identifier(declaration.name.text, at: span)
    let visible = withIntent(bindings, at: span)
    let outcome = sharing(.place(index), visible) {
      inlining(declared, bindings: visible) {
        guard let type = type(declaration.type), var result = place(declaration.body) else {
          return nil
        }
        guard result.width == type.width else {
          report(
            .widthMismatch,
            "`\(declaration.name.text)` is declared \(bitCount(type.width)) wide and is \(result.width)",
            at: declaration.body.span)
          return nil
        }
        if let layout = type.layout { result.layout = layout }
        return .place(result)
      }
    }
    guard case .place(let place)? = outcome else { return nil }
    return place
  }

  /// What stands in a place can ask what it is for, unless it uses the name for something else.
  private func withIntent(_ bindings: NamedBindings, at span: SourceSpan) -> NamedBindings {
    let value = constant(UInt128(intent.rawValue), width: 2, at: span)
    guard !bindings.names.contains("intent") else { return bindings }
    var visible = bindings
    visible.append(
      .value(Value(value.node, width: 2, values: Intent.namedValues)), for: "intent")
    return visible
  }

  private func operandPlace(_ instance: OperandInstance) -> TypedPlace? {
    let span = instance.operandCase.place.span
    let visible = withIntent(instance.placeBindings, at: span)
    let outcome = sharing(instance.subject, visible) {
      // Names that only the rest of the case uses are known, too.
      seeing(visible.adding(instance.bindings)) { casePlace(instance).map { .place($0) } }
    }
    guard case .place(let place)? = outcome else { return nil }
    return place
  }

  private func casePlace(_ instance: OperandInstance) -> TypedPlace? {
    let syntax = instance.operandCase.place
    if instance.operandCase.isValue {
      guard let value = value(syntax, width: instance.width) else { return nil }
      return TypedPlace(place: .sink(value.node, width: instance.width))
    }
    guard let result = place(syntax) else { return nil }
    guard result.width == instance.width else {
      report(
        .widthMismatch,
        "the case is \(bitCount(result.width)) wide, its class \(instance.width)",
        at: instance.operandCase.place.span)
      return nil
    }
    return result
  }

  // MARK: Parts

  /// The bits `first..last` of something `width` wide, as lowest bit and width.
  func range(
    _ first: ExpressionSyntax, _ last: ExpressionSyntax, width: Int, at span: SourceSpan
  ) -> (low: Int, width: Int)? {
    guard let from = number(first), let to = number(last) else { return nil }
    guard let a = from.int, let b = to.int, (0..<width).contains(a), (0..<width).contains(b) else {
      report(
        .badRange, "bits \(from.text) to \(to.text) are not all inside 0 to \(width - 1)", at: span)
      return nil
    }
    if machine.set.numbering == .msb0 {
      guard a <= b else {
        report(
          .badRange, "with bit 0 leftmost a range goes from the smaller number to the larger",
          at: span,
          fix: .init(
            "turn it round", at: first.span.through(last.span),
            replacement: "\(machine.text(last.span))..\(machine.text(first.span))"))
        return nil
      }
      return (width - 1 - b, b - a + 1)
    }
    return (min(a, b), abs(a - b) + 1)
  }

  /// A bit's position counted from the right.
  func bitPosition(_ index: ExpressionSyntax, width: Int) -> ExpressionID? {
    switch expression(index) {
    case .failed: return nil
    case .number(let number):
      guard let value = number.int, (0..<width).contains(value) else {
        report(.badRange, "bit \(number.text) is not inside 0 to \(width - 1)", at: index.span)
        return nil
      }
      let position = machine.set.numbering == .msb0 ? width - 1 - value : value
      return builder.constant(UInt128(position), width: 8, at: index.span)
    case .value(let value):
      guard machine.set.numbering == .msb0 else { return value.node }
      let wide = max(value.width, 8)
      let extended = builder.unary(.zext, value.node, width: wide, at: index.span)
      let top = builder.constant(UInt128(max(0, width - 1)), width: wide, at: index.span)
      return builder.binary(.sub, top, extended, at: index.span)
    }
  }

  /// `width` bits of a place from bit `low` up.
  func part(of place: Place, low: Int, width: Int, at span: SourceSpan) -> Place? {
    if low == 0 && width == place.width { return place }
    switch place {
    case .register(let id, let index, let base, _):
      return .register(id, index: index, low: base + low, width: width)
    case .local(let id, let base, _):
      return .local(id, low: base + low, width: width)
    case .concatenation(let parts):
      var pieces: [Place] = []
      var bottom = place.width
      for part in parts {
        bottom -= part.width
        let from = max(low, bottom)
        let to = min(low + width, bottom + part.width)
        guard from < to else { continue }
        guard let piece = self.part(of: part, low: from - bottom, width: to - from, at: span)
        else { return nil }
        pieces.append(piece)
      }
      return pieces.count == 1 ? pieces[0] : .concatenation(pieces)
    case .conditional(let condition, let first, let second):
      guard let x = part(of: first, low: low, width: width, at: span),
        let y = part(of: second, low: low, width: width, at: span)
      else { return nil }
      return .conditional(condition, x, y)
    case .sink(let node, _):
      return .sink(builder.unary(.extract, node, width: width, low: low, at: span), width: width)
    case .memory(let access, let whole):
      let unit = whole / access.units
      guard low % unit == 0, width % unit == 0 else {
        report(
          .notAPlace,
          "memory is written in whole units: bind the value with `let` and write it back",
          at: span)
        return nil
      }
      var narrowed = access
      narrowed.units = width / unit
      let units = low / unit
      let offset =
        machine.set.endianness == .little ? units : access.units - units - narrowed.units
      let addressWidth = builder.width(access.address)
      narrowed.address = builder.binary(
        .add, access.address,
        builder.constant(UInt128(offset), width: addressWidth, at: span), at: span)
      return .memory(narrowed, width: width)
    case .bit:
      return place
    }
  }

  // MARK: Reading

  func read(_ place: TypedPlace, at span: SourceSpan) -> Value? {
    guard let node = read(place.place, at: span) else { return nil }
    return Value(node, width: place.width, layout: place.layout, values: place.values)
  }

  private func read(_ place: Place, at span: SourceSpan) -> ExpressionID? {
    switch place {
    case .register(let id, let index, let low, let width):
      let old = builder.read(id, index: index, low: low, width: width, at: span)
      return seesOperandEffects
        ? forwarded(old, register: id, index: index, low: low, width: width, at: span) : old
    case .local(let id, let low, let width):
      return builder.unary(
        .extract, builder.read(id, at: span), width: width, low: low, at: span)
    case .memory(let access, let width):
      let local = builder.makeLocal("loaded", width: width, at: span)
      builder.emit(.load(local, access), at: span)
      return builder.read(local, at: span)
    case .concatenation(let parts):
      var result: ExpressionID?
      for part in parts {
        guard let node = read(part, at: span) else { return nil }
        result = result.map { builder.binary(.concat, $0, node, at: span) } ?? node
      }
      return result
    case .sink(let node, _):
      return node
    case .bit(let whole, let position):
      guard let value = read(whole, at: span) else { return nil }
      let shifted = builder.binary(.lshr, value, position, at: span)
      return builder.unary(.extract, shifted, width: 1, at: span)
    case .conditional(let condition, let first, let second):
      let branch = builder.newBranch()
      var results: [ExpressionID] = []
      var blocks: [[Statement]] = []
      for (index, side) in [first, second].enumerated() {
        let arm = ProgramBuilder.Arm(branch: branch, arm: index)
        builder.openBlock(arm)
        let node = read(side, at: span)
        blocks.append(builder.closeBlock(arm))
        guard let node else { return nil }
        results.append(node)
      }
      if blocks.allSatisfy(\.isEmpty) {
        return builder.conditional(condition, results[0], results[1], at: span)
      }
      let local = builder.makeLocal("choice", width: place.width, isVariable: true, at: span)
      builder.emit(
        .branch(
          condition, then: blocks[0] + [Statement(.assign(local, results[0]), at: span)],
          otherwise: blocks[1] + [Statement(.assign(local, results[1]), at: span)]), at: span)
      return builder.read(local, at: span)
    }
  }

  /// What a register holds once the effects of earlier operands are taken into account.
  private func forwarded(
    _ old: ExpressionID, register: RegisterID, index: ExpressionID?, low: Int, width: Int,
    at span: SourceSpan
  ) -> ExpressionID {
    var result = old
    for effect in operandEffects {
      guard case .register(register, let written, let from, let bits) = effect.target,
        from <= low, low + width <= from + bits
      else { continue }
      let new = builder.unary(.extract, effect.value, width: width, low: low - from, at: span)
      guard let written, let index else {
        result = new
        continue
      }
      let wide = max(builder.width(written), builder.width(index))
      let same = builder.binary(
        .eq, builder.unary(.zext, written, width: wide, at: span),
        builder.unary(.zext, index, width: wide, at: span), at: span)
      result = builder.conditional(same, new, result, at: span)
    }
    return result
  }
}
