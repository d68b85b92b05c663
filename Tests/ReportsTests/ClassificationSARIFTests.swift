import Foundation
import Testing

@testable import Reports

@Suite("Classification as SARIF")
struct ClassificationSARIFTests {
  private func results() throws -> [[String: Any]] {
    let isa = SampleMachine().isa
    let text = ClassificationSARIF.text(isa, SampleVerdicts.classification(of: isa))
    let log = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let run = try #require((log?["runs"] as? [[String: Any]])?.first)
    return try #require(run["results"] as? [[String: Any]])
  }

  private func result(_ id: String, _ rule: String) throws -> [String: Any] {
    try #require(
      try results().first {
        $0["ruleId"] as? String == rule
          && ($0["properties"] as? [String: Any])?["instruction"] as? String == id
      })
  }

  @Test("violators fail, proofs pass, what is undecided stays open")
  func kinds() throws {
    #expect(try result("STMODE", "theorem1")["kind"] as? String == "fail")
    #expect(try result("STMODE", "theorem1")["level"] as? String == "error")
    #expect(try result("LPSW", "theorem1")["kind"] as? String == "pass")
    #expect(try result("LPSW", "theorem1")["level"] as? String == "none")
    #expect(try result("OPEN", "theorem3")["kind"] as? String == "open")
    #expect(try result("STCK", "theorem1")["kind"] as? String == "pass")
    #expect(try result("STCK", "theorem2")["kind"] as? String == "fail")
  }

  @Test("a witness is a code flow whose locations carry the state")
  func codeFlow() throws {
    let flows = try #require(try result("STMODE", "theorem1")["codeFlows"] as? [[String: Any]])
    let threads = try #require(flows[0]["threadFlows"] as? [[String: Any]])
    #expect(threads.count == 2)
    let locations = try #require(threads[0]["locations"] as? [[String: Any]])
    let state = try #require(locations[1]["state"] as? [String: [String: String]])
    #expect(state["gr[1]"]?["text"] == "0x00000001")
  }

  @Test("an unmet precondition is a warning")
  func precondition() throws {
    let all = try results().filter { $0["ruleId"] as? String == "precondition" }
    #expect(all.map { $0["kind"] as? String } == ["pass", "fail", "pass"])
    #expect(all[1]["level"] as? String == "warning")
  }
}
