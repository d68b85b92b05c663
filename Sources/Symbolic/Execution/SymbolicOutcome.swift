import ISACore
import Terms

/// How translated accesses are represented.
public enum MemoryModel: Sendable, Hashable {
  /// Data lie in the real memory, at the address that `translate` gives.
  case exact
  /// Data lie in a memory of their own, indexed by virtual address; `translate` only decides which
  /// accesses trap. Proofs so obtained hold for every translation that keeps virtual addresses apart.
  case parametric
}

/// How much one symbolic execution may cost.
public struct SymbolicLimits: Sendable {
  /// New terms.
  public var terms: Int
  /// Statements executed, those of unrolled loops and inlined `translate` programs included.
  public var statements: Int

  public init(terms: Int = 2_000_000, statements: Int = 200_000) {
    self.terms = terms
    self.statements = statements
  }
}

/// Why there is no outcome.
public enum SymbolicFailure: Error, Sendable, Hashable {
  /// A limit was reached; the reason is a sentence for people.
  case tooLarge(reason: String)
}

/// What an instruction's program refers to besides the state.
public struct SymbolicInputs: Sendable {
  /// Constants or variables, as wide as the form's fields.
  public var fields: [Term]
  /// As wide as the machine's contexts.
  public var contexts: [Term]
  /// As wide as the machine's choices.
  public var choices: [Term]
  /// Length in addressable units, of any width.
  public var length: Term

  public init(fields: [Term], contexts: [Term], choices: [Term], length: Term) {
    self.fields = fields
    self.contexts = contexts
    self.choices = choices
    self.length = length
  }
}

/// A trap that may be taken.
public struct SymbolicTrap: Sendable {
  public var trap: TrapID
  public var trapClass: TrapClass
  /// One bit: it is taken. The conditions of an outcome exclude one another.
  public var condition: Term
  public var arguments: [Term]
}

/// A `perform` that may be reached.
public struct SymbolicPerform: Sendable {
  /// One bit: it is reached.
  public var condition: Term
  /// The encoding, left-aligned.
  public var bits: Term
  /// The trap for a performed instruction that performs another.
  public var nested: TrapID
  /// The state in which the other instruction starts.
  public var state: SymbolicState
}

/// A value that the manual leaves open: a variable of its own.
public struct OpenValue: Sendable {
  public var variable: Term
  public var openness: Openness
}

/// All that one program does from one state.
public struct SymbolicOutcome: Sendable {
  /// One bit: the program runs to its end.
  public var retires: Term
  public var traps: [SymbolicTrap]
  public var performs: [SymbolicPerform]
  /// Where `retires` holds, the state afterwards; elsewhere without meaning.
  public var state: SymbolicState
  /// The program's result local, where it has one and `retires` holds.
  public var result: Term?
  /// Values left open, in the order of execution.
  public var openValues: [OpenValue]
  /// One-bit facts about the open values: a selector of n alternatives is below n.
  public var assumptions: [Term]
}
