/// An instruction: one mnemonic of the manual.
public struct Instruction: Sendable {
  /// Unique in the machine; the mnemonic unless the description had to tell two apart.
  public var id: String
  public var mnemonic: String
  /// The manual's name for it.
  public var title: String
  public var citations: [Citation]
  /// One per encoding line and combination of operand cases; never empty.
  public var forms: [Form]
  public var expectations: [Expectation]
  public var tests: [InstructionTest]
  /// The file it stands in, without its extension: the manual's chapter.
  public var chapter: String
  public var span: SourceSpan

  public init(
    id: String, mnemonic: String, title: String, citations: [Citation], forms: [Form],
    expectations: [Expectation], tests: [InstructionTest], chapter: String, span: SourceSpan
  ) {
    self.id = id
    self.mnemonic = mnemonic
    self.title = title
    self.citations = citations
    self.forms = forms
    self.expectations = expectations
    self.tests = tests
    self.chapter = chapter
    self.span = span
  }
}

/// One encoding of an instruction with the semantics it selects.
public struct Form: Sendable {
  /// Operand cases that make the form, as `dst=indirect src=register`; empty for the only form.
  public var name: String
  public var encoding: Encoding
  /// The encoding fields, indexed by `Operator.field`.
  public var fields: [EncodingField]
  public var syntax: SyntaxTemplate
  /// Guards, effect and the advance of the program counter.
  public var program: Program {
    get {
      switch semantics {
      case .made(let program): program
      case .deferred(let deferred): deferred.program
      }
    }
    set { semantics = .made(newValue) }
  }

  private enum Semantics: Sendable {
    case made(Program)
    case deferred(DeferredProgram)
  }
  private var semantics: Semantics

  public init(
    name: String, encoding: Encoding, fields: [EncodingField], syntax: SyntaxTemplate,
    program: Program
  ) {
    self.name = name
    self.encoding = encoding
    self.fields = fields
    self.syntax = syntax
    semantics = .made(program)
  }

  /// A form whose program is made when it is first asked for: once, for all copies of the form.
  public init(
    name: String, encoding: Encoding, fields: [EncodingField], syntax: SyntaxTemplate,
    making program: @escaping @Sendable () -> Program
  ) {
    self.name = name
    self.encoding = encoding
    self.fields = fields
    self.syntax = syntax
    semantics = .deferred(DeferredProgram(program))
  }
}

/// The bits of an encoding in the order they are read: units in address order, in each unit the
/// most significant bit first.
public struct Encoding: Sendable {
  public enum Segment: Sendable, Hashable {
    /// Bits that select the form.
    case fixed(UInt128, width: Int)
    /// Index into the form's fields.
    case field(Int, width: Int)
    /// Hardware does not look.
    case ignored(width: Int)
    /// Software must write zero; what hardware does otherwise is not the encoding's business.
    case shouldBeZero(width: Int)

    public var width: Int {
      switch self {
      case .fixed(_, let width), .field(_, let width), .ignored(let width),
        .shouldBeZero(let width):
        width
      }
    }
  }

  public var segments: [Segment]
  /// Conditions on fields and contexts: the form matches only if all are met.
  public var constraints: [FieldConstraint]
  /// Ids of instructions this one is tried before, though their encodings overlap.
  public var overrides: [String]
  public var span: SourceSpan

  public init(
    segments: [Segment], constraints: [FieldConstraint], overrides: [String], span: SourceSpan
  ) {
    self.segments = segments
    self.constraints = constraints
    self.overrides = overrides
    self.span = span
  }

  /// Bits in all.
  public var width: Int { segments.reduce(0) { $0 + $1.width } }
}

/// A comparison that takes part in decoding.
public struct FieldConstraint: Sendable, Hashable {
  public enum Subject: Sendable, Hashable {
    case field(Int)
    case context(ContextID)
  }
  public var subject: Subject
  /// false: the subject must differ from `value`.
  public var isEqual: Bool
  public var value: UInt128

  public init(subject: Subject, isEqual: Bool, value: UInt128) {
    self.subject = subject
    self.isEqual = isEqual
    self.value = value
  }
}

/// A named part of an encoding.
public struct EncodingField: Sendable, Hashable {
  public var name: String
  public var width: Int
  /// Whole-unit fields of a little-endian machine are stored least significant unit first.
  public var isLittleEndian: Bool
  /// Part of an operand's address: it says where the operand is, and not what is done with it.
  public var isPartOfAddress = false

  public init(name: String, width: Int, isLittleEndian: Bool) {
    self.name = name
    self.width = width
    self.isLittleEndian = isLittleEndian
  }
}

/// An assembly template, used in both directions.
public struct SyntaxTemplate: Sendable, Hashable {
  public indirect enum Piece: Sendable, Hashable {
    /// Characters that stand as they are; one space stands for any amount of white space.
    case literal(String)
    /// A field printed as a number or looked up in `names`.
    case field(Int, FieldFormat)
    /// Left out when printing if all its fields are zero; fields read as zero when left out.
    case optional([Piece])
  }
  /// The mnemonic as written, the first word of the line.
  public var mnemonic: String
  /// What follows the mnemonic and its white space.
  public var operands: [Piece]

  public init(mnemonic: String, operands: [Piece]) {
    self.mnemonic = mnemonic
    self.operands = operands
  }
}

/// How a field is written in assembly.
public enum FieldFormat: Sendable, Hashable {
  case unsigned
  case signed
  /// The operand is the field plus this number (a length code stands for one unit more).
  case offset(Int)
  /// The operand is a multiple of this number, the field the quotient.
  case scaled(Int)
  /// The operand is an address: that of the instruction plus `bias` plus the signed field × `scale`.
  case relative(scale: Int, bias: Int)
  /// One of these names, by value.
  case names([String])
}

/// A claim in the description about the classifier's answer; compared, never used.
public struct Expectation: Sendable, Hashable {
  /// `privileged`, `control_sensitive`, `mode_sensitive`, `location_sensitive`,
  /// `resource_sensitive`, `timing_sensitive`, `device_sensitive`, `sensitive`, `innocuous`,
  /// `user_sensitive`, `always_traps`.
  public var fact: String
  /// `not …`.
  public var isNegated: Bool
  public var span: SourceSpan

  public init(fact: String, isNegated: Bool, span: SourceSpan) {
    self.fact = fact
    self.isNegated = isNegated
    self.span = span
  }
}

/// A `test` beside an instruction: one step from a stated state.
public struct InstructionTest: Sendable {
  public var name: String
  /// The instruction's addressable units, placed where the fetch looks.
  public var units: [UInt128]
  public var given: [StateAssignment]
  /// nil: it retires.
  public var trap: TrapID?
  /// What must hold afterwards: after the entry sequence, if it traps.
  public var then: [StateAssignment]
  public var span: SourceSpan

  public init(
    name: String, units: [UInt128], given: [StateAssignment], trap: TrapID?,
    then: [StateAssignment],
    span: SourceSpan
  ) {
    self.name = name
    self.units = units
    self.given = given
    self.trap = trap
    self.then = then
    self.span = span
  }
}

/// A value for a piece of state.
public struct StateAssignment: Sendable {
  public enum Target: Sendable {
    case register(RegisterID, element: Int, low: Int, width: Int)
    /// Real units from `address` up.
    case memory(MemoryID, address: UInt64, units: Int)
    case choice(ChoiceID)
  }
  public var target: Target
  public var value: UInt128
  public var span: SourceSpan

  public init(target: Target, value: UInt128, span: SourceSpan) {
    self.target = target
    self.value = value
    self.span = span
  }
}

/// How conformance data names this machine's state.
public struct ConformanceNames: Sendable {
  public struct Name: Sendable {
    public var name: String
    public var register: RegisterID
    public var element: Int
    public var low: Int
    public var width: Int
    /// Which element it is depends on the state (a register of the current window): the result
    /// of this program, in place of `element`.
    public var index: Program?
    /// Loaded before a step, and compared after it only where a case states it: what the data set
    /// up around its cases (table registers) without saying what became of it.
    public var isGiven: Bool
    public init(
      name: String, register: RegisterID, element: Int, low: Int, width: Int,
      index: Program? = nil, isGiven: Bool = false
    ) {
      self.name = name
      self.register = register
      self.element = element
      self.low = low
      self.width = width
      self.index = index
      self.isGiven = isGiven
    }
  }
  /// A name that the data give a list of numbers, `[24576, 127]`: one place a number.
  public struct List: Sendable {
    public var name: String
    /// Of `ConformanceNames.names`, in order; they are called `GDTR[0]`, `GDTR[1]`.
    public var names: Range<Int>
    public init(name: String, names: Range<Int>) {
      self.name = name
      self.names = names
    }
  }
  /// A list of `[address, value]` that stands for elements of a register file, one per `block`
  /// units of memory.
  public struct BlockList: Sendable {
    public var name: String
    public var register: RegisterID
    public var block: UInt64
    /// The bits of the data byte that the element holds: element = byte >> shift.
    public var shift: Int
    public init(name: String, register: RegisterID, block: UInt64, shift: Int) {
      self.name = name
      self.register = register
      self.block = block
      self.shift = shift
    }
  }
  /// The `isa` of the records.
  public var isa: String
  public var memory: MemoryID
  public var names: [Name]
  public var blockLists: [BlockList]
  public var lists: [List] = []
  /// Run after a case was loaded and before its step: derives what the data do not state, such as
  /// the hidden parts of segment registers. Its writes act in order.
  public var begin: Program?
  public init(isa: String, memory: MemoryID, names: [Name], blockLists: [BlockList]) {
    self.isa = isa
    self.memory = memory
    self.names = names
    self.blockLists = blockLists
  }
}
