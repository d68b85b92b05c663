import ISACore

/// A name as written.
public struct Identifier: Hashable, Sendable {
  public var text: String
  public var span: SourceSpan
  public init(_ text: String, at span: SourceSpan) {
    self.text = text
    self.span = span
  }
}

/// A quoted string as written, escapes resolved.
public struct StringLiteral: Hashable, Sendable {
  public var text: String
  public var span: SourceSpan
  public init(_ text: String, at span: SourceSpan) {
    self.text = text
    self.span = span
  }
}

// MARK: - Expressions

/// An expression as parsed: no names resolved, no widths known.
public indirect enum ExpressionSyntax: Sendable {
  /// A number; `width` from `5:8`.
  case number(UInt128, width: Int?, SourceSpan)
  case name(Identifier)
  /// `N:8`: a constant, or a family's number, with a width.
  case sized(Identifier, width: Int, SourceSpan)
  case any(SourceSpan)
  case unary(UnaryOperator, ExpressionSyntax, SourceSpan)
  case binary(BinaryOperator, ExpressionSyntax, ExpressionSyntax, SourceSpan)
  /// `when condition then a else b`.
  case conditional(ExpressionSyntax, ExpressionSyntax, ExpressionSyntax, SourceSpan)
  /// `x[i]`.
  case index(ExpressionSyntax, ExpressionSyntax, SourceSpan)
  /// `x[a..b]`.
  case slice(ExpressionSyntax, ExpressionSyntax, ExpressionSyntax, SourceSpan)
  /// `memory[address, units]`; with `real` also `real memory[address]` (units nil).
  case access(
    Identifier, address: ExpressionSyntax, units: ExpressionSyntax?, isReal: Bool, SourceSpan)
  /// `x.field`.
  case member(ExpressionSyntax, Identifier, SourceSpan)
  /// `x with { field = e }`.
  case with(ExpressionSyntax, [(Identifier, ExpressionSyntax)], SourceSpan)
  /// `f(a, b)`.
  case call(Identifier, [ExpressionSyntax], SourceSpan)
  /// What could not be parsed; reported already.
  case invalid(SourceSpan)

  public var span: SourceSpan {
    switch self {
    case .number(_, _, let span), .sized(_, _, let span), .any(let span), .unary(_, _, let span),
      .binary(_, _, _, let span), .conditional(_, _, _, let span), .index(_, _, let span),
      .slice(_, _, _, let span), .access(_, _, _, _, let span), .member(_, _, let span),
      .with(_, _, let span), .call(_, _, let span), .invalid(let span):
      span
    case .name(let identifier): identifier.span
    }
  }
}

public enum UnaryOperator: String, Sendable, CaseIterable {
  case not = "not"
  case complement = "~"
  case negate = "-"
}

public enum BinaryOperator: String, Sendable, CaseIterable {
  case implies, or, and
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case signedLess = "<s"
  case signedLessOrEqual = "<=s"
  case signedGreater = ">s"
  case signedGreaterOrEqual = ">=s"
  case bitOr = "|"
  case bitXor = "^"
  case bitAnd = "&"
  case concatenate = "++"
  case shiftLeft = "<<"
  case shiftRight = ">>"
  case signedShiftRight = ">>s"
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case signedDivide = "/s"
  case signedRemainder = "%s"
}

// MARK: - Statements

/// `T(args) as CLASS`.
public struct TrapReference: Sendable {
  public var name: Identifier
  public var arguments: [ExpressionSyntax]
  /// A `TrapClass`; nil in `interrupt` and `test`.
  public var trapClass: Identifier?
  public init(name: Identifier, arguments: [ExpressionSyntax], trapClass: Identifier?) {
    self.name = name
    self.arguments = arguments
    self.trapClass = trapClass
  }
}

public struct StatementSyntax: Sendable {
  public var kind: Kind
  public var span: SourceSpan
  public init(_ kind: Kind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Sendable {
    case require(ExpressionSyntax, TrapReference)
    case trap(TrapReference)
    case letBinding(Identifier, type: TypeSyntax?, ExpressionSyntax)
    case variable(Identifier, type: TypeSyntax, ExpressionSyntax)
    /// The left side is any expression that the grammar allows; the checker wants a place.
    case assign(ExpressionSyntax, ExpressionSyntax)
    case conditional(ExpressionSyntax, then: [StatementSyntax], otherwise: [StatementSyntax])
    /// `for i : 8 in first .. last bound n`.
    case forLoop(
      Identifier, type: TypeSyntax, first: ExpressionSyntax, last: ExpressionSyntax,
      bound: ExpressionSyntax?, body: [StatementSyntax])
    case whileLoop(ExpressionSyntax, bound: ExpressionSyntax, body: [StatementSyntax])
    case partial([StatementSyntax])
    case unpredictable([[StatementSyntax]])
    case perform(ExpressionSyntax, nested: TrapReference)
    /// `probe storage[a] as store`.
    case probe(ExpressionSyntax, intent: Identifier)
    case call(Identifier, [ExpressionSyntax])
    case result(ExpressionSyntax)
    case cite(CitationSyntax)
  }
}

/// A width or the name of a layout.
public enum TypeSyntax: Sendable {
  /// A constant expression: a number, a constant, an operand class's number parameter.
  case width(ExpressionSyntax)
  case layout(Identifier)

  public var span: SourceSpan {
    switch self {
    case .width(let expression): expression.span
    case .layout(let name): name.span
    }
  }
}

public struct CitationSyntax: Sendable {
  public var manual: Identifier
  public var section: StringLiteral
  public init(manual: Identifier, section: StringLiteral) {
    self.manual = manual
    self.section = section
  }
}

/// `name` or `name : type`.
public struct ParameterSyntax: Sendable {
  public var name: Identifier
  public var type: TypeSyntax?
  public init(name: Identifier, type: TypeSyntax?) {
    self.name = name
    self.type = type
  }
}

// MARK: - Encodings

public struct EncodeSyntax: Sendable {
  public var elements: [EncodeElementSyntax]
  /// What stands after `;` in an operand case.
  public var `extension`: [EncodeElementSyntax]
  public var condition: ExpressionSyntax?
  public var overrides: [Identifier]
  public var span: SourceSpan
  public init(
    elements: [EncodeElementSyntax], extension: [EncodeElementSyntax],
    condition: ExpressionSyntax?, overrides: [Identifier], span: SourceSpan
  ) {
    self.elements = elements
    self.extension = `extension`
    self.condition = condition
    self.overrides = overrides
    self.span = span
  }
}

public enum EncodeElementSyntax: Sendable {
  /// `0x82:8` or `NAME:8` where NAME is a constant of a family.
  case fixed(UInt128, width: ExpressionSyntax, SourceSpan)
  case field(Identifier, width: ExpressionSyntax, SourceSpan)
  case ignored(width: ExpressionSyntax, SourceSpan)
  case shouldBeZero(width: ExpressionSyntax, SourceSpan)
  /// `src:Ea(16) only (a, b)`.
  case operand(
    Identifier, className: Identifier, arguments: [ExpressionSyntax], restriction: CaseRestriction?,
    SourceSpan)
  /// `src.ext`.
  case extensionOf(Identifier, SourceSpan)
}

public struct CaseRestriction: Sendable {
  /// `only`, else `except`.
  public var isOnly: Bool
  public var cases: [Identifier]
  public init(isOnly: Bool, cases: [Identifier]) {
    self.isOnly = isOnly
    self.cases = cases
  }
}

// MARK: - Items

public struct ItemSyntax: Sendable {
  public var kind: Kind
  public var span: SourceSpan
  public init(_ kind: Kind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Sendable {
    case machine(Identifier, base: Identifier?, title: StringLiteral)
    case numbering(Identifier)
    case endian(Identifier)
    case manual(Identifier, title: StringLiteral, sections: [(StringLiteral, page: String?)])
    case include(StringLiteral)
    case const(Identifier, ExpressionSyntax)
    case layout(Identifier, width: ExpressionSyntax, fields: [LayoutFieldSyntax])
    case register(Identifier, count: ExpressionSyntax?, type: TypeSyntax, role: Identifier?)
    case memory(
      Identifier, addressWidth: ExpressionSyntax, unitWidth: ExpressionSyntax, role: Identifier,
      size: ExpressionSyntax?)
    case region(
      Identifier, memory: Identifier, first: ExpressionSyntax, last: ExpressionSyntax,
      role: Identifier)
    case translate(
      Identifier, address: Identifier, intent: Identifier, granule: ExpressionSyntax?,
      body: [StatementSyntax])
    case place(
      Identifier, parameters: [ParameterSyntax], type: TypeSyntax, ExpressionSyntax)
    case function(
      Identifier, parameters: [ParameterSyntax], type: TypeSyntax, body: [StatementSyntax])
    case action(Identifier, parameters: [ParameterSyntax], body: [StatementSyntax])
    case choice(
      Identifier, type: TypeSyntax, initial: ExpressionSyntax, text: StringLiteral,
      citations: [CitationSyntax], values: [ExpressionSyntax])
    case trap(
      Identifier, parameters: [ParameterSyntax], entry: Identifier, arguments: [ExpressionSyntax],
      label: StringLiteral?, citations: [CitationSyntax])
    case entry(Identifier, parameters: [ParameterSyntax], body: [StatementSyntax])
    /// `beyond`: for instructions that are longer, not for encodings that match nothing.
    case undefined(TrapReference, beyond: ExpressionSyntax?)
    case fetch(
      memory: Identifier, at: ExpressionSyntax, chunk: ExpressionSyntax?, body: [StatementSyntax])
    case advance(place: ExpressionSyntax, value: ExpressionSyntax)
    case wait(ExpressionSyntax)
    case modes(Identifier, user: ExpressionSyntax, supervisor: ExpressionSyntax)
    case invariant(Identifier, ExpressionSyntax)
    case assume(Identifier, ExpressionSyntax)
    case shift(ParameterSyntax, body: [StatementSyntax])
    case reset([StatementSyntax])
    /// `machines`: what ELF images call it.
    case begin(ParameterSyntax, machines: [ExpressionSyntax], body: [StatementSyntax])
    case interrupt(
      Identifier, priority: ExpressionSyntax, condition: ExpressionSyntax, trap: TrapReference)
    case tick(Identifier, every: ExpressionSyntax, body: [StatementSyntax])
    case context(Identifier, type: TypeSyntax, initial: ExpressionSyntax)
    /// `only`: the instructions it may stand before; nil for all.
    case prefix(
      Identifier, only: [Identifier]?, encode: EncodeSyntax, body: [StatementSyntax])
    case operand(
      Identifier, parameters: [ParameterSyntax], type: TypeSyntax, cases: [OperandCaseSyntax])
    case instruction(InstructionSyntax)
    case family(names: [Identifier], rows: [[FamilyValueSyntax]], items: [ItemSyntax])
    case conformance(ConformanceSyntax)
    /// What is still missing before the machine is reported on.
    case draft(StringLiteral)
    case expectTheorem(number: Int, isStrict: Bool, holds: Bool)
    case device(DeviceSyntax)
    case alias(StringLiteral, meanings: [StringLiteral])
    case ieee(IEEESyntax)
    case monitor(MonitorSyntax)
    case amend(InstructionSyntax)
    case amendMonitor(MonitorSyntax)
    case remove(Identifier)
  }
}

/// What a machine decides where IEEE 754 leaves a choice.
public struct IEEESyntax: Sendable {
  /// What the codes 0 to 3 mean.
  public var rounding: [Identifier]
  public var tininess: Identifier
  public var nan: Identifier
  public var defaultNaN: Identifier
  public init(
    rounding: [Identifier], tininess: Identifier, nan: Identifier, defaultNaN: Identifier
  ) {
    self.rounding = rounding
    self.tininess = tininess
    self.nan = nan
    self.defaultNaN = defaultNaN
  }
}

public struct LayoutFieldSyntax: Sendable {
  public var name: Identifier
  public var first: ExpressionSyntax
  /// nil: one bit.
  public var last: ExpressionSyntax?
  public var role: Identifier
  public var values: [(value: ExpressionSyntax, name: Identifier)]
  public var span: SourceSpan
  public init(
    name: Identifier, first: ExpressionSyntax, last: ExpressionSyntax?, role: Identifier,
    values: [(value: ExpressionSyntax, name: Identifier)], span: SourceSpan
  ) {
    self.name = name
    self.first = first
    self.last = last
    self.role = role
    self.values = values
    self.span = span
  }
}

public struct OperandCaseSyntax: Sendable {
  public var name: Identifier
  public var template: StringLiteral
  public var encode: EncodeSyntax
  public var address: ExpressionSyntax?
  /// Assignments.
  public var effects: [StatementSyntax]
  public var place: ExpressionSyntax
  /// `value`: `place` is an expression that can only be read.
  public var isValue: Bool
  public var span: SourceSpan
  public init(
    name: Identifier, template: StringLiteral, encode: EncodeSyntax, address: ExpressionSyntax?,
    effects: [StatementSyntax], place: ExpressionSyntax, isValue: Bool, span: SourceSpan
  ) {
    self.name = name
    self.template = template
    self.encode = encode
    self.address = address
    self.effects = effects
    self.place = place
    self.isValue = isValue
    self.span = span
  }
}

public struct InstructionSyntax: Sendable {
  public var name: Identifier
  /// nil only in `amend`.
  public var title: StringLiteral?
  public var syntax: StringLiteral?
  public var citations: [CitationSyntax]
  public var encodes: [EncodeSyntax]
  public var body: [StatementSyntax]
  public var expectations: [ExpectationSyntax]
  public var tests: [TestSyntax]
  /// In an `amend`: statements marked `before` go in front of the base's body; `body`, if not empty, replaces it.
  public var before: [StatementSyntax]
  public var span: SourceSpan
  public init(
    name: Identifier, title: StringLiteral?, syntax: StringLiteral?, citations: [CitationSyntax],
    encodes: [EncodeSyntax], body: [StatementSyntax], expectations: [ExpectationSyntax],
    tests: [TestSyntax], before: [StatementSyntax], span: SourceSpan
  ) {
    self.name = name
    self.title = title
    self.syntax = syntax
    self.citations = citations
    self.encodes = encodes
    self.body = body
    self.expectations = expectations
    self.tests = tests
    self.before = before
    self.span = span
  }
}

public struct ExpectationSyntax: Sendable {
  public var isNegated: Bool
  public var fact: Identifier
  public init(isNegated: Bool, fact: Identifier) {
    self.isNegated = isNegated
    self.fact = fact
  }
}

public struct TestSyntax: Sendable {
  public var name: StringLiteral
  /// `given place = value, …`.
  public var given: [(ExpressionSyntax, ExpressionSyntax)]
  /// Hexadecimal units, separated by blanks.
  public var units: StringLiteral
  public var trap: Identifier?
  public var then: [(ExpressionSyntax, ExpressionSyntax)]
  public var span: SourceSpan
  public init(
    name: StringLiteral, given: [(ExpressionSyntax, ExpressionSyntax)], units: StringLiteral,
    trap: Identifier?, then: [(ExpressionSyntax, ExpressionSyntax)], span: SourceSpan
  ) {
    self.name = name
    self.given = given
    self.units = units
    self.trap = trap
    self.then = then
    self.span = span
  }
}

/// One cell of a family's table.
public enum FamilyValueSyntax: Sendable {
  case number(UInt128, SourceSpan)
  case name(Identifier)
  case string(StringLiteral)
}

/// How single-step data names the machine's state, and what stands between the data and a step.
public struct ConformanceSyntax: Sendable {
  /// The `isa` of the records.
  public var isa: StringLiteral
  public var memory: Identifier
  public var entries: [ConformanceEntrySyntax]
  /// `begin { … }`: run after a case was loaded and before its step.
  public var begin: [StatementSyntax]?
  public init(
    isa: StringLiteral, memory: Identifier, entries: [ConformanceEntrySyntax],
    begin: [StatementSyntax]?
  ) {
    self.isa = isa
    self.memory = memory
    self.entries = entries
    self.begin = begin
  }
}

public struct ConformanceEntrySyntax: Sendable {
  /// `given TR = …`: loaded, and compared only where a case states it.
  public var isGiven: Bool
  /// `R0..R15 = gr`: first and last name; otherwise first == last.
  public var first: Identifier
  public var last: Identifier
  public var place: ExpressionSyntax
  /// `GDTR = [gdtr.base, gdtr.limit]`: the parts of a list; `place` is the first of them.
  public var parts: [ExpressionSyntax]?
  /// `from 8`: the first element of a file, or the last argument of a place, for the first name.
  public var start: ExpressionSyntax?
  /// `block 2048 shift 3`.
  public var block: ExpressionSyntax?
  public var shift: ExpressionSyntax?
  public var span: SourceSpan
  public init(
    isGiven: Bool, first: Identifier, last: Identifier, place: ExpressionSyntax,
    parts: [ExpressionSyntax]?, start: ExpressionSyntax?, block: ExpressionSyntax?,
    shift: ExpressionSyntax?, span: SourceSpan
  ) {
    self.isGiven = isGiven
    self.first = first
    self.last = last
    self.place = place
    self.parts = parts
    self.start = start
    self.block = block
    self.shift = shift
    self.span = span
  }
}

/// One parsed file.
public struct FileSyntax: Sendable {
  /// Index of the source.
  public var file: Int
  public var items: [ItemSyntax]
  public init(file: Int, items: [ItemSyntax]) {
    self.file = file
    self.items = items
  }
}
