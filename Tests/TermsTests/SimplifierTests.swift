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

  /// All assignments to `count` variables of `width` bits, and the variables.
  private func variables(_ count: Int, width: Int, in arena: TermArena) -> [Known] {
    (0..<count).map { number in
      (
        arena.variable("x\(number)", width: width),
        (0..<1 << (count * width)).map { UInt128($0 >> (number * width)) & BitVector.mask(width) }
      )
    }
  }

  private func apply(_ op: Operator, _ p: Known, _ q: Known, in arena: TermArena) -> Known {
    let width = arena.width(of: p.term)
    let values = zip(p.values, q.values).map {
      Fold.binary(op, $0, $1, width: width, rightWidth: width)
    }
    return (arena.binary(op, p.term, q.term), values)
  }

  private func choose(_ c: Known, _ p: Known, _ q: Known, in arena: TermArena) -> Known {
    let values = c.values.indices.map { c.values[$0] == 1 ? p.values[$0] : q.values[$0] }
    return (arena.ite(c.term, p.term, q.term), values)
  }

  private func check(_ known: [Known], over variables: [Known], in arena: TermArena) {
    let plan = EvaluationPlan(known.map(\.term), in: arena)
    for position in variables[0].values.indices {
      let bits = variables.map { ($0.term, $0.values[position]) }
      let assignment = Assignment(bits: Dictionary(uniqueKeysWithValues: bits))
      let values = plan.values(under: assignment)
      if let wrong = values.indices.first(where: { values[$0] != known[$0].values[position] }) {
        Issue.record("\(arena.description(of: known[wrong].term)) under \(bits.map(\.1))")
        return
      }
    }
  }

  /// Sums, masks and complements of two variables, in every relation to one another.
  @Test("on all terms of three operators, the inner ones with a constant")
  func offsets() {
    let arena = TermArena()
    let variables = variables(2, width: 2, in: arena)
    var inner = variables
    for op in [Operator.add, .sub, .and, .or, .xor, .mul] {
      for value in 1..<UInt128(4) {
        let constant = (arena.constant(value, width: 2), variables[0].values.map { _ in value })
        for variable in variables {
          inner.append(apply(op, variable, constant, in: arena))
          if op == .sub { inner.append(apply(op, constant, variable, in: arena)) }
        }
      }
      inner.append(apply(op, variables[0], variables[1], in: arena))
    }
    let isLess = apply(.ult, variables[0], variables[1], in: arena)
    inner.append(choose(isLess, variables[0], variables[1], in: arena))
    inner.append(choose(isLess, inner[2], inner[3], in: arena))
    var outer: [Known] = []
    for op in Operator.allCases where op.shape == .binary && op != .concat {
      for left in inner { for right in inner { outer.append(apply(op, left, right, in: arena)) } }
    }
    check(outer, over: variables, in: arena)
  }

  /// Conditions and choices: what guards and merged paths are made of.
  @Test("on all conditions of three operators over three bits")
  func conditions() {
    let arena = TermArena()
    let variables = variables(3, width: 1, in: arena)
    let operators = [Operator.and, .or, .xor, .eq, .ult]
    var inner = variables
    for variable in variables {
      inner.append((arena.not(variable.term), variable.values.map { 1 - $0 }))
    }
    for op in operators {
      for left in 0..<6 {
        for right in 0..<3 { inner.append(apply(op, inner[left], inner[right], in: arena)) }
      }
    }
    inner.append(choose(variables[0], variables[1], variables[2], in: arena))
    inner.append(choose(variables[1], variables[2], variables[0], in: arena))
    var outer: [Known] = []
    for left in inner {
      for right in inner {
        for op in operators { outer.append(apply(op, left, right, in: arena)) }
        for condition in inner[..<6] {
          outer.append(choose(condition, left, right, in: arena))
        }
      }
    }
    check(outer, over: variables, in: arena)
  }

  /// Every operator over every pair of an operand that is itself an operator's result and a leaf.
  @Test("on all terms of two operators at small widths", arguments: [1, 2, 3])
  func exhaustive(width: Int) {
    let arena = TermArena()
    let variables = variables(2, width: width, in: arena)
    let constants: [UInt128] = width == 1 ? [0, 1] : width == 2 ? [1, 2, 3] : [1, 4]
    let leaves =
      variables
      + constants.map { value in
        (arena.constant(value, width: width), variables[0].values.map { _ in value })
      }
    let operators = Operator.allCases.filter { $0.shape == .binary && $0 != .concat }
    var inner = leaves
    for op in operators where !op.isComparison {
      for left in leaves { for right in leaves { inner.append(apply(op, left, right, in: arena)) } }
    }
    var outer: [Known] = []
    for op in operators {
      for left in inner {
        for right in leaves {
          outer.append(apply(op, left, right, in: arena))
          outer.append(apply(op, right, left, in: arena))
        }
      }
    }
    check(outer, over: variables, in: arena)
  }
}
