/// A literal: variable × 2, plus 1 if negated.
public struct Literal: Hashable, Sendable {
  public let code: Int32

  @inline(__always)
  init(code: Int32) { self.code = code }

  public init(variable: Int32, isNegated: Bool = false) {
    code = variable << 1 | (isNegated ? 1 : 0)
  }

  @inline(__always)
  public var variable: Int32 { code >> 1 }
  @inline(__always)
  public var isNegated: Bool { code & 1 == 1 }
  @inline(__always)
  public static prefix func ~ (literal: Literal) -> Literal { Literal(code: literal.code ^ 1) }
}

/// A propositional search: conflict-driven clause learning with two watched literals, first-UIP
/// clauses, activities with decay, saved phases, Luby restarts, and deletion of learnt clauses by
/// how many decision levels they join (Eén and Sörensson 2003; Audemard and Simon 2009).
///
/// Deterministic. Clauses may be added between calls of `solve`.
public final class SATSolver {
  public enum Result: Sendable, Hashable {
    case satisfiable
    case unsatisfiable
    /// The conflict limit was reached.
    case undecided
  }

  private var search = ClauseSearch()

  public init() {}

  public var variableCount: Int { search.variableCount }
  /// Conflicts met in all calls of `solve`.
  public var conflicts: Int { search.conflicts }
  /// Literals propagated in all calls of `solve`.
  public var propagations: Int { search.propagations }

  public func newVariable() -> Int32 { search.newVariable() }

  /// Demands that one of `literals` be true.
  public func addClause(_ literals: [Literal]) { search.addClause(literals) }

  /// Searches for a model, for at most `conflictLimit` conflicts.
  public func solve(conflictLimit: Int) -> Result { search.solve(conflictLimit: conflictLimit) }

  /// The literal's value in the model of the last `satisfiable` answer.
  public func value(of literal: Literal) -> Bool { search.value(of: literal) }
}
