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

  /// What a program's start depends on, but for `leaves`.
  struct Kind: Hashable, Sendable {
    enum Parameter: Hashable, Sendable {
      case field(width: Int)
      /// Nil: only the encoding uses it.
      case fixed(UInt128?, width: Int)
      case number(UntypedNumber)
    }
    var subject: FragmentKey.Subject
    var parameters: [Parameter]
  }

  /// Which fields and constants the names of the case mean, in the order of the names.
  struct Leaves: Sendable {
    var fields: [Int] = []
    var constants: [UInt128] = []
  }

  let kind: Kind
  let subject: FragmentKey.Subject
  let declaration: OperandDeclaration
  let operandCase: OperandCaseSyntax
  let meanings: [String: Meaning]
  /// Of the meanings, in one order, so that a description makes the same program whenever it is read.
  let names: [String]
  let leaves: Leaves
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
    kind: Kind, subject: FragmentKey.Subject, declaration: OperandDeclaration,
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
    leaves = names.reduce(into: Leaves()) { leaves, name in
      switch meanings[name] {
      case .field(let index)?: leaves.fields.append(index)
      case .fixed(let bits, _)?: leaves.constants.append(bits)
      case .number?, nil: break
      }
    }
    self.fields = fields
    self.segments = segments
    self.extension = `extension`
    self.constraints = constraints
    self.isNeverMatched = isNeverMatched
    self.caseName = caseName
  }
}
