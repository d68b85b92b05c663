import Testing

@testable import IEEEArithmetic

/// Each flag and each rule by a case of its own.
@Suite struct DirectedTests {
  let single = BinaryFormat.binary32
  let extended = BinaryFormat.extended80

  @Test func widths() {
    #expect(BinaryFormat.binary32.width == 32)
    #expect(BinaryFormat.binary64.width == 64)
    #expect(BinaryFormat.binary128.width == 128)
    #expect(BinaryFormat.extended80.width == 80)
    for width in [32, 64, 80, 128] { #expect(BinaryFormat(width: width)?.width == width) }
    #expect(BinaryFormat(width: 16) == nil)
  }

  @Test func invalidOperations() {
    let environment = Environment(defaultNaN: .ones)
    let infinity: UInt128 = 0x7F80_0000
    let nan = Outcome(0x7FFF_FFFF, .invalid)
    #expect(single.subtract(infinity, infinity, environment) == nan)
    #expect(single.multiply(0, infinity, environment) == nan)
    #expect(single.divide(0, 0x8000_0000, environment) == nan)
    #expect(single.divide(infinity, infinity, environment) == nan)
    #expect(single.squareRoot(0xBF80_0000, environment) == nan)
    #expect(single.squareRoot(0x8000_0000, environment) == Outcome(0x8000_0000))
    #expect(single.divide(0x3F80_0000, 0, environment) == Outcome(infinity, .divisionByZero))
  }

  @Test func defaultNaNs() {
    let patterns: [DefaultNaN: (UInt128, UInt128)] = [
      .quiet: (0x7FC0_0000, 0x7FFF_C000_0000_0000_0000),
      .negativeQuiet: (0xFFC0_0000, 0xFFFF_C000_0000_0000_0000),
      .ones: (0x7FFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF_FFFF),
      .negativeOnes: (0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF_FFFF),
    ]
    for (rule, (short, long)) in patterns {
      #expect(single.nan(rule) == short)
      #expect(extended.nan(rule) == long)
    }
  }

  /// A table of SPARC's manual, the 8087's, and the simple ones.
  @Test func propagation() {
    let quiet1: UInt128 = 0x7FC0_0001
    let quiet2: UInt128 = 0xFFC0_0002
    let signal1: UInt128 = 0x7F80_0003
    let signal2: UInt128 = 0xFF80_0004
    let number: UInt128 = 0x3F80_0000
    func result(_ x: UInt128, _ y: UInt128, _ rule: NaNRule) -> UInt128 {
      single.add(x, y, Environment(nanRule: rule)).bits
    }
    let made1: UInt128 = 0x7FC0_0003
    let made2: UInt128 = 0xFFC0_0004
    let pairs = [
      (quiet1, quiet2), (quiet1, signal2), (signal1, quiet2), (signal1, signal2),
      (number, signal2), (signal1, number),
    ]
    let expected: [NaNRule: [UInt128]] = [
      .standard: Array(repeating: 0x7FC0_0000, count: 6),
      .first: [quiet1, quiet1, made1, made1, made2, made1],
      .second: [quiet2, made2, quiet2, made2, made2, made1],
      .firstSignalling: [quiet1, made2, made1, made1, made2, made1],
      .secondSignalling: [quiet2, made2, made1, made2, made2, made1],
      .larger: [quiet2, quiet1, quiet2, made2, made2, made1],
    ]
    for (rule, results) in expected {
      for ((x, y), wanted) in zip(pairs, results) { #expect(result(x, y, rule) == wanted) }
    }
    #expect(single.add(quiet1, quiet2, Environment()).flags == [])
    #expect(single.add(quiet1, signal2, Environment()).flags == .invalid)
    // Of equal significands the positive one.
    #expect(result(0xFFC0_0001, quiet1, .larger) == quiet1)
  }

  @Test func conversionOfNaNs() {
    let double = BinaryFormat.binary64
    let environment = Environment()
    #expect(
      single.convert(0xFFF0_0000_2000_0000, from: double, environment)
        == Outcome(0xFFC0_0001, .invalid))
    #expect(
      double.convert(0x7FC0_0001, from: single, environment)
        == Outcome(0x7FF8_0000_2000_0000))
    #expect(
      single.convert(0x7FF0_0000_0000_0001, from: double, environment)
        == Outcome(0x7FC0_0000, .invalid))
  }

  @Test func trappedRange() {
    let double = BinaryFormat.binary64
    var environment = Environment()
    // 2^-1022 × 2^-1: exact and tiny, no underflow unless it is trapped.
    let smallest: UInt128 = 0x0010_0000_0000_0000
    let half: UInt128 = 0x3FE0_0000_0000_0000
    #expect(double.multiply(smallest, half, environment) == Outcome(smallest >> 1, .tiny))
    environment.trapsUnderflow = true
    // 2^-1023 × 2^1536 = 2^513.
    #expect(
      double.multiply(smallest, half, environment)
        == Outcome(UInt128(513 + 1023) << 52, [.tiny, .underflow]))
    // 2^1023 × 2: the exponent less 1536.
    let large: UInt128 = 0x7FE0_0000_0000_0000
    environment.trapsOverflow = true
    #expect(
      double.add(large, large, environment) == Outcome(UInt128(1024 - 1536 + 1023) << 52, .overflow)
    )
  }

  @Test func tininess() {
    // (2^-126 - 2^-149) × (1 + 2^-23) rounds up to 2^-126 were there no limit.
    let x: UInt128 = 0x007F_FFFF
    let y: UInt128 = 0x3F80_0001
    let before = single.multiply(x, y, Environment(tininess: .beforeRounding))
    let after = single.multiply(x, y, Environment(tininess: .afterRounding))
    #expect(before.bits == after.bits)
    #expect(before.bits == 0x0080_0000)
    #expect(before.flags.contains([.underflow, .inexact, .subnormalOperand]))
    #expect(after.flags.contains(.inexact))
    #expect(!after.flags.contains(.underflow))
  }

  @Test func extendedEncodings() {
    let environment = Environment(nanRule: .larger, defaultNaN: .negativeQuiet)
    let indefinite = Outcome(0xFFFF_C000_0000_0000_0000, .invalid)
    let one: UInt128 = 0x3FFF_8000_0000_0000_0000
    let unnormal: UInt128 = 0x3FFF_4000_0000_0000_0000
    let pseudoInfinity: UInt128 = 0x7FFF_0000_0000_0000_0000
    #expect(extended.add(one, unnormal, environment) == indefinite)
    #expect(extended.multiply(pseudoInfinity, one, environment) == indefinite)
    // A pseudo-denormal has its integer bit and counts as the smallest exponent.
    let pseudoDenormal: UInt128 = 0x0000_8000_0000_0000_0001
    let sum = extended.add(pseudoDenormal, 0, environment)
    #expect(sum == Outcome(0x0001_8000_0000_0000_0001, .subnormalOperand))
  }

  @Test func partialRemainder() {
    let environment = Environment()
    // 2^70 by 3: D = 69, N = 32 + 5; 2^69 × 1.. by 1.5 × 2^1.
    let x: UInt128 = UInt128(0x3FFF + 70) << 64 | 1 << 63
    let three: UInt128 = 0x4000_C000_0000_0000_0000
    var result = extended.remainder(
      x, three, isNearest: false, isPartial: true, environment)
    #expect(result.isIncomplete && result.quotient == 0)
    var steps = 0
    while result.isIncomplete && steps < 4 {
      result = extended.remainder(
        result.outcome.bits, three, isNearest: false, isPartial: true, environment)
      steps += 1
    }
    #expect(!result.isIncomplete)
    // 2^70 mod 3 = 1.
    #expect(result.outcome == Outcome(0x3FFF_8000_0000_0000_0000))
  }

  /// Both algorithms on significands that both can take.
  @Test func quotients() {
    var generator = HostTests.Generator(state: 77)
    for _ in 0..<2_000 {
      let x = UInt128(generator.next() | 1 << 63) << 63
      let y = UInt128(generator.next() | 1 << 63) << 63
      let short = BinaryFormat.shortQuotient(x, y)
      let long = BinaryFormat.longQuotient(x, y)
      #expect(short == long)
    }
  }

  /// The codes that programs carry mean what they were made of.
  @Test func primitives() {
    let order: [RoundingMode] = [.nearest, .down, .up, .towardZero]
    var primitive = Primitive(
      .add, delivering: .value, resultFormat: 1, rounding: order, tininess: .afterRounding,
      nanRule: .larger, defaultNaN: .negativeQuiet)
    let one: UInt128 = 0x3FF0_0000_0000_0000
    let small: UInt128 = 0x3C00_0000_0000_0000
    #expect(primitive.evaluate(one, small, width: 64, rightWidth: 64) == one)
    primitive.code |= 2
    #expect(primitive.evaluate(one, small, width: 64, rightWidth: 64) == one + 1)
    #expect(primitive.environment.rounding == .up)
    #expect(primitive.environment.nanRule == .larger)
    #expect(primitive.environment.defaultNaN == .negativeQuiet)
    #expect(primitive.environment.tininess == .afterRounding)
    #expect(primitive.evaluate(one, small, width: 17, rightWidth: 64) == 0)
    for code: UInt32 in [0, .max, 0xAAAA_AAAA] {
      let strange = Primitive(code: code)
      for width in [0, 1, 32, 80, 128] {
        _ = strange.evaluate(.max, .max, width: width, rightWidth: width)
      }
    }
  }
}
