/// A value of a fixed width of 0 to 128 bits.
///
/// Bits above `width` are always zero; every initializer masks them off.
public struct BitVector: Hashable, Sendable {
  /// Number of bits, 0…128.
  public let width: Int
  /// The bits, right-aligned.
  public let bits: UInt128

  /// The widest value the descriptions may use, in bits.
  public static let maximumWidth = 128

  @inlinable
  public init(_ bits: UInt128, width: Int) {
    precondition(width >= 0 && width <= BitVector.maximumWidth)
    self.width = width
    self.bits = bits & BitVector.mask(width)
  }

  /// Ones in the low `width` bits; `width` is 0…128.
  @inlinable
  public static func mask(_ width: Int) -> UInt128 {
    width >= 128 ? .max : (UInt128(1) << UInt128(width)) &- 1
  }

  /// The value read as two's complement of its width.
  @inlinable
  public var signed: Int128 {
    BitVector.signed(bits, width: width)
  }

  /// `bits` read as two's complement of `width` bits.
  @inlinable
  public static func signed(_ bits: UInt128, width: Int) -> Int128 {
    guard width > 0 else { return 0 }
    let shift = UInt128(128 - width)
    return Int128(truncatingIfNeeded: bits << shift) >> Int128(shift)
  }

  /// Hexadecimal digits, zero-padded to the width (four bits a digit, rounded up).
  public var hex: String {
    let digits = String(bits, radix: 16, uppercase: true)
    let wanted = (width + 3) / 4
    return String(repeating: "0", count: max(0, wanted - digits.count)) + digits
  }
}

extension BitVector: CustomStringConvertible {
  public var description: String { "0x\(hex):\(width)" }
}
