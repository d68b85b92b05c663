import Classifier
import Foundation
import ISACore
import Testing

@testable import Reports

@Suite("Comparison of two machines")
struct ComparisonTests {
  private static let isa = SampleMachine().isa
  private static let classification = SampleVerdicts.classification(of: isa)
  private static let side = MachineComparison.Side(isa, classification)

  /// The sample after a change to one instruction's verdict.
  private static func changed(
    _ id: String, _ change: (inout InstructionClassification) -> Void
  ) -> MachineComparison.Side {
    var other = side
    let entry = other.classification.instructions.firstIndex {
      other.isa.instructions[$0.instruction].id == id
    }
    change(&other.classification.instructions[entry!])
    return other
  }

  /// Without the violators: they are of the first machine alone.
  private static var virtualizable: MachineComparison {
    let (isa, classification) = SampleVerdicts.virtualizable(isa)
    return MachineComparison(side, .init(isa, classification))
  }

  @Test("a machine is the same as itself, and nothing is listed")
  func same() {
    let comparison = MachineComparison(Self.side, Self.side)
    #expect(comparison.isSame)
    #expect(comparison.changed.isEmpty && comparison.added.isEmpty && comparison.removed.isEmpty)
    #expect(comparison.same.count == Self.classification.instructions.count)
    let text = ComparisonText.text(comparison)
    #expect(text.contains("All that is said of sample is said of sample too."))
    #expect(text.contains("As before: \(comparison.same.count) instructions"))
    #expect(!text.contains("\nTheorems"))
  }

  @Test("the theorems that changed come first, with their instructions")
  func theorems() throws {
    let text = ComparisonText.text(Self.virtualizable)
    #expect(text.contains("Theorems 1, 2 and 3 fail for sample and hold for sample."))
    let theorems = try #require(text.range(of: "\nTheorems"))
    let alone = try #require(text.range(of: "Of sample alone: 9"))
    #expect(theorems.lowerBound < alone.lowerBound)
    #expect(text.contains("\u{2717} fails \u{2192} \u{2713} holds"))
    #expect(text.contains("no longer STMODE"))
    // A theorem that still fails, by others.
    var other = Self.side
    other.classification.theorems[1]?[.strict]?.violators.append("LPSW")
    let change = MachineComparison(Self.side, other)
    #expect(!change.isSame)
    let rows = change.theorems.filter(\.isChanged)
    #expect(rows.count == 1 && rows[0].new == ["LPSW"] && rows[0].gone.isEmpty)
    #expect(ComparisonText.text(change).contains("but not by the same instructions"))
  }

  @Test("an instruction is told once, under what became of its class")
  func groups() throws {
    let other = Self.changed("LPSW") { $0.verdict = Self.verdict("STMODE") }
    let comparison = MachineComparison(Self.side, other)
    let change = try #require(comparison.changed.first)
    #expect(comparison.changed.count == 1)
    #expect(
      comparison.groups.map(\.title) == ["privileged \u{2192} sensitive, not privileged"])
    #expect(
      change.facts.contains(
        .init(aspect: "sensitive", before: "control", after: "mode")))
    #expect(change.facts.contains { $0.aspect == "violates" && $0.before == "nothing" })
    #expect(comparison.same.count == Self.classification.instructions.count - 1)
    let text = ComparisonText.text(comparison)
    #expect(text.components(separatedBy: "V LPSW").count == 2)
    #expect(text.contains("was: in problem mode it always traps privileged_operation"))
  }

  @Test("facts besides the class are told under the class that stands")
  func facts() throws {
    let other = Self.changed("SAVE") {
      $0.verdict.gatedBy = ["wim", "psr.et"]
      $0.verdict.alwaysTraps = true
    }
    let comparison = MachineComparison(Self.side, other)
    #expect(comparison.groups.map(\.title) == ["innocuous as before, with other facts"])
    #expect(
      comparison.changed.first?.facts == [
        .init(aspect: "always traps", before: "no", after: "yes"),
        .init(aspect: "gated by", before: "wim", after: "wim and psr.et"),
      ])
  }

  @Test("verdicts by operands are compared operand by operand")
  func cases() throws {
    let other = Self.changed("MOVS") {
      $0.cases[1].when = "sreg == ss"
      $0.when = "sreg == ss"
    }
    let change = try #require(MachineComparison(Self.side, other).changed.first)
    #expect(
      change.facts == [
        .init(aspect: "when", before: "sreg \u{2260} cs", after: "sreg == ss")
      ])
    #expect(change.cases.count == 2)
    #expect(change.cases.allSatisfy { ($0.before == nil) != ($0.after == nil) })
    #expect(change.cases.contains { $0.name.hasSuffix("when sreg == ss") && $0.before == nil })
  }

  @Test("preconditions, assumptions and holes count")
  func premises() {
    var other = Self.side
    other.classification.preconditions[1].holds = true
    let precondition = MachineComparison(Self.side, other)
    #expect(!precondition.isSame)
    #expect(precondition.preconditions.filter(\.isChanged).map(\.name) == ["map"])
    #expect(ComparisonText.text(precondition).contains("\u{2717} \u{2192} \u{2713} map:"))

    other = Self.side
    other.classification.preconditions.removeLast()
    #expect(MachineComparison(Self.side, other).preconditions.last?.after == nil)
    #expect(!MachineComparison(Self.side, other).isSame)

    other = Self.side
    other.classification.assumptions = ["iopl == 0"]
    let assumption = MachineComparison(Self.side, other)
    #expect(!assumption.isSame)
    #expect(ComparisonText.text(assumption).contains("no longer cr4.tsd == 1; now iopl == 0"))

    let hole = MachineComparison(Self.side, Self.changed("SVC") { $0.verdict.hole = true })
    #expect(ComparisonText.text(hole).contains("Holes under the monitor\u{2019}s map\n  now SVC"))
    #expect(hole.changed.first?.facts == [.init(aspect: "hole", before: "no", after: "yes")])

    // Without a map on one side nothing can be said, and that is said once.
    other = Self.side
    for index in other.classification.instructions.indices {
      other.classification.instructions[index].verdict.hole = nil
    }
    let unasked = MachineComparison(Self.side, other)
    #expect(unasked.changed.isEmpty && !unasked.isSame)
    #expect(ComparisonText.text(unasked).contains("so that its holes are not known"))
  }

  @Test("two pairs of modes of one machine are told apart by name")
  func modes() {
    var other = Self.side
    other.classification.modePair.name = "other"
    #expect(MachineComparison(Self.side, other).names.after == "sample, other")
    #expect(MachineComparison(Self.side, Self.side).names.after == "sample")
  }

  @Test("the JSON is JSON, and says the same")
  func json() throws {
    let text = ComparisonJSON.text(Self.virtualizable, isPretty: true)
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "popek/comparison/1")
    #expect(object["same"] as? Bool == false)
    let instructions = try #require(object["instructions"] as? [String: Any])
    let removed = try #require(instructions["removed"] as? [[String: Any]])
    #expect(removed.count == 9 && removed.contains { $0["id"] as? String == "POPF" })
    #expect((instructions["added"] as? [Any])?.isEmpty == true)
    let theorems = try #require(object["theorems"] as? [String: [String: [String: Any]]])
    #expect(theorems["1"]?["strict"]?["before"] as? String == "fails")
    #expect(theorems["1"]?["strict"]?["after"] as? String == "holds")
  }

  @Test("the page is closed, self-contained, and text that strangers wrote is text")
  func html() {
    var other = Self.side
    other.classification.instructions = other.classification.instructions.map { entry in
      var entry = entry
      entry.verdict.gatedBy.append("<b>&")
      return entry
    }
    for comparison in [Self.virtualizable, MachineComparison(Self.side, other)] {
      let checker = HTMLChecker(ComparisonHTML.text(comparison))
      #expect(checker.errors == [])
      #expect(checker.resources == [])
    }
    let markdown = ComparisonMarkdown.text(MachineComparison(Self.side, other))
    #expect(!markdown.contains("<script>") && !markdown.contains("<b>"))
    #expect(!ComparisonText.text(MachineComparison(Self.side, other)).contains("\u{1B}"))
  }

  @Test("lines keep to the terminal's width")
  func width() {
    let text = ComparisonText.text(Self.virtualizable, style: TextStyle(width: 80))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  private static func verdict(_ id: String) -> Verdict {
    let entry = classification.instructions.first { isa.instructions[$0.instruction].id == id }
    return entry!.verdict
  }
}
