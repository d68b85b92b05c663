import Devices
import ISACore
import Machine

/// A run of one guest on the bare machine, shown as it goes.
struct BareRun {
  let system: System
  let limit: UInt64
  let console: Console
  let transmission: Transmission

  enum End: Equatable {
    case ended(System.End)
    /// Ctrl-C.
    case interrupted
  }

  /// Steps between two looks at what the devices have given out: a moment for a person.
  private static let slice: UInt64 = 1 << 16

  /// Runs to the end.
  func run() -> (steps: UInt64, end: End) {
    var steps: UInt64 = 0
    while steps < limit {
      guard !Interruption.hasCome else { return (steps, .interrupted) }
      let (made, end) = system.run(limit: min(Self.slice, limit - steps))
      steps += made
      transmission.show()
      if end != .limit { return (steps, .ended(end)) }
    }
    return (steps, .ended(.limit))
  }

  /// The same, each step a line with what it changed. Time spent waiting is one line.
  func trace() -> (steps: UInt64, end: End) {
    let machine = system.machine
    let text = MachineText(machine.isa)
    var steps: UInt64 = 0
    while steps < limit {
      guard !Interruption.hasCome else { return (steps, .interrupted) }
      let snapshot = machine.snapshot()
      defer { machine.discard(snapshot) }
      if system.isIdle {
        guard let time = system.idleTime else { return (steps, .ended(.waitsForEver)) }
        let count = min(time, limit - steps)
        guard system.wait(count) else { return (steps, .ended(.stopped(.unchanging))) }
        steps += count
        console.line("        waits, \(count) steps")
      } else {
        let outcome = system.step()
        steps += 1
        if case .stopped(let reason) = outcome { return (steps, .ended(.stopped(reason))) }
        console.line(text.line(outcome, machine.changes(since: snapshot), machine))
      }
      transmission.show()
      transmission.endLine()
    }
    return (steps, .ended(.limit))
  }
}
