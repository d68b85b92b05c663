/// A binary interchange or extended format of IEEE 754: where sign, exponent and significand stand.
///
/// Values are right-aligned in 128 bits: sign, biased exponent, significand from left to right.
public struct BinaryFormat: Hashable, Sendable {
  /// Bits of the biased exponent, 2…15.
  public let exponentBits: Int
  /// Bits of the significand with its integer bit, 2…113.
  public let precision: Int
  /// The integer bit of the significand is stored (the 8087's extended format), not implied.
  public let hasExplicitInteger: Bool

  public init(exponentBits: Int, precision: Int, hasExplicitInteger: Bool = false) {
    precondition((2...15).contains(exponentBits) && (2...113).contains(precision))
    self.exponentBits = exponentBits
    self.precision = precision
    self.hasExplicitInteger = hasExplicitInteger
  }

  /// Single, 32 bits.
  public static let binary32 = BinaryFormat(exponentBits: 8, precision: 24)
  /// Double, 64 bits.
  public static let binary64 = BinaryFormat(exponentBits: 11, precision: 53)
  /// Quadruple, 128 bits.
  public static let binary128 = BinaryFormat(exponentBits: 15, precision: 113)
  /// The 8087's extended format, 80 bits.
  public static let extended80 = BinaryFormat(
    exponentBits: 15, precision: 64, hasExplicitInteger: true)

  /// The format that is `width` (32, 64, 80 or 128) bits wide, or nil.
  public init?(width: Int) {
    switch width {
    case 32: self = .binary32
    case 64: self = .binary64
    case 80: self = .extended80
    case 128: self = .binary128
    default: return nil
    }
  }

  /// Bits in all.
  public var width: Int { 1 + exponentBits + storedBits }

  /// Bits of the significand that are stored.
  var storedBits: Int { hasExplicitInteger ? precision : precision - 1 }

  /// What is added to an exponent; also the largest exponent of a finite number.
  var bias: Int { 1 << (exponentBits - 1) - 1 }

  var largestExponent: Int { bias }

  /// The exponent of the smallest normal number, and of all subnormal ones.
  var smallestExponent: Int { 1 - bias }

  /// The exponent field of infinities and NaNs.
  var specialField: Int { 1 << exponentBits - 1 }

  /// By how much the exponent of a trapped overflow or underflow is adjusted (IEEE 754-1985, 7.3).
  var trapAdjustment: Int { 3 << (exponentBits - 2) }

  /// The bits of an operand, from sign, exponent field (modulo its range) and stored significand.
  @inline(__always)
  func assemble(isNegative: Bool, field: Int, stored: UInt128) -> UInt128 {
    let head = UInt128(
      (isNegative ? UInt64(1) << UInt64(exponentBits) : 0)
        | UInt64(truncatingIfNeeded: field & specialField))
    return head &<< UInt128(storedBits) | stored
  }
}
