/// Boolean gates as clauses: every gate is made once (structural hashing), simplified where its
/// inputs are plain, and given to the solver in Tseitin's encoding at once.
final class Gates {
  let solver: SATSolver
  /// Constant true.
  let yes: Literal
  var no: Literal { ~yes }
  /// Gates made so far.
  private(set) var count = 0

  private struct Key: Hashable {
    enum Kind: UInt8 { case and, xor, mux }
    var kind: Kind
    var a: Literal
    var b: Literal
    var c: Literal
  }
  private var known: [Key: Literal] = [:]

  init(_ solver: SATSolver) {
    self.solver = solver
    yes = Literal(variable: solver.newVariable())
    solver.addClause([yes])
  }

  func variable() -> Literal { Literal(variable: solver.newVariable()) }

  func constant(_ value: Bool) -> Literal { value ? yes : no }

  func and(_ a: Literal, _ b: Literal) -> Literal {
    if a == no || b == no || a == ~b { return no }
    if a == yes || a == b { return b }
    if b == yes { return a }
    let key = Key(kind: .and, a: a.code < b.code ? a : b, b: a.code < b.code ? b : a, c: yes)
    return gate(key) { output in
      solver.addClause([~output, a])
      solver.addClause([~output, b])
      solver.addClause([output, ~a, ~b])
    }
  }

  func or(_ a: Literal, _ b: Literal) -> Literal { ~and(~a, ~b) }

  func xor(_ a: Literal, _ b: Literal) -> Literal {
    if a == no { return b }
    if b == no { return a }
    if a == yes { return ~b }
    if b == yes { return ~a }
    if a == b { return no }
    if a == ~b { return yes }
    // Negations go outside, so that all four polarities are one gate.
    let isNegated = a.isNegated != b.isNegated
    let p = Literal(variable: min(a.variable, b.variable))
    let q = Literal(variable: max(a.variable, b.variable))
    let output = gate(Key(kind: .xor, a: p, b: q, c: yes)) { output in
      solver.addClause([~output, p, q])
      solver.addClause([~output, ~p, ~q])
      solver.addClause([output, ~p, q])
      solver.addClause([output, p, ~q])
    }
    return isNegated ? ~output : output
  }

  func equal(_ a: Literal, _ b: Literal) -> Literal { ~xor(a, b) }

  /// `a` where `condition` holds, else `b`.
  func mux(_ condition: Literal, _ a: Literal, _ b: Literal) -> Literal {
    if condition == yes || a == b { return a }
    if condition == no { return b }
    if condition.isNegated { return mux(~condition, b, a) }
    if a == ~b { return equal(condition, a) }
    if a == yes || a == condition { return or(condition, b) }
    if a == no || a == ~condition { return and(~condition, b) }
    if b == yes || b == ~condition { return or(~condition, a) }
    if b == no || b == condition { return and(condition, a) }
    if a.isNegated { return ~mux(condition, ~a, ~b) }
    return gate(Key(kind: .mux, a: condition, b: a, c: b)) { output in
      solver.addClause([~condition, ~a, output])
      solver.addClause([~condition, a, ~output])
      solver.addClause([condition, ~b, output])
      solver.addClause([condition, b, ~output])
      // Implied, but they let equal arms through before the condition is known.
      solver.addClause([~a, ~b, output])
      solver.addClause([a, b, ~output])
    }
  }

  private func gate(_ key: Key, _ clauses: (Literal) -> Void) -> Literal {
    if let literal = known[key] { return literal }
    count += 1
    let output = variable()
    clauses(output)
    known[key] = output
    return output
  }
}
