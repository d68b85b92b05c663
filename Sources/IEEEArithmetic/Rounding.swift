extension BinaryFormat {
  /// Rounds `significand × 2^(exponent - 126)` to this format.
  ///
  /// The significand is not zero and has its leading one anywhere; its last bit may stand for
  /// anything that is not zero below it, if the leading one is in bit 116 or higher.
  @inline(__always)
  func round(
    isNegative: Bool, exponent: Int, significand: UInt128, _ environment: Environment,
    flags: ExceptionFlags = []
  ) -> Outcome {
    var flags = flags
    var exponent = exponent
    var significand = significand
    let zeros = significand.leadingZeroBitCount
    if zeros == 0 {
      significand = significand.shiftedRightSticky(by: 1)
      exponent += 1
    } else {
      significand = significand &<< UInt128(zeros - 1)
      exponent -= zeros - 1
    }

    let dropped = Unpacked.leading + 1 - environment.precision(of: self)
    let unit = UInt128(1) &<< UInt128(dropped)
    let half = unit &>> 1
    /// What is added before the dropped bits are cut off.
    @inline(__always)
    func increment(_ significand: UInt128) -> UInt128 {
      switch environment.rounding {
      case .nearest:
        // A tie goes up only if the last place kept is odd.
        significand & unit == 0 ? half &- 1 : half
      case .towardZero: 0
      case .up: isNegative ? 0 : unit &- 1
      case .down: isNegative ? unit &- 1 : 0
      }
    }

    if exponent < smallestExponent {
      let isTiny: Bool =
        switch environment.tininess {
        case .beforeRounding: true
        case .afterRounding:
          exponent < smallestExponent - 1
            || (significand &+ increment(significand)) &>> UInt128(Unpacked.leading + 1) == 0
        }
      if isTiny { flags.insert(.tiny) }
      if isTiny && environment.trapsUnderflow {
        flags.insert(.underflow)
        exponent += trapAdjustment
      } else {
        significand = significand.shiftedRightSticky(by: smallestExponent - exponent)
        exponent = smallestExponent
      }
    }

    let exact = significand
    significand = (significand &+ increment(significand)) & ~(unit &- 1)
    if significand != exact {
      flags.insert(.inexact)
      if significand > exact { flags.insert(.roundedAway) }
      if flags.contains(.tiny) { flags.insert(.underflow) }
    }
    if significand &>> UInt128(Unpacked.leading + 1) != 0 {
      significand = significand &>> 1
      exponent += 1
    }
    if exponent > largestExponent {
      flags.insert(.overflow)
      guard environment.trapsOverflow else {
        return overflow(isNegative: isNegative, unit: unit, environment, flags)
      }
      exponent -= trapAdjustment
    }
    return Outcome(
      pack(isNegative: isNegative, exponent: exponent, significand: significand), flags)
  }

  /// An infinity or the largest finite number, as the direction of rounding wants it.
  private func overflow(
    isNegative: Bool, unit: UInt128, _ environment: Environment, _ flags: ExceptionFlags
  ) -> Outcome {
    let isInfinite: Bool =
      switch environment.rounding {
      case .nearest: true
      case .towardZero: false
      case .up: !isNegative
      case .down: isNegative
      }
    if isInfinite {
      return Outcome(infinity(isNegative: isNegative), flags.union([.inexact, .roundedAway]))
    }
    let ones = UInt128(1) &<< UInt128(Unpacked.leading + 1) &- 1
    let bits = pack(
      isNegative: isNegative, exponent: largestExponent, significand: ones & ~(unit &- 1))
    return Outcome(bits, flags.subtracting(.roundedAway).union(.inexact))
  }

  /// A number whose significand has its leading one in bit 126, or below for a subnormal one.
  @inline(__always)
  func pack(isNegative: Bool, exponent: Int, significand: UInt128) -> UInt128 {
    let isNormal = significand &>> UInt128(Unpacked.leading) != 0
    let shifted = significand &>> UInt128(Unpacked.leading - (precision - 1))
    let stored = shifted & (UInt128(1) &<< UInt128(storedBits) &- 1)
    return assemble(
      isNegative: isNegative, field: isNormal ? exponent + bias : 0, stored: stored)
  }

  func zero(isNegative: Bool) -> UInt128 {
    assemble(isNegative: isNegative, field: 0, stored: 0)
  }

  func infinity(isNegative: Bool) -> UInt128 {
    assemble(
      isNegative: isNegative, field: specialField,
      stored: hasExplicitInteger ? UInt128(1) << UInt128(precision - 1) : 0)
  }

  // MARK: NaNs

  func nan(_ nan: DefaultNaN) -> UInt128 {
    let isNegative = nan == .negativeQuiet || nan == .negativeOnes
    let isOnes = nan == .ones || nan == .negativeOnes
    let quiet = UInt128(1) << UInt128(precision - 2)
    let integer = hasExplicitInteger ? UInt128(1) << UInt128(precision - 1) : 0
    return assemble(
      isNegative: isNegative, field: specialField,
      stored: integer | (isOnes ? quiet | (quiet - 1) : quiet))
  }

  /// The default NaN, and that the operation was invalid.
  func invalid(_ environment: Environment) -> Outcome {
    Outcome(nan(environment.defaultNaN), .invalid)
  }

  /// The operand, made quiet; places that this format has not are cut off.
  private func quiet(_ operand: Unpacked) -> UInt128 {
    let significand = operand.significand | UInt128(3) << UInt128(Unpacked.leading - 1)
    let shifted = significand >> UInt128(Unpacked.leading - (precision - 1))
    return assemble(
      isNegative: operand.isNegative, field: specialField,
      stored: shifted & (UInt128(1) << UInt128(storedBits) - 1))
  }

  /// The result of an operation on a NaN.
  @inline(never)
  func propagate(_ x: Unpacked, _ environment: Environment) -> Outcome {
    if x.kind == .unsupported { return invalid(environment) }
    let flags: ExceptionFlags = x.kind == .signallingNaN ? .invalid : []
    if environment.nanRule == .standard { return Outcome(nan(environment.defaultNaN), flags) }
    return Outcome(quiet(x), flags)
  }

  /// The result of an operation on two operands, one a NaN at least.
  @inline(never)
  func propagate(_ x: Unpacked, _ y: Unpacked, _ environment: Environment) -> Outcome {
    if x.kind == .unsupported || y.kind == .unsupported { return invalid(environment) }
    let flags: ExceptionFlags =
      x.kind == .signallingNaN || y.kind == .signallingNaN ? .invalid : []
    if environment.nanRule == .standard { return Outcome(nan(environment.defaultNaN), flags) }
    guard x.isNaN && y.isNaN else { return Outcome(quiet(x.isNaN ? x : y), flags) }
    let isFirst: Bool =
      switch environment.nanRule {
      case .standard, .first: true
      case .second: false
      case .firstSignalling: x.kind == .signallingNaN || y.kind != .signallingNaN
      case .secondSignalling: x.kind == .signallingNaN && y.kind != .signallingNaN
      case .larger:
        if x.kind != y.kind {
          x.kind == .quietNaN
        } else if x.significand != y.significand {
          x.significand > y.significand
        } else {
          !x.isNegative
        }
      }
    return Outcome(quiet(isFirst ? x : y), flags)
  }
}
