import ISACore

/// Builds programs node by node, for machines that no text describes.
struct ProgramBuilder {
  var program = Program()

  func width(_ id: ExpressionID) -> Int { program.width(id) }

  mutating func constant(_ value: UInt128, width: Int) -> ExpressionID {
    program.constant(value, width: width, at: .none)
  }

  mutating func node(
    _ op: Operator, width: Int, _ a: Int32 = -1, _ b: Int32 = -1, _ c: Int32 = 0
  ) -> ExpressionID {
    program.append(Node(op, width: width, a: a, b: b, c: c), at: .none)
  }

  mutating func newLocal(_ name: String, width: Int) -> LocalID {
    program.locals.append(Local(name: name, width: width, span: .none))
    return LocalID(program.locals.count - 1)
  }

  mutating func newParameter(_ name: String, width: Int) -> LocalID {
    let local = newLocal(name, width: width)
    program.parameters.append(local)
    return local
  }

  mutating func local(_ id: LocalID) -> ExpressionID {
    node(.local, width: program.locals[Int(id)].width, id)
  }

  /// Bits of a register; `index` for a file.
  mutating func read(
    _ register: RegisterID, low: Int, width: Int, index: ExpressionID = -1
  ) -> ExpressionID {
    node(.read, width: width, register, index, Int32(low))
  }

  mutating func unary(_ op: Operator, _ a: ExpressionID) -> ExpressionID {
    node(op, width: width(a), a)
  }

  mutating func binary(_ op: Operator, _ a: ExpressionID, _ b: ExpressionID) -> ExpressionID {
    let width = op.isComparison ? 1 : op == .concat ? width(a) + width(b) : width(a)
    return node(op, width: width, a, b)
  }

  mutating func ite(
    _ condition: ExpressionID, _ then: ExpressionID, _ otherwise: ExpressionID
  ) -> ExpressionID {
    node(.ite, width: width(then), condition, then, otherwise)
  }

  /// The value with zeros above or cut to `width` bits.
  mutating func resized(_ id: ExpressionID, to width: Int) -> ExpressionID {
    let own = self.width(id)
    if own == width { return id }
    return own < width ? node(.zext, width: width, id) : node(.extract, width: width, id, 0)
  }
}

extension Statement {
  init(_ kind: Kind) { self.init(kind, at: .none) }
}
