import Classifier
import Reports

/// `popek judge`
enum JudgeCommand: Command {
  static let name = "judge"
  static let summary = "compare the provers with brute force on random tiny machines"
  static let operands = ""
  static let operandCount = 0...0
  static let options: [CommandOption] = [
    .value("count", "N", "how many machines; default 1000"),
    .value("seed", "S", "of the first machine, the others follow; default 1"),
    .format(.text, .json),
  ]
  static let details = """
    Every machine has a few bits of state, so that the definitions can be tried on all states. Any
    answer on which the provers and the enumeration differ is a finding, and so is one that the
    provers leave open. So that the judge is no easy one, each kind of instruction must have a share
    of at least one in two hundred.
    """
  static let examples = ["judge", "judge --count 10000 --seed 7"]

  /// A kind with a smaller share than one in so many instructions is as good as absent.
  private static let rarest = 200

  /// What a fair judge must have seen.
  private static let kinds = [
    "class privileged", "class sensitive", "class innocuous", "control sensitive",
    "mode sensitive", "location sensitive", "resource sensitive", "timing sensitive",
    "device sensitive", "user sensitive", "gated", "always traps",
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let count = Int(min(try arguments.number("count", least: 1) ?? 1000, 10_000_000))
    let seed = try arguments.number("seed") ?? 1
    var report = JudgeReport()
    // In portions, so that whoever waits sees how far it is.
    let portion = 250
    for first in stride(from: 0, to: count, by: portion) {
      console.progress("\(first) of \(count) machines")
      report.merge(Judge.run(count: min(portion, count - first), seed: seed &+ UInt64(first)))
    }
    console.clearProgress()
    // A handful of machines need not show everything.
    let rare =
      count < portion
      ? [] : kinds.filter { (report.shares[$0] ?? 0) * rarest < report.instructions }
    if arguments.format == .json {
      console.write(json(report))
    } else {
      console.write(text(report))
    }
    for kind in rare { console.error("too few instructions are \(kind) to judge by") }
    let isSound = report.disagreements.isEmpty && report.unknown == 0 && rare.isEmpty
    return isSound ? .success : .findings
  }

  private static func text(_ report: JudgeReport) -> String {
    var text = ""
    for disagreement in report.disagreements.prefix(20) {
      text += "seed \(disagreement.seed), \(disagreement.instruction): \(disagreement.what)\n"
      text += disagreement.machine.split(separator: "\n").map { "  \($0)\n" }.joined()
    }
    text += "\(report.machines) machines, \(report.instructions) instructions, "
    text += "\(report.agreements) answers agree, \(report.disagreements.count) differ, "
    text += "\(report.unknown) unknown, \(report.open) open by the description\n"
    for (name, number) in report.shares.sorted(by: { $0.key < $1.key }) {
      let isAboutMachines = name.hasPrefix("theorem")
      let whole = isAboutMachines ? report.machines : report.instructions
      let what = isAboutMachines ? "machines" : "instructions"
      text += "  \(percentage(number, of: whole)) of the \(what): \(name)\n"
    }
    let answers = report.provers.values.reduce(0, +)
    for prover in Prover.allCases {
      guard let number = report.provers[prover] else { continue }
      text += "  \(percentage(number, of: answers)) of the answers: by \(prover.rawValue)\n"
    }
    return text + "  \(Int(report.milliseconds)) ms\n"
  }

  /// ` 12.3 %`, without a formatter.
  private static func percentage(_ part: Int, of whole: Int) -> String {
    let tenths = whole == 0 ? 0 : (part * 1000 + whole / 2) / whole
    let digits = "\(tenths / 10).\(tenths % 10)"
    return String(repeating: " ", count: max(0, 5 - digits.count)) + digits + " %"
  }

  private static func json(_ report: JudgeReport) -> String {
    var json = JSONWriter()
    json.object { json in
      json.member("schema", "popek/judgement/1")
      json.member("machines", report.machines)
      json.member("instructions", report.instructions)
      json.member("agreements", report.agreements)
      json.member("unknown", report.unknown)
      json.member("open", report.open)
      json.objectMember("shares") { json in
        for (name, number) in report.shares.sorted(by: { $0.key < $1.key }) {
          json.member(name, number)
        }
      }
      json.arrayMember("disagreements") { json in
        for disagreement in report.disagreements {
          json.object { json in
            json.member("seed", String(disagreement.seed))
            json.member("instruction", disagreement.instruction)
            json.member("what", disagreement.what)
            json.member("machine", disagreement.machine)
          }
        }
      }
      json.key("milliseconds")
      json.number(report.milliseconds)
    }
    return json.text + "\n"
  }
}
