import ISACore

// Arrays: memories and large register files. Reads look through writes that are provably
// elsewhere; what stays undecided stays lazily in the term.

extension TermArena {
  /// How many writes one read or write looks through.
  private static var chainLimit: Int { 1024 }

  /// The array with `value` everywhere; indices have `indexWidth` (1…64) bits.
  public func constantArray(_ value: Term, indexWidth: Int) -> Term {
    precondition(indexWidth >= 1 && indexWidth <= 64)
    return intern(
      TermNode(.constantArray, width: width(of: value), indexWidth: indexWidth, a: value.index))
  }

  /// The element of `array` at `index`.
  public func select(_ array: Term, at index: Term) -> Term {
    checkIndex(array, index)
    let source = visible(from: array, at: index)
    let node = node(source)
    switch node.op {
    case .store where node.second == index: return node.third
    case .constantArray: return node.first
    default:
      return intern(
        TermNode(.select, width: Int(node.width), a: source.index, b: index.index))
    }
  }

  /// `array` with the element at `index` replaced by `value`.
  public func store(_ array: Term, at index: Term, _ value: Term) -> Term {
    checkIndex(array, index)
    var base = array
    let node = node(array)
    precondition(node.width == self.node(value).width)
    if node.op == .store, node.second == index { base = node.first }
    if select(base, at: index) == value { return base }
    return intern(
      TermNode(
        .store, width: Int(node.width), indexWidth: Int(node.indexWidth), a: base.index,
        b: index.index, c: value.index))
  }

  private func checkIndex(_ array: Term, _ index: Term) {
    precondition(
      node(array).indexWidth == node(index).width && node(index).indexWidth == 0
        && node(array).indexWidth > 0, "an index as wide as the array wants")
  }

  /// The array that decides the element at `index`: writes provably elsewhere are skipped, and
  /// choices whose arms agree there.
  private func visible(from array: Term, at index: Term) -> Term {
    var budget = TermArena.chainLimit
    return visible(from: array, at: index, &budget)
  }

  private func visible(from array: Term, at index: Term, _ budget: inout Int) -> Term {
    var array = array
    while budget > 0 {
      budget -= 1
      let node = node(array)
      if node.op == .store {
        guard node.second != index, areDifferent(node.second, index) else { return array }
        array = node.first
      } else if node.op == .ite {
        // Each level of choice costs half of what is left, so that the depth stays small.
        var share = budget / 2
        budget -= share
        let left = visible(from: node.second, at: index, &share)
        var other = share
        let right = visible(from: node.third, at: index, &other)
        guard left == right else { return array }
        array = left
      } else {
        return array
      }
    }
    return array
  }
}
