import ISACore

/// What is known of a program's nodes before any of it runs.
///
/// Choices are constants of one machine, so much of what a description says for all models folds
/// away here.
struct NodeFacts {
  /// The value of a node that is the same in every run.
  private(set) var constants: [UInt128?]
  /// A node that always has the same value and is cheaper; the node itself if there is none.
  private(set) var same: [ExpressionID]
  /// What a node's value depends on: a bit for state, and one for each local, shared by locals
  /// whose numbers are equal modulo 63. A node without bits depends on the inputs alone.
  private(set) var dependencies: [UInt64]
  /// How many nodes and statements use a node.
  private(set) var uses: [Int32]
  /// Locals that somebody looks at: an expression that matters, or whoever runs the program.
  private(set) var isRead: [Bool]

  static let state: UInt64 = 1 << 63

  static func dependency(on local: LocalID) -> UInt64 { 1 << UInt64(local % 63) }

  /// What the statements of a program do with expressions.
  private struct Roots {
    /// Used for good.
    var used: [ExpressionID] = []
    /// By local: what is assigned to it; used only if the local is.
    var assigned: [[ExpressionID]]
    /// Locals that something else than an assignment sets.
    var isSetOtherwise: [Bool]
  }

  /// - Parameters:
  ///   - choices: the value of each choice.
  ///   - known: values of parameters that are the same in every run.
  ///   - outputs: locals that are read when the program is complete.
  init(
    _ program: Program, choices: [UInt128], known: [LocalID: UInt128], outputs: [LocalID]
  ) {
    let count = program.nodes.count
    constants = Array(repeating: nil, count: count)
    same = program.nodes.indices.map { ExpressionID($0) }
    dependencies = Array(repeating: .max, count: count)
    uses = Array(repeating: 0, count: count)
    isRead = Array(repeating: false, count: program.locals.count)
    let roots = NodeFacts.roots(of: program)
    let known = known.filter {
      roots.assigned[Int($0.key)].isEmpty && !roots.isSetOtherwise[Int($0.key)]
    }
    for index in 0..<count {
      learn(ExpressionID(index), program.nodes[index], program, choices, known)
    }
    countUses(program, roots, outputs: outputs)
  }

  /// The operands of a node.
  static func children(of node: Node) -> [ExpressionID] {
    switch node.op.shape {
    case .leaf: node.op == .read && node.b >= 0 ? [node.b] : []
    case .unary: [node.a]
    case .binary: [node.a, node.b]
    case .ternary, .function: [node.a, node.b, node.c]
    }
  }

  private static func roots(of program: Program) -> Roots {
    var roots = Roots(
      assigned: program.locals.map { _ in [] }, isSetOtherwise: program.locals.map { _ in false })
    var pending = program.body
    while let statement = pending.popLast() {
      switch statement.kind {
      case .assign(let local, let value): roots.assigned[Int(local)].append(value)
      case .write(_, let index, _, _, let value):
        roots.used.append(value)
        if let index { roots.used.append(index) }
      case .load(let local, let access):
        roots.isSetOtherwise[Int(local)] = true
        roots.used.append(access.address)
      case .store(let access, let value): roots.used += [access.address, value]
      case .probe(let access, _): roots.used.append(access.address)
      case .branch(let condition, let then, let otherwise):
        roots.used.append(condition)
        pending += then
        pending += otherwise
      case .loop(let condition, _, let body):
        roots.used.append(condition)
        pending += body
      case .trap(_, _, let arguments): roots.used += arguments
      case .havoc(let local, _): roots.isSetOtherwise[Int(local)] = true
      case .perform(let bits, _): roots.used.append(bits)
      }
    }
    return roots
  }

  private mutating func countUses(_ program: Program, _ roots: Roots, outputs: [LocalID]) {
    var pending = roots.used.map { same[Int($0)] }
    func read(_ local: LocalID, _ isRead: inout [Bool]) {
      guard !isRead[Int(local)] else { return }
      isRead[Int(local)] = true
      pending += roots.assigned[Int(local)].map { same[Int($0)] }
    }
    for output in outputs { read(output, &isRead) }
    while let id = pending.popLast() {
      uses[Int(id)] += 1
      guard uses[Int(id)] == 1, constants[Int(id)] == nil else { continue }
      let node = program[id]
      if node.op == .local { read(node.a, &isRead) }
      pending += NodeFacts.children(of: node).map { same[Int($0)] }
    }
  }

  // MARK: One node

  private mutating func learn(
    _ id: ExpressionID, _ node: Node, _ program: Program, _ choices: [UInt128],
    _ known: [LocalID: UInt128]
  ) {
    let mask = BitVector.mask(Int(node.width))
    switch node.op {
    case _ where node.width == 0: set(id, 0)
    case .constant: set(id, program.constants[Int(node.a)] & mask)
    case .choice: set(id, choices[Int(node.a)] & mask)
    case .local:
      if let value = known[node.a] { set(id, value & mask) }
      dependencies[Int(id)] = NodeFacts.dependency(on: node.a)
    case .field, .length, .context: dependencies[Int(id)] = 0
    default:
      let children = NodeFacts.children(of: node)
      // Children come before their parents; what is built otherwise is left alone.
      guard children.allSatisfy({ $0 < id }) else { return }
      dependencies[Int(id)] = children.reduce(node.op == .read ? NodeFacts.state : 0) {
        $0 | dependencies[Int($1)]
      }
      if node.op != .read { fold(id, node, program) }
    }
  }

  private mutating func set(_ id: ExpressionID, _ value: UInt128) {
    constants[Int(id)] = value
    dependencies[Int(id)] = 0
  }

  private mutating func setSame(_ id: ExpressionID, as other: ExpressionID) {
    let other = same[Int(other)]
    same[Int(id)] = other
    constants[Int(id)] = constants[Int(other)]
    dependencies[Int(id)] = dependencies[Int(other)]
  }

  private mutating func fold(_ id: ExpressionID, _ node: Node, _ program: Program) {
    let a = constants[Int(node.a)]
    let width = program.width(node.a)
    switch node.op.shape {
    case .unary:
      if let a {
        set(
          id,
          Fold.unary(
            node.op, a, width: width, resultWidth: Int(node.width), low: max(0, Int(node.b))))
      } else if node.width == width, node.op == .zext || node.op == .sext || node.op == .extract {
        setSame(id, as: node.a)
      }
    case .ternary:
      if let a { setSame(id, as: a != 0 ? node.b : node.c) }
    case .function:
      if let a, let b = constants[Int(node.b)], let c = constants[Int(node.c)] {
        set(
          id,
          Fold.function(
            node.op, a, b, c, width: width, rightWidth: program.width(node.b),
            resultWidth: Int(node.width)))
      }
    default:
      let b = constants[Int(node.b)]
      if let a, let b {
        set(
          id, Fold.binary(node.op, a, b, width: width, rightWidth: program.width(node.b)))
      } else {
        absorb(id, node, a, b, ones: BitVector.mask(width))
      }
    }
  }

  /// Operators of which one operand decides the result or does not matter.
  private mutating func absorb(
    _ id: ExpressionID, _ node: Node, _ a: UInt128?, _ b: UInt128?, ones: UInt128
  ) {
    switch node.op {
    case .and:
      if a == 0 || b == 0 { set(id, 0) }
      if a == ones { setSame(id, as: node.b) }
      if b == ones { setSame(id, as: node.a) }
    case .or:
      if a == ones || b == ones { set(id, ones) }
      if a == 0 { setSame(id, as: node.b) }
      if b == 0 { setSame(id, as: node.a) }
    case .add, .xor:
      if a == 0 { setSame(id, as: node.b) }
      if b == 0 { setSame(id, as: node.a) }
    case .sub, .shl, .lshr, .ashr:
      if b == 0 { setSame(id, as: node.a) }
    case .concat:
      if ones == 0 { setSame(id, as: node.b) }
    default: break
    }
  }
}
