import ISACore
import Machine

/// Everything needed to try an instruction on concrete states: one machine, reused.
///
/// Not `Sendable`: one bench for each task and each valuation of the choices.
final class Bench {
  let isa: InstructionSet
  let layout: RoleLayout
  let choices: [UInt128]
  /// What the monitor's map leaves as it is, where that is the question.
  let preserved: PreservedExpressions?
  private let machine: Machine
  private let blank: Machine.Snapshot
  private let invariants: [Machine.PreparedProgram]
  private let assumptions: [Machine.PreparedProgram]
  private let translations: [Machine.PreparedProgram?]
  private let shift: Machine.PreparedProgram?
  private let fetch: Machine.PreparedProgram
  private let contexts: [Machine.PreparedProgram]
  private let map: Machine.PreparedProgram?
  private let install: Machine.PreparedProgram?
  private let installParameters: Int
  /// What the monitor keeps, and the tables that lead there: real storage of every f(v).
  private(set) lazy var kept: ConcreteState = keptStorage()
  /// By register, the bits that the monitor's map computes.
  private let mapped: [UInt128]
  /// By register, the bits that are neither the guest's nor computed from them.
  let monitorsOwn: [UInt128]
  /// What the description's tests start from, and whether their instructions retire there.
  private lazy var tests = isa.instructions.flatMap(\.tests).compactMap { beginning(of: $0) }
  private lazy var retiringTests = tests.map { step($0.form, $0.operands, from: $0.s).retires }
  /// Of what tests start from, the states in a mode that say most: there, much is as it has to be for
  /// memory to be reached at all.
  private(set) lazy var generalBeginnings: [Mode: [Beginning]] = richestTests()
  private var gateBeginningsByGate: [Int: [Beginning]] = [:]

  /// - Parameter isa: confined.
  init(_ isa: InstructionSet, layout: RoleLayout, choices: [UInt128]) {
    self.isa = isa
    self.layout = layout
    self.choices = choices
    mapped = isa.standingMasks { $0 == .mapped }
    monitorsOwn = isa.standingMasks { $0 != .direct && $0 != .mapped }
    preserved = layout.isMonitored ? PreservedExpressions(isa, choices: choices) : nil
    var valuation: [ChoiceID: UInt128] = [:]
    for (index, value) in choices.enumerated() { valuation[ChoiceID(index)] = value }
    machine = Machine(isa, choices: valuation)
    machine.clear()
    blank = machine.snapshot()
    invariants = isa.invariants.map { [machine] in machine.prepare($0.program) }
    assumptions = isa.assumptions.map { [machine] in machine.prepare($0.program) }
    translations = isa.memories.map { [machine] in $0.translate.map { machine.prepare($0) } }
    shift = isa.shift.map { [machine] in machine.prepare($0) }
    fetch = machine.prepare(isa.fetch.program)
    contexts = isa.contexts.map { [machine] in machine.prepare($0.initial) }
    map = isa.monitor.map { [machine] in machine.prepare($0.map) }
    installParameters = isa.monitor?.install?.parameters.count ?? 3
    install = isa.monitor?.install.map { [machine] in machine.prepare($0) }
  }

  /// step(i, s), with values that the manual leaves open filled by `openness`.
  func step(
    _ form: FormReference, _ operands: Operands, from s: ConcreteState,
    openness: OpennessPolicy = .zeros
  ) -> ConcreteOutcome {
    load(s)
    machine.openness = openness
    machine.clearAccesses()
    machine.isTracing = true
    let mark = machine.snapshot()
    let result = machine.execute(
      form: form, fields: operands.fields, contexts: operands.contexts,
      length: machine.decoder.length(of: form))
    machine.isTracing = false
    var state = s
    for change in machine.changes(since: mark) { state[change.place] = change.after }
    machine.discard(mark)
    return ConcreteOutcome(result: result, state: state, accesses: machine.accesses)
  }

  /// Whether the machine can be in this state.
  func isReachable(_ s: ConcreteState) -> Bool {
    if invariants.isEmpty { return true }
    load(s)
    return invariants.allSatisfy { isTrue($0) }
  }

  func satisfies(_ s: ConcreteState, assumptions wanted: [Int]) -> Bool {
    if wanted.isEmpty { return true }
    load(s)
    return wanted.allSatisfy { isTrue(assumptions[$0]) }
  }

  /// Where some virtual addresses of a state lie.
  func window(
    of s: ConcreteState, memory: MemoryID, addresses: [UInt64]
  ) -> Window {
    var window = Window()
    guard let translate = translations[Int(memory)] else { return window }
    load(s)
    machine.isTracing = layout.tables.exist
    for address in addresses {
      machine.clearAccesses()
      for intent in [Intent.load, .store, .fetch] {
        let outcome = machine.evaluate(
          translate, parameters: [UInt128(address), UInt128(intent.rawValue)])
        if case .completed(let real) = outcome {
          window.real[address] = UInt64(truncatingIfNeeded: real)
          break
        }
      }
      for access in machine.accesses { window.tables.formUnion(units(of: access)) }
    }
    machine.isTracing = false
    return window
  }

  /// The real units of an access.
  func units(of access: AccessRecord) -> [Place] {
    let width = isa.memories[Int(access.memory)].addressWidth
    let last = UInt64(truncatingIfNeeded: BitVector.mask(width))
    return (0..<UInt64(max(1, access.units))).map {
      .unit(access.memory, address: (access.real &+ $0) & last)
    }
  }

  /// Where the instruction lies that a state goes on with; nil if the fetch is refused.
  func fetchAddress(of s: ConcreteState) -> UInt64? {
    load(s)
    guard case .completed(let address) = machine.evaluate(fetch) else { return nil }
    return UInt64(truncatingIfNeeded: address)
  }

  /// Whether the instruction that a state goes on with lies somewhere.
  func isMapped(_ s: ConcreteState) -> Bool {
    guard let address = fetchAddress(of: s) else { return false }
    return !window(of: s, memory: isa.fetch.memory, addresses: [address]).real.isEmpty
  }

  /// The machine's `shift` by x, storage left where it is; nil if the program traps.
  func shifted(_ s: ConcreteState, by x: UInt128) -> ConcreteState? {
    guard let shift else { return nil }
    load(s)
    let mark = machine.snapshot()
    defer { machine.discard(mark) }
    guard case .completed = machine.evaluate(shift, parameters: [x]) else { return nil }
    var state = s
    for change in machine.changes(since: mark) { state[change.place] = change.after }
    return state
  }

  /// `onto` with what the monitor's map computes from v put in; nil if it traps.
  func mapped(
    _ v: ConcreteState, _ allocation: Allocation, onto start: ConcreteState
  ) -> ConcreteState? {
    guard let map else { return nil }
    load(v)
    let mark = machine.snapshot()
    defer { machine.discard(mark) }
    guard case .completed = machine.evaluate(map, parameters: allocation.parameters) else {
      return nil
    }
    var state = start
    for change in machine.changes(since: mark) {
      guard case .register(let register, _) = change.place else {
        state[change.place] = change.after
        continue
      }
      let mask = mapped[Int(register)]
      state[change.place] = state[change.place] & ~mask | change.after & mask
    }
    return state
  }

  /// The real state with mappings installed for what was touched in v, below the extent; nil if
  /// there is no room, or if they do not lead where they should.
  func installed(
    _ touched: [AccessRecord], _ allocation: Allocation, from v: ConcreteState,
    onto r: ConcreteState
  ) -> ConcreteState? {
    guard let install else { return r }
    var state = r
    for access in touched where !access.isReal && access.real < allocation.extent {
      load(state)
      let mark = machine.snapshot()
      let real = allocation.origin &+ access.real
      // Only what v's step has done is looked at: everything may be permitted.
      let rights = [UInt128](repeating: 1, count: installParameters - 3)
      let outcome = machine.evaluate(
        install, parameters: [UInt128(access.virtual), UInt128(real), allocation.guest] + rights)
      for change in machine.changes(since: mark) { state[change.place] = change.after }
      machine.discard(mark)
      guard case .completed = outcome else { return nil }
      let found = window(of: state, memory: access.memory, addresses: [access.virtual])
      if let lies = found.real[access.virtual], lies != real { return nil }
    }
    return state
  }

  /// The units that the monitor keeps for the processor and those that its translation looks up, as
  /// `start` leaves them.
  private func keptStorage() -> ConcreteState {
    var state = ConcreteState()
    guard let monitor = isa.monitor, let start = monitor.start, !monitor.kept.isEmpty,
      let share = monitor.storage.first, let map
    else { return state }
    machine.restore(blank)
    let mark = machine.snapshot()
    defer { machine.discard(mark) }
    let allocation = Allocation(origin: share.reserved, extent: share.granule, guest: 1)
    guard case .completed = machine.evaluate(machine.prepare(start)),
      case .completed = machine.evaluate(map, parameters: allocation.parameters)
    else { return state }
    machine.isTracing = true
    defer { machine.isTracing = false }
    for kept in monitor.kept {
      guard let translate = translations[Int(kept.memory)] else { continue }
      for unit in 0..<UInt64(kept.units) {
        machine.clearAccesses()
        let parameters = [UInt128(kept.address &+ unit), UInt128(Intent.load.rawValue)]
        guard case .completed(let real) = machine.evaluate(translate, parameters: parameters)
        else { continue }
        let places =
          machine.accesses.flatMap { units(of: $0) }
          + [.unit(kept.memory, address: UInt64(truncatingIfNeeded: real))]
        for case .unit(let memory, let address) in places {
          state[.unit(memory, address: address)] = machine.unit(memory, address)
        }
      }
    }
    return state
  }

  /// Whether an access reaches what the monitor keeps, and nothing else.
  private func reachesKept(_ access: AccessRecord) -> Bool {
    (isa.monitor?.kept ?? []).contains {
      $0.memory == access.memory && access.virtual >= $0.address
        && access.virtual &- $0.address &+ UInt64(access.units) <= UInt64($0.units)
    }
  }

  /// Whether what a step reached through r's mappings lies where v's translation puts it, `origin`
  /// further: a monitor that installs them one by one installs no others.
  func isRight(_ touched: [AccessRecord], in map: ConcreteMap) -> Bool {
    if install == nil { return true }
    return touched.allSatisfy { access in
      if access.isReal || reachesKept(access) { return true }
      let window = window(of: map.v, memory: access.memory, addresses: [access.virtual])
      guard let virtual = window.real[access.virtual], virtual < map.allocation.extent else {
        return false
      }
      return access.real == map.allocation.origin &+ virtual
    }
  }

  /// What a test of an instruction starts from; nil if its units are no instruction, or if it is a test
  /// of other choices.
  func beginning(of test: InstructionTest) -> Beginning? {
    machine.restore(blank)
    let mark = machine.snapshot()
    defer { machine.discard(mark) }
    for given in test.given {
      if case .choice(let choice) = given.target, choices[Int(choice)] != given.value { return nil }
      machine.set(given)
    }
    let started = contexts.map { program -> UInt128 in
      if case .completed(let value) = machine.evaluate(program) { value } else { 0 }
    }
    guard case .instruction(let decoded) = machine.decoder.decode(test.units, contexts: started)
    else { return nil }
    var s = ConcreteState()
    // Zeros that are given are not to be filled with something else.
    for case .memory(let memory, let address, let units) in test.given.map(\.target) {
      for unit in 0..<UInt64(units) { s[.unit(memory, address: address &+ unit)] = 0 }
    }
    for change in machine.changes(since: mark) { s[change.place] = change.after }
    return Beginning(
      form: decoded.form,
      operands: Operands(fields: decoded.fields, contexts: decoded.contexts), s: s)
  }

  private func richestTests() -> [Mode: [Beginning]] {
    let all = zip(tests, retiringTests).filter(\.1).map(\.0)
    var chosen: [Mode: [Beginning]] = [:]
    for mode in Mode.allCases {
      let fitting = all.filter { $0.s.satisfies(layout.pair[mode]) }
        .map { (count: $0.s.registersInUse, beginning: $0) }
      let best = fitting.enumerated().sorted {
        ($0.element.count, $1.offset) > ($1.element.count, $0.offset)
      }
      chosen[mode] = best.prefix(Bench.keptBeginnings).map(\.element.beginning)
    }
    return chosen
  }

  /// States of tests of any instruction in which another value in one resource, timer or device would
  /// let that instruction retire instead of trapping, or the other way round.
  func gateBeginnings(_ gate: Int) -> [Beginning] {
    let known = gateBeginningsByGate[gate] ?? beginnings(decidedBy: gate)
    gateBeginningsByGate[gate] = known
    return known
  }

  private func beginnings(decidedBy gate: Int) -> [Beginning] {
    let places = gatePlaces.filter { mask($0, gate: gate) != 0 }
    let decided = zip(tests, retiringTests).lazy.filter { [self] test, retires in
      [UInt128.max, 0].contains { value in
        var other = test.s
        for place in places {
          let mask = mask(place, gate: gate) & ones(place)
          other[place] = other[place] & ~mask | value & mask
        }
        return step(test.form, test.operands, from: other).retires != retires
      }
    }.map(\.0)
    return Array(decided.prefix(Bench.keptBeginnings))
  }

  private static let keptBeginnings = 4

  /// Gives registers that an assumption looks at values it holds with, where they are not what it says.
  func mend(_ s: inout ConcreteState, toMeet wanted: [Int]) {
    for assumption in wanted where isa.assumptions[assumption].equalities == nil {
      if satisfies(s, assumptions: [assumption]) { continue }
      let program = isa.assumptions[assumption].program
      let values = program.constants.flatMap { [$0, $0 &- 1, $0 &+ 1] } + [0, .max]
      let reads = program.nodes.filter { $0.op == .read && $0.b < 0 }
      search: for read in reads {
        for value in values {
          var other = s
          other.setBits(
            RegisterID(read.a), element: 0, low: Int(read.c), width: Int(read.width), to: value)
          guard satisfies(other, assumptions: [assumption]) else { continue }
          s = other
          break search
        }
      }
    }
  }

  /// Whether the form draws values that the manual leaves open.
  func hasOpenValues(_ form: FormReference) -> Bool {
    var found = false
    let program = isa.instructions[form.instruction].forms[form.form].program
    let translations = isa.memories.compactMap(\.translate)
    for program in [program] + translations {
      program.forEachStatement { if case .havoc = $0.kind { found = true } }
    }
    return found
  }

  /// Whether the encoding permits these operands.
  func permits(_ form: FormReference, _ operands: Operands) -> Bool {
    machine.decoder.permits(form, fields: operands.fields, contexts: operands.contexts)
  }

  /// Whether these operands can be encoded so that they are decoded as this form.
  func isEncodable(_ form: FormReference, _ operands: Operands) -> Bool {
    let units = machine.decoder.encode(form, fields: operands.fields)
    guard
      case .instruction(let decoded) = machine.decoder.decode(units, contexts: operands.contexts)
    else { return false }
    return decoded.form == form
  }

  /// The encoded instruction, in addressable units.
  func encode(_ form: FormReference, _ operands: Operands) -> [UInt128] {
    machine.decoder.encode(form, fields: operands.fields)
  }

  private func isTrue(_ program: Machine.PreparedProgram) -> Bool {
    machine.evaluate(program) == .completed(1)
  }

  private func load(_ s: ConcreteState) {
    machine.restore(blank)
    for (place, value) in s.values where value != 0 {
      switch place {
      case .register(let register, let element): machine.setRegister(register, element, value)
      case .unit(let memory, let address): machine.setUnit(memory, address, value)
      }
    }
  }
}
