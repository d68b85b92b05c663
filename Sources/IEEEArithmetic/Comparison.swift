/// How two operands compare; the raw values are SPARC's condition codes.
public enum Relation: UInt8, CaseIterable, Sendable {
  case equal = 0
  case less = 1
  case greater = 2
  case unordered = 3
}

extension BinaryFormat {
  /// - Parameter isSignalling: any NaN is invalid, not only a signalling one.
  public func compare(
    _ x: UInt128, _ y: UInt128, isSignalling: Bool
  ) -> (relation: Relation, flags: ExceptionFlags) {
    let x = Unpacked(x, self)
    let y = Unpacked(y, self)
    if x.isNaN || y.isNaN {
      let isInvalid =
        isSignalling || x.kind == .signallingNaN || y.kind == .signallingNaN
        || x.kind == .unsupported || y.kind == .unsupported
      return (.unordered, isInvalid ? .invalid : [])
    }
    let flags: ExceptionFlags = x.isSubnormal || y.isSubnormal ? .subnormalOperand : []
    let (left, right) = (rank(x), rank(y))
    if left.sign != right.sign { return (left.sign < right.sign ? .less : .greater, flags) }
    let magnitudes: Relation =
      if left.exponent != right.exponent {
        left.exponent < right.exponent ? .less : .greater
      } else if x.significand != y.significand && x.kind == .finite {
        x.significand < y.significand ? .less : .greater
      } else {
        .equal
      }
    if magnitudes == .equal || left.sign > 0 { return (magnitudes, flags) }
    return (magnitudes == .less ? .greater : .less, flags)
  }

  private func rank(_ x: Unpacked) -> (sign: Int, exponent: Int) {
    switch x.kind {
    case .zero: (0, 0)
    case .infinity: (x.isNegative ? -1 : 1, .max)
    default: (x.isNegative ? -1 : 1, x.exponent)
    }
  }
}
