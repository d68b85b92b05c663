import ISACore

/// Bits in reading order: units in address order, in each unit the most significant bit first.
///
/// Bit 0 is the first bit, the top bit of `words[0]`.
struct BitString: Sendable {
  private(set) var words: [UInt64] = []
  private(set) var count = 0

  init() {}

  /// The units one after the other.
  init(units: ArraySlice<UInt128>, unitWidth: Int) {
    words.reserveCapacity((units.count * unitWidth + 63) / 64)
    for unit in units { append(unit, width: unitWidth) }
  }

  /// Appends the low `width` bits of `value`.
  mutating func append(_ value: UInt128, width: Int) {
    var rest = width
    while rest > 0 {
      let used = count % 64
      if used == 0 { words.append(0) }
      let take = min(rest, 64 - used)
      let bits = UInt64(truncatingIfNeeded: value >> UInt128(rest - take) & BitVector.mask(take))
      words[words.count - 1] |= bits << UInt64(64 - used - take)
      rest -= take
      count += take
    }
  }

  /// `width` bits (at most 128) from bit `start` on; bits beyond the end are zero.
  func bits(_ start: Int, width: Int) -> UInt128 {
    var value: UInt128 = 0
    var position = start
    var rest = width
    while rest > 0 {
      let offset = position % 64
      let take = min(rest, 64 - offset)
      let word = position / 64 < words.count ? words[position / 64] : 0
      let bits = word >> UInt64(64 - offset - take)
      value = value << UInt128(take) | UInt128(bits) & BitVector.mask(take)
      position += take
      rest -= take
    }
    return value
  }

  /// The bits cut into units; the last one is filled with zeros.
  func units(width: Int) -> [UInt128] {
    stride(from: 0, to: count, by: width).map { bits($0, width: width) }
  }

  /// Word `index`, zero beyond the end.
  subscript(index: Int) -> UInt64 { index < words.count ? words[index] : 0 }

  /// The bits of word `index` that lie below `end`.
  static func mask(word index: Int, below end: Int) -> UInt64 {
    let bits = min(64, max(0, end - index * 64))
    return bits == 0 ? 0 : ~0 << UInt64(64 - bits)
  }
}
