/// IBM 1052 printer-keyboard (A22-6877): write, write with carrier return, read inquiry, alarm.
///
/// What the operator types is known from the start. For each line he presses the request key,
/// which is an attention, and types when the program reads; a program that reads unasked gets the
/// line as well, and one that reads when nothing is left waits until it halts the unit.
final class Typewriter1052: Unit {
  /// Longer messages end at the device.
  private static let longestMessage = 0x10000
  private var lines: ArraySlice<[UInt8]>
  private var paper: OutputStream
  private var sense: UInt8 = 0
  private(set) var attentionDue: UInt64?

  init(_ name: String, lines: [String], _ allowance: OutputAllowance) {
    paper = OutputStream("\(name) typewriter", allowance)
    self.lines = lines.map { EBCDICText.encoded($0) }[...]
    attentionDue = lines.isEmpty ? nil : Pace.operatorDelay
  }

  var hasImmediateControl: Bool { true }

  func begin(_ command: UInt8) -> Order {
    if command != 0x04 && command != 0x03 { sense = 0 }
    switch command {
    case 0x01, 0x09: return .output(limit: Typewriter1052.longestMessage)
    case 0x0A: return read()
    case 0x03, 0x0B: return .control(.done(after: Pace.order))
    case 0x04: return .input([sense], .done(after: Pace.order))
    default: return refuse(Sense.commandReject)
    }
  }

  private func refuse(_ why: UInt8) -> Order {
    sense = why
    return .control(.check)
  }

  private func read() -> Order {
    attentionDue = nil
    guard let line = lines.popFirst() else { return .waits }
    guard paper.append(EBCDICText.decoded(line) + [0x0A]) else {
      return refuse(Sense.interventionRequired)
    }
    isLineTaken = true
    return .input(
      line, .done(after: UInt64(line.count + 1) * Pace.typedCharacter + Pace.carriageReturn))
  }

  private var isLineTaken = false

  func receive(_ command: UInt8, _ bytes: [UInt8]) -> Ending {
    var text: [UInt8] = []
    // New line (0x15) returns the carrier.
    for part in bytes.split(separator: 0x15, omittingEmptySubsequences: false) {
      if !text.isEmpty || part.startIndex > 0 { text.append(0x0A) }
      text += EBCDICText.decoded(part)
    }
    if command == 0x09 { text.append(0x0A) }
    guard paper.append(text) else {
      sense = Sense.interventionRequired
      return .check
    }
    let returns = UInt64(text.lazy.filter { $0 == 0x0A }.count)
    return .done(
      after: Pace.order + UInt64(bytes.count) * Pace.typedCharacter
        + returns * Pace.carriageReturn)
  }

  func tellAttention() { attentionDue = nil }

  func endChain(at time: UInt64) {
    guard isLineTaken else { return }
    isLineTaken = false
    if !lines.isEmpty { attentionDue = time + Pace.operatorDelay }
  }

  var outputs: [DeviceOutput] {
    [DeviceOutput(name: paper.name, bytes: paper.bytes, isText: true)]
  }
}
