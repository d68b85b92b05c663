import ISACore
import Machine
import Symbolic
import Terms

/// What may differ between two states that are otherwise equal.
enum Freedom {
  case roles(RoleSet)
  case gate(Int)
}

extension SymbolicProver {
  /// A copy of the state with new variables where it may differ.
  func freed(
    _ s: SymbolicState, _ freedom: Freedom, in arena: TermArena
  ) throws -> SymbolicState {
    var sPrime = s
    for (register, element) in s.layout.elements {
      let width = isa.registers[Int(register)].width
      let mask = mask(register, freedom)
      if mask == 0 { continue }
      let slot = s.layout.slot(register, element: element)
      let name = "other \(isa.registers[Int(register)].name)"
      if s.layout.isArray(register) {
        guard mask == BitVector.mask(width) else {
          throw Failure.unsupported("a large register file in which roles are mixed")
        }
        sPrime.slots[slot] = arena.arrayVariable(
          name, indexWidth: s.layout.indexWidth(register), width: width)
        continue
      }
      for index in layout.piecesOfRegister[Int(register)] {
        let piece = layout.pieces[index]
        guard mask >> UInt128(piece.low) & 1 == 1 else { continue }
        let variable = arena.variable("other \(piece.name)", width: piece.width)
        sPrime.slots[slot] = arena.inserting(variable, into: sPrime.slots[slot], low: piece.low)
      }
    }
    for index in isa.memories.indices { try free(index, freedom, of: &sPrime, in: arena) }
    return sPrime
  }

  private func free(
    _ index: Int, _ freedom: Freedom, of state: inout SymbolicState, in arena: TermArena
  ) throws {
    let memory = isa.memories[index]
    let isWhole: Bool
    var regions: [ClosedRange<UInt64>] = []
    /// Of a memory that is freed as a whole, what is not.
    var others: [ClosedRange<UInt64>] = []
    switch freedom {
    case .roles(let roles):
      isWhole = roles.contains(RoleSet(memory.role))
      for region in memory.regions {
        let range = region.first...max(region.first, region.last)
        if roles.contains(RoleSet(region.role)) {
          regions.append(range)
        } else {
          others.append(range)
        }
      }
    case .gate(let gate):
      switch layout.gates[gate].place {
      case .memory(MemoryID(index)):
        isWhole = true
        others = memory.regions.filter { $0.role != memory.role }.map {
          $0.first...max($0.first, $0.last)
        }
      case .region(MemoryID(index), let range):
        isWhole = false
        regions = [range]
      default: return
      }
    }
    let before = state.memories[index]
    if isWhole {
      state.memories[index] = arena.arrayVariable(
        "other \(memory.name)", indexWidth: memory.addressWidth, width: memory.unitWidth)
    }
    for range in isWhole ? others : regions {
      guard range.upperBound - range.lowerBound < SymbolicProver.largestRegion else {
        throw Failure.unsupported("a large region with a role of its own")
      }
      for address in range {
        let place = arena.constant(UInt128(address), width: memory.addressWidth)
        state.memories[index] = arena.store(
          state.memories[index], at: place,
          isWhole
            ? arena.select(before, at: place)
            : arena.variable("other \(memory.name)", width: memory.unitWidth))
      }
    }
    if memory.translate == nil { state.virtualMemories[index] = state.memories[index] }
  }

  /// Regions of more units are not freed unit by unit.
  private static let largestRegion: UInt64 = 64

  private func mask(_ register: RegisterID, _ freedom: Freedom) -> UInt128 {
    switch freedom {
    case .roles(let roles): return layout.mask(register, roles: roles)
    case .gate(let gate):
      guard case .register(register, let mask) = layout.gates[gate].place else { return 0 }
      return mask
    }
  }
}

extension SymbolicState {
  /// Takes the other state's terms where the condition holds.
  mutating func merge(_ other: SymbolicState, where condition: Term, in arena: TermArena) {
    func merge(_ terms: inout [Term], _ others: [Term]) {
      for index in terms.indices where terms[index] != others[index] {
        terms[index] = arena.ite(condition, others[index], terms[index])
      }
    }
    merge(&slots, other.slots)
    merge(&memories, other.memories)
    merge(&virtualMemories, other.virtualMemories)
  }
}

extension SymbolicProver.Formula {
  /// The states of an assignment that makes the question true.
  func finding(from model: Assignment) -> Finding {
    func value(_ term: Term) -> UInt128 { arena.evaluate(term, under: model) }
    return Finding(
      operands: Operands(fields: fields.map(value), contexts: contexts.map(value)),
      s: concrete(s, under: model), sPrime: sPrime.map { concrete($0, under: model) },
      x: x.map(value),
      allocation: map.map {
        Allocation(
          origin: UInt64(truncatingIfNeeded: value($0.origin)),
          extent: UInt64(truncatingIfNeeded: value($0.extent)), guest: value($0.guest))
      })
  }

  private func concrete(_ state: SymbolicState, under model: Assignment) -> ConcreteState {
    var result = ConcreteState()
    for (register, element) in state.layout.elements {
      let slot = state.slots[state.layout.slot(register, element: element)]
      if state.layout.isArray(register) {
        for (index, value) in model.arrays[slot]?.elements ?? [:] {
          result[.register(register, element: Int(index))] = value
        }
      } else {
        result[.register(register, element: element)] = arena.evaluate(slot, under: model)
      }
    }
    for (index, memory) in state.memories.enumerated() {
      let last = UInt64(
        truncatingIfNeeded: BitVector.mask(state.layout.memories[index].addressWidth))
      for address in addresses(in: memory, under: model) where address <= last {
        let term = arena.select(
          memory,
          at: arena.constant(UInt128(address), width: state.layout.memories[index].addressWidth))
        result[.unit(MemoryID(index), address: address)] = arena.evaluate(term, under: model)
      }
    }
    return result
  }

  /// Addresses at which an array may hold something else than 0.
  private func addresses(in array: Term, under model: Assignment) -> Set<UInt64> {
    var found: Set<UInt64> = []
    var rest = [array]
    while let term = rest.popLast() {
      found.formUnion(model.arrays[term]?.elements.keys.map { $0 } ?? [])
      let node = arena.node(term)
      switch node.op {
      case .store:
        found.insert(UInt64(truncatingIfNeeded: arena.evaluate(node.second, under: model)))
        rest.append(node.first)
      case .ite:
        rest.append(node.second)
        rest.append(node.third)
      default: break
      }
    }
    return found
  }
}
