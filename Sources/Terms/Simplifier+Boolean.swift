import ISACore

// Conjunction and disjunction of single bits: path conditions and guards.

extension TermArena {
  /// How far a chain of conjunctions is searched for a repeated or contradicting member.
  private static var chainLimit: Int { 32 }

  /// Uses what one operand says about the other, along the chain of `op` that either heads.
  func boolean(_ op: TermOperator, _ x: Term, _ y: Term) -> Term? {
    let isAnd = op == .and
    // A disjunction is judged by its negation: x | y = ~(~x & ~y).
    func relation(_ p: Term, _ q: Term) -> Relation {
      isAnd ? relate(p, true, q, true) : relate(p, false, q, false)
    }
    switch relation(x, y) {
    case .contradiction: return bit(!isAnd)
    case .implies: return x
    case .impliedBy: return y
    case .unrelated: break
    }
    for (chain, member) in [(x, y), (y, x)] where node(chain).op == op {
      var rest = chain
      for _ in 0..<TermArena.chainLimit {
        let node = node(rest)
        guard node.op == op else { break }
        for part in [node.first, node.second] where self.node(part).op != op {
          switch relation(part, member) {
          case .contradiction: return bit(!isAnd)
          case .implies: return chain
          case .impliedBy, .unrelated: break
          }
        }
        rest = self.node(node.first).op == op ? node.first : node.second
      }
    }
    return nil
  }

  /// What two facts say about each other.
  enum Relation { case contradiction, implies, impliedBy, unrelated }

  /// The relation of "`x` is `xHolds`" and "`y` is `yHolds`", as far as it is plain to see.
  func relate(_ x: Term, _ xHolds: Bool, _ y: Term, _ yHolds: Bool) -> Relation {
    var (left, isLeft) = (x, xHolds)
    var (right, isRight) = (y, yHolds)
    if node(left).op == .not { (left, isLeft) = (node(left).first, !isLeft) }
    if node(right).op == .not { (right, isRight) = (node(right).first, !isRight) }
    if left == right { return isLeft == isRight ? .implies : .contradiction }
    guard let p = comparison(left), let q = comparison(right) else { return .unrelated }
    if p.subject != q.subject {
      // Bits that are known decide every comparison of some of them.
      if p.op == .eq, isLeft, let value = bits(of: q.subject, where: p.subject, is: p.value) {
        return q.holds(for: value) == isRight ? .implies : .contradiction
      }
      if q.op == .eq, isRight, let value = bits(of: p.subject, where: q.subject, is: q.value) {
        return p.holds(for: value) == isLeft ? .impliedBy : .contradiction
      }
      return .unrelated
    }
    let width = width(of: p.subject)
    let first = Interval(p, isLeft, width)
    let second = Interval(q, isRight, width)
    if let first, let second {
      if first.high < second.low || second.high < first.low { return .contradiction }
      if first.low >= second.low, first.high <= second.high { return .implies }
      if second.low >= first.low, second.high <= first.high { return .impliedBy }
      return .unrelated
    }
    // x != value excludes one point: implied by every interval without it.
    if let first {
      if first.low == q.value, first.high == q.value { return .contradiction }
      return q.value < first.low || q.value > first.high ? .implies : .unrelated
    }
    if let second {
      if second.low == p.value, second.high == p.value { return .contradiction }
      return p.value < second.low || p.value > second.high ? .impliedBy : .unrelated
    }
    return .unrelated
  }

  /// A comparison with a constant; one bit of something is compared with 1.
  private struct Comparison {
    /// `eq` or `ult`.
    var op: TermOperator
    var subject: Term
    var value: UInt128

    func holds(for bits: UInt128) -> Bool { op == .eq ? bits == value : bits < value }
  }

  private func comparison(_ term: Term) -> Comparison? {
    let node = node(term)
    if node.op == .extract { return Comparison(op: .eq, subject: term, value: 1) }
    guard node.op == .eq || node.op == .ult, let value = constantValue(of: node.second) else {
      return nil
    }
    return Comparison(op: node.op, subject: node.first, value: value)
  }

  /// The value of `part`, if it is a slice of what `whole` is a slice of and inside it.
  private func bits(of part: Term, where whole: Term, is value: UInt128) -> UInt128? {
    let (partRoot, partLow, partWidth) = slice(part)
    let (root, low, width) = slice(whole)
    guard partRoot == root, partLow >= low, partLow + partWidth <= low + width else { return nil }
    return value >> UInt128(partLow - low) & BitVector.mask(partWidth)
  }

  private func slice(_ term: Term) -> (root: Term, low: Int, width: Int) {
    let node = node(term)
    return node.op == .extract
      ? (node.first, node.low, Int(node.width)) : (term, 0, Int(node.width))
  }

  /// The values that a comparison with a constant leaves; nil for `!=`, which leaves two ranges.
  private struct Interval {
    var low: UInt128
    var high: UInt128

    init?(_ comparison: Comparison, _ holds: Bool, _ width: Int) {
      let value = comparison.value
      switch (comparison.op, holds) {
      case (.eq, true): (low, high) = (value, value)
      case (.eq, false): return nil
      case (_, true):
        guard value > 0 else { return nil }
        (low, high) = (0, value - 1)
      case (_, false): (low, high) = (value, BitVector.mask(width))
      }
    }
  }
}
