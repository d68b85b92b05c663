import ISACore

/// Statements to micro-ops.
extension ProgramCompiler {
  mutating func compile(_ body: [Statement]) {
    for statement in body { compile(statement) }
  }

  /// Compiles a body that may be skipped: what it computes is unknown after it.
  private mutating func compileScope(_ body: [Statement]) {
    let before = knowledge
    compile(body)
    forget(since: before)
  }

  private mutating func compile(_ statement: Statement) {
    switch statement.kind {
    case .assign(let local, let value):
      guard facts.isRead[Int(local)] else { return }
      assign(local, value)
      noteAssignment(to: local)
    case .write(let register, let index, let low, let width, let value):
      write(register, index: index, low: low, width: width, value: value)
      noteChange(of: NodeFacts.state)
    case .load(let local, let access):
      load(local, access)
      noteTranslation(access)
      noteAssignment(to: local)
    case .store(let access, let value):
      let slot = evaluate(value)
      if options.forcesReal {
        var record = memoryOp(.record, access, value: slot)
        if slot.isWide { record.flags.insert(.wideD) }
        emit(record)
      } else {
        emit(memoryOp(slot.isWide ? .storeWide : .store, access, value: slot))
      }
      noteTranslation(access)
    case .probe(let access, let intent):
      var probe = memoryOp(.probe, access, value: Slot(offset: 0, isWide: false))
      probe.width = intent.rawValue
      emit(probe)
      noteTranslation(access)
    case .branch(let condition, let then, let otherwise):
      branch(condition, then: then, otherwise: otherwise)
    case .loop(let condition, let bound, let body):
      loop(condition, bound: bound, body: body)
    case .trap(let trap, let trapClass, let arguments):
      let arguments = arguments.map { evaluate($0) }
      trapSites.append(TrapSite(trap: trap, trapClass: trapClass, arguments: arguments))
      emit(MicroOp(code: .trap, a: Int32(trapSites.count - 1)))
    case .havoc(let local, let openness):
      havoc(local, openness)
      noteAssignment(to: local)
    case .perform(let bits, let nested):
      let slot = evaluate(bits)
      emit(
        MicroOp(
          code: .perform, width: UInt8(program.width(bits)), flags: slot.isWide ? .wideA : [],
          a: slot.offset, b: nested))
    }
  }

  // MARK: Locals and registers

  private mutating func assign(_ local: LocalID, _ value: ExpressionID) {
    let value = facts.same[Int(value)]
    let slot = locals[Int(local)]
    // A value that is wanted again stays in a slot of its own.
    if facts.uses[Int(value)] == 1, slot.isWide == (program.width(value) > 64),
      known(value) == nil
    {
      evaluate(value, into: slot)
    } else {
      move(evaluate(value), to: slot)
    }
  }

  private mutating func havoc(_ local: LocalID, _ openness: Openness) {
    let alternatives: Int =
      switch openness {
      case .any: 0
      case .alternatives(let count): max(1, count)
      }
    let slot = locals[Int(local)]
    emit(
      MicroOp(
        code: .havoc, width: UInt8(program.locals[Int(local)].width),
        flags: slot.isWide ? .wideD : [], d: slot.offset, b: Int32(clamping: alternatives)))
  }

  private mutating func write(
    _ register: RegisterID, index: ExpressionID?, low: Int, width: Int, value: ExpressionID
  ) {
    guard width > 0 else { return }
    let layout = target.registers[Int(register)]
    let slot = evaluate(value)
    let indexSlot = index.map { evaluate($0) }
    var op = MicroOp(
      code: .write, width: UInt8(width), low: UInt8(low), d: slot.offset, a: layout.base)
    if layout.stride == 2 || slot.isWide || indexSlot?.isWide == true {
      op.code = .writeWide
      op.b = indexSlot?.offset ?? -1
      op.c = register
      op.flags = slot.isWide ? .wideD : []
      if indexSlot?.isWide == true { op.flags.insert(.wideB) }
    } else if let indexSlot {
      op.code = .writeElement
      op.b = indexSlot.offset
      op.c = layout.count
    }
    emit(op)
  }

  // MARK: Memory

  private mutating func load(_ local: LocalID, _ access: Access) {
    let width = target.unitWidths[Int(access.memory)] * access.units
    let slot = locals[Int(local)]
    let value = slot.isWide == (width > 64) ? slot : allocate(width: width)
    emit(memoryOp(value.isWide ? .loadWide : .load, access, value: value))
    move(value, to: slot)
  }

  private mutating func memoryOp(_ code: OpCode, _ access: Access, value: Slot) -> MicroOp {
    let address = evaluate(access.address)
    return MicroOp(
      code: code, flags: access.isReal || options.forcesReal ? .isReal : [], d: value.offset,
      a: address.offset, b: Int32(clamping: access.units), c: access.memory)
  }

  /// A translation may record references and changes in registers.
  private mutating func noteTranslation(_ access: Access) {
    if !access.isReal && !options.forcesReal && target.changesInTranslation[Int(access.memory)] {
      noteChange(of: NodeFacts.state)
    }
  }

  // MARK: Control

  private mutating func branch(
    _ condition: ExpressionID, then: [Statement], otherwise: [Statement]
  ) {
    if let value = facts.constants[Int(condition)] {
      compile(value != 0 ? then : otherwise)
      return
    }
    let isGuard = then.isEmpty
    let skip = jump(on: condition, if: isGuard)
    compileScope(isGuard ? otherwise : then)
    if isGuard || otherwise.isEmpty {
      patch(skip, to: code.count)
    } else {
      let over = emitPending(MicroOp(code: .jump))
      patch(skip, to: code.count)
      compileScope(otherwise)
      patch([over], to: code.count)
    }
  }

  private mutating func loop(_ condition: ExpressionID, bound: Int, body: [Statement]) {
    let counter = allocate(width: 64)
    let limit = constant(UInt128(max(0, bound)), isWide: false)
    emit(MicroOp(code: .startLoop, d: counter.offset, a: limit.offset))
    let before = knowledge
    // The second round must not take for known what the first one changes.
    noteChange(of: changes(in: body))
    let top = code.count
    let exhausted = emitPending(MicroOp(code: .countDown, d: counter.offset))
    let exit = jump(on: condition, if: false)
    compile(body)
    emit(MicroOp(code: .jump, b: Int32(top)))
    patch(exit + [exhausted], to: code.count)
    forget(since: before)
  }

  /// What a body may change, as dependencies.
  private func changes(in body: [Statement]) -> UInt64 {
    var changes: UInt64 = 0
    var pending = body
    while let statement = pending.popLast() {
      switch statement.kind {
      case .assign(let local, _), .havoc(let local, _):
        changes |= NodeFacts.dependency(on: local)
      case .load(let local, _): changes |= NodeFacts.dependency(on: local) | NodeFacts.state
      case .write, .store, .probe: changes |= NodeFacts.state
      case .branch(_, let then, let otherwise):
        pending += then
        pending += otherwise
      case .loop(_, _, let body): pending += body
      case .trap, .perform: break
      }
    }
    return changes
  }
}
