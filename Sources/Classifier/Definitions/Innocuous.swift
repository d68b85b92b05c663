import ISACore

/// **Innocuous**: not sensitive in any way.
///
/// An instruction that always traps (SVC, INT n) never retires, so it is innocuous, and the report
/// says *always traps*. The printed class is `privileged` if it is always or conditionally so,
/// else `sensitive` if it is in the extended reading, else `innocuous`.
extension InstructionClass {
  init(privilege: Privilege, isSensitive: Bool) {
    if privilege != .never {
      self = .privileged
    } else {
      self = isSensitive ? .sensitive : .innocuous
    }
  }
}

extension Sensitivity {
  /// The ways of being sensitive that a reading knows. Control sensitivity itself is read by mode
  /// and map in the strict reading, by all roles in the extended one.
  static func known(in reading: Reading) -> [Sensitivity] {
    switch reading {
    case .strict: [.control, .mode, .location]
    case .extended: Sensitivity.allCases
    }
  }
}

extension FormFindings {
  /// Sensitive in a reading, in a way that `counts`.
  func isSensitive(in reading: Reading, where counts: (Sensitivity) -> Bool = { _ in true })
    -> Truth3
  {
    Truth3.any(
      Sensitivity.known(in: reading).filter(counts).map { way in
        way == .control ? control(in: reading) : sensitivity(way)
      })
  }
}
