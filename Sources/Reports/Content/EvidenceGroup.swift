import Classifier

/// Claims that one proof settled, told in one breath.
struct EvidenceGroup {
  var claims: [String]
  var answer: Answer
  /// The form it was found on; nil where it holds for all.
  var form: Int?

  /// `not mode, location or timing sensitive` for three claims of that shape.
  var claim: String {
    let ways = claims.compactMap(Self.way)
    guard claims.count > 1, ways.count == claims.count else { return Words.list(claims) }
    return "not \(Words.list(ways, conjunction: "or")) sensitive"
  }

  /// Whether a refutation of it is what a reader looks for: a way of being sensitive.
  var isAboutSensitivity: Bool { claims.contains { Self.way($0) != nil } }

  /// The X of "not X sensitive".
  private static func way(_ claim: String) -> String? {
    let words = claim.split(separator: " ")
    guard words.count == 3, words[0] == "not", words[2] == "sensitive" else { return nil }
    return String(words[1])
  }

  /// Proofs of insensitivity by the same prover on the same form together, where the first of
  /// them stands; everything else by itself.
  static func groups(_ evidence: [Evidence]) -> [EvidenceGroup] {
    struct Key: Hashable {
      var prover: Prover
      var form: Int?
    }
    var groups: [EvidenceGroup] = []
    var positions: [Key: Int] = [:]
    // A proof in the extended reading covers the strict one: `not control sensitive (mode, map)`.
    let isControlProved = evidence.contains { item in
      guard case .proved = item.answer else { return false }
      return item.claim == "not control sensitive"
    }
    for item in evidence {
      if isControlProved && item.claim.hasPrefix("not control sensitive (") { continue }
      let group = EvidenceGroup(claims: [item.claim], answer: item.answer, form: item.form)
      guard case .proved(let prover) = item.answer, way(item.claim) != nil else {
        groups.append(group)
        continue
      }
      let key = Key(prover: prover, form: item.form)
      if let position = positions[key] {
        groups[position].claims.append(item.claim)
      } else {
        positions[key] = groups.count
        groups.append(group)
      }
    }
    return groups
  }
}
