import ISACore
import Machine

/// A processor with its devices: what a guest is loaded into, bare or virtual.
public final class System {
  public let machine: Machine
  public let devices: [any Device]

  public init(_ machine: Machine, devices: [any Device]) {
    self.machine = machine
    self.devices = devices
    enablers = machine.isa.interrupts.map {
      InterruptionEnabler($0.condition, ticks: machine.isa.ticks)
    }
  }

  private let enablers: [InterruptionEnabler]
  /// How often devices have been attended: as long as it stays, no device has changed anything.
  public private(set) var attendances: UInt64 = 0

  /// Why a run ended.
  public enum End: Equatable, Sendable {
    case limit
    /// The processor waits, and no interruption that it lets in can ever come.
    case waitsForEver
    case stopped(StopReason)
  }

  /// Runs for at most `limit` steps. A step is an instruction, a trap or interruption taken, or
  /// the time of an instruction spent in the wait state.
  public func run(limit: UInt64) -> (steps: UInt64, end: End) {
    var steps: UInt64 = 0
    while steps < limit {
      attendDue()
      if isIdle {
        guard let time = idleTime else { return (steps, .waitsForEver) }
        let count = min(time, limit - steps)
        guard machine.wait(count) else { return (steps, .stopped(.unchanging)) }
        steps += count
        continue
      }
      let (made, event) = machine.runUntilEvent(
        limit: min(limit - steps, timeUntilDevice ?? .max))
      steps += made
      if machine.touchedDevice { attendAll() }
      // Who goes round in a circle may still be fetched out of it by a device.
      if case .stopped(let reason) = event, reason != .unchanging || timeUntilDevice == nil {
        return (steps, .stopped(reason))
      }
    }
    attendDue()
    return (steps, .limit)
  }

  /// One step, with the devices attended before and after; see `run` for what a step is. An
  /// instruction that comes to nothing, and will for ever, has been carried out all the same.
  public func step() -> StepOutcome {
    attendDue()
    var outcome = machine.step()
    if outcome == .retired, machine.isResting, timeUntilDevice == nil {
      outcome = .stopped(.unchanging)
    }
    if machine.touchedDevice { attendAll() }
    attendDue()
    return outcome
  }

  // MARK: Time

  /// Instruction times until a tick or a device is due; at least 1.
  public var timeUntilEvent: UInt64 {
    min(machine.timeUntilTick ?? .max, timeUntilDevice ?? .max)
  }

  /// Lets time pass in which instructions were carried out elsewhere, at most `timeUntilEvent`.
  /// False: a tick trapped.
  public func pass(_ count: UInt64) -> Bool {
    let isWell = machine.pass(count)
    attendDue()
    return isWell
  }

  /// The processor waits, and no interruption is pending.
  public var isIdle: Bool { machine.isWaiting && !machine.hasPendingInterruption }

  /// How long an idle processor waits at least; nil if for ever.
  public var idleTime: UInt64? {
    if let time = timeUntilDevice { return min(time, machine.timeUntilTick ?? .max) }
    guard let tick = machine.timeUntilTick, enablers.contains(where: { $0.canHold(in: machine) })
    else { return nil }
    return tick
  }

  /// Lets an idle processor wait, at most `idleTime`. False: a tick trapped.
  public func wait(_ count: UInt64) -> Bool {
    let isWell = machine.wait(count)
    attendDue()
    return isWell
  }

  private var timeUntilDevice: UInt64? {
    devices.compactMap(\.due).min().map { max(1, $0 &- min($0, machine.time)) }
  }

  private func attendDue() {
    // A device that is attended may want to be attended again at once, but not for ever.
    for _ in 0..<64 {
      var isDone = true
      for device in devices {
        guard let due = device.due, due <= machine.time else { continue }
        device.attend(machine)
        attendances += 1
        isDone = false
      }
      if isDone { return }
    }
  }

  private func attendAll() {
    attendances += 1
    for device in devices { device.attend(machine) }
  }

  // MARK: Outside

  /// What all devices have given to the outside so far.
  public var outputs: [DeviceOutput] { devices.flatMap(\.outputs) }
}
