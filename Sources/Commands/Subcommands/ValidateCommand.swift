import ISACore
import ISALanguage
import Library
import Reports
import Validation

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `popek validate`
enum ValidateCommand: Command {
  static let name = "validate"
  static let summary = "check descriptions, run their tests, compare their expectations"
  static let operands = "PATH…"
  static let operandCount = 1...Int.max
  static let options: [CommandOption] = [
    .format(.text, .json, .sarif), .flag("timings", "say how long each step took"), .isaPath,
  ]
  static let details = """
    A PATH is a machine's main file, a folder (every machine in it), or the name of a built-in
    machine. Each message has a code; popek explain CODE says more about it. Warnings alone leave
    the exit status 0.
    """
  static let examples = ["validate ISAs", "validate mymachine.isa --format json", "validate s360"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let loader = try MachineLoader(arguments)
    var results: [(diagnostics: [Diagnostic], sources: [SourceFile])] = []
    var timings: [String] = []
    let machines = try arguments.operands.flatMap { try entries($0, loader, console) }
    for entry in machines {
      console.progress("reading \(entry.path)")
      var stopwatch = Stopwatch()
      stopwatch.begin("read and checked")
      let loaded = loader.load(entry)
      let diagnostics = Validator.diagnostics(loaded) { phase in
        stopwatch.begin(phase == .tests ? "tested" : "classified")
        console.progress("\(phase.rawValue) \(entry.id)")
      }
      stopwatch.end()
      timings.append("\(entry.id): \(stopwatch.text)")
      results.append((diagnostics, loaded.sources))
      results += try LiteratureLoader(loader).diagnostics(of: entry, loaded.instructionSet)
    }
    console.clearProgress()
    let all = results.flatMap(\.diagnostics)
    let errors = all.count { $0.severity == .error }
    switch arguments.format {
    case .json: console.write(DiagnosticsJSON.text(results))
    case .sarif: console.write(DiagnosticsSARIF.text(results))
    default:
      for (diagnostics, sources) in results {
        let renderer = DiagnosticRenderer(sources: sources, color: console.usesColor)
        for diagnostic in diagnostics {
          let text = renderer.render(diagnostic)
          console.write(text.hasSuffix("\n") ? text : text + "\n")
        }
      }
      if arguments.has("timings") { for line in timings { console.line(line) } }
      console.line(
        "\(machines.count) \(machines.count == 1 ? "machine" : "machines"), \(errors) "
          + "\(errors == 1 ? "error" : "errors"), \(all.count - errors) "
          + "\(all.count - errors == 1 ? "warning" : "warnings")")
    }
    return errors == 0 ? .success : .findings
  }

  /// The machines that a path stands for; chapters of a folder that no machine includes are named.
  private static func entries(
    _ path: String, _ loader: MachineLoader, _ console: Console
  ) throws -> [DescriptionLibrary.Entry] {
    if let entry = loader.library.machine(named: path) { return [entry] }
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return [try loader.entry(path)]
    }
    guard isFolder else { return [MachineLoader.anyEntry(at: path)] }
    let files = try DescriptionLibrary.descriptions(under: path)
    let entries = files.compactMap(DescriptionLibrary.entry(at:))
    guard !entries.isEmpty else { throw InputError("\(path) holds no machine") }
    let read = Set(entries.flatMap { loader.load($0).sources.map(\.path) })
    for file in files where !read.contains(file) {
      console.note("\(file): no machine in \(path) includes it")
    }
    return entries
  }
}

/// How long the steps of something took, one after another.
private struct Stopwatch {
  private let clock = ContinuousClock()
  private var steps: [(name: String, time: Duration)] = []
  private var current: (name: String, start: ContinuousClock.Instant)?

  mutating func begin(_ name: String) {
    end()
    current = (name, clock.now)
  }

  mutating func end() {
    if let current { steps.append((current.name, clock.now - current.start)) }
    current = nil
  }

  /// `tested in 21 ms, classified in 320 ms`
  var text: String {
    steps.map { "\($0.name) in \(Int(($0.time / .milliseconds(1)).rounded())) ms" }
      .joined(separator: ", ")
  }
}
