/// What a remainder operation delivers besides the remainder.
public struct RemainderOutcome: Hashable, Sendable {
  public var outcome: Outcome
  /// The low three bits of the quotient's magnitude; 0 if the reduction is incomplete.
  public var quotient: UInt8
  /// The exponents differed by 64 or more, and only a part of the reduction was done (8087).
  public var isIncomplete: Bool
}

extension BinaryFormat {
  /// x - n × y.
  ///
  /// - Parameters:
  ///   - isNearest: n is the integer nearest to x ÷ y, the even one of two (IEEE 754); else x ÷ y
  ///     with its fraction cut off.
  ///   - isPartial: where the exponents differ by D ≥ 64, the 8087's partial remainder: D is
  ///     reduced by N = 32 + D mod 32, one of those that the 80387's manual permits.
  public func remainder(
    _ x: UInt128, _ y: UInt128, isNearest: Bool, isPartial: Bool, _ environment: Environment
  ) -> RemainderOutcome {
    func plain(_ outcome: Outcome) -> RemainderOutcome {
      RemainderOutcome(outcome: outcome, quotient: 0, isIncomplete: false)
    }
    // The result is exact in the format: precision control has no say.
    var environment = environment
    environment.extendedPrecision = precision
    let x = Unpacked(x, self)
    let y = Unpacked(y, self)
    if x.isNaN || y.isNaN { return plain(propagate(x, y, environment)) }
    if x.kind == .infinity || y.kind == .zero { return plain(invalid(environment)) }
    let flags: ExceptionFlags = x.isSubnormal || y.isSubnormal ? .subnormalOperand : []
    if x.kind == .zero { return plain(Outcome(zero(isNegative: x.isNegative), flags)) }
    if y.kind == .infinity { return plain(round(x, environment, flags: flags)) }

    let difference = x.exponent - y.exponent
    if isPartial && difference >= 64 {
      let steps = difference & 31 | 32
      let rest = reduce(x.significand, by: y.significand, steps: steps).remainder
      let outcome = finish(
        isNegative: x.isNegative, exponent: x.exponent - steps, rest, environment, flags)
      return RemainderOutcome(outcome: outcome, quotient: 0, isIncomplete: true)
    }
    if difference < -1 || (difference < 0 && !isNearest) {
      return plain(round(x, environment, flags: flags))
    }
    // Below, y counts in the last place of x if x is the smaller one: then n is 0 or 1.
    let exponent = difference >= 0 ? y.exponent : x.exponent
    let divisor = difference < 0 ? y.significand &<< 1 : y.significand
    var (rest, quotient) =
      difference < 0 ? (x.significand, 0) : reduce(x.significand, by: divisor, steps: difference)
    var isNegative = x.isNegative
    let complement = divisor &- rest
    if isNearest && (rest > complement || (rest == complement && quotient & 1 == 1)) {
      rest = complement
      quotient &+= 1
      isNegative.toggle()
    }
    let outcome =
      rest == 0
      ? Outcome(zero(isNegative: x.isNegative), flags)
      : finish(isNegative: isNegative, exponent: exponent, rest, environment, flags)
    return RemainderOutcome(outcome: outcome, quotient: quotient & 7, isIncomplete: false)
  }

  private func finish(
    isNegative: Bool, exponent: Int, _ rest: UInt128, _ environment: Environment,
    _ flags: ExceptionFlags
  ) -> Outcome {
    rest == 0
      ? Outcome(zero(isNegative: isNegative), flags)
      : round(
        isNegative: isNegative, exponent: exponent, significand: rest, environment, flags: flags)
  }

  /// x × 2^steps modulo y, and the low bits of the quotient. Both have their leading ones in bit 126.
  private func reduce(
    _ x: UInt128, by y: UInt128, steps: Int
  ) -> (remainder: UInt128, quotient: UInt8) {
    var rest = x
    var quotient: UInt8 = 0
    for step in 0...steps {
      if step > 0 { rest = rest &<< 1 }
      quotient = quotient &<< 1
      if rest >= y {
        rest &-= y
        quotient |= 1
      }
    }
    return (rest, quotient)
  }
}
