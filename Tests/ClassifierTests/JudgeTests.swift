import Testing

@testable import Classifier

@Suite("The provers are judged by enumeration of the definitions")
struct JudgeTests {
  /// Made once: what both tests look at.
  private static let report = Judge.run(count: 300, seed: 1974)

  @Test("on 300 random tiny machines the provers and the enumeration agree about everything")
  func agreement() {
    let report = JudgeTests.report
    let words = report.disagreements.prefix(3).map {
      "\($0.seed) \($0.instruction) \($0.what)\n\($0.machine)"
    }
    #expect(report.disagreements.isEmpty, "\(words.joined(separator: "\n\n"))")
    #expect(report.unknown == 0)
    #expect(report.machines == 300)
  }

  @Test("the machines are no trivial ones: every class and every prover has its share")
  func shares() {
    let report = JudgeTests.report
    func share(_ name: String) -> Double {
      Double(report.shares[name] ?? 0) / Double(report.instructions)
    }
    for name in ["class privileged", "class sensitive", "class innocuous"] {
      #expect(share(name) > 0.15, "\(name)")
    }
    for way in Sensitivity.allCases {
      #expect(share("\(way.rawValue) sensitive") > 0.02, "\(way)")
    }
    #expect(share("user sensitive") > 0.1)
    #expect(share("gated") > 0.05)
    #expect(share("always traps") > 0.02)
    #expect(report.shares["privilege conditional", default: 0] > 0)
    #expect(report.shares["hole", default: 0] > 5)
    #expect(report.shares["no hole", default: 0] > 5)
    for theorem in 1...3 {
      #expect(report.shares["theorem \(theorem) extended holds", default: 0] > 30)
      #expect(report.shares["theorem \(theorem) extended fails", default: 0] > 30)
    }
    for prover in [Prover.footprint, .symbolic, .search, .sat] {
      #expect(report.provers[prover, default: 0] > 50, "\(prover)")
    }
    // Few answers may hang on what a manual leaves open, or the judge judges little.
    #expect(report.open * 100 < report.agreements)
  }

  @Test("terms and the SAT search alone, without typing and luck, come to the same answers")
  func termsAlone() {
    var effort = Judge.tinyMachineEffort
    effort.usesFootprint = false
    effort.firstTries = 0
    effort.lastTries = 0
    let report = Judge.run(count: 40, seed: 1960, effort: effort)
    let words = report.disagreements.prefix(3).map { "\($0.seed) \($0.instruction) \($0.what)" }
    #expect(words == [])
    #expect(report.provers[.search, default: 0] == 0)
    #expect(report.provers[.symbolic, default: 0] > 100)
    #expect(report.provers[.sat, default: 0] > 100)
  }

  @Test("a seed makes the same machine and the same report again")
  func determinism() {
    let first = Judge.judge(seed: 7)
    let second = Judge.judge(seed: 7)
    #expect(first.agreements == second.agreements)
    #expect(first.shares == second.shares)
    #expect(first.provers == second.provers)
  }
}
