/// The direction in which an inexact result is rounded.
public enum RoundingMode: UInt8, CaseIterable, Sendable {
  /// To the nearest representable value, to the even one of two.
  case nearest
  case towardZero
  /// Toward plus infinity.
  case up
  /// Toward minus infinity.
  case down
}

/// Exceptions that an operation met, and what a trap handler may want to know besides.
public struct ExceptionFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let inexact = ExceptionFlags(rawValue: 1)
  public static let divisionByZero = ExceptionFlags(rawValue: 2)
  /// Tiny and inexact; with the trap enabled, tiny.
  public static let underflow = ExceptionFlags(rawValue: 4)
  public static let overflow = ExceptionFlags(rawValue: 8)
  public static let invalid = ExceptionFlags(rawValue: 16)
  /// The result lies between the smallest normal numbers and is not zero, exact or not.
  public static let tiny = ExceptionFlags(rawValue: 32)
  /// An operand was subnormal, and it mattered: no NaN, nothing invalid, no division by zero.
  public static let subnormalOperand = ExceptionFlags(rawValue: 64)
  /// Rounding made the result larger in magnitude.
  public static let roundedAway = ExceptionFlags(rawValue: 128)
}

/// When a result counts as tiny; IEEE 754 leaves it to the implementation (7.4 in 1985's edition).
public enum Tininess: UInt8, CaseIterable, Sendable {
  /// The exact result does, before it is rounded.
  case beforeRounding
  /// The result does that would be delivered if exponents had no lower limit.
  case afterRounding
}

/// Which NaN an operation delivers whose operands include NaNs. It is delivered quiet.
public enum NaNRule: UInt8, CaseIterable, Sendable {
  /// The default NaN, whatever the operands (RISC-V).
  case standard
  /// The first operand that is a NaN (SSE).
  case first
  case second
  /// The first operand that is a signalling NaN, else the first that is a NaN (ARM).
  case firstSignalling
  /// The second operand if it signals, else the first if it signals, else the second if it is a
  /// NaN, else the first (SPARC).
  case secondSignalling
  /// The one with the larger significand, of equal ones the positive one; of a quiet and a
  /// signalling one the quiet one (8087).
  case larger
}

/// The NaN that an invalid operation delivers.
public enum DefaultNaN: UInt8, CaseIterable, Sendable {
  /// Positive, only the quiet bit of the fraction set.
  case quiet
  /// Negative, only the quiet bit of the fraction set.
  case negativeQuiet
  /// Positive, all bits of the fraction set.
  case ones
  /// Negative, all bits of the fraction set.
  case negativeOnes
}

/// What an operation is told besides its operands.
public struct Environment: Hashable, Sendable {
  public var rounding: RoundingMode
  public var tininess: Tininess
  public var nanRule: NaNRule
  public var defaultNaN: DefaultNaN
  /// Bits to which significands of `extended80` results are rounded: 24, 53 or 64. The range of
  /// exponents stays that of the format.
  public var extendedPrecision: Int
  /// An overflow delivers the rounded result with its exponent reduced by 3 × 2^(n-2), for n bits of
  /// exponent, as a trap handler gets it.
  public var trapsOverflow: Bool
  /// A tiny result, exact or not, counts as underflow and is delivered unbounded, with its
  /// exponent increased by 3 × 2^(n-2).
  public var trapsUnderflow: Bool

  public init(
    rounding: RoundingMode = .nearest, tininess: Tininess = .beforeRounding,
    nanRule: NaNRule = .first, defaultNaN: DefaultNaN = .quiet, extendedPrecision: Int = 64,
    trapsOverflow: Bool = false, trapsUnderflow: Bool = false
  ) {
    self.rounding = rounding
    self.tininess = tininess
    self.nanRule = nanRule
    self.defaultNaN = defaultNaN
    self.extendedPrecision = extendedPrecision
    self.trapsOverflow = trapsOverflow
    self.trapsUnderflow = trapsUnderflow
  }

  /// Bits to which a result's significand is rounded.
  @inline(__always)
  func precision(of format: BinaryFormat) -> Int {
    format.hasExplicitInteger ? min(format.precision, extendedPrecision) : format.precision
  }
}

/// What an operation delivers.
public struct Outcome: Hashable, Sendable {
  /// The result, right-aligned.
  public var bits: UInt128
  public var flags: ExceptionFlags

  @inlinable
  public init(_ bits: UInt128, _ flags: ExceptionFlags = []) {
    self.bits = bits
    self.flags = flags
  }
}
