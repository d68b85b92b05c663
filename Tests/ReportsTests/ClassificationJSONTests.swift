import Classifier
import Foundation
import Testing

@testable import Reports

@Suite("Classification as JSON")
struct ClassificationJSONTests {
  private static let isa = SampleMachine().isa
  private static let classification = SampleVerdicts.classification(of: isa)

  private static let kinds = ["proved", "refuted", "depends", "unknown"]

  private func document(showsTime: Bool = true) throws -> [String: Any] {
    let text = ClassificationJSON.text(Self.isa, Self.classification, showsTime: showsTime)
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? [String: Any])
  }

  private func instruction(_ id: String) throws -> [String: Any] {
    let all = try #require(try document()["instructions"] as? [[String: Any]])
    return try #require(all.first { $0["id"] as? String == id })
  }

  @Test("the document has the contract's fields")
  func head() throws {
    let document = try document()
    #expect(document["schema"] as? String == "popek/classification/1")
    let machine = try #require(document["isa"] as? [String: Any])
    #expect(machine["id"] as? String == "sample")
    #expect(machine["name"] as? String == "Sample System/1")
    #expect(document["assumptions"] as? [String] == ["cr4.tsd == 1"])
    let modes = try #require(document["modes"] as? [String: String])
    #expect(modes["user"] == "psw.problem == problem")
    #expect(modes["supervisor"] == "psw.problem == supervisor")
    let preconditions = try #require(document["preconditions"] as? [[String: Any]])
    #expect(preconditions[1]["name"] as? String == "map")
    #expect(preconditions[1]["holds"] as? Bool == false)
    #expect(preconditions[1]["why"] is String)
    #expect(document["unknown"] as? Int == 1)
    #expect(document["milliseconds"] as? Double == 12.5)
  }

  @Test("every instruction has the contract's fields with their types")
  func instructions() throws {
    let all = try #require(try document()["instructions"] as? [[String: Any]])
    #expect(all.count == Self.isa.instructions.count)
    let readings = Set(Reading.allCases.map(\.rawValue))
    for entry in all {
      for key in ["id", "mnemonic", "title", "cite"] { #expect(entry[key] is String, "\(key)") }
      #expect(entry["forms"] is Int)
      let privileged = try #require(entry["privileged"] as? String)
      #expect(Privilege(rawValue: privileged) != nil)
      let sensitive = try #require(entry["sensitive"] as? [String: String])
      #expect(Set(sensitive.keys) == Set(Sensitivity.allCases.map(\.rawValue)))
      #expect(sensitive.values.allSatisfy { Self.kinds.contains($0) })
      for key in ["isSensitive", "userSensitive"] {
        let values = try #require(entry[key] as? [String: Bool])
        #expect(Set(values.keys) == readings)
      }
      let violates = try #require(entry["violates"] as? [String: [String: Bool]])
      #expect(Set(violates.keys) == ["theorem1", "theorem2", "theorem3"])
      #expect(violates.values.allSatisfy { Set($0.keys) == readings })
      let className = try #require(entry["class"] as? String)
      #expect(InstructionClass(rawValue: className) != nil)
      for key in ["hole", "when", "assumption"] { #expect(entry[key] != nil, "\(key)") }
      let evidence = try #require(entry["evidence"] as? [[String: Any]])
      for item in evidence {
        #expect(item["claim"] is String)
        let kind = try #require(item["kind"] as? String)
        #expect(Self.kinds.contains(kind))
        #expect(item["by"] != nil)
        #expect((kind == "refuted") == (item["witness"] is [String: Any]))
      }
    }
  }

  @Test("the four answers are told apart")
  func answers() throws {
    let control = try #require(try instruction("LPSW")["sensitive"] as? [String: String])
    #expect(control["control"] == "refuted")
    #expect(control["mode"] == "proved")
    let choice = try instruction("CHOICE")
    #expect((choice["sensitive"] as? [String: String])?["resource"] == "depends")
    let evidence = try #require(choice["evidence"] as? [[String: Any]])
    let depends = try #require(evidence.first { $0["kind"] as? String == "depends" })
    let alternatives = try #require(depends["alternatives"] as? [[String: Any]])
    #expect(alternatives.map { $0["kind"] as? String } == ["proved", "refuted"])
    let open = try instruction("OPEN")
    #expect((open["sensitive"] as? [String: String])?["mode"] == "unknown")
  }

  @Test("a witness carries its encoding, fields and runs")
  func witness() throws {
    let evidence = try #require(try instruction("STMODE")["evidence"] as? [[String: Any]])
    let refuted = try #require(
      evidence.first { $0["claim"] as? String == "not mode sensitive" })
    #expect(refuted["by"] as? String == "search")
    let witness = try #require(refuted["witness"] as? [String: Any])
    #expect(witness["encoding"] as? String == "B0 10")
    let runs = try #require(witness["runs"] as? [[String: Any]])
    #expect(runs.count == 2)
    #expect(runs[0]["caption"] as? String == "in user mode")
    let after = try #require(runs[0]["after"] as? [[String: String]])
    #expect(after == [["place": "gr[1]", "value": "0x00000001", "role": "plain"]])
  }

  @Test("conditional privilege names its assumption, cases their condition")
  func conditions() throws {
    let clock = try instruction("RDTSC")
    #expect(clock["privileged"] as? String == "conditional")
    #expect(clock["assumption"] as? String == "cr4.tsd == 1")
    let segment = try instruction("MOVS")
    #expect(segment["when"] as? String == "sreg \u{2260} cs")
    let cases = try #require(segment["cases"] as? [[String: Any]])
    #expect(cases.map { $0["class"] as? String } == ["innocuous", "sensitive"])
    #expect(try instruction("SVC")["alwaysTraps"] as? Bool == true)
    #expect(try instruction("SAVE")["gatedBy"] as? [String] == ["wim"])
  }

  @Test("theorems are told by number and reading, with their violators")
  func theorems() throws {
    let theorems = try #require(try document()["theorems"] as? [String: [String: [String: Any]]])
    #expect(Set(theorems.keys) == ["1", "2", "3"])
    #expect(theorems["1"]?["strict"]?["holds"] as? Bool == false)
    #expect(
      theorems["1"]?["strict"]?["violators"] as? [String] == ["STMODE", "POPF", "LRA", "MOVS"])
    #expect(
      theorems["2"]?["extended"]?["violators"] as? [String]
        == ["STMODE", "POPF", "LRA", "STCK", "MOVS", "CHOICE"])
  }

  @Test("what a classifier left out is unknown, never good news")
  func omissions() throws {
    var classification = Self.classification
    classification.theorems = [:]
    classification.instructions[0].verdict.sensitive = [:]
    let text = ClassificationJSON.text(Self.isa, classification)
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let theorems = try #require(value?["theorems"] as? [String: [String: [String: Any]]])
    #expect(theorems["1"]?["extended"]?["holds"] as? Bool == false)
    #expect(theorems["1"]?["extended"]?["isUnknown"] as? Bool == true)
    let first = try #require((value?["instructions"] as? [[String: Any]])?.first)
    let sensitive = try #require(first["sensitive"] as? [String: String])
    #expect(sensitive.values.allSatisfy { $0 == "unknown" })
  }

  @Test("without time, milliseconds is 0")
  func time() throws {
    #expect(try document(showsTime: false)["milliseconds"] as? Int == 0)
  }
}
