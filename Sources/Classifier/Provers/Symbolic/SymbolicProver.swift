import ISACore
import Symbolic
import Terms

/// Asks a question of all states at once: two runs into one graph of terms.
struct SymbolicProver {
  let isa: InstructionSet
  let layout: RoleLayout
  /// Translated storage may be taken for a memory of its own.
  let isTranslationShiftInvariant: Bool
  var limits = SymbolicLimits(terms: 400_000, statements: 20_000)

  /// Why there is no question to decide.
  enum Failure: Error {
    case unsupported(String)
  }

  /// A question as one bit that some assignment may make 1.
  struct Formula {
    var arena: TermArena
    /// States, relation and definition together.
    var question: Term
    /// Whether the program draws values that the manual leaves open.
    var hasOpenValues: Bool
    var fields: [Term]
    var contexts: [Term]
    var s: SymbolicState
    var sPrime: SymbolicState?
    var x: Term?
    var map: SymbolicMap?

    /// No violation is left once the terms are simplified.
    var isProved: Bool { arena.constantValue(of: question) == 0 }
  }

  /// - Parameter isRobust: ask for states that show it for several fillings of the open values
  ///   at once, instead of for one filling of the solver's choice.
  func formula(
    _ question: Question, of subject: Subject, isRobust: Bool = false
  ) throws -> Formula {
    let definition = question.definition
    let form = isa.instructions[subject.form.instruction].forms[subject.form.form]
    let isShift = definition.relation == .shifted
    if isShift, layout.tables.exist {
      throw Failure.unsupported("the map lies in storage, and a shift writes new tables")
    }
    let isMapped = definition.relation == .mapped
    let isParametric =
      isMapped && !SymbolicMap.canBeExact(isa) || isShift && !SymbolicShift.canBeExact(isa)
    if isParametric { try requireParametricity(of: form.program, isMapped: isMapped) }
    let opened = OpenedProgram(form.program)
    if opened.hasOpenLoop { throw Failure.unsupported("a value left open inside a loop") }

    let arena = TermArena()
    let executor = SymbolicExecutor(
      isa, arena: arena, model: isParametric ? .parametric : .exact, limits: limits)
    let universe = SymbolicUniverse(
      isa, layout: layout, arena: arena, isParametric: isParametric)
    let inputs = self.inputs(form, subject, arena)
    universe.invariants = isa.invariants.map { invariant in
      { try? holds(invariant, in: $0, executor: executor, inputs: inputs) }
    }
    var premise = arena.yes
    let open = opened.values.enumerated().map { index, value -> Term in
      let variable = arena.variable("any \(index)", width: value.width)
      if let count = value.alternatives, value.width < 64, count < 1 << value.width {
        premise = arena.and(
          premise, arena.ult(variable, arena.constant(UInt128(count), width: value.width)))
      }
      return variable
    }
    premise = arena.and(premise, constraints(form, inputs, arena))

    let free = SymbolicState.fresh(executor.layout, in: arena)
    let s = free.fixing(
      layout.pair[definition.mode], in: arena)
    var sPrime: SymbolicState?
    switch definition.relation {
    case .alone: break
    case .equalButForMode:
      sPrime = try freed(s, .roles(.mode), in: arena).fixing(layout.pair.supervisor, in: arena)
    case .equalButFor(let role):
      sPrime = try freed(s, .roles(RoleSet(role)), in: arena)
    case .equalButForGate(let gate):
      sPrime = try freed(s, .gate(gate), in: arena)
    case .mapped:
      guard let monitor = isa.monitor else { return vacuous(s, in: arena) }
      if isa.registers.contains(where: { $0.count > StateLayout.largestFileByElement }) {
        throw Failure.unsupported("a large register file under the monitor\u{2019}s map")
      }
      let map = try SymbolicMap(
        monitor, of: s, executor: executor, inputs: inputs, isExact: !isParametric)
      universe.map = map
      sPrime = map.r
      premise = arena.and(premise, map.isPossible(in: isa))
      for known in layout.pair.user {
        premise = arena.and(
          premise,
          arena.eq(
            map.r.bits(
              known.register, element: known.element, low: known.low, width: known.width, in: arena),
            arena.constant(known.value, width: known.width)))
      }
    case .shifted:
      // A machine that cannot relocate has no shift(s, x) to compare with.
      guard let program = isa.shift else { return vacuous(s, in: arena) }
      var shift = SymbolicShift(program, executor: executor, inputs: inputs)
      let (moved, exists) = try shift.moved(s, in: universe)
      premise = arena.and(premise, exists)
      universe.shift = shift
      sPrime = moved
      let pinned = layout.pair[definition.mode]
      for known in pinned {
        premise = arena.and(
          premise,
          arena.eq(
            moved.bits(
              known.register, element: known.element, low: known.low, width: known.width, in: arena),
            arena.constant(known.value, width: known.width)))
      }
    }
    for (index, state) in ([s] + (sPrime.map { [$0] } ?? [])).enumerated() {
      // What a monitor assumes it sets up on the real machine alone.
      let assumptions = isMapped && index == 0 ? [] : question.assumptions
      for condition in isa.invariants + assumptions.map({ isa.assumptions[$0] }) {
        premise = arena.and(
          premise, try holds(condition, in: state, executor: executor, inputs: inputs))
      }
    }
    if premise == arena.no { return vacuous(s, in: arena) }
    var shown = arena.yes
    for filling in isRobust ? fillings(of: opened, arena) : [open] {
      let t = try step(opened, filling, executor, inputs, from: s)
      var other = executor
      if isMapped, isParametric, isa.monitor?.install != nil { other.translation = guests(s) }
      let tPrime = try sPrime.map { try step(opened, filling, other, inputs, from: $0) }
      let runs = Runs<SymbolicUniverse>(s: s, t: t, sPrime: sPrime ?? s, tPrime: tPrime ?? t)
      shown = arena.and(shown, definition.isShown(by: runs, in: universe))
    }
    return Formula(
      arena: arena, question: arena.and(premise, shown), hasOpenValues: !opened.values.isEmpty,
      fields: inputs.fields, contexts: inputs.contexts, s: s, sPrime: isShift ? nil : sPrime,
      x: universe.shift?.x, map: universe.map)
  }

  /// A monitor that installs mappings one by one installs what its guest's translation lets through.
  private func guests(_ v: SymbolicState) -> SymbolicTranslation {
    var kept: [MemoryID: [ClosedRange<UInt64>]] = [:]
    for place in isa.monitor?.kept ?? [] where place.units > 0 {
      kept[place.memory, default: []].append(
        place.address...place.address + UInt64(place.units - 1))
    }
    return SymbolicTranslation(state: v, kept: kept)
  }

  /// A question that no state answers with yes.
  private func vacuous(_ s: SymbolicState, in arena: TermArena) -> Formula {
    Formula(
      arena: arena, question: arena.no, hasOpenValues: false, fields: [], contexts: [], s: s,
      sPrime: nil, x: nil)
  }

  /// A few ways to fill all open values: zeros, ones, and stripes.
  private func fillings(of opened: OpenedProgram, _ arena: TermArena) -> [[Term]] {
    let stripes: UInt128 = 0x5555_5555_5555_5555_5555_5555_5555_5555
    return [0, UInt128.max, stripes, ~stripes].map { pattern in
      opened.values.map { value in
        let bits = pattern & BitVector.mask(value.width)
        let filled = value.alternatives.map { bits % UInt128(max(1, $0)) } ?? bits
        return arena.constant(filled, width: value.width)
      }
    }
  }

  // MARK: Parts of the question

  /// A location question about a large address space can only be asked of programs that never
  /// reach past the translation.
  ///
  /// Under a monitor's map only what stands direct may change where addresses lead and be no
  /// difference itself.
  private func requireParametricity(of program: Program, isMapped: Bool) throws {
    guard isTranslationShiftInvariant else {
      throw Failure.unsupported("the translation is not the same after a shift")
    }
    var reachesPast = false
    func look(_ access: Access) {
      if access.isReal, isa.memories[Int(access.memory)].translate != nil { reachesPast = true }
    }
    program.forEachStatement { statement in
      switch statement.kind {
      case .load(_, let access), .store(let access, _), .probe(let access, _): look(access)
      case .write(let register, _, let low, let width, _):
        var bits = BitVector.mask(width) << UInt128(low)
        if isMapped { bits &= isa.standingMask(register) { $0 == .direct } }
        if layout.translationMasks[Int(register)] & bits != 0 { reachesPast = true }
      default: break
      }
    }
    if reachesPast { throw Failure.unsupported("real storage in a large address space") }
  }

  private func inputs(_ form: Form, _ subject: Subject, _ arena: TermArena) -> SymbolicInputs {
    let fields = form.fields.enumerated().map { index, field -> Term in
      if index < subject.fields.count, let known = subject.fields[index] {
        return arena.constant(known, width: field.width)
      }
      return arena.variable("field \(field.name)", width: field.width)
    }
    let unit =
      isa.memories.indices.contains(Int(isa.fetch.memory))
      ? isa.memories[Int(isa.fetch.memory)].unitWidth : 8
    return SymbolicInputs(
      fields: fields,
      contexts: isa.contexts.map { arena.variable("context \($0.name)", width: $0.width) },
      choices: isa.choices.enumerated().map {
        arena.constant(subject.choices[$0.offset], width: $0.element.width)
      },
      length: arena.constant(UInt128(form.encoding.width / max(1, unit)), width: 64))
  }

  /// The encoding's conditions on fields and contexts.
  private func constraints(
    _ form: Form, _ inputs: SymbolicInputs, _ arena: TermArena
  ) -> Term {
    form.encoding.constraints.reduce(arena.yes) { premise, constraint in
      let subject: Term
      switch constraint.subject {
      case .field(let field): subject = inputs.fields[field]
      case .context(let context): subject = inputs.contexts[Int(context)]
      }
      let isEqual = arena.eq(
        subject, arena.constant(constraint.value, width: arena.width(of: subject)))
      return arena.and(premise, constraint.isEqual ? isEqual : arena.not(isEqual))
    }
  }

  private func holds(
    _ condition: Condition, in state: SymbolicState, executor: SymbolicExecutor,
    inputs: SymbolicInputs
  ) throws -> Term {
    let outcome = try executor.run(condition.program, inputs: inputs, state: state)
    guard let result = outcome.result else { return outcome.retires }
    return executor.arena.and(outcome.retires, result)
  }

  private func step(
    _ opened: OpenedProgram, _ open: [Term], _ executor: SymbolicExecutor,
    _ inputs: SymbolicInputs, from s: SymbolicState
  ) throws -> SymbolicStep {
    let arena = executor.arena
    let outcome = try executor.run(
      opened.program, parameters: open, inputs: inputs, state: s)
    var step = SymbolicStep(
      retires: outcome.retires, traps: outcome.traps, state: outcome.state,
      performs: arena.no, performed: arena.constant(0, width: 0))
    let widest = outcome.performs.map { arena.width(of: $0.bits) }.max() ?? 0
    if !outcome.performs.isEmpty { step.performed = arena.constant(0, width: widest + 8) }
    for perform in outcome.performs {
      let width = arena.width(of: perform.bits)
      let bits = arena.concat(
        arena.constant(UInt128(width), width: 8), arena.zext(perform.bits, to: widest))
      let condition = perform.condition
      step.performed = arena.ite(condition, bits, step.performed)
      step.performs = arena.or(step.performs, condition)
      step.retires = arena.or(step.retires, condition)
      step.state.merge(perform.state, where: condition, in: arena)
    }
    return step
  }
}
