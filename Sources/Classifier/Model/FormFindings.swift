import ISACore
import Machine

/// What a prover chain came to.
enum Status: Sendable {
  case proved(Prover)
  case refuted(Finding, Prover)
  case unknown(String)

  /// Whether a state shows the definition: the opposite of its claim.
  var isShown: Truth3 {
    switch self {
    case .proved: .no
    case .refuted: .yes
    case .unknown: .unknown
    }
  }
}

/// Whether a form is privileged, under some assumptions.
struct PrivilegeFinding: Sendable {
  var holds: Truth3
  /// The hardest prover that was needed for what holds of all states.
  var prover = Prover.footprint
  /// The runs that show supervisor mode retiring where user mode traps, or what stands against.
  var runs: Status
}

/// The questions asked of every form.
enum Claim: Hashable, Sendable {
  case retires(Mode)
  case control(Reading, Mode)
  case modeSensitive
  case breaksInvariants(Mode)
  case location(Mode)
  /// `resource`, `timer` or `device`.
  case role(Role, Mode)
  /// Index into `RoleLayout.gates`.
  case gated(Int, Mode)
  /// In a virtual mode.
  case hole(Mode)
}

/// Everything that was found about one form, operand values and choices being fixed or not.
struct FormFindings: Sendable {
  var subject: Subject
  var statuses: [Claim: Status] = [:]
  /// Under no assumption.
  var isAlwaysPrivileged = Truth3.no
  /// The assumptions under which it is privileged; nil if none does it.
  var assumptions: [Int]?
  /// Whether the attempt with assumptions came to an end.
  var isPrivilegedUnderAssumptions = Truth3.no
  /// The state from which it was seen to retire in user mode though all assumptions hold.
  var retiringUnderAssumptions: Finding?
  /// What the privilege, or the lack of it, was found by.
  var privilegeEvidence = PrivilegeFinding(holds: .unknown, runs: .unknown("not asked"))
  /// All that was seen of it.
  var examples: [Question.Key: Finding] = [:]

  /// Privileged under these assumptions.
  mutating func makeConditional(_ finding: PrivilegeFinding, on assumptions: [Int]) {
    isPrivilegedUnderAssumptions = .yes
    self.assumptions = assumptions
    privilegeEvidence = finding
  }

  /// The state from which it was seen to retire.
  func retiring(in mode: Mode) -> Finding? {
    if case .refuted(let finding, _)? = statuses[.retires(mode)] { finding } else { nil }
  }

  func shown(_ claim: Claim) -> Truth3 { statuses[claim]?.isShown ?? .unknown }

  /// It retires in neither mode.
  var alwaysTraps: Truth3 {
    shown(.retires(.user)).or(shown(.retires(.supervisor))).negated
  }

  var isPrivileged: Truth3 { isAlwaysPrivileged.or(isPrivilegedUnderAssumptions) }

  var privilege: Privilege {
    if isAlwaysPrivileged == .yes { return .always }
    return isPrivilegedUnderAssumptions == .yes ? .conditional : .never
  }

  func control(in reading: Reading, mode: Mode? = nil) -> Truth3 {
    either(mode) { .control(reading, $0) }
  }

  func sensitivity(_ way: Sensitivity, mode: Mode? = nil) -> Truth3 {
    switch way {
    case .control: control(in: .extended, mode: mode)
    case .mode: mode == .user ? .no : shown(.modeSensitive)
    case .location: either(mode) { .location($0) }
    case .resource: either(mode) { .role(.resource, $0) }
    case .timing: either(mode) { .role(.timer, $0) }
    case .device: either(mode) { .role(.device, $0) }
    }
  }

  private func either(_ mode: Mode?, _ claim: (Mode) -> Claim) -> Truth3 {
    if let mode { return shown(claim(mode)) }
    return shown(claim(.user)).or(shown(claim(.supervisor)))
  }

  /// The claims, in either mode, behind one way of being sensitive.
  static func claims(_ way: Sensitivity) -> [Claim] {
    switch way {
    case .control: [.control(.extended, .user), .control(.extended, .supervisor)]
    case .mode: [.modeSensitive]
    case .location: [.location(.user), .location(.supervisor)]
    case .resource: [.role(.resource, .user), .role(.resource, .supervisor)]
    case .timing: [.role(.timer, .user), .role(.timer, .supervisor)]
    case .device: [.role(.device, .user), .role(.device, .supervisor)]
    }
  }
}

/// What was found about the forms of an instruction so far, for those that follow: most differ
/// in little but how they make an address.
struct EarlierForms: Sendable {
  /// Claims that some form stands against.
  private(set) var shown: Set<Claim> = []
  /// What the description's tests of the instruction start from.
  var tests: [Beginning] = []
  /// Some of the states from which forms retired, the latest last.
  private(set) var retiring: [Mode: [Beginning]] = [:]
  /// What showed an answer last, and of which form.
  private(set) var examples: [Question.Key: (form: FormReference, finding: Finding)] = [:]

  private static let kept = 4

  init(tests: [Beginning] = []) { self.tests = tests }

  mutating func add(_ findings: FormFindings) {
    for (claim, status) in findings.statuses where status.isShown == .yes { shown.insert(claim) }
    for (key, finding) in findings.examples { examples[key] = (findings.subject.form, finding) }
    for mode in Mode.allCases {
      guard let finding = findings.retiring(in: mode) else { continue }
      let beginning = Beginning(
        form: findings.subject.form, operands: finding.operands, s: finding.s)
      retiring[mode] = Array(((retiring[mode] ?? []) + [beginning]).suffix(Self.kept))
    }
  }
}

/// Where a search for states may begin.
struct Beginning: Sendable {
  /// Whose operands these are.
  var form: FormReference
  var operands: Operands
  var s: ConcreteState
}
