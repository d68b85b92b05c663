import ISACore

/// **Control sensitive**: some s retires with mode or map changed; in the extended reading also
/// with some resource, timer or device changed.
///
/// *Changed* means another value after than before. Any trap gives the monitor control, so trap
/// outcomes never count.
struct ControlSensitive: Definition {
  /// `RoleSet.strictControl` or `RoleSet.extendedControl`.
  var roles: RoleSet
  var mode: Mode

  var claim: String {
    roles == .strictControl ? "not control sensitive (mode, map)" : "not control sensitive"
  }
  var relation: Relation { .alone }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.both(u.retires(runs.t), u.changes(runs.s, runs.t, in: roles))
  }

  func isRuledOut(by footprints: Footprints) -> Bool {
    guard let footprint = footprints[mode] else { return false }
    return !footprint.canRetire || footprint.changed.isDisjoint(with: roles)
  }
}
