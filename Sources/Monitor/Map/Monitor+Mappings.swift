import ISACore
import Machine

/// Mappings, built when they are missed: bounds registers need none, associative stores and page
/// tables do.
extension Monitor {
  /// Tries to build what an access of a guest missed.
  ///
  /// - Returns: false if the virtual machine traps there too, or what was missing is there
  ///   already: the instruction is the interpreter's.
  func resolveMapping(_ real: RealTrap, of guest: VirtualMachine) -> Bool {
    let v = guest.machine
    if guest.mappingTime == v.time {
      guest.mappingTries += 1
      // More turns than an instruction has pages: it does not help.
      if guest.mappingTries > 2 * Allocator.reserve { return false }
    } else {
      guest.mappingTime = v.time
      guest.mappingTries = 0
    }
    let start = v.snapshot()
    v.isTracing = true
    v.clearAccesses()
    let outcome = v.step()
    let accesses = v.accesses
    let instruction = v.lastInstruction
    v.isTracing = false
    v.clearAccesses()
    v.restore(start)
    v.discard(start)
    guard outcome == .retired else { return false }

    var wanted: [(va: UInt64, intent: Intent)] = []
    let memory = isa.memories[Int(allocator.memory)]
    let granule = UInt64(max(1, memory.granule))
    func want(_ address: UInt64, _ units: Int, _ intent: Intent) {
      let mask = UInt64(truncatingIfNeeded: BitVector.mask(memory.addressWidth))
      var va = address / granule * granule
      for _ in 0...((UInt64(max(1, units)) + address % granule - 1) / granule) {
        wanted.append((va, intent))
        va = (va &+ granule) & mask
      }
    }
    want(instruction.address, max(1, instruction.length), .fetch)
    for access in accesses where access.memory == allocator.memory && !access.isReal {
      want(access.virtual, access.units, access.intent)
    }
    var hasMapped = false
    for (va, intent) in wanted where map(va, intent, for: guest) { hasMapped = true }
    return hasMapped
  }

  /// Builds one mapping.
  ///
  /// - Returns: whether it was missing and is there now.
  private func map(_ va: UInt64, _ intent: Intent, for guest: VirtualMachine) -> Bool {
    guard let install = prepared.install, !guest.unmappable.contains(va) else { return false }
    let v = guest.machine
    v.isTracing = true
    v.clearAccesses()
    let translation = v.translate(allocator.memory, va, intent: intent)
    let reads = v.accesses
    v.isTracing = false
    v.clearAccesses()
    guard case .completed(let virtualReal) = translation else { return false }
    let page = UInt64(virtualReal) / allocator.granule * allocator.granule
    let inPage = page...(page + allocator.granule - 1)
    if plan.deviceUnits.contains(where: inPage.overlaps) { return false }
    if mutation != .mapsTables {
      for read in reads where read.memory == allocator.memory {
        for unit in 0..<UInt64(max(1, read.units)) { guest.tableUnits.insert(read.real &+ unit) }
        protectTable(at: read.real, of: guest)
      }
      if guest.tables.contains(page) { return false }
    }
    guard var real = allocator.place(guest.number, UInt64(virtualReal)) else { return false }
    if mutation == .mapsNextPage { real = real &+ allocator.granule }
    // The tables are marked as the access will find them marked on the bare machine. What they do
    // not show yet has to come here first, so it is not let through.
    if mutation != .forgetsToRecord {
      _ = v.translate(allocator.memory, va, intent: intent, records: true)
    }
    let rights = Intent.allCases.map { other in
      v.translate(allocator.memory, va, intent: other) == translation
        && (mutation == .forgetsToRecord || v.isRecorded(allocator.memory, va, intent: other))
    }
    let mapping = VirtualMachine.Mapping(
      frame: real, rights: rights.reversed().reduce(0) { $0 << 1 | ($1 ? 1 : 0) })
    if guest.mappings[va] == mapping { return false }
    var parameters = [UInt128(va), UInt128(real), UInt128(guest.number)]
    if let wanted = plan.monitor.install?.parameters.count, wanted > parameters.count {
      parameters += rights.map { $0 ? 1 : 0 }
    } else if guest.mappings[va]?.frame == real {
      return false
    }
    if case .completed(0) = perform(install, parameters), plan.monitor.install?.result != nil {
      flushMappings(of: guest)
      if case .completed(0) = perform(install, parameters) {
        // To try it again would take the others away each time.
        if guest.unmappable.count < VirtualMachine.mostRemembered { guest.unmappable.insert(va) }
        // An address that is the monitor's own is never to be had; one that was had once is.
        if guest.everMapped.contains(va) {
          audit.violate("nothing is mapped, and there is no room to map \(hex(va))")
        } else if guest.everMapped.isEmpty, guest.refused.count <= VirtualMachine.mostRefused {
          guest.refused.insert(va)
          if guest.refused.count > VirtualMachine.mostRefused {
            audit.violate(
              "nothing was ever mapped: of \(guest.refused.count) addresses none is to be had")
          }
        }
        return false
      }
    }
    if guest.everMapped.count < VirtualMachine.mostRemembered { guest.everMapped.insert(va) }
    host.noteChange()
    guest.mappings[va] = mapping
    allocator.noteMapping(va, frame: allocator.frame(at: real))
    guest.unchecked.append((va, real, intent))
    return true
  }

  /// Takes the mappings of a block away from which the guest's own translation reads.
  private func protectTable(at real: UInt64, of guest: VirtualMachine) {
    let page = real / allocator.granule * allocator.granule
    guard guest.tables.insert(page).inserted,
      let place = allocator.place(guest.number, page)
    else { return }
    unmap(frame: allocator.frame(at: place))
  }

  /// Takes all mappings of a frame away.
  func unmap(frame: Int) {
    let owner = allocator.frames[frame].guest
    guard owner != 0, !allocator.frames[frame].mappings.isEmpty else { return }
    let guest = guests[owner - 1]
    guard let remove = prepared.remove else {
      flushMappings(of: guest)
      return
    }
    for va in allocator.frames[frame].mappings {
      guard guest.mappings.removeValue(forKey: va) != nil else { continue }
      _ = perform(remove, [UInt128(va), UInt128(guest.number)])
    }
    allocator.forgetMappings(frame: frame)
    guest.unchecked.removeAll { guest.mappings[$0.va] == nil }
    host.noteChange()
  }

  /// Forgets all mappings. Those of all guests go: `flush` does not tell them apart.
  func flushMappings(of guest: VirtualMachine?) {
    guard let flush = prepared.flush else { return }
    guard guests.contains(where: { !$0.mappings.isEmpty || !$0.tables.isEmpty }) else { return }
    _ = perform(flush)
    for guest in guests {
      guest.forgetMappings()
      allocator.forgetMappings(of: guest.number)
    }
    host.noteChange()
  }

  /// Forgets a guest's mappings, one by one where there are few: to flush takes more work the more
  /// could be mapped. Now and then it is done all the same, so that it is tried as well.
  func dropMappings(of guest: VirtualMachine) {
    drops += 1
    guard let remove = prepared.remove, guest.mappings.count <= Monitor.fewMappings,
      !drops.isMultiple(of: Monitor.dropsUntilFlush)
    else { return flushMappings(of: guest) }
    guard !guest.mappings.isEmpty || !guest.tables.isEmpty else { return }
    for va in guest.mappings.keys.sorted() {
      _ = perform(remove, [UInt128(va), UInt128(guest.number)])
    }
    guest.forgetMappings()
    allocator.forgetMappings(of: guest.number)
    host.noteChange()
  }

  private static let fewMappings = 16
  private static let dropsUntilFlush = 16

  /// Runs one of the block's procedures on the host. What it stores must stay in the storage that
  /// the monitor keeps for itself.
  func perform(
    _ procedure: Machine.PreparedProgram, _ parameters: [UInt128] = []
  ) -> Machine.EvaluationOutcome {
    let machine = host.machine
    machine.isTracing = true
    machine.clearAccesses()
    let outcome = machine.evaluate(procedure, parameters: parameters)
    if let stray = machine.accesses.first(where: {
      $0.intent == .store && $0.memory == allocator.memory && $0.real >= allocator.firstFrame
    }) {
      audit.violate("a procedure of the monitor block stores at \(hex(stray.real))")
    }
    machine.isTracing = false
    machine.clearAccesses()
    return outcome
  }

  /// Does something to the virtual state, and forgets the mappings if it has stored into a table
  /// that they were made from.
  func watchingTables<Result>(of guest: VirtualMachine, _ body: () -> Result) -> Result {
    guard !guest.tableUnits.isEmpty, mutation != .keepsStaleMappings else { return body() }
    let machine = guest.machine
    machine.isTracing = true
    machine.clearAccesses()
    let result = body()
    let hits = machine.accesses.contains { access in
      access.intent == .store && access.memory == allocator.memory
        && (0..<UInt64(max(1, access.units))).contains {
          guest.tableUnits.contains(access.real &+ $0)
        }
    }
    machine.isTracing = false
    machine.clearAccesses()
    if hits { flushMappings(of: guest) }
    return result
  }

  // MARK: What travels with storage

  /// A page has got a frame: the elements that belong to its blocks go with it.
  func placeAttached(_ guest: VirtualMachine, page: UInt64, frame: UInt64) {
    for (register, memory, units) in plan.attached where memory == allocator.memory {
      for offset in stride(from: 0, to: allocator.granule, by: Int(units)) {
        host.machine.setRegister(
          register, Int((frame + offset) / units),
          guest.machine.register(register, Int((page + offset) / units)))
      }
    }
  }

  /// The guest has changed such elements: the real ones follow.
  func refreshAttached(_ guest: VirtualMachine) {
    guard !plan.attached.isEmpty else { return }
    for (page, frame) in allocator.residentPages(of: guest.number) {
      placeAttached(guest, page: page, frame: frame)
    }
    host.noteChange()
  }

  /// The monitor inside a guest has changed that guest's state by privileged instructions, each of
  /// which would have trapped.
  func noteChange(by guest: VirtualMachine) {
    guest.profile.count(.interpreted)
    guest.profile.interpreted += 1
    // That trap came through the monitors further out, and going on is privileged again.
    host.noteReflection()
    host.noteChange()
    if !guest.mappings.isEmpty || !guest.tables.isEmpty { flushMappings(of: guest) }
    refreshAttached(guest)
  }

  /// A trap that belongs to a monitor inside the guest has been handed to it.
  func noteReflection(to guest: VirtualMachine) {
    guest.profile.count(.reflected)
    host.noteReflection()
    host.noteChange()
  }
}
