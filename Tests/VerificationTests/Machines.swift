import Assembler
import Foundation
import ISACore
import ISALanguage
import Library
import Machine
import Testing
import Verification

/// Machines and guests for the tests.
enum Machines {
  static let shipped: [String: InstructionSet] = {
    guard let library = try? DescriptionLibrary() else { return [:] }
    var machines: [String: InstructionSet] = [:]
    for entry in library.machines where entry.isBuiltIn {
      machines[entry.id] =
        DescriptionLoader.load(
          path: entry.path, read: { try DescriptionLibrary.readEmbedded($0) },
          locate: { library.machine(named: $0)?.path }
        ).instructionSet
    }
    return machines
  }()

  static func named(_ id: String) throws -> InstructionSet {
    try #require(shipped[id])
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A guest from a folder under `ISAs/`.
  static func guest(
    _ path: String, for isa: InstructionSet, limit: UInt64 = 100_000
  ) throws -> Guest {
    let source = try String(
      contentsOf: root.appending(path: "ISAs/\(path).s"), encoding: .utf8)
    guard case .success(let output) = Assembler(isa).assemble(source) else {
      throw GuestError("\(path) cannot be assembled")
    }
    let name = String(path.split(separator: "/").last!)
    return Guest(name: name, image: output.image, for: isa, limit: limit)
  }

  /// A virtual machine of the paper's kind has 96 words.
  static func arrangement(_ isa: InstructionSet) throws -> Arrangement {
    var arrangement = Arrangement()
    let size = try #require(isa.choices.firstIndex { $0.name == "storage_size" })
    arrangement.virtualChoices[ChoiceID(size)] = 96
    return arrangement
  }
}
