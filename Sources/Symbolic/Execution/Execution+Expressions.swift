import ISACore
import Terms

/// A program being run, with room for the values of its expressions.
final class Frame {
  let program: Program
  /// Values of nodes, valid where the stamp is the current one.
  var values: [Term]
  var stamps: [UInt32]
  var stamp: UInt32 = 0

  init(_ program: Program) {
    self.program = program
    values = Array(repeating: Term(index: 0), count: program.nodes.count)
    stamps = Array(repeating: 0, count: program.nodes.count)
  }
}

extension Execution {
  /// The value of an expression here and now; shared nodes are visited once, without recursion.
  func evaluate(_ root: ExpressionID, in frame: Frame, on path: Path) -> Term {
    frame.stamp &+= 1
    var pending = [root]
    while let id = pending.last {
      if frame.stamps[Int(id)] == frame.stamp {
        pending.removeLast()
        continue
      }
      let node = frame.program[id]
      if let missing = missingOperand(of: node, in: frame) {
        pending.append(missing)
        continue
      }
      frame.values[Int(id)] = value(of: node, in: frame, on: path)
      frame.stamps[Int(id)] = frame.stamp
      pending.removeLast()
    }
    return frame.values[Int(root)]
  }

  /// An operand to evaluate first. Of a choice with a constant condition, only the arm taken.
  private func missingOperand(of node: Node, in frame: Frame) -> ExpressionID? {
    func isMissing(_ id: Int32) -> Bool { frame.stamps[Int(id)] != frame.stamp }
    switch node.op.shape {
    case .leaf:
      return node.op == .read && node.b >= 0 && isMissing(node.b) ? node.b : nil
    case .unary:
      return isMissing(node.a) ? node.a : nil
    case .binary:
      return isMissing(node.a) ? node.a : isMissing(node.b) ? node.b : nil
    case .function:
      return [node.a, node.b, node.c].first(where: isMissing)
    case .ternary:
      if isMissing(node.a) { return node.a }
      let condition = frame.values[Int(node.a)]
      if condition != arena.no, isMissing(node.b) { return node.b }
      if condition != arena.yes, isMissing(node.c) { return node.c }
      return nil
    }
  }

  private func value(of node: Node, in frame: Frame, on path: Path) -> Term {
    let width = Int(node.width)
    func operand(_ id: Int32) -> Term { frame.values[Int(id)] }
    switch node.op {
    case .constant:
      return arena.constant(frame.program.constants[Int(node.a)], width: width)
    case .local: return path.locals[Int(node.a)]
    case .field: return inputs.fields[Int(node.a)]
    case .length: return arena.resize(inputs.length, to: width)
    case .choice: return inputs.choices[Int(node.a)]
    case .context: return inputs.contexts[Int(node.a)]
    case .read:
      return read(
        node.a, node.b >= 0 ? operand(node.b) : nil, low: Int(node.c), width: width, on: path)
    case .zext: return arena.zext(operand(node.a), to: width)
    case .sext: return arena.sext(operand(node.a), to: width)
    case .extract: return arena.extract(operand(node.a), low: Int(node.b), width: width)
    case .popcount, .clz, .ctz: return arena.count(node.op, operand(node.a), width: width)
    case .not, .neg: return arena.unary(node.op, operand(node.a))
    case .ite:
      let condition = operand(node.a)
      if condition == arena.yes { return operand(node.b) }
      if condition == arena.no { return operand(node.c) }
      return arena.ite(condition, operand(node.b), operand(node.c))
    case .ieee:
      return arena.ieee(operand(node.a), operand(node.b), operand(node.c), width: width)
    default:
      return arena.binary(node.op, operand(node.a), operand(node.b))
    }
  }

  // MARK: Registers

  private func read(
    _ register: RegisterID, _ index: Term?, low: Int, width: Int, on path: Path
  ) -> Term {
    let count = layout.register(register).count
    let index = index ?? arena.constant(0, width: 1)
    let slots = path.state.slots
    if let element = arena.constantValue(of: index) {
      return element < UInt128(count)
        ? path.state.bits(register, element: Int(element), low: low, width: width, in: arena)
        : arena.constant(0, width: width)
    }
    let zero = arena.constant(0, width: width)
    if layout.isArray(register) {
      let element = arena.select(
        slots[layout.slot(register)], at: arena.resize(index, to: layout.indexWidth(register)))
      return arena.ite(
        isInside(index, count), arena.extract(element, low: low, width: width), zero)
    }
    return multiplexer(index, count: count, zero) {
      arena.extract(slots[layout.slot(register, element: $0)], low: low, width: width)
    }
  }

  /// A tree of choices by the bits of `index`; `zero` for an index of `count` or more.
  private func multiplexer(
    _ index: Term, count: Int, _ zero: Term, _ element: (Int) -> Term
  ) -> Term {
    let indexWidth = arena.width(of: index)
    let levels = min(indexWidth, Int.bitWidth - (count - 1).leadingZeroBitCount)
    var row = (0..<1 << levels).map { $0 < count ? element($0) : zero }
    for level in 0..<levels {
      let bit = arena.extract(index, low: level, width: 1)
      row = stride(from: 0, to: row.count, by: 2).map { arena.ite(bit, row[$0 + 1], row[$0]) }
    }
    let high = arena.extract(index, low: levels, width: indexWidth - levels)
    return arena.ite(arena.eq(high, arena.constant(0, width: indexWidth - levels)), row[0], zero)
  }

  private func isInside(_ index: Term, _ count: Int) -> Term {
    let width = arena.width(of: index)
    guard width >= 64 || count < 1 << width else { return arena.yes }
    return arena.ult(index, arena.constant(UInt128(count), width: width))
  }

  func write(
    _ value: Term, to register: RegisterID, _ index: Term?, _ low: Int, on path: inout Path
  ) {
    let count = layout.register(register).count
    let index = index ?? arena.constant(0, width: 1)
    if let element = arena.constantValue(of: index) {
      guard element < UInt128(count) else { return }
      path.state.setBits(register, element: Int(element), low: low, to: value, in: arena)
      return
    }
    let first = layout.slot(register)
    if layout.isArray(register) {
      let file = path.state.slots[first]
      let position = arena.resize(index, to: layout.indexWidth(register))
      let element = arena.inserting(value, into: arena.select(file, at: position), low: low)
      path.state.slots[first] = arena.ite(
        isInside(index, count), arena.store(file, at: position, element), file)
      return
    }
    let indexWidth = arena.width(of: index)
    let reachable = indexWidth >= 7 ? count : min(count, 1 << indexWidth)
    for element in 0..<reachable {
      let old = path.state.slots[first + element]
      let isHere = arena.eq(index, arena.constant(UInt128(element), width: indexWidth))
      path.state.slots[first + element] = arena.ite(
        isHere, arena.inserting(value, into: old, low: low), old)
    }
  }
}
