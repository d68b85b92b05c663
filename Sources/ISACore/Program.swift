/// Index of a node in its program's arena.
public typealias ExpressionID = Int32
/// Index into `Program.locals`.
public typealias LocalID = Int32
/// Index into `InstructionSet.registers`.
public typealias RegisterID = Int32
/// Index into `InstructionSet.memories`.
public typealias MemoryID = Int32
/// Index into `InstructionSet.choices`.
public typealias ChoiceID = Int32
/// Index into `InstructionSet.contexts`.
public typealias ContextID = Int32
/// Index into `InstructionSet.traps`.
public typealias TrapID = Int32

/// One node of an expression; the meaning of `a`, `b`, `c` is stated at each `Operator`.
public struct Node: Hashable, Sendable {
  public var op: Operator
  /// Width of the result in bits, 0…128.
  public var width: UInt8
  public var a: Int32
  public var b: Int32
  public var c: Int32

  public init(_ op: Operator, width: Int, a: Int32 = -1, b: Int32 = -1, c: Int32 = 0) {
    self.op = op
    self.width = UInt8(width)
    self.a = a
    self.b = b
    self.c = c
  }
}

/// A variable of a program; a program starts with all locals zero, parameters excepted.
public struct Local: Hashable, Sendable {
  public var name: String
  /// Bits, 0…128.
  public var width: Int
  public var span: SourceSpan

  /// The name of the local that holds the address of an operand; no description can use it.
  public static let operandAddress = "operand\u{2019}s address"

  public init(name: String, width: Int, span: SourceSpan) {
    self.name = name
    self.width = width
    self.span = span
  }
}

/// A piece of semantics: pure expressions in a flat arena, ordered statements above them.
///
/// Programs are strictly sequential. The language's reading "reads see the old state, a trap
/// discards all writes" has already been lowered: every write that could be observed or would have
/// to be taken back stands at the end, after the last statement that can trap, unless the
/// description said `partial`.
public struct Program: Sendable {
  public var nodes: [Node] = []
  /// Where each node was written; as long as `nodes`.
  public var nodeSpans: [SourceSpan] = []
  public var constants: [UInt128] = []
  public var locals: [Local] = []
  /// Locals that the caller sets before the program starts, in order.
  public var parameters: [LocalID] = []
  /// The local that holds the result, for functions such as `translate` or an invariant.
  public var result: LocalID?
  public var body: [Statement] = []

  public init() {}

  public subscript(id: ExpressionID) -> Node { nodes[Int(id)] }

  public func width(_ id: ExpressionID) -> Int { Int(nodes[Int(id)].width) }

  /// The value of a constant node, or nil for any other node.
  public func constantValue(_ id: ExpressionID) -> UInt128? {
    let node = nodes[Int(id)]
    return node.op == .constant ? constants[Int(node.a)] : nil
  }

  /// Appends a node without simplification.
  public mutating func append(_ node: Node, at span: SourceSpan) -> ExpressionID {
    nodes.append(node)
    nodeSpans.append(span)
    return ExpressionID(nodes.count - 1)
  }

  /// Appends a constant of `width` bits.
  public mutating func constant(_ value: UInt128, width: Int, at span: SourceSpan) -> ExpressionID {
    constants.append(value & BitVector.mask(width))
    return append(Node(.constant, width: width, a: Int32(constants.count - 1)), at: span)
  }
}

extension Program {
  /// Every statement, outer before inner, in the order written.
  public func forEachStatement(_ visit: (Statement) -> Void) {
    func walk(_ statements: [Statement]) {
      for statement in statements {
        visit(statement)
        switch statement.kind {
        case .branch(_, let then, let otherwise):
          walk(then)
          walk(otherwise)
        case .loop(_, _, let body): walk(body)
        default: break
        }
      }
    }
    walk(body)
  }

  /// Whether some statement looks at a local. Nodes that no statement leads to do not count.
  public func uses(_ local: LocalID) -> Bool {
    var seen: Set<ExpressionID> = []
    func finds(_ id: ExpressionID) -> Bool {
      guard id >= 0, seen.insert(id).inserted else { return false }
      let node = self[id]
      switch node.op.shape {
      case .leaf:
        return node.op == .local && node.a == local || node.op == .read && finds(node.b)
      case .unary: return finds(node.a)
      case .binary: return finds(node.a) || finds(node.b)
      case .ternary, .function: return finds(node.a) || finds(node.b) || finds(node.c)
      }
    }
    var found = false
    forEachStatement { statement in
      if !found { found = statement.expressions.contains(where: finds) }
    }
    return found
  }
}

/// One step of a program.
public struct Statement: Sendable {
  public var kind: Kind
  public var span: SourceSpan

  public init(_ kind: Kind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
  }

  public enum Kind: Sendable {
    /// local := expression.
    case assign(LocalID, ExpressionID)
    /// Writes `width` bits of a register from bit `low` up. An index beyond the file writes nothing.
    case write(RegisterID, index: ExpressionID?, low: Int, width: Int, value: ExpressionID)
    /// local := memory; the local is `units` × the memory's unit width wide.
    case load(LocalID, Access)
    /// memory := expression.
    case store(Access, value: ExpressionID)
    /// Does all that the access would do but move data: it may trap.
    case probe(Access, Intent)
    case branch(ExpressionID, then: [Statement], otherwise: [Statement])
    /// Runs `body` while `condition` holds, at most `bound` times.
    case loop(condition: ExpressionID, bound: Int, body: [Statement])
    /// Ends the step. Arguments go to the trap's entry sequence.
    case trap(TrapID, TrapClass, arguments: [ExpressionID])
    /// local := a value that the manual leaves open.
    case havoc(LocalID, Openness)
    /// Ends the program and goes on with the instruction whose encoding is `bits` (left-aligned,
    /// decoded like fetched units), keeping this instruction's length: S/360 EXECUTE.
    /// If that instruction itself performs another, `nested` is raised.
    case perform(bits: ExpressionID, nested: TrapID)
  }
}

extension Statement {
  /// What the statement itself evaluates; those of statements inside it are theirs.
  public var expressions: [ExpressionID] {
    switch kind {
    case .assign(_, let value): [value]
    case .write(_, let index, _, _, let value): [value] + (index.map { [$0] } ?? [])
    case .load(_, let access), .probe(let access, _): [access.address]
    case .store(let access, let value): [access.address, value]
    case .branch(let condition, _, _), .loop(let condition, _, _): [condition]
    case .trap(_, _, let arguments): arguments
    case .havoc: []
    case .perform(let bits, _): [bits]
    }
  }
}

/// How a havocked local may be filled.
public enum Openness: Hashable, Sendable {
  /// `any`: every value is permitted.
  case any
  /// `unpredictable`: a selector of one of `count` alternatives that the manual lists.
  case alternatives(Int)
}

/// What an access wants.
public enum Intent: UInt8, CaseIterable, Sendable, Hashable {
  case fetch = 0
  case load = 1
  case store = 2
}

/// Where a load or store goes.
public struct Access: Sendable, Hashable {
  public var memory: MemoryID
  public var address: ExpressionID
  /// Number of addressable units moved, consecutive from `address` up (modulo the address width).
  public var units: Int
  /// `real`: past the machine's `translate`.
  public var isReal: Bool

  public init(memory: MemoryID, address: ExpressionID, units: Int, isReal: Bool) {
    self.memory = memory
    self.address = address
    self.units = units
    self.isReal = isReal
  }
}
