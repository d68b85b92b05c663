import Library
import Reports

/// `popek list`
enum ListCommand: Command {
  static let name = "list"
  static let summary = "the machines that can be named"
  static let operands = ""
  static let operandCount = 0...0
  static let options: [CommandOption] = [.format(.text, .json), .isaPath]
  static let details = """
    Built-in machines and those found in the folders of --isa-path and of the environment
    variable \(MachineLoader.environmentVariable). A found machine hides a built-in one of its name.
    """
  static let examples = ["list", "list --isa-path ~/machines", "list --format json"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let machines = try MachineLoader(arguments).library.machines
    if arguments.format == .json {
      console.write(json(machines))
      return .success
    }
    let width = machines.map(\.id.count).max() ?? 0
    for machine in machines {
      let padding = String(repeating: " ", count: width - machine.id.count + 2)
      let base = machine.base.map { " (a delta of \($0))" } ?? ""
      let path = console.style("  \(machine.path)", .faint)
      console.line(
        console.style(machine.id, .bold) + padding + machine.title + base + path)
    }
    return .success
  }

  private static func json(_ machines: [DescriptionLibrary.Entry]) -> String {
    var json = JSONWriter()
    json.object { json in
      json.member("schema", "popek/machines/1")
      json.arrayMember("machines") { json in
        for machine in machines {
          json.object { json in
            json.member("id", machine.id)
            json.member("name", machine.title)
            json.member("base", machine.base)
            json.member("path", machine.path)
            json.member("builtIn", machine.isBuiltIn)
          }
        }
      }
    }
    return json.text + "\n"
  }
}
