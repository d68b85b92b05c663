import ISACore
import Terms

/// How hard to try before answering `unknown`.
public struct DecisionLimits: Sendable {
  /// Conflicts of the SAT search.
  public var conflicts: Int
  /// Gates of the bit-blasted question.
  public var gates: Int

  public init(conflicts: Int = 20_000, gates: Int = 4_000_000) {
    self.conflicts = conflicts
    self.gates = gates
  }
}

/// The answer to "is there an assignment that makes this bit 1?".
public enum Decision: Sendable {
  case unsatisfiable
  /// There is, unless `isApproximate`: then products or quotients were left uninterpreted and the
  /// assignment is a suggestion, to be evaluated before it is believed.
  case satisfiable(Assignment, isApproximate: Bool)
  /// A limit was reached; why is a phrase for people.
  case unknown(why: String)

  /// Decides whether the one-bit `question` can be 1.
  public static func decide(
    _ question: Term, in arena: TermArena, limits: DecisionLimits = DecisionLimits()
  ) -> Decision {
    .unknown(why: "")
  }
}
