import ISACore

/// The state that a value depends on: roles, whether it moves with the map, and named gates.
///
/// Plain state and the program counter leave no label; a value without labels is the guest's own.
struct Labels: OptionSet, Hashable, Sendable {
  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  static let everything = Labels(rawValue: ~0)
  static let mode = Labels(Role.mode)
  /// Differs between s and shift(s, x).
  static let moved = Labels(rawValue: 1 << 7)
  /// What an access wants; only seen inside a machine's `translate`.
  static let intent = Labels(rawValue: 1 << 8)

  private static let firstGate = 9
  /// Gates from this one on share a bit.
  private static let lastGate = 63 - firstGate

  init(_ role: Role) {
    switch role {
    case .plain, .pc: self.init(rawValue: 0)
    default: self.init(rawValue: 1 << UInt64(role.index))
    }
  }

  /// The label of a named resource, timer or device.
  init(gate: Int) {
    self.init(rawValue: 1 << UInt64(Labels.firstGate + min(gate, Labels.lastGate)))
  }

  /// Whether the value may depend on the named gate.
  func contains(gate: Int) -> Bool { contains(Labels(gate: gate)) }
}
