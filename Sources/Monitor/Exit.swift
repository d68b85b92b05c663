import ISACore

/// Why the monitor got control. One exit, one cause, one place that decides: `Dispatcher`.
public enum Exit: String, CaseIterable, Sendable, Hashable {
  /// A trap that the virtual machine takes too: given to the guest by its own entry sequence.
  case reflected
  /// An instruction that only the real machine refused: its routine in the interpreter did it.
  case interpreted
  /// A mapping that only the real machine lacked: it was built.
  case mapped
  /// An interruption that the virtual machine took.
  case interruption
  /// A hybrid monitor's guest in virtual supervisor mode: an instruction interpreted without a trap.
  case supervisor
  /// The processor was taken back: an event of the virtual machine is due, or another guest's turn.
  case preempted
  /// The virtual machine waits.
  case idle
}

/// What a guest has cost: instructions run directly, and exits by cause.
public struct ExitProfile: Sendable, Equatable {
  /// Instructions that the real machine carried out.
  public var direct: UInt64 = 0
  /// Instructions that the interpreter carried out.
  public var interpreted: UInt64 = 0
  public var exits: [Exit: UInt64] = [:]
  /// Exits by the mnemonic of the instruction that caused them, where one did.
  public var byInstruction: [String: UInt64] = [:]

  public init() {}

  public var instructions: UInt64 { direct + interpreted }
  public var exitCount: UInt64 { exits.values.reduce(0, +) }
  /// Exits that the real machine brought about: it trapped, or was interrupted.
  public var trapCount: UInt64 {
    exitCount - (exits[.supervisor] ?? 0) - (exits[.idle] ?? 0)
  }
  /// Of all instructions the part that the real machine carried out, 0…1; 1 if there were none.
  public var directFraction: Double {
    instructions == 0 ? 1 : Double(direct) / Double(instructions)
  }
  public var exitsPerThousand: Double {
    instructions == 0 ? 0 : 1000 * Double(exitCount) / Double(instructions)
  }

  /// Takes another profile's counts in.
  public mutating func add(_ other: ExitProfile) {
    direct += other.direct
    interpreted += other.interpreted
    exits.merge(other.exits, uniquingKeysWith: +)
    byInstruction.merge(other.byInstruction, uniquingKeysWith: +)
  }

  mutating func count(_ exit: Exit, _ mnemonic: String? = nil) {
    exits[exit, default: 0] += 1
    if let mnemonic { byInstruction[mnemonic, default: 0] += 1 }
  }

  /// The slowdown to be expected if an instruction takes one unit of time and an exit `cost`.
  public func predictedSlowdown(exitCost cost: Double) -> Double {
    guard instructions > 0 else { return 1 }
    return (Double(instructions) + Double(trapCount) * cost) / Double(instructions)
  }
}
