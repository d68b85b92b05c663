import Synchronization

/// A program that is put together when somebody first looks at it.
///
/// A machine may have thousands of forms, whose programs together are millions of nodes; who runs
/// or decodes looks at few of them.
final class DeferredProgram: Sendable {
  private enum State: Sendable {
    case waiting(@Sendable () -> Program)
    case made(Program)
  }

  private let state: Mutex<State>

  init(_ make: @escaping @Sendable () -> Program) {
    state = Mutex(.waiting(make))
  }

  var program: Program {
    state.withLock { state in
      switch state {
      case .made(let program): return program
      case .waiting(let make):
        let program = make()
        state = .made(program)
        return program
      }
    }
  }
}
