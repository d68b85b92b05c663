import ISACore

/// One form of one instruction of an `InstructionSet`.
public struct FormReference: Hashable, Sendable {
  /// Index into `InstructionSet.instructions`.
  public var instruction: Int
  /// Index into `Instruction.forms`.
  public var form: Int

  public init(instruction: Int, form: Int) {
    self.instruction = instruction
    self.form = form
  }
}

/// How the semantics of one form ended.
public enum ExecutionOutcome: Equatable, Sendable {
  case retired
  /// A trap was raised, with its own arguments; no entry sequence has run.
  case trapped(TrapID, TrapClass, arguments: [UInt128])
  /// The form goes on with the instruction encoded in `bits`, `width` bits wide and left-aligned:
  /// S/360 EXECUTE. `nested` is raised if that one performs too.
  case performs(bits: UInt128, width: Int, nested: TrapID)
}

/// What one step did.
public enum StepOutcome: Equatable, Sendable {
  /// An instruction was carried out.
  case retired
  /// The processor waits: nothing was fetched, and the time of one instruction has passed.
  case waited
  /// A trap was taken and its entry sequence is done; the arguments are the trap's own.
  case trapped(TrapID, TrapClass, arguments: [UInt128])
  /// An interruption was taken and its entry sequence is done: index into
  /// `InstructionSet.interrupts`.
  case interrupted(Int)
  /// The machine cannot go on.
  case stopped(StopReason)
}

/// Why a machine cannot go on, or has no reason to.
public enum StopReason: Hashable, Sendable, CustomStringConvertible {
  /// A step changed nothing, and nothing from outside can: the machine waits for ever.
  case unchanging
  /// An entry sequence raised a trap itself; the description leaves nothing to be done.
  case trapInsideEntry(TrapID)
  /// Nothing matches the fetched units, and the description names no `undefined trap`.
  case undefinedInstruction
  /// The pages that the host grants to one machine are used up.
  case storageExhausted

  public var description: String {
    switch self {
    case .unchanging: "the step changes nothing, and nothing from outside can"
    case .trapInsideEntry: "an entry sequence trapped"
    case .undefinedInstruction: "undefined instruction, and the description names no trap for it"
    case .storageExhausted: "the machine touched more storage than the host grants"
    }
  }
}

/// What `Machine.run(limit:)` did.
public struct RunResult: Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    /// The limit was reached.
    case limit
    case stopped(StopReason)
  }
  public var reason: Reason
  /// Steps made, whatever their outcome.
  public var steps: UInt64
  /// Instructions retired among them.
  public var retired: UInt64

  public init(reason: Reason, steps: UInt64, retired: UInt64) {
    self.reason = reason
    self.steps = steps
    self.retired = retired
  }
}

/// How values that the manual leaves open are filled.
public enum OpennessPolicy: Hashable, Sendable {
  /// Zero; the first of the alternatives.
  case zeros
  /// A fixed sequence of pseudo-random values that starts from the seed.
  case seeded(UInt64)
}

/// The instruction of the last step, as far as it was decoded.
public struct LastInstruction: Equatable, Sendable {
  /// Virtual address of its first unit.
  public var address: UInt64
  /// The form that ran, the subject's in the case of S/360 EXECUTE; nil if nothing was decoded.
  public var form: FormReference?
  /// Values of the form's encoding fields.
  public var fields: [UInt128]
  /// Addressable units; what `length` means inside an entry sequence.
  public var length: Int

  public init(address: UInt64, form: FormReference?, fields: [UInt128], length: Int) {
    self.address = address
    self.form = form
    self.fields = fields
    self.length = length
  }
}

/// One access to memory, as recorded while `Machine.isTracing`.
///
/// An access whose blocks lie apart in real memory leaves one record for each contiguous run.
public struct AccessRecord: Hashable, Sendable {
  public var memory: MemoryID
  /// The address before translation; the same as `real` for a real access.
  public var virtual: UInt64
  /// The address after translation.
  public var real: UInt64
  /// Number of addressable units.
  public var units: Int
  public var intent: Intent
  /// Past the machine's `translate`.
  public var isReal: Bool
  /// What was moved, in the machine's byte order; nil for a probe.
  public var value: UInt128?

  public init(
    memory: MemoryID, virtual: UInt64, real: UInt64, units: Int, intent: Intent, isReal: Bool,
    value: UInt128?
  ) {
    self.memory = memory
    self.virtual = virtual
    self.real = real
    self.units = units
    self.intent = intent
    self.isReal = isReal
    self.value = value
  }
}

/// A piece of state whose value differs between two moments.
public struct StateChange: Hashable, Sendable {
  public enum Place: Hashable, Sendable {
    case register(RegisterID, element: Int)
    /// A unit at a real address.
    case unit(MemoryID, address: UInt64)

    /// In one word: states are tables of places, and are looked up all the time.
    public func hash(into hasher: inout Hasher) {
      switch self {
      case .register(let register, let element):
        hasher.combine(
          UInt64(UInt32(bitPattern: register)) << 32 | UInt64(UInt32(truncatingIfNeeded: element)))
      case .unit(let memory, let address):
        hasher.combine(~address ^ UInt64(UInt32(bitPattern: memory)) << 48)
      }
    }
  }
  public var place: Place
  public var before: UInt128
  public var after: UInt128

  public init(place: Place, before: UInt128, after: UInt128) {
    self.place = place
    self.before = before
    self.after = after
  }
}
