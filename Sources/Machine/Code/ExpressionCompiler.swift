import ISACore

/// Expressions to micro-ops.
extension ProgramCompiler {
  /// Emits what computes the node, unless it is known already, and returns its slot.
  mutating func evaluate(_ root: ExpressionID) -> Slot {
    let root = facts.same[Int(root)]
    if let slot = known(root) { return slot }
    evaluate(root, into: nil)
    return slots[Int(root)]!
  }

  /// Emits what computes the node; its value goes to `destination` or to a slot of its own.
  ///
  /// Children come first by an explicit stack: descriptions may nest expressions deeply.
  mutating func evaluate(_ root: ExpressionID, into destination: Slot?) {
    var pending: [(id: ExpressionID, isReady: Bool)] = [(root, false)]
    while let (id, isReady) = pending.popLast() {
      if isReady {
        if id == root, let destination {
          _ = compute(id, into: destination)
        } else {
          remember(id, compute(id, into: nil))
        }
      } else if known(id) == nil {
        pending.append((id, true))
        for child in NodeFacts.children(of: program[id]) {
          pending.append((facts.same[Int(child)], false))
        }
      }
    }
  }

  /// Emits the one micro-op that computes a node from its children, which have been computed.
  ///
  /// Widening within a word costs nothing: without a destination the operand's slot is the result.
  private mutating func compute(_ id: ExpressionID, into destination: Slot?) -> Slot {
    let node = program[id]
    let isWide = node.width > 64
    if destination == nil, node.op == .zext, !isWide { return slot(node.a) }
    let d = destination ?? ownSlot(of: id)
    switch node.op {
    case .field: fit(fields[Int(node.a)], width: node.width, to: d)
    case .context: fit(contexts[Int(node.a)], width: node.width, to: d)
    case .local: fit(locals[Int(node.a)], width: node.width, to: d)
    case .length: fit(length, width: node.width, to: d)
    case .read: read(node, to: d)
    case .zext: move(slot(node.a), to: d)
    case .ite:
      emit(
        MicroOp(
          code: isWide ? .wideIte : .ite, d: d.offset, a: slot(node.a).offset,
          b: slot(node.b).offset, c: slot(node.c).offset))
    case .ieee: primitive(node, to: d)
    case .extract: extract(node, to: d)
    case .not, .neg, .sext, .popcount, .clz, .ctz: unary(node, to: d)
    default: binary(node, to: d)
    }
    return d
  }

  /// The slot of an operand, which is known.
  private mutating func slot(_ id: ExpressionID) -> Slot { known(id)! }

  /// Moves the low `width` bits.
  private mutating func fit(_ from: Slot, width: UInt8, to: Slot) {
    if to.isWide || width == 64 {
      move(from, to: to)
    } else {
      emit(MicroOp(code: .extract, width: width, d: to.offset, a: from.offset))
    }
  }

  private mutating func read(_ node: Node, to d: Slot) {
    let layout = target.registers[Int(node.a)]
    let index = node.b >= 0 ? slot(node.b) : nil
    var op = MicroOp(
      code: .read, width: node.width, low: UInt8(node.c), d: d.offset, a: layout.base)
    if layout.stride == 2 || d.isWide || index?.isWide == true {
      op.code = .readWide
      op.b = index?.offset ?? -1
      op.c = node.a
      op.flags = d.isWide ? .wideD : []
      if index?.isWide == true { op.flags.insert(.wideB) }
    } else if let index {
      op.code = .readElement
      op.b = index.offset
      op.c = layout.count
    }
    emit(op)
  }

  private mutating func extract(_ node: Node, to d: Slot) {
    let from = slot(node.a)
    let low = Int(node.b)
    let end = low + Int(node.width)
    if !d.isWide && !(from.isWide && low < 64 && end > 64) {
      // All bits lie in one of the operand's words.
      let word = low < 64 ? 0 : 1
      guard from.isWide || word == 0 else {
        move(constant(0, isWide: false), to: d)
        return
      }
      emit(
        MicroOp(
          code: .extract, width: node.width, low: UInt8(low - 64 * word), d: d.offset,
          a: from.offset + Int32(word)))
    } else {
      wideUnary(node, to: d)
    }
  }

  private mutating func unary(_ node: Node, to d: Slot) {
    let from = slot(node.a)
    guard !from.isWide && !d.isWide else {
      wideUnary(node, to: d)
      return
    }
    let code: OpCode =
      switch node.op {
      case .not: .not
      case .neg: .neg
      case .sext: .sext
      case .popcount: .popcount
      case .clz: .clz
      default: .ctz
      }
    emit(
      MicroOp(
        code: code, width: UInt8(program.width(node.a)), low: node.width, d: d.offset,
        a: from.offset))
  }

  private mutating func wideUnary(_ node: Node, to d: Slot) {
    let from = slot(node.a)
    var flags: MicroOp.Flags = from.isWide ? .wideA : []
    if d.isWide { flags.insert(.wideD) }
    emit(
      MicroOp(
        code: .wideUnary, width: UInt8(program.width(node.a)), low: node.width, flags: flags,
        d: d.offset, a: from.offset, b: node.op == .extract ? node.b : 0,
        c: Int32(node.op.rawValue)))
  }

  private mutating func primitive(_ node: Node, to d: Slot) {
    let left = slot(node.a)
    let right = slot(node.b)
    var op = MicroOp(
      code: .ieee, width: UInt8(program.width(node.a)), low: UInt8(program.width(node.b)),
      d: d.offset, a: left.offset, b: right.offset, c: slot(node.c).offset)
    if left.isWide { op.flags.insert(.wideA) }
    if right.isWide { op.flags.insert(.wideB) }
    if d.isWide { op.flags.insert(.wideD) }
    emit(op)
  }

  private mutating func binary(_ node: Node, to d: Slot) {
    let left = slot(node.a)
    let right = slot(node.b)
    let leftWidth = UInt8(program.width(node.a))
    let rightWidth = UInt8(program.width(node.b))
    var op = MicroOp(
      code: .wideBinary, width: leftWidth, low: rightWidth, d: d.offset, a: left.offset,
      b: right.offset)
    if left.isWide || right.isWide || d.isWide {
      if left.isWide { op.flags.insert(.wideA) }
      if right.isWide { op.flags.insert(.wideB) }
      if d.isWide { op.flags.insert(.wideD) }
      op.c = Int32(node.op.rawValue)
    } else {
      op.code = ProgramCompiler.narrowCode(node.op)
    }
    emit(op)
  }

  private static func narrowCode(_ op: Operator) -> OpCode {
    switch op {
    case .add: .add
    case .sub: .sub
    case .mul: .mul
    case .udiv: .udiv
    case .urem: .urem
    case .sdiv: .sdiv
    case .srem: .srem
    case .and: .and
    case .or: .or
    case .xor: .xor
    case .shl: .shl
    case .lshr: .lshr
    case .ashr: .ashr
    case .eq: .eq
    case .ult: .ult
    case .ule: .ule
    case .slt: .slt
    case .sle: .sle
    case .concat: .concat
    default: preconditionFailure("\(op) is no binary operator")
    }
  }
}
