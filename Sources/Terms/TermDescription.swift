import ISACore

extension TermArena {
  /// A term as an S-expression, for people and failing tests; cut off after `limit` nodes.
  public func description(of term: Term, limit: Int = 200) -> String {
    enum Part {
      case term(Term)
      case text(String)
    }
    var text = ""
    var visited = 0
    var pending: [Part] = [.term(term)]
    while let part = pending.popLast() {
      guard case .term(let term) = part else {
        if case .text(let piece) = part { text += piece }
        continue
      }
      visited += 1
      if visited > limit {
        text += "…"
        continue
      }
      let node = node(term)
      switch node.op {
      case .constant:
        text += BitVector(constantValue(of: term)!, width: Int(node.width)).description
      case .variable:
        text += variableList[Int(node.a)].name
      default:
        text += "(\(node.op)"
        if node.op == .extract { text += " \(node.low + Int(node.width) - 1)…\(node.low)" }
        if node.op == .sext { text += " \(node.width)" }
        pending.append(.text(")"))
        let operands = [node.first, node.second, node.third].prefix(node.op.arity)
        for operand in operands.reversed() {
          pending.append(.term(operand))
          pending.append(.text(" "))
        }
      }
    }
    return text
  }
}
