import ISACore
import Symbolic
import Terms

/// Whether programs in user mode can reach some real storage through the translation.
struct RegionReach {
  let isa: InstructionSet
  let layout: RoleLayout
  let choices: [UInt128]

  /// No state in user mode, no address and no intent lead into the range.
  func isOutOfReach(_ range: ClosedRange<UInt64>, of id: MemoryID) -> Bool {
    let memory = isa.memories[Int(id)]
    guard let translate = memory.translate else { return false }
    let arena = TermArena()
    let executor = SymbolicExecutor(
      isa, arena: arena, limits: SymbolicLimits(terms: 50_000, statements: 5_000))
    let inputs = SymbolicInputs(of: isa, choices: choices, in: arena)
    let s = SymbolicState.fresh(executor.layout, in: arena).fixing(layout.pair.user, in: arena)
    let address = arena.variable("address", width: memory.addressWidth)
    let intent = arena.variable("intent", width: 2)
    guard
      let run = try? executor.run(
        translate, parameters: [address, intent], inputs: inputs, state: s),
      let result = run.result
    else { return false }
    var premise = run.retires
    for invariant in isa.invariants {
      guard let holds = try? executor.run(invariant.program, inputs: inputs, state: s),
        let result = holds.result
      else { continue }
      premise = arena.and(premise, result)
    }
    let real = arena.resize(result, to: memory.addressWidth)
    let isInside = arena.and(
      arena.ule(arena.constant(UInt128(range.lowerBound), width: memory.addressWidth), real),
      arena.ule(real, arena.constant(UInt128(range.upperBound), width: memory.addressWidth)))
    let decision = Decision.decide(
      arena.and(premise, isInside), in: arena, limits: DecisionLimits(conflicts: 2_000))
    if case .unsatisfiable = decision { return true }
    return false
  }
}
