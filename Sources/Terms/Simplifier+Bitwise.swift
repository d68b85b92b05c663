import ISACore

// Negation, conjunction, disjunction, exclusive or on bit vectors of any width.

extension TermArena {
  /// Bitwise complement.
  public func not(_ x: Term) -> Term {
    let node = node(x)
    let width = Int(node.width)
    if node.op == .constant { return constant(~constantValue(node), width: width) }
    if node.op == .not { return node.first }
    return rewriting(TermNode(.not, width: width, a: x.index)) {
      switch node.op {
      case .concat: return concat(not(node.first), not(node.second))
      case .sext: return sext(not(node.first), to: width)
      case .ite where isConstant(node.second) || isConstant(node.third):
        return ite(node.first, not(node.second), not(node.third))
      default: return intern(TermNode(.not, width: width, a: x.index))
      }
    }
  }

  public func and(_ x: Term, _ y: Term) -> Term { bitwise(.and, x, y) }
  public func or(_ x: Term, _ y: Term) -> Term { bitwise(.or, x, y) }
  public func xor(_ x: Term, _ y: Term) -> Term { bitwise(.xor, x, y) }

  private func bitwise(_ op: TermOperator, _ left: Term, _ right: Term) -> Term {
    checkEqualWidths(left, right)
    let width = width(of: left)
    if let (p, q) = constants(left, right) {
      return constant(op == .and ? p & q : op == .or ? p | q : p ^ q, width: width)
    }
    let (x, y) = ordered(left, right)
    let plain = TermNode(op, width: width, a: x.index, b: y.index)
    if x == y { return op == .xor ? constant(0, width: width) : x }
    return rewriting(plain) {
      if areComplements(x, y) {
        return constant(op == .and ? 0 : .max, width: width)
      }
      if let value = constantValue(of: y) {
        if let result = bitwise(op, x, constant: value, width: width) { return result }
      }
      if width == 1, op != .xor, let result = boolean(op, x, y) { return result }
      let simpler =
        op == .xor ? exclusiveOr(x, y) : absorption(op, x, y) ?? absorption(op, y, x)
      return simpler ?? splitBitwise(op, x, y) ?? intern(plain)
    }
  }

  /// Whether one is the bitwise complement of the other.
  @inline(__always)
  func areComplements(_ x: Term, _ y: Term) -> Bool {
    let left = node(x)
    let right = node(y)
    return left.op == .not && left.first == y || right.op == .not && right.first == x
  }

  private func bitwise(
    _ op: TermOperator, _ x: Term, constant value: UInt128, width: Int
  ) -> Term? {
    let ones = BitVector.mask(width)
    switch op {
    case .and:
      if value == 0 { return constant(0, width: width) }
      if value == ones { return x }
    case .or:
      if value == 0 { return x }
      if value == ones { return constant(ones, width: width) }
    default:
      if value == 0 { return x }
      if value == ones { return not(x) }
    }
    let node = node(x)
    let other = constant(value, width: width)
    if node.op == op, isConstant(node.second) {
      return bitwise(op, node.first, bitwise(op, node.second, other))
    }
    if let choice = constantChoice(x) {
      return ite(
        choice.condition, bitwise(op, constant(choice.then, width: width), other),
        bitwise(op, constant(choice.otherwise, width: width), other))
    }
    return op == .xor ? nil : masked(op, x, value, width)
  }

  /// A mask of few runs as pieces: `x & 0x0FF0` is zeros, eight bits of x, zeros.
  private func masked(_ op: TermOperator, _ x: Term, _ mask: UInt128, _ width: Int) -> Term? {
    let flips = mask ^ (mask << 1)
    guard (flips & BitVector.mask(width)).nonzeroBitCount <= 32 else { return nil }
    var pieces: [Term] = []
    var low = 0
    while low < width {
      let isSet = mask >> UInt128(low) & 1 == 1
      let rest = isSet ? ~(mask >> UInt128(low)) : mask >> UInt128(low)
      let run = min(rest.trailingZeroBitCount, width - low)
      pieces.append(
        isSet == (op == .and)
          ? extract(x, low: low, width: run) : constant(isSet ? .max : 0, width: run))
      low += run
    }
    return concat(pieces: pieces.reversed())
  }

  /// `x & (x | y)`, `x & (~x | y)`, `x & (x & y)`, `x & (~x & y)` and their duals.
  private func absorption(_ op: TermOperator, _ x: Term, _ y: Term) -> Term? {
    let node = node(y)
    let dual: TermOperator = op == .and ? .or : .and
    guard node.op == op || node.op == dual else { return nil }
    let (p, q) = (node.first, node.second)
    if node.op == op {
      if p == x || q == x { return y }
      if areComplements(p, x) || areComplements(q, x) {
        return constant(op == .and ? 0 : .max, width: Int(node.width))
      }
      return nil
    }
    if p == x || q == x { return x }
    if areComplements(p, x) { return bitwise(op, x, q) }
    if areComplements(q, x) { return bitwise(op, x, p) }
    // (p | q) & (p | ~q) = p
    let other = self.node(x)
    guard other.op == dual else { return nil }
    if p == other.first, areComplements(q, other.second) { return p }
    if p == other.second, areComplements(q, other.first) { return p }
    if q == other.first, areComplements(p, other.second) { return q }
    if q == other.second, areComplements(p, other.first) { return q }
    return nil
  }

  /// Complements outside, equal terms cancelled.
  private func exclusiveOr(_ x: Term, _ y: Term) -> Term? {
    let left = node(x)
    let right = node(y)
    if left.op == .not, right.op == .not { return xor(left.first, right.first) }
    if left.op == .not { return not(xor(left.first, y)) }
    if right.op == .not { return not(xor(x, right.first)) }
    if right.op == .xor {
      if right.first == x { return right.second }
      if right.second == x { return right.first }
    }
    if left.op == .xor {
      if left.first == y { return left.second }
      if left.second == y { return left.first }
      if isConstant(left.second) { return xor(xor(left.first, y), left.second) }
    }
    if right.op == .xor, isConstant(right.second) {
      return xor(xor(x, right.first), right.second)
    }
    return nil
  }

  /// Piece by piece, where one operand is a `concat` and the other falls into pieces with it.
  private func splitBitwise(_ op: TermOperator, _ x: Term, _ y: Term) -> Term? {
    guard let low = commonSplit(x, y) else { return nil }
    let width = width(of: x)
    return concat(
      bitwise(
        op, extract(x, low: low, width: width - low), extract(y, low: low, width: width - low)),
      bitwise(op, extract(x, low: 0, width: low), extract(y, low: 0, width: low)))
  }

  /// The lowest bit of a top piece along which splitting both operands pays: both are `concat`, or
  /// one is and the other is a constant, or one has a constant among its first pieces.
  func commonSplit(_ x: Term, _ y: Term) -> Int? {
    let left = node(x)
    let right = node(y)
    switch (left.op == .concat, right.op == .concat) {
    case (true, true):
      // The narrower top piece, so that the wider one is cut and not the other way round.
      return max(width(of: left.second), width(of: right.second))
    case (true, false):
      return right.op == .constant || hasConstantPiece(left) ? width(of: left.second) : nil
    case (false, true):
      return left.op == .constant || hasConstantPiece(right) ? width(of: right.second) : nil
    case (false, false):
      return nil
    }
  }

  private func hasConstantPiece(_ concat: TermNode) -> Bool {
    if isConstant(concat.first) || isConstant(concat.second) { return true }
    let rest = node(concat.second)
    return rest.op == .concat && isConstant(rest.first)
  }
}
