/// A unit with its subchannel and what is pending for it.
final class Port {
  /// Channel in bits 8 to 10, device in bits 0 to 7.
  let address: Int
  let unit: any Unit
  var operation: Operation?
  /// The condition with which the last operation ended at the channel.
  var subchannelPending: ChannelStatusWord?
  /// A program-controlled interruption of the operation under way.
  var programControlled: ChannelStatusWord?
  /// Device end or attention, told after the subchannel was done.
  var devicePending: UnitStatus = []
  /// When a device that works on its own ends, and with which status.
  var deviceEnd: (time: UInt64, status: UnitStatus)?
  /// What the processor was shown last.
  var shown = Shown(subchannel: .available, device: .available)

  struct Shown: Equatable {
    var subchannel: SharedState.Condition
    var device: SharedState.Condition
  }

  init(address: Int, unit: any Unit) {
    self.address = address
    self.unit = unit
  }

  var channel: Int { address >> 8 }

  /// Whether the unit holds its subchannel.
  var ownsSubchannel: Bool { operation != nil || subchannelPending != nil }

  var isIdle: Bool { !ownsSubchannel && deviceEnd == nil && devicePending.isEmpty }

  var due: UInt64? {
    let times = [operation?.due, deviceEnd?.time, isIdle ? unit.attentionDue : nil]
    return times.compactMap { $0 }.min()
  }

  /// The CSW of the condition to be told next.
  var pending: ChannelStatusWord? {
    if let word = subchannelPending ?? programControlled { return word }
    if ownsSubchannel || devicePending.isEmpty { return nil }
    return ChannelStatusWord(unitStatus: devicePending)
  }

  var deviceCondition: SharedState.Condition {
    if operation != nil || deviceEnd != nil { return .working }
    if devicePending.isEmpty { return .available }
    return subchannelPending == nil ? .pending : .working
  }

  // MARK: Time

  /// What is due at `now` happens; false if nothing is.
  func advance(to now: UInt64, _ storage: (UInt8) -> ChannelStorage) -> Bool {
    if let end = deviceEnd, end.time <= now {
      deviceEnd = nil
      devicePending.formUnion(end.status)
      return true
    }
    if isIdle, let due = unit.attentionDue, due <= now {
      unit.tellAttention()
      devicePending = .attention
      return true
    }
    guard var current = operation, let due = current.due, due <= now else { return false }
    operation = nil
    switch current.advance(unit, storage(current.key)) {
    case .continues: operation = current
    case .ended(let word, let deviceEnd):
      finish(word, deviceEnd, at: due)
      return true
    }
    takeProgramControlled(&operation)
    return true
  }

  func start(_ operation: Operation, _ storage: ChannelStorage) {
    var operation = operation
    unit.beginChain()
    switch operation.begin(unit, storage) {
    case .continues: self.operation = operation
    case .ended(let word, let deviceEnd): finish(word, deviceEnd, at: operation.time)
    }
    takeProgramControlled(&self.operation)
  }

  /// A control command whose channel end the processor has been told already.
  func startImmediate(_ command: UInt8, at time: UInt64) {
    unit.beginChain()
    var end: (time: UInt64, status: UnitStatus) = (time + Pace.order, [.deviceEnd, .unitCheck])
    if case .control(let ending) = unit.begin(command) {
      end = (
        time + ending.channelTime + ending.deviceTime,
        ending.status.union(ending.channelStatus).union(.deviceEnd)
      )
    }
    deviceEnd = end
    unit.endChain(at: time)
  }

  func halt(at time: UInt64) { operation?.halt(at: time) }

  private func takeProgramControlled(_ operation: inout Operation?) {
    guard let word = operation?.takeProgramControlled() else { return }
    programControlled = word
  }

  private func finish(
    _ word: ChannelStatusWord, _ deviceEnd: (time: UInt64, status: UnitStatus)?, at time: UInt64
  ) {
    var word = word
    if programControlled != nil { word.channelStatus.insert(.programControlledInterruption) }
    programControlled = nil
    operation = nil
    subchannelPending = word
    self.deviceEnd = deviceEnd
    unit.endChain(at: time)
  }
}
