import Dispatch
import ISACore
import Synchronization

/// What came of judging the provers.
public struct JudgeReport: Sendable {
  public struct Disagreement: Sendable {
    /// Seed of the machine: `TinyMachineGenerator(seed:)` makes it again.
    public var seed: UInt64
    public var instruction: String
    /// "mode sensitive: by enumeration yes, by the provers proved".
    public var what: String
    /// The machine in words.
    public var machine: String
  }

  /// Machines looked at, and instructions on them.
  public var machines = 0
  public var instructions = 0
  /// Answers that were compared.
  public var agreements = 0
  public var disagreements: [Disagreement] = []
  /// Answers that the provers left open; listed among the disagreements too.
  public var unknown = 0
  /// Answers that hang on a value which the manual leaves open; nobody is judged by them.
  public var open = 0
  /// Instructions by what enumeration says of them: `privileged`, `mode sensitive`, ….
  public var shares: [String: Int] = [:]
  /// Answers by the prover that gave them.
  public var provers: [Prover: Int] = [:]
  public var milliseconds = 0.0

  public init() {}

  /// Adds what came of other machines.
  public mutating func merge(_ other: JudgeReport) {
    machines += other.machines
    instructions += other.instructions
    agreements += other.agreements
    disagreements += other.disagreements
    unknown += other.unknown
    open += other.open
    shares.merge(other.shares, uniquingKeysWith: +)
    provers.merge(other.provers, uniquingKeysWith: +)
    milliseconds += other.milliseconds
  }
}

/// Judges the provers: random tiny machines are classified both by the provers and by brute-force
/// enumeration of the definitions, and the two must agree.
public enum Judge {
  /// - Parameters:
  ///   - count: machines.
  ///   - seed: of the first machine; the others follow.
  ///   - effort: which provers are judged, and how hard they try.
  public static func run(
    count: Int, seed: UInt64, effort: Effort = tinyMachineEffort
  ) -> JudgeReport {
    let clock = ContinuousClock()
    let start = clock.now
    let total = Mutex(JudgeReport())
    let next = Atomic<Int>(0)
    let workers = max(1, min(count, activeProcessorCount()))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var report = JudgeReport()
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count { break }
        report.merge(judge(seed: seed &+ UInt64(index), effort: effort))
      }
      total.withLock { $0.merge(report) }
    }
    var report = total.withLock { $0 }
    report.disagreements.sort { $0.seed < $1.seed }
    report.milliseconds = Double((clock.now - start) / .microseconds(1)) / 1000
    return report
  }

  /// Few tries, so that much is left to the provers after the search.
  public static var tinyMachineEffort: Effort {
    var effort = Effort()
    effort.firstTries = 24
    effort.lastTries = 1024
    return effort
  }

  /// Judges one machine.
  public static func judge(seed: UInt64, effort: Effort = tinyMachineEffort) -> JudgeReport {
    var generator = TinyMachineGenerator(seed: seed)
    let machine = generator.machine()
    var options = Classifier.Options()
    options.workers = 1
    options.distinguishesOperands = false
    options.effort = effort
    let classification = Classifier(machine.isa, options: options).classify()
    let enumeration = Enumeration(machine.isa, choices: machine.isa.choices.map(\.defaultValue))
    // One choice of one bit at most: the other valuation is the opposite one.
    let others = machine.isa.choices.map { choice in
      let value = 1 - choice.defaultValue
      return (
        words: "\(choice.name) = \(value)", enumeration: Enumeration(machine.isa, choices: [value])
      )
    }
    var report = JudgeReport()
    report.machines = 1
    var violations: [Int: [Reading: Truth3]] = [:]
    for (index, classified) in classification.instructions.enumerated() {
      let facts = enumeration.facts(index)
      let program = machine.isa.instructions[index].forms[0].program
      let comparison = Comparison(
        facts: facts,
        factsUnderChoices: program.nodes.contains { $0.op == .choice }
          ? others.map { ($0.words, $0.enumeration.facts(index)) } : [],
        verdict: classified.verdict, isa: machine.isa, seed: seed,
        instruction: machine.isa.instructions[index].id)
      report.merge(comparison.report())
      for (theorem, readings) in facts.violations {
        for (reading, truth) in readings {
          let known = violations[theorem]?[reading] ?? .no
          violations[theorem, default: [:]][reading] = known.or(truth)
        }
      }
    }
    for (theorem, readings) in violations {
      for (reading, truth) in readings {
        guard let verdict = classification.theorems[theorem]?[reading] else { continue }
        report.shares[
          "theorem \(theorem) \(reading.rawValue) \(truth == .no ? "holds" : "fails")", default: 0] +=
          1
        if truth == .unknown { continue }
        if verdict.holds == (truth == .no), !verdict.isUnknown {
          report.agreements += 1
        } else {
          report.disagreements.append(
            .init(
              seed: seed, instruction: "", what: "theorem \(theorem), \(reading.rawValue)",
              machine: TinyMachineDescription.text(machine.isa)))
        }
      }
    }
    return report
  }
}

extension Enumeration.Facts {
  /// In some mode, or in the one named.
  private func either(_ truths: [Mode: Truth3], _ mode: Mode?) -> Truth3 {
    if let mode { return truths[mode] ?? .no }
    return .any(Mode.allCases.map { truths[$0] ?? .no })
  }

  func isSensitive(_ way: Sensitivity, mode: Mode? = nil) -> Truth3 {
    switch way {
    case .control: either(control, mode)
    case .mode: self.mode
    case .location: either(location, mode)
    case .resource: either(roles[.resource] ?? [:], mode)
    case .timing: either(roles[.timer] ?? [:], mode)
    case .device: either(roles[.device] ?? [:], mode)
    }
  }

  var isPrivileged: Truth3 { privilege.or(isConditional) }

  func isSensitive(_ reading: Reading) -> Truth3 {
    switch reading {
    case .strict: .any([either(strictControl, nil), mode, either(location, nil)])
    case .extended: .any(Sensitivity.allCases.map { isSensitive($0) })
    }
  }

  func isUserSensitive(_ reading: Reading) -> Truth3 {
    switch reading {
    case .strict: .any([either(strictControl, .user), either(location, .user)])
    case .extended:
      .any(
        [Sensitivity.control, .location, .resource, .device].map { isSensitive($0, mode: .user) })
    }
  }

  /// By theorem and reading.
  var violations: [Int: [Reading: Truth3]] {
    var violations: [Int: [Reading: Truth3]] = [:]
    for reading in Reading.allCases {
      let counted: [Sensitivity] = [.control, .mode, .location, .resource, .device]
      let first =
        reading == .strict ? isSensitive(.strict) : Truth3.any(counted.map { isSensitive($0) })
      violations[1, default: [:]][reading] = first.and(isPrivileged.negated)
      violations[2, default: [:]][reading] = isSensitive(reading).and(isPrivileged.negated)
      violations[3, default: [:]][reading] = isUserSensitive(reading).and(isPrivileged.negated)
    }
    return violations
  }
}

/// One instruction's verdict beside the facts.
private struct Comparison {
  let facts: Enumeration.Facts
  /// What holds under the other choices, by the words for them.
  let factsUnderChoices: [(words: String, facts: Enumeration.Facts)]
  let verdict: Verdict
  let isa: InstructionSet
  let seed: UInt64
  let instruction: String

  func report() -> JudgeReport {
    var report = JudgeReport()
    report.instructions = 1
    for way in Sensitivity.allCases {
      if facts.isSensitive(way) == .yes {
        report.shares["\(way.rawValue) sensitive", default: 0] += 1
      }
      compare(
        "\(way.rawValue) sensitive", verdict.sensitive[way] ?? .unknown(why: "missing"), &report
      ) { $0.isSensitive(way) }
    }
    compare("control sensitive (strict)", verdict.strictControl, &report) { facts in
      .any(Mode.allCases.map { facts.strictControl[$0] ?? .no })
    }
    for reading in Reading.allCases {
      compare(
        "sensitive (\(reading.rawValue))", facts.isSensitive(reading),
        verdict.isSensitive[reading] ?? false, &report)
      compare(
        "user sensitive (\(reading.rawValue))", facts.isUserSensitive(reading),
        verdict.userSensitive[reading] ?? false, &report)
      for theorem in 1...3 {
        compare(
          "violates theorem \(theorem) (\(reading.rawValue))",
          facts.violations[theorem]?[reading] ?? .unknown,
          verdict.violates[theorem]?[reading] ?? false, &report)
      }
    }
    compare("always traps", facts.alwaysTraps, verdict.alwaysTraps, &report)
    if let kept = verdict.evidence.first(where: { $0.claim == "keeps the invariants" }) {
      if facts.breaksInvariants == .yes { report.shares["breaks an invariant", default: 0] += 1 }
      compare("breaks an invariant", kept.answer, &report) { $0.breaksInvariants }
    }
    for (name, truth) in facts.gated {
      if truth == .yes { report.shares["gated", default: 0] += 1 }
      compare("gated by \(name)", truth, verdict.gatedBy.contains(name), &report)
    }
    if let holes = verdict.evidence.first(where: { $0.claim == "not a hole" }) {
      if facts.hole.values.contains(.yes) { report.shares["hole", default: 0] += 1 }
      if facts.hole.values.allSatisfy({ $0 == .no }) { report.shares["no hole", default: 0] += 1 }
      compare("a hole", holes.answer, &report) { facts in
        .any(Mode.allCases.map { facts.hole[$0] ?? .no })
      }
    }
    comparePrivilege(&report)
    count(&report)
    return report
  }

  /// Whether the program draws values that a manual would leave open.
  private var hasOpenValues: Bool {
    var found = false
    let index = isa.instructions.firstIndex { $0.id == instruction }!
    isa.instructions[index].forms[0].program.forEachStatement {
      if case .havoc = $0.kind { found = true }
    }
    return found
  }

  private func comparePrivilege(_ report: inout JudgeReport) {
    guard facts.privilege != .unknown, facts.isConditional != .unknown else {
      report.open += 1
      return
    }
    let expected: Privilege =
      facts.privilege == .yes ? .always : facts.isConditional == .yes ? .conditional : .never
    report.shares["privilege \(expected.rawValue)", default: 0] += 1
    let names = facts.assumptions.map { isa.assumptions[$0].text }.joined(separator: ", ")
    let isSame =
      expected == verdict.privilege && (expected != .conditional || names == verdict.assumption)
    if isSame {
      report.agreements += 1
    } else {
      disagree(
        "privilege: by enumeration \(expected.rawValue) \(names), by the provers "
          + "\(verdict.privilege.rawValue) \(verdict.assumption ?? "")", &report)
    }
  }

  private func count(_ report: inout JudgeReport) {
    if facts.alwaysTraps == .yes { report.shares["always traps", default: 0] += 1 }
    report.shares["class \(verdict.instructionClass.rawValue)", default: 0] += 1
    if facts.isUserSensitive(.extended) == .yes { report.shares["user sensitive", default: 0] += 1 }
    for evidence in verdict.evidence {
      switch evidence.answer {
      case .proved(let prover), .refuted(_, let prover): report.provers[prover, default: 0] += 1
      case .depends, .unknown: break
      }
      if evidence.answer.isUnknown, !hasOpenValues {
        report.unknown += 1
        disagree("\(evidence.claim): unknown", &report)
      }
    }
  }

  /// An answer that depends on choices is compared choice by choice; one that does not must hold
  /// under all that leave the instruction there.
  private func compare(
    _ what: String, _ answer: Answer, _ report: inout JudgeReport,
    truth: (Enumeration.Facts) -> Truth3
  ) {
    var cases: [String: Answer] = [:]
    var standard = answer
    if case .depends(let answers) = answer {
      report.shares["depends", default: 0] += 1
      for (choice, answer) in answers { cases[choice] = answer }
      standard = cases[VerdictBuilder.defaultChoice] ?? .unknown(why: "no default")
    }
    compare(what, truth(facts), standard, &report)
    for (words, other) in factsUnderChoices where other.alwaysTraps == .no {
      compare("\(what) where \(words)", truth(other), cases[words] ?? standard, &report)
    }
  }

  private func compare(
    _ what: String, _ truth: Truth3, _ answer: Answer, _ report: inout JudgeReport
  ) {
    if truth == .unknown {
      report.open += 1
      return
    }
    switch (truth, answer) {
    case (.no, .proved), (.yes, .refuted): report.agreements += 1
    case (_, .unknown(let why)):
      report.unknown += 1
      disagree("\(what): by enumeration \(truth), by the provers unknown (\(why))", &report)
    default:
      disagree("\(what): by enumeration \(truth), by the provers \(answer.kind)", &report)
    }
  }

  private func compare(
    _ what: String, _ truth: Truth3, _ answer: Bool, _ report: inout JudgeReport
  ) {
    if truth == .unknown {
      report.open += 1
    } else if (truth == .yes) == answer {
      report.agreements += 1
    } else {
      disagree("\(what): by enumeration \(truth), by the provers \(answer)", &report)
    }
  }

  private func disagree(_ what: String, _ report: inout JudgeReport) {
    report.disagreements.append(
      .init(
        seed: seed, instruction: instruction, what: what,
        machine: TinyMachineDescription.text(isa)))
  }
}
