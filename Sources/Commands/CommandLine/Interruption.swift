import Synchronization

/// Ctrl-C for a command that comes to a good end by itself when it is told to.
enum Interruption {
  private enum State { case endsProgram, isNoted, hasCome }

  private static let state = Mutex(State.endsProgram)

  /// While `body` runs, the first Ctrl-C is noted and nothing else; the next one ends the program.
  static func noted<Result>(during body: () throws -> Result) rethrows -> Result {
    state.withLock { $0 = .isNoted }
    defer { state.withLock { $0 = .endsProgram } }
    return try body()
  }

  static var hasCome: Bool { state.withLock { $0 == .hasCome } }

  /// Called when Ctrl-C comes; true: a command has noted it and will end.
  static func note() -> Bool {
    state.withLock { state in
      guard state == .isNoted else { return false }
      state = .hasCome
      return true
    }
  }
}
