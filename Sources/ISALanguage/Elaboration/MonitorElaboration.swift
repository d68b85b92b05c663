import ISACore

/// The `monitor` block, read once everything that it names is known.
extension Elaborator {
  func elaborateMonitor(_ items: [ItemSyntax]) {
    for case .monitor(let block) in items.map(\.kind) {
      MonitorElaborator(self, block).run()
    }
  }
}

/// Elaborates one `monitor` block.
private struct MonitorElaborator {
  let machine: Elaborator
  let header: SourceSpan
  /// Without those that repeat another.
  private let parts: [MonitorPartSyntax]
  /// Errors that were reported before the block was read.
  private let earlierErrors: Int

  /// The guest's number, as programs of the block see it.
  private static let guestWidth = 8

  init(_ machine: Elaborator, _ syntax: MonitorSyntax) {
    self.machine = machine
    header = syntax.header
    earlierErrors = machine.errorCount
    var earlier: [String: SourceSpan] = [:]
    parts = syntax.parts.filter { part in
      guard let key = part.key, let first = earlier.updateValue(part.span, forKey: key) else {
        return true
      }
      machine.report(
        Diagnostic(
          .repeatedPart, "`monitor` has two parts `\(key)`", at: part.span,
          notes: [.init("first here", at: first)]))
      return false
    }
  }

  func run() {
    let storage = shares()
    guard let first = machine.translated.min() else {
      machine.report(
        Diagnostic(
          .incompleteMonitor,
          "no memory of this machine has a `translate`, so nothing can keep guests apart",
          at: header))
      return
    }
    guard let map = map(addressWidth: machine.set.memories[Int(first)].addressWidth) else {
      machine.report(
        Diagnostic(
          .incompleteMonitor,
          "`monitor` needs `map(origin, extent, guest) { … }`: the real state of a virtual one",
          at: header))
      return
    }
    var result = MonitorMap(
      storage: storage, elements: standing(with: map, storage), map: map, span: header)
    for part in parts {
      elaborate(part, of: &result, addressWidth: machine.set.memories[Int(first)].addressWidth)
    }
    machine.set.monitor = result
  }

  private func elaborate(
    _ part: MonitorPartSyntax, of result: inout MonitorMap, addressWidth: Int
  ) {
    switch part.kind {
    case .start(let body): result.start = program(body, rights: [.write, .inOrder])
    case .recover(let entry, let body):
      guard let index = self.entry(entry) else { return }
      result.recoveries.append(.init(entry: index, program: program(body), span: part.span))
    case .install(let names, let body):
      // What the guest may do there, a bit each, where the block wants to know.
      let intents =
        names.count > 3 || machine.set.recordsAccesses ? Intent.allCases.map { _ in 1 } : []
      result.install = program(
        body, names: names, widths: [addressWidth, addressWidth, Self.guestWidth] + intents,
        of: intents.isEmpty
          ? "install(va, ra, guest)" : "install(va, ra, guest, fetch, load, store)",
        at: part.span, mayHaveResult: true)
    case .remove(let names, let body):
      result.remove = program(
        body, names: names, widths: [addressWidth, Self.guestWidth], of: "remove(va, guest)",
        at: part.span)
    case .flush(let body): result.flush = program(body)
    case .preempt(let body): result.preempt = program(body)
    case .resume(let body): result.resume = program(body)
    case .keep(let list): for (place, value) in list { result.kept += kept(place, value) }
    case .storage, .direct, .owned, .attached, .map: break
    }
  }

  // MARK: Storage

  /// One line for each memory that is translated, and for no other.
  private func shares() -> [MonitorMap.StorageShare] {
    var shares: [MonitorMap.StorageShare] = []
    var mentioned: Set<MemoryID> = []
    for part in parts {
      guard case .storage(let name, let reserve, let granule) = part.kind,
        let id = machine.memoryID(name)
      else { continue }
      mentioned.insert(id)
      guard machine.isTranslated(id) else {
        machine.report(
          Diagnostic(
            .unsharedStorage, "`\(name.text)` has no `translate`, so it cannot be shared out",
            at: name.span))
        continue
      }
      if let share = share(of: id, reserve, granule, at: part.span) { shares.append(share) }
    }
    for id in machine.translated.sorted() where !mentioned.contains(id) {
      let memory = machine.set.memories[Int(id)]
      machine.report(
        Diagnostic(
          .unsharedStorage,
          "`\(memory.name)` has a `translate`, and `monitor` does not say how it is shared out",
          at: memory.span,
          notes: [.init("add `storage \(memory.name) reserve … granule …`", at: header)]))
    }
    return shares
  }

  private func share(
    of id: MemoryID, _ reserve: ExpressionSyntax, _ granule: ExpressionSyntax,
    at span: SourceSpan
  ) -> MonitorMap.StorageShare? {
    guard let kept = machine.number(reserve), let unit = machine.number(granule) else { return nil }
    guard !unit.isNegative, unit.magnitude.nonzeroBitCount == 1 else {
      machine.report(Diagnostic(.badShare, "a granule is a power of two", at: granule.span))
      return nil
    }
    let memory = machine.set.memories[Int(id)]
    let size = UInt128(memory.size)
    guard unit.magnitude <= size, !kept.isNegative, kept.magnitude <= size - unit.magnitude else {
      machine.report(
        Diagnostic(
          .badShare,
          "of the \(size) units of `\(memory.name)`, \(kept.text) reserved leave no granule of \(unit.text) for a guest",
          at: reserve.span.through(granule.span)))
      return nil
    }
    return .init(
      memory: id, reserved: UInt64(kept.magnitude), granule: UInt64(unit.magnitude), span: span)
  }

  /// `memory[address, n] = value`: at a virtual address, of translated memory alone.
  private func kept(_ place: ExpressionSyntax, _ value: ExpressionSyntax) -> [MonitorMap.Kept] {
    (machine.stateAssignments(place, value) ?? []).compactMap { target, value in
      guard case .memory(let memory, let address, let units) = target,
        machine.isTranslated(memory)
      else {
        machine.report(
          Diagnostic(
            .wrongKind, "what a monitor keeps for the processor lies in memory that is translated",
            at: place.span))
        return nil
      }
      return MonitorMap.Kept(
        memory: memory, address: address, units: units, value: value, span: place.span)
    }
  }

  // MARK: The map

  private func map(addressWidth: Int) -> Program? {
    for part in parts {
      guard case .map(let names, let body) = part.kind else { continue }
      // An extent may be all of the storage, which takes one bit more than an address.
      return program(
        body, names: names, widths: [addressWidth, addressWidth + 1, Self.guestWidth],
        of: "map(origin, extent, guest)", at: part.span)
    }
    return nil
  }

  private func standing(
    with map: Program, _ storage: [MonitorMap.StorageShare]
  ) -> [MonitorMap.StateMapping] {
    var standing = MonitorStanding(machine)
    for part in parts {
      switch part.kind {
      case .direct(let list): standing.claim(list, .direct)
      case .owned(let list): standing.claim(list, .owned)
      case .attached(let file, let block):
        guard let bits = machine.stateBits(file),
          let units = units(of: bits, block, storage)
        else { continue }
        standing.claim(bits, units)
      default: break
      }
    }
    standing.note(writesOf: map)
    // Where a name is misspelt, what it was to place is not missing.
    guard machine.errorCount == earlierErrors else { return [] }
    return standing.elements(header: header)
  }

  /// `attached file block units`: one element for each block of the first translated memory.
  private func units(
    of file: StateBits, _ block: ExpressionSyntax, _ storage: [MonitorMap.StorageShare]
  ) -> MonitorMap.Standing? {
    let register = machine.set.registers[Int(file.register)]
    guard register.isFile, file.width == register.width else {
      machine.report(
        Diagnostic(
          .wrongKind, "what is attached to storage is a file of registers, named whole",
          at: file.span))
      return nil
    }
    guard let memory = machine.translated.min(), let units = machine.number(block),
      let share = storage.first(where: { $0.memory == memory })
    else { return nil }
    let granule = share.granule
    guard !units.isNegative, units.magnitude > 0, UInt128(granule) % units.magnitude == 0 else {
      machine.report(
        Diagnostic(
          .badShare,
          "a granule of \(granule) units is not made up of whole blocks of \(units.text)",
          at: block.span))
      return nil
    }
    let size = UInt128(machine.set.memories[Int(memory)].size)
    guard units.magnitude * UInt128(register.count) >= size else {
      machine.report(
        Diagnostic(
          .badShare,
          "\(register.count) blocks of \(units.text) units do not cover the \(size) of "
            + "`\(machine.set.memories[Int(memory)].name)`", at: file.span.through(block.span)))
      return nil
    }
    return .attached(memory, units: UInt64(units.magnitude))
  }

  // MARK: Programs

  private func entry(_ name: Identifier) -> Int? {
    switch machine.symbol(name.text) {
    case .entry(let index)?: return index
    case nil:
      machine.reportUnknown(name, what: "entry", among: machine.set.entries.map(\.name))
    case let other?:
      machine.report(
        Diagnostic(.wrongKind, "`\(name.text)` is \(other.kind), not an entry", at: name.span))
    }
    return nil
  }

  private func program(
    _ body: [StatementSyntax], rights: ProgramElaborator.Rights = .write
  ) -> Program {
    program(body, names: [], widths: [], of: "", at: header, rights: rights)
  }

  /// A program whose parameters the block names and whose widths the machine gives.
  private func program(
    _ body: [StatementSyntax], names: [Identifier], widths: [Int], of model: String,
    at span: SourceSpan, rights: ProgramElaborator.Rights = .write, mayHaveResult: Bool = false
  ) -> Program {
    guard names.count == widths.count else {
      machine.report(
        Diagnostic(
          .argumentCount, "`\(model)` has \(widths.count) names, not \(names.count)", at: span))
      return Program()
    }
    let program = ProgramElaborator(machine, rights: rights)
    for (name, width) in zip(names, widths) {
      let local = program.builder.makeParameter(name.text, width: width, at: name.span)
      program.bind(
        name, .value(Value(program.builder.read(local, at: name.span), width: width)))
    }
    guard mayHaveResult, case .result(let expression)? = body.last?.kind else {
      program.statements(body)
      program.builder.commit(advance: [])
      return program.builder.finish()
    }
    program.statements(Array(body.dropLast()))
    if let result = program.value(expression, width: 1) {
      let local = program.builder.makeLocal("result", width: 1, at: expression.span)
      program.builder.emit(.assign(local, result.node), at: expression.span)
      program.builder.setResult(local)
    }
    program.builder.commit(advance: [])
    return program.builder.finish()
  }
}
