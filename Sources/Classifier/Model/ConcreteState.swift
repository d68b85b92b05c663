import ISACore
import Machine

/// A register element or a unit of real storage.
typealias Place = StateChange.Place

/// A whole state of the machine; what is not listed is 0.
struct ConcreteState: Sendable {
  var values: [Place: UInt128] = [:]

  subscript(place: Place) -> UInt128 {
    get { values[place] ?? 0 }
    set { values[place] = newValue }
  }

  /// `width` bits of a register element from bit `low` up.
  func bits(_ register: RegisterID, element: Int, low: Int, width: Int) -> UInt128 {
    self[.register(register, element: element)] >> UInt128(low) & BitVector.mask(width)
  }

  mutating func setBits(
    _ register: RegisterID, element: Int, low: Int, width: Int, to value: UInt128
  ) {
    let mask = BitVector.mask(width) << UInt128(low)
    let place = Place.register(register, element: element)
    self[place] = self[place] & ~mask | value << UInt128(low) & mask
  }

  /// Makes some bits what they are known to be.
  mutating func fix(_ equalities: [StateEquality]) {
    for known in equalities {
      setBits(
        known.register, element: known.element, low: known.low, width: known.width,
        to: known.value)
    }
  }

  /// The same state, listing no zeros.
  var withoutZeros: ConcreteState { ConcreteState(values: values.filter { $0.value != 0 }) }

  /// Register elements that hold something else than 0.
  var registersInUse: Int {
    values.count { place, value in
      if case .register = place { value != 0 } else { false }
    }
  }

  func satisfies(_ equalities: [StateEquality]) -> Bool {
    equalities.allSatisfy {
      bits($0.register, element: $0.element, low: $0.low, width: $0.width) == $0.value
    }
  }
}

/// The instruction that is performed: operand fields and decode-time context.
struct Operands: Sendable, Hashable {
  var fields: [UInt128]
  var contexts: [UInt128]
}

/// What became of a state.
struct ConcreteOutcome: Sendable {
  var result: ExecutionOutcome
  /// The state afterwards; before the entry sequence, if it trapped.
  var state: ConcreteState
  /// Real units read and written, in order.
  var accesses: [AccessRecord]

  var retires: Bool {
    if case .trapped = result { return false }
    return true
  }
}
