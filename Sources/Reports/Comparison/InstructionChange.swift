import Classifier
import ISACore

/// One instruction that two machines have, and what is said of it otherwise.
struct InstructionChange: Sendable {
  /// One thing that is said, on both sides.
  struct Difference: Equatable, Sendable {
    var aspect: String
    var before: String
    var after: String
  }
  /// Operands under which the verdict differs; nil on the side that does not tell them apart.
  struct Case: Equatable, Sendable {
    /// The form's name and the condition on its operands.
    var name: String
    var before: String?
    var after: String?
  }

  /// Entries of either side's classification.
  var before: Int
  var after: Int
  var differences: [Difference]
  var cases: [Case]
  private let classes: (before: String, after: String)

  var isEmpty: Bool { differences.isEmpty && cases.isEmpty }
  var isClassChanged: Bool { classes.before != classes.after }

  /// The group's heading: "innocuous → privileged".
  var title: String {
    isClassChanged
      ? "\(classes.before) \u{2192} \(classes.after)"
      : "\(classes.after) as before, with other facts"
  }

  /// The differences besides the class, which the heading tells.
  var facts: [Difference] { differences.filter { $0.aspect != Self.classAspect } }

  /// - Parameter asksForHoles: both machines have a map f.
  init(
    _ one: MachineComparison.Side, _ before: Int, _ other: MachineComparison.Side, _ after: Int,
    asksForHoles: Bool
  ) {
    self.before = before
    self.after = after
    let old = one.classification.instructions[before]
    let new = other.classification.instructions[after]
    classes = (Self.instructionClass(old.verdict), Self.instructionClass(new.verdict))
    let facts = zip(
      Self.facts(old.verdict, asksForHoles) + [("when", old.when ?? "always, if ever")],
      Self.facts(new.verdict, asksForHoles) + [("when", new.when ?? "always, if ever")])
    differences = facts.compactMap { old, new in
      old.text == new.text
        ? nil : Difference(aspect: old.aspect, before: old.text, after: new.text)
    }
    let cases = (
      Self.cases(old, of: one.instruction(before), asksForHoles),
      Self.cases(new, of: other.instruction(after), asksForHoles)
    )
    self.cases = (cases.0 + cases.1).map(\.name).unique.compactMap { name in
      let item = Case(
        name: name, before: cases.0.first { $0.name == name }?.text,
        after: cases.1.first { $0.name == name }?.text)
      return item.before == item.after ? nil : item
    }
  }

  // MARK: What is said

  private static let classAspect = "class"

  private static func instructionClass(_ verdict: Verdict) -> String {
    let label = Reason.label(verdict)
    guard verdict.privilege == .conditional, let assumption = verdict.assumption else {
      return label
    }
    return "\(label) under \(assumption)"
  }

  private static func facts(
    _ verdict: Verdict, _ asksForHoles: Bool
  ) -> [(aspect: String, text: String)] {
    var facts = [
      (classAspect, instructionClass(verdict)),
      ("sensitive", sensitivities(verdict)),
      ("control sensitive in the strict reading", word(verdict.strictControl)),
      ("user sensitive", readings(verdict.userSensitive)),
      ("violates", violations(verdict)),
      ("always traps", verdict.alwaysTraps ? "yes" : "no"),
      ("gated by", verdict.gatedBy.isEmpty ? "nothing" : Words.list(verdict.gatedBy)),
    ]
    if asksForHoles { facts.append(("hole", verdict.hole == true ? "yes" : "no")) }
    return facts
  }

  private static func sensitivities(_ verdict: Verdict) -> String {
    let ways = Sensitivity.allCases.compactMap { sensitivity -> String? in
      switch verdict.sensitive[sensitivity] {
      case .proved?: nil
      case .refuted?: sensitivity.rawValue
      case .depends?: "\(sensitivity.rawValue) as an implementation chooses"
      case .unknown?, nil: "perhaps \(sensitivity.rawValue)"
      }
    }
    return ways.isEmpty ? "no" : Words.list(ways)
  }

  private static func word(_ claim: Answer) -> String {
    switch claim {
    case .proved: "no"
    case .refuted: "yes"
    case .depends: "as an implementation chooses"
    case .unknown: "undecided"
    }
  }

  private static func readings(_ values: [Reading: Bool]) -> String {
    switch (values[.strict] ?? false, values[.extended] ?? false) {
    case (false, false): "no"
    case (true, true): "yes"
    case (false, true): "in the extended reading"
    case (true, false): "in the strict reading"
    }
  }

  private static func violations(_ verdict: Verdict) -> String {
    let theorems = Theorem.all.compactMap { theorem -> String? in
      let readings = Reading.allCases.filter { verdict.violates(theorem.number, $0) }
      guard !readings.isEmpty else { return nil }
      let isEverywhere = readings.count == Reading.allCases.count
      return "Theorem \(theorem.number)"
        + (isEverywhere ? "" : " in the \(readings[0].rawValue) reading")
    }
    return theorems.isEmpty ? "nothing" : Words.list(theorems)
  }

  /// Verdicts by operands, each in one phrase.
  private static func cases(
    _ entry: InstructionClassification, of instruction: Instruction, _ asksForHoles: Bool
  ) -> [(name: String, text: String)] {
    entry.cases.map { form, when, verdict in
      let form = instruction.forms.element(at: form)?.name ?? ""
      let name = [form, when.isEmpty ? "" : "when \(when)"].filter { !$0.isEmpty }
      let ways = sensitivities(verdict)
      let facts = [
        instructionClass(verdict), ways == "no" ? nil : "\(ways) sensitive",
        verdict.alwaysTraps ? "always traps" : nil,
        asksForHoles && verdict.hole == true ? "a hole" : nil,
      ]
      return (
        name.joined(separator: " "), facts.compactMap(\.self).joined(separator: ", ")
      )
    }
  }
}
