import ISACore

/// Evaluates the programs of prefixes: pure computations on contexts, without a machine.
struct PrefixEvaluator {
  private let program: Program
  private let fields: [UInt128]
  private var locals: [UInt128]
  /// Values of the nodes that the current statement has needed so far: nodes may be shared.
  private var known: [ExpressionID: UInt128] = [:]

  /// The contexts after a prefix with these fields.
  static func contexts(
    after program: Program, fields: [UInt128], contexts: [UInt128]
  ) -> [UInt128] {
    var evaluator = PrefixEvaluator(program, fields: fields, contexts: contexts)
    evaluator.run(program.body)
    return contexts.indices.map {
      $0 < program.parameters.count ? evaluator.locals[Int(program.parameters[$0])] : contexts[$0]
    }
  }

  private init(_ program: Program, fields: [UInt128], contexts: [UInt128]) {
    self.program = program
    self.fields = fields
    locals = program.locals.map { _ in 0 }
    for (parameter, value) in zip(program.parameters, contexts) { locals[Int(parameter)] = value }
  }

  /// Statements that touch state have no place in a prefix and are passed over.
  private mutating func run(_ body: [Statement]) {
    for statement in body {
      known.removeAll(keepingCapacity: true)
      switch statement.kind {
      case .assign(let local, let value):
        locals[Int(local)] = self.value(value)
      case .branch(let condition, let then, let otherwise):
        let holds = value(condition) != 0
        run(holds ? then : otherwise)
      default: break
      }
    }
  }

  private mutating func value(_ id: ExpressionID) -> UInt128 {
    if let value = known[id] { return value }
    let value = compute(program[id])
    known[id] = value
    return value
  }

  private mutating func compute(_ node: Node) -> UInt128 {
    switch node.op {
    case .constant: return program.constants[Int(node.a)]
    case .local: return locals[Int(node.a)]
    case .field: return Int(node.a) < fields.count ? fields[Int(node.a)] : 0
    case .context:
      let index = Int(node.a)
      return index < program.parameters.count ? locals[Int(program.parameters[index])] : 0
    case .length, .choice, .read: return 0
    case .ite: return value(node.a) != 0 ? value(node.b) : value(node.c)
    case .ieee:
      return Fold.function(
        node.op, value(node.a), value(node.b), value(node.c), width: program.width(node.a),
        rightWidth: program.width(node.b), resultWidth: Int(node.width))
    default: break
    }
    if node.op.shape == .unary {
      return Fold.unary(
        node.op, value(node.a), width: program.width(node.a), resultWidth: Int(node.width),
        low: Int(node.b))
    }
    return Fold.binary(
      node.op, value(node.a), value(node.b), width: program.width(node.a),
      rightWidth: program.width(node.b))
  }
}
