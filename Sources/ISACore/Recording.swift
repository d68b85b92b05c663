extension InstructionSet {
  /// The machine without what translations record.
  ///
  /// Referenced and modified bits belong to the access, and say nothing of where it goes: the
  /// relations between states leave them out.
  public func withoutRecording() -> InstructionSet {
    var isa = self
    for index in isa.memories.indices { isa.memories[index].recording = nil }
    return isa
  }

  /// Whether an access leaves a trace in the tables of its translation.
  public var recordsAccesses: Bool { memories.contains { $0.recording != nil } }
}

extension Program {
  /// Whether it stores anything.
  public var stores: Bool {
    var found = false
    forEachStatement { if case .store = $0.kind { found = true } }
    return found
  }

  /// The program without its stores, and without what was computed for them alone.
  ///
  /// Accesses in it are real, so that a load whose value nobody wants does nothing.
  public func withoutStores() -> Program {
    var program = self
    program.body = Program.pruned(body) { statement in
      if case .store = statement.kind { true } else { false }
    }
    while true {
      let wanted = program.wantedLocals()
      var isSettled = true
      program.body = Program.pruned(program.body) { statement in
        switch statement.kind {
        case .assign(let local, _), .havoc(let local, _), .load(let local, _):
          if !wanted.contains(local) { isSettled = false }
          return !wanted.contains(local)
        default: return false
        }
      }
      if isSettled { return program }
    }
  }

  /// The statements that stay, without branches and loops in which none does.
  private static func pruned(
    _ body: [Statement], without isNeedless: (Statement) -> Bool
  ) -> [Statement] {
    body.compactMap { statement in
      var statement = statement
      switch statement.kind {
      case .branch(let condition, let then, let otherwise):
        let first = pruned(then, without: isNeedless)
        let second = pruned(otherwise, without: isNeedless)
        if first.isEmpty && second.isEmpty { return nil }
        statement.kind = .branch(condition, then: first, otherwise: second)
      case .loop(let condition, let bound, let body):
        let inside = pruned(body, without: isNeedless)
        if inside.isEmpty { return nil }
        statement.kind = .loop(condition: condition, bound: bound, body: inside)
      default: if isNeedless(statement) { return nil }
      }
      return statement
    }
  }

  /// The locals that some statement looks at, and the result.
  private func wantedLocals() -> Set<LocalID> {
    var wanted = Set(parameters + (result.map { [$0] } ?? []))
    var seen: Set<ExpressionID> = []
    var pending: [ExpressionID] = []
    forEachStatement { pending += $0.expressions }
    while let id = pending.popLast() {
      guard id >= 0, seen.insert(id).inserted else { continue }
      let node = self[id]
      switch node.op.shape {
      case .leaf:
        if node.op == .local { wanted.insert(node.a) }
        if node.op == .read { pending.append(node.b) }
      case .unary: pending.append(node.a)
      case .binary: pending += [node.a, node.b]
      case .ternary, .function: pending += [node.a, node.b, node.c]
      }
    }
    return wanted
  }
}
