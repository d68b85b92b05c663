import ISACore
import Symbolic
import Terms

/// Whether a trap's entry, and the monitor's `recover` after it, give back what stands direct.
struct TrapRecovery {
  let isa: InstructionSet
  let layout: RoleLayout
  let choices: [UInt128]

  /// Entries that user programs can come to and that no `recover` undoes.
  func entriesWithoutRecovery(_ monitor: MonitorMap) -> [String] {
    var traps: Set<TrapID> = Set(
      [isa.undefinedTrap?.trap, isa.overlongTrap?.trap].compactMap { $0 })
    func look(_ program: Program) {
      program.forEachStatement { statement in
        switch statement.kind {
        case .trap(let trap, _, _), .perform(_, let trap): traps.insert(trap)
        default: break
        }
      }
    }
    for form in isa.instructions.flatMap(\.forms) { look(form.program) }
    for translate in isa.memories.compactMap(\.translate) { look(translate) }
    look(isa.fetch.program)
    let recovered = Set(monitor.recoveries.map(\.entry))
    let entries = Set(traps.map { isa.traps[Int($0)].entry }).subtracting(recovered)
    return entries.sorted().map { isa.entries[$0].name }
  }

  /// What a monitor's recoveries do not give back.
  struct Answer {
    /// Direct state that some trap from user mode takes and its recovery does not give back:
    /// `exchange: psw.pc`.
    var losses: [String] = []
    /// Entries for which that is too large to say.
    var undecided: Set<Int> = []
  }

  func answer(_ monitor: MonitorMap) -> Answer {
    var answer = Answer()
    for recovery in monitor.recoveries {
      let entry = isa.entries[recovery.entry]
      for trap in isa.traps where trap.entry == recovery.entry {
        let programs = [entry.program, recovery.program, trap.arguments]
        let readsLength = programs.contains { $0.nodes.contains { $0.op == .length } }
        for length in readsLength ? lengths : Array(lengths.prefix(1)) {
          guard let lost = try? lost(trap, entry, recovery.program, monitor, length: length) else {
            answer.undecided.insert(recovery.entry)
            continue
          }
          for piece in lost {
            let loss = "\(entry.name): \(piece)"
            if !answer.losses.contains(loss) { answer.losses.append(loss) }
          }
        }
      }
    }
    return answer
  }

  /// Lengths of instructions, in units.
  private var lengths: [Int] {
    let unit =
      isa.memories.indices.contains(Int(isa.fetch.memory))
      ? isa.memories[Int(isa.fetch.memory)].unitWidth : 8
    let all = isa.instructions.flatMap(\.forms).map { $0.encoding.width / max(1, unit) }
    return Array(Set(all).sorted().prefix(16))
  }

  private func lost(
    _ trap: Trap, _ entry: Entry, _ recovery: Program, _ monitor: MonitorMap, length: Int
  ) throws(SymbolicFailure) -> [String] {
    let arena = TermArena()
    let executor = SymbolicExecutor(
      isa, arena: arena, limits: SymbolicLimits(terms: 50_000, statements: 5_000))
    let inputs = SymbolicInputs(of: isa, choices: choices, length: length, in: arena)
    // Only states matter in which the real machine is when a guest has control.
    let v = SymbolicState.fresh(executor.layout, in: arena)
    guard
      let r = PreservedExpressions.image(
        of: v, under: monitor, isa: isa, executor: executor, inputs: inputs)
    else { throw SymbolicFailure.tooLarge(reason: "the monitor's map is too large") }
    var premise = arena.yes
    for invariant in isa.invariants {
      let outcome = try executor.run(invariant.program, inputs: inputs, state: r)
      premise = arena.and(premise, outcome.result ?? arena.yes)
    }
    let own = trap.arguments.parameters.map {
      arena.variable("argument", width: trap.arguments.locals[Int($0)].width)
    }
    var arguments: [Term] = []
    for local in trap.entryArguments {
      var program = trap.arguments
      program.result = local
      let outcome = try executor.run(program, parameters: own, inputs: inputs, state: r)
      arguments.append(outcome.result ?? arena.constant(0, width: program.locals[Int(local)].width))
    }
    // What a monitor has put aside is there when it comes back.
    let left =
      try monitor.resume.map { (resume) throws(SymbolicFailure) in
        try executor.run(resume, inputs: inputs, state: r).state
      } ?? r
    let entered = try executor.run(
      entry.program, parameters: arguments, inputs: inputs, state: left, openNames: "entry")
    let back = try executor.run(
      recovery, inputs: inputs, state: entered.state, openNames: "recover")
    for assumption in entered.assumptions + back.assumptions {
      premise = arena.and(premise, assumption)
    }
    var lost: [String] = []
    for mapping in monitor.elements where mapping.standing == .direct {
      for element in 0..<isa.registers[Int(mapping.register)].count {
        if executor.layout.isArray(mapping.register), element > 0 { break }
        let differs = difference(
          r, back.state, mapping, element: element, executor: executor)
        let decision = Decision.decide(
          arena.and(premise, differs), in: arena, limits: DecisionLimits(conflicts: 5_000))
        if case .unsatisfiable = decision { continue }
        lost.append(name(of: mapping))
        break
      }
    }
    return lost
  }

  private func difference(
    _ before: SymbolicState, _ after: SymbolicState, _ mapping: MonitorMap.StateMapping,
    element: Int, executor: SymbolicExecutor
  ) -> Term {
    let arena = executor.arena
    let slot = executor.layout.slot(mapping.register, element: element)
    if before.slots[slot] == after.slots[slot] { return arena.no }
    // Of a large file any one element is asked for.
    if executor.layout.isArray(mapping.register) {
      let index = arena.variable(
        "element", width: executor.layout.indexWidth(mapping.register))
      return arena.not(
        arena.eq(
          arena.select(before.slots[slot], at: index), arena.select(after.slots[slot], at: index)))
    }
    func bits(_ state: SymbolicState) -> Term {
      state.bits(
        mapping.register, element: element, low: mapping.low, width: mapping.width, in: arena)
    }
    return arena.not(arena.eq(bits(before), bits(after)))
  }

  private func name(of mapping: MonitorMap.StateMapping) -> String {
    for index in layout.piecesOfRegister[Int(mapping.register)] {
      let piece = layout.pieces[index]
      if piece.low <= mapping.low, mapping.low < piece.low + piece.width { return piece.name }
    }
    return isa.registers[Int(mapping.register)].name
  }
}
