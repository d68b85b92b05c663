import Testing

@testable import IEEEArithmetic

/// All operands of formats of a few bits, in every direction, judged by `ExactJudge`.
@Suite struct TinyFormatTests {
  static let formats = [
    BinaryFormat(exponentBits: 3, precision: 4),
    BinaryFormat(exponentBits: 4, precision: 3),
    BinaryFormat(exponentBits: 3, precision: 3, hasExplicitInteger: true),
  ]

  static let environments = RoundingMode.allCases.flatMap { rounding in
    Tininess.allCases.map { Environment(rounding: rounding, tininess: $0) }
  }

  /// What a test cannot decide by looking at numbers.
  private func special(
    _ judge: ExactJudge, _ x: Int, _ y: Int
  ) -> (x: (isNegative: Bool, n: Int), y: (isNegative: Bool, n: Int))? {
    guard case (let p, .number(let a)) = judge.meaning(x),
      case (let q, .number(let b)) = judge.meaning(y)
    else { return nil }
    return ((p, a), (q, b))
  }

  private func check(
    _ outcome: Outcome, _ expected: (bits: Int, flags: ExceptionFlags), _ what: String
  ) {
    let flags = outcome.flags.subtracting(.subnormalOperand)
    if outcome.bits != UInt128(expected.bits) || flags != expected.flags {
      Issue.record(
        "\(what): \(outcome.bits) \(flags), not \(expected.bits) \(expected.flags)")
    }
  }

  private func order(_ a: Int, _ b: Int) -> Int { a < b ? -1 : a > b ? 1 : 0 }

  @Test(arguments: formats) func sumsAndProducts(_ format: BinaryFormat) {
    let judge = ExactJudge(format)
    let scale = judge.scale
    for environment in Self.environments {
      let down = environment.rounding == .down
      for x in 0..<(1 << format.width) {
        for y in 0..<(1 << format.width) {
          guard let (a, b) = special(judge, x, y) else { continue }
          let what = "\(format) \(environment) \(x) \(y)"
          let (left, right) = (UInt128(x), UInt128(y))
          for isSum in [true, false] {
            let second = b.isNegative == isSum ? -b.n : b.n
            let sum = (a.isNegative ? -a.n : a.n) + second
            let outcome =
              isSum
              ? format.add(left, right, environment) : format.subtract(left, right, environment)
            if sum == 0 {
              let isNegative =
                a.n == 0 && a.isNegative == (b.isNegative == isSum) ? a.isNegative : down
              check(outcome, (judge.bits(0, isNegative: isNegative), []), "sum \(what)")
            } else {
              let expected = judge.rounded(isNegative: sum < 0, environment) { n, d in
                order(abs(sum) * d, n)
              }
              check(outcome, expected, "\(isSum ? "add" : "subtract") \(what)")
            }
          }
          let isNegative = a.isNegative != b.isNegative
          let product = format.multiply(left, right, environment)
          if a.n * b.n == 0 {
            check(product, (judge.bits(0, isNegative: isNegative), []), "multiply \(what)")
          } else {
            check(
              product,
              judge.rounded(isNegative: isNegative, environment) { n, d in
                order(a.n * b.n * d, n * scale)
              }, "multiply \(what)")
          }
          let quotient = format.divide(left, right, environment)
          if a.n != 0 && b.n != 0 {
            check(
              quotient,
              judge.rounded(isNegative: isNegative, environment) { n, d in
                order(a.n * scale * d, n * b.n)
              }, "divide \(what)")
          } else if a.n != 0 {
            check(
              quotient, (judge.bits(judge.values.last!, isNegative: isNegative), .divisionByZero),
              "divide \(what)")
          } else if b.n != 0 {
            check(quotient, (judge.bits(0, isNegative: isNegative), []), "divide \(what)")
          } else {
            #expect(quotient.flags == .invalid)
          }
        }
      }
    }
  }

  @Test(arguments: formats) func squareRoots(_ format: BinaryFormat) {
    let judge = ExactJudge(format)
    for environment in Self.environments {
      for x in 0..<(1 << format.width) {
        guard case (let isNegative, .number(let n)) = judge.meaning(x) else { continue }
        let outcome = format.squareRoot(UInt128(x), environment)
        if n == 0 {
          check(outcome, (judge.bits(0, isNegative: isNegative), []), "root \(x)")
        } else if isNegative {
          #expect(outcome.flags == .invalid)
        } else {
          // c = m / (d × scale) against the root of n / scale: m² / d² against n × scale.
          check(
            outcome,
            judge.rounded(isNegative: false, environment) { m, d in
              order(n * judge.scale * d * d, m * m)
            }, "root \(environment) \(x)")
        }
      }
    }
  }

  @Test(arguments: formats) func remainders(_ format: BinaryFormat) {
    let judge = ExactJudge(format)
    let environment = Environment()
    for x in 0..<(1 << format.width) {
      for y in 0..<(1 << format.width) {
        guard let (a, b) = special(judge, x, y), b.n != 0 else { continue }
        for isNearest in [true, false] {
          let result = format.remainder(
            UInt128(x), UInt128(y), isNearest: isNearest, isPartial: false, environment)
          var quotient = a.n / b.n
          var rest = a.n % b.n
          if isNearest, 2 * rest > b.n || (2 * rest == b.n && quotient % 2 == 1) {
            quotient += 1
            rest -= b.n
          }
          let isNegative = rest == 0 ? a.isNegative : a.isNegative != (rest < 0)
          let bits = judge.bits(abs(rest), isNegative: isNegative)
          #expect(result.outcome.bits == UInt128(bits), "\(x) \(y) \(isNearest)")
          #expect(Int(result.quotient) == quotient & 7, "\(x) \(y) \(isNearest)")
        }
      }
    }
  }

  @Test(arguments: formats) func comparisons(_ format: BinaryFormat) {
    let judge = ExactJudge(format)
    func value(_ bits: Int) -> Int? {
      switch judge.meaning(bits) {
      case (let isNegative, .number(let n)): isNegative ? -n : n
      case (let isNegative, .infinity): isNegative ? -1 << 40 : 1 << 40
      default: nil
      }
    }
    for x in 0..<(1 << format.width) {
      for y in 0..<(1 << format.width) {
        for isSignalling in [false, true] {
          let result = format.compare(UInt128(x), UInt128(y), isSignalling: isSignalling)
          if let a = value(x), let b = value(y) {
            #expect(result.relation == (a < b ? .less : a > b ? .greater : .equal))
            #expect(!result.flags.contains(.invalid))
          } else {
            let quiet = [x, y].allSatisfy {
              value($0) != nil || judge.meaning($0).meaning == .quietNaN
            }
            #expect(result.relation == .unordered)
            #expect(result.flags.contains(.invalid) == (isSignalling || !quiet))
          }
        }
      }
    }
  }

  /// Every format's numbers in every other, and as integers.
  @Test func conversions() {
    for source in Self.formats {
      let from = ExactJudge(source)
      for environment in Self.environments {
        for x in 0..<(1 << source.width) {
          guard case (let isNegative, .number(let n)) = from.meaning(x) else { continue }
          for target in Self.formats {
            let judge = ExactJudge(target)
            let outcome = target.convert(UInt128(x), from: source, environment)
            if n == 0 {
              check(outcome, (judge.bits(0, isNegative: isNegative), []), "convert \(x)")
            } else {
              check(
                outcome,
                judge.rounded(isNegative: isNegative, environment) { m, d in
                  order(n * judge.scale * d, m * from.scale)
                }, "convert \(source) \(target) \(environment) \(x)")
            }
          }
          integers(source, from, x, isNegative, n, environment)
        }
      }
    }
  }

  private func integers(
    _ format: BinaryFormat, _ judge: ExactJudge, _ x: Int, _ isNegative: Bool, _ n: Int,
    _ environment: Environment
  ) {
    let (whole, rest) = n.quotientAndRemainder(dividingBy: judge.scale)
    let isAway: Bool =
      switch environment.rounding {
      case .nearest: 2 * rest > judge.scale || (2 * rest == judge.scale && whole % 2 == 1)
      case .towardZero: false
      case .up: rest > 0 && !isNegative
      case .down: rest > 0 && isNegative
      }
    let magnitude = isAway ? whole + 1 : whole
    let value = isNegative ? -magnitude : magnitude
    let isInexact = rest != 0

    for (width, isSigned) in [(4, true), (4, false), (16, true)] {
      let range = isSigned ? -(1 << (width - 1))...(1 << (width - 1)) - 1 : 0...(1 << width) - 1
      let outcome = format.toInteger(
        UInt128(x), width: width, isSigned: isSigned, environment.rounding)
      let clamped = min(max(value, range.lowerBound), range.upperBound)
      #expect(outcome.bits == UInt128(truncatingIfNeeded: clamped) & (1 << UInt128(width) - 1))
      #expect(outcome.flags.contains(.invalid) == !range.contains(value))
      if range.contains(value) { #expect(outcome.flags.contains(.inexact) == isInexact) }
    }
    let integral = format.roundToIntegral(UInt128(x), environment)
    // A carry may leave the format: then the exact integer is rounded as any number is.
    if let index = judge.values.firstIndex(of: magnitude * judge.scale),
      index < judge.values.count - 1
    {
      let bits = judge.bits(magnitude * judge.scale, isNegative: isNegative)
      #expect(integral.bits == UInt128(bits))
      #expect(integral.flags.contains(.inexact) == isInexact)
    }
    let back = format.fromInteger(
      UInt128(truncatingIfNeeded: value), width: 16, isSigned: true, environment)
    if value == 0 {
      #expect(back == Outcome(0))
    } else {
      check(
        back,
        judge.rounded(isNegative: isNegative, environment) { m, d in
          order(magnitude * judge.scale * d, m)
        }, "from integer \(value) \(environment)")
    }
  }

  @Test(arguments: formats) func scaling(_ format: BinaryFormat) {
    let judge = ExactJudge(format)
    for environment in Self.environments {
      for x in 0..<(1 << format.width) {
        guard case (let isNegative, .number(let n)) = judge.meaning(x), n != 0 else { continue }
        for power in -12...12 {
          let (up, down) = (1 << max(0, power), 1 << max(0, -power))
          check(
            format.scale(UInt128(x), by: power, environment),
            judge.rounded(isNegative: isNegative, environment) { m, d in
              order(n * up * d, m * down)
            }, "scale \(x) \(power)")
        }
      }
    }
  }
}
