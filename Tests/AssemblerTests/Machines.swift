import Foundation
import ISACore
import ISALanguage
import Library
import Testing

/// Machines for the tests: the shipped ones, and small ones written out.
enum Machines {
  /// IA-32 stands apart: it writes many instructions in two ways, and has thousands of forms.
  static let shipped = embedded { !$0.hasPrefix("ia32") }
  static let ia32 = embedded { $0 == "ia32" }.first

  private static func embedded(_ isWanted: (String) -> Bool) -> [InstructionSet] {
    guard let library = try? DescriptionLibrary() else { return [] }
    let entries = library.machines.filter { $0.isBuiltIn && isWanted($0.id) }
    return entries.compactMap { entry in
      DescriptionLoader.load(
        path: entry.path, read: { try DescriptionLibrary.readEmbedded($0) },
        locate: { library.machine(named: $0)?.path }
      ).instructionSet
    }
  }

  static func shipped(_ id: String) throws -> InstructionSet {
    try #require(shipped.first { $0.id == id })
  }

  /// The small descriptions that show what later machines need of the language: prefixes, operand
  /// classes with extension words, 36-bit units.
  static let hardCases: [InstructionSet] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "ValidationTests/HardCases").path(percentEncoded: false)
    let files = (try? DescriptionLibrary.descriptions(under: folder)) ?? []
    return files.compactMap { file in
      DescriptionLoader.load(path: file, read: { try DescriptionLibrary.read($0) }).instructionSet
    }
  }()

  static let all = shipped + hardCases

  static func named(_ id: String) throws -> InstructionSet {
    try #require(all.first { $0.id == id })
  }

  struct Unsound: Error {
    var messages: [String]
  }

  /// A machine from a text; `instructions` are its last items.
  static func small(
    unit: Int = 8, endian: String = "big", address: Int = 16, instructions: String = ""
  ) throws -> InstructionSet {
    let text = """
      machine small "Small"
      endian \(endian)
      manual m = "M" { section "S" }
      register pc : \(address) pc
      register mode : 1 mode
      register r[8] : 16 plain
      memory store : \(address) -> \(unit) plain
      modes paper {
        user mode == 1
        supervisor mode == 0
      }
      entry stop {
        cite m "S"
        mode := 0
      }
      trap unknown = stop cite m "S"
      undefined trap unknown as program
      fetch store at pc { }
      advance pc := pc + length
      \(instructions)
      """
    let loaded = DescriptionLoader.load(path: "small.isa", read: { _ in text })
    guard let isa = loaded.instructionSet else {
      throw Unsound(messages: loaded.diagnostics.map(\.message))
    }
    return isa
  }
}
