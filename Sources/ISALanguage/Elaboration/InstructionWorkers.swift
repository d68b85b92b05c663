import Dispatch
import ISACore
import Synchronization

/// Instructions do not depend on one another, so that every processor can elaborate some.
extension Elaborator {
  /// Instructions below which it is not worth it.
  private static let fewestInstructions = 64

  /// What came of one instruction.
  private struct Result: Sendable {
    var instruction: Instruction?
    var diagnostics: [Diagnostic]
  }

  private struct Progress: Sendable {
    var next = 0
    var hasFailed = false
    var results: [Result?]
    var used: Set<String> = []
  }

  /// Nobody writes to what the workers look at while they do: each has its own copy of the rest.
  private struct Shared: @unchecked Sendable {
    let machine: Elaborator
    let sources: [InstructionSource]
  }

  /// Elaborates the instructions on all processors.
  ///
  /// - Returns: false if nothing was done. What is said about one mistake depends on those before
  ///   it, so that a description with mistakes is left to be read from its start to its end.
  func elaborateTogether(_ sources: [InstructionSource]) -> Bool {
    let workers = min(activeProcessorCount(), 8)
    guard workers > 1, sources.count >= Self.fewestInstructions, !hasErrors else { return false }
    let store = FragmentStore()
    fragmentStore = store
    defer { fragmentStore = nil }
    let shared = Shared(machine: self, sources: sources)
    let progress = Mutex(Progress(results: Array(repeating: nil, count: sources.count)))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      let worker = Elaborator(sharing: shared.machine)
      while true {
        let number = progress.withLock { progress -> Int? in
          guard progress.next < shared.sources.count, !progress.hasFailed else { return nil }
          progress.next += 1
          return progress.next - 1
        }
        guard let number else { break }
        let instruction = worker.elaborate(shared.sources[number])
        let result = Result(instruction: instruction, diagnostics: worker.diagnostics)
        let hasFailed = worker.hasErrors
        worker.diagnostics = []
        progress.withLock { progress in
          progress.results[number] = result
          if hasFailed { progress.hasFailed = true }
        }
      }
      let used = worker.usedNames
      progress.withLock { $0.used.formUnion(used) }
    }
    return progress.withLock { progress in
      guard !progress.hasFailed else {
        // What was found without mistakes is found again.
        fragments.merge(store.sound) { known, _ in known }
        return false
      }
      for result in progress.results {
        diagnostics += result?.diagnostics ?? []
        if let instruction = result?.instruction { set.instructions.append(instruction) }
      }
      for name in progress.used { use(name) }
      return true
    }
  }
}
