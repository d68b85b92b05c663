import ISACore

extension Program {
  /// Whether the program ends in a trap that no condition stands before.
  var alwaysTraps: Bool {
    body.contains {
      if case .trap = $0.kind { return true }
      return false
    }
  }

  /// Encoding fields, by index into `Form.fields`, that a statement depends on.
  var usedFields: Set<Int> {
    var fields: Set<Int> = []
    var isUsed = Array(repeating: false, count: nodes.count)
    body.markExpressions(in: &isUsed)
    // What a node is made of stands before it, so that one way back finds everything.
    for id in nodes.indices.reversed() where isUsed[id] {
      let node = nodes[id]
      switch node.op {
      case .field: fields.insert(Int(node.a))
      case .read: if node.b >= 0 { isUsed[Int(node.b)] = true }
      case .constant, .local, .length, .choice, .context: break
      default:
        isUsed[Int(node.a)] = true
        switch node.op.shape {
        case .leaf, .unary: break
        case .binary: isUsed[Int(node.b)] = true
        case .ternary, .function:
          isUsed[Int(node.b)] = true
          isUsed[Int(node.c)] = true
        }
      }
    }
    return fields
  }
}

extension [Statement] {
  /// Marks the expressions of the statements and of those in their blocks.
  fileprivate func markExpressions(in isUsed: inout [Bool]) {
    for statement in self {
      switch statement.kind {
      case .assign(_, let value): isUsed[Int(value)] = true
      case .write(_, let index, _, _, let value):
        isUsed[Int(value)] = true
        if let index { isUsed[Int(index)] = true }
      case .load(_, let access), .probe(let access, _): isUsed[Int(access.address)] = true
      case .store(let access, let value):
        isUsed[Int(access.address)] = true
        isUsed[Int(value)] = true
      case .branch(let condition, let then, let otherwise):
        isUsed[Int(condition)] = true
        then.markExpressions(in: &isUsed)
        otherwise.markExpressions(in: &isUsed)
      case .loop(let condition, _, let body):
        isUsed[Int(condition)] = true
        body.markExpressions(in: &isUsed)
      case .trap(_, _, let arguments):
        for argument in arguments { isUsed[Int(argument)] = true }
      case .havoc: break
      case .perform(let bits, _): isUsed[Int(bits)] = true
      }
    }
  }
}
