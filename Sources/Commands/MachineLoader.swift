import ISACore
import ISALanguage
import Library

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Finds the machines that the command line names, and reads their descriptions.
struct MachineLoader {
  let library: DescriptionLibrary

  /// Folders with more descriptions, separated by `:`.
  static let environmentVariable = "POPEK_ISA_PATH"

  init(_ arguments: ParsedArguments) throws(DescriptionLibrary.Unreadable) {
    let variable = ProcessInfo.processInfo.environment[Self.environmentVariable] ?? ""
    let folders = arguments.all("isa-path") + variable.split(separator: ":").map(String.init)
    library = try DescriptionLibrary(searchPath: folders)
  }

  /// A machine by its name, its main file, or the folder that holds it.
  func entry(_ name: String) throws -> DescriptionLibrary.Entry {
    if let entry = library.machine(named: name) { return entry }
    var isFolder = false
    guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) else {
      let near = Suggestion.closest(to: name, among: library.machines.map(\.id))
      throw InputError(
        "no machine '\(name)'", help: near.map { "write \($0)" } ?? "popek list names them all")
    }
    guard isFolder else {
      // A chapter alone is no machine; what its text lacks is for the loader to say.
      _ = try DescriptionLibrary.read(name)
      guard let entry = DescriptionLibrary.entry(at: name) else {
        throw InputError("\(name) does not start with a machine line")
      }
      return entry
    }
    let entries = try DescriptionLibrary.descriptions(under: name)
      .compactMap(DescriptionLibrary.entry(at:))
    guard let entry = entries.first else { throw InputError("\(name) holds no machine") }
    guard entries.count == 1 else {
      throw InputError(
        "\(name) holds several machines: \(entries.map(\.id).joined(separator: ", "))",
        help: "name the file of one")
    }
    return entry
  }

  /// The entry of a file that the user wants read whatever it starts with.
  static func anyEntry(at path: String) -> DescriptionLibrary.Entry {
    DescriptionLibrary.entry(at: path) ?? DescriptionLibrary.Entry(unsoundFile: path)
  }

  /// Reads and checks a description; its errors are in the result.
  func load(_ entry: DescriptionLibrary.Entry) -> LoadedDescription {
    DescriptionLoader.load(
      path: entry.path,
      read: { path in
        // A machine on disk may be a delta of a built-in one.
        if !entry.isBuiltIn, let text = try? DescriptionLibrary.read(path) { return text }
        return try DescriptionLibrary.readEmbedded(path)
      },
      locate: { library.machine(named: $0)?.path })
  }

  /// The machine that the command line names, for commands that need a sound description.
  ///
  /// - Throws: `InputError` if it has errors; they have been printed then.
  func machine(_ name: String, _ console: Console) throws -> InstructionSet {
    let entry = try entry(name)
    let loaded = load(entry)
    guard let machine = loaded.instructionSet else {
      let renderer = DiagnosticRenderer(sources: loaded.sources, color: console.usesErrorColor)
      for diagnostic in loaded.diagnostics where diagnostic.severity == .error {
        console.note(renderer.render(diagnostic))
      }
      throw InputError("\(entry.path) is not a sound description")
    }
    return machine
  }
}

/// Reads a file that is not a description: an image, assembly text, cases.
func readFile(_ path: String, limit: Int = 1 << 30) throws(InputError) -> [UInt8] {
  guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
    throw InputError("\(path): no such file")
  }
  guard attributes[.type] as? FileAttributeType == .typeRegular else {
    throw InputError("\(path): not a file")
  }
  guard let data = FileManager.default.contents(atPath: path) else {
    throw InputError("\(path): cannot be read")
  }
  guard data.count <= limit else { throw InputError("\(path): larger than \(limit) bytes") }
  return Array(data)
}
