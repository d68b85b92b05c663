import ISACore
import Machine

/// The definitions over single states, as the concrete machine runs them.
struct ConcreteUniverse: Universe {
  typealias State = ConcreteState
  typealias Outcome = ConcreteOutcome
  typealias Truth = Bool

  let bench: Bench
  /// What lies where in s and in s', for relations that move the map.
  var shift: ConcreteShift?
  /// v and f(v), for the monitor's map.
  var map: ConcreteMap?

  func retires(_ t: ConcreteOutcome) -> Bool { t.retires }

  func traps(_ t: ConcreteOutcome, as classes: Set<TrapClass>) -> Bool {
    guard case .trapped(_, let trapClass, _) = t.result else { return false }
    return classes.contains(trapClass)
  }

  func changes(_ s: ConcreteState, _ t: ConcreteOutcome, in roles: RoleSet) -> Bool {
    t.state.values.contains { place, value in
      (value ^ s[place]) & bench.mask(place, roles: roles) != 0
    }
  }

  func differ(_ t: ConcreteOutcome, _ tPrime: ConcreteOutcome, outside roles: RoleSet) -> Bool {
    t.result != tPrime.result
      || bench.differs(t.state, tPrime.state) { ~bench.mask($0, roles: roles) }
  }

  func differByMoreThanShift(_ t: ConcreteOutcome, _ tPrime: ConcreteOutcome) -> Bool {
    guard let shift, let moved = bench.shifted(t.state, by: shift.x) else { return false }
    if t.result != tPrime.result { return true }
    // Translated storage is compared through the windows, the rest of it not at all.
    return bench.differs(moved, tPrime.state) { bench.isMovable($0) ? 0 : .max }
      || shift.differ(t.state, tPrime.state)
  }

  func differUnderMap(_ t: ConcreteOutcome, _ tPrime: ConcreteOutcome) -> Bool {
    guard let map else { return false }
    return t.result != tPrime.result || map.differ(t.state, tPrime.state, on: bench)
  }

  func breaksInvariants(_ t: ConcreteOutcome) -> Bool { !bench.isReachable(t.state) }

  func both(_ a: Bool, _ b: Bool) -> Bool { a && b }
  func either(_ a: Bool, _ b: Bool) -> Bool { a || b }
}

extension Bench {
  /// The bits of a place whose role is in `roles`.
  func mask(_ place: Place, roles: RoleSet) -> UInt128 {
    switch place {
    case .register(let register, _): layout.mask(register, roles: roles)
    case .unit(let memory, let address):
      roles.contains(RoleSet(role(of: memory, at: address))) ? .max : 0
    }
  }

  /// The role of a unit of real storage.
  func role(of memory: MemoryID, at address: UInt64) -> Role {
    let memory = isa.memories[Int(memory)]
    return memory.regions.first { $0.first <= address && address <= $0.last }?.role ?? memory.role
  }

  /// Whether the place is storage that a shift may move along.
  func isMovable(_ place: Place) -> Bool {
    guard case .unit(let memory, let address) = place,
      isa.memories[Int(memory)].translate != nil
    else { return false }
    return role(of: memory, at: address) == isa.memories[Int(memory)].role
  }

  /// Whether two states differ in bits that `mask` selects.
  func differs(
    _ a: ConcreteState, _ b: ConcreteState, mask: (Place) -> UInt128
  ) -> Bool {
    a.values.contains { place, value in
      let difference = value ^ b[place]
      return difference != 0 && difference & mask(place) != 0
    }
      || b.values.contains { place, value in
        value != 0 && a.values[place] == nil && value & mask(place) != 0
      }
  }
}
