/// The operators of the expression language.
///
/// All have SMT-LIB's fixed-size bit-vector meaning: a shift by the width or more gives 0 (sign
/// copies for `ashr`), division by zero gives all ones, remainder by zero the dividend.
/// Architectural divide exceptions are written as guards in the descriptions.
public enum Operator: UInt8, CaseIterable, Sendable, Hashable {
  // Leaves.
  /// A constant: `a` indexes `Program.constants`.
  case constant
  /// A local: `a` is a `LocalID`.
  case local
  /// An encoding field of the instruction: `a` indexes `Form.fields`.
  case field
  /// The length in addressable units of the instruction being performed (EX's, for a subject of EX).
  case length
  /// A value the implementation decides once: `a` is a `ChoiceID`.
  case choice
  /// A decode-time context variable, set by prefixes: `a` is a `ContextID`.
  case context
  /// `width` bits of register `a` from bit `c` up; `b` is the index expression or -1.
  /// An index beyond the file reads 0.
  case read

  // Unary: `a`.
  case not
  case neg
  case zext
  case sext
  /// `width` bits of `a` from bit `b` (a number, not a node) up.
  case extract
  case popcount
  /// Count of leading zeros; the width for 0.
  case clz
  /// Count of trailing zeros; the width for 0.
  case ctz

  // Binary: `a`, `b`.
  case add, sub, mul, udiv, urem, sdiv, srem
  case and, or, xor
  /// The shift amount may have another width than the value.
  case shl, lshr, ashr
  case eq, ult, ule, slt, sle
  /// `a` above `b`.
  case concat

  // Ternary: `a` (one bit) chooses `b` or `c`.
  case ite

  // Functions of `a`, `b` and `c`, all three of which are always evaluated.
  /// The operation on numbers `a` and `b` that `c`, a `Primitive` of 32 bits, names. Exact on
  /// values; elsewhere known only to give equal results for equal operands.
  case ieee

  public enum Shape: Sendable { case leaf, unary, binary, ternary, function }

  public var shape: Shape {
    switch self {
    case .constant, .local, .field, .length, .choice, .context, .read: .leaf
    case .not, .neg, .zext, .sext, .extract, .popcount, .clz, .ctz: .unary
    case .ite: .ternary
    case .ieee: .function
    default: .binary
    }
  }

  public var isComparison: Bool {
    switch self {
    case .eq, .ult, .ule, .slt, .sle: true
    default: false
    }
  }

  public var isCommutative: Bool {
    switch self {
    case .add, .mul, .and, .or, .xor, .eq: true
    default: false
    }
  }
}
