import ISACore
import Machine

/// A machine as a monitor finds it: the real one, or a virtual one of another monitor.
///
/// The monitor is a program in supervisor mode. It reads and writes the machine's registers and
/// storage, and gives control away until the machine takes a trap or an interruption.
public protocol Host: AnyObject {
  var machine: Machine { get }
  /// Runs until a trap or an interruption has been taken (its entry sequence is done), or until
  /// `limit` instructions have retired.
  func run(limit: UInt64) -> HostRun
  /// The monitor has done something privileged: loaded a status word, a map, a mask.
  func noteChange()
  /// A trap has gone through to the monitor, which a monitor further out saw first.
  func noteReflection()
  /// Sees to it that an instruction finds frames for its pages. No snapshot may be open.
  func makeRoom()
}

/// What a host did while a guest had control.
public struct HostRun {
  /// Instructions retired.
  public var retired: UInt64
  /// nil: the limit was reached.
  public var event: StepOutcome?
  /// The instruction that trapped, if one did.
  public var instruction: LastInstruction
}

/// The real machine.
public final class RealMachine: Host {
  public let machine: Machine

  /// - Parameter machine: after its reset; the monitor brings it up.
  public init(_ machine: Machine) {
    self.machine = machine
  }

  public func run(limit: UInt64) -> HostRun {
    let before = machine.retired
    var event: StepOutcome?
    while event == nil {
      let done = machine.retired &- before
      guard done < limit else { break }
      event = machine.runUntilEvent(limit: limit - done).event
      // A device was touched: the real machine's devices are the monitor's affair, later.
      if event == .retired { event = nil }
    }
    return HostRun(
      retired: machine.retired &- before, event: event, instruction: machine.lastInstruction)
  }

  public func noteChange() {}
  public func noteReflection() {}
  public func makeRoom() {}
}

/// A virtual machine on which another monitor runs: Theorem 2.
public final class VirtualHost: Host {
  private let monitor: Monitor
  private let guest: VirtualMachine

  /// - Parameters:
  ///   - monitor: the outer one.
  ///   - guest: the virtual machine that the inner one has to itself.
  public init(_ guest: VirtualMachine, of monitor: Monitor) {
    self.guest = guest
    self.monitor = monitor
  }

  /// The monitor inside must hear of every page that goes to the drum: its guests have windows on
  /// it.
  func tellsOfPages(_ forget: @escaping (_ page: UInt64) -> Void) {
    guest.didForget = forget
  }

  public var machine: Machine { guest.machine }

  public func run(limit: UInt64) -> HostRun {
    let before = machine.retired
    let run = monitor.dispatch(guest, limit: limit, endsAtTrap: true)
    var event = run.event
    switch guest.end {
    case .stopped(let reason): event = .stopped(reason)
    case .waitsForEver: event = .waited
    case .lost, nil: break
    }
    // What the inner monitor's guest came to is not the end of the inner monitor.
    if event != nil { guest.end = nil }
    return HostRun(
      retired: machine.retired &- before, event: event, instruction: run.instruction)
  }

  /// Whatever is privileged traps to the outer monitor, which interprets it.
  public func noteChange() {
    monitor.noteChange(by: guest)
  }

  public func noteReflection() {
    monitor.noteReflection(to: guest)
  }

  public func makeRoom() { monitor.makeRoom() }
}
