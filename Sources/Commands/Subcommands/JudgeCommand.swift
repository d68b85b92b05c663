import Classifier
import ISACore

/// `popek judge`
enum JudgeCommand: Command {
  static let name = "judge"
  static let summary = "compare the provers with brute force on random tiny machines"
  static let operands = ""
  static let operandCount = 0...0
  static let options: [CommandOption] = [
    .value("count", "N", "how many machines; default 1000"),
    .value("seed", "S", "the first machine's seed; default 1"),
  ]
  static let details = ""
  static let examples = ["judge", "judge --count 10000 --seed 7"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    .success
  }
}
