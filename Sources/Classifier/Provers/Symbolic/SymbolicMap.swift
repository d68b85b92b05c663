import ISACore
import Symbolic
import Terms

/// v and r = f(v) as terms.
///
/// Small memories are moved unit by unit, exactly. In large ones what the guest reaches through the
/// translation is a memory of its own that both runs share: the map leads r where it leads v,
/// `origin` further, or not at all. What is attached to real
/// storage is taken for the monitor's own, which is sound for a program that leaves it alone.
struct SymbolicMap {
  let executor: SymbolicExecutor
  let inputs: SymbolicInputs
  let monitor: MonitorMap
  let isExact: Bool
  let origin: Term
  let extent: Term
  let guest: Term
  /// The monitor's own bits.
  let own: SymbolicState
  private(set) var v: SymbolicState
  private(set) var r: SymbolicState

  /// - Parameter isExact: move storage unit by unit.
  /// - Throws: `SymbolicFailure.tooLarge` where f is.
  init(
    _ monitor: MonitorMap, of v: SymbolicState, executor: SymbolicExecutor, inputs: SymbolicInputs,
    isExact: Bool = false
  ) throws(SymbolicFailure) {
    self.isExact = isExact
    let arena = executor.arena
    self.executor = executor
    self.inputs = inputs
    self.monitor = monitor
    let widths = monitor.map.parameters.map { monitor.map.locals[Int($0)].width }
    func parameter(_ index: Int, _ name: String) -> Term {
      arena.variable(name, width: index < widths.count ? widths[index] : 0)
    }
    origin = parameter(0, "origin")
    extent = parameter(1, "extent")
    guest = parameter(2, "guest")
    own = SymbolicState.fresh(executor.layout, prefix: "own ", in: arena)
    self.v = v
    r = v
    let computed = try f(v)
    r = own
    if isExact {
      r.memories = placed(v, into: own.memories)
    } else {
      r.virtualMemories = v.virtualMemories
      r.place(monitor.kept, in: executor)
    }
    for element in monitor.elements {
      for index in 0..<executor.isa.registers[Int(element.register)].count {
        let source =
          switch element.standing {
          case .direct: v
          case .mapped: computed.state
          case .owned, .attached: own
          }
        r.setBits(
          element.register, element: index, low: element.low,
          to: source.bits(
            element.register, element: index, low: element.low, width: element.width, in: arena),
          in: arena)
      }
    }
  }

  /// Whether every memory that guests have their part of can be moved unit by unit.
  static func canBeExact(_ isa: InstructionSet) -> Bool {
    guard let monitor = isa.monitor, monitor.install == nil else { return false }
    return SymbolicShift.canBeExact(isa) && !monitor.elements.contains { $0.standing.isAttached }
      && monitor.storage.allSatisfy {
        let memory = isa.memories[Int($0.memory)]
        return memory.addressWidth < 8 && memory.size <= SymbolicShift.wholeSpace
          && memory.size == UInt64(1) << UInt64(memory.addressWidth)
      }
  }

  /// `memories` with the units of v below the extent put in, `origin` further.
  private func placed(_ v: SymbolicState, into memories: [Term]) -> [Term] {
    var result = memories
    for index in sharedMemories {
      for unit in units(of: index) {
        let real = executor.arena.add(unit, executor.arena.resize(origin, to: width(of: index)))
        result[index] = executor.arena.ite(
          isGuests(unit),
          executor.arena.store(
            result[index], at: real, executor.arena.select(v.memories[index], at: unit)),
          result[index])
      }
    }
    return result
  }

  private var sharedMemories: [Int] { monitor.storage.map { Int($0.memory) } }

  private func width(of memory: Int) -> Int { executor.isa.memories[memory].addressWidth }

  private func units(of memory: Int) -> [Term] {
    (0..<executor.isa.memories[memory].size).map {
      executor.arena.constant(UInt128($0), width: width(of: memory))
    }
  }

  /// A unit of v's storage is below the extent.
  private func isGuests(_ unit: Term) -> Term {
    let arena = executor.arena
    return arena.ult(arena.resize(unit, to: arena.width(of: extent)), extent)
  }

  /// Some unit of storage is in t' not as f has it of t, or was changed in t past the extent.
  private func storageDifference(
    _ t: SymbolicState, _ tPrime: SymbolicState, in u: SymbolicUniverse
  ) -> Term {
    let arena = executor.arena
    let expected = placed(t, into: r.memories)
    var result = arena.no
    for index in executor.isa.memories.indices {
      if expected[index] != tPrime.memories[index] {
        let address = u.anyAddress(executor.isa.memories[index])
        result = arena.or(
          result, u.differenceOfArrays(expected[index], tPrime.memories[index], at: address))
      }
      if t.memories[index] == v.memories[index] { continue }
      guard sharedMemories.contains(index) else { return arena.yes }
      for unit in units(of: index) {
        let isChanged = u.differenceOfArrays(t.memories[index], v.memories[index], at: unit)
        result = arena.or(result, arena.and(arena.not(isGuests(unit)), isChanged))
      }
    }
    return result
  }

  private func f(_ v: SymbolicState) throws(SymbolicFailure) -> SymbolicOutcome {
    try executor.run(
      monitor.map, parameters: [origin, extent, guest], inputs: inputs, state: v)
  }

  /// The allocations that a monitor makes: whole granules past what it keeps for itself.
  func isPossible(in isa: InstructionSet) -> Term {
    let arena = executor.arena
    guard let share = monitor.storage.first else { return arena.no }
    let memory = isa.memories[Int(share.memory)]
    let width = memory.addressWidth + 2
    func wide(_ term: Term) -> Term { arena.resize(term, to: width) }
    func constant(_ value: UInt64) -> Term { arena.constant(UInt128(value), width: width) }
    let inGranules = constant(max(1, share.granule) - 1)
    let end = arena.add(wide(origin), wide(extent))
    return [
      arena.ule(constant(share.reserved), wide(origin)),
      arena.ule(end, constant(memory.size)),
      arena.not(arena.eq(wide(extent), constant(0))),
      arena.eq(arena.and(wide(origin), inGranules), constant(0)),
      arena.eq(arena.and(wide(extent), inGranules), constant(0)),
    ].reduce(arena.yes) { arena.and($0, $1) }
  }

  /// t' is not f(t), or a step changed what its machine must leave alone.
  func difference(
    _ t: SymbolicState, _ tPrime: SymbolicState, in u: SymbolicUniverse
  ) -> Term {
    let arena = executor.arena
    guard let expected = try? f(t) else { return arena.yes }
    var result = arena.not(expected.retires)
    for element in monitor.elements {
      for index in 0..<executor.isa.registers[Int(element.register)].count {
        func bits(_ state: SymbolicState) -> Term {
          state.bits(
            element.register, element: index, low: element.low, width: element.width, in: arena)
        }
        let differs =
          switch element.standing {
          case .direct: u.notEqual(bits(t), bits(tPrime))
          case .mapped:
            arena.or(
              u.notEqual(bits(t), bits(v)), u.notEqual(bits(expected.state), bits(tPrime)))
          case .owned, .attached:
            arena.or(u.notEqual(bits(t), bits(v)), u.notEqual(bits(tPrime), bits(r)))
          }
        result = arena.or(result, differs)
      }
    }
    if isExact { return arena.or(result, storageDifference(t, tPrime, in: u)) }
    var moved = t
    moved.place(monitor.kept, in: executor)
    for (index, memory) in executor.isa.memories.enumerated() where memory.translate != nil {
      if moved.virtualMemories[index] != tPrime.virtualMemories[index] {
        result = arena.or(
          result,
          u.differenceOfArrays(
            moved.virtualMemories[index], tPrime.virtualMemories[index], at: u.anyAddress(memory)))
      }
      // What the guest has where the monitor keeps something of its own is lost if it changes.
      if t.virtualMemories[index] == v.virtualMemories[index] { continue }
      for kept in monitor.kept where Int(kept.memory) == index {
        for unit in 0..<UInt128(kept.units) {
          let address = arena.constant(UInt128(kept.address) + unit, width: memory.addressWidth)
          result = arena.or(
            result,
            u.differenceOfArrays(t.virtualMemories[index], v.virtualMemories[index], at: address))
        }
      }
    }
    return result
  }
}

extension SymbolicState {
  /// Puts what the monitor keeps at its virtual addresses.
  mutating func place(_ kept: [MonitorMap.Kept], in executor: SymbolicExecutor) {
    let arena = executor.arena
    for kept in kept {
      let memory = executor.isa.memories[Int(kept.memory)]
      for unit in 0..<kept.units {
        let position = executor.isa.endianness == .little ? unit : kept.units - 1 - unit
        let value = kept.value >> UInt128(position * memory.unitWidth)
        virtualMemories[Int(kept.memory)] = arena.store(
          virtualMemories[Int(kept.memory)],
          at: arena.constant(UInt128(kept.address) + UInt128(unit), width: memory.addressWidth),
          arena.constant(value & BitVector.mask(memory.unitWidth), width: memory.unitWidth))
      }
    }
  }
}
