import ISACore

// `ite`: where paths meet.

extension TermArena {
  /// `then` where the one-bit `condition` is 1, else `otherwise`; both bits or both arrays.
  public func ite(_ condition: Term, _ then: Term, _ otherwise: Term) -> Term {
    let guardNode = node(condition)
    let left = node(then)
    let right = node(otherwise)
    precondition(guardNode.width == 1 && guardNode.indexWidth == 0)
    precondition(left.width == right.width && left.indexWidth == right.indexWidth)
    if guardNode.op == .constant { return constantValue(guardNode) == 1 ? then : otherwise }
    if then == otherwise { return then }
    if guardNode.op == .not { return ite(guardNode.first, otherwise, then) }
    let plain = TermNode(
      .ite, width: Int(left.width), indexWidth: Int(left.indexWidth), a: condition.index,
      b: then.index, c: otherwise.index)
    return rewriting(plain) {
      if left.indexWidth == 0, left.width == 1,
        let result = boolean(choice: condition, then, otherwise)
      {
        return result
      }
      if left.op == .ite, let arm = decided(left, by: condition, true) {
        return ite(condition, arm, otherwise)
      }
      if right.op == .ite, let arm = decided(right, by: condition, false) {
        return ite(condition, then, arm)
      }
      if let result = sharedArm(condition, then, otherwise) { return result }
      if guardNode.op == .eq, isSame(guardNode, then, otherwise) { return otherwise }
      if left.op == .store, right.op == .store, left.first == right.first,
        left.second == right.second
      {
        return store(left.first, at: left.second, ite(condition, left.third, right.third))
      }
      return intern(plain)
    }
  }

  /// A choice between single bits is conjunction and disjunction, wherever an arm is plain.
  private func boolean(choice condition: Term, _ then: Term, _ otherwise: Term) -> Term? {
    if let value = constantValue(of: then) {
      return value == 1 ? or(condition, otherwise) : and(not(condition), otherwise)
    }
    if let value = constantValue(of: otherwise) {
      return value == 1 ? or(not(condition), then) : and(condition, then)
    }
    if then == condition { return or(condition, otherwise) }
    if otherwise == condition { return and(condition, then) }
    if areComplements(then, condition) { return and(not(condition), otherwise) }
    if areComplements(otherwise, condition) { return or(not(condition), then) }
    if areComplements(then, otherwise) { return xor(condition, otherwise) }
    return nil
  }

  /// The arm of `choice` that is taken where `condition` is `holds`, if that is plain.
  private func decided(_ choice: TermNode, by condition: Term, _ holds: Bool) -> Term? {
    switch relate(condition, holds, choice.first, true) {
    case .implies: return choice.second
    case .contradiction: return choice.third
    case .impliedBy, .unrelated: return nil
    }
  }

  /// Two choices in a row that share an arm are one choice.
  private func sharedArm(_ condition: Term, _ then: Term, _ otherwise: Term) -> Term? {
    let left = node(then)
    if left.op == .ite {
      if left.third == otherwise { return ite(and(condition, left.first), left.second, otherwise) }
      if left.second == otherwise {
        return ite(and(condition, not(left.first)), left.third, otherwise)
      }
    }
    let right = node(otherwise)
    if right.op == .ite {
      if right.second == then { return ite(or(condition, right.first), then, right.third) }
      if right.third == then {
        return ite(or(condition, not(right.first)), then, right.second)
      }
    }
    return nil
  }

  /// `x == y ? x : y` is y either way.
  private func isSame(_ equality: TermNode, _ then: Term, _ otherwise: Term) -> Bool {
    equality.first == then && equality.second == otherwise
      || equality.second == then && equality.first == otherwise
  }
}
