import Classifier
import ISACore
import Reports

/// `popek compare`
enum CompareCommand: Command {
  static let name = "compare"
  static let summary = "say what is said of one machine and not, or otherwise, of another"
  static let operands = "ISA ISA"
  static let operandCount = 2...2
  static let options: [CommandOption] = [
    .format(.text, .json, .markdown, .html),
    .value("require", "same", "exit with status 1 if anything that is compared differs"),
    .value(
      "modes", "NAME",
      "the pair of modes; given twice: of the first machine, then of the other",
      isRepeatable: true),
    ClassificationRequest.solverOption, .isaPath,
  ]
  static let details = """
    Theorems with their violators, preconditions, holes, and all that is said of each instruction,
    operand by operand. Instructions of one name are compared, by their verdicts: what they do may
    differ. The exit status is 0 whatever differs, unless --require asks for the same.
    """
  static let examples = [
    "compare s360 s360-67", "compare third-generation third-generation-jrst --format markdown",
    "compare old.isa new.isa --require same",
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let requirement = arguments.value("require")
    guard requirement == nil || requirement == "same" else {
      throw UsageError("--require cannot be '\(requirement ?? "")' here", help: "write same")
    }
    let modes = arguments.all("modes")
    guard modes.count <= 2 else { throw UsageError("--modes is given more than twice") }
    let loader = try MachineLoader(arguments)
    let machines = try arguments.operands.map { try loader.machine($0, console) }
    // Both command lines are checked before either machine is classified.
    let requests = try machines.enumerated().map { index, isa in
      try ClassificationRequest(
        arguments, isa, modes: modes.isEmpty ? nil : modes[min(index, modes.count - 1)])
    }
    let sides = try zip(machines, requests).map { isa, request in
      MachineComparison.Side(isa, try request.perform(console))
    }
    let comparison = MachineComparison(sides[0], sides[1])
    switch arguments.format {
    case .json: console.write(ComparisonJSON.text(comparison))
    case .markdown: console.write(ComparisonMarkdown.text(comparison))
    case .html: console.write(ComparisonHTML.text(comparison))
    default:
      console.write(
        ComparisonText.text(comparison, style: TextStyle(color: console.usesColor)))
    }
    if requirement != nil, !comparison.isSame {
      console.error("\(comparison.title) are not the same")
      return .findings
    }
    return .success
  }
}
