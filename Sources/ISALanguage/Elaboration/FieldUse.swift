import ISACore

/// What a form's program does with its encoding's fields.
struct FieldUse {
  /// Whether it ends in a trap that no condition stands before.
  var alwaysTraps: Bool
  /// Encoding fields, by index into `Form.fields`, that a statement depends on.
  var fields: NumberSet

  /// That of a program whose writes have been committed.
  init(in builder: ProgramBuilder) {
    let body = builder.blocks[0]
    alwaysTraps = body.hasTrap
    var search = UseSearch(builder.program.nodes)
    search.mark(body)
    fields = search.fields()
  }

  init(alwaysTraps: Bool, fields: NumberSet) {
    self.alwaysTraps = alwaysTraps
    self.fields = fields
  }
}

extension ProgramFragment.Content {
  var alwaysTraps: Bool { statements.hasTrap }

  /// The arguments that a statement depends on, by number.
  var usedArguments: NumberSet {
    var search = UseSearch(nodes)
    search.mark(statements)
    for write in deferred { search.mark(write.write) }
    _ = search.fields()
    return search.arguments
  }
}

extension ProgramBuilder {
  /// Encoding fields that a node depends on.
  func fields(of node: ExpressionID) -> NumberSet {
    var search = UseSearch(program.nodes)
    search.mark(node)
    return search.fields()
  }
}

extension [Statement] {
  fileprivate var hasTrap: Bool {
    contains {
      if case .trap = $0.kind { return true }
      return false
    }
  }
}

/// The nodes that statements depend on.
private struct UseSearch {
  let nodes: [Node]
  private var isUsed: [Bool]
  /// Of a fragment.
  private(set) var arguments = NumberSet()

  init(_ nodes: [Node]) {
    self.nodes = nodes
    isUsed = Array(repeating: false, count: nodes.count)
  }

  mutating func mark(_ id: ExpressionID) {
    if id >= 0 {
      isUsed[Int(id)] = true
    } else if id < -1 {
      arguments.insert(Int(-2 - id))
    }
  }

  /// What a node is made of stands before it, so that one way back finds everything.
  mutating func fields() -> NumberSet {
    var fields = NumberSet()
    for id in nodes.indices.reversed() where isUsed[id] {
      let node = nodes[id]
      switch node.op {
      case .field: fields.insert(Int(node.a))
      case .read: mark(node.b)
      case .constant, .local, .length, .choice, .context: break
      default:
        mark(node.a)
        switch node.op.shape {
        case .leaf, .unary: break
        case .binary: mark(node.b)
        case .ternary, .function:
          mark(node.b)
          mark(node.c)
        }
      }
    }
    return fields
  }

  mutating func mark(_ write: ProgramBuilder.Deferred) {
    mark(write.value)
    switch write.target {
    case .register(_, let index, _, _): if let index { mark(index) }
    case .memory(let access): mark(access.address)
    }
  }

  /// The expressions of statements and of those in their blocks.
  mutating func mark(_ statements: [Statement]) {
    for statement in statements {
      switch statement.kind {
      case .assign(_, let value): mark(value)
      case .write(_, let index, _, _, let value):
        mark(value)
        if let index { mark(index) }
      case .load(_, let access), .probe(let access, _): mark(access.address)
      case .store(let access, let value):
        mark(access.address)
        mark(value)
      case .branch(let condition, let then, let otherwise):
        mark(condition)
        mark(then)
        mark(otherwise)
      case .loop(let condition, _, let body):
        mark(condition)
        mark(body)
      case .trap(_, _, let arguments): for argument in arguments { mark(argument) }
      case .havoc: break
      case .perform(let bits, _): mark(bits)
      }
    }
  }
}
