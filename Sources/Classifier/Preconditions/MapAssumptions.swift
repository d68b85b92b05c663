import ISACore
import Symbolic
import Terms

/// Whether every f(v) is a state of which the machine's assumptions hold.
struct MapAssumptions {
  let isa: InstructionSet
  let choices: [UInt128]

  /// The assumptions that some f(v) does not meet, or of which that is too large to say.
  func notMet(by monitor: MonitorMap) -> [String] {
    let arena = TermArena()
    let executor = SymbolicExecutor(
      isa, arena: arena, limits: SymbolicLimits(terms: 50_000, statements: 5_000))
    let inputs = SymbolicInputs(of: isa, choices: choices, in: arena)
    let v = SymbolicState.fresh(executor.layout, in: arena)
    let r = PreservedExpressions.image(
      of: v, under: monitor, isa: isa, executor: executor, inputs: inputs)
    return isa.assumptions.filter { assumption in
      guard let r,
        let holds = try? executor.run(assumption.program, inputs: inputs, state: r).result
      else { return true }
      let decision = Decision.decide(
        arena.not(holds), in: arena, limits: DecisionLimits(conflicts: 2_000))
      if case .unsatisfiable = decision { return false }
      return true
    }.map(\.text)
  }
}
