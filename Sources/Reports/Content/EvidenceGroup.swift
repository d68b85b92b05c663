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
  var isAboutSensitivity: Bool {
    claims.contains { $0.hasPrefix("not ") && $0.contains(" sensitive") }
  }

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
    for item in joiningReadings(of: evidence) {
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

  private static let control = "not control sensitive"
  private static let strictControl = "not control sensitive (mode, map)"

  /// Control sensitivity is asked in both readings. A proof in the extended one covers the strict
  /// one, and one witness may refute both: then it is told once.
  private static func joiningReadings(of evidence: [Evidence]) -> [Evidence] {
    guard let extended = evidence.firstIndex(where: { $0.claim == control }),
      let strict = evidence.firstIndex(where: { $0.claim == strictControl })
    else { return evidence }
    var joined = evidence
    switch (evidence[extended].answer, evidence[strict].answer) {
    case (.proved, .proved):
      joined.remove(at: strict)
    case (.refuted(let one, _), .refuted(let other, _)) where areEqual(one, other):
      joined[extended].claim = "\(control), in either reading"
      joined.remove(at: strict)
    default: break
    }
    return joined
  }

  private static func areEqual(_ one: Witness, _ other: Witness) -> Bool {
    one.encoding == other.encoding && one.runs.count == other.runs.count
      && zip(one.runs, other.runs).allSatisfy { $0.before == $1.before && $0.after == $1.after }
  }
}
