import ISACore

/// A name for one value of a field: `0 = supervisor`.
struct NamedValue: Hashable {
  var name: String
  var value: UInt128
}

extension Intent {
  /// What the language calls them.
  static let namedValues = allCases.map { NamedValue(name: "\($0)", value: UInt128($0.rawValue)) }
}

/// A layout after its ranges and roles are known.
final class Layout: Sendable {
  struct Field {
    var name: String
    var low: Int
    var width: Int
    var role: Role
    var values: [NamedValue]
    var span: SourceSpan
  }
  let name: String
  let width: Int
  let fields: [Field]
  private let byName: [String: Int]

  init(name: String, width: Int, fields: [Field]) {
    self.name = name
    self.width = width
    self.fields = fields
    self.byName = Dictionary(
      fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  subscript(name: String) -> Field? { byName[name].map { fields[$0] } }
}

/// A typed value: a node of the program under construction.
struct Value {
  var node: ExpressionID
  var width: Int
  var layout: Layout?
  var values: [NamedValue]?

  init(_ node: ExpressionID, width: Int, layout: Layout? = nil, values: [NamedValue]? = nil) {
    self.node = node
    self.width = width
    self.layout = layout
    self.values = values
  }
}

/// A number that has no width yet; it takes one where it meets a typed value.
struct UntypedNumber: Hashable {
  var magnitude: UInt128
  var isNegative: Bool

  init(_ magnitude: UInt128, isNegative: Bool = false) {
    self.magnitude = magnitude
    self.isNegative = isNegative && magnitude != 0
  }

  init(_ value: Int) {
    self.init(UInt128(value.magnitude), isNegative: value < 0)
  }

  /// The bits at `width`, or nil if the number does not fit (signed or unsigned).
  func bits(width: Int) -> UInt128? {
    if isNegative {
      guard width > 0, magnitude <= UInt128(1) << UInt128(width - 1) else { return nil }
      return (0 &- magnitude) & BitVector.mask(width)
    }
    return magnitude <= BitVector.mask(width) ? magnitude : nil
  }

  /// The number as an `Int`, or nil if it is out of range.
  var int: Int? {
    guard magnitude <= UInt128(Int.max) else { return nil }
    return isNegative ? -Int(magnitude) : Int(magnitude)
  }

  /// The number as Int128 for folding, or nil if it is out of range.
  var int128: Int128? {
    guard magnitude <= UInt128(Int128.max) else { return nil }
    return isNegative ? -Int128(magnitude) : Int128(magnitude)
  }

  init(_ value: Int128) {
    self.init(value.magnitude, isNegative: value < 0)
  }

  var text: String { (isNegative ? "-" : "") + String(magnitude) }
}

/// What an expression turned into.
enum Elaborated {
  case value(Value)
  case number(UntypedNumber)
  /// Reported already; says nothing more.
  case failed
}

/// Somewhere that can be read and written.
indirect enum Place: Sendable {
  case register(RegisterID, index: ExpressionID?, low: Int, width: Int)
  case local(LocalID, low: Int, width: Int)
  case memory(Access, width: Int)
  /// The first part is the most significant.
  case concatenation([Place])
  case conditional(ExpressionID, Place, Place)
  /// One bit of a place at a computed position, counted from the right.
  case bit(Place, position: ExpressionID)
  /// Reads as a constant, swallows writes: SPARC's %g0.
  case sink(ExpressionID, width: Int)

  var width: Int {
    switch self {
    case .register(_, _, _, let width), .local(_, _, let width), .memory(_, let width),
      .sink(_, let width):
      width
    case .concatenation(let parts): parts.reduce(0) { $0 + $1.width }
    case .conditional(_, let first, _): first.width
    case .bit: 1
    }
  }
}

/// A place with what is known of its type.
struct TypedPlace {
  var place: Place
  var layout: Layout?
  var values: [NamedValue]?
  var width: Int { place.width }
}

/// An operand class as one instruction uses it, in one of its cases.
final class OperandInstance {
  let name: String
  let subject: FragmentKey.Subject
  let operandCase: OperandCaseSyntax
  /// What the case's names mean: its fields, the class's parameters and the address.
  let bindings: NamedBindings
  /// Those that the text of the place names.
  let placeBindings: NamedBindings
  /// Nil if the case has none.
  let address: Value?
  let width: Int

  init(
    name: String, subject: FragmentKey.Subject, operandCase: OperandCaseSyntax,
    bindings: NamedBindings, placeNames: [String], address: Value?, width: Int
  ) {
    self.name = name
    self.subject = subject
    self.operandCase = operandCase
    self.bindings = bindings
    placeBindings = bindings.only(placeNames)
    self.address = address
    self.width = width
  }
}

/// What some names mean, in an order that is the same for all uses of what the names belong to.
struct NamedBindings {
  private(set) var names: [String] = []
  /// Nil where there is none.
  private(set) var values: [Binding?] = []

  init() {}

  /// Names that mean nothing yet.
  init(_ names: [String]) {
    self.names = names
    values = Array(repeating: nil, count: names.count)
  }

  subscript(index: Int) -> Binding? {
    get { values[index] }
    set { values[index] = newValue }
  }

  subscript(name: String) -> Binding? { names.firstIndex(of: name).flatMap { values[$0] } }

  mutating func append(_ binding: Binding, for name: String) {
    names.append(name)
    values.append(binding)
  }

  /// Gives a name a meaning, in place of the one that it has.
  mutating func set(_ binding: Binding, for name: String) {
    if let index = names.firstIndex(of: name) {
      values[index] = binding
    } else {
      append(binding, for: name)
    }
  }

  /// Those whose names are among `used`.
  func only(_ used: some Collection<String>) -> NamedBindings {
    var result = NamedBindings()
    for (name, value) in zip(names, values) where used.contains(name) {
      result.names.append(name)
      result.values.append(value)
    }
    return result
  }

  /// These and those of `other` whose names mean nothing here.
  func adding(_ other: NamedBindings) -> NamedBindings {
    var result = self
    for (name, value) in zip(other.names, other.values) where self[name] == nil {
      if let value { result.set(value, for: name) }
    }
    return result
  }
}

/// What a name means inside a program.
enum Binding {
  case value(Value)
  case variable(LocalID, width: Int, layout: Layout?)
  case number(UntypedNumber)
  case operand(OperandInstance)
}
