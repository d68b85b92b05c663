import Classifier
import ISACore

extension Answer {
  /// Who found it; nil where there is nothing found or more than one answer.
  var prover: Prover? {
    switch self {
    case .proved(let prover), .refuted(_, let prover): prover
    case .depends, .unknown: nil
    }
  }

  /// The answer itself or, where it depends on choices, every answer it may become.
  var leaves: [Answer] {
    guard case .depends(let alternatives) = self else { return [self] }
    return alternatives.flatMap { $0.answer.leaves }
  }

  var witnesses: [Witness] {
    leaves.compactMap { if case .refuted(let witness, _) = $0 { witness } else { nil } }
  }
}

extension Prover {
  /// The prover's method as a clause: "footprint: …".
  var explanation: String {
    switch self {
    case .footprint:
      "specialised for the mode and folded, the semantics shows it by what it reads, writes and "
        + "raises"
    case .symbolic:
      "executed on symbols, the terms at the end of every path show it"
    case .search:
      "found among random and corner states, then replayed on the concrete machine"
    case .sat:
      "decided by the built-in SAT solver on the bits of both executions"
    case .solver:
      "decided by an external SMT solver"
    }
  }
}

extension Sensitivity {
  /// The letter that stands for it in tables.
  var letter: String { String(rawValue.prefix(1)).uppercased() }

  var adjective: String { "\(rawValue) sensitive" }
}

extension Verdict {
  /// The ways in which it was refuted that the instruction is insensitive, at least for a choice.
  var sensitivities: [Sensitivity] {
    Sensitivity.allCases.filter { !(sensitive[$0]?.witnesses.isEmpty ?? true) }
  }

  /// Whether some question about it stayed open.
  var isUndecided: Bool {
    strictControl.isUnknown || sensitive.values.contains { $0.isUnknown }
      || evidence.contains { $0.answer.isUnknown }
  }

  func violates(_ theorem: Int, _ reading: Reading) -> Bool {
    violates[theorem]?[reading] ?? false
  }

  /// The theorems it violates in a reading, ascending.
  func violatedTheorems(_ reading: Reading) -> [Int] {
    Theorem.all.map(\.number).filter { violates($0, reading) }
  }
}

/// The three theorems as the reports name them.
struct Theorem: Sendable {
  var number: Int
  var name: String
  /// What must be true of the instruction set.
  var condition: String

  static let all = [
    Theorem(
      number: 1, name: "virtual machine monitor",
      condition: "every sensitive instruction is privileged"),
    Theorem(
      number: 2, name: "recursive virtualization",
      condition: "Theorem 1, and every timing-sensitive instruction is privileged"),
    Theorem(
      number: 3, name: "hybrid virtual machine monitor",
      condition: "every user-sensitive instruction is privileged"),
  ]
}

/// Sentences made of lists.
enum Words {
  /// "a", "a and b", "a, b and c".
  static func list(_ items: [String], conjunction: String = "and") -> String {
    guard items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " \(conjunction) " + items[items.count - 1]
  }

  /// "1 instruction", "2 instructions".
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// Numbers up to twelve in words, as a sentence starts or runs with them.
  static func number(_ number: Int) -> String {
    let words = [
      "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
      "twelve",
    ]
    return words.element(at: number) ?? String(number)
  }

  /// The first `limit` items and how many are left: "a, b and 3 more".
  static func abbreviated(_ items: [String], limit: Int) -> String {
    guard items.count > limit else { return list(items) }
    return items.prefix(limit).joined(separator: ", ") + " and \(items.count - limit) more"
  }

  /// The condition as the description writes it; a machine without modes has none.
  static func equalities(_ equalities: [StateEquality]) -> String {
    equalities.isEmpty ? "every state" : equalities.map(\.text).joined(separator: " and ")
  }
}

extension Array where Element: Hashable {
  /// Without repetitions, in the order of first appearance.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
