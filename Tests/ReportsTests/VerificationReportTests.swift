import Classifier
import Foundation
import ISACore
import Monitor
import Testing

@testable import Reports
@testable import Verification

@Suite("Reports of verifications")
struct VerificationReportTests {
  /// The paper's machine, and the variant on which RDM is a hole.
  static let plain = Verified.report("third-generation")
  static let holed = Verified.report("third-generation-read-mode")

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("JSON has every member of the contract, of its type")
  func contract() throws {
    let report = try #require(Self.plain)
    let json = try object(VerificationJSON.text(report))
    #expect(json["schema"] as? String == "popek/verification/1")
    #expect((json["isa"] as? [String: Any])?["id"] as? String == "third-generation")
    let guests = try #require(json["guests"] as? [[String: Any]])
    #expect(guests.count == report.result.guests.count)
    for guest in guests {
      #expect(guest["name"] is String)
      #expect(guest["instructions"] is Int)
      #expect(guest["direct"] is Int)
      #expect(guest["exits"] is [String: Int])
      #expect(guest["equivalent"] as? Bool == true)
      #expect(guest["divergence"] is NSNull)
    }
    let diagram = try #require(json["diagram"] as? [String: Any])
    #expect(diagram["forms"] as? Int == report.isa.forms.count)
    #expect(diagram["states"] as? Int == report.isa.forms.count * 20)
    #expect(diagram["broken"] as? [String] == [])
    #expect((json["equivalence"] as? [String: Any])?["holds"] as? Bool == true)
    let control = try #require(json["resourceControl"] as? [String: Any])
    #expect(control["holds"] as? Bool == true)
    #expect(control["canaries"] as? Int ?? 0 > 0)
    #expect(control["audits"] as? Int ?? 0 > 0)
    let efficiency = try #require(json["efficiency"] as? [String: Any])
    for name in ["directFraction", "exitsPerThousand", "ratio"] {
      #expect(efficiency[name] is NSNumber, "\(name)")
    }
    let mutants = try #require(json["mutants"] as? [String: Any])
    #expect(mutants["made"] as? Int == 2)
    #expect(mutants["caught"] as? Int == 1)
    #expect((mutants["list"] as? [[String: Any]])?.count == 2)
    for name in ["predicted", "observed", "disagreements"] {
      #expect(json[name] as? [String] == [], "\(name)")
    }
    #expect((json["recursion"] as? [[String: Any]])?.count == 2)
  }

  @Test("a hole is predicted, observed, and shown by a guest of one step")
  func hole() throws {
    let report = try #require(Self.holed)
    let json = try object(VerificationJSON.text(report))
    #expect(json["predicted"] as? [String] == ["RDM"])
    #expect(json["observed"] as? [String] == ["RDM"])
    #expect(json["disagreements"] as? [String] == [])
    #expect((json["diagram"] as? [String: Any])?["broken"] as? [String] == ["RDM"])
    let showing = try #require(report.showing.first)
    #expect(showing.instruction?.contains("RDM a") == true)
    #expect(showing.storage.count == 1)
    #expect(showing.difference.contains("is 00000001, not 00000000"))
    let text = VerificationText.text(report)
    #expect(text.contains("The theory predicts exactly what the monitor observes: RDM gives"))
    #expect(text.contains("\u{2717} Equivalence"))
    #expect(text.contains("\u{2713} Resource control"))
  }

  @Test("the text fits a screen, and says what it has found")
  func text() throws {
    let report = try #require(Self.plain)
    let text = VerificationText.text(report)
    #expect(
      text.contains("Equivalence, resource control and efficiency hold under a trap-and-emulate"))
    #expect(text.contains("The theory predicts exactly what the monitor observes"))
    #expect(text.contains("2 made, 1 caught"))
    for guest in report.result.guests { #expect(text.contains(guest.name)) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count < 50)
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(!text.contains("\u{1B}"))
    #expect(VerificationText.text(report, style: TextStyle(color: true)).contains("\u{1B}[34m"))
  }

  @Test("the page is well formed, self-contained, and every link leads somewhere")
  func page() throws {
    for report in [Self.plain, Self.holed] {
      let checker = HTMLChecker(VerificationHTML.text(try #require(report)))
      #expect(checker.errors == [])
      #expect(checker.resources == [])
      #expect(Set(checker.ids).count == checker.ids.count)
      #expect(Set(checker.references).isSubset(of: checker.ids))
      #expect(checker.text.contains("c = 1000"))
    }
  }

  @Test("what guests and descriptions are called is text, never markup or a command")
  func hostile() throws {
    var report = try #require(Self.holed)
    let evil = "\"'><img src=x onerror=alert(1)>&\u{0}\u{1B}[31m"
    report.isa.name = evil
    report.result.guests[0].name = evil
    report.result.guests[0].purpose = evil
    report.result.guests[0].divergence = Divergence(
      step: 1, instruction: evil, address: 0, what: evil)
    report.result.mutants[0].name = evil
    report.result.disagreements = [evil]
    report.result.differences["RDM"] = evil
    let checker = HTMLChecker(VerificationHTML.text(report))
    #expect(checker.errors == [])
    #expect(checker.resources == [])
    #expect(!VerificationText.text(report).contains("\u{1B}"))
    #expect(throws: Never.self) { try object(VerificationJSON.text(report)) }
  }

  @Test("an interrupted or empty verification still has a report")
  func interrupted() throws {
    var report = try #require(Self.plain)
    report.result = VerificationResult(strategy: .hybrid)
    report.result.wasCancelled = true
    report.classification = nil
    #expect(HTMLChecker(VerificationHTML.text(report)).errors == [])
    #expect(VerificationText.text(report).contains("interrupted"))
    #expect(try object(VerificationJSON.text(report))["interrupted"] as? Bool == true)
  }

  @Test("a mutant at large stands before those that were caught")
  func mutants() throws {
    let report = try #require(Self.plain)
    #expect(report.mutantsByCheck.map(\.check) == ["", "guests"])
    #expect(!report.result.holds)
    #expect(VerificationReport.kind("the diagram of LPSW") == "the diagram")
    #expect(VerificationReport.kind("paging: a[0] is 1, not 0") == "paging")
  }
}
