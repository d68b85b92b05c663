import ISACore

/// One processor with its registers and memories, as a description defines it.
///
/// Everything is deterministic: time is the count of retired instructions, and what the manual
/// leaves open is filled by `openness`. A machine belongs to one task at a time.
///
/// The engine behind it: programs are compiled once into flat code over frames of words
/// (`ProgramCompiler`, `CompiledProgram`), run by one loop (`Core.interpret`); state lives in
/// words at fixed addresses, and every change goes through a journal (`Journal`), which is what
/// makes `snapshot` and `restore` cost no more than what was written in between.
public final class Machine {
  /// The description.
  public let isa: InstructionSet
  /// From units to forms and back.
  public let decoder: Decoder
  /// The choices that were decided otherwise than by default.
  public let choices: [ChoiceID: UInt128]

  // The parts below are used by one task only and never by two callers at once, so that dynamic
  // exclusivity checks would only cost time.
  @exclusivity(unchecked) var core: Core
  @exclusivity(unchecked) var programs: ProgramTable
  @exclusivity(unchecked) var cache: DecodeCache
  @exclusivity(unchecked) var clock: Clock
  @exclusivity(unchecked) var watch: InterruptWatch
  @exclusivity(unchecked) var current = CurrentStep()
  @exclusivity(unchecked) private var marks = Marks()
  private var resetProgram: PreparedProgram?
  private var beginProgram: PreparedProgram?

  let fetchMemory: Int
  let fetchChunk: Int

  /// A machine with all registers and memories zero; `reset()` brings it to its start.
  ///
  /// - Parameters:
  ///   - choices: what the implementation decided; defaults where left out.
  ///   - decoder: that of another machine of the same description, where there is one: to make it takes time.
  public init(
    _ isa: InstructionSet, choices: [ChoiceID: UInt128] = [:], decoder: Decoder? = nil
  ) {
    self.isa = isa
    self.choices = choices
    self.decoder = decoder ?? Decoder(isa)
    core = Core(isa, choices: choices)
    programs = ProgramTable(isa, choices: choices, registers: core.registers.layouts)
    let contextWords = isa.contexts.reduce(0) { $0 + ($1.width > 64 ? 2 : 1) }
    let fieldWords = isa.instructions.lazy.flatMap(\.forms).map {
      $0.fields.reduce(0) { $0 + ($1.width > 64 ? 2 : 1) }
    }
    cache = DecodeCache(
      inputWords: (fieldWords.max() ?? 0) + contextWords + 1, contexts: isa.contexts.count)
    clock = Clock(periods: isa.ticks.map(\.period))
    watch = InterruptWatch(isa, registers: core.registers.layouts)
    fetchMemory = Int(isa.fetch.memory)
    fetchChunk = max(1, isa.fetch.chunk)
    for (index, memory) in isa.memories.enumerated() {
      guard let translate = memory.recording ?? memory.translate else { continue }
      let byIntent = UnsafeMutablePointer<ProgramPointer>.allocate(capacity: Intent.allCases.count)
      for intent in Intent.allCases {
        (byIntent + Int(intent.rawValue)).initialize(
          to: programs.compileTranslation(translate, intent: intent))
      }
      core.translations[index].programs = byIntent
    }
  }

  /// What the implementation decided.
  public func choice(_ choice: ChoiceID) -> UInt128 {
    choices[choice] ?? isa.choices[Int(choice)].defaultValue
  }

  /// Units present in a memory: real addresses are below it.
  public func memorySize(_ memory: MemoryID) -> UInt64 { core.memories[Int(memory)].size }

  // MARK: State

  /// The whole element of a register; 0 beyond the file.
  public func register(_ register: RegisterID, _ element: Int = 0) -> UInt128 {
    core.registers.value(Int(register), element)
  }

  /// Sets the whole element of a register; beyond the file, nothing.
  public func setRegister(_ register: RegisterID, _ element: Int = 0, _ value: UInt128) {
    beginChange()
    core.registers.setValue(Int(register), element, value, &core.journal)
  }

  /// `width` bits of an element from bit `low` up.
  public func bits(_ register: RegisterID, _ element: Int = 0, low: Int, width: Int) -> UInt128 {
    self.register(register, element) >> UInt128(low) & BitVector.mask(width)
  }

  /// Sets `width` bits of an element from bit `low` up.
  public func setBits(
    _ register: RegisterID, _ element: Int = 0, low: Int, width: Int, _ value: UInt128
  ) {
    let field = BitVector.mask(width) << UInt128(low)
    let old = self.register(register, element)
    setRegister(register, element, old & ~field | value << UInt128(low) & field)
  }

  /// The unit at a real address; 0 beyond the memory's size.
  public func unit(_ memory: MemoryID, _ address: UInt64) -> UInt128 {
    core.memories[Int(memory)].unit(address)
  }

  /// Sets the unit at a real address; beyond the memory's size, nothing.
  public func setUnit(_ memory: MemoryID, _ address: UInt64, _ value: UInt128) {
    beginChange()
    core.memories[Int(memory)].setUnit(address, value, &core.journal)
  }

  /// Units from a real address up as one value of at most 128 bits, in the machine's byte order.
  public func load(_ memory: MemoryID, _ address: UInt64, units: Int) -> UInt128 {
    core.memories[Int(memory)].loadByUnit(address, units: units)
  }

  /// Stores at most 128 bits as units from a real address up, in the machine's byte order.
  public func store(_ memory: MemoryID, _ address: UInt64, units: Int, _ value: UInt128) {
    beginChange()
    core.memories[Int(memory)].storeByUnit(address, units: units, value: value, &core.journal)
  }

  /// Sets all registers and memories to zero and the clock with them.
  public func clear() {
    beginChange()
    core.clearState()
    clock.restart()
    seed()
    if marks.isEmpty { core.journal.truncate(to: 0) }
  }

  /// The state after power-on: all zeros, then the description's `reset`.
  public func reset() {
    clear()
    restart()
  }

  /// Runs the description's `reset` on the state as it is: what it reads in storage, a program may
  /// have been loaded into before.
  public func restart() {
    guard let reset = isa.reset else { return }
    let program = resetProgram ?? prepare(reset)
    resetProgram = program
    _ = evaluate(program)
  }

  /// Brings the machine, just reset, to a program's first instruction as the description's `begin`
  /// says. False: it says nothing, the address is too wide, or there is a trap.
  public func begin(at address: UInt64) -> Bool {
    guard let begin = isa.begin, let parameter = begin.program.parameters.first,
      UInt128(address) <= BitVector.mask(begin.program.locals[Int(parameter)].width)
    else { return false }
    let program = beginProgram ?? prepare(begin.program)
    beginProgram = program
    if case .completed = evaluate(program, parameters: [UInt128(address)]) { return true }
    return false
  }

  // MARK: Time and open values

  /// Instructions retired since the last `reset` or `clear`; snapshots keep it.
  public var retired: UInt64 { clock.retired }

  /// Instruction times since the last `reset` or `clear`: one for each retired instruction and
  /// each step in the wait state.
  public var time: UInt64 { clock.now }

  /// Instruction times until the next tick; nil if the machine has none.
  public var timeUntilTick: UInt64? {
    clock.nextDue == .max ? nil : clock.nextDue &- clock.now
  }

  /// Lets the time of instructions pass that were carried out elsewhere, and runs the ticks that
  /// are due. False: a tick trapped.
  ///
  /// - Parameter count: at most `timeUntilTick`.
  public func pass(_ count: UInt64) -> Bool {
    beginChange()
    return clock.pass(count) ? passTime() != .stopped : true
  }

  /// Takes over the time of another machine of the same description, and where its sequence of
  /// open values stands.
  public func copyTime(from other: Machine) {
    clock = other.clock
    core.randomState = other.core.randomState
    core.openValues = other.core.openValues
  }

  /// Whether the processor waits for an interruption.
  public var isWaiting: Bool { programs.wait.map { isTrue($0) } ?? false }

  /// Whether the next step would take an interruption.
  public var hasPendingInterruption: Bool {
    if !watch.isStirred(core.registers.words) { return false }
    if programs.interrupts.contains(where: { isTrue($0.condition) }) { return true }
    watch.settle(core.registers.words)
    return false
  }

  /// How values that the manual leaves open are filled; setting it starts the sequence anew.
  public var openness: OpennessPolicy {
    get { core.openness }
    set {
      core.openness = newValue
      seed()
    }
  }

  /// How many open values have been drawn. A run in which it grows depends on `openness`.
  public var openValues: UInt64 { core.openValues }

  private func seed() {
    if case .seeded(let seed) = core.openness { core.randomState = seed }
  }

  // MARK: Tracing

  /// Whether accesses to memory are recorded: those of programs, not instruction fetches. The
  /// real accesses that a `translate` makes on its way are among them.
  public var isTracing: Bool {
    get { core.isTracing }
    set { core.isTracing = newValue }
  }

  /// What was recorded while `isTracing`, oldest first.
  public var accesses: [AccessRecord] { core.accesses }

  /// Empties the trace.
  public func clearAccesses() {
    core.accesses.removeAll(keepingCapacity: true)
  }

  // MARK: Snapshots

  /// A moment to come back to, as often as wanted.
  ///
  /// Snapshots nest like brackets: restoring or discarding one ends those taken after it. One
  /// that is no longer wanted should be discarded; until then all changes are kept.
  public struct Snapshot: Sendable, Hashable {
    fileprivate var depth: Int
    fileprivate var serial: UInt64
  }

  public func snapshot() -> Snapshot {
    if marks.isEmpty { core.journal.truncate(to: 0) }
    return Snapshot(
      depth: marks.count,
      serial: marks.push(
        position: core.journal.count, clock: clock, randomState: core.randomState,
        openValues: core.openValues))
  }

  /// Goes back to the moment of the snapshot, which stays valid.
  ///
  /// - Precondition: it was neither discarded nor ended by an older one.
  public func restore(_ snapshot: Snapshot) {
    let mark = marks.top(depth: snapshot.depth, serial: snapshot.serial)
    core.journal.rollback(to: mark.position)
    clock = mark.clock
    core.randomState = mark.randomState
    core.openValues = mark.openValues
  }

  /// Gives the snapshot up, and those taken after it; the state stays as it is.
  public func discard(_ snapshot: Snapshot) {
    marks.pop(depth: snapshot.depth, serial: snapshot.serial)
    if marks.isEmpty { core.journal.truncate(to: 0) }
  }

  /// All state that differs from what it was at the snapshot: registers first, then memory, in
  /// ascending order.
  public func changes(since snapshot: Snapshot) -> [StateChange] {
    let mark = marks.mark(depth: snapshot.depth, serial: snapshot.serial)
    return core.changes(since: mark.position)
  }

  /// Called before any change: without a snapshot nobody will ask for old values.
  @inline(__always)
  func beginChange() {
    if marks.isEmpty {
      core.journal.truncate(to: 0)
    } else if core.journal.count > marks.compactionThreshold {
      marks.compact(&core.journal)
    }
  }
}
