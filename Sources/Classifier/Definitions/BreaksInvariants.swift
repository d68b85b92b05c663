import ISACore

/// **Breaks an invariant**: some s retires in a state that does not meet the machine's invariants.
///
/// Not one of the paper's terms, but every other definition speaks of the states that meet the
/// invariants, and says nothing true if an instruction leads out of them.
struct BreaksInvariants: Definition {
  var mode: Mode
  /// Whether the form can write anything that an invariant looks at.
  var isWithinReach: Bool

  var claim: String { "keeps the invariants" }
  var relation: Relation { .alone }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.both(u.retires(runs.t), u.breaksInvariants(runs.t))
  }

  func isRuledOut(by footprints: Footprints) -> Bool {
    if !isWithinReach { return true }
    return footprints[mode].map { !$0.canRetire } ?? false
  }
}

extension BreaksInvariants {
  init(mode: Mode, program: Program, isa: InstructionSet) {
    let written = RoleLayout.writtenMasks(program, isa)
    let isWithinReach = isa.invariants.contains { invariant in
      let read = RoleLayout.readMasks(invariant.program, isa)
      return zip(written, read).contains { $0 & $1 != 0 }
        || invariant.program.touchesStorage && program.touchesStorage
    }
    self.init(mode: mode, isWithinReach: isWithinReach)
  }
}
