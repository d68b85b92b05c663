/// A machine's description, checked and lowered: everything the engines, the classifier and the
/// monitor know about an architecture.
public struct InstructionSet: Sendable {
  public var id: String
  public var name: String
  /// What is still missing before the machine is reported on; nil if it is whole.
  public var draft: String?
  public var sources: [SourceFile] = []
  public var manuals: [Manual] = []
  public var numbering: BitNumbering = .lsb0
  public var endianness: Endianness = .big
  public var registers: [Register] = []
  public var memories: [Memory] = []
  public var choices: [Choice] = []
  public var contexts: [Context] = []
  public var prefixes: [Prefix] = []
  public var traps: [Trap] = []
  public var entries: [Entry] = []
  /// How an instruction is found: where the program counter is and what may refuse the fetch.
  public var fetch: Fetch
  public var instructions: [Instruction] = []
  /// Raised when no form matches the fetched units; nil if the encodings are total.
  public var undefinedTrap: (trap: TrapID, trapClass: TrapClass)?
  /// Raised when an instruction has not ended after `units`; nil if the encodings alone bound it.
  public var overlongTrap: (units: Int, trap: TrapID, trapClass: TrapClass)?
  /// Pairs of modes for which a verdict is given; the first is the default.
  public var modePairs: [ModePair] = []
  public var invariants: [Condition] = []
  public var assumptions: [Condition] = []
  /// How the map moves by x (the one parameter); nil if the machine cannot relocate.
  public var shift: Program?
  public var reset: Program?
  /// Where a program begins that names its first instruction; nil if the description does not say.
  public var begin: Begin?
  /// One bit: while it holds no instruction is fetched, and only an interruption ends it.
  public var wait: Program?
  public var interrupts: [Interrupt] = []
  public var ticks: [Tick] = []
  /// What the processor shares its device state with.
  public var devices: [DeviceBinding] = []
  /// How a monitor runs guests; nil if the description does not say.
  public var monitor: MonitorMap?
  public var conformance: ConformanceNames?
  /// Other ways to write instructions; of several that fit a line the first is meant.
  public var aliases: [Alias] = []
  /// `expect theorem1 holds` and the like, stated for the whole machine.
  public var theoremExpectations: [TheoremExpectation] = []

  public init(id: String, name: String, fetch: Fetch) {
    self.id = id
    self.name = name
    self.fetch = fetch
  }

  /// Every form of every instruction, in the order of the description.
  public var forms: [(instruction: Int, form: Int)] {
    instructions.indices.flatMap { i in instructions[i].forms.indices.map { (i, $0) } }
  }
}

public enum BitNumbering: String, Sendable { case msb0, lsb0 }
public enum Endianness: String, Sendable { case big, little }

/// A manual: the identity every citation resolves against.
public struct Manual: Sendable {
  public var id: String
  /// Number, edition and title.
  public var title: String
  /// Section title → page as printed, or nil where no page is known.
  public var sections: [String: String?]

  public init(id: String, title: String, sections: [String: String?]) {
    self.id = id
    self.title = title
    self.sections = sections
  }
}

/// A place in a manual.
public struct Citation: Sendable, Hashable {
  /// `Manual.id`.
  public var manual: String
  public var section: String
  public var span: SourceSpan

  public init(manual: String, section: String, span: SourceSpan) {
    self.manual = manual
    self.section = section
    self.span = span
  }
}

/// A register or a file of `count` equal registers.
public struct Register: Sendable {
  public var name: String
  /// 1 for a single register.
  public var count: Int
  /// Whether it was declared as a file and is indexed (a file may have one element).
  public var isFile: Bool
  /// Bits of one element, 1…128.
  public var width: Int
  /// Disjoint; bits no field covers are `role`.
  public var fields: [RegisterField]
  /// Role of the bits that no field covers.
  public var role: Role
  public var span: SourceSpan

  public init(
    name: String, count: Int, isFile: Bool, width: Int, fields: [RegisterField], role: Role,
    span: SourceSpan
  ) {
    self.name = name
    self.count = count
    self.isFile = isFile
    self.width = width
    self.fields = fields
    self.role = role
    self.span = span
  }

  /// The roles of the bits `low ..< low + width`.
  public func roles(low: Int, width: Int) -> RoleSet {
    var roles: RoleSet = []
    var covered = 0
    for field in fields {
      let from = max(low, field.low)
      let to = min(low + width, field.low + field.width)
      if from < to {
        roles.insert(RoleSet(field.role))
        covered += to - from
      }
    }
    if covered < width { roles.insert(RoleSet(role)) }
    return roles
  }
}

/// A named bit field with a role of its own.
public struct RegisterField: Sendable {
  public var name: String
  /// Lowest bit, counted from the right whatever the machine's numbering.
  public var low: Int
  public var width: Int
  public var role: Role
  /// Names of values, as declared: `{ 0 = supervisor, 1 = user }`.
  public var values: [(name: String, value: UInt128)]

  public init(
    name: String, low: Int, width: Int, role: Role, values: [(name: String, value: UInt128)]
  ) {
    self.name = name
    self.low = low
    self.width = width
    self.role = role
    self.values = values
  }
}

/// An addressable memory.
public struct Memory: Sendable {
  public var name: String
  /// 1…64.
  public var addressWidth: Int
  /// Bits of one addressable unit, 1…128.
  public var unitWidth: Int
  public var role: Role
  /// Number of units present: real addresses are 0 ..< size. A real access beyond reads 0 and
  /// writes nothing; a `translate` that wants a trap states it.
  public var size: UInt64
  /// The choice that decides the size, if one does; `size` is then its default.
  public var sizeChoice: ChoiceID?
  /// From a virtual address (parameters: address, intent as 2 bits) to the real address (result).
  /// nil: addresses are real. It reads and may trap; what it records is in `recording`.
  public var translate: Program?
  /// The same with the stores by which an access that is let through leaves a trace in the tables
  /// (referenced and modified bits), at its end; nil if nothing is recorded. They do not change
  /// where anything goes, so that only machines that run look at them.
  public var recording: Program?
  /// Aligned blocks of this many units translate as one: all or none of a block's units trap, and
  /// offsets inside are kept. 1 if not declared.
  public var granule: Int
  public var regions: [Region]
  public var span: SourceSpan

  public init(
    name: String, addressWidth: Int, unitWidth: Int, role: Role, size: UInt64, translate: Program?,
    granule: Int, regions: [Region], span: SourceSpan
  ) {
    self.name = name
    self.addressWidth = addressWidth
    self.unitWidth = unitWidth
    self.role = role
    self.size = size
    self.translate = translate
    self.granule = granule
    self.regions = regions
    self.span = span
  }
}

/// Real addresses `first ... last` that hold something else than the program's own data.
public struct Region: Sendable {
  public var name: String
  public var first: UInt64
  public var last: UInt64
  public var role: Role
  public var span: SourceSpan

  public init(name: String, first: UInt64, last: UInt64, role: Role, span: SourceSpan) {
    self.name = name
    self.first = first
    self.last = last
    self.role = role
    self.span = span
  }
}

/// Something an implementation decides once.
public struct Choice: Sendable {
  public var name: String
  public var width: Int
  public var defaultValue: UInt128
  /// The values worth a verdict of their own; both for one bit unless stated.
  public var values: [UInt128]
  public var text: String
  public var citations: [Citation]
  public var span: SourceSpan

  public init(
    name: String, width: Int, defaultValue: UInt128, values: [UInt128], text: String,
    citations: [Citation], span: SourceSpan
  ) {
    self.name = name
    self.width = width
    self.defaultValue = defaultValue
    self.values = values
    self.text = text
    self.citations = citations
    self.span = span
  }
}

/// A decode-time variable: its start value comes from the state, prefixes may change it.
public struct Context: Sendable {
  public var name: String
  public var width: Int
  /// Evaluated before decoding; its result is the start value.
  public var initial: Program
  public var span: SourceSpan

  public init(name: String, width: Int, initial: Program, span: SourceSpan) {
    self.name = name
    self.width = width
    self.initial = initial
    self.span = span
  }
}

/// A prefix unit that changes context variables and lets decoding go on.
public struct Prefix: Sendable {
  public var name: String
  public var encoding: Encoding
  /// New values: the program's parameters are the contexts in order, and it assigns to them.
  public var program: Program
  public var span: SourceSpan

  public init(name: String, encoding: Encoding, program: Program, span: SourceSpan) {
    self.name = name
    self.encoding = encoding
    self.program = program
    self.span = span
  }
}

/// A way for a step to end without retiring.
public struct Trap: Sendable {
  public var name: String
  /// Index into `InstructionSet.entries`.
  public var entry: Int
  /// Computes the entry's arguments: its parameters are the trap's own arguments; the first
  /// `entries[entry].parameters` locals listed in `entryArguments` hold the values to pass.
  public var arguments: Program
  public var entryArguments: [LocalID]
  /// The name in conformance data, with `{0}` for the first argument in decimal, `{0:hex}` in
  /// hexadecimal.
  public var label: String?
  public var citations: [Citation]
  public var span: SourceSpan

  public init(
    name: String, entry: Int, arguments: Program, entryArguments: [LocalID], label: String?,
    citations: [Citation], span: SourceSpan
  ) {
    self.name = name
    self.entry = entry
    self.arguments = arguments
    self.entryArguments = entryArguments
    self.label = label
    self.citations = citations
    self.span = span
  }
}

/// What the machine does on a trap or an interruption.
public struct Entry: Sendable {
  public var name: String
  public var program: Program
  public var citations: [Citation]
  public var span: SourceSpan

  public init(name: String, program: Program, citations: [Citation], span: SourceSpan) {
    self.name = name
    self.program = program
    self.citations = citations
    self.span = span
  }
}

/// How instructions are fetched.
public struct Fetch: Sendable {
  public var memory: MemoryID
  /// Checks that may trap; the result is the virtual address of the instruction.
  public var program: Program
  /// Addressable units fetched at a time.
  public var chunk: Int
  public var span: SourceSpan

  public init(memory: MemoryID, program: Program, chunk: Int, span: SourceSpan) {
    self.memory = memory
    self.program = program
    self.chunk = chunk
    self.span = span
  }
}

/// A pair of modes on which a verdict is given: the paper's user and supervisor.
public struct ModePair: Sendable {
  public var name: String
  public var user: [StateEquality]
  public var supervisor: [StateEquality]
  public var span: SourceSpan

  public init(
    name: String, user: [StateEquality], supervisor: [StateEquality], span: SourceSpan
  ) {
    self.name = name
    self.user = user
    self.supervisor = supervisor
    self.span = span
  }
}

/// Bits of one register that have a stated value.
public struct StateEquality: Sendable, Hashable {
  public var register: RegisterID
  /// Element of a file; 0 for a single register.
  public var element: Int
  public var low: Int
  public var width: Int
  public var value: UInt128
  /// As written: `psw.problem == 1`.
  public var text: String

  public init(
    register: RegisterID, element: Int, low: Int, width: Int, value: UInt128, text: String
  ) {
    self.register = register
    self.element = element
    self.low = low
    self.width = width
    self.value = value
    self.text = text
  }
}

/// A named condition on the state: an `invariant` or an `assume`.
public struct Condition: Sendable {
  public var name: String
  /// The result is one bit.
  public var program: Program
  /// As written.
  public var text: String
  /// The condition as equalities, if it is a conjunction of such; else nil.
  public var equalities: [StateEquality]?
  public var citations: [Citation]
  public var span: SourceSpan

  public init(
    name: String, program: Program, text: String, equalities: [StateEquality]?,
    citations: [Citation], span: SourceSpan
  ) {
    self.name = name
    self.program = program
    self.text = text
    self.equalities = equalities
    self.citations = citations
    self.span = span
  }
}

/// An interruption from outside the instruction stream.
public struct Interrupt: Sendable {
  public var name: String
  /// Smaller is taken first.
  public var priority: Int
  /// One bit: pending and enabled.
  public var condition: Program
  public var trap: TrapID
  /// Computes the trap's arguments into the locals listed.
  public var arguments: Program
  public var argumentLocals: [LocalID]
  public var span: SourceSpan

  public init(
    name: String, priority: Int, condition: Program, trap: TrapID, arguments: Program,
    argumentLocals: [LocalID], span: SourceSpan
  ) {
    self.name = name
    self.priority = priority
    self.condition = condition
    self.trap = trap
    self.arguments = arguments
    self.argumentLocals = argumentLocals
    self.span = span
  }
}

/// How the machine is brought to the first instruction of a program, after its reset.
public struct Begin: Sendable {
  /// The one parameter is the instruction's address.
  public var program: Program
  /// What ELF images for the machine have as `e_machine`; empty if the description does not say.
  public var elfMachines: [UInt16]
  public var span: SourceSpan

  /// Bits that an address may have.
  public static let widestAddress = 64

  public init(program: Program, elfMachines: [UInt16], span: SourceSpan) {
    self.program = program
    self.elfMachines = elfMachines
    self.span = span
  }
}

/// What the passing of time does: run once every `period` retired instructions.
public struct Tick: Sendable {
  public var name: String
  /// Retired instructions between two ticks.
  public var period: UInt64
  public var program: Program
  public var span: SourceSpan

  public init(name: String, period: UInt64, program: Program, span: SourceSpan) {
    self.name = name
    self.period = period
    self.program = program
    self.span = span
  }
}

/// A published claim about the whole machine, compared with the answer.
public struct TheoremExpectation: Sendable {
  /// 1, 2 or 3.
  public var theorem: Int
  /// Mode and map only.
  public var isStrict: Bool
  public var holds: Bool
  public var span: SourceSpan

  public init(theorem: Int, isStrict: Bool, holds: Bool, span: SourceSpan) {
    self.theorem = theorem
    self.isStrict = isStrict
    self.holds = holds
    self.span = span
  }
}
