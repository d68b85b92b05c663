/// A device on a channel, as its control unit shows it to the channel.
///
/// Each command is one `Order`; data moves all at once when the command begins, and its end is
/// told when the device would have come so far.
protocol Unit: AnyObject {
  /// A control command without data ends at the channel at once, device end comes later.
  var hasImmediateControl: Bool { get }
  /// A chain of commands begins.
  func beginChain()
  /// What the device makes of a command. Sense data of the command before is gone, unless this is
  /// a sense or a no-operation.
  func begin(_ command: UInt8) -> Order
  /// Takes the data of an `.output`.
  func receive(_ command: UInt8, _ bytes: [UInt8]) -> Ending
  /// When it has something to tell without having been asked; nil: never.
  var attentionDue: UInt64? { get }
  /// The attention at `attentionDue` is told.
  func tellAttention()
  /// The program has ended the chain at a time.
  func endChain(at time: UInt64)
  var outputs: [DeviceOutput] { get }
}

extension Unit {
  var hasImmediateControl: Bool { false }
  func beginChain() {}
  func receive(_ command: UInt8, _ bytes: [UInt8]) -> Ending { .done(after: 1) }
  var attentionDue: UInt64? { nil }
  func tellAttention() {}
  func endChain(at time: UInt64) {}
  var outputs: [DeviceOutput] { [] }
}

/// What a device does with a command.
enum Order {
  /// Ends without data.
  case control(Ending)
  /// Sends bytes to the channel, which may want fewer.
  case input([UInt8], Ending)
  /// Takes bytes from the channel, at most so many; then, if these tell how many follow, those.
  case output(limit: Int, followed: (([UInt8]) -> Int)? = nil)
  /// Waits for a person who does not come.
  case waits
}

/// How and when a command ends.
struct Ending {
  /// The status with device end, beside channel end and device end themselves.
  var status: UnitStatus
  /// Instruction times until channel end.
  var channelTime: UInt64
  /// Further instruction times until device end; 0: both come together.
  var deviceTime: UInt64
  /// Status that comes with channel end already.
  var channelStatus: UnitStatus = []

  static func done(
    after time: UInt64, _ status: UnitStatus = [], device: UInt64 = 0
  ) -> Ending {
    Ending(status: status, channelTime: max(1, time), deviceTime: device)
  }

  /// Unit check; the sense bytes say why.
  static let check = Ending.done(after: Pace.order, .unitCheck)
}

/// Sense byte 0, which all devices have in common.
struct Sense {
  static let commandReject: UInt8 = 0x80
  static let interventionRequired: UInt8 = 0x40
  static let busOutCheck: UInt8 = 0x20
  static let equipmentCheck: UInt8 = 0x10
  static let dataCheck: UInt8 = 0x08
}

/// How fast the devices are, in instruction times. A second is 300,000 instructions, as for the
/// interval timer; the speeds are those of the machines' manuals, rounded.
enum Pace {
  static let second: UInt64 = 300_000
  /// A command without motion, and the overhead of any other.
  static let order: UInt64 = 30
  /// 1052: 15.5 characters a second (here 15); the carriage returns in half a second.
  static let typedCharacter = second / 15
  static let carriageReturn = second / 2
  /// How long the operator takes to press the request key.
  static let operatorDelay = second / 10
  /// 2540: 1,000 cards a minute read, 300 punched.
  static let cardRead = second * 60 / 1000
  static let cardPunched = second * 60 / 300
  /// 1403: 600 lines a minute; 2,821 control unit's buffer fills at 11 µs a byte.
  static let printedLine = second * 60 / 600
  static let spacedLine = second / 200
  static let bufferedByte: UInt64 = 3
  /// 2311: 156,000 bytes and 40 revolutions a second, seeks of 25 to 135 ms.
  static let diskByte: UInt64 = 2
  static let revolution = second / 40
  static func seek(cylinders: Int) -> UInt64 {
    cylinders == 0 ? order : second / 40 + UInt64(cylinders) * (second * 110 / 1000) / 202
  }
}

/// What all devices of one installation may give out together.
final class OutputAllowance {
  private(set) var rest: Int
  let onOutput: (@Sendable (String, [UInt8]) -> Void)?

  init(_ setup: DeviceSetup) {
    rest = max(0, setup.outputLimit.bytes)
    onOutput = setup.onOutput
  }

  /// False: the paper or the cards have run out.
  func take(_ count: Int) -> Bool {
    guard count <= rest else { return false }
    rest -= count
    return true
  }
}

/// One stream of output with its name.
struct OutputStream {
  let name: String
  private let allowance: OutputAllowance
  private(set) var bytes: [UInt8] = []

  init(_ name: String, _ allowance: OutputAllowance) {
    self.name = name
    self.allowance = allowance
  }

  /// False: there was no room left, and nothing was put out.
  mutating func append(_ new: [UInt8]) -> Bool {
    guard allowance.take(new.count) else { return false }
    bytes += new
    allowance.onOutput?(name, new)
    return true
  }
}
