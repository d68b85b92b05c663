import Foundation
import ISACore
import ISALanguage
import Machine
import Testing

@testable import Validation

/// A delta that changes nearly everything: the System/360 Model 67 with its extended PSW, control
/// registers, segment and page tables, said as changes to System/360.
@Suite struct LargeDeltaTests {
  private static let cases = DescriptionsBehaveTests.folder
    .appending(path: "LargeDelta/s360-67.jsonl")
  private static let descriptions = DescriptionsBehaveTests.folder
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "ISAs/ibm")

  private static func load(_ id: String) throws -> InstructionSet {
    let path = { (id: String) in descriptions.appending(path: "\(id)/\(id).isa").path }
    let loaded = DescriptionLoader.load(
      path: path(id), read: { try String(contentsOfFile: $0, encoding: .utf8) },
      locate: { $0 == "s360" ? path($0) : nil })
    return try #require(loaded.instructionSet)
  }

  @Test(
    "the tests beside its instructions hold, inherited ones too",
    arguments: [("s360-67", "LRA"), ("s360-cp40", "LAR")])
  func testsHold(id: String, addition: String) throws {
    let isa = try Self.load(id)
    #expect(isa.instructions.contains { $0.id == addition })
    #expect(isa.instructions.reduce(0) { $0 + $1.tests.count } > 200)
    var runner = TestRunner(isa)
    #expect(runner.failures().isEmpty)
  }

  @Test("single steps agree with other simulators, translation on and off")
  func conforms() throws {
    let cases = try Data(contentsOf: Self.cases)
    let report = try Conformance.run(Self.load("s360-67"), cases: Array(cases))
    #expect(report.failures.isEmpty, "\(report.failures)")
    #expect(report.total.passed == 43)
  }
}
