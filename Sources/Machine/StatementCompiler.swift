import ISACore

/// Statements to micro-ops.
extension ProgramCompiler {
  mutating func emit(_ op: MicroOp) {
    code.append(op)
  }

  /// Appends a jump whose target is filled in later.
  mutating func emitPending(_ op: MicroOp) -> Int {
    code.append(op)
    return code.count - 1
  }

  mutating func compile(_ body: [Statement]) {
    for next in body { compile(next) }
  }

  /// Compiles a body that may be skipped: what it computed is unknown after it.
  mutating func compileScope(_ body: [Statement]) {
    let mark = stableTrail.count
    compile(body)
    while stableTrail.count > mark { slots[Int(stableTrail.removeLast())] = nil }
  }

  mutating func beginStatement() {
    statement += 1
    temporaries = frameCount
  }

  mutating func compile(_ next: Statement) {
    beginStatement()
    switch next.kind {
    case .assign(let local, let value):
      assign(local, value)
    case .write(let register, let index, let low, let width, let value):
      write(register, index: index, low: low, width: width, value: value)
    case .load(let local, let access):
      let units = target.unitWidths[Int(access.memory)] * access.units
      let slot = locals[Int(local)]
      let value = slot.isWide == (units > 64) ? slot : temporary(width: units)
      emit(op(.load, access, value: value))
      if slot.isWide != value.isWide { move(value, to: slot) }
    case .store(let access, let value):
      let slot = evaluate(value)
      emit(op(.store, access, value: slot))
    case .probe(let access, let intent):
      var probe = op(.probe, access, value: Slot(offset: 0, isWide: false))
      probe.code = .probe
      probe.width = intent.rawValue
      emit(probe)
    case .branch(let condition, let then, let otherwise):
      branch(condition, then: then, otherwise: otherwise)
    case .loop(let condition, let bound, let body):
      loop(condition, bound: bound, body: body)
    case .trap(let trap, let trapClass, let arguments):
      let arguments = arguments.map { evaluate($0) }
      trapSites.append(TrapSite(trap: trap, trapClass: trapClass, arguments: arguments))
      emit(MicroOp(code: .trap, a: Int32(trapSites.count - 1)))
    case .havoc(let local, let openness):
      let alternatives: Int =
        switch openness {
        case .any: 0
        case .alternatives(let count): max(1, count)
        }
      let slot = locals[Int(local)]
      emit(
        MicroOp(
          code: .havoc, width: UInt8(program.locals[Int(local)].width),
          flags: slot.isWide ? .wideD : [], d: slot.offset,
          b: Int32(clamping: alternatives)))
    case .perform(let bits, let nested):
      let slot = evaluate(bits)
      emit(
        MicroOp(
          code: .perform, width: UInt8(program.width(bits)), flags: slot.isWide ? .wideA : [],
          a: slot.offset, b: nested))
    }
  }

  /// A memory micro-op; loads and stores of more than 64 bits become the wide ones.
  mutating func op(_ code: OpCode, _ access: Access, value: Slot) -> MicroOp {
    let address = evaluate(access.address)
    let wideCode: OpCode = code == .load ? .loadWide : .storeWide
    return MicroOp(
      code: value.isWide ? wideCode : code, flags: access.isReal || forcesReal ? .isReal : [],
      d: value.offset, a: address.offset, b: Int32(clamping: access.units), c: access.memory)
  }

  mutating func assign(_ local: LocalID, _ value: ExpressionID) {
    let slot = locals[Int(local)]
    if known(value) == nil && slot.isWide == (program.width(value) > 64) {
      evaluate(value, into: slot)
    } else {
      move(evaluate(value), to: slot)
    }
  }

  func isLeaf(_ id: ExpressionID) -> Bool {
    switch program[id].op {
    case .constant, .local, .field, .length, .choice, .context: true
    default: program.width(id) == 0
    }
  }

  mutating func move(_ from: Slot, to: Slot) {
    if from.offset == to.offset && from.isWide == to.isWide { return }
    let code: OpCode = to.isWide ? (from.isWide ? .moveWide : .widen) : .move
    emit(MicroOp(code: code, d: to.offset, a: from.offset))
  }

  mutating func write(
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

  mutating func branch(
    _ condition: ExpressionID, then: [Statement], otherwise: [Statement]
  ) {
    let skip = emitPending(jumpUnless(condition))
    compileScope(then)
    if otherwise.isEmpty {
      patch(skip, to: code.count)
      return
    }
    let over = emitPending(MicroOp(code: .jump))
    patch(skip, to: code.count)
    compileScope(otherwise)
    patch(over, to: code.count)
  }

  /// A jump that is taken if the condition does not hold, fused with the comparison it hangs on.
  mutating func jumpUnless(_ condition: ExpressionID) -> MicroOp {
    var id = condition
    var isNegated = false
    while program[id].op == .not && program.width(id) == 1 {
      id = program[id].a
      isNegated.toggle()
    }
    let node = program[id]
    if node.op == .eq || (node.op == .ult && !isNegated), known(id) == nil {
      let left = evaluate(node.a)
      let right = evaluate(node.b)
      if !left.isWide && !right.isWide {
        let code: OpCode =
          node.op == .ult ? .jumpUnlessBelow : isNegated ? .jumpIfEqual : .jumpUnlessEqual
        return MicroOp(code: code, a: left.offset, b: right.offset)
      }
    }
    return MicroOp(code: .jumpIfZero, a: evaluate(condition).offset)
  }

  mutating func patch(_ index: Int, to destination: Int) {
    switch code[index].code {
    case .jump, .jumpIfZero, .countDown: code[index].b = Int32(destination)
    default: code[index].c = Int32(destination)
    }
  }

  mutating func loop(_ condition: ExpressionID, bound: Int, body: [Statement]) {
    // The counter outlives the temporaries of the body's statements.
    let saved = frameCount
    frameCount = temporaries
    let counter = allocate(width: 64)
    highest = max(highest, frameCount)
    let limit = constant(UInt128(max(0, bound)), isWide: false)
    emit(MicroOp(code: .startLoop, d: counter.offset, a: limit.offset))
    let mark = stableTrail.count
    let top = code.count
    let exhausted = emitPending(MicroOp(code: .countDown, d: counter.offset))
    beginStatement()
    let exit = emitPending(jumpUnless(condition))
    compile(body)
    emit(MicroOp(code: .jump, b: Int32(top)))
    patch(exhausted, to: code.count)
    patch(exit, to: code.count)
    while stableTrail.count > mark { slots[Int(stableTrail.removeLast())] = nil }
    frameCount = saved
  }
}
