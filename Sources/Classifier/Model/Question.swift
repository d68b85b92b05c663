import ISACore
import Machine

/// A form under fixed choices, and whatever operand fields are fixed: what questions are asked about.
struct Subject: Sendable {
  var form: FormReference
  /// By field; nil: any value.
  var fields: [UInt128?]
  /// By choice.
  var choices: [UInt128]
}

/// A definition asked of a subject, with what is assumed of the real machine.
struct Question {
  var definition: any Definition
  var assumptions: [Int]

  /// What tells it from others that are asked of a form.
  struct Key: Hashable, Sendable {
    var claim: String
    var mode: Mode
    var assumptions: [Int]
  }

  var key: Key {
    Key(claim: definition.claim, mode: definition.mode, assumptions: assumptions)
  }
}

/// States that show a definition: not yet a witness, which is replayed first.
struct Finding: Sendable {
  var operands: Operands
  var s: ConcreteState
  /// s', where the definition compares two states. For s' = f(s): what is the monitor's in it.
  var sPrime: ConcreteState?
  /// The distance of a shift.
  var x: UInt128?
  /// What f was computed for.
  var allocation: Allocation?
}

/// The parameters of a monitor's map.
struct Allocation: Sendable {
  /// Real address of the guest's first unit.
  var origin: UInt64
  /// Units of virtual storage.
  var extent: UInt64
  var guest: UInt128

  var parameters: [UInt128] { [UInt128(origin), UInt128(extent), guest] }
}
