import ISACore
import Machine

/// **Half done**: the step takes a memory trap and leaves something changed.
///
/// A memory trap is one that a monitor may have to take away and go on from, by running the
/// instruction again. No class of the paper's; its traps leave the state as it was.
struct HalfDone: Definition {
  var mode: Mode
  var claim: String { "not half done" }
  var relation: Relation { .alone }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.both(u.traps(runs.t, as: [.memory]), u.changes(runs.s, runs.t, in: .all))
  }

  func isRuledOut(by footprints: Footprints) -> Bool { false }
}

extension RoleSet {
  fileprivate static let all = Role.allCases.reduce(into: RoleSet()) { $0.insert(RoleSet($1)) }
}

/// Instructions that can be found half done.
struct HalfDoneSearch {
  /// As described: programs reach timers and tables like any storage.
  let isa: InstructionSet
  let layout: RoleLayout
  let choices: [UInt128]
  let seed: UInt64
  private let bench: Bench

  init(isa: InstructionSet, layout: RoleLayout, choices: [UInt128], seed: UInt64) {
    self.isa = isa
    self.layout = layout
    self.choices = choices
    self.seed = seed
    bench = Bench(isa, layout: layout, choices: choices)
  }

  /// States tried for each form and mode.
  static let tries = 512
  private static let portions = 8

  /// Whether some state of those tried shows it.
  func finds(_ instruction: Int) -> Bool {
    let representatives = FormGroups(instruction: isa.instructions[instruction], isa: isa)
      .representatives()
    return representatives.contains { form in
      let fields = isa.instructions[instruction].forms[form].fields
      let subject = Subject(
        form: FormReference(instruction: instruction, form: form),
        fields: Array(repeating: nil, count: fields.count), choices: choices)
      return Mode.allCases.contains { mode in
        var search = Search(
          bench, subject: subject, known: isa.invariants.flatMap { $0.equalities ?? [] },
          seed: seed &+ UInt64(instruction))
        let question = Question(definition: HalfDone(mode: mode), assumptions: [])
        return (0..<HalfDoneSearch.portions).contains { _ in
          let tries = HalfDoneSearch.tries / HalfDoneSearch.portions
          return search.find(question, tries: tries).map { !storesIntoTables($0, subject, bench) }
            ?? false
        }
      }
    }
  }

  /// Whether the instruction changes the very tables that its addresses go through: they are map,
  /// and no access through the translation reaches them (see `Readings`).
  private func storesIntoTables(_ finding: Finding, _ subject: Subject, _ bench: Bench) -> Bool {
    guard layout.tables.exist else { return false }
    let accesses = bench.step(subject.form, finding.operands, from: finding.s).accesses
    let tables = Set(
      accesses.filter { $0.isReal && $0.intent != .store }.flatMap { bench.units(of: $0) })
    return accesses.contains {
      $0.intent == .store && !tables.isDisjoint(with: bench.units(of: $0))
    }
  }
}
