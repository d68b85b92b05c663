import ISACore

/// The answer to one question. The four are never merged, and `unknown` is never good news.
public indirect enum Answer: Sendable {
  /// The claim holds.
  case proved(by: Prover)
  /// The claim fails; the witness was replayed on the concrete machine.
  case refuted(Witness, by: Prover)
  /// The answer differs with what the implementation chose.
  case depends([(choice: String, answer: Answer)])
  /// Neither proved nor refuted, and why.
  case unknown(why: String)
}

/// How an answer was found, in the order of cost.
public enum Prover: String, Sendable, CaseIterable, Hashable {
  case footprint, symbolic, search, sat, solver
}

/// The ways in which an instruction can be sensitive.
public enum Sensitivity: String, Sendable, CaseIterable, Hashable {
  case control, mode, location, resource, timing, device
}

/// Two readings of every question.
public enum Reading: String, Sendable, CaseIterable, Hashable {
  /// Mode and map only, as in the paper.
  case strict
  /// All roles.
  case extended
}

/// A run, or two runs side by side, that shows a claim to be false.
public struct Witness: Sendable {
  /// One execution of the instruction from one state.
  public struct Run: Sendable {
    /// "in user mode", "in supervisor mode", "with psw.system_mask changed".
    public var caption: String
    /// State that the instruction reads or that differs between the runs, before it.
    public var before: [Value]
    /// State that changed, after it.
    public var after: [Value]
    /// "retires" or "traps privileged_operation (privilege)".
    public var outcome: String
    public init(caption: String, before: [Value], after: [Value], outcome: String) {
      self.caption = caption
      self.before = before
      self.after = after
      self.outcome = outcome
    }
  }
  /// A piece of state and its value: `psw.problem`, `0x1`.
  public struct Value: Sendable, Hashable {
    public var place: String
    public var value: String
    public var role: Role
    public init(place: String, value: String, role: Role) {
      self.place = place
      self.value = value
      self.role = role
    }
  }
  /// A whole state of the machine, for one who wants to go on from it.
  public struct Start: Sendable {
    /// What is not listed is 0.
    public var registers: [(register: RegisterID, element: Int, value: UInt128)] = []
    public var units: [(memory: MemoryID, address: UInt64, unit: UInt128)] = []
    /// Values of the form's encoding fields, and of the decode-time variables.
    public var fields: [UInt128] = []
    public var contexts: [UInt128] = []
    public init() {}
  }
  /// Index into the instruction's forms.
  public var form: Int
  /// The encoded instruction, in hexadecimal units.
  public var encoding: String
  /// Operand fields of the encoding.
  public var fields: [Value]
  /// One run for control sensitivity, two for the comparing ones.
  public var runs: [Run]
  /// One sentence: what the runs show.
  public var shows: String
  /// What the first run starts from. Where the instruction lies is left open.
  public var start = Start()
  public init(
    form: Int, encoding: String, fields: [Value], runs: [Run], shows: String
  ) {
    self.form = form
    self.encoding = encoding
    self.fields = fields
    self.runs = runs
    self.shows = shows
  }
}

public enum Privilege: String, Sendable, CaseIterable, Hashable {
  case always, conditional, never
}

public enum InstructionClass: String, Sendable, CaseIterable, Hashable {
  case privileged, sensitive, innocuous
}

/// One claim about one instruction with its answer.
public struct Evidence: Sendable {
  /// The claim that `Verdict.hole` denies.
  public static let hole = "not a hole"
  /// `privileged`, `not control sensitive`, `not gated by psw.system_mask`, ….
  public var claim: String
  public var answer: Answer
  /// The form it was found on; nil where it holds for all.
  public var form: Int?
  public init(claim: String, answer: Answer, form: Int? = nil) {
    self.claim = claim
    self.answer = answer
    self.form = form
  }
}

/// All that is said about one instruction, or one form of it, in one pair of modes.
public struct Verdict: Sendable {
  public var privilege: Privilege
  /// The assumption under which a conditionally privileged instruction traps.
  public var assumption: String?
  /// The claim is "is not X sensitive", extended reading: `refuted` means it is.
  public var sensitive: [Sensitivity: Answer]
  /// The same in the strict reading (control by mode and map only; resource, timing, device absent).
  public var strictControl: Answer
  public var isSensitive: [Reading: Bool]
  public var userSensitive: [Reading: Bool]
  /// Never retires in any mode: SVC.
  public var alwaysTraps: Bool
  /// Resources that decide whether it retires or traps, as written in the description.
  public var gatedBy: [String]
  /// By theorem 1…3, in each reading.
  public var violates: [Int: [Reading: Bool]]
  public var instructionClass: InstructionClass
  /// Breaks the commuting diagram under the machine's map f; nil without a `monitor` block.
  public var hole: Bool?
  public var evidence: [Evidence]

  public init(
    privilege: Privilege, assumption: String?, sensitive: [Sensitivity: Answer],
    strictControl: Answer, isSensitive: [Reading: Bool], userSensitive: [Reading: Bool],
    alwaysTraps: Bool, gatedBy: [String], violates: [Int: [Reading: Bool]],
    instructionClass: InstructionClass, hole: Bool?, evidence: [Evidence]
  ) {
    self.privilege = privilege
    self.assumption = assumption
    self.sensitive = sensitive
    self.strictControl = strictControl
    self.isSensitive = isSensitive
    self.userSensitive = userSensitive
    self.alwaysTraps = alwaysTraps
    self.gatedBy = gatedBy
    self.violates = violates
    self.instructionClass = instructionClass
    self.hole = hole
    self.evidence = evidence
  }
}

public struct InstructionClassification: Sendable {
  /// Index into `InstructionSet.instructions`.
  public var instruction: Int
  /// The verdict on the instruction as a whole: privileged if every form that can retire is,
  /// sensitive if some form is.
  public var verdict: Verdict
  /// Verdicts by form (index and condition), where forms or operand values differ.
  public var cases: [(form: Int, when: String, verdict: Verdict)]
  /// The condition on operands under which it is sensitive, where operands decide.
  public var when: String?
  public init(
    instruction: Int, verdict: Verdict, cases: [(form: Int, when: String, verdict: Verdict)],
    when: String?
  ) {
    self.instruction = instruction
    self.verdict = verdict
    self.cases = cases
    self.when = when
  }
}

public struct TheoremVerdict: Sendable {
  public var holds: Bool
  /// Instruction ids, in the order of the description.
  public var violators: [String]
  /// An unknown answer stands in the way: then `holds` is false and says nothing.
  public var isUnknown: Bool
  public init(holds: Bool, violators: [String], isUnknown: Bool) {
    self.holds = holds
    self.violators = violators
    self.isUnknown = isUnknown
  }
}

/// A premise of the paper's model, checked rather than assumed.
public struct Precondition: Sendable {
  public var name: String
  public var holds: Bool
  public var why: String
  public init(name: String, holds: Bool, why: String) {
    self.name = name
    self.holds = holds
    self.why = why
  }
}

/// A whole machine, classified for one pair of modes.
public struct Classification: Sendable {
  public var modePair: ModePair
  /// As written in the description.
  public var assumptions: [String]
  public var instructions: [InstructionClassification]
  public var theorems: [Int: [Reading: TheoremVerdict]]
  public var preconditions: [Precondition]
  public var unknown: Int
  public var milliseconds: Double
  public init(
    modePair: ModePair, assumptions: [String], instructions: [InstructionClassification],
    theorems: [Int: [Reading: TheoremVerdict]], preconditions: [Precondition], unknown: Int,
    milliseconds: Double
  ) {
    self.modePair = modePair
    self.assumptions = assumptions
    self.instructions = instructions
    self.theorems = theorems
    self.preconditions = preconditions
    self.unknown = unknown
    self.milliseconds = milliseconds
  }
}
