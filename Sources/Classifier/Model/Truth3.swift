/// Yes, no, or not known: what is concluded from answers of which some may be missing.
enum Truth3: Sendable, Hashable {
  case no, yes, unknown

  init(_ value: Bool) { self = value ? .yes : .no }

  var negated: Truth3 {
    switch self {
    case .no: .yes
    case .yes: .no
    case .unknown: .unknown
    }
  }

  func and(_ other: Truth3) -> Truth3 {
    if self == .no || other == .no { return .no }
    return self == .yes && other == .yes ? .yes : .unknown
  }

  func or(_ other: Truth3) -> Truth3 { negated.and(other.negated).negated }

  static func any(_ truths: [Truth3]) -> Truth3 { truths.reduce(.no) { $0.or($1) } }
  static func all(_ truths: [Truth3]) -> Truth3 { truths.reduce(.yes) { $0.and($1) } }
}
