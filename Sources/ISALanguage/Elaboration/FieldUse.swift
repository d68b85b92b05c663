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
    var seen = Array(repeating: false, count: nodes.count)
    var pending = body.flatMap(\.expressions)
    while let id = pending.popLast() {
      guard !seen[Int(id)] else { continue }
      seen[Int(id)] = true
      let node = self[id]
      switch node.op {
      case .field: fields.insert(Int(node.a))
      case .read where node.b >= 0: pending.append(node.b)
      default:
        switch node.op.shape {
        case .leaf: break
        case .unary: pending.append(node.a)
        case .binary: pending += [node.a, node.b]
        case .ternary, .function: pending += [node.a, node.b, node.c]
        }
      }
    }
    return fields
  }
}

extension Statement {
  /// The expressions of the statement and of those in its blocks.
  fileprivate var expressions: [ExpressionID] {
    switch kind {
    case .assign(_, let value): [value]
    case .write(_, let index, _, _, let value): [value] + (index.map { [$0] } ?? [])
    case .load(_, let access), .probe(let access, _): [access.address]
    case .store(let access, let value): [access.address, value]
    case .branch(let condition, let then, let otherwise):
      [condition] + then.flatMap(\.expressions) + otherwise.flatMap(\.expressions)
    case .loop(let condition, _, let body): [condition] + body.flatMap(\.expressions)
    case .trap(_, _, let arguments): arguments
    case .havoc: []
    case .perform(let bits, _): [bits]
    }
  }
}
