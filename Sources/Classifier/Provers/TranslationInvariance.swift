import ISACore
import Symbolic
import Terms

/// Whether translated storage looks the same before and after a shift: two virtual addresses that
/// are mapped in both states share a unit in one exactly if they share it in the other.
///
/// Only then may the typing take storage behind the translation for the program's own, wherever
/// it lies. Asked once for each valuation of the choices.
struct TranslationInvariance {
  let isa: InstructionSet
  let layout: RoleLayout
  let choices: [UInt128]

  func holds() -> Bool {
    guard let shift = isa.shift else { return true }
    // Where tables decide, every mapped address moves by one distance, or there is no shift.
    if layout.tables.exist { return true }
    if (isa.memories.compactMap(\.translate) + [shift]).contains(where: \.touchesStorage) {
      return false
    }
    return isa.memories.allSatisfy { memory in
      guard let translate = memory.translate else { return true }
      return isAddition(translate) || isDecided(translate, of: memory, shift)
    }
  }

  /// The commonest translation: the address itself, or the address plus something that does not
  /// depend on it. Such a translation keeps all addresses apart, in every state.
  private func isAddition(_ translate: Program) -> Bool {
    guard let result = translate.result, let address = translate.parameters.first else {
      return false
    }
    let width = translate.locals[Int(address)].width
    var value: ExpressionID?
    var assignments = 0
    translate.forEachStatement { statement in
      if case .assign(let local, let expression) = statement.kind {
        if local == result {
          value = expression
          assignments += 1
        } else if local == address {
          assignments += 2
        }
      }
    }
    let isAtTopLevel = translate.body.contains {
      if case .assign(result, _) = $0.kind { return true }
      return false
    }
    guard assignments == 1, isAtTopLevel, let value, translate.width(value) >= width else {
      return result == address && assignments == 0
    }
    func isAddress(_ id: ExpressionID) -> Bool {
      let node = translate[id]
      return node.op == .local && node.a == address || node.op == .zext && isAddress(node.a)
    }
    let node = translate[value]
    if isAddress(value) { return true }
    guard node.op == .add else { return false }
    return isAddress(node.a) && isIndependent(node.b, in: translate)
      || isAddress(node.b) && isIndependent(node.a, in: translate)
  }

  /// Whether an expression is made of state and constants alone.
  private func isIndependent(_ id: ExpressionID, in program: Program) -> Bool {
    let node = program[id]
    switch node.op.shape {
    case .leaf:
      return node.op == .constant || node.op == .choice || node.op == .read && node.b < 0
    case .unary: return isIndependent(node.a, in: program)
    case .binary: return isIndependent(node.a, in: program) && isIndependent(node.b, in: program)
    case .ternary, .function:
      return [node.a, node.b, node.c].allSatisfy { isIndependent($0, in: program) }
    }
  }

  private func isDecided(_ translate: Program, of memory: Memory, _ shift: Program) -> Bool {
    let arena = TermArena()
    let executor = SymbolicExecutor(
      isa, arena: arena, limits: SymbolicLimits(terms: 50_000, statements: 5_000))
    let inputs = SymbolicInputs(of: isa, choices: choices, in: arena)
    let s = SymbolicState.fresh(executor.layout, in: arena)
    let width = shift.parameters.first.map { shift.locals[Int($0)].width } ?? 0
    do {
      let x = arena.variable("x", width: width)
      let moved = try executor.run(shift, parameters: [x], inputs: inputs, state: s)
      var premise = moved.retires
      func real(_ address: Term, _ intent: Term, _ state: SymbolicState) throws -> Term? {
        let run = try executor.run(
          translate, parameters: [address, intent], inputs: inputs, state: state)
        premise = arena.and(premise, run.retires)
        return run.result
      }
      let addresses = (0..<2).map { arena.variable("v\($0)", width: memory.addressWidth) }
      let intents = (0..<4).map { arena.variable("intent\($0)", width: 2) }
      guard let a = try real(addresses[0], intents[0], s),
        let b = try real(addresses[1], intents[1], s),
        let aPrime = try real(addresses[0], intents[2], moved.state),
        let bPrime = try real(addresses[1], intents[3], moved.state)
      else { return true }
      let question = arena.and(
        premise, arena.xor(arena.eq(a, b), arena.eq(aPrime, bPrime)))
      if case .unsatisfiable = Decision.decide(
        question, in: arena, limits: DecisionLimits(conflicts: 2_000))
      {
        return true
      }
      return false
    } catch {
      return false
    }
  }

  /// Whether the monitor's map leads every address that r = f(v) lets through where v leads it,
  /// `origin` further and below the extent, whatever v and the allocation are.
  ///
  /// Where mappings are installed one by one, that is what a monitor checks of each.
  func holdsUnderMonitor() -> Bool {
    guard let monitor = isa.monitor else { return false }
    if monitor.install != nil { return true }
    return isa.memories.allSatisfy { $0.translate == nil || isComposed($0, monitor) }
  }

  private func isComposed(_ memory: Memory, _ monitor: MonitorMap) -> Bool {
    let arena = TermArena()
    let executor = SymbolicExecutor(
      isa, arena: arena, limits: SymbolicLimits(terms: 50_000, statements: 5_000))
    let inputs = SymbolicInputs(of: isa, choices: choices, in: arena)
    let v = SymbolicState.fresh(executor.layout, in: arena)
    guard let map = try? SymbolicMap(monitor, of: v, executor: executor, inputs: inputs),
      let translate = memory.translate
    else { return false }
    let address = arena.variable("address", width: memory.addressWidth)
    let intent = arena.variable("intent", width: 2)
    guard
      let real = try? executor.run(
        translate, parameters: [address, intent], inputs: inputs, state: map.r),
      let virtual = try? executor.run(
        translate, parameters: [address, intent], inputs: inputs, state: v)
    else { return false }
    guard let ra = real.result, let va = virtual.result else { return true }
    let width = memory.addressWidth + 2
    func wide(_ term: Term) -> Term { arena.resize(term, to: width) }
    let isRight = arena.and(
      virtual.retires,
      arena.and(
        arena.eq(wide(ra), arena.add(wide(va), wide(map.origin))),
        arena.ult(wide(va), wide(map.extent))))
    let question = arena.and(
      arena.and(map.isPossible(in: isa), real.retires), arena.not(isRight))
    if case .unsatisfiable = Decision.decide(
      question, in: arena, limits: DecisionLimits(conflicts: 10_000))
    {
      return true
    }
    return false
  }
}
