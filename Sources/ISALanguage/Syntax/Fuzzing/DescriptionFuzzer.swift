import ISACore

/// Damages descriptions the way people and broken disks do, to see that nothing behind the parser
/// ever crashes on them.
public enum DescriptionFuzzer {
  /// One to four changes of `text`, chosen by `generator`: the same generator makes the same mutant.
  /// The result is not longer than `text` by more than a sixteenth, or 256 bytes.
  public static func mutate(
    _ text: [UInt8], using generator: inout some RandomNumberGenerator
  ) -> [UInt8] {
    var text = text
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      guard let change = Change.allCases.randomElement(using: &generator) else { break }
      change.apply(to: &text, using: &generator)
    }
    return text
  }

  /// Bytes without any sense, of at most `length`; half of them are letters of the language.
  public static func noise(
    length: Int, using generator: inout some RandomNumberGenerator
  ) -> [UInt8] {
    let letters = Array("(){}[],;:=.<>+-*/%|&^~\"\\ \n\n_a0xs1f".utf8)
    return (0..<Int.random(in: 0...max(0, length), using: &generator)).map { _ in
      Bool.random(using: &generator)
        ? letters[Int.random(in: 0..<letters.count, using: &generator)]
        : UInt8.random(in: 0...255, using: &generator)
    }
  }
}

/// One kind of damage.
private enum Change: CaseIterable {
  case flipByte, deleteToken, duplicateToken, swapTokens, insertWord, truncate
  case deleteLine, swapLines, duplicateLines, changeNumber

  func apply(to text: inout [UInt8], using generator: inout some RandomNumberGenerator) {
    guard !text.isEmpty else { return }
    let place = Int.random(in: 0..<text.count, using: &generator)
    switch self {
    case .flipByte:
      text[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
    case .truncate:
      text.removeSubrange(place...)
    case .deleteToken:
      text.removeSubrange(Self.token(in: text, around: place))
    case .duplicateToken:
      let token = Self.token(in: text, around: place)
      text.insert(contentsOf: Array(text[token].prefix(64)), at: token.upperBound)
    case .swapTokens:
      let other = Int.random(in: 0..<text.count, using: &generator)
      Self.swap(
        Self.token(in: text, around: place), Self.token(in: text, around: other), in: &text)
    case .insertWord:
      let word = Keyword.allCases.randomElement(using: &generator) ?? .instr
      text.insert(contentsOf: Array(" \(word.rawValue) ".utf8), at: place)
    case .deleteLine:
      text.removeSubrange(Self.line(in: text, around: place))
    case .swapLines:
      let other = Int.random(in: 0..<text.count, using: &generator)
      Self.swap(
        Self.line(in: text, around: place), Self.line(in: text, around: other), in: &text)
    case .duplicateLines:
      let line = Self.line(in: text, around: place)
      text.insert(contentsOf: Array(text[line].prefix(256)), at: line.upperBound)
    case .changeNumber:
      Self.changeNumber(in: &text, after: place, using: &generator)
    }
  }

  /// The run of letters and digits around `place`, or the byte there.
  private static func token(in text: [UInt8], around place: Int) -> Range<Int> {
    guard Lexer.isWordByte(text[place]) else { return place..<place + 1 }
    var start = place
    var end = place
    while start > 0, Lexer.isWordByte(text[start - 1]) { start -= 1 }
    while end < text.count, Lexer.isWordByte(text[end]) { end += 1 }
    return start..<end
  }

  private static func line(in text: [UInt8], around place: Int) -> Range<Int> {
    let newline = UInt8(ascii: "\n")
    let start = text[..<place].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let end = text[place...].firstIndex(of: newline).map { $0 + 1 } ?? text.count
    return start..<end
  }

  private static func swap(_ a: Range<Int>, _ b: Range<Int>, in text: inout [UInt8]) {
    let (first, second) = a.lowerBound < b.lowerBound ? (a, b) : (b, a)
    guard first.upperBound <= second.lowerBound else { return }
    let early = Array(text[first])
    let late = Array(text[second])
    text.replaceSubrange(second, with: early)
    text.replaceSubrange(first, with: late)
  }

  /// Puts one of the numbers that limits are made of in the place of the next number.
  private static func changeNumber(
    in text: inout [UInt8], after place: Int, using generator: inout some RandomNumberGenerator
  ) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let first = text[place...].firstIndex(where: digits.contains) else { return }
    let numbers = [
      "0", "1", "7", "8", "31", "32", "63", "64", "127", "128", "129", "255", "256", "65535",
      "0x7FFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFF", "0x10000000000000000",
      "340282366920938463463374607431768211455", "999999999999999999999999999999999999999999",
    ]
    let number = numbers.randomElement(using: &generator) ?? "0"
    text.replaceSubrange(token(in: text, around: first), with: Array(number.utf8))
  }
}
