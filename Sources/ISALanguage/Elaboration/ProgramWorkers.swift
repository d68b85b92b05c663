import Dispatch
import ISACore
import Synchronization

/// Entry sequences and instructions do not depend on one another, so that every processor can
/// elaborate some.
extension Elaborator {
  /// Instructions below which it is not worth it.
  private static let fewestInstructions = 64

  private enum Job {
    case entry(EntrySource)
    case instruction(InstructionSource)
  }

  /// What came of one of them.
  private struct Result: Sendable {
    enum Content: Sendable {
      case entry(ElaboratedEntry)
      case instruction(Instruction?)
    }
    var content: Content
    var diagnostics: [Diagnostic]
  }

  private struct Progress: Sendable {
    var isTaken: [Bool]
    var hasFailed = false
    var results: [Result?]
    var used: Set<String> = []

    init(count: Int) {
      isTaken = Array(repeating: false, count: count)
      results = Array(repeating: nil, count: count)
    }

    /// The first job from `start` on that nobody has taken; behind the last one, the first of all.
    mutating func take(from start: Int) -> Int? {
      guard !hasFailed else { return nil }
      let job = isTaken[start...].firstIndex(of: false) ?? isTaken.firstIndex(of: false)
      if let job { isTaken[job] = true }
      return job
    }
  }

  /// Nobody writes to what the workers look at while they do: each has its own copy of the rest.
  private struct Shared: @unchecked Sendable {
    let machine: Elaborator
    let jobs: [Job]
  }

  /// Elaborates them on all processors.
  ///
  /// - Returns: false if nothing was done. What is said about one mistake depends on those before
  ///   it, so that a description with mistakes is left to be read from its start to its end.
  func elaborateTogether(_ entries: [EntrySource], _ instructions: [InstructionSource]) -> Bool {
    let workers = min(activeProcessorCount(), 8)
    guard workers > 1, instructions.count >= Self.fewestInstructions, !hasErrors else {
      return false
    }
    let store = FragmentStore()
    fragmentStore = store
    defer { fragmentStore = nil }
    let shared = Shared(
      machine: self, jobs: entries.map(Job.entry) + instructions.map(Job.instruction))
    let progress = Mutex(Progress(count: shared.jobs.count))
    DispatchQueue.concurrentPerform(iterations: workers) { index in
      let worker = Elaborator(sharing: shared.machine)
      // Neighbours have operands of the same classes: what a worker knows of them it can use again.
      var next = index * shared.jobs.count / workers
      while let number = progress.withLock({ $0.take(from: next) }) {
        next = number
        let content: Result.Content =
          switch shared.jobs[number] {
          case .entry(let entry): .entry(worker.elaborate(entry))
          case .instruction(let instruction): .instruction(worker.elaborate(instruction))
          }
        let result = Result(content: content, diagnostics: worker.diagnostics)
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
        switch result?.content {
        case .entry(let entry)?: keep(entry)
        case .instruction(let instruction?)?: set.instructions.append(instruction)
        case .instruction(nil)?, nil: break
        }
      }
      for name in progress.used { use(name) }
      return true
    }
  }
}
