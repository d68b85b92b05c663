import Foundation
import ISACore
import ISALanguage
import Machine
import Testing

@testable import Validation

/// SPARC's floating-point unit: the first that computes by IEEE primitives.
@Suite struct FloatingPointTests {
  private static let cases = DescriptionsBehaveTests.folder
    .appending(path: "FloatingPoint/sparc-v8-fpu.jsonl")

  private static func load() throws -> InstructionSet {
    let path = DescriptionsBehaveTests.folder
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "ISAs/sparc/sparc-v8/sparc-v8.isa").path
    return try #require(DescriptionsBehaveTests.load(path).instructionSet)
  }

  @Test("the tests beside its instructions hold, quad precision and deferred traps among them")
  func testsHold() throws {
    let isa = try Self.load()
    let instructions = isa.instructions.filter { $0.id == "FDIVq" || $0.id == "FsMULd" }
    #expect(instructions.count == 2 && instructions.allSatisfy { $0.tests.count == 5 })
    var runner = TestRunner(isa)
    #expect(runner.failures().isEmpty)
  }

  @Test("single steps agree with another processor's")
  func conforms() throws {
    let cases = try Data(contentsOf: Self.cases)
    let report = try Conformance.run(Self.load(), cases: Array(cases))
    #expect(report.failures.isEmpty, "\(report.failures)")
    #expect(report.total.passed == cases.count { $0 == UInt8(ascii: "\n") })
    #expect(report.total.passed > 40)
  }
}
