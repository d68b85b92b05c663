import ISACore

/// Writes programs by hand, as the lowering of a description would.
struct ProgramBuilder {
  var program = Program()

  mutating func number(_ value: UInt128, _ width: Int) -> ExpressionID {
    program.constant(value, width: width, at: .none)
  }

  mutating func local(_ name: String, _ width: Int) -> LocalID {
    program.locals.append(Local(name: name, width: width, span: .none))
    return LocalID(program.locals.count - 1)
  }

  mutating func parameter(_ name: String, _ width: Int) -> LocalID {
    let local = local(name, width)
    program.parameters.append(local)
    return local
  }

  mutating func value(of local: LocalID) -> ExpressionID {
    node(Node(.local, width: program.locals[Int(local)].width, a: local))
  }

  mutating func field(_ index: Int, _ width: Int) -> ExpressionID {
    node(Node(.field, width: width, a: Int32(index)))
  }

  mutating func length(_ width: Int) -> ExpressionID {
    node(Node(.length, width: width))
  }

  mutating func read(
    _ register: RegisterID, _ width: Int, index: ExpressionID = -1, low: Int = 0
  ) -> ExpressionID {
    node(Node(.read, width: width, a: register, b: index, c: Int32(low)))
  }

  mutating func unary(
    _ op: Operator, _ x: ExpressionID, _ width: Int, low: Int = -1
  ) -> ExpressionID {
    node(Node(op, width: width, a: x, b: Int32(low)))
  }

  mutating func binary(
    _ op: Operator, _ x: ExpressionID, _ y: ExpressionID, _ width: Int? = nil
  ) -> ExpressionID {
    let natural =
      op.isComparison
      ? 1
      : op == .concat ? program.width(x) + program.width(y) : program.width(x)
    return node(Node(op, width: width ?? natural, a: x, b: y))
  }

  mutating func choose(
    _ condition: ExpressionID, _ then: ExpressionID, _ otherwise: ExpressionID
  ) -> ExpressionID {
    node(Node(.ite, width: program.width(then), a: condition, b: then, c: otherwise))
  }

  mutating func node(_ node: Node) -> ExpressionID {
    program.append(node, at: .none)
  }

  mutating func add(_ kind: Statement.Kind) {
    program.body.append(Statement(kind, at: .none))
  }

  mutating func write(
    _ register: RegisterID, _ value: ExpressionID, index: ExpressionID? = nil, low: Int = 0
  ) {
    add(.write(register, index: index, low: low, width: program.width(value), value: value))
  }

  /// A program that consists of its result.
  static func result(_ width: Int, _ build: (inout ProgramBuilder) -> ExpressionID) -> Program {
    var builder = ProgramBuilder()
    let local = builder.local("result", width)
    let value = build(&builder)
    builder.add(.assign(local, value))
    builder.program.result = local
    return builder.program
  }

  static func make(_ build: (inout ProgramBuilder) -> Void) -> Program {
    var builder = ProgramBuilder()
    build(&builder)
    return builder.program
  }
}

extension Program {
  init(_ build: (inout ProgramBuilder) -> Void) {
    self = ProgramBuilder.make(build)
  }
}

/// A statement on its own, for the bodies of branches and loops.
func statement(_ kind: Statement.Kind) -> Statement {
  Statement(kind, at: .none)
}

extension SeededGenerator {
  /// A value of `width` bits; every third has corners: few ones, few zeros, or the sign alone.
  mutating func value(_ width: Int) -> UInt128 {
    let mask = BitVector.mask(width)
    let random = UInt128(next()) << 64 | UInt128(next())
    switch next() % 9 {
    case 0: return 0
    case 1: return mask
    case 2: return width == 0 ? 0 : 1 << UInt128(next() % UInt64(width))
    case 3: return width == 0 ? 0 : mask ^ (1 << UInt128(next() % UInt64(width)))
    case 4: return random % 200 & mask
    default: return random & mask
    }
  }
}
