import ISACore

extension Machine {
  /// Puts a value into a piece of state, as tests give them; choices are not state.
  public func set(_ given: StateAssignment) {
    switch given.target {
    case .register(let register, let element, let low, let width):
      setBits(register, element, low: low, width: width, given.value)
    case .memory(let memory, let address, let units):
      store(memory, address, units: units, given.value)
    case .choice: break
    }
  }
}
