import Dispatch
import ISACore
import Synchronization

/// Single-step cases from independent processors and emulators, run on a description.
///
/// A case is one instruction from one complete state and the state that came of it, one JSON
/// object a line:
/// `{"isa", "name", "bytes", "before": {"regs", "mem", …}, "after": {…}, "trap", "mask", "tags"}`.
/// `after` lists what differs; all that it does not list has to be as it was. What stands beside
/// `before` under a name of the description belongs to it. A case tagged `rep` is one repeated
/// instruction from its start to its end, in however many steps. A line `{"isa", "env": {…}}` in
/// front of a file is the state that all its cases start from.
public enum Conformance {
  /// Counts of cases by outcome.
  public struct Tally: Equatable, Sendable {
    public var passed = 0
    public var failed = 0
    /// Cases that use names which the description does not have.
    public var unsupported = 0

    public init() {}

    public var cases: Int { passed + failed + unsupported }
  }

  /// One place that is not as the case states it, under the case's mask.
  public struct Difference: Equatable, Sendable {
    /// A register's name, an address, a block, or `trap`.
    public var place: String
    public var expected: String
    public var actual: String

    public init(place: String, expected: String, actual: String) {
      self.place = place
      self.expected = expected
      self.actual = actual
    }
  }

  /// A case whose outcome differs.
  public struct Failure: Equatable, Sendable, CustomStringConvertible {
    /// Line in the file, from 1.
    public var line: Int
    public var name: String
    /// The instruction in hexadecimal.
    public var bytes: String
    public var tags: [String]
    /// The trap first, then registers, then memory.
    public var differences: [Difference]

    public init(
      line: Int, name: String, bytes: String, tags: [String], differences: [Difference]
    ) {
      self.line = line
      self.name = name
      self.bytes = bytes
      self.tags = tags
      self.differences = differences
    }

    public var description: String {
      let places = differences.map { "\($0.place): expected \($0.expected), got \($0.actual)" }
      return "line \(line): \(name) \(bytes): " + places.joined(separator: "; ")
    }
  }

  /// A case that says nothing about this machine, and why.
  public struct Unsupported: Equatable, Sendable {
    public var line: Int
    public var name: String
    public var reason: String
    public var tags: [String]

    public init(line: Int, name: String, reason: String, tags: [String]) {
      self.line = line
      self.name = name
      self.reason = reason
      self.tags = tags
    }
  }

  public struct Report: Equatable, Sendable {
    public var total = Tally()
    public var byMnemonic: [String: Tally] = [:]
    /// In the order of the file.
    public var failures: [Failure] = []
    /// In the order of the file.
    public var unsupported: [Unsupported] = []

    public init() {}
  }

  /// A line that is no case.
  public struct MalformedInput: Error, Equatable, CustomStringConvertible {
    /// From 1.
    public var line: Int
    /// In bytes, from 1.
    public var column: Int
    public var message: String

    public var description: String { "\(line):\(column): \(message)" }
  }

  /// Why no case could be run.
  public enum Impossible: Error, Equatable, CustomStringConvertible {
    /// The description has no `conformance` item.
    case noNames

    public var description: String { "the description has no `conformance` names" }
  }

  /// Runs all cases of a file.
  ///
  /// - Parameters:
  ///   - cases: the file's bytes.
  ///   - choices: what the implementation decided; defaults where left out.
  ///   - threads: how many cases run at the same time; 0: one a processor.
  /// - Throws: `MalformedInput` for the first line that is no case, `Impossible`.
  public static func run(
    _ isa: InstructionSet, cases: [UInt8], choices: [ChoiceID: UInt128] = [:], threads: Int = 0
  ) throws -> Report {
    guard let names = isa.conformance, isa.memories.indices.contains(Int(names.memory)) else {
      throw Impossible.noNames
    }
    let lines = lines(of: cases)
    let wanted = threads > 0 ? threads : processorCount
    // A machine of its own is worth it for some hundred cases.
    let workers = max(1, min(wanted, lines.count / 200))
    let results = Mutex<[Int: Result<Report, MalformedInput>]>([:])
    cases.withUnsafeBufferPointer { bytes in
      let text = SharedBytes(bytes: bytes)
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        let share = worker * lines.count / workers..<(worker + 1) * lines.count / workers
        let result = run(isa, names, choices, text.bytes, lines: lines, share: share)
        results.withLock { $0[worker] = result }
      }
    }
    var report = Report()
    let parts = results.withLock { $0 }
    for worker in 0..<workers {
      if let part = parts[worker] { report.merge(try part.get()) }
    }
    return report
  }

  /// The file's bytes, which outlive the workers that read them.
  private struct SharedBytes: @unchecked Sendable {
    let bytes: UnsafeBufferPointer<UInt8>
  }

  private static var processorCount: Int {
    Swift.max(1, activeProcessorCount())
  }

  /// Runs a share of the lines on a machine of its own. An environment stands in the first line
  /// of a file and is loaded by every worker.
  private static func run(
    _ isa: InstructionSet, _ names: ConformanceNames, _ choices: [ChoiceID: UInt128],
    _ bytes: UnsafeBufferPointer<UInt8>, lines: [(number: Int, range: Range<Int>)],
    share: Range<Int>
  ) -> Result<Report, MalformedInput> {
    var runner = ConformanceRunner(isa, names: names, choices: choices)
    var report = Report()
    do {
      if share.lowerBound > 0 {
        var discarded = Report()
        try runner.run(
          bytes, line: lines[0].number, range: lines[0].range, into: &discarded)
      }
      for index in share {
        try runner.run(
          bytes, line: lines[index].number, range: lines[index].range, into: &report)
      }
      return .success(report)
    } catch {
      return .failure(error)
    }
  }

  /// The lines that are not blank, with their numbers from 1.
  private static func lines(of text: [UInt8]) -> [(number: Int, range: Range<Int>)] {
    var lines: [(number: Int, range: Range<Int>)] = []
    var number = 1
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: 0x0A) ?? text.count
      if text[start..<end].contains(where: { $0 > 0x20 }) { lines.append((number, start..<end)) }
      start = end + 1
      number += 1
    }
    return lines
  }
}

extension Conformance.Report {
  mutating func addPassed(_ name: String) {
    total.passed += 1
    byMnemonic[name, default: .init()].passed += 1
  }

  mutating func add(_ failure: Conformance.Failure) {
    total.failed += 1
    byMnemonic[failure.name, default: .init()].failed += 1
    failures.append(failure)
  }

  mutating func add(_ case: Conformance.Unsupported) {
    total.unsupported += 1
    byMnemonic[`case`.name, default: .init()].unsupported += 1
    unsupported.append(`case`)
  }

  /// Adds the cases of another share, or another file, that comes after.
  public mutating func merge(_ other: Conformance.Report) {
    total.add(other.total)
    for (name, tally) in other.byMnemonic { byMnemonic[name, default: .init()].add(tally) }
    failures += other.failures
    unsupported += other.unsupported
  }
}

extension Conformance.Tally {
  fileprivate mutating func add(_ other: Conformance.Tally) {
    passed += other.passed
    failed += other.failed
    unsupported += other.unsupported
  }
}
