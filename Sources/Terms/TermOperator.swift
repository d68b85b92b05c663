import ISACore

/// The operators that terms are made of.
///
/// Fewer than ISACore's `Operator`, so that one meaning has fewer spellings: `zext` is a `concat`
/// with zeros, `ule` and `sle` are negated `ult` and `slt` with their operands exchanged.
public enum TermOperator: UInt8, CaseIterable, Sendable, Hashable {
  // Leaves. How they keep their payload is the arena's business.
  case constant
  case variable

  // Unary: `a`.
  case not, neg, sext
  /// `width` bits of `a` from bit `b` (a number) up.
  case extract
  case popcount, clz, ctz

  // Binary: `a`, `b`.
  case add, sub, mul, udiv, urem, sdiv, srem
  case and, or, xor
  case shl, lshr, ashr
  case eq, ult, slt
  /// `a` above `b`; `a` is never a `concat` itself.
  case concat

  /// Ternary: `a` (one bit) chooses `b` or `c`, which are bits or arrays.
  case ite

  /// Ternary: what the `Primitive` `c` makes of `a` and `b`. Nothing is known of it between
  /// terms but that it is a function; of constants it is folded.
  case ieee

  // Arrays.
  /// Every element is `a`.
  case constantArray
  /// The element of array `a` at index `b`.
  case select
  /// Array `a` with the element at index `b` replaced by `c`.
  case store

  /// How many of `a`, `b`, `c` are terms.
  @inlinable
  public var arity: Int {
    switch self {
    case .constant, .variable: 0
    case .not, .neg, .sext, .extract, .popcount, .clz, .ctz, .constantArray: 1
    case .ite, .ieee, .store: 3
    default: 2
    }
  }

  /// The operator of the same meaning in the intermediate representation; nil for leaves and arrays.
  @inlinable
  public var isaOperator: Operator? {
    switch self {
    case .constant, .variable, .constantArray, .select, .store: nil
    case .not: .not
    case .neg: .neg
    case .sext: .sext
    case .extract: .extract
    case .popcount: .popcount
    case .clz: .clz
    case .ctz: .ctz
    case .add: .add
    case .sub: .sub
    case .mul: .mul
    case .udiv: .udiv
    case .urem: .urem
    case .sdiv: .sdiv
    case .srem: .srem
    case .and: .and
    case .or: .or
    case .xor: .xor
    case .shl: .shl
    case .lshr: .lshr
    case .ashr: .ashr
    case .eq: .eq
    case .ult: .ult
    case .slt: .slt
    case .concat: .concat
    case .ite: .ite
    case .ieee: .ieee
    }
  }
}
