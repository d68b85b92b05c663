import Classifier
import ISACore
import Monitor
import Verification

/// What a report about a verification draws on.
public struct VerificationReport: Sendable {
  public var isa: InstructionSet
  public var arrangement: Arrangement
  public var result: VerificationResult
  /// The theory's answer; nil if nobody asked for it.
  public var classification: Classification?

  public init(
    _ isa: InstructionSet, _ arrangement: Arrangement, _ result: VerificationResult,
    _ classification: Classification?
  ) {
    self.isa = isa
    self.arrangement = arrangement
    self.result = result
    self.classification = classification
  }

  // MARK: Sentences

  /// What a reader takes home.
  var headline: String {
    if result.wasCancelled { return "The verification was interrupted; this is its part." }
    let failures = properties.filter { $0.holds == false }.map { $0.name.lowercased() }
    let monitor = "a \(strategyName) monitor"
    if result.strategy == .closeEnough {
      let count = result.observed.count
      return failures.isEmpty
        ? "No guest could tell what this monitor leaves out."
        : "A monitor that leaves out part of the simulation gives itself away: "
          + "\(Words.number(count)) instruction\(count == 1 ? " tells" : "s tell")."
    }
    guard failures.isEmpty else {
      return "\(Words.list(failures).capitalizedFirst) \(failures.count == 1 ? "does" : "do") not "
        + "hold under \(monitor)."
    }
    let holding = properties.filter { $0.holds == true }.map { $0.name.lowercased() }
    return "\(Words.list(holding).capitalizedFirst) hold under \(monitor)."
  }

  var strategyName: String { result.strategy.rawValue }

  /// The theory and the experiment, compared in a sentence.
  var agreement: String {
    guard classification != nil else { return "The theory was not asked." }
    guard !result.wasCancelled else { return "Theory and experiment are not compared." }
    let holes = result.predicted
    if result.strategy == .closeEnough {
      return "The theory speaks of a monitor that leaves nothing out; this one does."
    }
    guard result.disagreements.isEmpty else {
      return "Theory and experiment disagree in \(Words.number(result.disagreements.count)) "
        + "point\(result.disagreements.count == 1 ? "" : "s")."
    }
    if let losses = result.losses {
      return "The theory foretells that guests part, at no instruction of its naming: \(losses)."
    }
    return "The theory predicts exactly what the monitor observes: "
      + (holes.isEmpty
        ? "no instruction gives the monitor away."
        : "\(Words.list(holes)) \(holes.count == 1 ? "gives" : "give") the monitor away.")
  }

  /// Where theory and experiment differ, as far as they speak of the same monitor.
  var disagreements: [String] {
    result.strategy == .closeEnough ? [] : result.disagreements
  }

  /// What parts where the theory is silent, in a sentence.
  var elsewhere: String? {
    let ids = result.observedElsewhere
    guard !ids.isEmpty else { return nil }
    return "In modes that are neither side of the pair "
      + "\(Words.list(ids)) \(ids.count == 1 ? "parts" : "part") too; the theory does not speak of them."
  }

  // MARK: The three properties

  struct Property {
    var name: String
    /// nil: it was not at stake.
    var holds: Bool?
    /// What the paper asks for.
    var meaning: String
    /// Short clauses with the numbers.
    var figures: [String]
  }

  var properties: [Property] {
    let audit = result.audit
    let profile = result.profile
    let parted =
      (result.guests + result.torture).count { !$0.isEquivalent }
    let instructions = result.guests.reduce(0) { $0 + $1.instructions }
    var equivalence = [
      "\(Words.count(result.guests.count, "guest")) of \(Figures.grouped(instructions)) instructions",
      "\(Words.count(result.torture.count, "program")) at random"
        + (parted > 0 ? ", \(Figures.grouped(parted)) of all these part" : ""),
      "the commuting diagram of \(Words.count(result.diagram.forms, "form")) from "
        + "\(Figures.grouped(result.diagram.states)) states",
    ]
    if !result.diagram.broken.isEmpty {
      equivalence.append(
        "the diagram breaks for \(Words.abbreviated(result.diagram.broken.keys.sorted(), limit: 8))"
      )
    }
    let efficiency = [
      "\(Figures.percent(profile.directFraction)) of all instructions run directly",
      "\(Figures.decimal(profile.exitsPerThousand)) exits per thousand",
      result.guests.reduce(0) { $0 + $1.bareSeconds } < 0.01
        ? "too short a time to measure"
        : "\(Figures.decimal(result.ratio)) times the bare machine\u{2019}s time",
    ]
    return [
      Property(
        name: "Equivalence", holds: result.isEquivalent,
        meaning: "A guest runs as on the bare machine, to the last unit of storage and output.",
        figures: equivalence),
      Property(
        name: "Resource control", holds: result.hasResourceControl,
        meaning: "No guest reaches what the monitor has not allotted to it.",
        figures: Self.figures(of: audit)),
      Property(
        name: "Efficiency", holds: result.isEfficient,
        meaning: "Most instructions are carried out by the real machine itself.",
        figures: efficiency),
    ]
  }

  /// What was looked at, in short clauses.
  static func figures(of audit: Audit) -> [String] {
    var figures = [
      audit.canaries == 0
        ? "no storage was left for canaries" : "\(Figures.grouped(audit.canaries)) canaries alive",
      "\(Figures.grouped(audit.states)) audits of the real machine",
    ]
    if audit.mappings > 0 { figures.append("\(Figures.grouped(audit.mappings)) of mappings") }
    if audit.violationCount > 0 {
      figures.append("\(Figures.grouped(audit.violationCount)) violations")
    }
    return figures
  }

  // MARK: Tables

  /// Costs of an exit, in instruction times, for which a slowdown is predicted.
  static let costs = [10, 100, 1000]

  /// The causes of exits that occurred, in the order of `Exit`.
  static func causes(_ guests: [GuestResult]) -> [Exit] {
    Exit.allCases.filter { exit in guests.contains { ($0.profile.exits[exit] ?? 0) > 0 } }
  }

  /// Mutants by the kind of check that noticed them, most of them first; those at large first.
  var mutantsByCheck: [(check: String, mutants: [MutantResult])] {
    let groups = Dictionary(grouping: result.mutants) { $0.caughtBy.map(Self.kind) ?? "" }
    return groups.sorted {
      if $0.key.isEmpty != $1.key.isEmpty { return $0.key.isEmpty }
      return ($1.value.count, $0.key) < ($0.value.count, $1.key)
    }.map { ($0.key, $0.value) }
  }

  /// `guest hello: E[4] is …` is of the kind `guests`.
  static func kind(_ check: String) -> String {
    let head = String(check.prefix { $0 != ":" })
    if head.hasPrefix("guest ") { return "guests" }
    if head.hasPrefix("the diagram") { return "the diagram" }
    return head
  }

  /// What the guests' machines are set to: `storage_size = 96`.
  var virtualChoices: String { Self.words(arrangement.virtualChoices, isa) }

  static func words(_ choices: [ChoiceID: UInt128], _ isa: InstructionSet) -> String {
    Words.list(
      choices.sorted { $0.key < $1.key }.map { "\(isa.choices[Int($0.key)].name) = \($0.value)" })
  }

  /// The smallest guests that show a hole, in the order of the description.
  var showing: [Showing] {
    isa.instructions.compactMap { instruction in
      result.showing[instruction.id].map {
        Showing(
          id: instruction.id, guest: $0, difference: result.differences[instruction.id] ?? "",
          of: isa, choices: arrangement.virtualChoices)
      }
    }
  }
}

extension Exit {
  /// For the head of a narrow column.
  var abbreviation: String {
    switch self {
    case .reflected: "refl."
    case .interpreted: "interp."
    case .mapped: "mapped"
    case .interruption: "interr."
    case .supervisor: "superv."
    case .preempted: "preem."
    case .idle: "idle"
    }
  }

  /// What happened, for a legend.
  var explanation: String {
    switch self {
    case .reflected: "a trap of the guest\u{2019}s own, given to it"
    case .interpreted: "refused by the real machine, done by the interpreter"
    case .mapped: "a mapping was missing and was made"
    case .interruption: "an interruption of the guest"
    case .supervisor: "virtual supervisor mode, interpreted without a trap"
    case .preempted: "the processor was taken back"
    case .idle: "the guest waits"
    }
  }
}
