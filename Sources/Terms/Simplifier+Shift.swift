import ISACore

// Shifts. By a constant they are a `concat` of what is left and what comes in.

extension TermArena {
  /// `x` moved left by the unsigned amount `y`, which may have another width; 0 from the width on.
  public func shl(_ x: Term, _ y: Term) -> Term { shift(.shl, x, y) }

  /// `x` moved right, zeros coming in.
  public func lshr(_ x: Term, _ y: Term) -> Term { shift(.lshr, x, y) }

  /// `x` moved right, copies of the sign coming in.
  public func ashr(_ x: Term, _ y: Term) -> Term { shift(.ashr, x, y) }

  func shl(_ x: Term, by amount: Int) -> Term {
    let width = width(of: x)
    guard amount < width else { return constant(0, width: width) }
    return concat(extract(x, low: 0, width: width - amount), constant(0, width: amount))
  }

  func lshr(_ x: Term, by amount: Int) -> Term {
    let width = width(of: x)
    guard amount < width else { return constant(0, width: width) }
    return concat(
      constant(0, width: amount), extract(x, low: amount, width: width - amount))
  }

  func ashr(_ x: Term, by amount: Int) -> Term {
    let width = width(of: x)
    guard width > 0 else { return x }
    let kept = max(1, width - amount)
    return sext(extract(x, low: width - kept, width: kept), to: width)
  }

  private func shift(_ op: TermOperator, _ x: Term, _ y: Term) -> Term {
    let width = width(of: x)
    precondition(node(x).indexWidth == 0 && node(y).indexWidth == 0)
    if width == 0 { return x }
    let plain = TermNode(op, width: width, a: x.index, b: y.index)
    return rewriting(plain) {
      if let amount = constantValue(of: y) {
        let amount = Int(min(amount, UInt128(width)))
        switch op {
        case .shl: return shl(x, by: amount)
        case .lshr: return lshr(x, by: amount)
        default: return ashr(x, by: amount)
        }
      }
      if let value = constantValue(of: x) {
        if value == 0 || op == .ashr && value == BitVector.mask(width) { return x }
      }
      let amount = node(y)
      if amount.op == .concat, constantValue(of: amount.first) == 0 {
        return shift(op, x, amount.second)
      }
      if let choice = constantChoice(y) {
        let amountWidth = Int(amount.width)
        return ite(
          choice.condition, shift(op, x, constant(choice.then, width: amountWidth)),
          shift(op, x, constant(choice.otherwise, width: amountWidth)))
      }
      return intern(plain)
    }
  }

  /// `popcount`, `clz` or `ctz` of `x`, cut or zero-extended to `width` bits (those of `x` if nil).
  public func count(_ op: Operator, _ x: Term, width resultWidth: Int? = nil) -> Term {
    let node = node(x)
    let resultWidth = resultWidth ?? Int(node.width)
    let termOp: TermOperator =
      switch op {
      case .popcount: .popcount
      case .clz: .clz
      case .ctz: .ctz
      default: preconditionFailure("not a count: \(op)")
      }
    if node.op == .constant {
      return constant(
        Fold.unary(op, constantValue(node), width: Int(node.width), resultWidth: resultWidth),
        width: resultWidth)
    }
    if resultWidth == 0 { return constant(0, width: 0) }
    if node.width == 1 { return zext(op == .popcount ? x : not(x), to: resultWidth) }
    return intern(TermNode(termOp, width: resultWidth, a: x.index))
  }
}
