import IEEEArithmetic

/// What IEEE 754 demands of a result, by definition: among all numbers of a small format, the
/// neighbours of the exact value are looked up and compared. Shares nothing with what it judges.
struct ExactJudge {
  let format: BinaryFormat
  /// Numerators over `scale` of all numbers that are not negative, in order, and what would follow the last.
  let values: [Int]
  let scale: Int
  let precision: Int

  /// A number over `scale`, or what else an operand is.
  enum Meaning: Equatable {
    case number(Int)
    case infinity, quietNaN, signallingNaN, unsupported
  }

  init(_ format: BinaryFormat) {
    self.format = format
    precision = format.precision
    let bias = 1 << (format.exponentBits - 1) - 1
    let lowest = 1 - bias - (precision - 1)
    scale = 1 << -lowest
    // By value, not by encoding: m × 2^e for all m below 2^precision.
    var all = Set<Int>()
    for exponent in lowest...(bias - (precision - 1)) {
      for significand in 0..<(1 << precision) { all.insert(significand << (exponent - lowest)) }
    }
    values = all.sorted() + [1 << (bias + 1 - lowest)]
  }

  var stored: Int { format.hasExplicitInteger ? precision : precision - 1 }
  var smallestNormal: Int { 1 << (precision - 1) }
  var largest: Int { values[values.count - 2] }

  func meaning(_ bits: Int) -> (isNegative: Bool, meaning: Meaning) {
    let isNegative = bits >> (format.exponentBits + stored) & 1 == 1
    let field = bits >> stored & (1 << format.exponentBits - 1)
    let fraction = bits & (1 << (precision - 1) - 1)
    let integer = format.hasExplicitInteger ? bits >> (precision - 1) & 1 : field == 0 ? 0 : 1
    if field == 1 << format.exponentBits - 1 {
      if integer == 0 { return (isNegative, .unsupported) }
      if fraction == 0 { return (isNegative, .infinity) }
      return (isNegative, fraction >> (precision - 2) == 1 ? .quietNaN : .signallingNaN)
    }
    if field > 0 && integer == 0 { return (isNegative, .unsupported) }
    let significand = integer << (precision - 1) | fraction
    return (isNegative, .number(significand << max(0, field - 1)))
  }

  func bits(_ value: Int, isNegative: Bool) -> Int {
    let sign = isNegative ? 1 << (format.exponentBits + stored) : 0
    if value == values.last {
      let integer = format.hasExplicitInteger ? 1 << (precision - 1) : 0
      return sign | (1 << format.exponentBits - 1) << stored | integer
    }
    var field = 1
    var significand = value
    while significand >= 1 << precision {
      significand >>= 1
      field += 1
    }
    if significand < 1 << (precision - 1) { field = 0 }
    return sign | field << stored | significand & (1 << stored - 1)
  }

  /// The only result and flags permitted.
  ///
  /// - Parameter compare: how the exact magnitude, which is not zero, stands to n / (d × scale):
  ///   below (-1), equal or above.
  func rounded(
    isNegative: Bool, _ environment: Environment, _ compare: (_ n: Int, _ d: Int) -> Int
  ) -> (bits: Int, flags: ExceptionFlags) {
    var flags: ExceptionFlags = []
    let direction = direction(isNegative, environment.rounding)
    if isTiny(environment.tininess, direction, compare) { flags.insert(.tiny) }
    // The largest value not above the exact one; the last stands for all beyond.
    var (low, high) = (0, values.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if compare(values[middle], 1) >= 0 { low = middle } else { high = middle }
    }
    guard low < values.count - 1 else {
      flags.formUnion([.overflow, .inexact])
      if direction ?? true { flags.insert(.roundedAway) }
      return (bits(direction ?? true ? values.last! : largest, isNegative: isNegative), flags)
    }
    if compare(values[low], 1) == 0 { return (bits(values[low], isNegative: isNegative), flags) }
    flags.insert(.inexact)
    if flags.contains(.tiny) { flags.insert(.underflow) }
    // In order of value, even and odd significands alternate.
    let half = compare(values[low] + values[low + 1], 2)
    let isAway = direction ?? (half > 0 || (half == 0 && low % 2 == 1))
    if isAway { flags.insert(.roundedAway) }
    let result = isAway ? low + 1 : low
    if result == values.count - 1 { flags.insert(.overflow) }
    return (bits(values[result], isNegative: isNegative), flags)
  }

  private func isTiny(
    _ tininess: Tininess, _ direction: Bool?, _ compare: (_ n: Int, _ d: Int) -> Int
  ) -> Bool {
    switch (tininess, direction) {
    case (.beforeRounding, _), (.afterRounding, false?): compare(smallestNormal, 1) < 0
    // Without a lower limit the last number below the normal ones is half a unit away.
    case (.afterRounding, true?): compare(2 * smallestNormal - 1, 2) <= 0
    case (.afterRounding, nil): compare(4 * smallestNormal - 1, 4) < 0
    }
  }

  /// Away from zero, toward it, or nil: to the nearest.
  private func direction(_ isNegative: Bool, _ mode: RoundingMode) -> Bool? {
    switch mode {
    case .nearest: nil
    case .towardZero: false
    case .up: !isNegative
    case .down: isNegative
    }
  }
}
