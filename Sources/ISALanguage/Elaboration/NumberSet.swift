/// Small numbers, a bit each: most sets of them are one word.
struct NumberSet: Sendable {
  /// Those below 64.
  private var first: UInt64 = 0
  /// The others, 64 a word.
  private var rest: [UInt64] = []

  var isEmpty: Bool { first == 0 && rest.isEmpty }

  func contains(_ number: Int) -> Bool {
    if number < 64 { return first >> UInt64(number) & 1 == 1 }
    let word = number >> 6 - 1
    return word < rest.count && rest[word] >> UInt64(number & 63) & 1 == 1
  }

  mutating func insert(_ number: Int) {
    guard number >= 64 else {
      first |= 1 << UInt64(number)
      return
    }
    let word = number >> 6 - 1
    grow(to: word + 1)
    rest[word] |= 1 << UInt64(number & 63)
  }

  mutating func formUnion(_ other: NumberSet) {
    first |= other.first
    if other.rest.isEmpty { return }
    guard !rest.isEmpty else {
      rest = other.rest
      return
    }
    grow(to: other.rest.count)
    for (index, word) in other.rest.enumerated() where rest[index] | word != rest[index] {
      rest[index] |= word
    }
  }

  private mutating func grow(to count: Int) {
    while rest.count < count { rest.append(0) }
  }
}
