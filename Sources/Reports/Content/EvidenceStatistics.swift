import Classifier

/// How many answers each prover gave.
struct EvidenceStatistics {
  var proofs: [Prover: Int] = [:]
  var refutations: [Prover: Int] = [:]
  var unknown = 0
  /// Answers that differ with an implementation's choice; each alternative is counted by itself.
  var dependent = 0

  init(_ classification: Classification) {
    for entry in classification.instructions {
      for evidence in entry.verdict.evidence { add(evidence.answer) }
    }
  }

  private mutating func add(_ answer: Answer) {
    if case .depends = answer { dependent += 1 }
    for leaf in answer.leaves {
      switch leaf {
      case .proved(let prover): proofs[prover, default: 0] += 1
      case .refuted(_, let prover): refutations[prover, default: 0] += 1
      case .unknown: unknown += 1
      case .depends: break
      }
    }
  }

  var total: Int { proofs.values.reduce(0, +) + refutations.values.reduce(0, +) + unknown }

  func total(_ prover: Prover) -> Int { (proofs[prover] ?? 0) + (refutations[prover] ?? 0) }
}
