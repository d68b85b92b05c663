import Foundation
import ISACore
import ISALanguage
import Machine
import Testing

@testable import Validation

/// A delta that changes nearly everything: the System/360 Model 67 with its extended PSW, control
/// registers, segment and page tables, said as changes to System/360.
@Suite struct LargeDeltaTests {
  private static let folder = DescriptionsBehaveTests.folder.appending(path: "LargeDelta")
  private static let descriptions = DescriptionsBehaveTests.folder
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "ISAs")

  private static func load() throws -> InstructionSet {
    let path = folder.appending(path: "s360-67/s360-67.isa").path
    let loaded = DescriptionLoader.load(
      path: path, read: { try String(contentsOfFile: $0, encoding: .utf8) },
      locate: { name in
        name == "s360" ? descriptions.appending(path: "ibm/s360/s360.isa").path : nil
      })
    return try #require(loaded.instructionSet)
  }

  @Test("the tests beside its instructions hold, inherited ones too")
  func testsHold() throws {
    let isa = try Self.load()
    #expect(isa.instructions.contains { $0.id == "LRA" })
    #expect(isa.instructions.reduce(0) { $0 + $1.tests.count } > 200)
    var runner = TestRunner(isa)
    #expect(runner.failures().isEmpty)
  }

  @Test("single steps agree with other simulators, translation on and off")
  func conforms() throws {
    let cases = try Data(contentsOf: Self.folder.appending(path: "s360-67.jsonl"))
    let report = try Conformance.run(Self.load(), cases: Array(cases))
    #expect(report.failures.isEmpty, "\(report.failures)")
    #expect(report.total.passed == 43)
  }
}
