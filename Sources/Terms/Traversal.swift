// Walks over the graph. Operands stand before their users in the arena, so a set of indices in
// ascending order is an order of evaluation, and nothing here recurses.

extension TermArena {
  /// All terms that `roots` are made of, each once, operands first.
  public func cone(of roots: [Term]) -> [Term] {
    var seen = Set<Int32>()
    var pending: [Int32] = []
    for root in roots where seen.insert(root.index).inserted { pending.append(root.index) }
    while let index = pending.popLast() {
      let node = nodes[Int(index)]
      let arity = node.op.arity
      if arity > 0, seen.insert(node.a).inserted { pending.append(node.a) }
      if arity > 1, seen.insert(node.b).inserted { pending.append(node.b) }
      if arity > 2, seen.insert(node.c).inserted { pending.append(node.c) }
    }
    return seen.sorted().map { Term(index: $0) }
  }

  /// The variables, of bits and of arrays, that `roots` depend on, in the order they were made.
  public func variables(in roots: [Term]) -> [Term] {
    cone(of: roots).filter { node($0).op == .variable }
  }

  /// `terms` with other terms in place of some (usually variables), simplified anew.
  public func substitute(_ replacements: [Term: Term], in terms: [Term]) -> [Term] {
    var images: [Term: Term] = [:]
    for term in cone(of: terms) {
      images[term] = replacements[term] ?? rebuilt(term) { images[$0]! }
    }
    return terms.map { images[$0]! }
  }

  /// `term` with other terms in place of some (usually variables), simplified anew.
  public func substitute(_ replacements: [Term: Term], in term: Term) -> Term {
    substitute(replacements, in: [term])[0]
  }

  /// The term with its operands replaced by their images, simplified anew.
  public func rebuilt(_ term: Term, _ image: (Term) -> Term) -> Term {
    let node = node(term)
    switch node.op {
    case .constant, .variable: return term
    case .sext: return sext(image(node.first), to: Int(node.width))
    case .extract: return extract(image(node.first), low: node.low, width: Int(node.width))
    case .popcount, .clz, .ctz:
      return count(node.op.isaOperator!, image(node.first), width: Int(node.width))
    case .not: return not(image(node.first))
    case .neg: return neg(image(node.first))
    case .ite: return ite(image(node.first), image(node.second), image(node.third))
    case .ieee:
      return ieee(
        image(node.first), image(node.second), image(node.third), width: Int(node.width))
    case .constantArray:
      return constantArray(image(node.first), indexWidth: Int(node.indexWidth))
    case .select: return select(image(node.first), at: image(node.second))
    case .store:
      return store(image(node.first), at: image(node.second), image(node.third))
    default:
      return binary(node.op.isaOperator!, image(node.first), image(node.second))
    }
  }
}
