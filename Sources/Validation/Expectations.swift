import Classifier
import ISACore
import ISALanguage

/// Compares what a description expects of the classifier with what the classifier says.
///
/// The comparison goes one way only: an expectation never feeds an answer.
public enum Expectations {
  /// One message for each expectation that is not met, in the order of the description.
  public static func failures(
    _ isa: InstructionSet, _ classification: Classification
  ) -> [Diagnostic] {
    var failures: [Diagnostic] = []
    for entry in classification.instructions {
      let instruction = isa.instructions[entry.instruction]
      for expectation in instruction.expectations {
        if let failure = failure(of: expectation, at: instruction, entry.verdict) {
          failures.append(failure)
        }
      }
    }
    for expectation in standing(isa.theoremExpectations) {
      if let failure = failure(of: expectation, classification) { failures.append(failure) }
    }
    return failures
  }

  /// A delta inherits what its base expects of the theorems, unless it says something else itself.
  private static func standing(
    _ expectations: [TheoremExpectation]
  ) -> [TheoremExpectation] {
    expectations.enumerated().filter { index, expectation in
      !expectations[(index + 1)...].contains {
        $0.theorem == expectation.theorem && $0.isStrict == expectation.isStrict
      }
    }.map(\.element)
  }

  private static func failure(
    of expectation: Expectation, at instruction: Instruction, _ verdict: Verdict
  ) -> Diagnostic? {
    guard let fact = Fact(rawValue: expectation.fact) else {
      let near = Suggestion.closest(to: expectation.fact, among: Fact.allCases.map(\.rawValue))
      return Diagnostic(
        .unknownFact, "no classifier answers `\(expectation.fact)`", at: expectation.span,
        fix: near.map {
          Diagnostic.Fix("write `\($0)`", at: expectation.span, replacement: $0)
        })
    }
    let claim = "\(expectation.isNegated ? "not " : "")\(expectation.fact)"
    guard let holds = fact.holds(verdict) else {
      return Diagnostic(
        .expectationFailed,
        "`\(instruction.id)` is expected to be \(claim), but that could not be decided",
        at: expectation.span)
    }
    guard holds == expectation.isNegated else { return nil }
    return Diagnostic(
      .expectationFailed,
      "`\(instruction.id)` is expected to be \(claim), but it is \(holds ? "" : "not ")"
        + "\(expectation.fact)", at: expectation.span,
      notes: fact.reason(verdict).map { [Diagnostic.Note($0, at: instruction.span)] } ?? [])
  }

  private static func failure(
    of expectation: TheoremExpectation, _ classification: Classification
  ) -> Diagnostic? {
    let reading: Reading = expectation.isStrict ? .strict : .extended
    guard let verdict = classification.theorems[expectation.theorem]?[reading] else { return nil }
    let name = "theorem \(expectation.theorem)\(expectation.isStrict ? ", read strictly," : "")"
    guard !verdict.isUnknown else {
      return Diagnostic(
        .expectationFailed, "whether \(name) holds could not be decided", at: expectation.span)
    }
    guard verdict.holds != expectation.holds else { return nil }
    let violators = verdict.violators.prefix(5).joined(separator: ", ")
    let rest = verdict.violators.count > 5 ? " and \(verdict.violators.count - 5) more" : ""
    return Diagnostic(
      .expectationFailed,
      verdict.holds
        ? "\(name) is expected to fail, but it holds"
        : "\(name) is expected to hold, but it is violated by \(violators)\(rest)",
      at: expectation.span)
  }
}

/// What an `expect` line can state about an instruction, by the words of the language.
private enum Fact: String, CaseIterable {
  case privileged
  case controlSensitive = "control_sensitive"
  case modeSensitive = "mode_sensitive"
  case locationSensitive = "location_sensitive"
  case resourceSensitive = "resource_sensitive"
  case timingSensitive = "timing_sensitive"
  case deviceSensitive = "device_sensitive"
  case sensitive
  case innocuous
  case userSensitive = "user_sensitive"
  case alwaysTraps = "always_traps"

  private var sensitivity: Sensitivity? {
    switch self {
    case .controlSensitive: .control
    case .modeSensitive: .mode
    case .locationSensitive: .location
    case .resourceSensitive: .resource
    case .timingSensitive: .timing
    case .deviceSensitive: .device
    default: nil
    }
  }

  /// nil: not decided.
  func holds(_ verdict: Verdict) -> Bool? {
    if let sensitivity { return verdict.sensitive[sensitivity].flatMap(Self.isRefuted) }
    switch self {
    case .privileged: return verdict.privilege != .never
    case .alwaysTraps: return verdict.alwaysTraps
    case .userSensitive: return verdict.userSensitive[.extended]
    default:
      let isSensitive = verdict.isSensitive[.extended] ?? false
      let isDecided = Sensitivity.allCases.allSatisfy {
        verdict.sensitive[$0].flatMap(Self.isRefuted) != nil
      }
      guard isSensitive || isDecided else { return nil }
      return (self == .sensitive) == isSensitive
    }
  }

  /// Whether "is not sensitive" is refuted; an answer that depends on a choice is, if some choice
  /// refutes it. nil: not decided.
  private static func isRefuted(_ answer: Answer) -> Bool? {
    switch answer {
    case .proved: return false
    case .refuted: return true
    case .unknown: return nil
    case .depends(let answers):
      let decided = answers.map { isRefuted($0.answer) }
      if decided.contains(true) { return true }
      return decided.contains(nil) ? nil : false
    }
  }

  /// What a witness shows, where there is one.
  func reason(_ verdict: Verdict) -> String? {
    guard let sensitivity, case .refuted(let witness, _)? = verdict.sensitive[sensitivity] else {
      return nil
    }
    return witness.shows
  }
}
