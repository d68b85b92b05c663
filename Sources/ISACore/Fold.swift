import IEEEArithmetic

/// The reference meaning of every operator on constants.
///
/// The simplifier, the concrete machine, the bit-blaster and the SMT printer are all tested
/// against these functions.
public enum Fold {
  /// A unary operator on a value of `width` bits, giving `resultWidth` bits.
  ///
  /// - Parameter low: the lowest bit taken, for `extract`.
  @inlinable
  public static func unary(
    _ op: Operator, _ x: UInt128, width: Int, resultWidth: Int, low: Int = 0
  ) -> UInt128 {
    let result: UInt128
    switch op {
    case .not: result = ~x
    case .neg: result = 0 &- x
    case .zext: result = x
    case .sext: result = UInt128(truncatingIfNeeded: BitVector.signed(x, width: width))
    case .extract: result = low >= 128 ? 0 : x >> UInt128(low)
    case .popcount: result = UInt128(x.nonzeroBitCount)
    case .clz: result = UInt128(x.leadingZeroBitCount - (128 - width))
    case .ctz: result = UInt128(min(x.trailingZeroBitCount, width))
    default: preconditionFailure("not a unary operator")
    }
    return result & BitVector.mask(resultWidth)
  }

  /// A binary operator; `width` is the width of `x`, `rightWidth` that of `y`.
  @inlinable
  public static func binary(
    _ op: Operator, _ x: UInt128, _ y: UInt128, width: Int, rightWidth: Int
  ) -> UInt128 {
    let mask = BitVector.mask(width)
    switch op {
    case .add: return (x &+ y) & mask
    case .sub: return (x &- y) & mask
    case .mul: return (x &* y) & mask
    case .udiv: return y == 0 ? mask : x / y
    case .urem: return y == 0 ? x : x % y
    case .sdiv:
      let negativeX = isNegative(x, width)
      let negativeY = isNegative(y, width)
      let quotient = binary(
        .udiv, magnitude(x, width), magnitude(y, width), width: width, rightWidth: width)
      return (negativeX != negativeY ? 0 &- quotient : quotient) & mask
    case .srem:
      let remainder = binary(
        .urem, magnitude(x, width), magnitude(y, width), width: width, rightWidth: width)
      return (isNegative(x, width) ? 0 &- remainder : remainder) & mask
    case .and: return x & y
    case .or: return x | y
    case .xor: return x ^ y
    case .shl: return y >= UInt128(width) ? 0 : (x << y) & mask
    case .lshr: return y >= UInt128(width) ? 0 : x >> y
    case .ashr:
      let amount = y >= UInt128(width) ? UInt128(max(0, width - 1)) : y
      return UInt128(
        truncatingIfNeeded: BitVector.signed(x, width: width) >> Int128(amount)) & mask
    case .eq: return x == y ? 1 : 0
    case .ult: return x < y ? 1 : 0
    case .ule: return x <= y ? 1 : 0
    case .slt:
      return BitVector.signed(x, width: width) < BitVector.signed(y, width: width) ? 1 : 0
    case .sle:
      return BitVector.signed(x, width: width) <= BitVector.signed(y, width: width) ? 1 : 0
    case .concat: return rightWidth >= 128 ? y : (x << UInt128(rightWidth)) | y
    default: preconditionFailure("not a binary operator")
    }
  }

  /// A function of `x` of `width` bits, `y` of `rightWidth` bits and `z`.
  public static func function(
    _ op: Operator, _ x: UInt128, _ y: UInt128, _ z: UInt128, width: Int, rightWidth: Int,
    resultWidth: Int
  ) -> UInt128 {
    precondition(op == .ieee, "not a function")
    return Primitive(code: UInt32(truncatingIfNeeded: z))
      .evaluate(x, y, width: width, rightWidth: rightWidth) & BitVector.mask(resultWidth)
  }

  @inlinable
  static func isNegative(_ x: UInt128, _ width: Int) -> Bool {
    width > 0 && x >> UInt128(width - 1) & 1 == 1
  }

  @inlinable
  static func magnitude(_ x: UInt128, _ width: Int) -> UInt128 {
    (isNegative(x, width) ? 0 &- x : x) & BitVector.mask(width)
  }
}
