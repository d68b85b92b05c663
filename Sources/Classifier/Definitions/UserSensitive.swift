import ISACore

/// **User sensitive**: control, location, resource or device sensitive with s in user mode.
///
/// Pure mode sensitivity never counts: it compares two modes, and a hybrid monitor runs directly
/// only what is virtually in user mode. Nor does timing.
extension Sensitivity {
  static let countsForUsers: Set<Sensitivity> = [.control, .location, .resource, .device]
}

extension FormFindings {
  func isUserSensitive(in reading: Reading) -> Truth3 {
    Truth3.any(
      Sensitivity.known(in: reading).filter(Sensitivity.countsForUsers.contains).map { way in
        way == .control
          ? control(in: reading, mode: .user) : sensitivity(way, mode: .user)
      })
  }
}
