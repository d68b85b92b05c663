import ISACore

/// Conditions to jumps: comparisons are fused with their jump, and what `and` and `or` leave
/// undecided is all that is evaluated.
extension ProgramCompiler {
  /// Conditions are taken apart this deep; below, they are evaluated like any expression.
  private static let depthLimit = 24

  /// Emits jumps that are taken if the condition is `wanted`; returns them, to be patched.
  ///
  /// Afterwards only that is known which is evaluated whatever the outcome.
  mutating func jump(on condition: ExpressionID, if wanted: Bool, depth: Int = 0) -> [Int] {
    let id = facts.same[Int(condition)]
    let node = program[id]
    if let value = facts.constants[Int(id)] {
      return (value != 0) == wanted ? [emitPending(MicroOp(code: .jump))] : []
    }
    guard depth < ProgramCompiler.depthLimit, known(id) == nil, facts.uses[Int(id)] == 1 else {
      return [emitPending(jump(on: evaluate(id), if: wanted))]
    }
    switch node.op {
    case .not where node.width == 1:
      return jump(on: node.a, if: !wanted, depth: depth + 1)
    case .and where node.width == 1, .or where node.width == 1:
      // One operand alone decides if it is true for `or`, false for `and`.
      let deciding = node.op == .or
      if wanted == deciding {
        let first = jump(on: node.a, if: wanted, depth: depth + 1)
        return first + jumpLater(on: node.b, if: wanted, depth: depth + 1)
      }
      let decided = jump(on: node.a, if: deciding, depth: depth + 1)
      let rest = jumpLater(on: node.b, if: wanted, depth: depth + 1)
      patch(decided, to: code.count)
      return rest
    case .eq, .ult, .ule:
      return [emitPending(comparison(node, if: wanted) ?? jump(on: evaluate(id), if: wanted))]
    default:
      return [emitPending(jump(on: evaluate(id), if: wanted))]
    }
  }

  /// The second operand of a connective: it is not always evaluated.
  private mutating func jumpLater(
    on condition: ExpressionID, if wanted: Bool, depth: Int
  ) -> [Int] {
    let before = knowledge
    let jumps = jump(on: condition, if: wanted, depth: depth)
    forget(since: before)
    return jumps
  }

  private func jump(on slot: Slot, if wanted: Bool) -> MicroOp {
    MicroOp(code: wanted ? .jumpIfNotZero : .jumpIfZero, a: slot.offset)
  }

  /// A comparison and its jump in one; nil for operands of two words.
  private mutating func comparison(_ node: Node, if wanted: Bool) -> MicroOp? {
    let left = evaluate(node.a)
    let right = evaluate(node.b)
    guard !left.isWide, !right.isWide else { return nil }
    switch (node.op, wanted) {
    case (.eq, true): return MicroOp(code: .jumpIfEqual, a: left.offset, b: right.offset)
    case (.eq, false): return MicroOp(code: .jumpUnlessEqual, a: left.offset, b: right.offset)
    case (.ult, true): return MicroOp(code: .jumpIfBelow, a: left.offset, b: right.offset)
    case (.ult, false): return MicroOp(code: .jumpUnlessBelow, a: left.offset, b: right.offset)
    // a <= b is the same as not b < a.
    case (_, true): return MicroOp(code: .jumpUnlessBelow, a: right.offset, b: left.offset)
    case (_, false): return MicroOp(code: .jumpIfBelow, a: right.offset, b: left.offset)
    }
  }
}
