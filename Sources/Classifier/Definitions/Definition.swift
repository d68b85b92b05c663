import ISACore

/// One of the paper's two modes, as the chosen pair of the machine's modes has it.
public enum Mode: String, Sendable, CaseIterable, Hashable {
  case user, supervisor
}

extension ModePair {
  /// What tells that a state is in the mode.
  subscript(mode: Mode) -> [StateEquality] { mode == .user ? user : supervisor }
}

/// How a second state s' stands to the first one, s.
enum Relation: Sendable, Hashable {
  /// There is no second state.
  case alone
  /// s ~m s': equal but for the mode; s in user mode, s' in supervisor mode.
  case equalButForMode
  /// s' = shift(s, x).
  case shifted
  /// Equal but for all state of a role.
  case equalButFor(Role)
  /// Equal but for one named resource, timer or device: an index into `RoleLayout.gates`.
  case equalButForGate(Int)
  /// s' = f(s): how the real machine stands while a guest is in s.
  case mapped
}

/// Something that a state, or two related states, can show about an instruction.
///
/// Each is written once, over whatever stands for states and truths: the search reads it over
/// concrete states, the decision procedures over terms. A state that shows it refutes `claim`.
protocol Definition: Sendable {
  /// What holds if no state shows it: "not control sensitive".
  var claim: String { get }
  /// How s' stands to s.
  var relation: Relation { get }
  /// The mode of s.
  var mode: Mode { get }

  /// Whether the runs show it: t = step(s), and t' = step(s').
  func isShown<U: Universe>(by runs: Runs<U>, in u: U) -> U.Truth

  /// Whether the typing of the form already says that no state shows it.
  func isRuledOut(by footprints: Footprints) -> Bool
}

extension Definition {
  /// The mode of s'.
  var otherMode: Mode {
    switch relation {
    case .equalButForMode: .supervisor
    case .mapped: .user
    default: mode
    }
  }
}

/// One step of the instruction, or two side by side.
struct Runs<U: Universe> {
  /// s.
  var s: U.State
  /// t = step(s).
  var t: U.Outcome
  /// s' and t' = step(s'); the same as s and t where there is no second state.
  var sPrime: U.State
  var tPrime: U.Outcome
}

/// What the definitions are written over.
///
/// *Retires* includes going on as another instruction (`perform`): the subject's verdict is the
/// subject's own, and equal bits from equal states are no difference.
protocol Universe {
  associatedtype State
  associatedtype Outcome
  associatedtype Truth

  func retires(_ t: Outcome) -> Truth
  func traps(_ t: Outcome, as classes: Set<TrapClass>) -> Truth
  /// Some bit of these roles has another value after the step than before it.
  func changes(_ s: State, _ t: Outcome, in roles: RoleSet) -> Truth
  /// The results differ in some bit that is of none of these roles, or one performs what the
  /// other does not.
  func differ(_ t: Outcome, _ tPrime: Outcome, outside roles: RoleSet) -> Truth
  /// t' is not shift(t, x).
  func differByMoreThanShift(_ t: Outcome, _ tPrime: Outcome) -> Truth

  /// t' is not f(t), or a step changed what its machine must leave alone.
  func differUnderMap(_ t: Outcome, _ tPrime: Outcome) -> Truth

  /// The state after the step is none that the machine's invariants permit.
  func breaksInvariants(_ t: Outcome) -> Truth

  func both(_ a: Truth, _ b: Truth) -> Truth
  func either(_ a: Truth, _ b: Truth) -> Truth
}

/// The typings of one form: in each mode, and with the mode left open. Each is made when it is first
/// asked for, since one often says all.
final class Footprints {
  /// nil where the form was too large to follow.
  private(set) lazy var user = make(.user)
  private(set) lazy var supervisor = make(.supervisor)
  /// In a mode that is not known.
  private(set) lazy var open = make(nil)
  /// The machine says how its map moves.
  let canShift: Bool
  private let make: (Mode?) -> Footprint?

  /// - Parameter make: the typing in a mode; nil: in one that is not known.
  init(canShift: Bool, make: @escaping (Mode?) -> Footprint?) {
    self.canShift = canShift
    self.make = make
  }

  subscript(mode: Mode) -> Footprint? { mode == .user ? user : supervisor }
}

extension Set<TrapClass> {
  static let anyButMemory = Set(TrapClass.allCases).subtracting([.memory])
}
