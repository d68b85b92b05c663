import ISACore

/// **Gated by q** †: some s, s' equal but for q: one retires, the other traps.
///
/// q is one named resource, timer or device. Gating is no sensitivity by itself; it obliges the
/// monitor to preserve the decision. s is the one that retires: the relation is symmetric.
struct Gated: Definition {
  /// Index into `RoleLayout.gates`.
  var gate: Int
  /// `psw.program_mask`.
  var name: String
  var mode: Mode

  var claim: String { "not gated by \(name)" }
  var relation: Relation { .equalButForGate(gate) }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.both(u.retires(runs.t), u.traps(runs.tPrime, as: Set(TrapClass.allCases)))
  }

  func isRuledOut(by footprints: Footprints) -> Bool {
    guard let footprint = footprints[mode] else { return false }
    return !footprint.canRetire || !footprint.trapLabels.contains(gate: gate)
  }
}
