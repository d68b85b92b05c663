/// A subcommand: what it is called, what it takes, what it does.
protocol Command: Sendable {
  static var name: String { get }
  /// One line, without a full stop.
  static var summary: String { get }
  /// What stands behind the name: `ISA MNEMONIC`.
  static var operands: String { get }
  static var operandCount: ClosedRange<Int> { get }
  static var options: [CommandOption] { get }
  /// What the summary leaves open; paragraphs of full sentences.
  static var details: String { get }
  /// Command lines without the program's name.
  static var examples: [String] { get }
  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus
}

/// An option of a subcommand.
struct CommandOption {
  /// Without the dashes.
  var name: String
  /// One letter that stands for it.
  var letter: Character?
  /// What its value is called in the help; nil for a flag.
  var value: String?
  var help: String
  var isRepeatable = false
  /// The only values allowed, if they can be listed.
  var choices: [String] = []

  static func flag(_ name: String, _ help: String) -> CommandOption {
    CommandOption(name: name, help: help)
  }

  static func value(
    _ name: String, _ value: String, letter: Character? = nil, _ help: String,
    isRepeatable: Bool = false
  ) -> CommandOption {
    CommandOption(
      name: name, letter: letter, value: value, help: help, isRepeatable: isRepeatable)
  }

  /// `--format`, with the formats that the command can write; the first is the default.
  static func format(_ formats: OutputFormat...) -> CommandOption {
    CommandOption(
      name: "format", value: "FORMAT",
      help: formats.map(\.rawValue).joined(separator: ", ") + "; default \(formats[0].rawValue)",
      choices: formats.map(\.rawValue))
  }

  static let isaPath = CommandOption.value(
    "isa-path", "DIR", "a folder with more descriptions; may be given several times",
    isRepeatable: true)
}

enum OutputFormat: String {
  case text, json, markdown, html, sarif
}
