/// How the program ends; the numbers are a contract with scripts.
public enum ExitStatus: Int32, CaseIterable, Sendable {
  case success = 0
  case findings = 1
  case usage = 2
  case internalError = 70
  case interrupted = 130

  /// As `--help` lists it.
  var meaning: String {
    switch self {
    case .success: "all well"
    case .findings:
      "findings: a failed expectation or test, a theorem that was required, a divergence"
    case .usage: "wrong usage, or input that cannot be read"
    case .internalError: "internal error"
    case .interrupted: "interrupted"
    }
  }
}

/// The command line makes no sense.
struct UsageError: Error {
  var message: String
  /// What to write instead, if known.
  var help: String?

  init(_ message: String, help: String? = nil) {
    self.message = message
    self.help = help
  }
}

/// Something that the command line names cannot be used.
struct InputError: Error {
  var message: String
  var help: String?

  init(_ message: String, help: String? = nil) {
    self.message = message
    self.help = help
  }
}
