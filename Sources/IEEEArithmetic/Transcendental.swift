/// Functions whose results no format holds exactly, of the 8087's extended format.
///
/// Results are computed to more than 110 places and rounded to 64 in the direction that is asked for, whatever the precision
/// control: the error is below one unit of the last place. They are inexact except where said.
public enum Transcendental: UInt8, CaseIterable, Sendable {
  /// 2^x - 1 for -1 ≤ x ≤ 1; exact at both ends and at 0. What lies outside is left as it is.
  case exponentialMinusOne
  /// y × log₂ x; exact for powers of 2 where y × log₂ x is.
  case logarithm
  /// y × log₂ (x + 1), for x > -1.
  case logarithmOfSuccessor
  /// Of angles below 2^63. Angles are reduced by a π of 66 bits, as the 80387 and its successors do.
  case tangent, sine, cosine
  /// The angle of the point (x, y), between -π and π.
  case arctangent
}

extension BinaryFormat {
  /// A function of one operand, or of `y` and `x` in this order.
  func transcendental(
    _ function: Transcendental, _ first: UInt128, _ second: UInt128, _ environment: Environment
  ) -> Outcome {
    var environment = environment
    environment.extendedPrecision = precision
    let x = Unpacked(first, self)
    switch function {
    case .exponentialMinusOne, .tangent, .sine, .cosine:
      if x.isNaN { return propagate(x, environment) }
      return function == .exponentialMinusOne
        ? exponentialMinusOne(x, environment) : trigonometric(function, x, environment)
    case .logarithm, .logarithmOfSuccessor, .arctangent:
      let y = x
      let x = Unpacked(second, self)
      if x.isNaN || y.isNaN { return propagate(y, x, environment) }
      switch function {
      case .logarithm: return logarithm(y, x, environment)
      case .logarithmOfSuccessor: return logarithmOfSuccessor(y, x, environment)
      default: return arctangent(y, x, environment)
      }
    }
  }

  private func rounded(
    _ value: Wide, isExact: Bool = false, _ environment: Environment, _ flags: ExceptionFlags
  ) -> Outcome {
    round(
      isNegative: value.isNegative, exponent: value.exponent,
      significand: value.significand.shiftedRightSticky(by: 1) | (isExact ? 0 : 1), environment,
      flags: flags)
  }

  private func exponentialMinusOne(_ x: Unpacked, _ environment: Environment) -> Outcome {
    let flags: ExceptionFlags = x.isSubnormal ? .subnormalOperand : []
    let isNegative = x.isNegative
    guard x.kind == .finite else {
      if x.kind == .zero { return Outcome(zero(isNegative: isNegative)) }
      return isNegative
        ? rounded(-.one, isExact: true, environment, []) : Outcome(infinity(isNegative: false))
    }
    let value = Wide(x)
    guard x.exponent < 0 else {
      guard x.exponent == 0, value.significand == UInt128(1) &<< 127 else {
        return round(x, environment, flags: flags)
      }
      return rounded(
        isNegative ? Wide(isNegative: true, exponent: -1, value.significand) : .one, isExact: true,
        environment, flags)
    }
    return rounded((value * .ln2).exponentialMinusOne, environment, flags)
  }

  // MARK: Logarithms

  private func logarithm(
    _ y: Unpacked, _ x: Unpacked, _ environment: Environment
  ) -> Outcome {
    let flags: ExceptionFlags = x.isSubnormal || y.isSubnormal ? .subnormalOperand : []
    if x.kind == .zero {
      switch y.kind {
      case .zero: return invalid(environment)
      case .infinity: return Outcome(infinity(isNegative: !y.isNegative))
      default: return Outcome(infinity(isNegative: !y.isNegative), .divisionByZero)
      }
    }
    if x.isNegative { return invalid(environment) }
    if x.kind == .infinity {
      return y.kind == .zero
        ? invalid(environment) : Outcome(infinity(isNegative: y.isNegative), flags)
    }
    return product(y, Wide(x).log2, isExact: x.significand.isPowerOfTwo, environment, flags)
  }

  private func logarithmOfSuccessor(
    _ y: Unpacked, _ x: Unpacked, _ environment: Environment
  ) -> Outcome {
    let flags: ExceptionFlags = x.isSubnormal || y.isSubnormal ? .subnormalOperand : []
    switch x.kind {
    case .zero:
      if y.kind == .infinity { return invalid(environment) }
      return Outcome(zero(isNegative: x.isNegative != y.isNegative), flags)
    case .infinity:
      if x.isNegative || y.kind == .zero { return invalid(environment) }
      return Outcome(infinity(isNegative: y.isNegative), flags)
    default:
      if x.isNegative && x.exponent >= 0 { return invalid(environment) }
      return product(y, Wide(x).log2OfSuccessor, isExact: false, environment, flags)
    }
  }

  /// y × a logarithm, which is zero only if it is exact.
  private func product(
    _ y: Unpacked, _ logarithm: Wide, isExact: Bool, _ environment: Environment,
    _ flags: ExceptionFlags
  ) -> Outcome {
    let isNegative = y.isNegative != logarithm.isNegative
    switch y.kind {
    case .infinity:
      if logarithm.isZero { return invalid(environment) }
      return Outcome(infinity(isNegative: isNegative), flags)
    case .zero: return Outcome(zero(isNegative: isNegative), flags)
    default:
      if logarithm.isZero { return Outcome(zero(isNegative: y.isNegative), flags) }
      return rounded(Wide(y) * logarithm, isExact: isExact, environment, flags)
    }
  }

  // MARK: Angles

  /// π ÷ 2 in units of 2^-65, and so π in 66 bits.
  private static let quarterTurn: UInt128 = 0x3_243F_6A88_85A3_08D3

  private func trigonometric(
    _ function: Transcendental, _ x: Unpacked, _ environment: Environment
  ) -> Outcome {
    let flags: ExceptionFlags = x.isSubnormal ? .subnormalOperand : []
    switch x.kind {
    case .zero:
      return function == .cosine
        ? rounded(.one, isExact: true, environment, [])
        : Outcome(zero(isNegative: x.isNegative))
    case .finite: break
    default: return invalid(environment)
    }
    // The 8087 leaves larger angles to the program.
    if x.exponent >= 63 { return round(x, environment, flags: flags) }
    var (angle, turns) = BinaryFormat.reduced(x)
    if x.isNegative {
      angle = -angle
      turns = -turns
    }
    // The function after so many quarter turns.
    switch function {
    case .tangent:
      let value = turns & 1 == 0 ? angle.tangent : -(angle.cosine / angle.sine)
      return rounded(value, environment, flags)
    default:
      let quarter = (function == .cosine ? turns + 1 : turns) & 3
      let value = quarter & 1 == 0 ? angle.sine : angle.cosine
      return rounded(quarter & 2 == 0 ? value : -value, environment, flags)
    }
  }

  /// The magnitude of an angle below 2^63, less so many quarter turns; exactly, and within an eighth of a turn.
  private static func reduced(_ x: Unpacked) -> (angle: Wide, turns: Int) {
    let places = x.exponent + 2
    guard places > 0 else { return (Wide(x).magnitude, 0) }
    var rest: UInt128 = 0
    var turns = 0
    // 64 bits of the significand, then zeros.
    let significand = x.significand &>> 63
    for bit in 0..<(64 + places) {
      rest = rest &<< 1 | (bit < 64 ? (significand &>> UInt128(63 - bit)) & 1 : 0)
      turns = turns &<< 1
      if rest >= quarterTurn {
        rest &-= quarterTurn
        turns |= 1
      }
      turns &= 3
    }
    if rest &<< 1 > quarterTurn {
      return (Wide(isNegative: true, exponent: 127 - 65, quarterTurn &- rest), turns + 1)
    }
    return (Wide(exponent: 127 - 65, rest), turns)
  }

  private func arctangent(
    _ y: Unpacked, _ x: Unpacked, _ environment: Environment
  ) -> Outcome {
    let flags: ExceptionFlags = x.isSubnormal || y.isSubnormal ? .subnormalOperand : []
    if y.kind == .zero || x.kind == .infinity && y.kind != .infinity {
      if !x.isNegative { return Outcome(zero(isNegative: y.isNegative), flags) }
    }
    var angle: Wide
    switch (y.kind, x.kind) {
    case (.zero, _): angle = .zero
    case (.infinity, .infinity):
      angle = .halfPi
      angle.exponent -= 1
    case (.infinity, _), (_, .zero): angle = .halfPi
    case (_, .infinity): angle = .zero
    default:
      let (height, width) = (Wide(y).magnitude, Wide(x).magnitude)
      let isFlat = (height.exponent, height.significand) <= (width.exponent, width.significand)
      angle = isFlat ? (height / width).arctangent : .halfPi - (width / height).arctangent
    }
    if x.isNegative && x.kind != .zero || y.kind == .zero { angle = .pi - angle }
    return rounded(y.isNegative ? -angle : angle, environment, flags)
  }
}

extension UInt128 {
  fileprivate var isPowerOfTwo: Bool { self != 0 && self & (self &- 1) == 0 }
}
