import ISACore
import Machine

/// Classifies instructions one after the other, on benches of its own.
final class InstructionClassifier {
  private let plan: Plan
  private var benches: [[UInt128]: (bench: Bench, isInvariant: Bool)] = [:]
  private var monitoredBenches: [[UInt128]: (bench: Bench, isInvariant: Bool)] = [:]

  /// Forms of the instruction at hand that answer for all.
  private var representatives: [Int] = []

  init(_ plan: Plan) { self.plan = plan }

  func classify(_ index: Int) -> InstructionResult {
    let instruction = plan.isa.instructions[index]
    representatives =
      FormGroups(instruction: instruction, isa: plan.isa).representatives()
    let forms = findings(ofAllFormsOf: index, choices: plan.defaults)
    var builder = VerdictBuilder(
      benches: { self.bench($0).bench }, monitoredBenches: { self.monitoredBench($0)?.bench },
      forms: forms)
    for valuation in otherValuations(of: instruction) {
      builder.underChoices.append(
        (
          choice: words(for: valuation),
          forms: findings(ofAllFormsOf: index, choices: valuation)
        ))
    }
    let verdict = builder.verdict()
    let (cases, when) = cases(of: instruction, forms)
    return InstructionResult(
      classification: InstructionClassification(
        instruction: index, verdict: verdict, cases: cases, when: when),
      violations: builder.violations(), breaksInvariants: builder.breaksInvariants,
      unknown: verdict.evidence.count(where: { $0.answer.isUnknown }))
  }

  /// For the verdict on one form alone.
  private func builder(_ findings: FormFindings) -> VerdictBuilder {
    VerdictBuilder(
      benches: { self.bench($0).bench }, monitoredBenches: { self.monitoredBench($0)?.bench },
      forms: [findings])
  }

  /// Form by form; what was found on the earlier ones helps with the later ones.
  private func findings(ofAllFormsOf index: Int, choices: [UInt128]) -> [FormFindings] {
    let bench = bench(choices).bench
    var earlier = EarlierForms(
      tests: plan.isa.instructions[index].tests.compactMap { bench.beginning(of: $0) })
    return representatives.map { form in
      let reference = FormReference(instruction: index, form: form)
      let found = findings(reference, choices: choices, earlier: earlier)
      earlier.add(found)
      return found
    }
  }

  private func findings(
    _ form: FormReference, choices: [UInt128], fields: [UInt128?]? = nil,
    earlier: EarlierForms = EarlierForms()
  ) -> FormFindings {
    let (bench, isInvariant) = bench(choices)
    let count = plan.isa.instructions[form.instruction].forms[form.form].fields.count
    let subject = Subject(
      form: form, fields: fields ?? Array(repeating: nil, count: count), choices: choices)
    let seed =
      plan.options.seed &+ UInt64(form.instruction) &* 0x1_0001 &+ UInt64(form.form) &* 0x101
    var findings = Decider(
      bench, subject: subject, effort: plan.options.effort, solver: plan.solver,
      isTranslationShiftInvariant: isInvariant, seed: seed, earlier: earlier
    ).findings()
    if let (bench, isInvariant) = monitoredBench(choices) {
      Decider(
        bench, subject: subject, effort: plan.options.effort, solver: plan.solver,
        isTranslationShiftInvariant: isInvariant, seed: seed, earlier: earlier
      ).findHoles(&findings)
    }
    return findings
  }

  private func monitoredBench(_ choices: [UInt128]) -> (bench: Bench, isInvariant: Bool)? {
    if let known = monitoredBenches[choices] { return known }
    guard let (isa, layout) = plan.monitored else { return nil }
    let made = (
      Bench(isa, layout: layout, choices: choices),
      TranslationInvariance(isa: isa, layout: layout, choices: choices).holdsUnderMonitor()
    )
    monitoredBenches[choices] = made
    return made
  }

  private func bench(_ choices: [UInt128]) -> (bench: Bench, isInvariant: Bool) {
    if let known = benches[choices] { return known }
    let made = (
      Bench(plan.isa, layout: plan.layout, choices: choices),
      TranslationInvariance(isa: plan.isa, layout: plan.layout, choices: choices).holds()
    )
    benches[choices] = made
    return made
  }

  // MARK: Choices

  /// Valuations other than the default one that the instruction can tell apart: each choice that
  /// it reads alone, and all combinations where there are few.
  private func otherValuations(of instruction: Instruction) -> [[UInt128]] {
    var read: Set<Int> = []
    for form in instruction.forms {
      for node in form.program.nodes where node.op == .choice { read.insert(Int(node.a)) }
    }
    let choices = read.sorted()
    let values = choices.map { choice -> [UInt128] in
      let listed = plan.isa.choices[choice].values
      let standard = plan.isa.choices[choice].defaultValue
      return [standard] + listed.filter { $0 != standard }
    }
    let combinations = values.reduce(1) { min($0 * $1.count, 1_000) }
    var valuations: [[UInt128]] = []
    if combinations <= 8 {
      valuations = [plan.defaults]
      for (choice, values) in zip(choices, values) {
        valuations = valuations.flatMap { valuation in
          values.map { value in
            var changed = valuation
            changed[choice] = value
            return changed
          }
        }
      }
    } else {
      for (choice, values) in zip(choices, values) {
        for value in values.dropFirst() {
          var changed = plan.defaults
          changed[choice] = value
          valuations.append(changed)
        }
      }
    }
    return valuations.filter { $0 != plan.defaults }
  }

  /// "decimal = 0": the choices that differ from their defaults.
  private func words(for valuation: [UInt128]) -> String {
    plan.isa.choices.indices.filter { valuation[$0] != plan.isa.choices[$0].defaultValue }
      .map { "\(plan.isa.choices[$0].name) = \(valuation[$0])" }.joined(separator: ", ")
  }

  // MARK: Operands

  /// Verdicts by form and operand value, where they differ.
  private func cases(
    of instruction: Instruction, _ forms: [FormFindings]
  ) -> ([(form: Int, when: String, verdict: Verdict)], when: String?) {
    var cases: [(form: Int, when: String, verdict: Verdict)] = []
    var when: [String] = []
    let operands = OperandCases(isa: plan.isa)
    func name(_ findings: FormFindings) -> String {
      instruction.forms[findings.subject.form.form].name
    }
    for findings in forms {
      let index = findings.subject.form.form
      guard plan.options.distinguishesOperands, isOpenToCases(findings) else { continue }
      for field in operands.decidingFields(of: instruction.forms[index]) {
        guard let found = split(findings, by: field, of: instruction.forms[index]) else {
          continue
        }
        for (condition, representative) in found.cases {
          cases.append(
            (index, condition, builder(representative).verdict()))
        }
        if let condition = found.sensitive { when.append(condition) }
        break
      }
    }
    if cases.isEmpty, forms.count > 1 {
      let builders = forms.map(builder)
      let classes = builders.map(\.instructionClass)
      if classes.contains(where: { $0 != classes[0] }) {
        for (position, builder) in builders.enumerated() {
          let index = forms[position].subject.form.form
          cases.append((index, instruction.forms[index].name, builder.verdict()))
        }
        when = operands.condition(
          forms.indices.filter { classes[$0] == .sensitive }.map { name(forms[$0]) },
          of: forms.map(name))
      }
    }
    return (cases, when.isEmpty ? nil : when.joined(separator: "; "))
  }

  /// Operand values can only make a difference for the better where there is something to better.
  private func isOpenToCases(_ findings: FormFindings) -> Bool {
    findings.isSensitive(in: .extended) == .yes && findings.isPrivileged != .yes
  }

  /// Classifies a form for each value of one field.
  ///
  /// - Returns: nil if the value makes no difference.
  private func split(
    _ findings: FormFindings, by field: Int, of form: Form
  ) -> (cases: [(String, FormFindings)], sensitive: String?)? {
    if permittedValues(of: field, of: form).allSatisfy({
      violatesStill(findings, with: $0, in: field)
    }) {
      return nil
    }
    var groups: [(key: Profile, values: [UInt128], representative: FormFindings)] = []
    var all: [UInt128] = []
    var earlier = EarlierForms()
    earlier.add(findings)
    for value in permittedValues(of: field, of: form) {
      var fields = findings.subject.fields
      fields[field] = value
      let found = self.findings(
        findings.subject.form, choices: findings.subject.choices, fields: fields,
        earlier: earlier)
      earlier.add(found)
      all.append(value)
      let profile = Profile(found)
      if let group = groups.firstIndex(where: { $0.key == profile }) {
        groups[group].values.append(value)
      } else {
        groups.append((profile, [value], found))
      }
    }
    // Only a difference in class or violation is news.
    guard Set(groups.map { $0.key.isViolator }).count > 1 else { return nil }
    let operands = OperandCases(isa: plan.isa)
    let sensitive = groups.filter { $0.key.isViolator }.flatMap(\.values).sorted()
    return (
      groups.map {
        (operands.condition(form.fields[field], in: $0.values, of: all), $0.representative)
      },
      sensitive.isEmpty
        ? nil : operands.condition(form.fields[field], in: sensitive, of: all)
    )
  }

  private func permittedValues(of field: Int, of form: Form) -> [UInt128] {
    let constraints = form.encoding.constraints.filter { $0.subject == .field(field) }
    return (0..<(UInt128(1) << UInt128(form.fields[field].width))).filter { value in
      constraints.allSatisfy { ($0.value == value) == $0.isEqual }
    }
  }

  /// Whether the states that show the form sensitive and not privileged show it with another value
  /// in a field, too: mostly a field names a register, and then they do.
  private func violatesStill(
    _ findings: FormFindings, with value: UInt128, in field: Int
  ) -> Bool {
    var subject = findings.subject
    subject.fields[field] = value
    let bench = bench(subject.choices).bench
    let builder = builder(findings)
    func shows(_ finding: Finding, _ definition: any Definition, assuming: [Int] = []) -> Bool {
      var finding = finding
      finding.operands.fields[field] = value
      return bench.confirms(
        Question(definition: definition, assumptions: assuming), finding, of: subject)
    }
    let assumptions = Array(plan.isa.assumptions.indices)
    let retiring =
      assumptions.isEmpty ? findings.retiring(in: .user) : findings.retiringUnderAssumptions
    guard let retiring,
      shows(retiring, Privileged.neverRetiresInUserMode, assuming: assumptions)
    else { return false }
    return Sensitivity.allCases.flatMap(FormFindings.claims).contains { claim in
      guard case .refuted(let finding, _)? = findings.statuses[claim] else { return false }
      return shows(finding, builder.definition(claim))
    }
  }

  /// What is compared between operand values.
  private struct Profile: Hashable {
    var ways: [Truth3]
    var isPrivileged: Truth3
    var isViolator: Bool

    init(_ findings: FormFindings) {
      ways = Sensitivity.allCases.map { findings.sensitivity($0) }
      isPrivileged = findings.isPrivileged
      isViolator =
        findings.isSensitive(in: .extended) == .yes && findings.isPrivileged != .yes
    }
  }
}
