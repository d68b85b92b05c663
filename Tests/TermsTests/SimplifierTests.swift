import ISACore
import Terms
import Testing

@Suite("The simplifier keeps the meaning of Fold")
struct SimplifierTests {
  @Test("on random graphs of narrow terms", arguments: 0..<40)
  func narrow(seed: Int) {
    check(seed: UInt64(seed), variables: [1, 1, 2, 3, 3, 4], limit: 12)
  }

  @Test("on random graphs of terms up to 128 bits", arguments: 0..<40)
  func wide(seed: Int) {
    check(seed: UInt64(1000 + seed), variables: [1, 8, 16, 32, 32, 64, 64, 128], limit: 128)
  }

  private func check(seed: UInt64, variables: [Int], limit: Int) {
    var random = RandomTerms(seed: seed, assignments: 12)
    random.grow(variables: variables, count: 400, limit: limit)
    let plan = EvaluationPlan(random.terms, in: random.arena)
    for (assignment, wanted) in zip(random.assignments, random.values) {
      let values = plan.values(under: assignment)
      for (position, value) in values.enumerated() where value != wanted[position] {
        let term = random.arena.description(of: random.terms[position])
        Issue.record("\(term) is \(value), not \(wanted[position])")
        return
      }
    }
  }

  /// A term and its values by assignment, as `Fold` has them.
  private typealias Known = (term: Term, values: [UInt128])

  /// Every operator over every pair of an operand that is itself an operator's result and a leaf.
  @Test("on all terms of two operators at small widths", arguments: [1, 2, 3])
  func exhaustive(width: Int) {
    let arena = TermArena()
    let x = arena.variable("x", width: width)
    let y = arena.variable("y", width: width)
    let range = UInt128(0)...BitVector.mask(width)
    let pairs = range.flatMap { a in range.map { b in (a, b) } }
    let constants: [UInt128] = width == 1 ? [0, 1] : width == 2 ? [1, 2, 3] : [1, 4]
    let leaves: [Known] =
      [(x, pairs.map(\.0)), (y, pairs.map(\.1))]
      + constants.map { value in
        (arena.constant(value, width: width), pairs.map { _ in value })
      }
    let operators = Operator.allCases.filter { $0.shape == .binary && $0 != .concat }
    func apply(_ op: Operator, _ p: Known, _ q: Known) -> Known {
      let values = zip(p.values, q.values).map {
        Fold.binary(op, $0, $1, width: width, rightWidth: width)
      }
      return (arena.binary(op, p.term, q.term), values)
    }

    var inner = leaves
    for op in operators where !op.isComparison {
      for left in leaves { for right in leaves { inner.append(apply(op, left, right)) } }
    }
    var outer: [Known] = []
    for op in operators {
      for left in inner {
        for right in leaves {
          outer.append(apply(op, left, right))
          outer.append(apply(op, right, left))
        }
      }
    }
    let plan = EvaluationPlan(outer.map(\.term), in: arena)
    for (position, pair) in pairs.enumerated() {
      let values = plan.values(under: Assignment(bits: [x: pair.0, y: pair.1]))
      if let wrong = values.indices.first(where: { values[$0] != outer[$0].values[position] }) {
        let term = arena.description(of: outer[wrong].term)
        Issue.record("\(term) at x = \(pair.0), y = \(pair.1)")
        return
      }
    }
  }
}
