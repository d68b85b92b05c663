import ISACore

/// **Mode sensitive**: some s ~m s', s in user mode and retiring: s' retires with another result
/// outside the mode, or takes a trap that is no memory trap.
struct ModeSensitive: Definition {
  var claim: String { "not mode sensitive" }
  var relation: Relation { .equalButForMode }
  var mode: Mode { .user }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.both(
      u.retires(runs.t),
      u.either(
        u.both(u.retires(runs.tPrime), u.differ(runs.t, runs.tPrime, outside: .mode)),
        u.traps(runs.tPrime, as: .anyButMemory)))
  }

  /// Nothing outside the mode is decided by the mode, and no trap that supervisor mode can take
  /// is; guards that only user mode meets are passed by every s that retires.
  func isRuledOut(by footprints: Footprints) -> Bool {
    if let user = footprints.user, !user.canRetire { return true }
    guard let supervisor = footprints.supervisor, let open = footprints.open else { return false }
    if open.influences(outside: .mode).contains(.mode) { return false }
    return supervisor.traps.values.allSatisfy { site in
      site.trapClass == .memory || !(open.traps[site.key]?.labels ?? []).contains(.mode)
    }
  }
}
