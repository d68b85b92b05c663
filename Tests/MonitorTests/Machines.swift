import Assembler
import Devices
import Foundation
import ISACore
import ISALanguage
import Library
import Machine
import Testing

@testable import Monitor

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

  /// A guest's text, from a folder under `ISAs/`.
  static func guest(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: "ISAs/\(path)"), encoding: .utf8)
  }

  static func choice(_ name: String, of isa: InstructionSet) throws -> ChoiceID {
    ChoiceID(try #require(isa.choices.firstIndex { $0.name == name }))
  }

  /// Loads an assembled program into a machine after its reset.
  static func load(_ source: String, into machine: Machine) throws {
    switch Assembler(machine.isa).assemble(source) {
    case .success(let output):
      machine.reset()
      for segment in output.image.segments {
        for (index, unit) in segment.units.enumerated() {
          machine.setUnit(machine.isa.fetch.memory, segment.address + UInt64(index), unit)
        }
      }
    case .failure(let errors):
      Issue.record("\(errors.map(\.message))")
    }
  }
}
