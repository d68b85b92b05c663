extension BinaryFormat {
  /// A number of another format in this one.
  public func convert(
    _ x: UInt128, from source: BinaryFormat, _ environment: Environment
  ) -> Outcome {
    let x = Unpacked(x, source)
    let flags: ExceptionFlags = x.isSubnormal ? .subnormalOperand : []
    switch x.kind {
    case .zero: return Outcome(zero(isNegative: x.isNegative))
    case .infinity: return Outcome(infinity(isNegative: x.isNegative))
    case .finite: return round(x, environment, flags: flags)
    default: return propagate(x, environment)
    }
  }

  /// x × 2^power; `power` may be any number.
  public func scale(_ x: UInt128, by power: Int, _ environment: Environment) -> Outcome {
    var x = Unpacked(x, self)
    let flags: ExceptionFlags = x.isSubnormal ? .subnormalOperand : []
    switch x.kind {
    case .zero: return Outcome(zero(isNegative: x.isNegative))
    case .infinity: return Outcome(infinity(isNegative: x.isNegative))
    case .finite:
      x.exponent += min(max(power, -1 << 20), 1 << 20)
      return round(x, environment, flags: flags)
    default: return propagate(x, environment)
    }
  }

  /// The nearest integer in the direction of rounding, in this format; inexact if it differs.
  public func roundToIntegral(_ x: UInt128, _ environment: Environment) -> Outcome {
    let operand = Unpacked(x, self)
    if operand.isNaN { return propagate(operand, environment) }
    let flags: ExceptionFlags = operand.isSubnormal ? .subnormalOperand : []
    guard operand.kind == .finite, operand.exponent < precision - 1 else {
      return Outcome(x & (UInt128.max &>> UInt128(128 - width)), flags)
    }
    let (integer, rounded) = BinaryFormat.integer(operand, environment.rounding)
    if integer == 0 { return Outcome(zero(isNegative: operand.isNegative), flags.union(rounded)) }
    var exact = environment
    exact.extendedPrecision = precision
    let outcome = round(
      isNegative: operand.isNegative, exponent: Unpacked.leading, significand: integer, exact)
    return Outcome(outcome.bits, flags.union(rounded))
  }

  /// An integer in this format.
  ///
  /// - Parameters:
  ///   - bits: right-aligned in `width` (1…128) bits.
  ///   - isSigned: in two's complement.
  public func fromInteger(
    _ bits: UInt128, width: Int, isSigned: Bool, _ environment: Environment
  ) -> Outcome {
    let isNegative = isSigned && (bits &>> UInt128(width - 1)) & 1 == 1
    let magnitude = (isNegative ? 0 &- bits : bits) & (UInt128.max &>> UInt128(128 - width))
    if magnitude == 0 { return Outcome(zero(isNegative: false)) }
    return round(
      isNegative: isNegative, exponent: Unpacked.leading, significand: magnitude, environment)
  }

  /// A number of this format as an integer of `width` (1…64) bits.
  ///
  /// What does not fit is invalid and gives the end of the range that is nearer; a NaN gives the
  /// end of its sign's side.
  public func toInteger(
    _ x: UInt128, width: Int, isSigned: Bool, _ rounding: RoundingMode
  ) -> Outcome {
    let x = Unpacked(x, self)
    let ones = UInt128(1) << UInt128(width) - 1
    let largest = isSigned ? ones >> 1 : ones
    let smallest = isSigned ? largest + 1 : 0
    let outside = Outcome(x.isNegative ? smallest : largest, .invalid)
    let flags: ExceptionFlags = x.isSubnormal ? .subnormalOperand : []
    if x.kind == .zero { return Outcome(0) }
    guard x.kind == .finite, x.exponent <= width else { return outside }
    let (integer, rounded) = BinaryFormat.integer(x, rounding)
    // The magnitude of the smallest number is its own bits.
    guard integer <= (x.isNegative ? smallest : largest) else { return outside }
    let value = x.isNegative ? 0 &- integer : integer
    return Outcome(value & ones, flags.union(rounded))
  }

  /// The magnitude of a finite number below 2^126, rounded to an integer.
  private static func integer(
    _ x: Unpacked, _ rounding: RoundingMode
  ) -> (magnitude: UInt128, flags: ExceptionFlags) {
    var places = Unpacked.leading - x.exponent
    var significand = x.significand
    if places > 127 {
      places = 127
      significand = 1
    }
    guard places > 0 else { return (significand, []) }
    let integer = significand >> UInt128(places)
    let rest = significand & (UInt128(1) << UInt128(places) - 1)
    if rest == 0 { return (integer, []) }
    let half = UInt128(1) << UInt128(places - 1)
    let isAway: Bool =
      switch rounding {
      case .nearest: rest > half || (rest == half && integer & 1 == 1)
      case .towardZero: false
      case .up: !x.isNegative
      case .down: x.isNegative
      }
    return isAway ? (integer + 1, [.inexact, .roundedAway]) : (integer, .inexact)
  }
}
