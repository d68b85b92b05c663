/// The operations that descriptions may name.
public enum PrimitiveFunction: UInt8, CaseIterable, Sendable {
  case add, subtract, multiply, divide
  case squareRoot
  /// IEEE 754's remainder; the 8087's with the quotient cut off. Partial in the extended format.
  case remainder, modulo
  case roundToIntegral
  /// x times 2 to the power of y, a signed integer of any width.
  case scale
  case compare, compareSignalling
  /// From one format to another.
  case convert
  case fromInteger, fromUnsigned
  case toInteger, toUnsigned
  /// `Transcendental`, of the extended format.
  case exponentialMinusOne, logarithm, logarithmOfSuccessor
  case tangent, sine, cosine, arctangent

  /// The second operand is of the first one's format.
  public var isBinary: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder, .modulo, .compare, .compareSignalling,
      .logarithm, .logarithmOfSuccessor, .arctangent:
      true
    default: false
    }
  }

  /// Of the extended format only.
  public var transcendental: Transcendental? {
    switch self {
    case .exponentialMinusOne: .exponentialMinusOne
    case .logarithm: .logarithm
    case .logarithmOfSuccessor: .logarithmOfSuccessor
    case .tangent: .tangent
    case .sine: .sine
    case .cosine: .cosine
    case .arctangent: .arctangent
    default: nil
    }
  }
}

/// What a primitive operation delivers.
public enum PrimitiveResult: UInt8, CaseIterable, Sendable {
  case value
  /// `ExceptionFlags`, 8 bits.
  case flags
  /// Of a remainder, 8 bits: the low three bits of the quotient, and bit 3 if it is incomplete.
  case quotient
}

/// A primitive operation in 32 bits: function, formats, what the machine decides, and, in the low
/// bits, what the program decides as it runs.
///
/// As a number it can be an operand like any other, constant but for its low bits, and an engine
/// needs to know nothing of it but that equal operands give equal results.
///
/// | bits | |
/// | --- | --- |
/// | 0…1 | rounding, a code of the machine's |
/// | 2…3 | precision of the extended format: 0 = 24 bits, 2 = 53, else 64 |
/// | 4…5 | underflow, overflow are trapped |
/// | 6…13 | what the rounding codes 0 to 3 mean, two bits each |
/// | 14…19 | tininess, NaN rule, default NaN |
/// | 20…24 | function |
/// | 25…26 | result |
/// | 27…28 | format of the result: 32, 64, 80, 128 bits; of an integer result 16, 32, 64 |
public struct Primitive: Hashable, Sendable {
  public var code: UInt32

  /// Bits that the program decides.
  public static let controlWidth = 6
  public static let codeWidth = 32
  /// Bits of an integer that a primitive delivers or takes, by format number.
  public static let integerWidths = [16, 32, 64]
  /// Bits of a number, by format number.
  public static let formatWidths = [32, 64, 80, 128]

  public init(code: UInt32) { self.code = code }

  /// - Parameters:
  ///   - resultFormat: index into `formatWidths`, or `integerWidths` for `toInteger`.
  ///   - rounding: what the codes 0 to 3 mean.
  public init(
    _ function: PrimitiveFunction, delivering result: PrimitiveResult, resultFormat: Int,
    rounding: [RoundingMode], tininess: Tininess, nanRule: NaNRule, defaultNaN: DefaultNaN
  ) {
    precondition(rounding.count == 4 && (0...3).contains(resultFormat))
    var code: UInt32 = 0
    for (position, mode) in rounding.enumerated() {
      code |= UInt32(mode.rawValue) << UInt32(6 + 2 * position)
    }
    code |= UInt32(tininess.rawValue) << 14
    code |= UInt32(nanRule.rawValue) << 15
    code |= UInt32(defaultNaN.rawValue) << 18
    code |= UInt32(function.rawValue) << 20
    code |= UInt32(result.rawValue) << 25
    code |= UInt32(resultFormat) << 27
    self.code = code
  }

  @inline(__always)
  private func bits(_ low: Int, _ width: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: code >> UInt32(low)) & (1 << UInt8(width) - 1)
  }

  /// Nil for a code that no initializer makes.
  public var function: PrimitiveFunction? { PrimitiveFunction(rawValue: bits(20, 5)) }

  public var result: PrimitiveResult { PrimitiveResult(rawValue: bits(25, 2)) ?? .value }

  @inline(__always)
  var environment: Environment {
    let control = Int(bits(0, 2))
    return Environment(
      rounding: RoundingMode(rawValue: bits(6 + 2 * control, 2)) ?? .nearest,
      tininess: Tininess(rawValue: bits(14, 1)) ?? .beforeRounding,
      nanRule: NaNRule(rawValue: bits(15, 3)) ?? .first,
      defaultNaN: DefaultNaN(rawValue: bits(18, 2)) ?? .quiet,
      extendedPrecision: bits(2, 2) == 0 ? 24 : bits(2, 2) == 2 ? 53 : 64,
      trapsOverflow: bits(5, 1) == 1, trapsUnderflow: bits(4, 1) == 1)
  }

  /// The operation on operands, right-aligned in so many bits.
  ///
  /// What is no operation on such widths gives 0: the checker lets none pass.
  public func evaluate(_ x: UInt128, _ y: UInt128, width: Int, rightWidth: Int) -> UInt128 {
    guard let function else { return 0 }
    let number = Int(bits(27, 2))
    switch function {
    case .fromInteger, .fromUnsigned:
      guard let format = BinaryFormat(width: Primitive.formatWidths[number]), width > 0 else {
        return 0
      }
      return pick(
        format.fromInteger(x, width: width, isSigned: function == .fromInteger, environment))
    default: break
    }
    guard let format = BinaryFormat(width: width) else { return 0 }
    let environment = environment
    switch function {
    case .add: return pick(format.add(x, y, environment))
    case .subtract: return pick(format.subtract(x, y, environment))
    case .multiply:
      guard let target = BinaryFormat(width: Primitive.formatWidths[number]) else { return 0 }
      return pick(target.multiply(x, y, from: format, environment))
    case .divide: return pick(format.divide(x, y, environment))
    case .squareRoot: return pick(format.squareRoot(x, environment))
    case .remainder, .modulo:
      let result = format.remainder(
        x, y, isNearest: function == .remainder, isPartial: format.hasExplicitInteger,
        environment)
      guard self.result == .quotient else { return pick(result.outcome) }
      return UInt128(result.quotient) | (result.isIncomplete ? 8 : 0)
    case .roundToIntegral: return pick(format.roundToIntegral(x, environment))
    case .scale:
      guard rightWidth > 0 else { return 0 }
      let shift = UInt128(128 - rightWidth)
      let power = Int128(truncatingIfNeeded: y &<< shift) &>> Int128(shift)
      return pick(format.scale(x, by: Int(clamping: power), environment))
    case .compare, .compareSignalling:
      let (relation, flags) = format.compare(
        x, y, isSignalling: function == .compareSignalling)
      return pick(Outcome(UInt128(relation.rawValue), flags))
    case .convert:
      guard let target = BinaryFormat(width: Primitive.formatWidths[number]) else { return 0 }
      return pick(target.convert(x, from: format, environment))
    case .toInteger, .toUnsigned:
      guard number < Primitive.integerWidths.count else { return 0 }
      return pick(
        format.toInteger(
          x, width: Primitive.integerWidths[number], isSigned: function == .toInteger,
          environment.rounding))
    case .exponentialMinusOne, .logarithm, .logarithmOfSuccessor, .tangent, .sine, .cosine,
      .arctangent:
      guard format.hasExplicitInteger, let function = function.transcendental else { return 0 }
      return pick(format.transcendental(function, x, y, environment))
    case .fromInteger, .fromUnsigned: return 0
    }
  }

  @inline(__always)
  private func pick(_ outcome: Outcome) -> UInt128 {
    result == .flags ? UInt128(outcome.flags.rawValue) : outcome.bits
  }
}
