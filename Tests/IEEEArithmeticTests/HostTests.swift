import Testing

@testable import IEEEArithmetic

/// The host's own arithmetic, which rounds to nearest, against ours on random and awkward operands.
@Suite struct HostTests {
  /// Patterns near the corners of a format, and others.
  static func patterns(_ format: BinaryFormat, count: Int, seed: UInt64) -> [UInt128] {
    var generator = Generator(state: seed)
    let exponents = [
      0, 1, 2, format.bias - 1, format.bias, format.bias + 1, format.specialField - 1,
    ]
    return (0..<count).map { _ in
      var stored = UInt128(generator.next()) << 64 | UInt128(generator.next())
      stored &= UInt128(1) << UInt128(format.storedBits) - 1
      switch generator.next() % 6 {
      case 0: stored = 0
      case 1: stored = UInt128(1) << UInt128(format.storedBits) - 1
      case 2: stored &= ~(UInt128(1) << UInt128(format.storedBits / 2) - 1)
      case 3: stored = 1
      default: break
      }
      var field = Int(generator.next() % UInt64(format.specialField + 1))
      switch generator.next() % 4 {
      case 0: field = exponents[Int(generator.next() % UInt64(exponents.count))]
      case 1: field = format.bias + Int(generator.next() % 64) - 32
      default: break
      }
      field = min(max(field, 0), format.specialField)
      if format.hasExplicitInteger {
        let integer = UInt128(1) << UInt128(format.precision - 1)
        stored = field == 0 ? stored & ~integer : stored | integer
      }
      return format.assemble(
        isNegative: generator.next() & 1 == 1, field: field, stored: stored)
    }
  }

  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return z ^ z >> 31
    }
  }

  private func same(_ outcome: Outcome, _ host: Double, _ what: String) {
    let ours = Double(bitPattern: UInt64(outcome.bits))
    if host.isNaN ? !ours.isNaN : ours.bitPattern != host.bitPattern {
      Issue.record("\(what): \(ours), not \(host)")
    }
  }

  private func same(_ outcome: Outcome, _ host: Float, _ what: String) {
    let ours = Float(bitPattern: UInt32(outcome.bits))
    if host.isNaN ? !ours.isNaN : ours.bitPattern != host.bitPattern {
      Issue.record("\(what): \(ours), not \(host)")
    }
  }

  /// A zero remainder has the dividend's sign (IEEE 754, 5.1); not every C library knows.
  private func zeroSigned(_ remainder: Double, _ dividend: Double) -> Double {
    remainder == 0 ? Double(signOf: dividend, magnitudeOf: 0) : remainder
  }

  @Test func double() {
    let format = BinaryFormat.binary64
    let environment = Environment()
    let xs = Self.patterns(format, count: 8_000, seed: 1)
    let ys = Self.patterns(format, count: 8_000, seed: 2)
    for (x, y) in zip(xs, ys) {
      let (a, b) = (Double(bitPattern: UInt64(x)), Double(bitPattern: UInt64(y)))
      same(format.add(x, y, environment), a + b, "\(a) + \(b)")
      same(format.subtract(x, y, environment), a - b, "\(a) - \(b)")
      same(format.multiply(x, y, environment), a * b, "\(a) × \(b)")
      same(format.divide(x, y, environment), a / b, "\(a) ÷ \(b)")
      same(format.squareRoot(x, environment), a.squareRoot(), "root of \(a)")
      same(
        format.remainder(x, y, isNearest: true, isPartial: false, environment).outcome,
        zeroSigned(a.remainder(dividingBy: b), a), "\(a) rem \(b)")
      same(
        format.remainder(x, y, isNearest: false, isPartial: false, environment).outcome,
        a.truncatingRemainder(dividingBy: b), "\(a) mod \(b)")
      let relation: Relation = a == b ? .equal : a < b ? .less : a > b ? .greater : .unordered
      #expect(format.compare(x, y, isSignalling: false).relation == relation)
      same(BinaryFormat.binary32.convert(x, from: format, environment), Float(a), "single \(a)")
    }
  }

  @Test func float() {
    let format = BinaryFormat.binary32
    let environment = Environment()
    let xs = Self.patterns(format, count: 8_000, seed: 3)
    let ys = Self.patterns(format, count: 8_000, seed: 4)
    for (x, y) in zip(xs, ys) {
      let (a, b) = (Float(bitPattern: UInt32(x)), Float(bitPattern: UInt32(y)))
      same(format.add(x, y, environment), a + b, "\(a) + \(b)")
      same(format.subtract(x, y, environment), a - b, "\(a) - \(b)")
      same(format.multiply(x, y, environment), a * b, "\(a) × \(b)")
      same(format.divide(x, y, environment), a / b, "\(a) ÷ \(b)")
      same(format.squareRoot(x, environment), a.squareRoot(), "root of \(a)")
      same(BinaryFormat.binary64.convert(x, from: format, environment), Double(a), "double \(a)")
      same(
        BinaryFormat.binary64.multiply(x, y, from: format, environment), Double(a) * Double(b),
        "\(a) × \(b) as double")
    }
  }

  @Test func integers() {
    let modes: [(RoundingMode, FloatingPointRoundingRule)] = [
      (.nearest, .toNearestOrEven), (.towardZero, .towardZero), (.up, .up), (.down, .down),
    ]
    let format = BinaryFormat.binary64
    for x in Self.patterns(format, count: 8_000, seed: 5) {
      let a = Double(bitPattern: UInt64(x))
      for (mode, rule) in modes {
        let integral = a.rounded(rule)
        let ours = format.roundToIntegral(x, Environment(rounding: mode))
        same(ours, integral, "\(a) rounded \(mode)")
        #expect(ours.flags.contains(.inexact) == (a.isFinite && integral != a))
        for width in [16, 32, 64] {
          let signed = format.toInteger(x, width: width, isSigned: true, mode)
          let exact = Int64(exactly: integral).flatMap {
            (-1 << (width - 1)...Int64.max >> (64 - width)).contains($0) ? $0 : nil
          }
          #expect(signed.flags.contains(.invalid) == (exact == nil))
          if let exact {
            #expect(
              UInt64(signed.bits) == UInt64(bitPattern: exact) & UInt64.max >> UInt64(64 - width))
          }
        }
        let unsigned = format.toInteger(x, width: 64, isSigned: false, mode)
        let exact = UInt64(exactly: integral)
        #expect(unsigned.flags.contains(.invalid) == (exact == nil))
        if let exact { #expect(UInt64(unsigned.bits) == exact) }
      }
      let bits = UInt64(x)
      let environment = Environment()
      for shift in [0, 13, 40] {
        let word = bits >> UInt64(shift)
        same(
          format.fromInteger(UInt128(word), width: 64, isSigned: true, environment),
          Double(Int64(bitPattern: word)), "from \(word)")
        same(
          format.fromInteger(UInt128(word), width: 64, isSigned: false, environment),
          Double(word), "from unsigned \(word)")
        same(
          BinaryFormat.binary32.fromInteger(
            UInt128(UInt32(truncatingIfNeeded: word)), width: 32, isSigned: true, environment),
          Float(Int32(truncatingIfNeeded: word)), "single from \(word)")
      }
    }
  }

  /// Products of singles are exact in double, so their neighbours show how they are to be rounded.
  @Test func directedProducts() {
    let format = BinaryFormat.binary32
    let xs = Self.patterns(format, count: 8_000, seed: 6)
    let ys = Self.patterns(format, count: 8_000, seed: 7)
    for (x, y) in zip(xs, ys) {
      let (a, b) = (Float(bitPattern: UInt32(x)), Float(bitPattern: UInt32(y)))
      guard a.isFinite, b.isFinite else { continue }
      let exact = Double(a) * Double(b)
      func ours(_ mode: RoundingMode) -> Double {
        Double(
          Float(
            bitPattern: UInt32(format.multiply(x, y, Environment(rounding: mode)).bits)))
      }
      let (up, down) = (ours(.up), ours(.down))
      #expect(down <= exact && exact <= up)
      #expect(ours(.towardZero) == (exact < 0 ? up : down))
      if down != exact && down.isFinite && up.isFinite {
        #expect(Double(Float(down).nextUp) == up)
      } else if down == exact {
        #expect(up == exact)
      }
    }
  }

  /// Significands with at least twice the places and two make rounding twice to nearest harmless,
  /// and twice in one direction always is, so the long format can be judged by double.
  @Test func longFormats() {
    let short = BinaryFormat.binary64
    let long = BinaryFormat.binary128
    let xs = Self.patterns(short, count: 5_000, seed: 8)
    let ys = Self.patterns(short, count: 5_000, seed: 9)
    for (x, y) in zip(xs, ys) {
      for mode in RoundingMode.allCases {
        let environment = Environment(rounding: mode)
        let a = long.convert(x, from: short, environment).bits
        let b = long.convert(y, from: short, environment).bits
        func back(_ outcome: Outcome) -> Outcome {
          short.convert(outcome.bits, from: long, environment)
        }
        let pairs = [
          (short.add(x, y, environment), back(long.add(a, b, environment))),
          (short.multiply(x, y, environment), back(long.multiply(a, b, environment))),
          (short.divide(x, y, environment), back(long.divide(a, b, environment))),
          (short.squareRoot(x, environment), back(long.squareRoot(a, environment))),
        ]
        for (index, (direct, detour)) in pairs.enumerated() {
          // Subnormal quotients have fewer places to be right in twice.
          if index == 2, direct.flags.contains(.tiny) { continue }
          #expect(direct.bits == detour.bits, "\(index) \(mode) \(x) \(y)")
        }
      }
    }
  }

  /// Precision control makes the extended format round where double does.
  @Test func precisionControl() {
    let short = BinaryFormat.binary64
    let long = BinaryFormat.extended80
    let xs = Self.patterns(short, count: 5_000, seed: 10)
    let ys = Self.patterns(short, count: 5_000, seed: 11)
    for (x, y) in zip(xs, ys) {
      for mode in RoundingMode.allCases {
        var environment = Environment(rounding: mode)
        let a = long.convert(x, from: short, environment).bits
        let b = long.convert(y, from: short, environment).bits
        environment.extendedPrecision = 53
        let pairs = [
          (short.add(x, y, environment), long.add(a, b, environment)),
          (short.multiply(x, y, environment), long.multiply(a, b, environment)),
          (short.divide(x, y, environment), long.divide(a, b, environment)),
          (short.squareRoot(x, environment), long.squareRoot(a, environment)),
        ]
        for (direct, detour) in pairs
        where direct.flags.isDisjoint(with: [.tiny, .overflow, .invalid]) {
          let back = short.convert(detour.bits, from: long, environment)
          #expect(direct.bits == back.bits)
          #expect(!back.flags.contains(.inexact))
          let mask: ExceptionFlags = [.inexact, .roundedAway]
          #expect(direct.flags.intersection(mask) == detour.flags.intersection(mask))
        }
      }
    }
  }
}
