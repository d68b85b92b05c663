import Classifier
import Foundation
import ISACore
import ISALanguage
import Testing

@testable import Reports

@Suite("Beside the literature")
struct LiteratureTests {
  private static let isa = SampleMachine().isa
  private static let classification = SampleVerdicts.classification(of: isa)

  private static let text = """
    // What two authors found.
    title    "On <b>machines</b>"
    authors  "Ann Able", "B. Baker"
    venue    "A journal"
    year     1999
    defines  "whatever looks"
    machine  sample, other

    group "First" section "2.1" {
      POPF
      "INT n" = SVC
      MOV = MOVS, AR  where "a segment"
    }
    group "Second" {
      LPSW   // privileged here
      HLT
    }

    """

  private static func read(_ text: String = text) throws -> PublishedClassification {
    let (literature, diagnostics) = LiteratureReader.read(text)
    #expect(diagnostics.isEmpty)
    return try #require(literature)
  }

  private static func comparison() throws -> LiteratureComparison {
    LiteratureComparison(try read(), isa, classification)
  }

  @Test("a file says who listed what, and where")
  func reads() throws {
    let literature = try Self.read()
    #expect(literature.label == "Able and Baker 1999")
    #expect(
      literature.citation == "Ann Able and B. Baker: On <b>machines</b>. A journal, 1999.")
    #expect(literature.machines.map(\.id) == ["sample", "other"])
    #expect(literature.groups.map(\.title) == ["First", "Second"])
    #expect(literature.groups.map(\.section) == ["2.1", ""])
    #expect(literature.entries.map(\.name) == ["POPF", "INT n", "MOV", "LPSW", "HLT"])
    #expect(literature.entries[2].instructions.map(\.id) == ["MOVS", "AR"])
    #expect(literature.entries[2].remark == "a segment")
  }

  @Test("what is listed agrees, or differs for a reason, and what is not listed is told")
  func compares() throws {
    let comparison = try Self.comparison()
    #expect(comparison.agreed.map(\.listed.name) == ["POPF", "MOV"])
    #expect(comparison.different.map(\.listed.name) == ["INT n", "LPSW", "HLT"])
    #expect(comparison.different[2].missing == ["HLT"])
    let ids = comparison.foundHere.map {
      Self.isa.instructions[Self.classification.instructions[$0].instruction].id
    }
    // All sensitive ones of the sample but POPF and MOVS; RDTSC is privileged under a condition.
    #expect(Set(ids) == ["STMODE", "LRA", "STCK", "CHOICE"])
    let parts = comparison.parts(Self.isa, Self.classification)
    #expect(parts.map(\.rows.count) == [3, 4, 2])
    #expect(parts[0].rows[0].reasons[0].contains("always traps"))
    #expect(parts[0].rows[1].reasons[0].hasPrefix("privileged: in problem mode it always traps"))
    #expect(parts[0].rows[2].reasons == ["not an instruction of sample"])
    #expect(parts[2].rows[1].title == "MOV (a segment)")
    #expect(parts[2].rows[1].lines.map(\.id) == ["MOVS", "AR"])
  }

  @Test("the classification is told beside it in every format, and only with literature")
  func formats() throws {
    let literature = [try Self.read()]
    let text = TextReport.classification(Self.isa, Self.classification, literature: literature)
    #expect(text.contains("Beside Able and Baker 1999"))
    #expect(text.contains("Listed, and found otherwise here: 3"))
    #expect(
      !TextReport.classification(Self.isa, Self.classification).contains("Beside"))
    let markdown = MarkdownReport.text(Self.isa, Self.classification, literature: literature)
    #expect(markdown.contains("## Beside Able and Baker 1999"))
    #expect(!markdown.contains("<b>machines"))
    let json = ClassificationJSON.text(Self.isa, Self.classification, literature: literature)
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let told = try #require((object["literature"] as? [[String: Any]])?.first)
    #expect((told["different"] as? [[String: Any]])?.count == 3)
    #expect((told["foundHere"] as? [String])?.count == 4)
    #expect(!ClassificationJSON.text(Self.isa, Self.classification).contains("literature"))
    let checker = HTMLChecker(
      HTMLReport.text(Self.isa, Self.classification, literature: literature))
    #expect(checker.errors == [])
    #expect(Set(checker.ids).count == checker.ids.count)
    #expect(Set(checker.references).isSubset(of: checker.ids))
    #expect(checker.text.contains("Beside the literature"))
  }

  @Test("an id that a named machine does not have is an error, with the nearest")
  func unknownIDs() throws {
    let literature = try Self.read(Self.text.replacing("POPF", with: "POPG"))
    let diagnostics = LiteratureReader.unknownInstructions(in: literature, Self.isa)
    #expect(diagnostics.map(\.code) == [.unknownName, .unknownName])
    #expect(diagnostics.first?.fix?.replacement == "POPF")
    let source = SourceFile(path: "a.lit", text: Self.text)
    let position = source.position(of: Int(try #require(diagnostics.first).span.start))
    #expect(position == (10, 3))
    // Of a machine that the file does not name nothing is expected.
    var other = Self.isa
    other.id = "elsewhere"
    #expect(LiteratureReader.unknownInstructions(in: literature, other).isEmpty)
  }

  @Test(
    "one mistake, one message at its place",
    arguments: [
      ("title", "titel", DiagnosticCode.expected, 2, 1),
      ("1999", "then", .expected, 5, 10),
      ("1999", "99", .expected, 5, 10),
      ("venue    \"A journal\"", "", .missingItem, 18, 1),
      ("year     1999", "year 1999\nyear 1999", .duplicateName, 6, 1),
      ("  HLT", "  POPF", .duplicateName, 18, 1),
      ("\"A journal\"", "\"A journal", .unterminatedString, 4, 10),
      ("POPF", "POPF SVC", .expected, 10, 8),
      ("= SVC", "", .expected, 12, 3),
      ("MOVS, AR", "MOVS,", .expected, 12, 16),
      ("HLT\n}", "HLT", .expected, 17, 1),
      ("POPF", "PO%F", .strayCharacter, 10, 5),
      ("defines  \"whatever looks\"", "defines \"\"", .expected, 6, 9),
    ])
  func mistakes(
    part: String, other: String, code: DiagnosticCode, line: Int, column: Int
  ) throws {
    let text = Self.text.replacing(part, with: other, maxReplacements: 1)
    #expect(text != Self.text)
    let (literature, diagnostics) = LiteratureReader.read(text)
    #expect(literature == nil && diagnostics.count == 1)
    let found = try #require(diagnostics.first)
    let position = SourceFile(path: "a.lit", text: text).position(of: Int(found.span.start))
    #expect(found.code == code, "\(found.message)")
    #expect(position == (line, column), "\(found.message)")
  }

  @Test("every publication that comes with the descriptions can be read")
  func shipped() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "ISAs")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".lit") }
    #expect(names.count >= 2)
    for name in names {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      let (literature, diagnostics) = LiteratureReader.read(text)
      #expect(diagnostics.isEmpty, "\(name)")
      #expect(literature?.entries.isEmpty == false, "\(name)")
      #expect(name.split(separator: "/").dropLast().last == "literature", "\(name)")
    }
  }

  @Test("no text makes the reader fail")
  func robustness() {
    let bytes = Array(Self.text.utf8)
    for cut in stride(from: 0, to: bytes.count, by: 3) {
      _ = LiteratureReader.read(String(decoding: bytes[..<cut], as: UTF8.self))
      var changed = bytes
      changed[cut] = UInt8(truncatingIfNeeded: cut &* 73)
      _ = LiteratureReader.read(String(decoding: changed, as: UTF8.self))
    }
    let long = String(repeating: "a", count: LiteratureReader.largestFile + 1)
    #expect(LiteratureReader.read(long).1.map(\.code) == [.limitExceeded])
  }
}
