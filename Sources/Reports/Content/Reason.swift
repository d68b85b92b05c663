import Classifier
import ISACore

/// Why an instruction is classified as it is, in one short line.
struct Reason {
  /// `privileged`, `sensitive, not privileged`, `innocuous`, `undecided`.
  var verdict: String
  /// What supports it, most telling first.
  var clauses: [String]

  /// `privileged: in user mode it always traps privileged_operation; control sensitive: …`.
  var text: String {
    clauses.isEmpty ? verdict : "\(verdict): \(clauses.joined(separator: "; "))"
  }

  /// - Parameter modes: the pair of modes that the verdict is about.
  init(
    for verdict: Verdict, of instruction: Instruction, in isa: InstructionSet, _ modes: ModePair
  ) {
    let userMode = isa.userModeName(modes)
    self.verdict = Reason.label(verdict)
    var clauses: [String] = []
    switch verdict.privilege {
    case .always:
      clauses.append("in \(userMode) it always traps\(instruction.trapNames(.privilege, in: isa))")
    case .conditional:
      let names = instruction.trapNames(.privilege, in: isa)
      let assumption = verdict.assumption.map { " only under \($0)" } ?? " only conditionally"
      clauses.append("in \(userMode) it traps\(names)\(assumption)")
    case .never: break
    }
    clauses += verdict.sensitivities.map { sensitivity in
      Reason.clause(sensitivity, verdict.sensitive[sensitivity]?.witnesses.first)
    }
    if let undecided = Reason.undecided(verdict) {
      clauses.append(undecided)
    } else if verdict.sensitivities.isEmpty {
      clauses.append(Reason.insensitive(verdict, of: instruction, isa: isa))
    }
    if instruction.performsAnother {
      clauses.append("the instruction that it performs has a verdict of its own")
    }
    if !verdict.gatedBy.isEmpty {
      clauses.append("gated by \(Words.list(verdict.gatedBy))")
    }
    if let violations = Reason.violations(verdict) { clauses.append(violations) }
    if let hole = Reason.hole(verdict) { clauses.append(hole) }
    self.clauses = clauses
  }

  static func label(_ verdict: Verdict) -> String {
    switch verdict.instructionClass {
    case .privileged:
      verdict.privilege == .conditional ? "conditionally privileged" : "privileged"
    case .sensitive: "sensitive, not privileged"
    case .innocuous: verdict.isUndecided ? "undecided" : "innocuous"
    }
  }

  // MARK: Sensitive

  private static func clause(_ sensitivity: Sensitivity, _ witness: Witness?) -> String {
    guard let witness, let shown = shown(by: witness, sensitivity) else {
      return sensitivity.adjective
    }
    return "\(sensitivity.adjective): \(shown)"
  }

  private static func shown(by witness: Witness, _ sensitivity: Sensitivity) -> String? {
    let table = WitnessTable(witness)
    let places = Words.abbreviated(table.telling.map(\.place), limit: 2)
    guard table.outcomes.count > 1 else { return places.isEmpty ? nil : "changes \(places)" }
    if Set(table.outcomes).count > 1 {
      return Words.list(
        zip(table.captions, table.outcomes).map { "\($0) it \($1)" }, conjunction: "but")
    }
    guard let first = table.telling.first else { return nil }
    let isOne = table.telling.count == 1
    switch sensitivity {
    case .mode: return "\(places) \(isOne ? "comes" : "come") out otherwise in another mode"
    case .location where first.role == .map:
      return "\(places) \(isOne ? "does" : "do") not move along"
    case .location: return "\(places) \(isOne ? "shows" : "show") where in real storage it runs"
    default:
      let causes = Words.abbreviated(table.varied.map(\.place), limit: 2)
      return causes.isEmpty
        ? "\(places) \(isOne ? "differs" : "differ")"
        : "\(places) \(isOne ? "depends" : "depend") on \(causes)"
    }
  }

  // MARK: Not sensitive

  private static func insensitive(
    _ verdict: Verdict, of instruction: Instruction, isa: InstructionSet
  ) -> String {
    if verdict.alwaysTraps {
      return "always traps\(instruction.trapNames(.call, in: isa)), so it never retires"
    }
    let provers = Sensitivity.allCases.compactMap { verdict.sensitive[$0]?.prover }
    let used = Prover.allCases.filter(provers.contains)
    if used == [.footprint] {
      return verdict.instructionClass == .privileged
        ? "not sensitive (footprint)"
        : "touches only plain state and translated storage (footprint)"
    }
    let by = used.isEmpty ? "" : " (\(used.map(\.rawValue).joined(separator: ", ")))"
    return verdict.instructionClass == .privileged
      ? "not sensitive\(by)" : "its result shows neither mode, place nor resources\(by)"
  }

  // MARK: Undecided, violating

  private static func undecided(_ verdict: Verdict) -> String? {
    let questions = Sensitivity.allCases.filter { verdict.sensitive[$0]?.isUnknown ?? false }
    if !questions.isEmpty {
      return "not decided whether \(Words.list(questions.map(\.adjective), conjunction: "or"))"
    }
    let claims = verdict.evidence.filter { $0.answer.isUnknown }.map(\.claim).unique
    return claims.isEmpty ? nil : "not decided: \(Words.abbreviated(claims, limit: 2))"
  }

  private static func violations(_ verdict: Verdict) -> String? {
    let strict = verdict.violatedTheorems(.strict)
    let extended = verdict.violatedTheorems(.extended)
    let all = Theorem.all.map(\.number).filter { strict.contains($0) || extended.contains($0) }
    guard !all.isEmpty else { return nil }
    let names = "Theorem\(all.count == 1 ? "" : "s") \(Words.list(all.map(String.init)))"
    if strict == extended { return "violates \(names)" }
    return strict.isEmpty
      ? "violates \(names) in the extended reading"
      : "violates \(names), strictly \(Words.list(strict.map(String.init)))"
  }

  /// Where the exact criterion and Theorem 1's sufficient condition part.
  private static func hole(_ verdict: Verdict) -> String? {
    let isViolator = verdict.violates(1, .strict) || verdict.violates(1, .extended)
    let violatesAny = [Reading.strict, .extended].contains {
      !verdict.violatedTheorems($0).isEmpty
    }
    switch verdict.hole {
    case true? where !violatesAny:
      return "yet a hole under the monitor\u{2019}s map, which is at fault"
    case true? where !isViolator: return "yet a hole under the monitor\u{2019}s map"
    case false? where isViolator: return "yet no hole under the monitor\u{2019}s map"
    default: return nil
    }
  }
}

extension InstructionSet {
  /// A pair's user mode by the name its field gives it, "problem mode"; else "user mode".
  fileprivate func userModeName(_ modes: ModePair) -> String {
    guard modes.user.count == 1 else { return "user mode" }
    return name(of: modes.user[0]).map { "\($0) mode" } ?? "user mode"
  }

  /// The declared name of the value that an equality demands.
  private func name(of equality: StateEquality) -> String? {
    guard let register = registers.element(at: Int(equality.register)) else { return nil }
    let field = register.fields.first { $0.low == equality.low && $0.width == equality.width }
    return field?.values.first { $0.value == equality.value }?.name
  }
}

extension Instruction {
  /// " a", " a or b": the traps of a class that its semantics raises; empty if there are none.
  func trapNames(_ trapClass: TrapClass, in isa: InstructionSet) -> String {
    var ids: [TrapID] = []
    for form in forms {
      form.program.forEachStatement {
        if case .trap(let id, trapClass, _) = $0.kind { ids.append(id) }
      }
    }
    let names = ids.unique.compactMap { isa.traps.element(at: Int($0))?.name }
    return names.isEmpty ? "" : " " + Words.list(names, conjunction: "or")
  }

  /// Whether it goes on as another instruction: System/360's EXECUTE.
  var performsAnother: Bool {
    var performs = false
    for form in forms {
      form.program.forEachStatement { if case .perform = $0.kind { performs = true } }
    }
    return performs
  }
}
