/// IBM 2540 card punch (A21-9033) behind a 2821 control unit: data mode 1 only.
///
/// Two outputs: the cards as text, one a line, and as they were punched, 80 codes each.
final class Punch2540: Unit {
  private var text: OutputStream
  private var images: [UInt8] = []
  private let name: String
  private var sense: UInt8 = 0

  init(_ name: String, _ allowance: OutputAllowance) {
    self.name = name
    text = OutputStream("\(name) punch", allowance)
  }

  var hasImmediateControl: Bool { true }

  func begin(_ command: UInt8) -> Order {
    if command != 0x04 && command != 0x03 { sense = 0 }
    switch command {
    // Write, feed and select stacker 1, 2 or 3.
    case 0x01, 0x41, 0x81: return .output(limit: CardDeck.columns)
    case 0x03: return .control(.done(after: Pace.order))
    case 0x04: return .input([sense], .done(after: Pace.order))
    default:
      sense = Sense.commandReject
      return .control(.check)
    }
  }

  func receive(_ command: UInt8, _ bytes: [UInt8]) -> Ending {
    let card = bytes + Array(repeating: 0x40, count: CardDeck.columns - bytes.count)
    guard text.append(EBCDICText.decoded(EBCDICText.trimmed(card)) + [0x0A]) else {
      sense = Sense.interventionRequired
      return .check
    }
    images += card
    return .done(after: Pace.order + Pace.bufferedByte * 80, device: Pace.cardPunched)
  }

  var outputs: [DeviceOutput] {
    [
      DeviceOutput(name: text.name, bytes: text.bytes, isText: true),
      DeviceOutput(name: "\(name) cards", bytes: images, isText: false),
    ]
  }
}
