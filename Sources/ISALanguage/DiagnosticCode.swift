/// The catalogue of messages. `popek explain CODE` prints the page of a code.
///
/// P: parsing. N: names. T: types and widths. E: encodings. S: semantics. C: citations.
/// V: verdicts and expectations. X: tests. M: the `monitor` block. W: limits on what a stranger's text may ask for.
public enum DiagnosticCode: String, Sendable, Hashable, CaseIterable {
  /// A character that starts nothing.
  case strayCharacter = "P001"
  /// A string without its end.
  case unterminatedString = "P002"
  /// A number that is no number, or does not fit 128 bits.
  case malformedNumber = "P003"
  /// Something else was expected here.
  case expected = "P004"
  /// A line that starts no item or statement.
  case unknownItem = "P005"
  /// Nested deeper than the parser follows.
  case nestedTooDeeply = "P006"
  /// A syntax template that cannot be read.
  case malformedTemplate = "P007"

  /// A name that nothing declares.
  case unknownName = "N001"
  /// A second declaration of a name.
  case duplicateName = "N002"
  /// A name of the wrong kind: a function used as a register.
  case wrongKind = "N003"
  /// A declaration that nothing uses.
  case unused = "N004"
  /// Functions, places or includes that need each other.
  case cycle = "N005"
  /// A file that cannot be read.
  case unreadableFile = "N006"
  /// A part that every machine needs is missing.
  case missingItem = "N007"

  /// Operands whose widths differ.
  case widthMismatch = "T001"
  /// A number whose width nothing decides.
  case unknownWidth = "T002"
  /// A number that does not fit its width.
  case numberTooLarge = "T003"
  /// A range outside the value, or the wrong way round.
  case badRange = "T004"
  /// Not a constant where one is needed.
  case notConstant = "T005"
  /// Wrong number of arguments.
  case argumentCount = "T006"
  /// A width outside 0…128, or a size outside its limits.
  case badWidth = "T007"
  /// Not a role.
  case unknownRole = "T008"
  /// State without a role.
  case missingRole = "T009"
  /// Fields of a layout that overlap.
  case overlappingFields = "T010"

  /// Two encodings that match the same bits.
  case overlappingEncodings = "E001"
  /// Bits that no encoding matches, where no `undefined` says what happens.
  case undefinedEncodings = "E002"
  /// An `over` that orders nothing.
  case staleOverride = "E003"
  /// An encoding that is not a whole number of units, or cannot be decoded.
  case malformedEncoding = "E004"
  /// Encodings of one instruction that bind different names.
  case unequalFields = "E005"
  /// A field that the semantics never looks at.
  case unusedField = "E006"

  /// Not something that can be written.
  case notAPlace = "S001"
  /// Written twice on one path.
  case doubleWrite = "S002"
  /// A guard that never refuses, or always does.
  case vacuousGuard = "S003"
  /// A write in a loop outside `partial`.
  case writeInLoop = "S004"
  /// A statement that cannot stand here.
  case misplacedStatement = "S005"
  /// Statements after a certain trap.
  case unreachable = "S006"
  /// An amend or remove that changes nothing.
  case staleDelta = "S007"

  /// No citation.
  case missingCitation = "C001"
  /// A manual or section that is not declared.
  case unknownSection = "C002"

  /// The classifier's answer is not the expected one.
  case expectationFailed = "V001"
  /// A fact that no classifier answers.
  case unknownFact = "V002"

  /// A test beside an instruction failed.
  case testFailed = "X001"
  /// A test that cannot be run.
  case malformedTest = "X002"

  /// State of which the `monitor` block does not say how it stands.
  case uncoveredState = "M001"
  /// State that the `monitor` block places twice.
  case conflictingStanding = "M002"
  /// A memory that the `monitor` block ought to share out, or cannot.
  case unsharedStorage = "M003"
  /// A reserve or a granule that cannot be.
  case badShare = "M004"
  /// A `monitor` block without what every one needs.
  case incompleteMonitor = "M005"
  /// A second `monitor` block, or a second part of one kind.
  case repeatedPart = "M006"

  /// A text, expansion or loop beyond its limit.
  case limitExceeded = "W001"
}
