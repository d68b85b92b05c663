import ISACore

/// What a command was given.
struct ParsedArguments {
  var operands: [String] = []
  /// By option name, in the order of the command line; flags have empty values.
  var values: [String: [String]] = [:]

  func has(_ option: String) -> Bool { values[option] != nil }

  /// The last value given: later options win.
  func value(_ option: String) -> String? { values[option]?.last }

  func all(_ option: String) -> [String] { values[option] ?? [] }

  var format: OutputFormat { value("format").flatMap(OutputFormat.init) ?? .text }

  /// A number of at least `least`, decimal, or with `0x`, `0o` or `0b`.
  func number(_ option: String, least: UInt64 = 0) throws(UsageError) -> UInt64? {
    guard let text = value(option) else { return nil }
    guard let number = Self.number(text), number >= least else {
      throw UsageError(
        "--\(option) wants a number\(least > 0 ? " of at least \(least)" : ""), not '\(text)'")
    }
    return number
  }

  static func number(_ text: String) -> UInt64? {
    let radixes = ["0x": 16, "0o": 8, "0b": 2]
    let prefix = text.prefix(2).lowercased()
    guard let radix = radixes[prefix] else { return UInt64(text) }
    return UInt64(text.dropFirst(2), radix: radix)
  }
}

/// Reads the command line of one subcommand.
enum ArgumentParser {
  static func parse(
    _ arguments: some Sequence<String>, for command: any Command.Type
  ) throws(UsageError) -> ParsedArguments {
    var parsed = ParsedArguments()
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        parsed.operands += rest
        break
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        parsed.operands.append(argument)
        continue
      }
      let (option, attached) = try option(argument, of: command)
      var value = attached ?? ""
      if option.value == nil {
        guard attached == nil else { throw UsageError("--\(option.name) takes no value") }
      } else if attached == nil {
        guard let next = rest.popFirst() else {
          throw UsageError("--\(option.name) needs a value: \(option.value!)")
        }
        value = next
      }
      guard option.choices.isEmpty || option.choices.contains(value) else {
        throw UsageError(
          "--\(option.name) cannot be '\(value)' here",
          help: "one of \(option.choices.joined(separator: ", "))")
      }
      guard option.isRepeatable || parsed.values[option.name] == nil else {
        throw UsageError("--\(option.name) is given twice")
      }
      parsed.values[option.name, default: []].append(value)
    }
    let count = parsed.operands.count
    guard count >= command.operandCount.lowerBound else {
      throw UsageError("\(command.name) needs \(command.operands)")
    }
    guard count <= command.operandCount.upperBound else {
      let surplus = parsed.operands[command.operandCount.upperBound]
      throw UsageError("'\(surplus)' is one argument too many")
    }
    return parsed
  }

  /// The option that an argument names, with the value attached by `=`.
  private static func option(
    _ argument: String, of command: any Command.Type
  ) throws(UsageError) -> (CommandOption, attached: String?) {
    let options = command.options
    guard argument.hasPrefix("--") else {
      let letter = argument.dropFirst().first
      guard let option = options.first(where: { $0.letter != nil && $0.letter == letter }) else {
        throw UsageError("\(command.name) has no option '\(argument)'")
      }
      let attached = argument.dropFirst(2)
      return (option, attached.isEmpty ? nil : String(attached))
    }
    let parts = argument.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = options.first(where: { $0.name == name }) else {
      let near = Suggestion.closest(to: name, among: options.map(\.name))
      throw UsageError(
        "\(command.name) has no option '--\(name)'", help: near.map { "write --\($0)" })
    }
    return (option, parts.count > 1 ? String(parts[1]) : nil)
  }
}
