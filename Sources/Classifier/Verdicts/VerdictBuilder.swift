import ISACore

/// Turns findings into a verdict with its evidence.
struct VerdictBuilder {
  /// Where witnesses are replayed, by the valuation of the choices.
  let benches: (_ choices: [UInt128]) -> Bench
  /// The same for what is asked of the monitor's map; nil without one.
  let monitoredBenches: (_ choices: [UInt128]) -> Bench?
  /// What was found of each form under the default choices.
  var forms: [FormFindings]
  /// The same under other choices that the forms read, by the words for the choice.
  var underChoices: [(choice: String, forms: [FormFindings])] = []

  private var bench: Bench { benches(forms[0].subject.choices) }

  var instructionClass: InstructionClass {
    InstructionClass(
      privilege: privilege,
      isSensitive: forms.contains { $0.isSensitive(in: .extended) == .yes })
  }

  func verdict() -> Verdict {
    var evidence: [Evidence] = []
    var sensitive: [Sensitivity: Answer] = [:]
    for way in Sensitivity.allCases {
      let answer = answer(FormFindings.claims(way))
      sensitive[way] = answer.answer
      evidence.append(
        Evidence(
          claim: definition(FormFindings.claims(way)[0]).claim, answer: answer.answer,
          form: answer.form))
    }
    let strict = answer([.control(.strict, .user), .control(.strict, .supervisor)])
    evidence.append(
      Evidence(
        claim: ControlSensitive(roles: .strictControl, mode: .user).claim, answer: strict.answer,
        form: strict.form))
    evidence.append(contentsOf: privilegeEvidence())
    evidence.append(contentsOf: gateEvidence())
    if !bench.isa.invariants.isEmpty {
      let answer = answer(Mode.allCases.map { .breaksInvariants($0) })
      evidence.append(
        Evidence(
          claim: BreaksInvariants(mode: .user, isWithinReach: true).claim, answer: answer.answer,
          form: answer.form))
    }
    let hole = holeEvidence(&evidence)
    let isSensitive = byReading { reading in
      forms.contains { $0.isSensitive(in: reading) == .yes }
    }
    let privilege = privilege
    return Verdict(
      privilege: privilege, assumption: assumption, sensitive: sensitive,
      strictControl: strict.answer, isSensitive: isSensitive,
      userSensitive: byReading { reading in
        forms.contains { $0.isUserSensitive(in: reading) == .yes }
      },
      alwaysTraps: forms.allSatisfy { $0.alwaysTraps == .yes }, gatedBy: gatedBy,
      violates: violations().mapValues { $0.mapValues { $0 == .yes } },
      instructionClass: InstructionClass(
        privilege: privilege, isSensitive: isSensitive[.extended] ?? false),
      hole: hole, evidence: evidence)
  }

  /// Whether some form is a hole; nil without a monitor's map, or if that is not decided.
  private func holeEvidence(_ evidence: inout [Evidence]) -> Bool? {
    let claims = Mode.allCases.map { Claim.hole($0) }
    guard forms.allSatisfy({ form in claims.allSatisfy { form.statuses[$0] != nil } }) else {
      return nil
    }
    let found = answer(claims)
    evidence.append(
      Evidence(claim: Hole(mode: .user).claim, answer: found.answer, form: found.form))
    switch Truth3.any(forms.flatMap { form in claims.map { form.shown($0) } }) {
    case .yes: return true
    case .no: return false
    case .unknown: return nil
    }
  }

  /// By theorem and reading, whether some form violates it.
  func violations() -> [Int: [Reading: Truth3]] {
    [
      1: byReading { reading in .any(forms.map { Theorem1.isViolated(by: $0, in: reading) }) },
      2: byReading { reading in .any(forms.map { Theorem2.isViolated(by: $0, in: reading) }) },
      3: byReading { reading in .any(forms.map { Theorem3.isViolated(by: $0, in: reading) }) },
    ]
  }

  /// Some form leads out of the states that the invariants permit.
  var breaksInvariants: Truth3 {
    .any(forms.flatMap { form in Mode.allCases.map { form.shown(.breaksInvariants($0)) } })
  }

  private func byReading<Value>(_ value: (Reading) -> Value) -> [Reading: Value] {
    [.strict: value(.strict), .extended: value(.extended)]
  }

  // MARK: Privilege

  /// Forms that can retire somewhere; those that cannot have no say.
  private var formsThatRetire: [FormFindings] { forms.filter { $0.alwaysTraps != .yes } }

  private var privilege: Privilege {
    let forms = formsThatRetire
    if forms.isEmpty || forms.contains(where: { $0.privilege == .never }) { return .never }
    return forms.allSatisfy { $0.privilege == .always } ? .always : .conditional
  }

  private var assumption: String? {
    guard privilege == .conditional else { return nil }
    let needed = Set(
      formsThatRetire.filter { $0.privilege == .conditional }.flatMap {
        $0.assumptions ?? []
      })
    return needed.sorted().map { bench.isa.assumptions[$0].text }.joined(separator: ", ")
  }

  /// One form speaks for all that are privileged in the same way.
  private func privilegeEvidence() -> [Evidence] {
    var groups: [(privilege: Privilege, assumptions: [Int], forms: [FormFindings])] = []
    for form in formsThatRetire {
      let assumptions = form.assumptions ?? []
      if let index = groups.firstIndex(where: {
        $0.privilege == form.privilege && $0.assumptions == assumptions
      }) {
        groups[index].forms.append(form)
      } else {
        groups.append((form.privilege, assumptions, [form]))
      }
    }
    return groups.flatMap { group -> [Evidence] in
      let isWhole = group.forms.count == forms.count
      func evidence(_ claim: String, _ answer: Answer, of form: FormFindings) -> Evidence {
        Evidence(claim: claim, answer: answer, form: isWhole ? nil : formIndex(of: form))
      }
      let form = group.forms.first { $0.isPrivileged != .unknown } ?? group.forms[0]
      switch group.privilege {
      case .always, .conditional:
        let hardest = group.forms.map(\.privilegeEvidence.prover).max() ?? .footprint
        return [
          evidence("privileged", .proved(by: hardest), of: form),
          evidence(
            SupervisorRetiresWhereUserTraps().claim,
            answer(
              form.privilegeEvidence.runs, SupervisorRetiresWhereUserTraps(), form,
              assuming: group.assumptions), of: form),
        ]
      case .never:
        return [evidence("privileged", unprivileged(form), of: form)]
      }
    }
  }

  /// Why a form is not privileged.
  private func unprivileged(_ form: FormFindings) -> Answer {
    if form.isPrivileged == .unknown { return .unknown(why: "whether it is privileged") }
    if case .refuted? = form.statuses[.retires(.user)] {
      return answer(form.statuses[.retires(.user)]!, Retires(mode: .user), form)
    }
    if case .refuted = form.privilegeEvidence.runs {
      return answer(form.privilegeEvidence.runs, PrivilegeTraps(), form)
    }
    // In user mode it never retires, but nowhere does the mode make the difference.
    let retires = form.statuses[.retires(.supervisor)] ?? .unknown("not asked")
    guard
      case .refuted(var witness, let prover) = answer(retires, Retires(mode: .supervisor), form)
    else { return .unknown(why: "whether it retires in supervisor mode") }
    witness.shows =
      "It retires in supervisor mode, but only where user mode takes a memory trap."
    return .refuted(witness, by: prover)
  }

  private func formIndex(of form: FormFindings) -> Int? {
    forms.count > 1 ? form.subject.form.form : nil
  }

  // MARK: Gates

  private var gatedBy: [String] {
    bench.layout.gates.indices.filter { gate in
      forms.contains { form in
        Mode.allCases.contains { form.shown(.gated(gate, $0)) == .yes }
      }
    }.map { bench.layout.gates[$0].name }
  }

  /// Gates that a form reads at all; the rest goes without saying.
  private func gateEvidence() -> [Evidence] {
    bench.layout.gates.indices.compactMap { gate in
      let claims = Mode.allCases.map { Claim.gated(gate, $0) }
      let isTrivial = forms.allSatisfy { form in
        claims.allSatisfy { claim in
          if case .proved(.footprint)? = form.statuses[claim] { return true }
          return false
        }
      }
      if isTrivial { return nil }
      let answer = answer(claims)
      // Where another form has shown it, this one was not asked.
      let isAsked = forms.allSatisfy { form in claims.allSatisfy { form.statuses[$0] != nil } }
      if answer.answer.isUnknown, !isAsked { return nil }
      return Evidence(
        claim: definition(claims[0]).claim, answer: answer.answer, form: answer.form)
    }
  }

  // MARK: Answers

  func definition(_ claim: Claim) -> any Definition {
    switch claim {
    case .retires(let mode): Retires(mode: mode)
    case .control(let reading, let mode):
      ControlSensitive(
        roles: reading == .strict ? .strictControl : .extendedControl, mode: mode)
    case .modeSensitive: ModeSensitive()
    case .breaksInvariants(let mode): BreaksInvariants(mode: mode, isWithinReach: true)
    case .location(let mode): LocationSensitive(mode: mode)
    case .role(let role, let mode): ResourceSensitive(role: role, mode: mode)
    case .gated(let gate, let mode):
      Gated(gate: gate, name: bench.layout.gates[gate].name, mode: mode)
    case .hole(let mode): Hole(mode: mode)
    }
  }

  /// The answer over all forms and the modes named, and the form it was found on.
  private func answer(_ claims: [Claim]) -> (answer: Answer, form: Int?) {
    let own = answer(claims, of: forms)
    // Where a choice takes the instruction away, there is nothing to answer.
    let others = underChoices.filter { !$0.forms.allSatisfy { $0.alwaysTraps == .yes } }
      .map { (choice: $0.choice, answer: answer(claims, of: $0.forms).answer) }
    guard others.contains(where: { $0.answer.kind != own.answer.kind }) else { return own }
    let ownChoice = VerdictBuilder.defaultChoice
    return (.depends([(choice: ownChoice, answer: own.answer)] + others), own.form)
  }

  /// How answers under the default choices are headed.
  static let defaultChoice = "default"

  private func answer(_ claims: [Claim], of forms: [FormFindings]) -> (answer: Answer, form: Int?) {
    var why: String?
    var hardest = Prover.footprint
    for form in forms {
      for claim in claims {
        switch form.statuses[claim] {
        case .refuted?:
          return (
            answer(form.statuses[claim]!, definition(claim), form),
            forms.count > 1 ? form.subject.form.form : nil
          )
        case .proved(let prover)?: hardest = max(hardest, prover)
        case .unknown(let reason)?: why = reason
        case nil: why = why ?? "not asked"
        }
      }
    }
    return (why.map { .unknown(why: $0) } ?? .proved(by: hardest), nil)
  }

  private func answer(
    _ status: Status, _ definition: any Definition, _ form: FormFindings,
    assuming assumptions: [Int] = []
  ) -> Answer {
    switch status {
    case .proved(let prover): return .proved(by: prover)
    case .unknown(let why): return .unknown(why: why)
    case .refuted(let finding, let prover):
      let choices = form.subject.choices
      let isMapped = definition.relation == .mapped
      let bench = isMapped ? monitoredBenches(choices) ?? benches(choices) : benches(choices)
      let builder = WitnessBuilder(bench: bench, subject: form.subject)
      let question = Question(
        definition: definition,
        assumptions: isMapped ? Array(bench.isa.assumptions.indices) : assumptions)
      // As small as it gets, now that somebody will look at it.
      let smallest = bench.minimised(finding, question, of: form.subject)
      guard let witness = builder.witness(for: question, smallest) else {
        return .unknown(why: "the witness could not be replayed")
      }
      return .refuted(witness, by: prover)
    }
  }
}

extension Prover: Comparable {
  /// In the order of cost.
  public static func < (left: Prover, right: Prover) -> Bool {
    allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
  }
}

extension Answer {
  /// `proved`, `refuted`, `depends` or `unknown`.
  public var kind: String {
    switch self {
    case .proved: "proved"
    case .refuted: "refuted"
    case .depends: "depends"
    case .unknown: "unknown"
    }
  }

  /// Neither proved nor refuted, or so for some choice.
  public var isUnknown: Bool {
    switch self {
    case .unknown: true
    case .depends(let cases): cases.contains { $0.answer.isUnknown }
    case .proved, .refuted: false
    }
  }
}
