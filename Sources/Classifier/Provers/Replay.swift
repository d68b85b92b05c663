import ISACore
import Machine

extension Bench {
  /// Whether a finding shows what it should on the concrete machine, whatever is put where the
  /// manual leaves a value open, and for an instruction that can be encoded.
  func confirms(_ question: Question, _ finding: Finding, of subject: Subject) -> Bool {
    guard isEncodable(subject.form, finding.operands) else { return false }
    let fillings = hasOpenValues(subject.form) ? Bench.fillings : [.zeros]
    return fillings.allSatisfy { isShown(question, by: finding, of: subject, openness: $0) }
  }

  /// A witness must not need an open value: it has to show the same under all of these.
  private static let fillings: [OpennessPolicy] = [.zeros, .seeded(1), .seeded(0x5EED)]

  /// The same finding with as much of the state as possible made 0.
  func minimised(_ finding: Finding, _ question: Question, of subject: Subject) -> Finding {
    var minimizer = Minimizer(bench: self, question: question, subject: subject, best: finding)
    return minimizer.run()
  }
}

/// Makes a finding smaller as long as it still shows what it should.
private struct Minimizer {
  let bench: Bench
  let question: Question
  let subject: Subject
  var best: Finding
  private var budget: Int

  init(bench: Bench, question: Question, subject: Subject, best: Finding) {
    self.bench = bench
    self.question = question
    self.subject = subject
    self.best = best
    // A shift that writes tables takes its time.
    let isSlow = question.definition.relation == .shifted && bench.layout.tables.exist
    budget = isSlow ? 60 : 200
  }

  mutating func run() -> Finding {
    let places = Set(best.s.values.keys).union(best.sPrime?.values.keys.map { $0 } ?? [])
      .sorted { bench.order($0) < bench.order($1) }
    equalize(places)
    // What the states share goes first, then what tells them apart.
    clear(places[...]) { before, after in ~(before ^ after) }
    if best.sPrime != nil { clear(places[...]) { _, _ in .max } }
    for field in best.operands.fields.indices { clearField(field) }
    if let x = best.x, x > 1 {
      var candidate = best
      candidate.x = 1
      _ = accept(candidate)
    }
    best.s = best.s.withoutZeros
    best.sPrime = best.sPrime?.withoutZeros
    return best
  }

  /// Makes the two states equal in each piece of state that is not what tells them apart.
  private mutating func equalize(_ places: [Place]) {
    switch question.definition.relation {
    case .equalButFor, .equalButForGate, .equalButForMode: break
    case .alone, .shifted, .mapped: return
    }
    for place in places {
      var masks = [bench.ones(place)]
      if case .register(let register, _) = place {
        let pieces = bench.layout.piecesOfRegister[Int(register)].map { bench.layout.pieces[$0] }
        if pieces.count > 1 { masks += pieces.map { BitVector.mask($0.width) << UInt128($0.low) } }
      }
      for mask in masks where budget > 0 {
        guard let other = best.sPrime, (best.s[place] ^ other[place]) & mask != 0 else { continue }
        var candidate = best
        candidate.sPrime?[place] = other[place] & ~mask | best.s[place] & mask
        candidate.sPrime?.fix(
          bench.layout.pair[question.definition.otherMode])
        if candidate.sPrime?[place] != other[place], accept(candidate), mask == masks[0] { break }
      }
    }
  }

  private mutating func accept(_ candidate: Finding) -> Bool {
    budget -= 1
    guard bench.confirms(question, candidate, of: subject) else { return false }
    best = candidate
    return true
  }

  /// Clears the bits that `mask` selects, in all places at once or in halves of them.
  private mutating func clear(
    _ places: ArraySlice<Place>, mask: (_ before: UInt128, _ after: UInt128) -> UInt128
  ) {
    guard budget > 0 else { return }
    var candidate = best
    var isSmaller = false
    for place in places {
      let before = best.s[place]
      let after = best.sPrime.map { $0[place] } ?? before
      let cleared = mask(before, after)
      guard (before | after) & cleared != 0 else { continue }
      isSmaller = true
      candidate.s[place] = before & ~cleared
      if candidate.sPrime != nil { candidate.sPrime?[place] = after & ~cleared }
    }
    // The mode is what the definition asks for, whatever else goes.
    let pair = bench.layout.pair
    candidate.s.fix(pair[question.definition.mode])
    candidate.sPrime?.fix(pair[question.definition.otherMode])
    guard isSmaller, !accept(candidate), places.count > 1 else { return }
    let middle = places.startIndex + places.count / 2
    clear(places[..<middle], mask: mask)
    clear(places[middle...], mask: mask)
  }

  private mutating func clearField(_ field: Int) {
    let isFixed = field < subject.fields.count && subject.fields[field] != nil
    guard budget > 0, !isFixed, best.operands.fields[field] != 0 else { return }
    var candidate = best
    candidate.operands.fields[field] = 0
    _ = accept(candidate)
  }
}
