import Foundation
import ISACore
import ISALanguage
import Testing

@testable import Validation

/// Descriptions that test the language by the tests beside their instructions.
@Suite struct DescriptionsBehaveTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  static func descriptions(in name: String) -> [String] {
    let folder = folder.appending(path: name)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".isa") }.sorted().map { folder.appending(path: $0).path }
  }

  static func load(_ path: String) -> LoadedDescription {
    DescriptionLoader.load(path: path) { try String(contentsOfFile: $0, encoding: .utf8) }
  }

  @Test(
    "the language means what its reference says",
    arguments: descriptions(in: "Semantics"))
  func semantics(path: String) throws {
    try expectAllTestsPass(path, atLeast: 4)
  }

  @Test(
    "machines that come later can be said: operand classes, prefixes, windows, words of 36 bits",
    arguments: descriptions(in: "HardCases"))
  func hardCases(path: String) throws {
    try expectAllTestsPass(path, atLeast: 1)
  }

  private func expectAllTestsPass(_ path: String, atLeast count: Int) throws {
    let loaded = Self.load(path)
    let messages = loaded.diagnostics.filter { $0.code != .unusedField && $0.code != .unused }
      .map(\.message)
    #expect(messages.isEmpty)
    let isa = try #require(loaded.instructionSet)
    #expect(isa.instructions.reduce(0) { $0 + $1.tests.count } >= count)
    var runner = TestRunner(isa)
    let failures = runner.failures()
    #expect(failures.isEmpty, "\(failures.map { $0.message })")
  }

  @Test("the folders of descriptions are found")
  func foldersAreFound() {
    #expect(Self.descriptions(in: "Semantics").count >= 4)
    #expect(Self.descriptions(in: "HardCases").count == 5)
  }

  @Test("a test that expects the wrong value fails, at its own place")
  func wrongTestFails() throws {
    let path = try #require(
      Self.descriptions(in: "Semantics").first { $0.hasSuffix("bit-zero-is-leftmost.isa") })
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacingOccurrences(of: "psw.mask = 7", with: "psw.mask = 6")
    let loaded = DescriptionLoader.load(path: path) { _ in text }
    var runner = TestRunner(try #require(loaded.instructionSet))
    let failures = runner.failures()
    #expect(failures.map(\.code) == [.testFailed])
  }
}
