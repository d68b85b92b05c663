import ISACore

// Taking bit vectors apart and putting them together.

extension TermArena {
  /// `width` bits of `x` from bit `low` up; both in range.
  public func extract(_ x: Term, low: Int, width: Int) -> Term {
    let node = node(x)
    let whole = Int(node.width)
    precondition(low >= 0 && width >= 0 && low + width <= whole && node.indexWidth == 0)
    if width == whole { return x }
    if width == 0 { return constant(0, width: 0) }
    if node.op == .constant {
      return constant(constantValue(node) >> UInt128(low), width: width)
    }
    let plain = TermNode(.extract, width: width, a: x.index, b: Int32(low))
    return rewriting(plain) {
      switch node.op {
      case .extract:
        return extract(node.first, low: node.low + low, width: width)
      case .concat:
        return extract(concat: node, low: low, width: width)
      case .sext:
        return extract(sext: node, low: low, width: width)
      case .not:
        return not(extract(node.first, low: low, width: width))
      case .and, .or, .xor:
        let left = extract(node.first, low: low, width: width)
        let right = extract(node.second, low: low, width: width)
        return binary(node.op.isaOperator!, left, right)
      case .ite:
        return ite(
          node.first, extract(node.second, low: low, width: width),
          extract(node.third, low: low, width: width))
      case .add where low == 0, .sub where low == 0, .mul where low == 0:
        let left = extract(node.first, low: 0, width: width)
        let right = extract(node.second, low: 0, width: width)
        return binary(node.op.isaOperator!, left, right)
      case .neg where low == 0:
        return neg(extract(node.first, low: 0, width: width))
      default:
        return intern(plain)
      }
    }
  }

  private func extract(concat node: TermNode, low: Int, width: Int) -> Term {
    let seam = self.width(of: node.second)
    if low >= seam { return extract(node.first, low: low - seam, width: width) }
    if low + width <= seam { return extract(node.second, low: low, width: width) }
    return concat(
      extract(node.first, low: 0, width: low + width - seam),
      extract(node.second, low: low, width: seam - low))
  }

  private func extract(sext node: TermNode, low: Int, width: Int) -> Term {
    let inner = self.width(of: node.first)
    if low + width <= inner { return extract(node.first, low: low, width: width) }
    let from = min(low, inner - 1)
    return sext(extract(node.first, low: from, width: inner - from), to: width)
  }

  /// `x` with zeros above, `width` bits in all (at least those of `x`).
  public func zext(_ x: Term, to width: Int) -> Term {
    concat(constant(0, width: width - self.width(of: x)), x)
  }

  /// `x` with copies of its sign bit above, `width` bits in all (at least those of `x`).
  public func sext(_ x: Term, to width: Int) -> Term {
    let node = node(x)
    let inner = Int(node.width)
    precondition(width >= inner && node.indexWidth == 0)
    if width == inner { return x }
    if inner == 0 { return constant(0, width: width) }
    if node.op == .constant {
      return constant(
        Fold.unary(.sext, constantValue(node), width: inner, resultWidth: width), width: width)
    }
    let plain = TermNode(.sext, width: width, a: x.index)
    return rewriting(plain) {
      if node.op == .sext { return sext(node.first, to: width) }
      if node.op == .concat, let top = constantValue(of: node.first) {
        let sign = top >> UInt128(self.width(of: node.first) - 1) & 1
        return concat(constant(sign == 1 ? .max : 0, width: width - inner), x)
      }
      if let choice = constantChoice(x) {
        return ite(
          choice.condition, sext(constant(choice.then, width: inner), to: width),
          sext(constant(choice.otherwise, width: inner), to: width))
      }
      return intern(plain)
    }
  }

  /// `x` brought to `width` bits: cut, or with zeros above.
  public func resize(_ x: Term, to width: Int) -> Term {
    width <= self.width(of: x) ? extract(x, low: 0, width: width) : zext(x, to: width)
  }

  /// `x` above `y`; 128 bits at most in all.
  public func concat(_ x: Term, _ y: Term) -> Term {
    let left = node(x)
    let right = node(y)
    precondition(left.indexWidth == 0 && right.indexWidth == 0)
    let width = Int(left.width) + Int(right.width)
    precondition(width <= BitVector.maximumWidth)
    if left.width == 0 { return y }
    if right.width == 0 { return x }
    if left.op == .concat { return concat(pieces: pieces(of: x) + [y]) }
    return rewriting(TermNode(.concat, width: width, a: x.index, b: y.index)) {
      let top = right.op == .concat ? right.first : y
      guard let joined = join(x, top) else {
        return intern(TermNode(.concat, width: width, a: x.index, b: y.index))
      }
      return right.op == .concat ? concat(joined, right.second) : joined
    }
  }

  /// All pieces in a row, the topmost first.
  func concat(pieces: [Term]) -> Term {
    var result: Term?
    for piece in pieces.reversed() {
      if node(piece).op == .concat {
        for part in self.pieces(of: piece).reversed() {
          result = result.map { concat(part, $0) } ?? part
        }
      } else {
        result = result.map { concat(piece, $0) } ?? piece
      }
    }
    return result ?? constant(0, width: 0)
  }

  /// The pieces of a `concat`, the topmost first; any other term is its own piece.
  func pieces(of term: Term) -> [Term] {
    var pieces: [Term] = []
    var pending = [term]
    while let next = pending.popLast() {
      let node = node(next)
      if node.op == .concat {
        pending.append(node.second)
        pending.append(node.first)
      } else {
        pieces.append(next)
      }
    }
    return pieces
  }

  /// One term for two neighbouring pieces, if there is one: constants, extracts of one term, and
  /// the same operator over such.
  private func join(_ x: Term, _ y: Term) -> Term? {
    let left = node(x)
    let right = node(y)
    let width = Int(left.width) + Int(right.width)
    switch (left.op, right.op) {
    case (.constant, .constant):
      let bits = constantValue(left) << UInt128(right.width) | constantValue(right)
      return constant(bits, width: width)
    case (.extract, .extract):
      guard left.first == right.first, left.low == right.low + Int(right.width) else { return nil }
      return extract(left.first, low: right.low, width: width)
    case (.not, .not):
      return join(left.first, right.first).map(not)
    case (.ite, .ite) where left.first == right.first:
      return ite(left.first, concat(left.second, right.second), concat(left.third, right.third))
    case (.extract, _):
      // The sign bit above its own value.
      guard left.first == y, left.low == Int(right.width) - 1, left.width == 1 else { return nil }
      return sext(y, to: width)
    case (.sext, _):
      let sign = node(left.first)
      guard sign.op == .extract, sign.width == 1, sign.first == y,
        sign.low == Int(right.width) - 1
      else { return nil }
      return sext(y, to: width)
    default:
      return nil
    }
  }
}
