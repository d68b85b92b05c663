/// What `--help` prints.
enum HelpText {
  static func overview(_ commands: [any Command.Type]) -> String {
    var text = """
      popek: which instructions of a machine are privileged, sensitive, innocuous, and why.

      usage: popek COMMAND …

      commands:

      """
    text += table(commands.map { ($0.name, $0.summary) })
    text += """

      ISA is the name of a built-in machine (popek list) or the path of a description.
      popek COMMAND --help says more about one of them.

      exit status:

      """
    return text + exitStatuses
  }

  static func page(_ command: any Command.Type) -> String {
    let operands = command.operands.isEmpty ? "" : " " + command.operands
    let options = command.options.isEmpty ? "" : " [options]"
    var text = "popek \(command.name): \(command.summary)\n\n"
    text += "usage: popek \(command.name)\(operands)\(options)\n"
    if !command.details.isEmpty { text += "\n\(command.details)\n" }
    if !command.options.isEmpty {
      text += "\noptions:\n" + table(command.options.map { (signature($0), $0.help) })
    }
    text += "\nexamples:\n" + command.examples.map { "  popek \($0)\n" }.joined()
    return text + "\nexit status:\n" + exitStatuses
  }

  static let exitStatuses = table(
    ExitStatus.allCases.map { (String($0.rawValue), $0.meaning) })

  private static func signature(_ option: CommandOption) -> String {
    let long = "--\(option.name)" + (option.value.map { " \($0)" } ?? "")
    return option.letter.map { "-\($0), \(long)" } ?? long
  }

  private static func table(_ rows: [(String, String)]) -> String {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { row in
      "  \(row.0)\(String(repeating: " ", count: width - row.0.count + 2))\(row.1)\n"
    }.joined()
  }
}
