/// IBM 1403 printer (GA24-3312) behind a 2821 control unit: 132 columns, a form of 66 lines, a
/// carriage tape with one hole, in channel 1 at the first line.
///
/// A line leaves the printer when the paper moves; until then it may be printed over. A skip to
/// channel 1 begins a new page, which is a form feed outside.
final class Printer1403: Unit {
  private static let columns = 132
  private var paper: OutputStream
  private var sense: UInt8 = 0
  /// The line under the hammers, in EBCDIC, without blanks at its end.
  private var line: [UInt8] = []

  init(_ name: String, _ allowance: OutputAllowance) {
    paper = OutputStream("\(name) printer", allowance)
  }

  var hasImmediateControl: Bool { true }

  /// How the paper moves by bits 0 to 4 of a command.
  private enum Motion {
    case lines(Int)
    /// To channel 1.
    case newPage
  }

  private static func motion(_ command: UInt8) -> Motion? {
    switch command >> 3 {
    case 0...3: .lines(Int(command >> 3))
    case 0b10001: .newPage
    default: nil
    }
  }

  /// Skips to the channels 2 to 12, whose holes are not punched.
  private static func isSkipWithoutHole(_ command: UInt8) -> Bool {
    (0b10010...0b11100).contains(command >> 3)
  }

  func begin(_ command: UInt8) -> Order {
    if command != 0x04 && command != 0x03 { sense = 0 }
    switch (command & 0x07, Printer1403.motion(command)) {
    case (0x04, .lines(0)?): return .input([sense], .done(after: Pace.order))
    case (0x03, .lines(0)?): return .control(.done(after: Pace.order))
    case (0x03, let motion?):
      guard move(motion) else { return refuse(Sense.interventionRequired) }
      return .control(.done(after: Pace.order, device: Printer1403.time(motion)))
    case (0x01, .some): return .output(limit: Printer1403.columns)
    case (0x01, nil) where Printer1403.isSkipWithoutHole(command),
      (0x03, nil) where Printer1403.isSkipWithoutHole(command):
      return refuse(Sense.interventionRequired)
    default: return refuse(Sense.commandReject)
    }
  }

  private func refuse(_ why: UInt8) -> Order {
    sense = why
    return .control(.check)
  }

  func receive(_ command: UInt8, _ bytes: [UInt8]) -> Ending {
    let motion = Printer1403.motion(command) ?? .lines(0)
    let before = line
    for (column, code) in bytes.enumerated() where code != 0x40 && code != 0x00 {
      while line.count <= column { line.append(0x40) }
      line[column] = code
    }
    guard move(motion) else {
      line = before
      sense = Sense.interventionRequired
      return .check
    }
    return .done(
      after: Pace.order + Pace.bufferedByte * UInt64(bytes.count),
      device: Pace.printedLine + Printer1403.time(motion))
  }

  private static func time(_ motion: Motion) -> UInt64 {
    switch motion {
    case .lines(let count): UInt64(count) * Pace.spacedLine
    case .newPage: 5 * Pace.spacedLine
    }
  }

  /// False: the paper has run out.
  private func move(_ motion: Motion) -> Bool {
    switch motion {
    case .lines(0): return true
    case .lines(let count):
      let end = [UInt8](repeating: 0x0A, count: count)
      guard paper.append(EBCDICText.decoded(EBCDICText.trimmed(line)) + end) else { return false }
    case .newPage:
      let end: [UInt8] = line.isEmpty ? [0x0C] : [0x0A, 0x0C]
      guard paper.append(EBCDICText.decoded(EBCDICText.trimmed(line)) + end) else { return false }
    }
    line = []
    return true
  }

  var outputs: [DeviceOutput] {
    [
      DeviceOutput(
        name: paper.name, bytes: paper.bytes + EBCDICText.decoded(EBCDICText.trimmed(line)),
        isText: true)
    ]
  }
}
