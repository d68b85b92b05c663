import ISACore

// Equality and order. Equality goes through whatever is injective, and piece by piece.

extension TermArena {
  /// One bit: equal.
  public func eq(_ left: Term, _ right: Term) -> Term {
    checkEqualWidths(left, right)
    if left == right { return yes }
    if let (p, q) = constants(left, right) { return bit(p == q) }
    let (x, y) = ordered(left, right)
    let plain = TermNode(.eq, width: 1, a: x.index, b: y.index)
    return rewriting(plain) {
      if width(of: x) == 1 { return not(xor(x, y)) }
      if areDifferent(x, y) { return no }
      let result =
        isConstant(y) ? eq(x, constant: y) : eqSums(x, y) ?? eqAlike(x, y)
      return result ?? eqPieces(x, y) ?? intern(plain)
    }
  }

  private func eq(_ x: Term, constant y: Term) -> Term? {
    let node = node(x)
    let width = Int(node.width)
    let value = constantValue(of: y)!
    switch node.op {
    case .not, .neg, .add:
      if node.op == .not { return eq(node.first, not(y)) }
      if node.op == .neg { return eq(node.first, neg(y)) }
      return isConstant(node.second) ? eq(node.first, sub(y, node.second)) : nil
    case .xor:
      if isConstant(node.second) { return eq(node.first, xor(node.second, y)) }
      return value == 0 ? eq(node.first, node.second) : nil
    case .sub:
      if value == 0 { return eq(node.first, node.second) }
      return isConstant(node.first) ? eq(node.second, sub(node.first, y)) : nil
    case .sext:
      let inner = self.width(of: node.first)
      let narrow = constant(value, width: inner)
      return sext(narrow, to: width) == y ? eq(node.first, narrow) : no
    case .and where value == BitVector.mask(width), .or where value == 0:
      return and(eq(node.first, y), eq(node.second, y))
    case .ite:
      // Only where an arm folds: else the comparison would be doubled at every choice.
      guard isConstant(node.second) || isConstant(node.third) else { return nil }
      return ite(node.first, eq(node.second, y), eq(node.third, y))
    default:
      return nil
    }
  }

  /// `x + 4 = y + 6` is `x = y + 2`; equal summands cancel.
  private func eqSums(_ x: Term, _ y: Term) -> Term? {
    let left = node(x)
    let right = node(y)
    if left.op == .add, isConstant(left.second) {
      if right.op == .add, isConstant(right.second) {
        // The older base keeps no offset, so that both orders meet in one term.
        let (p, q) = (left.first, right.first)
        return p < q
          ? eq(p, add(q, sub(right.second, left.second)))
          : eq(q, add(p, sub(left.second, right.second)))
      }
      if left.first > y { return nil }
      return eq(left.first, add(y, neg(left.second)))
    }
    if right.op == .add, isConstant(right.second) {
      if right.first > x { return nil }
      return eq(right.first, add(x, neg(right.second)))
    }
    for (sum, other) in [(left, y), (right, x)] where sum.op == .add {
      let zero = constant(0, width: Int(left.width))
      if sum.first == other { return eq(sum.second, zero) }
      if sum.second == other { return eq(sum.first, zero) }
      let term = node(other)
      guard term.op == .add else { continue }
      if sum.first == term.first { return eq(sum.second, term.second) }
      if sum.first == term.second { return eq(sum.second, term.first) }
      if sum.second == term.first { return eq(sum.first, term.second) }
      if sum.second == term.second { return eq(sum.first, term.first) }
    }
    return nil
  }

  /// The same injective operator, or the same choice, on both sides.
  private func eqAlike(_ x: Term, _ y: Term) -> Term? {
    let left = node(x)
    let right = node(y)
    if left.op == .ite, right.op == .ite, left.first == right.first {
      return ite(left.first, eq(left.second, right.second), eq(left.third, right.third))
    }
    // An arm that is the other side: x = (c ? x : z) is c | x = z.
    for (choice, other) in [(left, y), (right, x)] where choice.op == .ite {
      if choice.second == other { return or(choice.first, eq(choice.third, other)) }
      if choice.third == other { return or(not(choice.first), eq(choice.second, other)) }
    }
    guard left.op == right.op else { return nil }
    switch left.op {
    case .not, .neg:
      return eq(left.first, right.first)
    case .sext where width(of: left.first) == width(of: right.first):
      return eq(left.first, right.first)
    default:
      return nil
    }
  }

  private func eqPieces(_ x: Term, _ y: Term) -> Term? {
    guard let low = commonSplit(x, y) else { return nil }
    let width = width(of: x)
    return and(
      eq(extract(x, low: low, width: width - low), extract(y, low: low, width: width - low)),
      eq(extract(x, low: 0, width: low), extract(y, low: 0, width: low)))
  }

  /// Whether two terms differ under every assignment, as far as that is plain: constants, one base
  /// with two offsets, and pieces of such. Makes no terms.
  func areDifferent(_ x: Term, _ y: Term) -> Bool {
    var (x, y) = (x, y)
    // Right-nested pieces of equal widths, 128 at most.
    while true {
      let left = node(x)
      let right = node(y)
      guard left.op == .concat || right.op == .concat else { return areApart(x, y) }
      if left.op == .concat, right.op == .concat {
        guard width(of: left.second) == width(of: right.second) else { return false }
        if areApart(left.first, right.first) { return true }
        (x, y) = (left.second, right.second)
      } else {
        let (pieces, value) = left.op == .concat ? (left, y) : (right, x)
        guard let bits = constantValue(of: value) else { return false }
        return differs(pieces, from: bits)
      }
    }
  }

  private func differs(_ concat: TermNode, from bits: UInt128) -> Bool {
    var concat = concat
    while true {
      let seam = width(of: concat.second)
      if let top = constantValue(of: concat.first) {
        let wanted = bits >> UInt128(seam) & BitVector.mask(width(of: concat.first))
        if top != wanted { return true }
      }
      let rest = node(concat.second)
      if rest.op == .constant {
        return constantValue(rest) != bits & BitVector.mask(seam)
      }
      guard rest.op == .concat else { return false }
      concat = rest
    }
  }

  private func areApart(_ x: Term, _ y: Term) -> Bool {
    if x == y { return false }
    let left = node(x)
    let right = node(y)
    if left.op == .constant, right.op == .constant { return true }
    // A base is equal to itself; the offsets then decide.
    let leftOffset = left.op == .add ? constantValue(of: left.second) : nil
    let rightOffset = right.op == .add ? constantValue(of: right.second) : nil
    let leftBase = leftOffset == nil ? x : left.first
    let rightBase = rightOffset == nil ? y : right.first
    if leftBase == rightBase { return leftOffset ?? 0 != rightOffset ?? 0 }
    return areComplements(x, y)
  }

  /// One bit: less, unsigned.
  public func ult(_ x: Term, _ y: Term) -> Term {
    checkEqualWidths(x, y)
    if x == y { return no }
    if let (p, q) = constants(x, y) { return bit(p < q) }
    let plain = TermNode(.ult, width: 1, a: x.index, b: y.index)
    return rewriting(plain) {
      let width = width(of: x)
      if width == 1 { return and(not(x), y) }
      if let value = constantValue(of: x) {
        if value == BitVector.mask(width) { return no }
        return not(ult(y, constant(value + 1, width: width)))
      }
      if let limit = constantValue(of: y) {
        return ult(x, limit, width) ?? intern(plain)
      }
      return ultPieces(x, y) ?? intern(plain)
    }
  }

  private func ult(_ x: Term, _ limit: UInt128, _ width: Int) -> Term? {
    if limit == 0 { return no }
    if limit == 1 { return eq(x, constant(0, width: width)) }
    if limit == BitVector.mask(width) { return not(eq(x, constant(limit, width: width))) }
    if let choice = constantChoice(x) {
      return ite(choice.condition, bit(choice.then < limit), bit(choice.otherwise < limit))
    }
    let zeros = limit.trailingZeroBitCount
    if zeros > 0 {
      // Below a multiple of 2^n: the low n bits do not matter.
      return ult(
        extract(x, low: zeros, width: width - zeros),
        constant(limit >> UInt128(zeros), width: width - zeros))
    }
    let node = node(x)
    guard node.op == .concat, let top = constantValue(of: node.first) else { return nil }
    let seam = self.width(of: node.second)
    let wanted = limit >> UInt128(seam)
    if top != wanted { return bit(top < wanted) }
    return ult(node.second, constant(limit, width: seam))
  }

  /// Equal top pieces do not decide, different constant ones do.
  private func ultPieces(_ x: Term, _ y: Term) -> Term? {
    let left = node(x)
    let right = node(y)
    guard left.op == .concat, right.op == .concat else { return nil }
    if let p = constantValue(of: left.first), let q = constantValue(of: right.first) {
      let low = max(width(of: left.second), width(of: right.second))
      let high = p >> UInt128(low - width(of: left.second))
      let limit = q >> UInt128(low - width(of: right.second))
      if high != limit { return bit(high < limit) }
      return ult(extract(x, low: 0, width: low), extract(y, low: 0, width: low))
    }
    guard left.first == right.first else { return nil }
    return ult(left.second, right.second)
  }

  /// One bit: less or equal, unsigned.
  public func ule(_ x: Term, _ y: Term) -> Term { not(ult(y, x)) }

  /// One bit: less, two's complement.
  public func slt(_ x: Term, _ y: Term) -> Term {
    checkEqualWidths(x, y)
    if x == y { return no }
    let width = width(of: x)
    if let (p, q) = constants(x, y) {
      return bit(BitVector.signed(p, width: width) < BitVector.signed(q, width: width))
    }
    let plain = TermNode(.slt, width: 1, a: x.index, b: y.index)
    return rewriting(plain) {
      if width == 1 { return and(x, not(y)) }
      let least = UInt128(1) << UInt128(width - 1)
      if let value = constantValue(of: x) {
        if value == least - 1 { return no }
        return not(slt(y, constant(value &+ 1, width: width)))
      }
      if let limit = constantValue(of: y) {
        if limit == least { return no }
        if limit == 0 { return extract(x, low: width - 1, width: 1) }
        if let choice = constantChoice(x) {
          return ite(
            choice.condition, slt(constant(choice.then, width: width), y),
            slt(constant(choice.otherwise, width: width), y))
        }
      }
      if let p = knownSign(x), let q = knownSign(y) {
        return p == q ? ult(x, y) : bit(p)
      }
      let left = node(x)
      let right = node(y)
      if left.op == .sext, right.op == .sext,
        self.width(of: left.first) == self.width(of: right.first)
      {
        return slt(left.first, right.first)
      }
      return intern(plain)
    }
  }

  private func knownSign(_ x: Term) -> Bool? {
    let node = node(x)
    let top = node.op == .concat ? node.first : x
    guard let value = constantValue(of: top) else { return nil }
    return value >> UInt128(width(of: top) - 1) & 1 == 1
  }

  /// One bit: less or equal, two's complement.
  public func sle(_ x: Term, _ y: Term) -> Term { not(slt(y, x)) }
}
