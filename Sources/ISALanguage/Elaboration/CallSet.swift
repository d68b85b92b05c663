/// Functions, actions and places, by their numbers.
struct CallSet: Sendable {
  private var words: [UInt64] = []

  var isEmpty: Bool { words.isEmpty }

  func contains(_ number: Int) -> Bool {
    number >> 6 < words.count && words[number >> 6] >> UInt64(number & 63) & 1 == 1
  }

  mutating func insert(_ number: Int) {
    grow(to: number >> 6 + 1)
    words[number >> 6] |= 1 << UInt64(number & 63)
  }

  mutating func formUnion(_ other: CallSet) {
    guard !isEmpty else {
      words = other.words
      return
    }
    grow(to: other.words.count)
    for (index, word) in other.words.enumerated() where words[index] | word != words[index] {
      words[index] |= word
    }
  }

  private mutating func grow(to count: Int) {
    while words.count < count { words.append(0) }
  }
}

extension Elaborator {
  /// The number of a function, an action or a place, for `CallSet`.
  func callNumber(_ name: String) -> Int? { callNumbers[name] }
}
