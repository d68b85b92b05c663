import Classifier
import ISACore

/// The sentences that every format of a comparison starts with.
struct ComparisonWords {
  private let comparison: MachineComparison

  init(_ comparison: MachineComparison) {
    self.comparison = comparison
  }

  /// What became of the theorems: what a reader takes home.
  var headline: String {
    let names = comparison.names
    let changed = comparison.theorems.filter(\.isStandingChanged)
    if comparison.isSame {
      return "All that is said of \(names.before) is said of \(names.after) too."
    }
    if changed.isEmpty {
      let isOtherwise = comparison.theorems.contains(where: \.isChanged)
      return "Every theorem stands for \(names.after) as it does for \(names.before)"
        + (isOtherwise ? ", but not by the same instructions." : ".")
    }
    // Theorems of which the same is to be said share a clause.
    var clauses: [(numbers: [String], before: String, after: String, reading: String)] = []
    for theorem in Theorem.all {
      let rows = changed.filter { $0.theorem.number == theorem.number }
      guard let row = rows.last else { continue }
      let before = Self.word(row.before)
      let after = Self.word(row.after)
      let isEverywhere =
        rows.count == Reading.allCases.count
        && rows.allSatisfy { Self.word($0.before) == before && Self.word($0.after) == after }
      let reading = isEverywhere ? "" : "in the \(row.reading.rawValue) reading "
      let number = String(theorem.number)
      if let index = clauses.firstIndex(where: {
        $0.before == before && $0.after == after && $0.reading == reading
      }) {
        clauses[index].numbers.append(number)
      } else {
        clauses.append(([number], before, after, reading))
      }
    }
    let sentences = clauses.map { clause -> String in
      let isOne = clause.numbers.count == 1
      let words = [clause.before, clause.after].map { isOne ? $0 : Self.plural($0) }
      return "\(clause.reading)Theorem\(isOne ? "" : "s") \(Words.list(clause.numbers)) "
        + "\(words[0]) for \(names.before) and \(words[1]) for \(names.after)"
    }
    return sentences.joined(separator: "; ").capitalizedFirst + "."
  }

  private static func word(_ verdict: TheoremVerdict?) -> String {
    switch TheoremChange.standing(verdict) {
    case .holds: "holds"
    case .fails: "fails"
    case .undecided: "is undecided"
    }
  }

  private static func plural(_ word: String) -> String {
    ["holds": "hold", "fails": "fail", "is undecided": "are undecided"][word] ?? word
  }

  /// How many instructions differ, are alike, and stand on one side alone.
  var counts: String {
    let names = comparison.names
    let both = comparison.changed.count + comparison.same.count
    let changed = comparison.changed.count
    let shared = "of \(Words.count(both, "instruction")) that both have, "
    var parts = [
      changed == 0
        ? shared + "none has another verdict"
        : shared + "\(Words.number(changed)) \(changed == 1 ? "has" : "have") another verdict"
    ]
    for (name, count) in [
      (names.before, comparison.removed.count), (names.after, comparison.added.count),
    ] where count > 0 {
      parts.append("\(Words.number(count)) \(count == 1 ? "is" : "are") of \(name) alone")
    }
    return parts.joined(separator: "; ").capitalizedFirst + "."
  }

  /// What limits it.
  var caveats: [String] {
    var caveats: [String] = []
    let sides = [
      (comparison.names.before, comparison.before), (comparison.names.after, comparison.after),
    ]
    for (name, side) in sides where side.classification.unknown > 0 {
      caveats.append(
        "\(Words.number(side.classification.unknown).capitalizedFirst) "
          + "question\(side.classification.unknown == 1 ? "" : "s") about \(name) could not be "
          + "decided; undecided is not proved.")
    }
    if comparison.areHolesAskedOnce {
      let name = comparison.before.asksForHoles ? comparison.names.after : comparison.names.before
      caveats.append("\(name) has no monitor\u{2019}s map, so that its holes are not known.")
    }
    return caveats
  }

  /// "no longer A; now B"; nil where the assumptions are alike.
  var assumptionsText: String? {
    let before = comparison.before.classification.assumptions
    let after = comparison.after.classification.assumptions
    return Self.changes(
      gone: before.filter { !after.contains($0) }, new: after.filter { !before.contains($0) })
  }

  /// "no longer A; now B"; nil where there is neither.
  private static func changes(gone: [String], new: [String]) -> String? {
    if gone.isEmpty && new.isEmpty { return nil }
    let parts = [
      gone.isEmpty ? nil : "no longer \(Words.list(gone))",
      new.isEmpty ? nil : "now \(Words.list(new))",
    ]
    return parts.compactMap(\.self).joined(separator: "; ")
  }

  /// The holes that one machine has and not the other; nil where they are alike, or where one
  /// machine has no map f.
  var holesText: String? {
    guard comparison.before.asksForHoles, comparison.after.asksForHoles else { return nil }
    let before = comparison.before.holes
    let after = comparison.after.holes
    return Self.changes(
      gone: before.filter { !after.contains($0) }, new: after.filter { !before.contains($0) })
  }

  /// What else is told under a heading of its own.
  var premises: [(title: String, text: String)] {
    let all = [
      ("Assumptions", assumptionsText), ("Holes under the monitor\u{2019}s map", holesText),
    ]
    return all.compactMap { title, text in text.map { (title, $0) } }
  }

  /// The instructions, theorems and preconditions that stand: one line.
  var asBefore: String {
    let parts = [sameInstructions, sameTheorems, samePreconditions].compactMap(\.self)
    return parts.isEmpty ? "nothing" : Words.list(parts)
  }

  private var sameInstructions: String? {
    guard !comparison.same.isEmpty else { return nil }
    var shades: [String] = []
    for (shade, entries) in comparison.after.byShade(comparison.same) {
      shades.append("\(entries.count) \(shade.label)")
    }
    let count = Words.count(comparison.same.count, "instruction")
    return "\(count) (\(shades.joined(separator: "; ")))"
  }

  private var sameTheorems: String? {
    let all = comparison.theorems
    let theorems = all.filter { !$0.isChanged }
    if theorems.isEmpty { return nil }
    if theorems.count == all.count { return "all theorems" }
    return Self.text(theorems)
  }

  private var samePreconditions: String? {
    let all = comparison.preconditions
    var names: [String] = []
    for precondition in all where !precondition.isChanged { names.append(precondition.name) }
    if names.isEmpty { return nil }
    if names.count == all.count { return "all preconditions" }
    return "the preconditions \(Words.list(names))"
  }

  private static func text(_ theorems: [TheoremChange]) -> String {
    Words.list(
      Theorem.all.compactMap { theorem in
        let rows = theorems.filter { $0.theorem.number == theorem.number }
        guard !rows.isEmpty else { return nil }
        return rows.count == Reading.allCases.count
          ? "Theorem \(theorem.number)"
          : "Theorem \(theorem.number) in the \(rows[0].reading.rawValue) reading"
      })
  }
}

extension MachineComparison {
  /// What is said of an instruction, before and after: a row of three for each thing, why last.
  func rows(_ change: InstructionChange) -> [[String]] {
    var rows = change.facts.map { [$0.aspect, $0.before, $0.after] }
    rows += change.cases.map { [$0.name, $0.beforeText, $0.afterText] }
    let reasons = [before.reason(change.before), after.reason(change.after)]
    if reasons[0].clauses != reasons[1].clauses {
      rows.append(["why"] + reasons.map { $0.clauses.joined(separator: "; ") })
    }
    return rows
  }
}

extension InstructionChange.Case {
  /// What is said, or that the operands are not told apart.
  var beforeText: String { before ?? "not told apart" }
  var afterText: String { after ?? "not told apart" }
}

extension PreconditionChange {
  static func mark(_ precondition: Precondition?) -> String {
    precondition.map { $0.holds ? "\u{2713}" : "\u{2717}" } ?? "\u{2013}"
  }

  /// Why it is as it is on the second machine, or on the first that alone asks for it.
  var why: String { (after ?? before)?.why ?? "" }
}

extension TheoremChange {
  static func words(_ verdict: TheoremVerdict?) -> String {
    switch standing(verdict) {
    case .holds: "\u{2713} holds"
    case .fails: "\u{2717} fails"
    case .undecided: "? undecided"
    }
  }
}
