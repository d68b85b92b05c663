import Classifier
import ISACore
import ISALanguage

/// Everything that can be said about a description without a person: whether it is sound, whether
/// its tests pass, whether the classifier says what it expects.
public enum Validator {
  /// What is being done, for whoever waits.
  public enum Phase: String, Sendable {
    case tests = "running the tests of"
    case classification = "classifying"
  }

  /// The loader's own messages, then those of the tests and expectations; in the order of the text.
  ///
  /// - Parameter progress: told before each phase.
  public static func diagnostics(
    _ loaded: LoadedDescription, options: Classifier.Options = Classifier.Options(),
    progress: (Phase) -> Void = { _ in }
  ) -> [Diagnostic] {
    guard let isa = loaded.instructionSet else { return loaded.diagnostics }
    var diagnostics = loaded.diagnostics
    progress(.tests)
    var runner = TestRunner(isa)
    diagnostics += runner.failures()
    if isa.draft == nil, isa.modePairs.isEmpty == false, expectsAnything(isa) {
      progress(.classification)
      let classification = Classifier(isa, options: options).classify()
      diagnostics += Expectations.failures(isa, classification)
    }
    return diagnostics.sorted { ($0.span.file, $0.span.start) < ($1.span.file, $1.span.start) }
  }

  private static func expectsAnything(_ isa: InstructionSet) -> Bool {
    !isa.theoremExpectations.isEmpty || isa.instructions.contains { !$0.expectations.isEmpty }
  }
}
