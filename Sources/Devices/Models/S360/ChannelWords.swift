/// The unit status byte of the CSW, bits 32 to 39 (GA22-6821, "Channel Status Word").
struct UnitStatus: OptionSet, Hashable, Sendable {
  var rawValue: UInt8
  static let attention = UnitStatus(rawValue: 0x80)
  static let statusModifier = UnitStatus(rawValue: 0x40)
  static let controlUnitEnd = UnitStatus(rawValue: 0x20)
  static let busy = UnitStatus(rawValue: 0x10)
  static let channelEnd = UnitStatus(rawValue: 0x08)
  static let deviceEnd = UnitStatus(rawValue: 0x04)
  static let unitCheck = UnitStatus(rawValue: 0x02)
  static let unitException = UnitStatus(rawValue: 0x01)

  /// After these the next command of a chain is not begun.
  static let unusual: UnitStatus = [.attention, .unitCheck, .unitException]
}

/// The channel status byte of the CSW, bits 40 to 47.
struct ChannelStatus: OptionSet, Hashable, Sendable {
  var rawValue: UInt8
  static let programControlledInterruption = ChannelStatus(rawValue: 0x80)
  static let incorrectLength = ChannelStatus(rawValue: 0x40)
  static let programCheck = ChannelStatus(rawValue: 0x20)
  static let protectionCheck = ChannelStatus(rawValue: 0x10)
}

/// A channel status word.
struct ChannelStatusWord: Hashable, Sendable {
  var key: UInt8 = 0
  /// The address behind the last channel command word used.
  var commandAddress: UInt32 = 0
  var unitStatus: UnitStatus = []
  var channelStatus: ChannelStatus = []
  /// What was left of the last count.
  var count: UInt16 = 0

  /// As it is stored at location 64.
  var word: UInt64 {
    UInt64(key) << 60 | UInt64(commandAddress & 0xFF_FFFF) << 32
      | UInt64(unitStatus.rawValue) << 24 | UInt64(channelStatus.rawValue) << 16 | UInt64(count)
  }
}

/// A channel address word: the key and the place of the first channel command word.
struct ChannelAddressWord: Hashable, Sendable {
  var key: UInt8
  var address: UInt32

  init(_ word: UInt32) {
    key = UInt8(word >> 28)
    address = word & 0xFF_FFFF
  }
}

/// A channel command word.
struct ChannelCommandWord: Hashable, Sendable {
  struct Flags: OptionSet, Hashable, Sendable {
    var rawValue: UInt8
    static let chainData = Flags(rawValue: 0x80)
    static let chainCommand = Flags(rawValue: 0x40)
    static let suppressLength = Flags(rawValue: 0x20)
    static let skip = Flags(rawValue: 0x10)
    static let programControlledInterruption = Flags(rawValue: 0x08)
    /// Bits 37 to 39, which must be zero.
    static let mustBeZero = Flags(rawValue: 0x07)
  }

  var command: UInt8
  var address: UInt32
  var flags: Flags
  var count: UInt16

  init(command: UInt8, address: UInt32, flags: Flags, count: UInt16) {
    self.command = command
    self.address = address
    self.flags = flags
    self.count = count
  }

  init(_ word: UInt64) {
    command = UInt8(truncatingIfNeeded: word >> 56)
    address = UInt32(truncatingIfNeeded: word >> 32) & 0xFF_FFFF
    flags = Flags(rawValue: UInt8(truncatingIfNeeded: word >> 24))
    count = UInt16(truncatingIfNeeded: word)
  }

  var isTransfer: Bool { command & 0x0F == 0x08 }
  var isCommandValid: Bool { command & 0x0F != 0 }
}
