/// How a monitor runs its guests. All strategies share the dispatcher, the allocator and the
/// interpreter.
public enum Strategy: String, CaseIterable, Sendable {
  /// Everything runs directly until it traps: the construction in the proof of Theorem 1.
  case trapAndEmulate = "trap-and-emulate"
  /// What is in virtual supervisor mode is interpreted, the rest runs directly: Theorem 3.
  case hybrid
  /// Trap-and-emulate with part of the simulation left out, as the M44/44X did: what a privileged
  /// instruction does to resources, timers and devices is skipped. It is here to be found out.
  case closeEnough = "close-enough"
}
