import Classifier
import ISACore

/// The report's first sentences: what a reader takes home.
struct Headline {
  var sentence: String
  /// What limits it; a verdict is never shown without.
  var caveats: [String]

  init(_ isa: InstructionSet, _ classification: Classification) {
    let verdicts = classification.instructions.map(\.verdict)
    let sensitive = verdicts.count { $0.isSensitive[.extended] ?? false }
    let theorem = classification.theorems[1]?[.extended]
    let strict = classification.theorems[1]?[.strict]
    if let theorem, theorem.holds {
      sentence =
        sensitive == 0
        ? "No instruction of \(isa.name) is sensitive, so Theorem 1 holds."
        : "Every sensitive instruction of \(isa.name), \(Words.number(sensitive)) in all, is privileged: "
          + "Theorem 1 holds."
    } else if let theorem, !theorem.violators.isEmpty {
      let count = theorem.violators.count
      let number = Words.number(count).capitalizedFirst
      let violators = "\(number) sensitive instruction\(count == 1 ? "" : "s")"
      sentence =
        "\(violators) of \(isa.name) \(count == 1 ? "is" : "are") not privileged: Theorem 1 fails"
        + (strict?.holds == true ? " in the extended reading and holds in the strict." : ".")
    } else {
      sentence = "Whether Theorem 1 holds for \(isa.name) is undecided."
    }
    caveats = []
    let unmet = classification.preconditions.filter { !$0.holds }
    if !unmet.isEmpty {
      let names = Words.list(unmet.map { "\u{201C}\($0.name)\u{201D}" })
      caveats.append(
        "The model\u{2019}s precondition\(unmet.count == 1 ? "" : "s") \(names) "
          + "\(unmet.count == 1 ? "is" : "are") not met, so the theorems alone promise no monitor.")
    }
    if classification.unknown > 0 {
      caveats.append(
        "\(Words.number(classification.unknown).capitalizedFirst) "
          + "question\(classification.unknown == 1 ? "" : "s") could not be decided; "
          + "undecided is not proved.")
    }
  }
}

extension HTMLReport.Page {
  var headline: String { Headline(isa, classification).sentence }
  var caveats: [String] { Headline(isa, classification).caveats }
}

extension String {
  /// The first letter in upper case, the rest as it stands.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

  /// The first letter in lower case, for a sentence that goes on behind a colon; the rest as it
  /// stands.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
