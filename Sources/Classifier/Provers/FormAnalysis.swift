import ISACore

extension Decider {
  /// Asks everything there is to ask of the subject.
  func findings() -> FormFindings {
    var findings = FormFindings(subject: subject)
    for mode in Mode.allCases {
      findings.statuses[.retires(mode)] = decide(Retires(mode: mode))
    }
    for mode in Mode.allCases { ask(in: mode, &findings) }
    findings.statuses[.modeSensitive] =
      vacuous(in: .user, findings) ?? decide(ModeSensitive())
    findPrivilege(&findings)
    note(in: &findings)
    return findings
  }

  /// What never retires in a mode shows nothing there.
  private func vacuous(in mode: Mode, _ findings: FormFindings) -> Status? {
    if case .proved(let prover)? = findings.statuses[.retires(mode)] { return .proved(prover) }
    return nil
  }

  private func ask(in mode: Mode, _ findings: inout FormFindings) {
    let vacuous = vacuous(in: mode, findings)
    let strict = vacuous ?? decide(ControlSensitive(roles: .strictControl, mode: mode))
    findings.statuses[.control(.strict, mode)] = strict
    // What changes mode or map is control sensitive in the extended reading too.
    if case .refuted = strict {
      findings.statuses[.control(.extended, mode)] = strict
    } else {
      findings.statuses[.control(.extended, mode)] =
        vacuous ?? decide(ControlSensitive(roles: .extendedControl, mode: mode))
    }
    for (index, gate) in bench.layout.gates.enumerated() {
      let definition = Gated(gate: index, name: gate.name, mode: mode)
      // That it gates the instruction is shown by one form.
      if isShownEarlier(.gated(index, mode)) { continue }
      findings.statuses[.gated(index, mode)] = vacuous ?? decide(definition)
    }
    // Where a gate decides, what it guards is looked at: gates come first.
    for role in [Role.resource, .timer, .device] {
      findings.statuses[.role(role, mode)] =
        vacuous ?? decide(ResourceSensitive(role: role, mode: mode))
    }
    findings.statuses[.location(mode)] = vacuous ?? decide(LocationSensitive(mode: mode))
    let program = bench.isa.instructions[subject.form.instruction].forms[subject.form.form].program
    findings.statuses[.breaksInvariants(mode)] =
      vacuous ?? decide(BreaksInvariants(mode: mode, program: program, isa: bench.isa))
  }

  /// Asks whether the form breaks the commuting diagram f(step(v)) = step(f(v)).
  ///
  /// That it never retires where storage is confined says nothing here: under a monitor all of a
  /// guest's storage is within its reach.
  func findHoles(_ findings: inout FormFindings) {
    let all = Array(bench.isa.assumptions.indices)
    for mode in Mode.allCases {
      let hole = Hole(mode: mode)
      let isTyped = hole.isRuledOut(by: footprints(assuming: all))
      findings.statuses[.hole(mode)] =
        !isTyped && neverRetiresUnderMap ? .proved(.sat) : decide(hole, assuming: all)
    }
    note(in: &findings)
  }

  /// `always`, `conditional` or `never` privileged.
  private func findPrivilege(_ findings: inout FormFindings) {
    let always = privilege(assuming: [], neverRetires: findings.statuses[.retires(.user)])
    findings.isAlwaysPrivileged = always.holds
    findings.privilegeEvidence = always
    if always.holds == .yes { return }
    let all = Array(bench.isa.assumptions.indices)
    if all.isEmpty { return }
    // What retires in user mode under all assumptions together does so under each alone.
    let underAll = decide(Privileged.neverRetiresInUserMode, assuming: all)
    if case .refuted(let finding, _) = underAll {
      findings.retiringUnderAssumptions = finding
      return
    }
    // Those that speak of state that the form reads: one of them, or all of them, or more yet.
    let relevant = all.filter(isRelevant)
    for assumption in relevant where all.count > 1 {
      let alone = privilege(assuming: [assumption], neverRetires: nil)
      if alone.holds == .yes { return findings.makeConditional(alone, on: [assumption]) }
    }
    if relevant.count > 1, relevant.count < all.count {
      let some = privilege(assuming: relevant, neverRetires: nil)
      if some.holds == .yes { return findings.makeConditional(some, on: relevant) }
    }
    let together = privilege(assuming: all, neverRetires: underAll)
    if together.holds == .yes { return findings.makeConditional(together, on: all) }
    findings.isPrivilegedUnderAssumptions = together.holds
  }

  /// Whether an assumption speaks of registers that the form, or the way to its operands, reads.
  private func isRelevant(_ assumption: Int) -> Bool {
    let instruction = bench.isa.instructions[subject.form.instruction]
    let programs =
      [instruction.forms[subject.form.form].program] + bench.isa.memories.compactMap(\.translate)
    let wanted = reads(of: bench.isa.assumptions[assumption].program)
    return programs.flatMap(reads).contains { read in
      wanted.contains { $0.register == read.register && $0.bits.overlaps(read.bits) }
    }
  }

  private func reads(of program: Program) -> [(register: Int, bits: Range<Int>)] {
    program.nodes.filter { $0.op == .read }.map {
      (Int($0.a), Int($0.c)..<Int($0.c) + Int($0.width))
    }
  }

  /// The three parts of the definition of *privileged*, under assumptions.
  private func privilege(
    assuming assumptions: [Int], neverRetires: Status?
  ) -> PrivilegeFinding {
    let user =
      neverRetires ?? decide(Privileged.neverRetiresInUserMode, assuming: assumptions)
    if user.isShown == .yes { return PrivilegeFinding(holds: .no, runs: user) }
    let refused = decide(
      Privileged.neverPrivilegeTrapsInSupervisorMode, assuming: assumptions)
    if refused.isShown == .yes { return PrivilegeFinding(holds: .no, runs: refused) }
    let retires = decide(Privileged.supervisorRetiresWhereUserTraps, assuming: assumptions)
    var finding = PrivilegeFinding(
      holds: .all([user.isShown.negated, refused.isShown.negated, retires.isShown]),
      runs: retires)
    for case .proved(let prover) in [user, refused] { finding.prover = max(finding.prover, prover) }
    return finding
  }
}
