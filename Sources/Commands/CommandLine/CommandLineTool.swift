import ISACore
import Library

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The program `popek`: finds the subcommand, reports what goes wrong, returns the exit status.
public enum CommandLineTool {
  static let commands: [any Command.Type] = [
    ListCommand.self, ValidateCommand.self, ClassifyCommand.self, ExplainCommand.self,
    CompareCommand.self, VerifyCommand.self, ReportCommand.self, RunCommand.self, AsmCommand.self,
    DisasmCommand.self, ConformCommand.self, NewCommand.self, JudgeCommand.self, FuzzCommand.self,
  ]

  /// Runs as the process: standard output and error, Ctrl-C.
  public static func main() -> Never {
    let console = Console.standard(environment: ProcessInfo.processInfo.environment)
    let status = withExtendedLifetime(TemporaryFiles.removeOnInterrupt(console)) {
      run(Array(CommandLine.arguments.dropFirst()), console)
    }
    SystemCalls.exit(status.rawValue)
  }

  /// - Parameter arguments: without the program's name.
  public static func run(_ arguments: [String], _ console: Console) -> ExitStatus {
    do {
      return try dispatch(arguments, console)
    } catch let error as UsageError {
      console.error(error.message, help: error.help)
      let known = commands.contains { $0.name == arguments.first }
      console.note("popek \(known ? arguments[0] + " " : "")--help says more")
      return .usage
    } catch let error as InputError {
      console.error(error.message, help: error.help)
      return .usage
    } catch let error as DescriptionLibrary.Unreadable {
      console.error(error.description)
      return .usage
    } catch {
      console.error("internal error: \(error)")
      return .internalError
    }
  }

  private static func dispatch(
    _ arguments: [String], _ console: Console
  ) throws -> ExitStatus {
    guard let name = arguments.first else {
      console.write(HelpText.overview(commands))
      return .usage
    }
    if ["help", "--help", "-h"].contains(name) {
      guard arguments.count > 1, let command = commands.first(where: { $0.name == arguments[1] })
      else {
        console.write(HelpText.overview(commands))
        return .success
      }
      console.write(HelpText.page(command))
      return .success
    }
    guard let command = commands.first(where: { $0.name == name }) else {
      let near = Suggestion.closest(to: name, among: commands.map { $0.name })
      throw UsageError("no command '\(name)'", help: near.map { "write popek \($0)" })
    }
    let rest = arguments.dropFirst()
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    if rest[..<end].contains(where: { $0 == "--help" || $0 == "-h" }) {
      console.write(HelpText.page(command))
      return .success
    }
    return try command.run(try ArgumentParser.parse(rest, for: command), console)
  }
}
