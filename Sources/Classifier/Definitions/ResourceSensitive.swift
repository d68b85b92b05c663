import ISACore

/// **Resource, timing, device sensitive** †: some s, s' equal but for the state of the role: both
/// retire, and the results differ outside it.
///
/// The state of the role is everything declared `resource` (`timer`, `device`), registers, fields,
/// memories and regions alike. What becomes of that state itself is not compared: that it changes
/// is control sensitivity.
struct ResourceSensitive: Definition {
  /// `resource`, `timer` or `device`.
  var role: Role
  var mode: Mode

  var claim: String { "not \(role == .timer ? "timing" : role.rawValue) sensitive" }
  var relation: Relation { .equalButFor(role) }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.both(
      u.both(u.retires(runs.t), u.retires(runs.tPrime)),
      u.differ(runs.t, runs.tPrime, outside: RoleSet(role)))
  }

  func isRuledOut(by footprints: Footprints) -> Bool {
    guard let footprint = footprints[mode] else { return false }
    return !footprint.canRetire
      || !footprint.influences(outside: RoleSet(role)).contains(Labels(role))
  }
}
