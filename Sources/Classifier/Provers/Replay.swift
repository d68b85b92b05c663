import ISACore
import Machine

extension Bench {
  /// Whether a finding shows what it should on the concrete machine, whatever is put where the
  /// manual leaves a value open, and for an instruction that can be encoded.
  func confirms(_ question: Question, _ finding: Finding, of subject: Subject) -> Bool {
    guard isEncodable(subject.form, finding.operands) else { return false }
    return Bench.fillings.allSatisfy {
      isShown(question, by: finding, of: subject, openness: $0)
    }
  }

  /// A witness must not need an open value: it has to show the same under all of these.
  private static let fillings: [OpennessPolicy] = [.zeros, .seeded(1), .seeded(0x5EED)]

  /// The same finding with as much of the state as possible made 0.
  func minimised(_ finding: Finding, _ question: Question, of subject: Subject) -> Finding {
    var best = finding
    var budget = 200
    func accept(_ candidate: Finding) {
      budget -= 1
      if confirms(question, candidate, of: subject) { best = candidate }
    }
    let places = Set(finding.s.values.keys).union(finding.sPrime?.values.keys.map { $0 } ?? [])
      .sorted { order($0) < order($1) }
    for place in places where budget > 0 {
      let before = best.s[place]
      let after = best.sPrime.map { $0[place] } ?? before
      if before == 0, after == 0 { continue }
      // What the states share goes first, then what tells them apart.
      let shared = ~(before ^ after)
      for mask in [shared, UInt128.max] where budget > 0 {
        guard (before | after) & mask != 0 else { continue }
        var candidate = best
        candidate.s[place] = candidate.s[place] & ~mask
        if let sPrime = candidate.sPrime { candidate.sPrime?[place] = sPrime[place] & ~mask }
        accept(candidate)
      }
    }
    for index in best.operands.fields.indices
    where budget > 0 && best.operands.fields[index] != 0
      && (index >= subject.fields.count || subject.fields[index] == nil)
    {
      var candidate = best
      candidate.operands.fields[index] = 0
      accept(candidate)
    }
    if let x = best.x, x > 1 {
      var candidate = best
      candidate.x = 1
      accept(candidate)
    }
    best.s = best.s.withoutZeros
    best.sPrime = best.sPrime?.withoutZeros
    return best
  }
}
