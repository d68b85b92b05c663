import Foundation
import ISACore
import Testing

@testable import Machine
@testable import Reports

@Suite("Report files")
struct ReportSetTests {
  private static let isa = SampleMachine().isa
  private static let classification = SampleVerdicts.classification(of: isa)

  @Test("a machine has three files, equal for equal descriptions and without time")
  func files() {
    let files = ReportSet.files(for: Self.isa, Self.classification)
    #expect(files.map(\.name) == ["sample.md", "sample.json", "sample.html"])
    var slower = Self.classification
    slower.milliseconds = 99_999
    #expect(ReportSet.files(for: Self.isa, slower) == files)
    #expect(files.allSatisfy { !$0.contents.contains("ISAs/sample") })
  }

  @Test("another pair of modes has files of its own")
  func pairs() {
    var classification = Self.classification
    classification.modePair.name = "../ring 1"
    let names = ReportSet.files(for: Self.isa, classification).map(\.name)
    #expect(names == ["sample-___ring_1.md", "sample-___ring_1.json", "sample-___ring_1.html"])
  }

  @Test("stale and missing files are named, with the first line that differs")
  func check() {
    var committed: [String: String] = [:]
    for file in ReportSet.files(for: Self.isa, Self.classification) {
      committed[file.name] = file.contents
    }
    func stale() -> [ReportSet.Stale] {
      ReportSet.check(Self.isa, Self.classification) { committed[$0] }
    }
    #expect(stale() == [])
    committed["sample.html"] = nil
    committed["sample.md"]! += "more\n"
    var lines = committed["sample.json"]!.split(separator: "\n", omittingEmptySubsequences: false)
    lines[2] = "x"
    committed["sample.json"] = lines.joined(separator: "\n")
    #expect(stale().map(\.name) == ["sample.md", "sample.json", "sample.html"])
    #expect(stale()[1].message == "sample.json is stale from line 3 on")
    #expect(stale()[2].message == "sample.html is missing")
  }

  @Test("conformance has the contract's fields, mnemonics in order")
  func conformance() throws {
    var report = Conformance.Report()
    func tally(_ passed: Int, _ failed: Int, _ unsupported: Int) -> Conformance.Tally {
      var tally = Conformance.Tally()
      (tally.passed, tally.failed, tally.unsupported) = (passed, failed, unsupported)
      return tally
    }
    report.total = tally(5, 1, 2)
    report.byMnemonic = ["SR": tally(2, 1, 0), "AR": tally(3, 0, 2)]
    report.failures = [
      .init(
        line: 7, name: "SR/1", bytes: "1b12", tags: [],
        differences: [.init(place: "CC", expected: "1", actual: "2")])
    ]
    report.unsupported = [.init(line: 9, name: "AR/2", reason: "extended precision", tags: [])]
    let text = ConformanceJSON.text(report, isa: Self.isa)
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let document = try #require(value as? [String: Any])
    #expect(document["schema"] as? String == "popek/conformance/1")
    #expect(document["cases"] as? Int == 8)
    #expect(document["passed"] as? Int == 5)
    #expect(document["failed"] as? Int == 1)
    #expect(document["unsupported"] as? Int == 2)
    let byMnemonic = try #require(document["byMnemonic"] as? [String: [String: Int]])
    #expect(byMnemonic["AR"] == ["passed": 3, "failed": 0, "unsupported": 2])
    let failures = try #require(document["failures"] as? [[String: Any]])
    #expect(failures[0]["name"] as? String == "SR/1")
    let first = try #require(text.range(of: "\"AR\"")?.lowerBound)
    let second = try #require(text.range(of: "\"SR\"")?.lowerBound)
    #expect(first < second)
  }
}
