import ISACore
import Machine

/// `s360-channels`: the multiplexor channel (0) and the selector channels (1 to 6) of a System/360
/// with the units of its installation (GA22-6821, "Input/Output Operations").
///
/// The processor's part, the four instructions and the interruption, is in the description; both
/// meet in the state that `SharedState` lists. Whatever a channel program does goes through the
/// machine's main storage, within the storage installed and under the key of the operation.
///
/// Further keys give units with their addresses: `typewriter_1052`, `reader_2540`, `punch_2540`,
/// `printer_1403`, `disk_2311`, each with a suffix (`disk_2311_b`) where there are several.
public final class S360Channels: Device {
  public let name: String
  private let shared: SharedState
  private let ports: [Port]
  private let channels: [Int]
  /// By channel: what the processor was shown last, and for which port.
  private var shownState = [SharedState.Condition](repeating: .notOperational, count: 7)
  private var presented = [Port?](repeating: nil, count: 7)
  /// By channel: the burst was ended by HALT I/O.
  private var isDisconnected = [Bool](repeating: false, count: 7)
  private var isSetUp = false

  private let mutation: DeviceMutation?

  public init(_ binding: DeviceBinding, _ setup: DeviceSetup) throws(DeviceError) {
    name = binding.name
    shared = try SharedState(binding, setup.mutation)
    mutation = setup.mutation
    ports = try S360Installation(binding, setup).ports()
    channels = Set(ports.map(\.channel)).sorted()
  }

  public var due: UInt64? {
    if mutation == .losesInterruptions { return isSetUp ? nil : 0 }
    return isSetUp ? ports.compactMap(\.due).min() : 0
  }

  public var outputs: [DeviceOutput] { ports.flatMap(\.unit.outputs) }

  public func attend(_ machine: Machine) {
    if isSetUp { observe(machine) } else { setUp(machine) }
    for port in ports {
      // A port that has fallen behind catches up in portions.
      for _ in 0..<16 {
        guard port.advance(to: machine.time, { shared.storage(of: machine, key: $0) }) else {
          break
        }
      }
    }
    show(machine)
  }

  private func setUp(_ machine: Machine) {
    isSetUp = true
    for channel in channels {
      shared.set(shared.channelState, channel, .available, machine)
      shownState[channel] = .available
    }
    for port in ports {
      shared.set(shared.subchannel, port.address, .available, machine)
      shared.set(shared.device, port.address, .available, machine)
      shared.immediate.set(port.unit.hasImmediateControl ? 1 : 0, in: machine, port.address)
    }
  }

  // MARK: What the processor did

  private func observe(_ machine: Machine) {
    for channel in channels {
      let state = shared.condition(shared.channelState, channel, machine)
      guard state != shownState[channel] else { continue }
      if shownState[channel] == .working, state == .available {
        isDisconnected[channel] = true
        owner(of: channel)?.halt(at: machine.time)
      } else if shownState[channel] == .pending, let port = presented[channel],
        port.subchannelPending == nil
      {
        // The condition in the channel has been taken; where that was a unit's, see below.
        port.programControlled = nil
      }
    }
    for port in ports {
      let seen = Port.Shown(
        subchannel: shared.condition(shared.subchannel, port.address, machine),
        device: shared.condition(shared.device, port.address, machine))
      guard seen != port.shown else { continue }
      observe(port, seen, machine)
    }
  }

  private func observe(_ port: Port, _ seen: Port.Shown, _ machine: Machine) {
    switch (port.shown.subchannel, seen.subchannel) {
    case (.available, .working):
      isDisconnected[port.channel] = false
      let word = UInt32(
        truncatingIfNeeded: shared.program.value(in: machine, port.channel))
      let address = ChannelAddressWord(word)
      port.start(
        Operation(address, at: machine.time), shared.storage(of: machine, key: address.key))
    case (.pending, .available):
      port.subchannelPending = nil
    case (.working, .working) where seen.device == .pending:
      port.halt(at: machine.time)
    case (.available, .available) where port.shown.device == .pending:
      port.devicePending = []
    case (.available, .available) where seen.device == .working:
      let address = ChannelAddressWord(
        UInt32(truncatingIfNeeded: shared.program.value(in: machine, port.channel)))
      let storage = shared.storage(of: machine, key: address.key)
      port.startImmediate(
        storage.commandWord(at: address.address).word?.command ?? 0, at: machine.time)
    default: break
    }
  }

  /// The port that holds a selector channel's one subchannel.
  private func owner(of channel: Int) -> Port? {
    ports.first { $0.channel == channel && $0.ownsSubchannel }
  }

  // MARK: What the processor sees

  private func show(_ machine: Machine) {
    for channel in channels { show(channel, machine) }
    for port in ports {
      let holder = port.channel == 0 ? port : owner(of: port.channel)
      let subchannel: SharedState.Condition =
        holder?.operation != nil
        ? .working : holder?.subchannelPending != nil ? .pending : .available
      let shown = Port.Shown(subchannel: subchannel, device: port.deviceCondition)
      port.shown = shown
      if shared.condition(shared.subchannel, port.address, machine) != shown.subchannel {
        shared.set(shared.subchannel, port.address, shown.subchannel, machine)
      }
      if shared.condition(shared.device, port.address, machine) != shown.device {
        shared.set(shared.device, port.address, shown.device, machine)
      }
      if let word = port.pending?.word,
        shared.status.value(in: machine, port.address) != UInt128(word)
      {
        shared.status.set(UInt128(word), in: machine, port.address)
      }
    }
  }

  private func show(_ channel: Int, _ machine: Machine) {
    let owner = channel == 0 ? nil : owner(of: channel)
    let candidates = ports.filter { $0.channel == channel && (owner == nil || owner === $0) }
    var port = candidates.first { $0.pending != nil }
    if let current = presented[channel], current.pending != nil,
      candidates.contains(where: { $0 === current })
    {
      port = current
    }
    presented[channel] = port
    let isBurst = owner?.operation != nil && !isDisconnected[channel]
    let state: SharedState.Condition =
      port != nil ? .pending : isBurst ? .working : .available
    shownState[channel] = state
    if shared.condition(shared.channelState, channel, machine) != state {
      shared.set(shared.channelState, channel, state, machine)
    }
    if let device = port ?? (isBurst ? owner : nil) {
      shared.channelDevice.set(UInt128(device.address & 0xFF), in: machine, channel)
    }
  }

  // MARK: Initial program loading

  /// A channel program may have so many commands until the load key gives up.
  private static let mostCommandsOfLoad = 1 << 20

  /// Reads the program in as the load key does: up to the end of the channel program, at one
  /// moment of the machine's time.
  func load(from address: Int, into machine: Machine) throws(DeviceError) {
    guard let port = ports.first(where: { $0.address == address }) else {
      throw DeviceError("there is no unit \(S360Installation.name(address)) to load from")
    }
    if !isSetUp { setUp(machine) }
    let storage = shared.storage(of: machine, key: 0)
    port.start(Operation(loadingAt: machine.time), storage)
    var commands = 0
    while let due = port.operation?.due, commands < S360Channels.mostCommandsOfLoad {
      _ = port.advance(to: due) { _ in storage }
      commands += 1
    }
    guard let word = port.subchannelPending else {
      throw DeviceError("loading from \(S360Installation.name(address)) does not end")
    }
    let isWell =
      word.unitStatus.isDisjoint(with: [.unitCheck, .attention])
      && word.channelStatus.isSubset(of: .programControlledInterruption)
    port.subchannelPending = nil
    port.deviceEnd = nil
    port.devicePending = []
    show(machine)
    guard isWell else {
      throw DeviceError(
        "loading from \(S360Installation.name(address)) failed: unit status "
          + String(word.unitStatus.rawValue, radix: 16) + ", channel status "
          + String(word.channelStatus.rawValue, radix: 16) + " (hexadecimal)")
    }
    // Bits 16 to 31 of the first word hold the address of the unit.
    machine.store(shared.storage, 2, units: 2, UInt128(address))
  }
}
