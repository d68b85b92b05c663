/// A binary number of 128 places, for results that are to be right in 64.
///
/// Its value is `significand × 2^(exponent - 127)`, the leading one in bit 127, or zero. Operations cut off
/// what does not fit, and are right to two units of the last place.
struct Wide {
  var isNegative = false
  var exponent = 0
  var significand: UInt128 = 0

  static let zero = Wide()
  static let one = Wide(1)
  static let pi = Wide(exponent: 1, 0xC90F_DAA2_2168_C234_C4C6_628B_80DC_1CD1)
  static let halfPi = Wide(exponent: 0, 0xC90F_DAA2_2168_C234_C4C6_628B_80DC_1CD1)
  static let ln2 = Wide(exponent: -1, 0xB172_17F7_D1CF_79AB_C9E3_B398_03F2_F6AF)
  static let log2e = Wide(exponent: 0, 0xB8AA_3B29_5C17_F0BB_BE87_FED0_691D_3E89)

  init() {}

  init(isNegative: Bool = false, exponent: Int, _ significand: UInt128) {
    self.isNegative = isNegative
    self.exponent = exponent
    self.significand = significand
    normalize()
  }

  init(_ integer: Int) {
    self.init(isNegative: integer < 0, exponent: 127, UInt128(integer.magnitude))
  }

  init(_ finite: Unpacked) {
    self.init(
      isNegative: finite.isNegative, exponent: finite.exponent + 1, finite.significand)
  }

  var isZero: Bool { significand == 0 }

  var magnitude: Wide {
    var result = self
    result.isNegative = false
    return result
  }

  private mutating func normalize() {
    guard significand != 0 else {
      self = Wide()
      return
    }
    let zeros = significand.leadingZeroBitCount
    significand = significand &<< UInt128(zeros)
    exponent -= zeros
  }

  static prefix func - (x: Wide) -> Wide {
    var result = x
    if !x.isZero { result.isNegative.toggle() }
    return result
  }

  /// What lies below the last place of the larger operand makes it larger or smaller by one unit there.
  static func + (x: Wide, y: Wide) -> Wide {
    if x.isZero { return y }
    if y.isZero { return x }
    var (large, small) = (x, y)
    if (y.exponent, y.significand) > (x.exponent, x.significand) { (large, small) = (y, x) }
    let aligned = small.significand.shiftedRightSticky(by: large.exponent - small.exponent)
    if large.isNegative == small.isNegative {
      let (sum, overflow) = large.significand.addingReportingOverflow(aligned)
      large.significand = overflow ? sum.shiftedRightSticky(by: 1) | 1 &<< 127 : sum
      if overflow { large.exponent += 1 }
      return large
    }
    large.significand &-= aligned
    large.normalize()
    return large
  }

  static func - (x: Wide, y: Wide) -> Wide { x + -y }

  static func * (x: Wide, y: Wide) -> Wide {
    if x.isZero || y.isZero { return .zero }
    let product = x.significand.multipliedFullWidth(by: y.significand)
    let isLong = product.high &>> 127 == 1
    return Wide(
      isNegative: x.isNegative != y.isNegative,
      exponent: x.exponent + y.exponent + (isLong ? 1 : 0),
      isLong ? product.high : product.high &<< 1 | product.low &>> 127)
  }

  /// - Precondition: `y` is not zero.
  static func / (x: Wide, y: Wide) -> Wide {
    if x.isZero { return .zero }
    // 2^127 × x ÷ y, between 2^126 and 2^128.
    let quotient = BinaryFormat.longQuotient(x.significand &>> 1, y.significand &>> 1)
    return Wide(
      isNegative: x.isNegative != y.isNegative, exponent: x.exponent - y.exponent, quotient)
  }

  /// - Parameter divisor: 1 to 2^31.
  func divided(by divisor: Int) -> Wide {
    if isZero { return self }
    let (quotient, rest) = significand.quotientAndRemainder(dividingBy: UInt128(divisor))
    let zeros = UInt128(quotient.leadingZeroBitCount)
    return Wide(
      isNegative: isNegative, exponent: exponent - Int(zeros),
      quotient &<< zeros | (rest &<< zeros) / UInt128(divisor))
  }

  /// Whether this reaches into the places of a sum. What does not must not be added to it again and again: the first of a
  /// series says on which side of the sum the truth lies.
  func reaches(_ sum: Wide) -> Bool { !isZero && exponent > sum.exponent - 128 }

  /// Whether the square of this is lost beside 1.
  private var isTiny: Bool { exponent < -60 }
}

// MARK: Series

extension Wide {
  /// For magnitudes up to π ÷ 4.
  var sine: Wide { alternating(first: self, from: 1) }

  /// For magnitudes up to π ÷ 4.
  var cosine: Wide { alternating(first: .one, from: 0) }

  /// For magnitudes up to π ÷ 4.
  var tangent: Wide {
    isTiny ? self + (self * self * self).divided(by: 3) : sine / cosine
  }

  /// The power series of a sine or cosine from a first term whose power is `start`.
  private func alternating(first: Wide, from start: Int) -> Wide {
    let square = -(self * self)
    var term = first
    var sum = first
    var power = start
    repeat {
      term = (term * square).divided(by: (power + 1) * (power + 2))
      power += 2
      if power > start + 2 && !term.reaches(sum) { break }
      sum = sum + term
    } while term.reaches(sum)
    return sum
  }

  /// e^x - 1, for magnitudes up to 1.
  var exponentialMinusOne: Wide {
    var term = self
    var sum = self
    var count = 1
    repeat {
      count += 1
      term = (term * self).divided(by: count)
      sum = sum + term
    } while term.reaches(sum)
    return sum
  }

  /// The angle whose tangent this is, for 0 to 1: Euler's series, whose terms are all positive and fall by half at
  /// least.
  var arctangent: Wide {
    if isZero { return self }
    let square = self * self
    if isTiny { return self - (self * square).divided(by: 3) }
    let scale = .one + square
    let ratio = square / scale
    var term = self / scale
    var sum = term
    var count = 0
    repeat {
      count += 1
      term = (term * ratio * Wide(2 * count)).divided(by: 2 * count + 1)
      sum = sum + term
    } while term.reaches(sum)
    return sum
  }

  /// Half the logarithm of (1 + x) ÷ (1 - x), for magnitudes up to 1 ÷ 3.
  var areaTangent: Wide {
    let square = self * self
    var power = self
    var sum = self
    var count = 1
    var term = self
    repeat {
      count += 2
      power = power * square
      term = power.divided(by: count)
      sum = sum + term
    } while term.reaches(sum)
    return sum
  }

  /// The logarithm to the base 2 of a positive number.
  var log2: Wide {
    var whole = exponent
    var rest = self
    rest.exponent = 0
    // The square root of 2 halves the range.
    if significand > 0xB504_F333_F9DE_6484_597D_89B3_754A_BE9F {
      rest.exponent = -1
      whole += 1
    }
    return Wide(whole) + (rest - .one).logarithm
  }

  /// The logarithm to the base 2 of 1 + x, x > -1.
  var log2OfSuccessor: Wide {
    isZero ? self : exponent < -1 ? logarithm : (.one + self).log2
  }

  /// The same for magnitudes up to 1 ÷ 2.
  private var logarithm: Wide {
    if isZero { return self }
    var area = (self / (Wide(2) + self)).areaTangent
    area.exponent += 1
    return area * .log2e
  }
}
