/// What a description says of running guests: the paper's **map f**, written down, and the
/// procedures a monitor needs around it.
///
/// With v a virtual state and r = f(v) the real one: a guest runs in r until the real machine
/// traps; then a `Recovery` brings the registers back to where they stood before the instruction
/// that trapped, and what stands `direct` is copied back into v.
public struct MonitorMap: Sendable {
  /// Per memory, what the monitor keeps for itself and how it allots the rest.
  public var storage: [StorageShare]
  /// Covers every bit of every register once.
  public var elements: [StateMapping]
  /// f: reads the virtual state and writes the real one. It writes no bit that stands `direct`.
  /// Parameters: `origin` (the real address at which a contiguous allocation starts; as wide as
  /// the first translated memory's addresses), `extent` (units of virtual storage; one bit wider)
  /// and `guest` (its number, 8 bits).
  public var map: Program
  /// Brings the real machine up after its reset: trap vectors, tables.
  public var start: Program?
  /// By trap entry; an entry without one saves nothing that a monitor could go back to.
  public var recoveries: [Recovery]
  /// Makes `translate(va) = ra` without changing where anything else goes. Parameters: `va` and
  /// `ra` (addresses), `guest` (8 bits), and possibly one bit for each `Intent`, in that order: 1
  /// where the guest's own translation lets it through. A result of 0 says that there is no room:
  /// flush and try again; if it is 0 once more, the address is not to be had. Nil: storage is allotted in one piece, and f alone is the map.
  public var install: Program?
  /// Forgets the mapping of one address (parameters `va`, `guest`); nil: all are flushed instead.
  public var remove: Program?
  /// Forgets every mapping that was installed.
  public var flush: Program?
  /// Asks for the processor back: raises the real machine's interruption.
  public var preempt: Program?
  /// What the monitor does last on the real machine before a guest has control: puts aside what
  /// the entry of a trap destroys.
  public var resume: Program?
  /// What the processor finds on the real machine while a guest has control, whatever the guest does.
  public var kept: [Kept] = []
  public var span: SourceSpan

  public init(
    storage: [StorageShare], elements: [StateMapping], map: Program, start: Program? = nil,
    recoveries: [Recovery] = [], install: Program? = nil, flush: Program? = nil,
    preempt: Program? = nil, span: SourceSpan
  ) {
    self.storage = storage
    self.elements = elements
    self.map = map
    self.start = start
    self.recoveries = recoveries
    self.install = install
    self.flush = flush
    self.preempt = preempt
    self.span = span
  }

  /// How the real machine stands while a guest runs.
  public enum Standing: Hashable, Sendable {
    /// The guest's value, copied back when it leaves.
    case direct
    /// A monitor's value; the guest's is kept aside.
    case owned
    /// What `map` computes.
    case mapped
    /// One element of the file for each `units` units of a memory: it goes where the storage goes.
    /// Storage keys are of this kind.
    case attached(MemoryID, units: UInt64)
  }

  /// How the bits `low ..< low + width` of every element of a register stand.
  public struct StateMapping: Sendable, Hashable {
    public var register: RegisterID
    public var low: Int
    public var width: Int
    public var standing: Standing
    public var span: SourceSpan

    public init(register: RegisterID, low: Int, width: Int, standing: Standing, span: SourceSpan) {
      self.register = register
      self.low = low
      self.width = width
      self.standing = standing
      self.span = span
    }
  }

  /// How one memory is shared out.
  public struct StorageShare: Sendable, Hashable {
    public var memory: MemoryID
    /// Real units `0 ..< reserved` are the monitor's own.
    public var reserved: UInt64
    /// Guests get multiples of this many units, a power of two.
    public var granule: UInt64
    public var span: SourceSpan

    public init(memory: MemoryID, reserved: UInt64, granule: UInt64, span: SourceSpan) {
      self.memory = memory
      self.reserved = reserved
      self.granule = granule
      self.span = span
    }
  }

  /// Units that lie at a virtual address, in the monitor's own storage: a table that instructions look
  /// into past what a guest may reach for itself.
  public struct Kept: Sendable, Hashable {
    public var memory: MemoryID
    /// Virtual.
    public var address: UInt64
    public var units: Int
    public var value: UInt128
    public var span: SourceSpan

    public init(
      memory: MemoryID, address: UInt64, units: Int, value: UInt128, span: SourceSpan
    ) {
      self.memory = memory
      self.address = address
      self.units = units
      self.value = value
      self.span = span
    }
  }

  /// Undoes a trap's entry: after it the registers stand as before the instruction that trapped.
  public struct Recovery: Sendable {
    /// Index into `InstructionSet.entries`.
    public var entry: Int
    public var program: Program
    public var span: SourceSpan

    public init(entry: Int, program: Program, span: SourceSpan) {
      self.entry = entry
      self.program = program
      self.span = span
    }
  }
}

/// A device of the machine: which model it is, and which state the processor shares with it.
public struct DeviceBinding: Sendable {
  public var name: String
  /// Names the model, as in `device typewriter "terminal"`.
  public var model: String
  public var attachments: [Attachment]
  public var span: SourceSpan

  public init(name: String, model: String, attachments: [Attachment], span: SourceSpan) {
    self.name = name
    self.model = model
    self.attachments = attachments
    self.span = span
  }

  /// One `key = …` of a device.
  public struct Attachment: Sendable {
    public enum Value: Sendable, Hashable {
      /// Bits of a register; of every element if it is a file.
      case register(RegisterID, low: Int, width: Int)
      case memory(MemoryID)
      /// Index into a memory's regions.
      case region(MemoryID, Int)
      /// What the implementation decided, such as how much storage there is.
      case choice(ChoiceID)
      case number(UInt128)
    }
    public var key: String
    public var value: Value
    public var span: SourceSpan

    public init(key: String, value: Value, span: SourceSpan) {
      self.key = key
      self.value = value
      self.span = span
    }
  }

  public subscript(key: String) -> Attachment.Value? {
    attachments.first { $0.key == key }?.value
  }
}

extension InstructionSet {
  /// The bits of a register that stand in a certain way under the monitor's map.
  public func standingMask(
    _ register: RegisterID, where isWanted: (MonitorMap.Standing) -> Bool
  ) -> UInt128 {
    (monitor?.elements ?? []).reduce(0) { mask, element in
      element.register == register && isWanted(element.standing)
        ? mask | BitVector.mask(element.width) << UInt128(element.low) : mask
    }
  }

  /// By register.
  public func standingMasks(where isWanted: (MonitorMap.Standing) -> Bool) -> [UInt128] {
    registers.indices.map { standingMask(RegisterID($0), where: isWanted) }
  }
}
