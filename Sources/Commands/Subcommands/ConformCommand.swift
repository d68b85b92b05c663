import ISACore
import Machine
import Reports

/// `popek conform`
enum ConformCommand: Command {
  static let name = "conform"
  static let summary = "run single-step cases from elsewhere and compare every piece of state"
  static let operands = "ISA CASES.jsonl…"
  static let operandCount = 2...Int.max
  static let options: [CommandOption] = [
    .format(.text, .json),
    .value("failures", "N", "how many failures to tell in full; default 20"),
    .isaPath,
  ]
  static let details = """
    A case is a JSON object on a line of its own: the state before, the instruction, and how the
    state after differs. What a description does not model counts as unsupported, by name, and so does
    a case that comes out as stated only if a register which it does not state holds the result.
    """
  static let examples = ["conform s360 cases.jsonl", "conform s360 a.jsonl b.jsonl --format json"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let shown = Int(try arguments.number("failures").map { min($0, 1 << 20) } ?? 20)
    let isa = try MachineLoader(arguments).machine(arguments.operands[0], console)
    guard isa.conformance != nil else {
      throw InputError("\(isa.id) has no conformance block, so no case can name its state")
    }
    var total: Conformance.Report?
    for path in arguments.operands.dropFirst() {
      console.progress("\(path) on \(isa.id)")
      let cases = try readFile(path)
      do {
        let report = try Conformance.run(isa, cases: cases)
        console.clearProgress()
        if arguments.format == .text {
          console.line(
            "\(path): \(report.total.passed) of \(report.total.cases) passed, "
              + "\(report.total.failed) failed, \(report.total.unsupported) unsupported")
          tell(report, path: path, shown: shown, console)
        }
        if total == nil { total = report } else { total?.add(report) }
      } catch let error as Conformance.MalformedInput {
        throw InputError("\(path):\(error.line):\(error.column): \(error.message)")
      }
    }
    guard let total else { return .success }
    if arguments.format == .json {
      console.write(ConformanceJSON.text(total, isa: isa, failureLimit: shown))
    }
    // Cases that all go unsupported say nothing, least of all that all is well.
    let saysNothing = total.total.passed == 0 && total.total.cases > 0
    if saysNothing { console.error("no case passed") }
    return total.total.failed == 0 && !saysNothing ? .success : .findings
  }

  private static func tell(
    _ report: Conformance.Report, path: String, shown: Int, _ console: Console
  ) {
    for failure in report.failures.prefix(shown) {
      console.line("\(path):\(failure.line): \(failure.name) (\(failure.bytes))")
      for difference in failure.differences.prefix(8) {
        console.line(
          "  \(difference.place): expected \(difference.expected), got \(difference.actual)")
      }
    }
    if report.failures.count > shown {
      console.line("  and \(report.failures.count - shown) more failures")
    }
    var reasons: [String: Int] = [:]
    for item in report.unsupported { reasons[item.reason, default: 0] += 1 }
    for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      console.line("  unsupported, \(count): \(reason)")
    }
  }
}

extension Conformance.Report {
  fileprivate mutating func add(_ other: Conformance.Report) {
    total.add(other.total)
    for (mnemonic, tally) in other.byMnemonic {
      if byMnemonic[mnemonic]?.add(tally) == nil { byMnemonic[mnemonic] = tally }
    }
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
