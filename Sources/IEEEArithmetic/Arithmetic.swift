extension BinaryFormat {
  /// x + y.
  public func add(_ x: UInt128, _ y: UInt128, _ environment: Environment) -> Outcome {
    sum(Unpacked(x, self), Unpacked(y, self), environment)
  }

  /// x - y. The sign of a NaN is left alone.
  public func subtract(_ x: UInt128, _ y: UInt128, _ environment: Environment) -> Outcome {
    var y = Unpacked(y, self)
    if !y.isNaN { y.isNegative.toggle() }
    return sum(Unpacked(x, self), y, environment)
  }

  @inline(__always)
  private func sum(_ x: Unpacked, _ y: Unpacked, _ environment: Environment) -> Outcome {
    guard x.kind == .finite && y.kind == .finite else { return specialSum(x, y, environment) }
    let flags: ExceptionFlags = x.isSubnormal || y.isSubnormal ? .subnormalOperand : []
    let (large, small) = x.exponent >= y.exponent ? (x, y) : (y, x)
    let aligned = small.significand.shiftedRightSticky(by: large.exponent - small.exponent)
    if large.isNegative == small.isNegative {
      return round(
        isNegative: large.isNegative, exponent: large.exponent,
        significand: large.significand &+ aligned, environment, flags: flags)
    }
    let isSwapped = aligned > large.significand
    let difference = isSwapped ? aligned &- large.significand : large.significand &- aligned
    if difference == 0 {
      return Outcome(zero(isNegative: environment.rounding == .down), flags)
    }
    return round(
      isNegative: large.isNegative != isSwapped, exponent: large.exponent,
      significand: difference, environment, flags: flags)
  }

  @inline(never)
  private func specialSum(
    _ x: Unpacked, _ y: Unpacked, _ environment: Environment
  ) -> Outcome {
    if x.isNaN || y.isNaN { return propagate(x, y, environment) }
    let flags: ExceptionFlags = x.isSubnormal || y.isSubnormal ? .subnormalOperand : []
    if x.kind == .infinity || y.kind == .infinity {
      if x.kind == y.kind && x.isNegative != y.isNegative { return invalid(environment) }
      let isNegative = x.kind == .infinity ? x.isNegative : y.isNegative
      return Outcome(infinity(isNegative: isNegative), flags)
    }
    if x.kind == .zero && y.kind == .zero {
      let isNegative =
        x.isNegative == y.isNegative ? x.isNegative : environment.rounding == .down
      return Outcome(zero(isNegative: isNegative))
    }
    return round(x.kind == .zero ? y : x, environment, flags: flags)
  }

  /// A finite number of any format in this one.
  func round(
    _ x: Unpacked, _ environment: Environment, flags: ExceptionFlags
  ) -> Outcome {
    round(
      isNegative: x.isNegative, exponent: x.exponent, significand: x.significand, environment,
      flags: flags)
  }

  /// x × y.
  public func multiply(_ x: UInt128, _ y: UInt128, _ environment: Environment) -> Outcome {
    product(Unpacked(x, self), Unpacked(y, self), environment)
  }

  /// The product in this format of numbers of another one, at most as wide as this.
  public func multiply(
    _ x: UInt128, _ y: UInt128, from source: BinaryFormat, _ environment: Environment
  ) -> Outcome {
    product(Unpacked(x, source), Unpacked(y, source), environment)
  }

  private func product(_ x: Unpacked, _ y: Unpacked, _ environment: Environment) -> Outcome {
    if x.isNaN || y.isNaN { return propagate(x, y, environment) }
    let isNegative = x.isNegative != y.isNegative
    let flags: ExceptionFlags = x.isSubnormal || y.isSubnormal ? .subnormalOperand : []
    if x.kind == .infinity || y.kind == .infinity {
      if x.kind == .zero || y.kind == .zero { return invalid(environment) }
      return Outcome(infinity(isNegative: isNegative), flags)
    }
    if x.kind == .zero || y.kind == .zero {
      return Outcome(zero(isNegative: isNegative), flags)
    }
    // Leading ones in bit 126 make a product of 253 or 254 bits; its upper half, 2 places short.
    let (high, low) = x.significand.multipliedFullWidth(by: y.significand)
    return round(
      isNegative: isNegative, exponent: x.exponent + y.exponent + 2,
      significand: low == 0 ? high : high | 1, environment, flags: flags)
  }

  /// x ÷ y.
  public func divide(_ x: UInt128, _ y: UInt128, _ environment: Environment) -> Outcome {
    let x = Unpacked(x, self)
    let y = Unpacked(y, self)
    if x.isNaN || y.isNaN { return propagate(x, y, environment) }
    let isNegative = x.isNegative != y.isNegative
    let flags: ExceptionFlags = x.isSubnormal || y.isSubnormal ? .subnormalOperand : []
    switch (x.kind, y.kind) {
    case (.infinity, .infinity), (.zero, .zero): return invalid(environment)
    case (.infinity, _): return Outcome(infinity(isNegative: isNegative), flags)
    case (_, .infinity), (.zero, _): return Outcome(zero(isNegative: isNegative), flags)
    case (_, .zero): return Outcome(infinity(isNegative: isNegative), .divisionByZero)
    default: break
    }
    let quotient =
      precision <= 64
      ? Self.shortQuotient(x.significand, y.significand)
      : Self.longQuotient(x.significand, y.significand)
    return round(
      isNegative: isNegative, exponent: x.exponent - y.exponent - 1, significand: quotient,
      environment, flags: flags)
  }

  /// 2^127 × x ÷ y, the last bit sticky; of both at most the bits 126 to 63 are ones.
  static func shortQuotient(_ x: UInt128, _ y: UInt128) -> UInt128 {
    let dividend = UInt64(truncatingIfNeeded: x &>> 63)
    let divisor = UInt64(truncatingIfNeeded: y &>> 63)
    let first = divisor.dividingFullWidth((dividend >> 1, dividend << 63))
    let second = divisor.dividingFullWidth((first.remainder, 0))
    let quotient = UInt128(first.quotient) << 64 | UInt128(second.quotient)
    return second.remainder == 0 ? quotient : quotient | 1
  }

  /// The same of any two significands, bit by bit.
  static func longQuotient(_ x: UInt128, _ y: UInt128) -> UInt128 {
    var remainder = x
    var quotient: UInt128 = 0
    for _ in 0..<128 {
      quotient = quotient &<< 1
      if remainder >= y {
        remainder &-= y
        quotient |= 1
      }
      remainder = remainder &<< 1
    }
    return remainder == 0 ? quotient : quotient | 1
  }

  /// The square root; of -0 it is -0.
  public func squareRoot(_ x: UInt128, _ environment: Environment) -> Outcome {
    let x = Unpacked(x, self)
    if x.isNaN { return propagate(x, environment) }
    if x.kind == .zero { return Outcome(zero(isNegative: x.isNegative)) }
    if x.isNegative { return invalid(environment) }
    if x.kind == .infinity { return Outcome(infinity(isNegative: false)) }
    // The radicand is radicand × 2^-126 × 2^exponent, between 1 and 4 times an even power of 2.
    let isOdd = x.exponent & 1 != 0
    var radicand = isOdd ? x.significand &<< 1 : x.significand
    let exponent = (isOdd ? x.exponent - 1 : x.exponent) / 2
    var root: UInt128 = 0
    var remainder: UInt128 = 0
    let digits = precision + 2
    for _ in 0..<digits {
      remainder = remainder &<< 2 | radicand &>> 126
      radicand = radicand &<< 2
      let trial = root &<< 2 | 1
      root = root &<< 1
      if remainder >= trial {
        remainder &-= trial
        root |= 1
      }
    }
    root = root &<< UInt128(Unpacked.leading - (digits - 1))
    if remainder != 0 || radicand != 0 { root |= 1 }
    return round(
      isNegative: false, exponent: exponent, significand: root, environment,
      flags: x.isSubnormal ? .subnormalOperand : [])
  }
}
