import ISACore
import Symbolic
import Terms

/// One symbolic step, with performing merged into retiring.
struct SymbolicStep {
  var retires: Term
  var traps: [SymbolicTrap]
  var state: SymbolicState
  /// One bit: it goes on as another instruction.
  var performs: Term
  /// That instruction's encoding, with its length above it.
  var performed: Term
}

/// The definitions over terms: a truth is a bit that some assignment may make 1.
///
/// `changes`, `differ` and their like may bring in a variable for "at some address": they are read
/// existentially, which is sound because the definitions never negate them.
final class SymbolicUniverse: Universe {
  typealias State = SymbolicState
  typealias Outcome = SymbolicStep
  typealias Truth = Term

  let isa: InstructionSet
  let layout: RoleLayout
  let arena: TermArena
  let isParametric: Bool
  /// For relations that move the map: runs `shift` on a state.
  var shift: SymbolicShift?
  /// For f(v): the monitor's map and what was fixed for it.
  var map: SymbolicMap?
  /// Whether each invariant holds in a state; nil where that is too large to say.
  var invariants: [(SymbolicState) -> Term?] = []

  init(_ isa: InstructionSet, layout: RoleLayout, arena: TermArena, isParametric: Bool) {
    self.isa = isa
    self.layout = layout
    self.arena = arena
    self.isParametric = isParametric
  }

  func retires(_ t: SymbolicStep) -> Term { t.retires }

  func traps(_ t: SymbolicStep, as classes: Set<TrapClass>) -> Term {
    t.traps.reduce(arena.no) { reached, trap in
      classes.contains(trap.trapClass) ? arena.or(reached, trap.condition) : reached
    }
  }

  func changes(_ s: SymbolicState, _ t: SymbolicStep, in roles: RoleSet) -> Term {
    difference(s, t.state) { roles.contains(RoleSet($0)) }
  }

  func differ(_ t: SymbolicStep, _ tPrime: SymbolicStep, outside roles: RoleSet) -> Term {
    arena.or(
      goDifferentWays(t, tPrime), difference(t.state, tPrime.state) { !roles.contains(RoleSet($0)) }
    )
  }

  func differByMoreThanShift(_ t: SymbolicStep, _ tPrime: SymbolicStep) -> Term {
    guard let shift else { return arena.no }
    return arena.or(goDifferentWays(t, tPrime), shift.difference(t.state, tPrime.state, in: self))
  }

  func differUnderMap(_ t: SymbolicStep, _ tPrime: SymbolicStep) -> Term {
    guard let map else { return arena.no }
    return arena.or(goDifferentWays(t, tPrime), map.difference(t.state, tPrime.state, in: self))
  }

  func breaksInvariants(_ t: SymbolicStep) -> Term {
    invariants.reduce(arena.no) { broken, invariant in
      arena.or(broken, arena.not(invariant(t.state) ?? arena.no))
    }
  }

  func both(_ a: Term, _ b: Term) -> Term { arena.and(a, b) }
  func either(_ a: Term, _ b: Term) -> Term { arena.or(a, b) }

  /// One performs and the other does not, or they perform different instructions.
  private func goDifferentWays(_ t: SymbolicStep, _ tPrime: SymbolicStep) -> Term {
    let width = max(arena.width(of: t.performed), arena.width(of: tPrime.performed))
    let bits = notEqual(
      arena.resize(t.performed, to: width), arena.resize(tPrime.performed, to: width))
    return arena.or(
      notEqual(t.performs, tPrime.performs),
      arena.and(arena.and(t.performs, tPrime.performs), bits))
  }

  /// Some piece of state of a wanted role differs.
  func difference(
    _ a: SymbolicState, _ b: SymbolicState, where isWanted: (Role) -> Bool
  ) -> Term {
    var result = registerDifference(a, b) { isWanted($0.role) }
    for index in isa.memories.indices {
      let memory = isa.memories[index]
      let isVirtual = isParametric && memory.translate != nil
      if isVirtual, isWanted(memory.role) {
        let address = anyAddress(memory)
        result = arena.or(
          result,
          differenceOfArrays(a.virtualMemories[index], b.virtualMemories[index], at: address))
      }
      if a.memories[index] == b.memories[index] { continue }
      let address = anyAddress(memory)
      let differs = differenceOfArrays(a.memories[index], b.memories[index], at: address)
      result = arena.or(
        result, arena.and(differs, isOfRole(memory, address, where: isWanted)))
    }
    return result
  }

  /// Some wanted piece of some register differs.
  func registerDifference(
    _ a: SymbolicState, _ b: SymbolicState, where isWanted: (StatePiece) -> Bool
  ) -> Term {
    var result = arena.no
    for (register, element) in a.layout.elements {
      let slot = a.layout.slot(register, element: element)
      var (x, y) = (a.slots[slot], b.slots[slot])
      if x == y { continue }
      if a.layout.isArray(register) {
        let index = arena.variable("some index", width: a.layout.indexWidth(register))
        // Elements past the last do not exist.
        let count = UInt128(isa.registers[Int(register)].count)
        let isPresent = arena.ult(
          arena.zext(index, to: a.layout.indexWidth(register) + 1),
          arena.constant(count, width: a.layout.indexWidth(register) + 1))
        let zero = arena.constant(0, width: isa.registers[Int(register)].width)
        x = arena.ite(isPresent, arena.select(x, at: index), zero)
        y = arena.ite(isPresent, arena.select(y, at: index), zero)
      }
      for index in layout.piecesOfRegister[Int(register)] {
        let piece = layout.pieces[index]
        guard isWanted(piece) else { continue }
        result = arena.or(
          result,
          notEqual(
            arena.extract(x, low: piece.low, width: piece.width),
            arena.extract(y, low: piece.low, width: piece.width)))
      }
    }
    return result
  }

  func anyAddress(_ memory: Memory) -> Term {
    arena.variable("some address", width: memory.addressWidth)
  }

  func differenceOfArrays(_ a: Term, _ b: Term, at address: Term) -> Term {
    notEqual(arena.select(a, at: address), arena.select(b, at: address))
  }

  /// Whether a real address holds state of a wanted role.
  func isOfRole(_ memory: Memory, _ address: Term, where isWanted: (Role) -> Bool) -> Term {
    var result = arena.bit(isWanted(memory.role))
    for region in memory.regions.reversed() {
      let isInside = arena.and(
        arena.ule(constant(region.first, memory), address),
        arena.ule(address, constant(region.last, memory)))
      result = arena.ite(isInside, arena.bit(isWanted(region.role)), result)
    }
    return arena.and(result, isPresent(memory, address))
  }

  func isPresent(_ memory: Memory, _ address: Term) -> Term {
    let last = UInt64(truncatingIfNeeded: BitVector.mask(memory.addressWidth))
    return memory.size > last ? arena.yes : arena.ult(address, constant(memory.size, memory))
  }

  private func constant(_ value: UInt64, _ memory: Memory) -> Term {
    arena.constant(UInt128(value), width: memory.addressWidth)
  }

  func notEqual(_ a: Term, _ b: Term) -> Term { arena.not(arena.eq(a, b)) }
}
