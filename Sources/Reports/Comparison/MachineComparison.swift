import Classifier
import ISACore

/// What is said of one machine and not, or otherwise, of another: two machines, two variants of
/// one, or one machine under two pairs of modes.
///
/// Verdicts are compared, not semantics: an instruction whose verdict stands may do another thing.
public struct MachineComparison: Sendable {
  public struct Side: Sendable {
    public var isa: InstructionSet
    public var classification: Classification

    public init(_ isa: InstructionSet, _ classification: Classification) {
      self.isa = isa
      self.classification = classification
    }

    /// A map f was asked about: some instruction is, or is not, a hole.
    var asksForHoles: Bool {
      classification.instructions.contains { $0.verdict.hole != nil }
    }

    var holes: [String] {
      classification.instructions.filter { $0.verdict.hole == true }.map {
        isa.instructions[$0.instruction].id
      }
    }
  }

  public let before: Side
  public let after: Side
  /// Every theorem in every reading.
  let theorems: [TheoremChange]
  /// Every precondition of either machine, in the order of the first, then the second.
  let preconditions: [PreconditionChange]
  /// Entries of `before` that the other machine does not have.
  let removed: [Int]
  /// Entries of `after` that the other machine does not have.
  let added: [Int]
  /// Instructions that both have, with what is said otherwise; in the order of the second machine.
  let changed: [InstructionChange]
  /// Entries of `after` of which all is said that is said of the other machine's.
  let same: [Int]

  public init(_ before: Side, _ after: Side) {
    self.before = before
    self.after = after
    theorems = TheoremChange.all(before.classification, after.classification)
    preconditions = PreconditionChange.all(before.classification, after.classification)
    let old = Self.entries(before)
    let new = Self.entries(after)
    removed = before.classification.instructions.indices.filter { new[before.id($0)] == nil }
    added = after.classification.instructions.indices.filter { old[after.id($0)] == nil }
    let asksForHoles = before.asksForHoles && after.asksForHoles
    var changed: [InstructionChange] = []
    var same: [Int] = []
    for entry in after.classification.instructions.indices {
      guard let other = old[after.id(entry)] else { continue }
      let change = InstructionChange(
        before, other, after, entry, asksForHoles: asksForHoles)
      if change.isEmpty { same.append(entry) } else { changed.append(change) }
    }
    self.changed = changed
    self.same = same
  }

  /// Whether all that is compared is alike.
  public var isSame: Bool {
    removed.isEmpty && added.isEmpty && changed.isEmpty && !theorems.contains(where: \.isChanged)
      && !preconditions.contains(where: \.isChanged) && !areHolesAskedOnce
      && before.classification.assumptions == after.classification.assumptions
  }

  /// One machine has a map f, the other none.
  var areHolesAskedOnce: Bool { before.asksForHoles != after.asksForHoles }

  /// "s360 and s360-67".
  public var title: String { "\(names.before) and \(names.after)" }

  /// The names of the two in tables: ids or, where these are equal, the pairs of modes.
  var names: (before: String, after: String) {
    let modes = (before.classification.modePair.name, after.classification.modePair.name)
    guard before.isa.id == after.isa.id, modes.0 != modes.1 else {
      return (before.isa.id, after.isa.id)
    }
    return ("\(before.isa.id), \(modes.0)", "\(after.isa.id), \(modes.1)")
  }

  /// The changed instructions by what became of their class, the most alarming first; those whose
  /// class stands last.
  var groups: [(title: String, changes: [InstructionChange])] {
    var groups: [(title: String, changes: [InstructionChange])] = []
    for change in changed {
      if let index = groups.firstIndex(where: { $0.title == change.title }) {
        groups[index].changes.append(change)
      } else {
        groups.append((change.title, [change]))
      }
    }
    let rank: [Shade] = [.violator, .undecided, .sensitive, .privileged, .innocuous]
    func order(_ change: InstructionChange) -> Int {
      (change.isClassChanged ? 0 : rank.count)
        + (rank.firstIndex(of: Shade(after.verdict(change.after))) ?? 0)
    }
    return groups.enumerated().sorted {
      (order($0.element.changes[0]), $0.offset) < (order($1.element.changes[0]), $1.offset)
    }.map(\.element)
  }

  private static func entries(_ side: Side) -> [String: Int] {
    Dictionary(
      side.classification.instructions.indices.map { (side.id($0), $0) },
      uniquingKeysWith: { first, _ in first })
  }
}

extension MachineComparison.Side {
  func instruction(_ entry: Int) -> Instruction {
    isa.instructions[classification.instructions[entry].instruction]
  }

  func id(_ entry: Int) -> String { instruction(entry).id }

  func verdict(_ entry: Int) -> Verdict { classification.instructions[entry].verdict }

  func reason(_ entry: Int) -> Reason {
    Reason(for: verdict(entry), of: instruction(entry), in: isa, classification.modePair)
  }

  /// The ids of some entries by shade, without empty shades.
  func byShade(_ entries: [Int]) -> [(shade: Shade, entries: [Int])] {
    Shade.allCases.compactMap { shade in
      let members = entries.filter { Shade(verdict($0)) == shade }
      return members.isEmpty ? nil : (shade, members)
    }
  }
}

/// A theorem in one reading, on both machines.
struct TheoremChange: Sendable {
  var theorem: Theorem
  var reading: Reading
  var before: TheoremVerdict?
  var after: TheoremVerdict?

  static func all(_ before: Classification, _ after: Classification) -> [TheoremChange] {
    Theorem.all.flatMap { theorem in
      Reading.allCases.map { reading in
        TheoremChange(
          theorem: theorem, reading: reading, before: before.theorems[theorem.number]?[reading],
          after: after.theorems[theorem.number]?[reading])
      }
    }
  }

  enum Standing: String { case holds, fails, undecided }

  static func standing(_ verdict: TheoremVerdict?) -> Standing {
    guard let verdict, !verdict.isUnknown || !verdict.violators.isEmpty else { return .undecided }
    return verdict.holds ? .holds : .fails
  }

  var isStandingChanged: Bool { Self.standing(before) != Self.standing(after) }

  var isChanged: Bool {
    isStandingChanged || before?.violators != after?.violators
      || before?.isUnknown != after?.isUnknown
  }

  /// Violators that are none any more.
  var gone: [String] {
    let now = Set(after?.violators ?? [])
    return (before?.violators ?? []).filter { !now.contains($0) }
  }

  var new: [String] {
    let earlier = Set(before?.violators ?? [])
    return (after?.violators ?? []).filter { !earlier.contains($0) }
  }

  /// "no longer A and B; now C".
  var detail: String {
    let parts = [
      gone.isEmpty ? nil : "no longer \(Words.list(gone))",
      new.isEmpty ? nil : "now \(Words.list(new))",
    ]
    return parts.compactMap(\.self).joined(separator: "; ")
  }
}

/// A precondition on both machines; nil where it is not asked.
struct PreconditionChange: Sendable {
  var name: String
  var before: Precondition?
  var after: Precondition?

  var isChanged: Bool { before?.holds != after?.holds }

  static func all(_ before: Classification, _ after: Classification) -> [PreconditionChange] {
    (before.preconditions + after.preconditions).map(\.name).unique.map { name in
      PreconditionChange(
        name: name, before: before.preconditions.first { $0.name == name },
        after: after.preconditions.first { $0.name == name })
    }
  }
}
