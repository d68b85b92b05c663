import Classifier

/// How an instruction is coloured, and the letter and words that say the same without colour.
enum Shade: String, CaseIterable {
  case privileged, violator, sensitive, innocuous, undecided

  init(_ verdict: Verdict) {
    if verdict.isUndecided {
      self = .undecided
    } else if verdict.violates(1, .strict) || verdict.violates(1, .extended) {
      self = .violator
    } else {
      switch verdict.instructionClass {
      case .privileged: self = .privileged
      case .sensitive: self = .sensitive
      case .innocuous: self = .innocuous
      }
    }
  }

  var letter: String {
    switch self {
    case .privileged: "P"
    case .violator: "V"
    case .sensitive: "S"
    case .innocuous: "I"
    case .undecided: "?"
    }
  }

  var label: String {
    switch self {
    case .privileged: "privileged"
    case .violator: "sensitive, violates Theorem 1"
    case .sensitive: "sensitive, Theorem 1 unharmed"
    case .innocuous: "innocuous"
    case .undecided: "undecided"
    }
  }
}
