import ISACore

/// **Privileged**: in user mode the instruction never retires, and for some state supervisor mode
/// retires where user mode traps, memory traps aside; in supervisor mode it never privilege-traps.
///
/// `always` if that holds as it stands, `conditional` if it holds only in states that satisfy a
/// named `assume` (cr4.tsd = 1, iopl = 0), `never` otherwise. An assumption binds only the real
/// machine, so it enters here and nowhere else.
enum Privileged {
  /// In user mode it never retires.
  static let neverRetiresInUserMode = Retires(mode: .user)
  /// For some state supervisor mode retires where user mode traps.
  static let supervisorRetiresWhereUserTraps = SupervisorRetiresWhereUserTraps()
  /// In supervisor mode it never privilege-traps.
  static let neverPrivilegeTrapsInSupervisorMode = PrivilegeTraps()
}

/// Some s in the mode: retires. If none does in either mode, the instruction *always traps*.
struct Retires: Definition {
  var mode: Mode
  var claim: String { "never retires in \(mode.rawValue) mode" }
  var relation: Relation { .alone }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.retires(runs.t)
  }

  func isRuledOut(by footprints: Footprints) -> Bool {
    footprints[mode].map { !$0.canRetire } ?? false
  }
}

/// Some s ~m s', s in user mode: s takes a trap that is no memory trap, s' retires.
struct SupervisorRetiresWhereUserTraps: Definition {
  var claim: String { "supervisor mode never retires where user mode traps" }
  var relation: Relation { .equalButForMode }
  var mode: Mode { .user }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.both(u.traps(runs.t, as: .anyButMemory), u.retires(runs.tPrime))
  }

  func isRuledOut(by footprints: Footprints) -> Bool {
    if let supervisor = footprints.supervisor, !supervisor.canRetire { return true }
    guard let user = footprints.user else { return false }
    return user.traps.values.allSatisfy { $0.trapClass == .memory }
  }
}

/// Some s in supervisor mode: traps with class `privilege`.
struct PrivilegeTraps: Definition {
  var claim: String { "never privilege-traps in supervisor mode" }
  var relation: Relation { .alone }
  var mode: Mode { .supervisor }

  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth {
    u.traps(runs.t, as: [.privilege])
  }

  func isRuledOut(by footprints: Footprints) -> Bool {
    guard let supervisor = footprints.supervisor else { return false }
    return supervisor.traps.values.allSatisfy { $0.trapClass != .privilege }
  }
}
