/// SplitMix64: a small sequence of pseudo-random numbers, the same everywhere for the same seed.
///
/// Whatever is searched, sampled or mutated here starts from a seed, so that it can be repeated.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform below `bound`, which is positive.
  public mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next() % UInt64(bound))
  }

  /// `width` bits, 0…128.
  public mutating func bits(_ width: Int) -> UInt128 {
    (UInt128(next()) << 64 | UInt128(next())) & BitVector.mask(width)
  }
}
