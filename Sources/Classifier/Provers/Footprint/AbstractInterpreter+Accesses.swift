import ISACore

extension AbstractInterpreter {
  /// What a load brings, or nil if it always traps.
  func load(
    _ access: Access, at span: SourceSpan, in state: AbstractState, path: Labels
  ) -> AbstractValue? {
    if access.isReal, depth > 0 || layout.tables.areRead(at: span) {
      return loadTable(access, in: state)
    }
    guard let reached = reach(access, in: state, path: path) else { return nil }
    let memory = isa.memories[Int(access.memory)]
    var labels = reached.labels
    labels.formUnion(state.memories[Int(access.memory)].labels)
    for role in reached.roles.roles { labels.formUnion(Labels(role)) }
    for (index, gate) in layout.gates.enumerated() {
      switch gate.place {
      case .memory(access.memory): labels.formUnion(Labels(gate: index))
      case .region(access.memory, _) where reached.roles.contains(RoleSet(gate.role)):
        labels.formUnion(Labels(gate: index))
      default: break
      }
    }
    return AbstractValue(number: fresh(), width: access.units * memory.unitWidth, labels: labels)
  }

  /// What a translation finds in its tables: map, wherever they lie, that moves with the map.
  private func loadTable(_ access: Access, in state: AbstractState) -> AbstractValue {
    let labels = Labels(Role.map).union(.moved)
      .union(evaluate(access.address, in: state).labels)
      // What goes through the translation does not reach its tables.
      .union(state.isMapWritten ? state.memories[Int(access.memory)].labels : [])
    let width = access.units * isa.memories[Int(access.memory)].unitWidth
    return AbstractValue(number: fresh(), width: width, labels: labels)
  }

  /// - Returns: false if the store always traps.
  func store(
    _ access: Access, value: ExpressionID, in state: inout AbstractState, path: Labels
  ) -> Bool {
    let labels = evaluate(value, in: state).labels
    guard let reached = reach(access, in: state, path: path) else { return false }
    var memory = state.memories[Int(access.memory)]
    memory.labels.formUnion(labels.union(reached.labels))
    memory.changed.formUnion(reached.roles)
    memory.stamp = fresh()
    state.isClean = false
    state.memories[Int(access.memory)] = memory
    // Translation tables may lie in storage that is written past the translation.
    if access.isReal { state.isMapWritten = true }
    return true
  }

  /// Where an access may go: the roles of the units and the state that decides which they are.
  private func reach(
    _ access: Access, in state: AbstractState, path: Labels
  ) -> (roles: RoleSet, labels: Labels)? {
    let memory = isa.memories[Int(access.memory)]
    if !access.isReal, memory.translate != nil {
      guard let labels = translate(access, in: state, path: path) else {
        return nil
      }
      // Storage seen through translation is the program's own, wherever it lies.
      return (RoleSet(memory.role), labels)
    }
    let address = evaluate(access.address, in: state)
    var roles: RoleSet = RoleSet(memory.role)
    var labels = address.labels
    var isFixed = false
    if let known = address.constant {
      let touched = memory.roles(from: known, units: access.units)
      roles = touched.roles
      isFixed = touched.isInRegions
    } else {
      for region in memory.regions { roles.insert(RoleSet(region.role)) }
    }
    // Storage without a role of its own is what moves under a program that is relocated.
    // Under a monitor no real storage is the guest's.
    if memory.translate != nil && !isFixed || layout.isMonitored { labels.formUnion(.moved) }
    return (roles, labels)
  }

  /// State that decides where a translated access goes, or nil if it always traps.
  func translate(
    _ access: Access, in state: AbstractState, path: Labels
  ) -> Labels? {
    let address = evaluate(access.address, in: state).labels
    guard !access.isReal, let translate = isa.memories[Int(access.memory)].translate else {
      return address
    }
    let translation: Translation
    if state.isClean, let known = translations[access.memory] {
      translation = known
    } else {
      translation = follow(translate, from: state)
      if state.isClean { translations[access.memory] = translation }
    }
    for var trap in translation.traps {
      if isTranslationShiftInvariant, !state.isMapWritten { trap.labels.subtract(.moved) }
      note(trap, path: address.union(path))
    }
    guard var labels = translation.labels else { return nil }
    // Both runs find the same storage at the same virtual address, however it moved: that is
    // what shift(s, x) means, as long as the translation is the one that s started with.
    if isTranslationShiftInvariant, !state.isMapWritten, !labels.contains(.intent) {
      labels.subtract(.moved)
    } else if layout.canShift || layout.isMonitored {
      labels.formUnion(.moved)
    }
    return labels.subtracting(.intent).union(address)
  }

  /// Follows a `translate` for an address that nothing is known of.
  private func follow(
    _ translate: Program, from state: AbstractState
  ) -> Translation {
    guard depth == 0 else { return Translation(labels: .everything, traps: []) }
    depth += 1
    let caller = program
    let callerTraps = footprint.traps
    let callerExits = exits
    defer {
      depth -= 1
      program = caller
      footprint.traps = callerTraps
      exits = callerExits
    }
    program = translate
    footprint.traps = [:]
    var inside = state
    inside.locals = translate.locals.map { AbstractValue(constant: 0, width: $0.width) }
    let given: [(LocalID, Labels)] = Array(
      zip(translate.parameters, [Labels(), Labels.intent]))
    for (parameter, labels) in given {
      let width = translate.locals[Int(parameter)].width
      inside.locals[Int(parameter)] = AbstractValue(
        number: fresh(), width: width, labels: labels)
    }
    guard let flow = run(translate.body, from: inside, path: []) else {
      return Translation(labels: .everything, traps: Array(footprint.traps.values))
    }
    guard case .goesOn(let end) = flow, let result = translate.result else {
      return Translation(labels: nil, traps: Array(footprint.traps.values))
    }
    // A translation that writes (reference bits) is followed as if it reached for everything.
    if !end.isSameOutside(locals: state) {
      return Translation(labels: .everything, traps: Array(footprint.traps.values))
    }
    return Translation(labels: end.locals[Int(result)].labels, traps: Array(footprint.traps.values))
  }
}

extension Memory {
  /// Roles of consecutive real units, and whether all lie in regions.
  func roles(from address: UInt128, units: Int) -> (roles: RoleSet, isInRegions: Bool) {
    var roles: RoleSet = []
    var isInRegions = true
    let mask = BitVector.mask(addressWidth)
    for unit in 0..<UInt128(units) {
      let real = UInt64((address &+ unit) & mask)
      if let region = regions.first(where: { $0.first <= real && real <= $0.last }) {
        roles.insert(RoleSet(region.role))
      } else {
        roles.insert(RoleSet(role))
        isInRegions = false
      }
    }
    return (roles, isInRegions)
  }
}
