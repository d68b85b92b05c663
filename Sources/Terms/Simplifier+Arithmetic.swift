import ISACore

// Sums carry their constant outermost, `(x + y) + 4`, so that addresses with one base compare.

extension TermArena {
  /// The sum modulo 2^width.
  public func add(_ left: Term, _ right: Term) -> Term {
    checkEqualWidths(left, right)
    let width = width(of: left)
    if let (p, q) = constants(left, right) { return constant(p &+ q, width: width) }
    let (x, y) = ordered(left, right)
    let plain = TermNode(.add, width: width, a: x.index, b: y.index)
    return rewriting(plain) {
      let first = node(x)
      if let value = constantValue(of: y) {
        return add(x, first, value, width) ?? intern(plain)
      }
      let second = node(y)
      if first.op == .add, isConstant(first.second) {
        return add(add(first.first, y), first.second)
      }
      if second.op == .add, isConstant(second.second) {
        return add(add(x, second.first), second.second)
      }
      if second.op == .neg { return sub(x, second.first) }
      if first.op == .neg { return sub(y, first.first) }
      if first.op == .sub, first.second == y { return first.first }
      if second.op == .sub, second.second == x { return second.first }
      if areComplements(x, y) { return constant(.max, width: width) }
      return intern(plain)
    }
  }

  private func add(_ x: Term, _ node: TermNode, _ value: UInt128, _ width: Int) -> Term? {
    if value == 0 { return x }
    if width == 1 { return not(x) }
    if node.op == .add, let inner = constantValue(of: node.second) {
      return add(node.first, constant(inner &+ value, width: width))
    }
    if let choice = constantChoice(x) {
      return ite(
        choice.condition, constant(choice.then &+ value, width: width),
        constant(choice.otherwise &+ value, width: width))
    }
    return node.op == .concat ? add(concat: node, value, width) : nil
  }

  /// Constant low bits of a `concat` take their part of the addend; the carry is known.
  private func add(concat node: TermNode, _ value: UInt128, _ width: Int) -> Term? {
    var low = node.second
    while self.node(low).op == .concat { low = self.node(low).second }
    guard let bits = constantValue(of: low) else { return nil }
    let lowWidth = self.width(of: low)
    let mask = BitVector.mask(lowWidth)
    let sum = bits + (value & mask)
    let carry = sum >> UInt128(lowWidth)
    let top = concat(
      node.first,
      extract(node.second, low: lowWidth, width: width - lowWidth - self.width(of: node.first)))
    return concat(
      add(top, constant((value >> UInt128(lowWidth)) &+ carry, width: width - lowWidth)),
      constant(sum, width: lowWidth))
  }

  /// The difference modulo 2^width.
  public func sub(_ x: Term, _ y: Term) -> Term {
    checkEqualWidths(x, y)
    let width = width(of: x)
    if let value = constantValue(of: y) { return add(x, constant(0 &- value, width: width)) }
    if x == y { return constant(0, width: width) }
    let plain = TermNode(.sub, width: width, a: x.index, b: y.index)
    return rewriting(plain) {
      let first = node(x)
      let second = node(y)
      if first.op == .constant, constantValue(first) == 0 { return neg(y) }
      if width == 1 { return xor(x, y) }
      if second.op == .neg { return add(x, second.first) }
      if first.op == .add {
        if isConstant(first.second) { return add(sub(first.first, y), first.second) }
        if first.first == y { return first.second }
        if first.second == y { return first.first }
      }
      if second.op == .add {
        if isConstant(second.second) { return add(sub(x, second.first), neg(second.second)) }
        if second.first == x { return neg(second.second) }
        if second.second == x { return neg(second.first) }
      }
      return intern(plain)
    }
  }

  /// Two's complement.
  public func neg(_ x: Term) -> Term {
    let node = node(x)
    let width = Int(node.width)
    if node.op == .constant { return constant(0 &- constantValue(node), width: width) }
    let plain = TermNode(.neg, width: width, a: x.index)
    return rewriting(plain) {
      if width == 1 { return x }
      switch node.op {
      case .neg: return node.first
      case .sub: return sub(node.second, node.first)
      case .add where isConstant(node.second): return sub(neg(node.second), node.first)
      default: break
      }
      guard let choice = constantChoice(x) else { return intern(plain) }
      return ite(
        choice.condition, constant(0 &- choice.then, width: width),
        constant(0 &- choice.otherwise, width: width))
    }
  }

  /// The low half of the product.
  public func mul(_ left: Term, _ right: Term) -> Term {
    checkEqualWidths(left, right)
    let width = width(of: left)
    if let (p, q) = constants(left, right) { return constant(p &* q, width: width) }
    let (x, y) = ordered(left, right)
    let plain = TermNode(.mul, width: width, a: x.index, b: y.index)
    return rewriting(plain) {
      if width == 1 { return and(x, y) }
      guard let value = constantValue(of: y) else { return intern(plain) }
      if value == 0 { return y }
      if value == 1 { return x }
      if value == BitVector.mask(width) { return neg(x) }
      if value.nonzeroBitCount == 1 { return shl(x, by: value.trailingZeroBitCount) }
      let node = node(x)
      if node.op == .mul, isConstant(node.second) {
        return mul(node.first, mul(node.second, y))
      }
      if let choice = constantChoice(x) {
        return ite(
          choice.condition, constant(choice.then &* value, width: width),
          constant(choice.otherwise &* value, width: width))
      }
      return intern(plain)
    }
  }

  /// `udiv`, `urem`, `sdiv` or `srem`, with SMT-LIB's answers for a divisor of 0.
  public func divide(_ op: Operator, _ x: Term, _ y: Term) -> Term {
    checkEqualWidths(x, y)
    let width = width(of: x)
    if let (p, q) = constants(x, y) {
      return constant(Fold.binary(op, p, q, width: width, rightWidth: width), width: width)
    }
    let termOp: TermOperator =
      switch op {
      case .udiv: .udiv
      case .urem: .urem
      case .sdiv: .sdiv
      case .srem: .srem
      default: preconditionFailure("not a division: \(op)")
      }
    let plain = TermNode(termOp, width: width, a: x.index, b: y.index)
    guard let divisor = constantValue(of: y) else { return intern(plain) }
    return rewriting(plain) {
      let isRemainder = op == .urem || op == .srem
      if divisor == 0 {
        if isRemainder { return x }
        // Signed: -1 for a dividend of 0 or more, else 1.
        return op == .udiv
          ? constant(.max, width: width)
          : ite(
            extract(x, low: width - 1, width: 1), constant(1, width: width),
            constant(.max, width: width))
      }
      // Width 1 is left out: there a signed 1 is -1.
      if divisor == 1, width > 1 || op == .udiv || op == .urem {
        return isRemainder ? constant(0, width: width) : x
      }
      if divisor.nonzeroBitCount == 1, op == .udiv || op == .urem {
        let shift = divisor.trailingZeroBitCount
        return isRemainder
          ? zext(extract(x, low: 0, width: shift), to: width) : lshr(x, by: shift)
      }
      return intern(plain)
    }
  }
}
