import Monitor

extension VerificationResult {
  /// **Resource control**: no audit found anything amiss.
  public var hasResourceControl: Bool { audit.holds }

  /// **Efficiency**, as the paper words it: a statistically dominant subset of the virtual
  /// processor's instructions is executed directly by the real one. nil where a hybrid monitor
  /// gives that up for supervisor mode, or too little ran for statistics.
  public var isEfficient: Bool? {
    let profile = profile
    guard strategy != .hybrid, profile.instructions >= 100 else { return nil }
    return profile.directFraction > 0.5
  }

  public var caughtMutants: Int { mutants.count { $0.caughtBy != nil } }

  /// Whether a monitor on a monitor is one too, at every depth that was tried.
  public var isRecursive: Bool { recursion.allSatisfy(\.isEquivalent) }

  /// All three properties, no disagreement with the theory, no mutant at large.
  public var holds: Bool {
    isEquivalent && hasResourceControl && isEfficient != false && isRecursive
      && disagreements.isEmpty && caughtMutants == mutants.count
  }
}

extension HouseResult {
  /// No guest noticed the others, and the monitor kept the machine.
  public var holds: Bool { guests.allSatisfy(\.isEquivalent) && audit.holds }
}
