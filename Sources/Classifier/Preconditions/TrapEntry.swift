import ISACore

/// What a trap's entry sequence does to the state that it interrupts.
///
/// A loss belongs to no instruction: what is overwritten and kept nowhere, a monitor cannot give
/// back to its guest. SPARC V8's traps overwrite two registers of the next window.
struct TrapEntry {
  /// State that the entry overwrites, that no part of it keeps, and that instructions read.
  var lost: [String]
  /// Where that is.
  var registers: Set<RegisterID> = []

  init(_ entry: Entry, isa: InstructionSet, layout: RoleLayout, readable: [UInt128]) {
    let writes = StateWrites(entry.program, layout: layout, isa: isa)
    var lost: [String] = []
    for (register, written) in writes.written.enumerated() where written != 0 {
      // A value that no program can see is no loss (System/360's interruption code).
      var gone = written & ~writes.kept[register] & readable[register]
      // While a guest runs, what does not stand direct is the monitor's; the guest's is kept aside.
      if isa.monitor != nil { gone &= isa.standingMask(RegisterID(register)) { $0 == .direct } }
      for index in layout.piecesOfRegister[register] {
        let piece = layout.pieces[index]
        // Clocks and devices go their own way whoever looks.
        guard piece.role != .timer, piece.role != .device else { continue }
        let bits = BitVector.mask(piece.width) << UInt128(piece.low)
        guard gone & bits != 0 else { continue }
        registers.insert(RegisterID(register))
        if !lost.contains(piece.name) { lost.append(piece.name) }
      }
    }
    self.lost = lost
  }

  /// By register: the bits that instructions and translations read. What only interruption
  /// conditions read is a note that something is pending, and taken back when it is served.
  static func readableBits(_ isa: InstructionSet) -> [UInt128] {
    var masks = [UInt128](repeating: 0, count: isa.registers.count)
    func look(_ program: Program) {
      for node in program.nodes where node.op == .read {
        masks[Int(node.a)] |= BitVector.mask(Int(node.width)) << UInt128(node.c)
      }
    }
    for instruction in isa.instructions {
      for form in instruction.forms { look(form.program) }
    }
    for translate in isa.memories.compactMap(\.translate) { look(translate) }
    look(isa.fetch.program)
    return masks
  }
}

/// Whether a memory trap finds an instruction's work undone or half done.
///
/// Other traps after a write are the architecture's own: System/360 stores the sum and then
/// interrupts for the overflow. A memory trap is one that a monitor may have to take away and go
/// on from.
struct TrapOrder {
  let isa: InstructionSet

  init(_ isa: InstructionSet) { self.isa = isa }

  /// What may come between a write and a memory trap.
  enum Care {
    /// Whatever was tried before.
    case none
    /// Accesses that were announced, by a probe or a load, before anything was written are taken to
    /// go through.
    case announced
  }

  /// Whether the program may take a memory trap after it has written something: only a `partial`
  /// one can.
  func canTrapAfterWrite(_ program: Program, _ care: Care = .none) -> Bool {
    var walk = Walk(isa: isa, care: care)
    return walk.finds(program.body)
  }

  private struct Walk {
    let isa: InstructionSet
    let care: Care
    /// Memories that were tried before the first write, for storing or for loading.
    var triedForStore: Set<MemoryID> = []
    var triedForLoad: Set<MemoryID> = []
    var hasWritten = false

    /// Whether a memory trap after a write is found.
    mutating func finds(_ statements: [Statement]) -> Bool {
      for statement in statements {
        switch statement.kind {
        case .write: hasWritten = true
        case .store(let access, _):
          if hasWritten, mayTrap(access), !isAnnounced(access, triedForStore) { return true }
          hasWritten = true
        case .load(_, let access):
          if hasWritten, mayTrap(access), !isAnnounced(access, triedForLoad) { return true }
          if !hasWritten { triedForLoad.insert(access.memory) }
        case .probe(let access, let intent):
          if hasWritten, mayTrap(access) { return true }
          if intent == .store {
            triedForStore.insert(access.memory)
          } else {
            triedForLoad.insert(access.memory)
          }
        case .trap(_, .memory, _):
          if hasWritten { return true }
        case .branch(_, let then, let otherwise):
          let before = hasWritten
          if finds(then) { return true }
          let afterThen = hasWritten
          hasWritten = before
          if finds(otherwise) { return true }
          // What an arm wrote that ends in a trap is nothing to what follows.
          hasWritten = hasWritten && !ends(otherwise) || afterThen && !ends(then)
        case .loop(_, _, let body):
          // Twice, so that what one round wrote is seen by the next.
          if finds(body) || finds(body) { return true }
        default: break
        }
      }
      return false
    }

    private func isAnnounced(_ access: Access, _ tried: Set<MemoryID>) -> Bool {
      care == .announced && tried.contains(access.memory)
    }

    private func ends(_ statements: [Statement]) -> Bool {
      switch statements.last?.kind {
      case .trap, .perform: true
      case .branch(_, let then, let otherwise): ends(then) && ends(otherwise)
      default: false
      }
    }

    private func mayTrap(_ access: Access) -> Bool {
      guard !access.isReal, let translate = isa.memories[Int(access.memory)].translate else {
        return false
      }
      var traps = false
      translate.forEachStatement { if case .trap = $0.kind { traps = true } }
      return traps
    }
  }
}
