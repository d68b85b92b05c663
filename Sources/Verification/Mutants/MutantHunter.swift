import Classifier
import ISACore
import Machine
import Monitor

/// Finds out which check notices a mutant: each check is tried until one does.
///
/// A check that speaks up where nothing is wrong would catch everything and say nothing, so each is
/// tried on the machine as it is first, and left out if it does.
struct MutantHunter: Sendable {
  private let isa: InstructionSet
  private let guests: [Guest]
  private let options: VerificationOptions
  /// What parts without any mutation: that is not the mutant's doing.
  private let known: Set<String>
  /// Preconditions of the paper's model that fail without any mutation.
  private let failing: Set<String>
  private var checks: [(name: String, run: Check)] = []
  /// Checks that cannot tell a mutant from the machine as it is, and what they said.
  private(set) var leftOut: [(name: String, what: String)] = []
  /// States per form: a mistake in a program of the block shows soon or never.
  private static let states = 24
  private static let programs = 12
  /// Steps of a guest.
  private static let limit: UInt64 = 20_000

  private typealias Check = @Sendable (MutantHunter, InstructionSet, Arrangement) -> String?

  init(
    _ isa: InstructionSet, guests: [Guest], options: VerificationOptions,
    unmutated: VerificationResult
  ) {
    self.isa = isa
    self.guests = guests
    self.options = options
    known = Set(unmutated.observed + unmutated.observedElsewhere)
    failing = MutantHunter.failures(of: isa)
    let all: [(name: String, run: Check)] = [
      ("guests", { $0.runGuests($1, $2) }),
      ("programs at random", { $0.runPrograms($1, $2) }),
      ("the diagram", { $0.runDiagram($1, $2) }),
      ("two guests at once", { $0.runSideBySide($1, $2) }),
      ("paging", { $0.runPaged($1, $2) }),
    ]
    for check in all {
      if let what = finding(of: [check], isa, options.arrangement) {
        leftOut.append((check.name, what))
      } else {
        checks.append(check)
      }
    }
  }

  /// What the first check says that speaks up. The storage of the monitor holds one thing at first,
  /// and then another: what a mutant leaves unwritten may be what would have been written.
  private func finding(
    of checks: [(name: String, run: Check)], _ machine: InstructionSet, _ arrangement: Arrangement
  ) -> String? {
    for paint in ReservePaint.allCases {
      var arrangement = arrangement
      arrangement.paint = paint
      for check in checks {
        if let what = check.run(self, machine, arrangement) { return what }
      }
    }
    return nil
  }

  /// The name of the check that notices the mutant; nil if none does.
  func check(that mutant: Mutant) -> String? {
    var arrangement = options.arrangement
    var machine = isa
    switch mutant.kind {
    case .monitor(let mutation): arrangement.mutation = mutation
    case .device(let mutation): arrangement.deviceMutation = mutation
    case .map(let changed), .instruction(let changed, _): machine = changed
    }
    // No monitor has a part in the preconditions, and the machine's own are no news.
    return checkPreconditions(machine) ?? finding(of: checks, machine, arrangement)
  }

  /// Whether a mutant is one: without its guard an instruction may be as harmless as before.
  func isWorthCatching(_ mutant: Mutant) -> Bool {
    guard case .instruction(let machine, let index) = mutant.kind else { return true }
    var options = Classifier.Options()
    options.instructions = [index]
    options.distinguishesOperands = false
    return Classifier(machine, options: options).classify().instructions
      .contains { $0.verdict.hole == true }
  }

  // MARK: The checks

  private static func failures(of isa: InstructionSet) -> Set<String> {
    Set(Classifier(isa).preconditions().filter { !$0.holds }.map(\.name))
  }

  /// A premise that is lost with the mutation.
  private func checkPreconditions(_ machine: InstructionSet) -> String? {
    MutantHunter.failures(of: machine).subtracting(failing).sorted().first
      .map { "a precondition: \($0)" }
  }

  private func runGuests(_ machine: InstructionSet, _ arrangement: Arrangement) -> String? {
    let lockstep = Lockstep(machine, arrangement)
    for guest in guests {
      var guest = guest
      guest.limit = min(guest.limit, MutantHunter.limit)
      if let check = verdict(lockstep, guest, "guest \(guest.name)") { return check }
    }
    return nil
  }

  private func runPrograms(_ machine: InstructionSet, _ arrangement: Arrangement) -> String? {
    let programs = TortureGuests(machine, choices: arrangement.virtualChoices)
    let lockstep = Lockstep(machine, arrangement.disturbed)
    for seed in 0..<MutantHunter.programs {
      let guest = programs.guest(seed: options.seed &+ UInt64(seed))
      if let check = verdict(lockstep, guest, "a program at random") { return check }
    }
    return nil
  }

  private func verdict(_ lockstep: Lockstep, _ guest: Guest, _ name: String) -> String? {
    guard let result = try? lockstep.run(guest) else { return "\(name): the monitor refuses" }
    if !result.audit.holds { return "resource control: \(result.audit.violations[0])" }
    if let divergence = result.divergence,
      divergence.instruction.map({ !known.contains($0) }) ?? true
    {
      return "\(name): \(divergence.what)"
    }
    return nil
  }

  private func runDiagram(_ machine: InstructionSet, _ arrangement: Arrangement) -> String? {
    let forms = machine.forms.map { FormReference(instruction: $0.instruction, form: $0.form) }
    guard
      let result = try? Diagram(machine, arrangement, count: MutantHunter.states)
        .run(forms, seed: options.seed)
    else { return "the diagram: the monitor refuses" }
    if !result.audit.holds { return "resource control: \(result.audit.violations[0])" }
    return result.brokenElsewhere.union(result.broken.keys).sorted().first { !known.contains($0) }
      .map { "the diagram of \($0)" }
  }

  /// Two guests in turn on one real machine: neither may notice the other.
  private func runSideBySide(_ machine: InstructionSet, _ arrangement: Arrangement) -> String? {
    let house = GuestHouse(machine, arrangement, quantum: 50)
    let programs = TortureGuests(machine, choices: arrangement.virtualChoices)
    let pair = (0..<2).map { programs.guest(seed: options.seed &+ 77 &+ UInt64($0)) }
    for group in [Array(guests.prefix(2)), pair] where group.count == 2 {
      guard let result = try? house.run(group) else {
        return "two guests at once: the monitor refuses"
      }
      if !result.audit.holds { return "resource control: \(result.audit.violations[0])" }
      for guest in result.guests {
        if let divergence = guest.divergence { return "two guests at once: \(divergence.what)" }
      }
    }
    return nil
  }

  /// With too little real storage, where the machine can page.
  private func runPaged(_ machine: InstructionSet, _ arrangement: Arrangement) -> String? {
    guard machine.monitor?.install != nil, let share = machine.monitor?.storage.first,
      let choice = machine.memories[Int(share.memory)].sizeChoice
    else { return nil }
    var arrangement = arrangement
    arrangement.realChoices[choice] = UInt128(share.reserved + 18 * share.granule)
    arrangement.drumPages = 4096
    let house = GuestHouse(machine, arrangement, quantum: 500)
    let group = guests.map { guest in
      var guest = guest
      guest.limit = min(guest.limit, MutantHunter.limit)
      return guest
    }
    guard !group.isEmpty else { return nil }
    guard let result = try? house.run(group) else { return "paging: the monitor refuses" }
    if !result.audit.holds { return "resource control: \(result.audit.violations[0])" }
    for guest in result.guests {
      if let divergence = guest.divergence { return "paging: \(divergence.what)" }
    }
    return nil
  }
}
