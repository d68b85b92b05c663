import Dispatch
import Synchronization

/// Long work on another thread, while this one tells how far it is.
enum Watched {
  /// What the work has come to, and what it is at.
  private final class Desk<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
    let note = Mutex("")
  }

  /// - Parameter work: is given a function to say what it is at and how far that is (0…1).
  static func run<Value: Sendable>(
    _ console: Console,
    _ work:
      @escaping @Sendable (_ note: @escaping @Sendable (String, Double) -> Void) throws -> Value
  ) throws -> Value {
    let desk = Desk<Value>()
    let isDone = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
      let result = Result {
        try work { what, fraction in
          desk.note.withLock { $0 = "\(what) \(Int((fraction * 100).rounded())) %" }
        }
      }
      desk.result.withLock { $0 = result }
      isDone.signal()
    }
    while isDone.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
      let note = desk.note.withLock { $0 }
      if !note.isEmpty { console.progress(note) }
    }
    console.clearProgress()
    return try desk.result.withLock { try $0!.get() }
  }
}
