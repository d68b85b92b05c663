/// Punched cards of 80 columns, each column one EBCDIC code.
public struct CardDeck: Sendable, Hashable {
  public static let columns = 80
  /// More than a reader's hopper sees in a day.
  public static let most = 100_000

  /// Each of 80 codes.
  public private(set) var cards: [[UInt8]]

  /// One card a line, punched in EBCDIC; what has no code becomes a blank.
  ///
  /// - Throws: a line of more than 80 characters, too many lines.
  public init(text: String) throws(DeviceError) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.last == "\r" ? $0.dropLast() : $0 }
    if lines.last?.isEmpty == true { lines.removeLast() }
    var cards: [[UInt8]] = []
    for (index, line) in lines.enumerated() {
      let codes = EBCDICText.encoded(String(line))
      guard codes.count <= CardDeck.columns else {
        throw DeviceError("line \(index + 1) of a deck has \(codes.count) columns, a card has 80")
      }
      cards.append(codes + Array(repeating: 0x40, count: CardDeck.columns - codes.count))
    }
    try self.init(cards)
  }

  /// Card images as they are, 80 codes each.
  ///
  /// - Throws: no multiple of 80, too many cards.
  public init(images: [UInt8]) throws(DeviceError) {
    guard images.count.isMultiple(of: CardDeck.columns) else {
      throw DeviceError("a deck of card images has \(images.count) bytes, no multiple of 80")
    }
    try self.init(
      stride(from: 0, to: images.count, by: CardDeck.columns).map {
        Array(images[$0..<$0 + CardDeck.columns])
      })
  }

  /// A file: text if all of it is printable ASCII, card images otherwise.
  public init(contents: [UInt8]) throws(DeviceError) {
    let isText = contents.allSatisfy { (0x20...0x7E).contains($0) || [9, 10, 13].contains($0) }
    if isText {
      try self.init(text: String(decoding: contents, as: UTF8.self))
    } else {
      try self.init(images: contents)
    }
  }

  private init(_ cards: [[UInt8]]) throws(DeviceError) {
    guard cards.count <= CardDeck.most else {
      throw DeviceError("a deck has \(cards.count) cards, at most \(CardDeck.most) are read")
    }
    self.cards = cards
  }

  /// One deck behind the other.
  public static func + (first: CardDeck, second: CardDeck) throws(DeviceError) -> CardDeck {
    try CardDeck(first.cards + second.cards)
  }
}
