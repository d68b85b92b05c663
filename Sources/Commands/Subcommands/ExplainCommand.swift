import Classifier
import ISACore
import ISALanguage
import Reports

/// `popek explain`
enum ExplainCommand: Command {
  static let name = "explain"
  static let summary = "all about one instruction, or about the code of a message"
  static let operands = "ISA MNEMONIC | CODE"
  static let operandCount = 1...2
  static let options: [CommandOption] = [
    ClassificationRequest.modesOption, ClassificationRequest.solverOption, .isaPath,
  ]
  static let details = """
    Of an instruction: its title and citation, the encoding, the syntax, the semantics as the
    description states it, and the verdict with the proof or the witness behind each part of it.
    """
  static let examples = ["explain s360 LPSW", "explain s360 SPM", "explain T001"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    guard arguments.operands.count == 2 else {
      return try explain(code: arguments.operands[0], console)
    }
    let isa = try MachineLoader(arguments).machine(arguments.operands[0], console)
    let wanted = arguments.operands[1].lowercased()
    let matches = isa.instructions.indices.filter {
      let instruction = isa.instructions[$0]
      return instruction.id.lowercased() == wanted || instruction.mnemonic.lowercased() == wanted
    }
    guard !matches.isEmpty else {
      let names = isa.instructions.flatMap { [$0.mnemonic, $0.id] }
      let near = Suggestion.closest(to: arguments.operands[1], among: names)
      throw InputError(
        "\(isa.name) has no instruction '\(arguments.operands[1])'",
        help: near.map { "write \($0)" })
    }
    let request = try ClassificationRequest(arguments, isa, instructions: matches)
    let classification = try request.perform(console)
    for entry in classification.instructions.indices {
      console.write(
        TextReport.explain(
          isa, classification, entry: entry, style: TextStyle(color: console.usesColor)))
    }
    return .success
  }

  private static func explain(code text: String, _ console: Console) throws -> ExitStatus {
    guard let code = DiagnosticCode(rawValue: text.uppercased()) else {
      let near = Suggestion.closest(
        to: text.uppercased(), among: DiagnosticCode.allCases.map(\.rawValue))
      throw InputError(
        "'\(text)' is no code of a message",
        help: near.map { "write \($0)" } ?? "an instruction is explained by ISA MNEMONIC")
    }
    console.write(DiagnosticCatalogue.page(for: code))
    return .success
  }
}
