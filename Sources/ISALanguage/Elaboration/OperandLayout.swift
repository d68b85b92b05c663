import ISACore

/// An operand in one of its class's cases, laid out behind a number of fields: the same in all forms
/// that have it so.
final class OperandLayout {
  /// What a name in the case stands for.
  enum Meaning: Hashable {
    case field(Int)
    case fixed(UInt128, width: Int)
    case number(UntypedNumber)
  }

  /// What a parameter of the class stands for.
  struct Parameter: Hashable {
    var meaning: Meaning
    /// Bits; 0 for numbers.
    var width: Int
  }

  /// All that a layout depends on.
  struct Key: Hashable, Sendable {
    var subject: FragmentKey.Subject
    var name: String
    var parameters: [Parameter]
    var fieldsBefore: Int
  }

  /// The same for operands that are the same in a program, but for `constants`.
  let kind: Key
  let subject: FragmentKey.Subject
  let declaration: OperandDeclaration
  let operandCase: OperandCaseSyntax
  let meanings: [String: Meaning]
  /// Of the meanings, in one order, so that a description makes the same program whenever it is read.
  let names: [String]
  /// Of the names that mean constants, in that order.
  let constants: [UInt128]
  /// Those that it adds to the encoding's.
  let fields: [EncodingField]
  let segments: [Encoding.Segment]
  /// What stands behind all that is inline, or where the encoding says so.
  let `extension`: [Encoding.Segment]
  let constraints: [FieldConstraint]
  /// Whether its constraints contradict what its parameters are.
  let isNeverMatched: Bool
  let caseName: String
  /// The case's assembly template, filled in; nil until it is asked for.
  var template: [SyntaxTemplate.Piece]?
  /// What binding it comes to; nil until that is known.
  var piece: OperandPiece?

  init(
    kind: Key, subject: FragmentKey.Subject, declaration: OperandDeclaration,
    operandCase: OperandCaseSyntax, meanings: [String: Meaning], fields: [EncodingField],
    segments: [Encoding.Segment], extension: [Encoding.Segment], constraints: [FieldConstraint],
    isNeverMatched: Bool, caseName: String
  ) {
    self.kind = kind
    self.subject = subject
    self.declaration = declaration
    self.operandCase = operandCase
    self.meanings = meanings
    let names = meanings.keys.sorted()
    self.names = names
    constants = names.compactMap {
      if case .fixed(let bits, _)? = meanings[$0] { bits } else { nil }
    }
    self.fields = fields
    self.segments = segments
    self.extension = `extension`
    self.constraints = constraints
    self.isNeverMatched = isNeverMatched
    self.caseName = caseName
  }
}
