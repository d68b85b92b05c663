import ISACore

/// What is known of the step under way.
struct CurrentStep {
  var address: UInt64 = 0
  var form: FormReference?
  /// The form's program, whose frame holds the fields.
  var program: ProgramPointer?
  /// Addressable units; what `length` means in an entry sequence.
  var length = 0
  /// The trap that was taken.
  var trap: TrapID = 0
  var trapClass: TrapClass = .program
  var trapArguments: [UInt128] = []
  var interrupt = 0
  var stopReason: StopReason = .unchanging
  /// Entries in the journal when the step began.
  var journalStart = 0
  var openValues: UInt64 = 0
  /// The step wrote state that belongs to a device.
  var touchedDevice = false
}

extension Machine {
  /// `StepOutcome` without its details, which stand in `current`.
  enum StepEnd {
    case retired, waited, trapped, interrupted, stopped
    /// The processor waits, and was not to spend time on it.
    case idle
  }

  /// One step: a pending interruption if there is one, else one instruction, with the entry
  /// sequence of a trap.
  public func step() -> StepOutcome {
    outcome(advance())
  }

  private func outcome(_ end: StepEnd) -> StepOutcome {
    switch end {
    case .retired: .retired
    case .waited, .idle: .waited
    case .trapped:
      .trapped(current.trap, current.trapClass, arguments: current.trapArguments)
    case .interrupted: .interrupted(current.interrupt)
    case .stopped: .stopped(current.stopReason)
    }
  }

  /// Steps until `limit` steps are made, or the machine cannot or need not go on.
  public func run(limit: UInt64) -> RunResult {
    let start = retired
    var steps: UInt64 = 0
    while steps < limit {
      let end = advance()
      if end == .stopped {
        return RunResult(
          reason: .stopped(current.stopReason), steps: steps, retired: retired &- start)
      }
      steps += 1
      if isAtRest(after: end) {
        return RunResult(reason: .stopped(.unchanging), steps: steps, retired: retired &- start)
      }
    }
    return RunResult(reason: .limit, steps: steps, retired: retired &- start)
  }

  /// Steps until one does something else than retire an instruction that leaves the devices
  /// alone; that one is done, too, unless it is the first one of a wait.
  ///
  /// - Returns: the steps made, and what the last one did if it was not such an instruction. A
  ///   machine without ticks whose step changed nothing has stopped; that step counts.
  public func runUntilEvent(limit: UInt64) -> (steps: UInt64, event: StepOutcome?) {
    var steps: UInt64 = 0
    while steps < limit {
      let end = advance(mayWait: steps == 0)
      if end == .idle { break }
      steps += 1
      if end != .retired || current.touchedDevice { return (steps, outcome(end)) }
      if isAtRest(after: end) { return (steps, .stopped(.unchanging)) }
    }
    return (steps, nil)
  }

  /// The virtual address of the next instruction; nil if fetching it would trap.
  public func nextAddress() -> UInt64? {
    beginChange()
    guard core.run(programs.fetch) == .completed else { return nil }
    let result = programs.fetch.pointee.real
    let address = result >= 0 ? programs.fetch.pointee.frame[Int(result)] : 0
    return locate(address) ? address : nil
  }

  /// Whether the last step, in which an instruction retired, changed nothing that would make the
  /// next one do anything else.
  public var isResting: Bool { isAtRest(after: .retired) }

  /// Whether the last step wrote state that belongs to a device.
  public var touchedDevice: Bool { current.touchedDevice }

  /// Waits for `count` instruction times, at most `timeUntilTick`, and runs the ticks that are
  /// due. False: a tick trapped.
  public func wait(_ count: UInt64) -> Bool {
    beginChange()
    return clock.wait(count) ? passTime() != .stopped : true
  }

  /// Whether every following step will do what the last one did, which was nothing: state is as
  /// it was, no open value was drawn, and no time passes that a tick could make something of.
  @inline(__always)
  private func isAtRest(after end: StepEnd) -> Bool {
    (programs.ticks.isEmpty || end != .retired && end != .waited)
      && core.openValues == current.openValues
      && core.journal.isUnchanged(since: current.journalStart)
  }

  /// The instruction of the last step.
  public var lastInstruction: LastInstruction {
    var fields: [UInt128] = []
    if let program = current.program {
      fields = program.pointee.fields.map { $0.value(in: program.pointee.frame) }
    }
    return LastInstruction(
      address: current.address, form: current.form, fields: fields, length: current.length)
  }

  // MARK: The step

  /// - Parameter mayWait: false: a processor that waits is left as it is.
  func advance(mayWait: Bool = true) -> StepEnd {
    beginChange()
    current.journalStart = core.journal.count
    current.openValues = core.openValues
    current.length = 0
    current.form = nil
    current.program = nil
    current.touchedDevice = false
    if core.isExhausted { return stop(.storageExhausted) }
    if watch.isStirred(core.registers.words), let end = takeInterrupt() { return end }
    if let wait = programs.wait, isTrue(wait) {
      guard mayWait else { return .idle }
      return clock.wait(1) && passTime() == .stopped ? .stopped : .waited
    }

    guard core.run(programs.fetch) == .completed else { return takeTrap() }
    let result = programs.fetch.pointee.real
    let address = result >= 0 ? programs.fetch.pointee.frame[Int(result)] : 0
    current.address = address
    guard locate(address) else { return takeTrap() }
    let contexts = programs.contexts.isEmpty ? [] : startContexts()
    if !programs.contexts.isEmpty {
      // Evaluating the contexts may have moved what `locate` found.
      guard locate(address) else { return takeTrap() }
    }
    if !core.isSplit,
      let entry = cache.find(core.realAddress, contexts: contexts),
      isContiguous(address, real: core.realAddress, length: entry.length)
    {
      current.form = entry.form
      current.length = entry.length
      return perform(entry.program, mayPerform: true)
    }
    return fetchAndDecode(address, contexts: contexts)
  }

  @inline(__always)
  private func locate(_ address: UInt64) -> Bool {
    core.locate(fetchMemory, address, units: fetchChunk, intent: .fetch, isReal: false)
  }

  /// Whether an instruction of `length` units still lies where it was read from: the chunks
  /// after the first are translated unless they belong to the first one's block.
  @inline(__always)
  private func isContiguous(_ address: UInt64, real: UInt64, length: Int) -> Bool {
    guard length > fetchChunk else { return true }
    let translation = core.translations + fetchMemory
    guard translation.pointee.programs != nil else { return true }
    let mask = translation.pointee.granuleMask
    if mask != 0, (address & mask) &+ UInt64(length) <= mask &+ 1 { return true }
    var offset = fetchChunk
    while offset < length {
      guard locate(address &+ UInt64(offset)), !core.isSplit,
        core.realAddress == real &+ UInt64(offset)
      else {
        // The slow way finds out the same again, in its own order.
        _ = locate(address)
        return false
      }
      offset += fetchChunk
    }
    return true
  }

  /// The start values of the decode-time variables, as the state has them.
  public func startingContexts() -> [UInt128] {
    beginChange()
    return startContexts()
  }

  private func startContexts() -> [UInt128] {
    programs.contexts.map { program in
      guard core.run(program) == .completed else { return 0 }
      return program.pointee.result?.value(in: program.pointee.frame) ?? 0
    }
  }

  // MARK: Decoding

  /// Fetches chunk by chunk as far as decoding asks for; the first chunk has been located.
  private func fetchAndDecode(_ address: UInt64, contexts: [UInt128]) -> StepEnd {
    var units: [UInt128] = []
    let real = core.realAddress
    var isContiguous = true
    while true {
      isContiguous =
        isContiguous && !core.isSplit && core.realAddress == real &+ UInt64(units.count)
      appendLocatedUnits(to: &units)
      switch decoder.decode(units, contexts: contexts) {
      case .instruction(let decoded):
        let program = programs.form(decoded.form, of: isa)
        fillInputs(
          of: program, fields: decoded.fields, contexts: decoded.contexts, length: decoded.length)
        if isContiguous {
          remember(decoded, program: program, real: real, contexts: contexts)
        }
        current.form = decoded.form
        current.length = decoded.length
        return perform(program, mayPerform: true)
      case .undefined(let length):
        current.length = length
        return takeUndefined()
      case .needsMore:
        if let overlong = isa.overlongTrap, units.count + fetchChunk > overlong.units {
          current.length = units.count
          return takeTrap(overlong.trap, overlong.trapClass, arguments: [])
        }
        guard units.count <= decoder.maximumLength else {
          current.length = units.count
          return takeUndefined()
        }
        guard locate(address &+ UInt64(units.count)) else {
          current.length = decoder.settledLength(units, contexts: contexts) ?? units.count
          return takeTrap()
        }
      }
    }
  }

  private func appendLocatedUnits(to units: inout [UInt128]) {
    let mask = core.translations[fetchMemory].addressMask
    for run in core.isSplit ? core.runs : [(core.realAddress, fetchChunk)] {
      for offset in 0..<run.units {
        units.append(core.memories[fetchMemory].unit((run.real &+ UInt64(offset)) & mask))
      }
    }
  }

  private func remember(
    _ decoded: Decoder.Decoded, program: ProgramPointer, real: UInt64, contexts: [UInt128]
  ) {
    let shift = core.memories[fetchMemory].pageShift
    let last = real &+ UInt64(decoded.length) &- 1
    guard decoded.length > 0, last < core.memories[fetchMemory].size,
      real >> shift == last >> shift,
      let page = core.memories[fetchMemory].page(real >> shift)
    else { return }
    let cell = core.memories[fetchMemory].cellShift
    let firstByte = Int((real & ((1 << shift) - 1)) << UInt64(cell))
    let lastByte = Int((last & ((1 << shift) - 1)) << UInt64(cell)) + (1 << cell) - 1
    let entry = DecodeCache.Entry(
      page: page, generation: page.pointee.generation, realAddress: real, program: program,
      form: decoded.form, length: decoded.length)
    cache.insert(entry, firstByte: firstByte, lastByte: lastByte, contexts: contexts)
  }

  // MARK: Executing

  /// Runs a form whose inputs are set.
  @inline(__always)
  private func perform(_ program: ProgramPointer, mayPerform: Bool) -> StepEnd {
    current.program = program
    core.zeroLocals(of: program)
    switch core.interpret(program) {
    case .completed:
      current.touchedDevice = program.pointee.touchesDevice
      return clock.retire() ? passTime() : .retired
    case .trapped:
      return takeTrap()
    case .performs:
      return performSubject(isNested: !mayPerform)
    }
  }

  /// Goes on with the instruction in `core.performedBits`, which keeps the length of the one that
  /// performs it.
  @inline(never)
  private func performSubject(isNested: Bool) -> StepEnd {
    if isNested {
      return takeTrap(core.nestedTrap, .program, arguments: [])
    }
    let width = core.memories[fetchMemory].unitWidth
    var bits = BitString()
    bits.append(core.performedBits, width: core.performedWidth)
    let contexts = programs.contexts.isEmpty ? [] : startContexts()
    guard
      case .instruction(let decoded) = decoder.decode(bits.units(width: width), contexts: contexts)
    else { return takeUndefined() }
    let program = programs.form(decoded.form, of: isa)
    fillInputs(
      of: program, fields: decoded.fields, contexts: decoded.contexts, length: current.length)
    current.form = decoded.form
    return perform(program, mayPerform: false)
  }

  /// Runs the ticks that are due after a retired instruction.
  func passTime() -> StepEnd {
    for index in clock.takeDue() {
      let program = programs.ticks[index]
      guard core.run(program) == .completed else { return stop(.trapInsideEntry(core.trap)) }
    }
    return .retired
  }

  // MARK: Traps

  private func stop(_ reason: StopReason) -> StepEnd {
    current.stopReason = reason
    return .stopped
  }

  private func takeUndefined() -> StepEnd {
    guard let undefined = isa.undefinedTrap else { return stop(.undefinedInstruction) }
    return takeTrap(undefined.trap, undefined.trapClass, arguments: [])
  }

  /// Takes the trap that the last program raised.
  private func takeTrap() -> StepEnd {
    takeTrap(core.trap, core.trapClass, arguments: core.trapArguments)
  }

  /// Takes a trap that an instruction raised elsewhere, as if this machine had tried it.
  ///
  /// - Parameter length: addressable units of that instruction.
  public func take(
    _ trap: TrapID, _ trapClass: TrapClass, arguments: [UInt128], length: Int
  ) -> StepOutcome {
    beginChange()
    current.journalStart = core.journal.count
    current.openValues = core.openValues
    current.form = nil
    current.program = nil
    current.length = length
    return outcome(takeTrap(trap, trapClass, arguments: arguments))
  }

  @inline(never)
  private func takeTrap(
    _ trap: TrapID, _ trapClass: TrapClass, arguments: [UInt128]
  ) -> StepEnd {
    current.trap = trap
    current.trapClass = trapClass
    current.trapArguments = arguments
    current.touchedDevice = touchesDevice(entryOf: trap)
    return enter(trap, arguments: arguments) ? .trapped : stop(.trapInsideEntry(core.trap))
  }

  private func touchesDevice(entryOf trap: TrapID) -> Bool {
    programs.entries[isa.traps[Int(trap)].entry].pointee.touchesDevice
  }

  /// Runs a trap's entry sequence; false if that traps.
  private func enter(_ trap: TrapID, arguments: [UInt128]) -> Bool {
    let supplier = programs.trapArguments[Int(trap)]
    supplier.program.pointee.setLength(current.length)
    guard core.run(supplier.program, parameters: arguments) == .completed else { return false }
    let entry = programs.entries[isa.traps[Int(trap)].entry]
    entry.pointee.setLength(current.length)
    return core.run(entry, parameters: supplier.values) == .completed
  }

  /// The value of a condition of one bit.
  @inline(__always)
  func isTrue(_ condition: ProgramPointer) -> Bool {
    guard core.run(condition) == .completed, let result = condition.pointee.result else {
      return false
    }
    return result.value(in: condition.pointee.frame) != 0
  }

  /// Takes the first interruption that is pending, if any.
  private func takeInterrupt() -> StepEnd? {
    for interrupt in programs.interrupts {
      guard isTrue(interrupt.condition) else { continue }
      current.interrupt = interrupt.index
      current.touchedDevice = touchesDevice(entryOf: interrupt.trap)
      guard core.run(interrupt.arguments.program) == .completed,
        enter(interrupt.trap, arguments: interrupt.arguments.values)
      else { return stop(.trapInsideEntry(core.trap)) }
      return .interrupted
    }
    watch.settle(core.registers.words)
    return nil
  }
}
