import ISACore

extension AbstractInterpreter {
  /// Runs statements in order.
  ///
  /// - Parameter path: state that decides whether these statements are reached at all.
  /// - Returns: nil if the program is too large to follow.
  func run(_ statements: [Statement], from start: AbstractState, path: Labels) -> Flow? {
    var state = start
    for statement in statements {
      steps += 1
      if steps > AbstractInterpreter.stepLimit { return nil }
      switch statement.kind {
      case .assign(let local, let expression):
        state.locals[Int(local)] = evaluate(expression, in: state)
      case .havoc(let local, _):
        // Both runs are given the same value, so it depends on nothing.
        let width = program.locals[Int(local)].width
        state.locals[Int(local)] = AbstractValue(number: fresh(), width: width, labels: [])
      case .write(let register, let index, let low, let width, let value):
        write(register, index: index, low: low, width: width, value: value, in: &state)
      case .load(let local, let access):
        guard let loaded = load(access, at: statement.span, in: state, path: path) else {
          return .traps
        }
        state.locals[Int(local)] = loaded
      case .store(let access, let value):
        guard store(access, value: value, in: &state, path: path) else { return .traps }
      case .probe(let access, _):
        guard translate(access, in: state, path: path) != nil else { return .traps }
      case .trap(let trap, let trapClass, _):
        note(
          .init(trap: trap, trapClass: trapClass, span: statement.span, labels: []), path: path)
        return .traps
      case .perform(let bits, _):
        let labels = evaluate(bits, in: state).labels
        footprint.outcomeLabels.formUnion(labels.union(path))
        exits.append(state)
        return .performs
      case .branch(let condition, let then, let otherwise):
        guard
          let flow = branch(condition, then: then, otherwise: otherwise, in: state, path: path)
        else { return nil }
        guard case .goesOn(let next) = flow else { return flow }
        state = next
      case .loop(let condition, let bound, let body):
        guard let flow = loop(condition, bound: bound, body: body, in: state, path: path) else {
          return nil
        }
        guard case .goesOn(let next) = flow else { return flow }
        state = next
      }
    }
    return .goesOn(state)
  }

  private func branch(
    _ condition: ExpressionID, then: [Statement], otherwise: [Statement],
    in state: AbstractState, path: Labels
  ) -> Flow? {
    let decided = evaluate(condition, in: state)
    if let known = decided.constant {
      return run(known == 1 ? then : otherwise, from: state, path: path)
    }
    let labels = decided.labels
    guard let left = run(then, from: state, path: path.union(labels)),
      let right = run(otherwise, from: state, path: path.union(labels))
    else { return nil }
    switch (left, right) {
    case (.goesOn(let a), .goesOn(let b)):
      return .goesOn(a.joined(with: b, labels: labels, fresh: fresh))
    case (.goesOn, _): return left
    case (_, .goesOn): return right
    case (.performs, _), (_, .performs): return .performs
    default: return .traps
    }
  }

  /// Rounds of a loop with a known condition that are followed one by one.
  private static let unrollLimit = 32

  private func loop(
    _ condition: ExpressionID, bound: Int, body: [Statement], in start: AbstractState,
    path: Labels
  ) -> Flow? {
    var head = start
    var rounds = 0
    while rounds < min(bound, AbstractInterpreter.unrollLimit),
      let known = evaluate(condition, in: head).constant
    {
      if known == 0 { return .goesOn(head) }
      guard let flow = run(body, from: head, path: path) else { return nil }
      guard case .goesOn(let next) = flow else { return flow }
      head = next
      rounds += 1
    }
    if rounds == bound { return .goesOn(head) }
    var widened = LoopMemory(head)
    while true {
      let decided = evaluate(condition, in: head)
      if decided.constant == 0 { return .goesOn(head) }
      let labels = decided.labels
      guard let flow = run(body, from: head, path: path.union(labels)) else { return nil }
      // Runs that retire or go on never enter a body that cannot be left.
      guard case .goesOn(let after) = flow else {
        return decided.constant == nil ? .goesOn(head) : flow
      }
      if head.widen(by: after, labels: labels, widened: &widened, fresh: fresh) {
        return .goesOn(head)
      }
    }
  }

  private func write(
    _ register: RegisterID, index: ExpressionID?, low: Int, width: Int, value: ExpressionID,
    in state: inout AbstractState
  ) {
    let written = evaluate(value, in: state)
    state.isClean = false
    if isTracked(register) {
      state.registers[Int(register)] =
        state.registers[Int(register)].replacing(low: low, with: written)
    } else {
      let indexLabels = index.map { evaluate($0, in: state).labels } ?? []
      var file = state.files[Int(register)]
      file.labels.formUnion(written.labels.union(indexLabels))
      file.changed.formUnion(
        layout.roles(register, mask: BitVector.mask(width) << UInt128(low)))
      file.stamp = fresh()
      state.files[Int(register)] = file
    }
    let bits = BitVector.mask(width) << UInt128(low)
    if bits & layout.translationMasks[Int(register)] != 0 { state.isMapWritten = true }
  }

  /// Notes a way to trap, reached if `path` lets it.
  func note(_ site: Footprint.TrapSite, path: Labels) {
    var site = site
    site.labels.formUnion(path)
    let known = footprint.traps[site.key]?.labels ?? []
    site.labels.formUnion(known)
    footprint.traps[site.key] = site
  }

  /// Notes every piece of the state that `end` may hold another value in than `start`.
  func collectOutputs(start: AbstractState, end: AbstractState) {
    for register in isa.registers.indices {
      if isTracked(RegisterID(register)) {
        collectRegister(register, start: start.registers[register], end: end.registers[register])
      } else {
        collectFile(register, end.files[register])
      }
    }
    for memory in end.memories where !memory.changed.isEmpty {
      footprint.outputs.append(.init(roles: memory.changed, labels: memory.labels))
    }
  }

  private func collectFile(_ register: Int, _ file: AbstractState.File) {
    guard !file.changed.isEmpty else { return }
    footprint.outputs.append(.init(roles: file.changed, labels: file.labels))
    if shiftMasks[register] != 0 { footprint.changesWhatShifts = true }
  }

  private func collectRegister(_ register: Int, start: AbstractValue, end: AbstractValue) {
    for index in layout.piecesOfRegister[register] {
      let piece = layout.pieces[index]
      let before = start.slice(low: piece.low, width: piece.width)
      let after = end.slice(low: piece.low, width: piece.width)
      if after.isSame(as: before) { continue }
      footprint.outputs.append(.init(roles: RoleSet(piece.role), labels: after.labels))
      let bits = BitVector.mask(piece.width) << UInt128(piece.low)
      if shiftMasks[register] & bits != 0 { footprint.changesWhatShifts = true }
    }
  }

  /// By register: the bits that `shift` reads or writes.
  static func masksOfShift(_ isa: InstructionSet, _ layout: RoleLayout) -> [UInt128] {
    guard let shift = isa.shift else { return layout.movedMasks }
    return zip(layout.movedMasks, RoleLayout.readMasks(shift, isa)).map { $0 | $1 }
  }
}
