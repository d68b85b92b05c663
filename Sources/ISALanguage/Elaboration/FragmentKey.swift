import ISACore

/// Programs inline whatever they call, and thousands of forms call the same things with arguments
/// of the same kinds: what inlining came to once is repeated.
struct FragmentKey: Hashable, Sendable {
  enum Subject: Hashable {
    case function(Int)
    case action(Int)
    case place(Int)
    /// An operand class and which of its cases.
    case operand(Int, Int)
    /// The address of an operand class's case.
    case address(Int, Int)
    /// The statements of an instruction, whichever it is.
    case statements

    /// An operand's address.
    var address: Subject? {
      if case .operand(let id, let number) = self { .address(id, number) } else { nil }
    }

    fileprivate var numbers: (Int, Int, Int) {
      switch self {
      case .function(let id): (0, id, 0)
      case .action(let id): (1, id, 0)
      case .place(let id): (2, id, 0)
      case .operand(let id, let number): (3, id, number)
      case .address(let id, let number): (4, id, number)
      case .statements: (5, 0, 0)
      }
    }
  }

  /// All that inlining looks at of an argument: never which node it is.
  struct Argument: Hashable {
    enum Content: Hashable {
      case number(UInt128, isNegative: Bool)
      case constant(UInt128)
      case node
      /// An operand, one of its class's cases whose places have one text, and how many arguments
      /// are its own.
      case operand(Subject, Int)
      case unbound
    }
    var content: Content
    var width = 0
    var layout: ObjectIdentifier?
    var values: [NamedValue]?
    /// The first argument that is the same node.
    var first = 0
  }

  let subject: Subject
  let surroundings: Int
  /// Those of an instruction's fields and operands, which its encodings need not share.
  let names: [String]
  let arguments: [Argument]
  /// Keys are looked up far more often than they are made.
  private let digest: Int

  init(_ subject: Subject, surroundings: Int, names: [String] = [], arguments: [Argument]) {
    self.subject = subject
    self.surroundings = surroundings
    self.names = names
    self.arguments = arguments
    var digest = Digest()
    digest.mix(subject)
    digest.mix(surroundings)
    for argument in arguments { digest.mix(argument) }
    self.digest = digest.value
  }

  func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// What an instruction's statements look at.
enum BodyKey: Hashable {
  /// The form's signature.
  case form(Int)
  /// What has been bound, where that could not be put together.
  case bindings(Int)
}

/// A number for much of what a key is made of. What it leaves out, equality tells apart.
private struct Digest {
  private(set) var value = 0

  mutating func mix(_ number: Int) {
    value = (value ^ number) &* 0x2545_F491_4F6C_DD1D
    value ^= value >> 29
  }

  mutating func mix(_ subject: FragmentKey.Subject) {
    let (kind, id, number) = subject.numbers
    mix(kind)
    mix(id)
    mix(number)
  }

  mutating func mix(_ argument: FragmentKey.Argument) {
    mix(argument.width)
    mix(argument.first)
    switch argument.content {
    case .number(let value, _): mix(Int(truncatingIfNeeded: value) &+ 1)
    case .constant(let value): mix(Int(truncatingIfNeeded: value) &+ 2)
    case .operand(let subject, _): mix(subject)
    case .node: mix(3)
    case .unbound: mix(4)
    }
  }
}

/// What is known of the bindings that something is inlined with.
struct FragmentArguments: Sendable {
  var shapes: [FragmentKey.Argument] = []
  var nodes: [ExpressionID] = []
  /// Where the cases of operands stand.
  var cases: [SourceSpan] = []
}
