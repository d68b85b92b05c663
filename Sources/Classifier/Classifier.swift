import Dispatch
import ISACore
import Machine
import Symbolic
import Synchronization

/// Derives from a description which instructions are privileged, sensitive and innocuous, and
/// what follows for Popek and Goldberg's theorems.
///
/// An expectation stated in the description is never looked at: the answers come from the
/// semantics alone.
public struct Classifier: Sendable {
  public struct Options: Sendable {
    public var effort = Effort()
    /// Instructions classified at the same time; 0: as many as there are processors.
    public var workers = 0
    /// Where the search starts; the same seed gives the same witnesses.
    public var seed: UInt64 = 1974
    /// Whether operand values are classified one by one where they may decide.
    public var distinguishesOperands = true
    /// `z3` or `cvc5`, or the path of one of them, for what the built-in provers leave open. One
    /// that is not there is not asked.
    public var solver: String?
    /// Indices of the instructions to classify, in ascending order; nil for all. The theorems then
    /// speak of these alone.
    public var instructions: [Int]?

    public init() {}
  }

  public let isa: InstructionSet
  public let options: Options

  public init(_ isa: InstructionSet, options: Options = Options()) {
    self.isa = isa.withoutRecording()
    self.options = options
  }

  /// The premises of the paper's model, checked for the machine.
  public func preconditions(modePair: Int = 0) -> [Precondition] {
    Preconditions(
      isa: isa, layout: RoleLayout(isa.confined(), pair: pair(modePair)),
      choices: isa.choices.map(\.defaultValue)
    ).all()
  }

  private func pair(_ index: Int) -> ModePair {
    isa.modePairs.indices.contains(index)
      ? isa.modePairs[index] : ModePair(name: "none", user: [], supervisor: [], span: .none)
  }

  /// Classifies every instruction for one pair of modes.
  ///
  /// - Parameter modePair: an index into `InstructionSet.modePairs`; a machine without any is
  ///   taken to have one mode, which is both user and supervisor.
  public func classify(modePair: Int = 0) -> Classification {
    let clock = ContinuousClock()
    let start = clock.now
    let pair = pair(modePair)
    let confined = isa.confined()
    let layout = RoleLayout(confined, pair: pair)
    let plan = Plan(isa: confined, described: isa, layout: layout, options: options)
    let wanted = options.instructions ?? Array(isa.instructions.indices)
    let count = wanted.count
    let results = Mutex([InstructionResult?](repeating: nil, count: count))
    // The premises are work like another instruction's, and longer than most: they come first.
    let premises = Mutex<[Precondition]>([])
    let next = Atomic<Int>(-1)
    let workers = max(1, min(count, options.workers > 0 ? options.workers : Classifier.processors))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      let worker = InstructionClassifier(plan)
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count { return }
        if index < 0 {
          let found = Preconditions(isa: isa, layout: layout, choices: plan.defaults).all()
          premises.withLock { $0 = found }
          continue
        }
        let result = worker.classify(wanted[index])
        results.withLock { $0[index] = result }
      }
    }
    let classified = results.withLock { $0.compactMap { $0 } }
    var preconditions = premises.withLock { $0 }
    if !isa.invariants.isEmpty { preconditions.append(invariants(classified)) }
    return Classification(
      modePair: pair, assumptions: isa.assumptions.map(\.text),
      instructions: classified.map(\.classification), theorems: theorems(classified),
      preconditions: preconditions, unknown: classified.reduce(0) { $0 + $1.unknown },
      milliseconds: Double((clock.now - start) / .microseconds(1)) / 1000)
  }

  /// No verdict means anything if instructions lead out of the states that it speaks of.
  private func invariants(_ results: [InstructionResult]) -> Precondition {
    let breaking = results.filter { $0.breaksInvariants != .no }
      .map { isa.instructions[$0.classification.instruction].id }
    return Precondition(
      name: "invariants are kept", holds: breaking.isEmpty,
      why: breaking.isEmpty
        ? "every instruction that retires leaves a state that meets them"
        : "these instructions can break one: " + breaking.joined(separator: ", "))
  }

  private func theorems(
    _ results: [InstructionResult]
  ) -> [Int: [Reading: TheoremVerdict]] {
    var theorems: [Int: [Reading: TheoremVerdict]] = [:]
    for theorem in 1...3 {
      for reading in Reading.allCases {
        let truths = results.map { $0.violations[theorem]?[reading] ?? .unknown }
        let violators = zip(results, truths).filter { $0.1 == .yes }
          .map { isa.instructions[$0.0.classification.instruction].id }
        let isUnknown = violators.isEmpty && truths.contains(.unknown)
        theorems[theorem, default: [:]][reading] = TheoremVerdict(
          holds: violators.isEmpty && !isUnknown, violators: violators, isUnknown: isUnknown)
      }
    }
    return theorems
  }

  private static var processors: Int {
    max(1, activeProcessorCount())
  }
}

/// What every worker shares.
struct Plan: Sendable {
  /// Confined.
  let isa: InstructionSet
  let layout: RoleLayout
  /// As described, without `shift`, for what is asked of the monitor's map; nil without one.
  let monitored: (isa: InstructionSet, layout: RoleLayout)?
  let options: Classifier.Options

  /// The external solver to ask, if one is wanted and there.
  let solver: ExternalSolver?

  /// - Parameter described: not confined.
  init(
    isa: InstructionSet, described: InstructionSet, layout: RoleLayout,
    options: Classifier.Options
  ) {
    monitored = described.monitor.map { _ in
      var isa = described
      isa.shift = nil
      return (isa, RoleLayout(isa, pair: layout.pair, underMonitor: true))
    }
    self.isa = isa
    self.layout = layout
    self.options = options
    solver = options.solver.flatMap { wanted in
      let kind = ExternalSolver.Kind.allCases.first { wanted.hasSuffix($0.rawValue) }
      guard let kind else { return nil }
      return wanted.contains("/") ? ExternalSolver(kind, path: wanted) : .find([kind])
    }
  }

  /// By choice.
  var defaults: [UInt128] { isa.choices.map(\.defaultValue) }
}

/// An instruction's classification with what the theorems need.
struct InstructionResult: Sendable {
  var classification: InstructionClassification
  var violations: [Int: [Reading: Truth3]]
  var breaksInvariants: Truth3
  var unknown: Int
}
