/// IBM 2540 card reader (A21-9033) behind a 2821 control unit: data mode 1 only, five stackers
/// that nobody looks into.
///
/// After the last card the operator presses end of file, so that the next read gives unit
/// exception; later ones find the hopper empty.
final class Reader2540: Unit {
  private var cards: ArraySlice<[UInt8]>
  private var isEndToTell: Bool
  private var sense: UInt8 = 0
  /// The card that a read without feed leaves in the read station.
  private var station: [UInt8]?

  init(deck: CardDeck?) {
    cards = (deck?.cards ?? [])[...]
    isEndToTell = deck != nil
  }

  var hasImmediateControl: Bool { true }

  func begin(_ command: UInt8) -> Order {
    if command != 0x04 && command != 0x03 { sense = 0 }
    switch command {
    // Read, feed and select stacker 1, 2 or 3; read without feed.
    case 0x02, 0x42, 0x82, 0xC2: return read(feeds: command != 0xC2)
    case 0x23, 0x63, 0xA3:
      station = nil
      return .control(.done(after: Pace.order, device: Pace.cardRead))
    case 0x03: return .control(.done(after: Pace.order))
    case 0x04: return .input([sense], .done(after: Pace.order))
    default: return refuse(Sense.commandReject)
    }
  }

  private func refuse(_ why: UInt8) -> Order {
    sense = why
    return .control(.check)
  }

  private func read(feeds: Bool) -> Order {
    guard let card = station ?? cards.popFirst() else {
      guard isEndToTell else { return refuse(Sense.interventionRequired) }
      isEndToTell = false
      return .control(.done(after: Pace.order, .unitException))
    }
    station = feeds ? nil : card
    return .input(card, .done(after: Pace.cardRead))
  }
}
