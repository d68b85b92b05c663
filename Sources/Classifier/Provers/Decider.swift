import ISACore
import Machine
import Symbolic
import Terms

/// How hard to try before answering `unknown`.
public struct Effort: Sendable {
  /// Whether forms are typed first. Without it the other provers do all the work.
  public var usesFootprint = true
  /// States tried before the SAT search.
  public var firstTries = 96
  /// States tried when everything else has failed.
  public var lastTries = 4096
  /// Conflicts of the SAT search.
  public var conflicts = 20_000
  /// Terms of one symbolic question.
  public var terms = 400_000
  /// Milliseconds that an external solver is given for one question.
  public var solverMilliseconds = 10_000

  public init() {}
}

/// Answers questions about one subject: the provers in the order of cost.
final class Decider {
  let bench: Bench
  let subject: Subject
  let effort: Effort
  let solver: ExternalSolver?
  let isTranslationShiftInvariant: Bool
  private let form: Form
  private let seed: UInt64
  private let earlier: EarlierForms
  /// States from which this form was seen to retire: one, and some where a gate lets it through.
  private var retiring: [Mode: [Finding]] = [:]
  private let symbolic: SymbolicProver
  /// What was found so far, for questions whose states chance seldom makes.
  private var examples: [(finding: Finding, question: Question)] = []
  private var smallExamples: [Finding] = []
  private var footprintsByAssumptions: [[Int]: Footprints] = [:]

  init(
    _ bench: Bench, subject: Subject, effort: Effort, solver: ExternalSolver? = nil,
    isTranslationShiftInvariant: Bool, seed: UInt64,
    earlier: EarlierForms = EarlierForms()
  ) {
    self.earlier = earlier
    self.solver = solver
    self.bench = bench
    self.subject = subject
    self.effort = effort
    self.isTranslationShiftInvariant = isTranslationShiftInvariant
    self.seed = seed
    form = bench.isa.instructions[subject.form.instruction].forms[subject.form.form]
    var symbolic = SymbolicProver(
      isa: bench.isa, layout: bench.layout,
      isTranslationShiftInvariant: isTranslationShiftInvariant)
    symbolic.limits.terms = effort.terms
    self.symbolic = symbolic
  }

  /// Whether some state shows the definition, and how that was found.
  func decide(_ definition: any Definition, assuming assumptions: [Int] = []) -> Status {
    let status = answer(definition, assuming: assumptions)
    if case .refuted(let finding, _) = status {
      examples.append((finding, Question(definition: definition, assumptions: assumptions)))
      let isGate = if case .equalButForGate = definition.relation { true } else { false }
      if definition is Retires || isGate,
        retiring[definition.mode, default: []].count < Decider.keptBeginnings
      {
        retiring[definition.mode, default: []].append(finding)
      }
    }
    return status
  }

  private func answer(_ definition: any Definition, assuming assumptions: [Int]) -> Status {
    if effort.usesFootprint, definition.isRuledOut(by: footprints(assuming: assumptions)) {
      return .proved(.footprint)
    }
    let question = Question(definition: definition, assumptions: assumptions)
    if let finding = carriedOver(question) { return .refuted(finding, .search) }
    var search = self.search(question)
    // What nearly every state shows need not be put as a formula first. Where the form's own accesses
    // lead through tables, formulas are large, and more is tried before.
    let isTabled = bench.layout.tables.exist
    let cheapTries =
      isTabled && definition.relation == .alone && assumptions.isEmpty
        && form.program.touchesStorage
      ? effort.lastTries / 2 : min(effort.firstTries, isTabled ? .max : Decider.cheapTries)
    if let finding = confirmed(&search, question, tries: cheapTries) {
      return .refuted(finding, .search)
    }
    let formula = formula(question)
    if case .success(let formula) = formula, formula.isProved { return .proved(.symbolic) }
    // A gate is a flag beside states that are known; the formula has both runs in it.
    let isGate = if case .equalButForGate = definition.relation { true } else { false }
    // A large formula costs more than many states.
    let isLarge =
      if definition.relation != .mapped, case .success(let formula) = formula {
        formula.arena.count > Decider.largeFormula
      } else {
        false
      }
    let tries =
      isLarge ? effort.lastTries / 2 : effort.firstTries * (isGate ? 4 : 1) - cheapTries
    if let finding = confirmed(&search, question, tries: max(0, tries)) {
      return .refuted(finding, .search)
    }
    let why: String
    switch formula.map({ decide($0, question) }) {
    case .success(.unknown(let reason)): why = reason
    case .success(let status): return status
    case .failure(let failure): why = failure.reason
    }
    // New tables for every try take their time.
    if let finding = confirmed(
      &search, question, tries: movesTables(definition) ? effort.lastTries / 4 : effort.lastTries)
    {
      return .refuted(finding, .search)
    }
    return .unknown(why)
  }

  private func search(_ question: Question) -> Search {
    // A shift that moves tables starts from small states and from strange ones.
    let movesTables = self.movesTables(question.definition)
    return Search(
      bench, subject: subject, known: known(assuming: question.assumptions),
      examples: movesTables ? minimisedExamples() : [],
      beginnings: movesTables ? [] : beginnings(for: question.definition), seed: seed)
  }

  private func movesTables(_ definition: any Definition) -> Bool {
    definition.relation == .shifted && bench.layout.tables.exist
  }

  /// Terms of a formula that is not lightly put bit by bit.
  private static let largeFormula = 3_000
  /// States tried before the question is put as a formula.
  private static let cheapTries = 8

  private func confirmed(
    _ search: inout Search, _ question: Question, tries: Int
  ) -> Finding? {
    search.find(question, tries: tries)
  }

  private func minimisedExamples() -> [Finding] {
    for (finding, question) in examples[smallExamples.count...] {
      smallExamples.append(bench.minimised(finding, question, of: subject))
    }
    return smallExamples
  }

  /// What showed it for another form of the instruction, if it shows it for this one.
  private func carriedOver(_ question: Question) -> Finding? {
    guard let (form, finding) = earlier.examples[question.key] else { return nil }
    var search = self.search(question)
    return search.carriedOver(finding, from: form, question)
  }

  /// Keeps what was seen for the forms that follow.
  func note(in findings: inout FormFindings) {
    for (finding, question) in examples { findings.examples[question.key] = finding }
  }

  /// States from which other forms retire: this one, which mostly differs in how it makes an
  /// address, is likely to do so from some of them. And what the description's tests start from.
  private func beginnings(for definition: any Definition) -> [Beginning] {
    let mode = definition.mode
    var gated: [Beginning] = []
    if case .equalButForGate(let gate) = definition.relation {
      gated = bench.gateBeginnings(gate)
    }
    let own = (retiring[mode] ?? []).map {
      Beginning(form: subject.form, operands: $0.operands, s: $0.s)
    }
    return (bench.generalBeginnings[mode] ?? []) + gated + earlier.tests
      + (earlier.retiring[mode] ?? []) + own
  }

  private static let keptBeginnings = 4

  /// Whether some other form of the instruction was seen to show a claim already, where that
  /// settles it for the instruction.
  func isShownEarlier(_ claim: Claim) -> Bool { earlier.shown.contains(claim) }

  // MARK: All states at once

  /// Why a question could not be put as a formula.
  private struct NoFormula: Error {
    var reason: String
  }

  private func formula(
    _ question: Question, isRobust: Bool = false
  ) -> Result<SymbolicProver.Formula, NoFormula> {
    do {
      return .success(try symbolic.formula(question, of: subject, isRobust: isRobust))
    } catch SymbolicFailure.tooLarge(let reason) {
      return .failure(NoFormula(reason: reason))
    } catch SymbolicProver.Failure.unsupported(let reason) {
      return .failure(NoFormula(reason: reason))
    } catch {
      return .failure(NoFormula(reason: "\(error)"))
    }
  }

  /// Bit by bit; what satisfies the formula is replayed before it counts.
  private func decide(_ formula: SymbolicProver.Formula, _ question: Question) -> Status {
    switch satisfying(formula) {
    case .refuted(let finding, let prover):
      if let confirmed = replayed(finding, question) { return .refuted(confirmed, prover) }
    case let status: return status
    }
    // The states may need a value that the manual leaves open: ask for some that do not.
    guard formula.hasOpenValues else {
      return .unknown("the states that were found do not show it on the machine")
    }
    switch self.formula(question, isRobust: true) {
    case .failure(let failure): return .unknown(failure.reason)
    case .success(let robust):
      if case .refuted(let finding, let prover) = satisfying(robust),
        let confirmed = replayed(finding, question)
      {
        return .refuted(confirmed, prover)
      }
      return .unknown("it hangs on a value that the manual leaves open")
    }
  }

  private func replayed(_ finding: Finding, _ question: Question) -> Finding? {
    bench.confirms(question, finding, of: subject) ? finding : nil
  }

  /// - Returns: `refuted` with states that are not yet replayed.
  private func satisfying(_ formula: SymbolicProver.Formula) -> Status {
    if formula.isProved { return .proved(.symbolic) }
    let decision = Decision.decide(
      formula.question, in: formula.arena, limits: DecisionLimits(conflicts: effort.conflicts))
    switch decision {
    case .unsatisfiable: return .proved(.sat)
    case .satisfiable(let model, _): return .refuted(formula.finding(from: model), .sat)
    case .unknown(let why): return askSolver(formula) ?? .unknown(why)
    }
  }

  /// What the built-in search leaves open, an external solver may know.
  private func askSolver(_ formula: SymbolicProver.Formula) -> Status? {
    guard let solver else { return nil }
    switch solver.decide(
      formula.question, in: formula.arena, milliseconds: effort.solverMilliseconds)
    {
    case .unsatisfiable: return .proved(.solver)
    case .satisfiable(let model, _): return .refuted(formula.finding(from: model), .solver)
    case .unknown(let why): return .unknown(why)
    }
  }

  /// Decided once: on the real machine, as the monitor's map sets it up, the form always traps.
  private(set) lazy var neverRetiresUnderMap =
    bench.preserved?.neverRetires(form, fields: subject.fields) ?? false

  // MARK: Typings

  func footprints(assuming assumptions: [Int]) -> Footprints {
    if let known = footprintsByAssumptions[assumptions] { return known }
    let known = self.known(assuming: assumptions)
    // A monitor's assumptions bind the real machine, not the virtual one beside it.
    let always = bench.layout.isMonitored ? self.known(assuming: []) : known
    let footprints = Footprints(canShift: bench.layout.canShift) { [unowned self] mode in
      footprint(mode.map { known + bench.layout.pair[$0] } ?? always)
    }
    footprintsByAssumptions[assumptions] = footprints
    return footprints
  }

  private func footprint(_ known: [StateEquality]) -> Footprint? {
    AbstractInterpreter(
      bench.isa, layout: bench.layout,
      setting: Setting(known: known, choices: subject.choices, fields: subject.fields),
      isTranslationShiftInvariant: isTranslationShiftInvariant, preserved: bench.preserved
    ).footprint(of: form.program)
  }

  /// Bits that invariants and assumptions fix.
  private func known(assuming assumptions: [Int]) -> [StateEquality] {
    (bench.isa.invariants + assumptions.map { bench.isa.assumptions[$0] })
      .flatMap { $0.equalities ?? [] }
  }
}
