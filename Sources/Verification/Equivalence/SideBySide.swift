import Devices
import ISACore
import Machine
import Monitor

/// A guest on the bare machine and under the monitor, step by step, to be looked at.
public final class SideBySide {
  /// One step of both.
  public struct Step: Sendable {
    /// Steps made before it.
    public var number: UInt64
    /// Steps that it stands for: more than one for time spent waiting.
    public var count: UInt64
    /// What the bare machine did, to which instruction, and what that changed.
    public var outcome: StepOutcome
    public var instruction: LastInstruction
    public var changes: [StateChange]
    /// Whether the real machine carried the virtual machine's instruction out.
    public var isDirect: Bool
    /// Why the monitor got control, each cause once; without the end of the step itself.
    public var exits: [Exit]
    /// What differs after it, in words.
    public var difference: String?
  }

  /// Why there are no more steps.
  public enum End: Equatable, Sendable {
    case waitsForEver
    case stopped(StopReason)
    /// The two have parted: what one does from there on says nothing of the other.
    case parted
    case limit
  }

  private let comparison: Comparison
  private let pair: Lockstep.Pair
  private let limit: UInt64
  private var made: UInt64 = 0
  /// nil while there are more steps.
  public private(set) var end: End?

  public init(_ isa: InstructionSet, _ arrangement: Arrangement, _ guest: Guest) throws {
    comparison = Comparison(isa)
    pair = try Lockstep(isa, arrangement).pair(guest)
    limit = guest.limit
  }

  /// The bare machine, as it stands after the last step.
  public var bare: Machine { pair.bare.machine }

  /// The next step; nil when there is none, and `end` says why.
  public func next() -> Step? {
    guard end == nil else { return nil }
    guard made < limit else {
      end = .limit
      return nil
    }
    let bare = pair.bare
    var count: UInt64 = 1
    if bare.isIdle {
      guard let time = bare.idleTime else {
        end = .waitsForEver
        return nil
      }
      count = min(time, limit - made)
    }
    let snapshot = bare.machine.snapshot()
    defer { bare.machine.discard(snapshot) }
    let outcome: StepOutcome
    if bare.isIdle {
      outcome = bare.wait(count) ? .waited : .stopped(.unchanging)
    } else {
      outcome = bare.step()
    }
    let before = pair.virtual.profile
    _ = pair.monitor.run(pair.virtual, limit: count)
    var step = Step(
      number: made, count: count, outcome: outcome, instruction: bare.machine.lastInstruction,
      changes: bare.machine.changes(since: snapshot),
      isDirect: pair.virtual.profile.direct > before.direct,
      exits: Exit.allCases.filter {
        $0 != .preempted
          && pair.virtual.profile.exits[$0, default: 0] > before.exits[$0, default: 0]
      })
    made += count
    step.difference = difference(outcome)
    if step.difference != nil {
      end = .parted
    } else if case .stopped(let reason) = outcome {
      end = .stopped(reason)
    }
    return step
  }

  private func difference(_ outcome: StepOutcome) -> String? {
    if case .lost(let why)? = pair.virtual.end { return why }
    let hasStopped = if case .stopped? = pair.virtual.end { true } else { false }
    let shouldStop = if case .stopped = outcome { true } else { false }
    if hasStopped != shouldStop {
      return hasStopped ? "the virtual machine has stopped" : "the virtual machine goes on"
    }
    return comparison.difference(pair.bare, pair.virtual.system, includingStorage: true)
  }
}
