import ISACore

/// Runs single-step cases on one machine.
struct ConformanceRunner {
  private let machine: Machine
  private let vocabulary: ConformanceVocabulary
  private let labels: TrapLabels
  private let memory: MemoryID
  private let unitWidth: Int
  /// All zeros and the environment.
  private var ground: Machine.Snapshot
  private var next = ConformanceCase()
  /// What each register name stands at before the step, and what it should be after it.
  private var expected: [UInt128]
  private var masks: [UInt128]
  /// By name: what finds the element, where that depends on the state.
  private let indices: [Machine.PreparedProgram?]
  /// Which names are compared in this case.
  private var isCompared: [Bool]
  /// What comes between loading a case and its step.
  private let begin: Machine.PreparedProgram?
  /// Where the next instruction is.
  private let fetch: Machine.PreparedProgram
  /// Files of which names stand for different elements in different states.
  private let moving: Set<RegisterID>
  /// Elements of registers that no name stands for, nor a part of them, and that nothing is made of
  /// what is named; of large files, the first.
  private let unstated: [(register: RegisterID, element: Int, width: Int)]
  /// Elements that the case states through such names, after the step.
  private var stated: Set<StateChange.Place> = []

  init(_ isa: InstructionSet, names: ConformanceNames, choices: [ChoiceID: UInt128]) {
    machine = Machine(isa, choices: choices)
    memory = names.memory
    unitWidth = isa.memories[Int(names.memory)].unitWidth
    vocabulary = ConformanceVocabulary(names, unitWidth: unitWidth)
    labels = TrapLabels(isa)
    expected = Array(repeating: 0, count: names.names.count)
    masks = expected
    isCompared = Array(repeating: true, count: names.names.count)
    begin = names.begin.map { [machine] in machine.prepare($0) }
    fetch = machine.prepare(isa.fetch.program)
    indices = names.names.map { [machine] in $0.index.map { machine.prepare($0) } }
    moving = Set(names.names.filter { $0.index != nil }.map(\.register))
    unstated = Self.unstated(by: names, isa)
    ground = machine.snapshot()
  }

  private static func unstated(
    by names: ConformanceNames, _ isa: InstructionSet
  ) -> [(register: RegisterID, element: Int, width: Int)] {
    var stated = Set(names.blockLists.map(\.register))
    stated.formUnion(names.names.filter { $0.index != nil }.map(\.register))
    names.begin?.forEachStatement { statement in
      if case .write(let register, _, _, _, _) = statement.kind { stated.insert(register) }
    }
    let elements = Set(
      names.names.map { StateChange.Place.register($0.register, element: $0.element) })
    var unstated: [(register: RegisterID, element: Int, width: Int)] = []
    for (index, register) in isa.registers.enumerated() where !stated.contains(RegisterID(index)) {
      for element in 0..<min(register.count, 64)
      where !elements.contains(.register(RegisterID(index), element: element)) {
        unstated.append((RegisterID(index), element, register.width))
      }
    }
    return unstated
  }

  /// Runs the case or loads the environment in one line, and adds the outcome to the report.
  mutating func run(
    _ bytes: UnsafeBufferPointer<UInt8>, line: Int, range: Range<Int>,
    into report: inout Conformance.Report
  ) throws(Conformance.MalformedInput) {
    var reader = JSONReader(bytes, range: range)
    do {
      try next.read(&reader, vocabulary: vocabulary)
    } catch {
      throw Conformance.MalformedInput(
        line: line, column: error.offset - range.lowerBound + 1, message: error.message)
    }
    if next.isEnvironment {
      loadEnvironment()
      return
    }
    if let reason = unsupported() {
      report.add(
        Conformance.Unsupported(line: line, name: next.name, reason: reason, tags: next.tags))
      return
    }
    let differences = differencesAfterStep()
    if differences.isEmpty {
      report.addPassed(next.name)
    } else if let place = unstatedPlace(behind: differences) {
      report.add(
        Conformance.Unsupported(
          line: line, name: next.name,
          reason: "the result hangs on \(place), which the case does not state", tags: next.tags))
    } else {
      report.add(
        Conformance.Failure(
          line: line, name: next.name, bytes: next.bytes, tags: next.tags,
          differences: differences))
    }
  }

  private mutating func loadEnvironment() {
    machine.discard(ground)
    machine.clear()
    load(next.environment)
    ground = machine.snapshot()
  }

  /// Why the case says nothing about this machine.
  private func unsupported() -> String? {
    if next.isa != vocabulary.names.isa {
      return "the case is for \"\(next.isa)\", the machine is \"\(vocabulary.names.isa)\""
    }
    if let name = next.unknownName { return "the description has no name \"\(name)\"" }
    if let trap = next.trap, !labels.isDeclared(trap) {
      return "the description declares no trap \"\(trap)\""
    }
    return nil
  }

  private func load(_ state: ConformanceCase.State) {
    // What a name stands for may depend on the others.
    for isMoving in [false, true] {
      for item in state.registers where (indices[item.name] != nil) == isMoving {
        let name = vocabulary.names.names[item.name]
        machine.setBits(
          name.register, element(item.name), low: name.low, width: name.width, item.value)
      }
    }
    for run in state.memory {
      for (offset, unit) in run.units.enumerated() {
        machine.setUnit(memory, run.address &+ UInt64(offset), next.units[unit])
      }
    }
    for block in state.blocks {
      let list = vocabulary.names.blockLists[block.list]
      guard let element = element(of: block) else { continue }
      machine.setRegister(list.register, element, UInt128(block.value >> UInt64(list.shift)))
    }
  }

  private func element(of block: ConformanceCase.BlockValue) -> Int? {
    Int(exactly: block.address / max(1, vocabulary.names.blockLists[block.list].block))
  }

  /// The element that a name stands for in the current state.
  private func element(_ name: Int) -> Int {
    guard let program = indices[name] else { return vocabulary.names.names[name].element }
    guard case .completed(let element) = machine.evaluate(program) else { return 0 }
    return Int(truncatingIfNeeded: element)
  }

  // MARK: One case

  /// Register state that no name of the data stands for and that would have to hold just what is
  /// expected of one named register for the case to come out as stated: what data have taken from a
  /// running machine, which still had it from before.
  private mutating func unstatedPlace(behind differences: [Conformance.Difference]) -> String? {
    guard differences.count == 1, let value = UInt128(differences[0].expected, radix: 16),
      vocabulary.names.names.contains(where: { $0.name == differences[0].place })
    else { return nil }
    for place in unstated where BitVector.mask(place.width) >= value {
      if differencesAfterStep(with: (place.register, place.element, value)).isEmpty {
        let register = machine.isa.registers[Int(place.register)]
        return register.isFile ? "\(register.name)[\(place.element)]" : register.name
      }
    }
    return nil
  }

  /// - Parameter unstated: what a register that the case does not state holds; nil: what it has of
  ///   the environment.
  private mutating func differencesAfterStep(
    with unstated: (register: RegisterID, element: Int, value: UInt128)? = nil
  ) -> [Conformance.Difference] {
    machine.restore(ground)
    load(next.before)
    if let begin, case .trapped = machine.evaluate(begin) {
      return [.init(place: "begin", expected: "done", actual: "a trap")]
    }
    if let (register, element, value) = unstated { machine.setRegister(register, element, value) }
    let start = machine.snapshot()
    let names = vocabulary.names.names
    for index in names.indices {
      if indices[index] == nil { expected[index] = value(index) }
      masks[index] = .max
      isCompared[index] = indices[index] == nil && !names[index].isGiven
    }
    for item in next.after.registers {
      expected[item.name] = item.value
      isCompared[item.name] = indices[item.name] == nil
    }
    for item in next.mask.registers { masks[item.name] = item.value }

    guard let outcome = step() else {
      return [
        .init(
          place: "steps", expected: "\(Self.longestRepetition) at most", actual: "no end")
      ]
    }
    var differences: [Conformance.Difference] = []
    compare(outcome, &differences)
    for index in names.indices where isCompared[index] { compare(index, &differences) }
    stated.removeAll(keepingCapacity: true)
    for item in next.after.registers where indices[item.name] != nil {
      stated.insert(.register(names[item.name].register, element: element(item.name)))
      compare(item.name, &differences)
    }
    for run in next.after.memory { compare(run, &differences) }
    for block in next.after.blocks { compare(block, &differences) }
    compareUnlisted(machine.changes(since: start), &differences)
    return differences
  }

  /// Steps that a repeated instruction may take.
  private static let longestRepetition = 1_000_000
  /// The tag of a case that states what a repeated instruction has done in the end.
  private static let repetitionTag = "rep"

  /// One instruction: a repeated one, which a description does piece by piece, until it is left or
  /// a trap interrupts it. nil: it has no end.
  private func step() -> StepOutcome? {
    guard next.tags.contains(Self.repetitionTag) else { return machine.step() }
    let start = machine.evaluate(fetch)
    for _ in 0..<Self.longestRepetition {
      let outcome = machine.step()
      if outcome != .retired || machine.evaluate(fetch) != start { return outcome }
    }
    return nil
  }

  private func value(_ index: Int) -> UInt128 {
    let name = vocabulary.names.names[index]
    return machine.bits(name.register, element(index), low: name.low, width: name.width)
  }

  private func compare(_ index: Int, _ differences: inout [Conformance.Difference]) {
    let found = value(index) & masks[index]
    let wanted = expected[index] & masks[index]
    guard found != wanted else { return }
    let name = vocabulary.names.names[index]
    differences.append(
      Conformance.Difference(
        place: name.name, expected: BitVector(wanted, width: name.width).hex,
        actual: BitVector(found, width: name.width).hex))
  }

  private func compare(_ outcome: StepOutcome, _ differences: inout [Conformance.Difference]) {
    let actual: String? =
      switch outcome {
      case .retired: nil
      case .waited: "wait"
      case .trapped(let trap, _, let arguments): labels.label(trap, arguments)
      case .interrupted(let index): "interruption \(machine.isa.interrupts[index].name)"
      case .stopped(let reason): "stopped: \(reason)"
      }
    guard actual != next.trap else { return }
    differences.append(
      Conformance.Difference(
        place: "trap", expected: next.trap ?? "none", actual: actual ?? "none"))
  }

  // MARK: Memory

  /// The mask of the unit at an address: all ones unless the case says otherwise.
  private func mask(at address: UInt64) -> UInt128 {
    for run in next.mask.memory
    where address >= run.address && address - run.address < UInt64(run.units.count) {
      return next.units[run.units.lowerBound + Int(address - run.address)]
    }
    return .max
  }

  private func compare(
    _ run: ConformanceCase.Run, _ differences: inout [Conformance.Difference]
  ) {
    var isEqual = true
    for (offset, unit) in run.units.enumerated() {
      let address = run.address &+ UInt64(offset)
      let differing = machine.unit(memory, address) ^ next.units[unit]
      if differing != 0, differing & mask(at: address) != 0 { isEqual = false }
    }
    guard !isEqual else { return }
    var wanted = ""
    var found = ""
    for (offset, unit) in run.units.enumerated() {
      let address = run.address &+ UInt64(offset)
      let mask = mask(at: address)
      wanted += BitVector(next.units[unit] & mask, width: unitWidth).hex
      found += BitVector(machine.unit(memory, address) & mask, width: unitWidth).hex
    }
    differences.append(
      Conformance.Difference(place: place(run.address), expected: wanted, actual: found))
  }

  private func compare(
    _ block: ConformanceCase.BlockValue, _ differences: inout [Conformance.Difference]
  ) {
    let list = vocabulary.names.blockLists[block.list]
    guard let element = element(of: block) else { return }
    let wanted = UInt128(block.value >> UInt64(list.shift))
    let found = machine.register(list.register, element)
    guard wanted != found else { return }
    let width = machine.isa.registers[Int(list.register)].width
    differences.append(
      Conformance.Difference(
        place: "\(list.name)[\(place(block.address))]",
        expected: BitVector(wanted, width: width).hex,
        actual: BitVector(found, width: width).hex))
  }

  private func place(_ address: UInt64) -> String {
    "0x" + String(address, radix: 16, uppercase: true)
  }

  /// What the step changed though the case does not list it; named registers have been compared.
  private func compareUnlisted(
    _ changes: [StateChange], _ differences: inout [Conformance.Difference]
  ) {
    for change in changes {
      switch change.place {
      case .unit(let memory, let address):
        guard memory == self.memory, !isListed(address),
          (change.before ^ change.after) & mask(at: address) != 0
        else { continue }
        differences.append(
          Conformance.Difference(
            place: place(address), expected: BitVector(change.before, width: unitWidth).hex,
            actual: BitVector(change.after, width: unitWidth).hex))
      case .register(let register, let element):
        if moving.contains(register), !stated.contains(change.place),
          !isUnchangedByName(register, element)
        {
          let name = machine.isa.registers[Int(register)]
          differences.append(
            Conformance.Difference(
              place: "\(name.name)[\(element)]",
              expected: BitVector(change.before, width: name.width).hex,
              actual: BitVector(change.after, width: name.width).hex))
        }
        guard let list = vocabulary.names.blockLists.first(where: { $0.register == register }),
          !next.after.blocks.contains(where: { self.element(of: $0) == element })
        else { continue }
        let width = machine.isa.registers[Int(register)].width
        differences.append(
          Conformance.Difference(
            place: "\(list.name)[\(place(UInt64(element) &* list.block))]",
            expected: BitVector(change.before, width: width).hex,
            actual: BitVector(change.after, width: width).hex))
      }
    }
  }

  /// Whether a name that the case does not list after the step stands for this element now and has,
  /// under its mask, the value it had before, when it may have stood for another element: what a
  /// stack of registers pushes may be what was on top of it.
  private func isUnchangedByName(_ register: RegisterID, _ element: Int) -> Bool {
    let names = vocabulary.names.names
    return names.indices.contains { index in
      guard indices[index] != nil, names[index].register == register,
        names[index].width == machine.isa.registers[Int(register)].width,
        self.element(index) == element
      else { return false }
      let before = next.before.registers.last { $0.name == index }?.value
      return masks[index] == 0 || before.map { ($0 ^ value(index)) & masks[index] == 0 } == true
    }
  }

  private func isListed(_ address: UInt64) -> Bool {
    next.after.memory.contains {
      address >= $0.address && address - $0.address < UInt64($0.units.count)
    }
  }
}
