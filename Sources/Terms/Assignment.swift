import ISACore

/// Values for variables: what terms are evaluated under, and what a satisfied question returns.
public struct Assignment: Sendable, Equatable {
  /// Values of array variables: the listed elements, and one value for all others.
  public struct Array: Sendable, Equatable {
    public var elements: [UInt64: UInt128]
    public var otherwise: UInt128

    public init(elements: [UInt64: UInt128] = [:], otherwise: UInt128 = 0) {
      self.elements = elements
      self.otherwise = otherwise
    }

    @inlinable
    public subscript(index: UInt64) -> UInt128 { elements[index] ?? otherwise }
  }

  /// Bit-vector variables; what is missing is 0.
  public var bits: [Term: UInt128]
  /// Array variables; what is missing is 0 everywhere.
  public var arrays: [Term: Array]

  public init(bits: [Term: UInt128] = [:], arrays: [Term: Array] = [:]) {
    self.bits = bits
    self.arrays = arrays
  }
}
