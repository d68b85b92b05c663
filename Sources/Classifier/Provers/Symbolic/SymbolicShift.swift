import ISACore
import Symbolic
import Terms

/// s and shift(s, x) as terms.
///
/// Small address spaces are moved unit by unit, exactly. In large ones translated storage is a
/// memory of its own that both runs share, which is what moving it along means for programs that
/// never reach past the translation.
struct SymbolicShift {
  /// A virtual address that may be mapped in both states.
  private struct Unit {
    var memory: Int
    /// One bit: it is.
    var isMapped: Term
    var real: Term
    var realPrime: Term
  }

  /// Address spaces up to this many units are moved unit by unit.
  static let wholeSpace: UInt64 = 16

  let executor: SymbolicExecutor
  let inputs: SymbolicInputs
  let program: Program
  let x: Term
  private var units: [Unit] = []

  init(
    _ program: Program, executor: SymbolicExecutor, inputs: SymbolicInputs
  ) {
    self.program = program
    self.executor = executor
    self.inputs = inputs
    let width = program.parameters.first.map { program.locals[Int($0)].width } ?? 0
    x = executor.arena.variable("x", width: width)
  }

  /// Whether every translated memory can be moved unit by unit.
  static func canBeExact(_ isa: InstructionSet) -> Bool {
    isa.memories.allSatisfy {
      $0.translate == nil || $0.addressWidth < 8 && 1 << UInt64($0.addressWidth) <= wholeSpace
    }
  }

  /// shift(s, x), and the condition under which it exists.
  mutating func moved(
    _ s: SymbolicState, in u: SymbolicUniverse
  ) throws(SymbolicFailure) -> (SymbolicState, exists: Term) {
    let arena = u.arena
    let run = try executor.run(program, parameters: [x], inputs: inputs, state: s)
    var sPrime = run.state
    var exists = run.retires
    if u.isParametric { return (sPrime, exists) }
    units = []
    for (index, memory) in u.isa.memories.enumerated() where memory.translate != nil {
      let contents = s.memories[index]
      var moved = sPrime.memories[index]
      for virtual in 0..<(UInt64(1) << UInt64(memory.addressWidth)) {
        let from = try lookUp(virtual, memory: index, in: s, u)
        let to = try lookUp(virtual, memory: index, in: run.state, u)
        let isMapped = arena.and(from.isMapped, to.isMapped)
        if isMapped == arena.no { continue }
        let unit = Unit(memory: index, isMapped: isMapped, real: from.real, realPrime: to.real)
        units.append(unit)
        moved = arena.ite(
          isMapped,
          arena.store(moved, at: unit.realPrime, arena.select(contents, at: unit.real)), moved)
      }
      sPrime.memories[index] = moved
      // Addresses that share a unit afterwards must have agreed before.
      for unit in units where unit.memory == index {
        exists = arena.and(
          exists,
          arena.or(
            arena.not(unit.isMapped),
            arena.eq(
              arena.select(moved, at: unit.realPrime), arena.select(contents, at: unit.real))))
      }
    }
    return (sPrime, exists)
  }

  /// Where a virtual address lies, by the first intent that is let through.
  private func lookUp(
    _ virtual: UInt64, memory index: Int, in s: SymbolicState, _ u: SymbolicUniverse
  ) throws(SymbolicFailure) -> (isMapped: Term, real: Term) {
    let arena = u.arena
    let memory = u.isa.memories[index]
    var isMapped = arena.no
    var real = arena.constant(0, width: memory.addressWidth)
    for intent in [Intent.fetch, .store, .load] {
      let outcome = try executor.run(
        memory.translate!,
        parameters: [
          arena.constant(UInt128(virtual), width: memory.addressWidth),
          arena.constant(UInt128(intent.rawValue), width: 2),
        ], inputs: inputs, state: s)
      guard let result = outcome.result else { continue }
      real = arena.ite(
        outcome.retires, arena.resize(result, to: memory.addressWidth), real)
      isMapped = arena.or(isMapped, outcome.retires)
    }
    return (isMapped, real)
  }

  /// t' differs from t by more than the shift.
  func difference(
    _ t: SymbolicState, _ tPrime: SymbolicState, in u: SymbolicUniverse
  ) -> Term {
    let arena = u.arena
    guard let run = try? executor.run(program, parameters: [x], inputs: inputs, state: t) else {
      return arena.yes
    }
    var result = arena.and(
      run.retires, u.registerDifference(run.state, tPrime) { _ in true })
    for (index, memory) in u.isa.memories.enumerated() {
      if memory.translate == nil {
        if t.memories[index] == tPrime.memories[index] { continue }
        let address = u.anyAddress(memory)
        let differs = u.differenceOfArrays(t.memories[index], tPrime.memories[index], at: address)
        result = arena.or(result, arena.and(differs, u.isPresent(memory, address)))
        continue
      }
      if u.isParametric {
        result = arena.or(
          result,
          u.differenceOfArrays(
            t.virtualMemories[index], tPrime.virtualMemories[index], at: u.anyAddress(memory)))
      }
      for unit in units where unit.memory == index {
        let differs = u.notEqual(
          arena.select(t.memories[index], at: unit.real),
          arena.select(tPrime.memories[index], at: unit.realPrime))
        result = arena.or(result, arena.and(unit.isMapped, differs))
      }
      // Storage with a role of its own does not move.
      if t.memories[index] != tPrime.memories[index], !memory.regions.isEmpty {
        let address = u.anyAddress(memory)
        let differs = u.differenceOfArrays(t.memories[index], tPrime.memories[index], at: address)
        result = arena.or(
          result,
          arena.and(differs, u.isOfRole(memory, address) { $0 != memory.role }))
      }
    }
    return result
  }
}
