/// An operand taken apart.
///
/// Finite numbers are `significand × 2^(exponent - 126)`, with the leading one of the significand in
/// bit 126: one bit of headroom above, and at least 14 below the longest significand.
struct Unpacked {
  enum Kind: UInt8 {
    case zero, finite, infinity
    case quietNaN, signallingNaN
    /// An encoding of the extended format that stands for nothing since the 80387.
    case unsupported
  }

  /// Position of the leading one.
  static let leading = 126

  var kind: Kind
  var isNegative: Bool
  var isSubnormal = false
  var exponent = 0
  /// Of a NaN: its fraction, the quiet bit in bit 125; bit 126 is set.
  var significand: UInt128 = 0

  @inline(__always)
  var isNaN: Bool { kind.rawValue >= Kind.quietNaN.rawValue }

  @inline(__always)
  init(_ kind: Kind, isNegative: Bool) {
    self.kind = kind
    self.isNegative = isNegative
  }

  /// - Parameter bits: an operand in `format`; bits above its width are ignored.
  @inline(__always)
  init(_ bits: UInt128, _ format: BinaryFormat) {
    let stored = bits & (UInt128(1) &<< UInt128(format.storedBits) &- 1)
    let head = Int(truncatingIfNeeded: bits &>> UInt128(format.storedBits))
    let field = head & format.specialField
    isNegative = head >> format.exponentBits & 1 == 1
    let aligned = stored &<< UInt128(Unpacked.leading - (format.precision - 1))
    let one = UInt128(1) &<< UInt128(Unpacked.leading)
    if field == format.specialField {
      let fraction = aligned & (one &- 1)
      significand = fraction | one
      if format.hasExplicitInteger && aligned < one {
        kind = .unsupported
      } else if fraction == 0 {
        kind = .infinity
      } else {
        kind = fraction &>> UInt128(Unpacked.leading - 1) == 1 ? .quietNaN : .signallingNaN
      }
    } else if field == 0 {
      kind = stored == 0 ? .zero : .finite
      guard stored != 0 else { return }
      isSubnormal = true
      let zeros = aligned.leadingZeroBitCount - 1
      significand = aligned &<< UInt128(zeros)
      exponent = format.smallestExponent - zeros
    } else {
      kind = format.hasExplicitInteger && aligned < one ? .unsupported : .finite
      significand = aligned | one
      exponent = field - format.bias
    }
  }
}

extension UInt128 {
  /// Shifted right by `amount` (0 or more); what falls off leaves a one in the last place.
  @inline(__always)
  func shiftedRightSticky(by amount: Int) -> UInt128 {
    if amount >= 128 { return self == 0 ? 0 : 1 }
    let shifted = self &>> UInt128(amount)
    return shifted &<< UInt128(amount) == self ? shifted : shifted | 1
  }
}
