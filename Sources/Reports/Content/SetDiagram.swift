import Classifier
import ISACore

/// Privileged, sensitive and user-sensitive instructions as sets, in one reading.
struct SetDiagram {
  /// A part of the plane; user sensitive lies within sensitive.
  enum Region: String, CaseIterable {
    case privilegedOnly, privilegedSensitive, privilegedUserSensitive
    case unprivilegedSensitive, unprivilegedUserSensitive
    case neither

    var label: String {
      switch self {
      case .privilegedOnly: "privileged, not sensitive"
      case .privilegedSensitive: "privileged and sensitive"
      case .privilegedUserSensitive: "privileged and user sensitive"
      case .unprivilegedSensitive: "sensitive, not privileged"
      case .unprivilegedUserSensitive: "user sensitive, not privileged"
      case .neither: "neither privileged nor sensitive"
      }
    }

    /// sensitive ∖ privileged: what Theorem 1 forbids.
    var isForbidden: Bool {
      self == .unprivilegedSensitive || self == .unprivilegedUserSensitive
    }
  }

  var reading: Reading
  /// Indices into `Classification.instructions`.
  private var members: [Region: [Int]] = [:]

  init(_ classification: Classification, _ reading: Reading) {
    self.reading = reading
    for (index, entry) in classification.instructions.enumerated() {
      members[Self.region(of: entry.verdict, reading), default: []].append(index)
    }
  }

  subscript(region: Region) -> [Int] { members[region] ?? [] }

  static func region(of verdict: Verdict, _ reading: Reading) -> Region {
    let isPrivileged = verdict.privilege != .never
    guard verdict.isSensitive[reading] ?? false else {
      return isPrivileged ? .privilegedOnly : .neither
    }
    let isUserSensitive = verdict.userSensitive[reading] ?? false
    if isPrivileged { return isUserSensitive ? .privilegedUserSensitive : .privilegedSensitive }
    return isUserSensitive ? .unprivilegedUserSensitive : .unprivilegedSensitive
  }

  /// Whether both diagrams show the same sets.
  static func areEqual(_ a: SetDiagram, _ b: SetDiagram) -> Bool { a.members == b.members }
}
