import Classifier
import ISACore
import Reports

/// `popek classify`
enum ClassifyCommand: Command {
  static let name = "classify"
  static let summary = "say of each instruction whether it is privileged, sensitive or innocuous"
  static let operands = "ISA"
  static let operandCount = 1...1
  static let options: [CommandOption] = [
    .format(.text, .json, .markdown, .html, .sarif),
    .value(
      "require", "THEOREM", "exit with status 1 unless it holds: theorem1, theorem2:strict, …",
      isRepeatable: true),
    ClassificationRequest.modesOption, ClassificationRequest.solverOption, .isaPath,
  ]
  static let details = """
    Every verdict is proved or refuted by a witness that was replayed; what could be neither is
    counted as unknown, and a theorem that hangs on it is not said to hold. The exit status is 0
    whatever the verdict, unless --require asks for a theorem.
    """
  static let examples = [
    "classify s360", "classify s360 --format json", "classify mymachine.isa --require theorem1",
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let requirements = try arguments.all("require").map(Requirement.init)
    let loader = try MachineLoader(arguments)
    let isa = try loader.machine(arguments.operands[0], console)
    let literature = try LiteratureLoader(loader).literature(
      of: loader.entry(arguments.operands[0]))
    let classification = try ClassificationRequest(arguments, isa).perform(console)
    switch arguments.format {
    case .text:
      console.write(
        TextReport.classification(
          isa, classification, literature: literature, style: TextStyle(color: console.usesColor)))
    case .json:
      console.write(ClassificationJSON.text(isa, classification, literature: literature))
    case .markdown:
      console.write(MarkdownReport.text(isa, classification, literature: literature))
    case .html: console.write(HTMLReport.text(isa, classification, literature: literature))
    case .sarif: console.write(ClassificationSARIF.text(isa, classification))
    }
    var status = ExitStatus.success
    for requirement in requirements where !requirement.isMet(by: classification) {
      console.error("\(requirement.text) does not hold for \(isa.id)")
      status = .findings
    }
    return status
  }

  /// `theorem1`, `theorem3:strict`.
  private struct Requirement {
    var text: String
    var theorem: Int
    var reading: Reading

    init(_ text: String) throws(UsageError) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let names = ["theorem1": 1, "theorem2": 2, "theorem3": 3]
      guard let theorem = names[String(parts[0])], parts.count <= 2,
        let reading = parts.count == 1 ? .extended : Reading(rawValue: String(parts[1]))
      else {
        throw UsageError(
          "--require cannot be '\(text)'",
          help: "theorem1, theorem2 or theorem3, with :strict for mode and map only")
      }
      self.text = text
      self.theorem = theorem
      self.reading = reading
    }

    func isMet(by classification: Classification) -> Bool {
      classification.theorems[theorem]?[reading]?.holds ?? false
    }
  }
}
