import Classifier
import Dispatch
import ISACore
import Machine
import Monitor
import Synchronization

/// What to try, and how hard.
public struct VerificationOptions: Sendable {
  public var arrangement = Arrangement()
  /// States of the commuting diagram per form.
  public var statesPerForm = 1000
  /// Programs at random.
  public var tortureCount = 100
  /// Whether the monitor and the description are mutated, and the mutants hunted.
  public var withMutants = true
  /// Monitors on top of one another, at most.
  public var depth = 3
  public var seed: UInt64 = 1974
  public var workers = 2
  /// Told now and then what is going on, and how far it is (0…1).
  public var progress: (@Sendable (_ what: String, _ fraction: Double) -> Void)?
  /// Asked now and then whether to give up.
  public var isCancelled: (@Sendable () -> Bool)?

  public init() {}
}

/// A guest under so many monitors on top of one another: Theorem 2 tried.
public struct RecursionLevel: Sendable {
  /// Monitors: 1 is one on the real machine.
  public var depth: Int
  /// Exits that the outermost monitor sees: traps and interruptions of the real machine.
  public var exits: UInt64
  /// Where the guest parted from its bare machine.
  public var divergence: Divergence?
  /// What the audits of all its monitors say.
  public var audit: Audit

  public var isEquivalent: Bool { divergence == nil }
}

/// What was seen, and whether the theory said so.
public struct VerificationResult: Sendable {
  public var strategy: Strategy
  public var guests: [GuestResult] = []
  public var diagram = DiagramResult()
  public var torture: [GuestResult] = []
  /// Instruction id → the smallest guest that shows its hole.
  public var showing: [String: Guest] = [:]
  /// Instruction id → what differs when that guest has run, in words.
  public var differences: [String: String] = [:]
  public var mutants: [MutantResult] = []
  /// Checks that were not used on mutants, because they speak up on the machine as it is.
  public var checksLeftOut: [String] = []
  /// One and the same guest under more and more monitors.
  public var recursion: [RecursionLevel] = []
  /// Instructions that the classifier calls holes of the map, as far as the strategy meets them.
  public var predicted: [String] = []
  /// Instructions on which the virtual machine and the bare one were seen to part.
  public var observed: [String] = []
  /// Those that were seen to part only in modes that the theory does not speak of.
  public var observedElsewhere: [String] = []
  public var disagreements: [String] = []
  /// What the machine's traps take away and the monitor cannot give back, in words: a failed
  /// precondition, which foretells that guests part and not at which instruction.
  public var losses: String?
  public var wasCancelled = false

  public init(strategy: Strategy) { self.strategy = strategy }

  /// Equivalence: no guest, no program and no diagram shows a difference.
  public var isEquivalent: Bool {
    guests.allSatisfy(\.isEquivalent) && torture.allSatisfy(\.isEquivalent)
      && diagram.broken.isEmpty && diagram.brokenElsewhere.isEmpty
  }

  public var audit: Audit {
    var audit = diagram.audit
    for result in guests + torture { audit.add(result.audit) }
    for level in recursion { audit.add(level.audit) }
    return audit
  }

  /// Direct execution of all guests together.
  public var profile: ExitProfile {
    var sum = ExitProfile()
    for guest in guests { sum.add(guest.profile) }
    return sum
  }

  /// Time under the monitor over time on the bare machine, of all guests.
  public var ratio: Double {
    let bare = guests.reduce(0) { $0 + $1.bareSeconds }
    return bare > 0 ? guests.reduce(0) { $0 + $1.virtualSeconds } / bare : 1
  }
}

/// **Equivalence**, **resource control**, **efficiency**, seen on running guests and compared with
/// what the theorems promise.
public struct Verification: Sendable {
  let isa: InstructionSet
  let guests: [Guest]
  let options: VerificationOptions

  public init(_ isa: InstructionSet, guests: [Guest], options: VerificationOptions) {
    self.isa = isa
    self.guests = guests
    self.options = options
  }

  /// - Parameter classification: the theory's answer; nil compares nothing.
  public func run(_ classification: Classification?) throws -> VerificationResult {
    if let classification, options.arrangement.modePair == nil {
      var options = options
      options.arrangement.modePair = classification.modePair
      return try Verification(isa, guests: guests, options: options).run(classification)
    }
    var result = VerificationResult(strategy: options.arrangement.strategy)
    let lockstep = Lockstep(isa, options.arrangement)
    for (index, guest) in guests.enumerated() {
      options.progress?("guest \(guest.name)", Double(index) / Double(guests.count))
      if isCancelled(&result) { return result }
      result.guests.append(try lockstep.run(guest))
    }
    result.diagram = try diagram(
      isa, options.arrangement, states: options.statesPerForm, reportsProgress: true)
    if isCancelled(&result) { return result }
    try torture(Lockstep(isa, options.arrangement.disturbed), &result)
    if let classification { try showHoles(classification, &result, lockstep) }
    try collect(&result, lockstep)
    if let classification { compare(classification, &result) }
    try recurse(&result)
    if options.withMutants { hunt(&result) }
    return result
  }

  private func isCancelled(_ result: inout VerificationResult) -> Bool {
    if options.isCancelled?() == true { result.wasCancelled = true }
    return result.wasCancelled
  }

  // MARK: The diagram

  /// All forms, shared out among workers; the same result for any number of them.
  func diagram(
    _ isa: InstructionSet, _ arrangement: Arrangement, states: Int, reportsProgress: Bool
  ) throws -> DiagramResult {
    let forms = isa.forms.map { FormReference(instruction: $0.instruction, form: $0.form) }
    let portions = stride(from: 0, to: forms.count, by: 4).map {
      Array(forms[$0..<min($0 + 4, forms.count)])
    }
    // A lot has one desk, whoever takes it.
    let size = max(1, (portions.count + Verification.lots - 1) / Verification.lots)
    let lots = stride(from: 0, to: portions.count, by: size).map {
      $0..<min($0 + size, portions.count)
    }
    let results = Mutex([Int: Result<DiagramResult, any Error>]())
    let next = Atomic(0)
    let done = Atomic(0)
    let workers = max(1, min(options.workers, lots.count))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let lot = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if lot >= lots.count || options.isCancelled?() == true { break }
        let result = Result {
          let diagram = Diagram(isa, arrangement, count: states)
          let desk = try Diagram.Desk(diagram)
          var sum = DiagramResult()
          for index in lots[lot] where options.isCancelled?() != true {
            if reportsProgress {
              let count = done.wrappingAdd(1, ordering: .relaxed).oldValue
              options.progress?("the commuting diagram", Double(count) / Double(portions.count))
            }
            sum.merge(
              try diagram.run(portions[index], seed: options.seed &+ UInt64(index), at: desk))
          }
          sum.audit = desk.audit()
          return sum
        }
        results.withLock { $0[lot] = result }
      }
    }
    var sum = DiagramResult()
    for (_, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      sum.merge(try result.get())
    }
    return sum
  }

  /// Parts that the forms are shared out in: few, for each is set up anew, and more than there are
  /// workers.
  private static let lots = 16

  // MARK: Programs at random

  private func torture(_ lockstep: Lockstep, _ result: inout VerificationResult) throws {
    let programs = TortureGuests(isa, choices: options.arrangement.virtualChoices)
    for index in 0..<options.tortureCount {
      if index % 8 == 0 {
        options.progress?("programs at random", Double(index) / Double(options.tortureCount))
        if isCancelled(&result) { return }
      }
      result.torture.append(
        try lockstep.run(programs.guest(seed: options.seed &+ UInt64(index))))
    }
  }

  // MARK: Observed and predicted

  /// Brings the witnesses of the theory's holes to life: where programs and states at random do not
  /// happen upon a hole, its witness says where to look.
  private func showHoles(
    _ classification: Classification, _ result: inout VerificationResult, _ lockstep: Lockstep
  ) throws {
    let holes = classification.instructions.filter { isPredicted($0.verdict) }
    guard !holes.isEmpty else { return }
    let shrinker = Shrinker(isa: isa, lockstep: lockstep)
    var witnesses = try WitnessGuests(isa, options.arrangement, seed: options.seed)
    for (index, hole) in holes.enumerated() {
      options.progress?("the holes' witnesses", Double(index) / Double(holes.count))
      if isCancelled(&result) { return }
      guard let guest = try witnesses.guest(showing: hole) else { continue }
      let id = isa.instructions[hole.instruction].id
      let divergence = Divergence(step: 0, instruction: id, address: 0, what: "")
      // What does not show under a monitor with all its parts does not show.
      result.showing[id] = try shrinker.minimal(guest, divergence)
    }
  }

  /// What was seen to part, with the smallest guest that shows it.
  private func collect(_ result: inout VerificationResult, _ lockstep: Lockstep) throws {
    let shrinker = Shrinker(isa: isa, lockstep: lockstep)
    var divergences: [String: Divergence] = [:]
    for (id, state) in result.diagram.broken where result.showing[id] == nil {
      divergences[id] = Divergence(step: 0, instruction: id, address: 0, what: state.what)
      result.showing[id] = state.guest
    }
    let programs = TortureGuests(isa, choices: options.arrangement.virtualChoices)
    for (index, torture) in result.torture.enumerated() {
      guard let divergence = torture.divergence, let id = divergence.instruction,
        !divergence.isElsewhere, result.showing[id] == nil
      else { continue }
      divergences[id] = divergence
      result.showing[id] = programs.guest(seed: options.seed &+ UInt64(index))
    }
    for (index, (id, divergence)) in divergences.sorted(by: { $0.key < $1.key }).enumerated() {
      options.progress?("the smallest guests", Double(index) / Double(divergences.count))
      result.differences[id] = divergence.what
      // Larger guests show it as well.
      if isCancelled(&result) { continue }
      if let guest = result.showing[id] {
        result.showing[id] = try shrinker.minimal(guest, divergence) ?? guest
      }
    }
    for (id, guest) in result.showing {
      guard let what = try lockstep.run(guest).divergence?.what else { continue }
      result.differences[id] = what
      result.showing[id]?.purpose = "Shows \(id). After it \(what)."
    }
    var observed = Set(result.showing.keys)
    var elsewhere = result.diagram.brokenElsewhere
    for divergence in (result.guests + result.torture).compactMap(\.divergence) {
      guard let id = divergence.instruction else { continue }
      if divergence.isElsewhere { elsewhere.insert(id) } else { observed.insert(id) }
    }
    elsewhere.subtract(observed)
    result.observed = isa.instructions.map(\.id).filter(observed.contains)
    result.observedElsewhere = isa.instructions.map(\.id).filter(elsewhere.contains)
  }

  /// Compares the theory's holes with what was seen.
  private func compare(_ classification: Classification, _ result: inout VerificationResult) {
    result.predicted = classification.instructions.filter { isPredicted($0.verdict) }
      .map { isa.instructions[$0.instruction].id }
    let predicted = Set(result.predicted)
    let observed = Set(result.observed)
    for id in result.predicted where !observed.contains(id) {
      result.disagreements.append("\(id) is predicted to be a hole, and nothing shows it")
    }
    // What an entry takes and its recovery does not give back belongs to no instruction: whichever
    // comes next shows it.
    let losses = classification.preconditions.first {
      $0.name == Precondition.trapsGiveBack && !$0.holds
    }
    result.losses = losses?.why
    if losses != nil { return }
    for id in result.observed where !predicted.contains(id) {
      result.disagreements.append("\(id) was seen to part, and nothing predicts it")
    }
    for guest in result.guests where guest.divergence != nil && guest.divergence?.instruction == nil
    {
      result.disagreements.append("\(guest.name) parts, and no instruction is to blame")
    }
  }

  /// A hole that the strategy meets: a hybrid monitor runs directly only what is virtually in user
  /// mode, so that what compares two modes does it no harm.
  private func isPredicted(_ verdict: Verdict) -> Bool {
    guard verdict.hole == true else { return false }
    guard options.arrangement.strategy == .hybrid else { return true }
    return verdict.violates[3]?[.extended] == true
      || verdict.privilege == .never && verdict.sensitive[.timing]?.kind == "refuted"
  }

  // MARK: Recursion

  /// The same guest under one monitor, under a monitor on a monitor, and so on.
  private func recurse(_ result: inout VerificationResult) throws {
    guard options.depth > 1, let guest = guests.first else { return }
    for depth in 1...options.depth {
      if isCancelled(&result) { return }
      options.progress?("monitors on monitors", Double(depth - 1) / Double(options.depth))
      var arrangement = options.arrangement
      arrangement.depth = depth
      let lockstep = Lockstep(isa, arrangement)
      let pair = try lockstep.pair(guest)
      let limit = min(guest.limit, 20_000)
      _ = pair.monitor.run(pair.virtual, limit: limit)
      var short = guest
      short.limit = limit
      let run = try lockstep.run(short)
      result.recursion.append(
        RecursionLevel(
          depth: depth, exits: pair.monitors[0].guests[0].profile.trapCount,
          divergence: run.divergence, audit: run.audit))
    }
  }

  // MARK: Mutants

  /// Every mutant must be caught by some check. They are shared out among workers.
  private func hunt(_ result: inout VerificationResult) {
    options.progress?("mutants", 0)
    let hunter = MutantHunter(isa, guests: guests, options: options, unmutated: result)
    result.checksLeftOut = hunter.leftOut.map { "\($0.name): \($0.what)" }
    let mutants = MutantCatalogue.mutants(of: isa)
    let results = Mutex([MutantResult?](repeating: nil, count: mutants.count))
    let next = Atomic(0)
    let workers = max(1, min(options.workers, mutants.count))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= mutants.count || options.isCancelled?() == true { break }
        options.progress?("mutants", Double(index) / Double(mutants.count))
        guard hunter.isWorthCatching(mutants[index]) else { continue }
        let check = hunter.check(that: mutants[index])
        results.withLock {
          $0[index] = MutantResult(name: mutants[index].name, caughtBy: check)
        }
      }
    }
    result.mutants = results.withLock { $0.compactMap(\.self) }
    _ = isCancelled(&result)
  }
}
