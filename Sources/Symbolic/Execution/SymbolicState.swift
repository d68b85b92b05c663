import ISACore
import Terms

/// The whole state of a machine as terms.
public struct SymbolicState: Sendable {
  public let layout: StateLayout
  /// Elements and array files, by `StateLayout.slot`.
  public var slots: [Term]
  /// Real contents, by `MemoryID`: arrays from the address width to the unit width.
  public var memories: [Term]
  /// What the program sees through `translate`, by `MemoryID`, indexed by virtual address: used
  /// under `MemoryModel.parametric`, and the real contents for memories without translation.
  public var virtualMemories: [Term]

  /// A state of new variables, named after the registers and memories with `prefix` in front.
  public static func fresh(
    _ layout: StateLayout, prefix: String = "", in arena: TermArena
  ) -> SymbolicState {
    var slots: [Term] = []
    for (id, element) in layout.elements {
      let register = layout.register(id)
      let name = prefix + register.name
      if layout.isArray(id) {
        slots.append(
          arena.arrayVariable(name, indexWidth: layout.indexWidth(id), width: register.width))
      } else {
        slots.append(
          arena.variable(register.isFile ? "\(name)[\(element)]" : name, width: register.width))
      }
    }
    var memories: [Term] = []
    var virtualMemories: [Term] = []
    for memory in layout.memories {
      let name = prefix + memory.name
      let real = arena.arrayVariable(
        name, indexWidth: memory.addressWidth, width: memory.unitWidth)
      memories.append(real)
      virtualMemories.append(
        memory.translate == nil
          ? real
          : arena.arrayVariable(
            "virtual \(name)", indexWidth: memory.addressWidth, width: memory.unitWidth))
    }
    return SymbolicState(
      layout: layout, slots: slots, memories: memories, virtualMemories: virtualMemories)
  }

  /// `width` bits from bit `low` up of a constant element.
  public func bits(
    _ register: RegisterID, element: Int = 0, low: Int = 0, width: Int, in arena: TermArena
  ) -> Term {
    let term = slots[layout.slot(register, element: element)]
    guard layout.isArray(register) else { return arena.extract(term, low: low, width: width) }
    let index = arena.constant(UInt128(element), width: layout.indexWidth(register))
    return arena.extract(arena.select(term, at: index), low: low, width: width)
  }

  /// Replaces bits from bit `low` up of a constant element.
  public mutating func setBits(
    _ register: RegisterID, element: Int = 0, low: Int = 0, to value: Term, in arena: TermArena
  ) {
    let slot = layout.slot(register, element: element)
    guard layout.isArray(register) else {
      slots[slot] = arena.inserting(value, into: slots[slot], low: low)
      return
    }
    let index = arena.constant(UInt128(element), width: layout.indexWidth(register))
    let old = arena.select(slots[slot], at: index)
    slots[slot] = arena.store(slots[slot], at: index, arena.inserting(value, into: old, low: low))
  }

  /// A copy with some bits fixed: the mode, an assumption.
  public func fixing(_ equalities: [StateEquality], in arena: TermArena) -> SymbolicState {
    var state = self
    for equality in equalities {
      state.setBits(
        equality.register, element: equality.element, low: equality.low,
        to: arena.constant(equality.value, width: equality.width), in: arena)
    }
    return state
  }
}

extension TermArena {
  /// `whole` with the bits from `low` up replaced by `part`.
  public func inserting(_ part: Term, into whole: Term, low: Int) -> Term {
    let width = width(of: whole)
    let top = low + self.width(of: part)
    return concat(
      extract(whole, low: top, width: width - top),
      concat(part, extract(whole, low: 0, width: low)))
  }
}
