import ISACore
import Library
import Reports

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `popek report`
enum ReportCommand: Command {
  static let name = "report"
  static let summary = "write the report of a machine: Markdown, JSON and one HTML page"
  static let operands = "[ISA…]"
  static let operandCount = 0...Int.max
  static let options: [CommandOption] = [
    .value("output", "DIR", letter: "o", "the folder to write to; default Reports"),
    .flag("check", "write nothing; exit with status 1 if a report is missing or stale"),
    ClassificationRequest.modesOption, ClassificationRequest.solverOption, .isaPath,
  ]
  static let details = """
    Without ISA, all built-in machines that are no drafts. Equal descriptions give equal bytes, so
    a report that is kept under version control changes only when a verdict or a description does.
    """
  static let examples = ["report s360", "report s360 -o build/reports", "report --check"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let loader = try MachineLoader(arguments)
    let names =
      arguments.operands.isEmpty
      ? loader.library.machines.filter(\.isBuiltIn).map(\.id) : arguments.operands
    let folder = arguments.value("output") ?? "Reports"
    var status = ExitStatus.success
    for name in names {
      let isa = try loader.machine(name, console)
      if arguments.operands.isEmpty, let missing = isa.draft {
        console.note("\(name) is a draft: \(missing)")
        continue
      }
      let literature = try LiteratureLoader(loader).literature(of: loader.entry(name))
      let classification = try ClassificationRequest(arguments, isa).perform(console)
      if arguments.has("check") {
        let stale = ReportSet.check(isa, classification, literature: literature) { name in
          FileManager.default.contents(atPath: "\(folder)/\(name)")
            .map { String(decoding: $0, as: UTF8.self) }
        }
        for file in stale { console.error("\(folder)/\(file.message)") }
        if stale.isEmpty {
          console.line("\(folder): \(isa.id) is current")
        } else {
          console.note("popek report \(name) -o \(folder) writes it anew")
          status = .findings
        }
        continue
      }
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw InputError("\(folder) cannot be created")
      }
      for file in ReportSet.files(for: isa, classification, literature: literature) {
        try TemporaryFiles.write(file.contents.utf8, to: "\(folder)/\(file.name)")
        console.line("\(folder)/\(file.name)")
      }
    }
    return status
  }
}
