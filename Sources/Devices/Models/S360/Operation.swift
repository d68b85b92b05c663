/// A channel program under way: one start of a unit, up to channel end without chaining.
///
/// GA22-6821, "Execution of Input/Output Operations": channel command words are fetched as they
/// are needed; a chain that leads back into itself goes on for ever, one command at a time.
struct Operation {
  let key: UInt8
  /// When the command under way began.
  private(set) var time: UInt64
  /// Where the next channel command word is.
  private var next: UInt32
  private var word: ChannelCommandWord
  private var rest: UInt16 = 0
  private var status: ChannelStatus = []
  private var phase = Phase.beginning
  private var isHalted = false
  private var programControlled: ChannelStatusWord?
  /// The first word is not in storage: the one that initial program loading implies.
  private let isWordImplied: Bool

  private enum Phase {
    case beginning
    /// Until channel end.
    case transfers(Ending)
    /// Channel end has come, and the next command of the chain waits for device end.
    case chains(Ending)
    /// For a person.
    case waits
  }

  enum Progress {
    case continues
    /// The subchannel's condition, and the device end that follows it.
    case ended(ChannelStatusWord, (time: UInt64, status: UnitStatus)?)
  }

  init(_ address: ChannelAddressWord, at time: UInt64) {
    key = address.key
    next = address.address
    self.time = time
    word = ChannelCommandWord(command: 0, address: 0, flags: [], count: 0)
    isWordImplied = false
  }

  /// Initial program loading: read 24 bytes to location 0 and go on with the word at location 8.
  init(loadingAt time: UInt64) {
    key = 0
    next = 8
    self.time = time
    word = ChannelCommandWord(
      command: 0x02, address: 0, flags: [.chainCommand, .suppressLength], count: 24)
    isWordImplied = true
  }

  var due: UInt64? {
    switch phase {
    case .beginning: time
    case .transfers(let ending): time + ending.channelTime
    case .chains(let ending): time + ending.channelTime + ending.deviceTime
    case .waits: nil
    }
  }

  private func csw(_ unitStatus: UnitStatus) -> ChannelStatusWord {
    ChannelStatusWord(
      key: key, commandAddress: next, unitStatus: unitStatus, channelStatus: status, count: rest)
  }

  mutating func takeProgramControlled() -> ChannelStatusWord? {
    defer { programControlled = nil }
    return programControlled
  }

  /// HALT I/O: the command ends now, and none follows.
  mutating func halt(at now: UInt64) {
    isHalted = true
    switch phase {
    case .waits, .beginning: phase = .transfers(.done(after: Pace.order + (now - time)))
    case .transfers(let ending) where ending.deviceTime == 0 && now - time < ending.channelTime:
      phase = .transfers(
        Ending(
          status: ending.status, channelTime: now - time + Pace.order, deviceTime: 0,
          channelStatus: ending.channelStatus))
    default: break
    }
  }

  // MARK: Commands

  /// Begins the first command.
  mutating func begin(_ unit: any Unit, _ storage: ChannelStorage) -> Progress {
    if isWordImplied {
      rest = word.count
    } else if let progress = fetchCommand(storage, mayTransfer: false) {
      return progress
    }
    return beginCommand(unit, storage)
  }

  /// What comes at `due`.
  mutating func advance(_ unit: any Unit, _ storage: ChannelStorage) -> Progress {
    switch phase {
    case .beginning, .waits: return .continues
    case .transfers(let ending):
      if ending.deviceTime != 0 {
        let early = ending.channelStatus
        if isChaining && early.isDisjoint(with: .unusual) {
          phase = .chains(ending)
          return .continues
        }
        let end = time + ending.channelTime + ending.deviceTime
        return .ended(
          csw(early.union(.channelEnd)), (time: end, status: ending.status.union(.deviceEnd)))
      }
      return endCommand(ending, unit, storage)
    case .chains(let ending): return endCommand(ending, unit, storage)
    }
  }

  /// Whether another command follows if the device has nothing unusual to tell.
  private var isChaining: Bool {
    !isHalted && word.flags.contains(.chainCommand) && !word.flags.contains(.chainData)
      && status.isSubset(of: .programControlledInterruption)
  }

  private mutating func endCommand(
    _ ending: Ending, _ unit: any Unit, _ storage: ChannelStorage
  ) -> Progress {
    let all = ending.status.union(ending.channelStatus)
    guard isChaining, all.isDisjoint(with: .unusual) else {
      return .ended(csw(all.union([.channelEnd, .deviceEnd])), nil)
    }
    time += ending.channelTime + ending.deviceTime
    // "Status modifier and device end": the next word but one.
    if all.contains(.statusModifier) { next = (next + 8) & 0xFF_FFFF }
    if let progress = fetchCommand(storage, mayTransfer: true) { return progress }
    return beginCommand(unit, storage)
  }

  private mutating func beginCommand(_ unit: any Unit, _ storage: ChannelStorage) -> Progress {
    switch unit.begin(word.command) {
    case .waits: phase = .waits
    case .control(let ending):
      // No length is checked where no byte was asked for.
      phase = .transfers(ending)
    case .input(let bytes, let ending):
      transferIn(bytes, storage)
      phase = .transfers(ending)
    case .output(let limit, let followed):
      let bytes = transferOut(limit: limit, followed: followed, storage)
      phase = .transfers(unit.receive(word.command, bytes))
    }
    return .continues
  }

  /// Fetches the word of a new command; not nil: the chain ends here.
  private mutating func fetchCommand(_ storage: ChannelStorage, mayTransfer: Bool) -> Progress? {
    guard let fetched = fetch(storage, mayTransfer: mayTransfer, isData: false) else {
      return .ended(csw([]), nil)
    }
    word = fetched
    rest = fetched.count
    note(fetched)
    return nil
  }

  private mutating func note(_ fetched: ChannelCommandWord) {
    guard fetched.flags.contains(.programControlledInterruption) else { return }
    var word = csw([])
    word.channelStatus.insert(.programControlledInterruption)
    programControlled = word
  }

  /// The next word that is no transfer in channel; nil and a status if there is none.
  private mutating func fetch(
    _ storage: ChannelStorage, mayTransfer: Bool, isData: Bool
  ) -> ChannelCommandWord? {
    var mayTransfer = mayTransfer
    while true {
      let (fetched, refusal) = storage.commandWord(at: next)
      next = (next + 8) & 0xFF_FFFF
      guard let fetched else {
        status.formUnion(refusal)
        return nil
      }
      if fetched.isTransfer {
        // A transfer in channel must be neither the first command nor follow another one.
        guard mayTransfer else { break }
        mayTransfer = false
        next = fetched.address
        continue
      }
      guard fetched.count != 0, fetched.flags.isDisjoint(with: .mustBeZero),
        isData || fetched.isCommandValid
      else { break }
      return fetched
    }
    status.insert(.programCheck)
    return nil
  }

  // MARK: Data

  /// Makes sure that there is a byte left to transfer; false: the count is exhausted or the chain
  /// of data areas is broken.
  private mutating func hasRoom(_ storage: ChannelStorage) -> Bool {
    if rest > 0 { return true }
    guard word.flags.contains(.chainData) else { return false }
    guard let fetched = fetch(storage, mayTransfer: true, isData: true) else { return false }
    let command = word.command
    word = fetched
    word.command = command
    rest = fetched.count
    note(fetched)
    return true
  }

  private var address: UInt32 { (word.address + UInt32(word.count - rest)) & 0xFF_FFFF }

  private mutating func transferIn(_ bytes: [UInt8], _ storage: ChannelStorage) {
    for byte in bytes {
      guard hasRoom(storage) else {
        return setIncorrectLength()
      }
      if !word.flags.contains(.skip) {
        let refusal = storage.check(address, isStore: true)
        guard refusal.isEmpty else {
          status.formUnion(refusal)
          return
        }
        storage.store(byte, at: address)
      }
      rest -= 1
    }
    if rest > 0 || word.flags.contains(.chainData) { setIncorrectLength() }
  }

  private mutating func transferOut(
    limit first: Int, followed: (([UInt8]) -> Int)?, _ storage: ChannelStorage
  ) -> [UInt8] {
    var limit = first
    var bytes: [UInt8] = []
    while bytes.count < limit, hasRoom(storage) {
      let refusal = storage.check(address, isStore: false)
      guard refusal.isEmpty else {
        status.formUnion(refusal)
        return bytes
      }
      bytes.append(storage.byte(address))
      rest -= 1
      if bytes.count == first, let followed { limit = first + followed(bytes) }
    }
    if rest > 0 || bytes.count == limit && word.flags.contains(.chainData) {
      setIncorrectLength()
    }
    return bytes
  }

  /// The flag that suppresses the indication counts only in the last word of a chain of data.
  private mutating func setIncorrectLength() {
    guard status.isSubset(of: .programControlledInterruption) else { return }
    if word.flags.contains(.suppressLength) && !word.flags.contains(.chainData) { return }
    status.insert(.incorrectLength)
  }
}
