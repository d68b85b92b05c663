import ISACore

/// Writes the program of one random instruction.
struct TinyProgramWriter {
  let isa: InstructionSet
  let pieces: [TinyMachine.Piece]
  /// Widths of the encoding fields.
  let fields: [Int]
  let storage: MemoryID
  var random: SeededGenerator
  private var builder = ProgramBuilder()
  private var locals: [LocalID] = []
  private var hasOpenValue = false

  init(
    isa: InstructionSet, pieces: [TinyMachine.Piece], fields: [Int], storage: MemoryID,
    random: SeededGenerator
  ) {
    self.isa = isa
    self.pieces = pieces
    self.fields = fields
    self.storage = storage
    self.random = random
  }

  private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

  private mutating func pick<T>(_ list: [T]) -> T { list[random.below(list.count)] }

  /// One of a few characters, so that every class has its share.
  mutating func program() -> Program {
    let all = Set(Role.allCases)
    var body: [Statement] = []
    switch random.below(10) {
    case 0, 1:  // refused in user mode, whatever it does
      body.append(privilegeGuard())
      body += statements(1 + random.below(3), roles: all)
    case 2:  // refused in user mode if the monitor says so
      body.append(conditionalGuard())
      body += statements(1 + random.below(2), roles: all)
    case 3, 4:  // the program's own state, with guards on anything
      if chance(50) { body.append(guardStatement(roles: all)) }
      body += statements(1 + random.below(3), roles: [.plain, .pc])
    case 5:  // a silent no-op in user mode
      let inner = statements(1 + random.below(2), roles: all)
      body.append(Statement(.branch(isUser(), then: [], otherwise: inner)))
    case 6:  // something that cancels out
      body += cancelling()
    case 7 where chance(30):  // always traps
      body += statements(1, roles: all)
      body.append(Statement(.trap(3, .call, arguments: [])))
    default:
      body += statements(1 + random.below(4), roles: all)
    }
    if chance(5) {
      let bits = expression(8, depth: 2, roles: chance(50) ? [.plain] : all)
      let perform = Statement(.perform(bits: bits, nested: 2))
      // At times only some states go on as another instruction.
      let condition = expression(1, depth: 1, roles: chance(50) ? [.plain] : all)
      body.append(
        chance(50)
          ? perform : Statement(.branch(condition, then: [perform], otherwise: [])))
    }
    builder.program.body = body
    return builder.program
  }

  // MARK: Guards

  private mutating func isUser() -> ExpressionID {
    let mode = pieces.first { $0.role == .mode }!
    let read = builder.read(mode.register, low: mode.low, width: mode.width)
    return builder.binary(.eq, read, builder.constant(1, width: mode.width))
  }

  private mutating func privilegeGuard() -> Statement {
    let refused = Statement(.trap(1, .privilege, arguments: []))
    let others = chance(20) ? [guardStatement(roles: Set(Role.allCases))] : []
    return Statement(.branch(isUser(), then: others + [refused], otherwise: []))
  }

  private mutating func conditionalGuard() -> Statement {
    let condition = builder.binary(
      .and, isUser(), expression(1, depth: 1, roles: [.resource]))
    return Statement(
      .branch(
        condition, then: [Statement(.trap(1, .privilege, arguments: []))], otherwise: []))
  }

  private mutating func guardStatement(roles: Set<Role>) -> Statement {
    let (trap, trapClass): (TrapID, TrapClass) = pick([
      (0, .memory), (1, .privilege), (2, .program), (2, .program), (3, .call),
    ])
    let condition = expression(1, depth: 2, roles: roles)
    return Statement(
      .branch(
        condition, then: [Statement(.trap(trap, trapClass, arguments: []))], otherwise: []))
  }

  // MARK: Statements

  private mutating func statements(
    _ count: Int, roles: Set<Role>, depth: Int = 2
  ) -> [Statement] {
    (0..<count).map { _ in statement(roles: roles, depth: depth) }
  }

  private mutating func statement(roles: Set<Role>, depth: Int) -> Statement {
    switch random.below(14) {
    case 0: return guardStatement(roles: chance(70) ? roles : Set(Role.allCases))
    case 1 where depth > 0:
      let condition = expression(1, depth: 2, roles: roles)
      let then = statements(1 + random.below(2), roles: roles, depth: depth - 1)
      let otherwise =
        chance(50) ? [] : statements(1, roles: roles, depth: depth - 1)
      return Statement(.branch(condition, then: then, otherwise: otherwise))
    case 2 where depth > 1 && chance(40):
      let body = statements(1 + random.below(2), roles: roles, depth: 0)
      return Statement(
        .loop(condition: expression(1, depth: 1, roles: roles), bound: 2, body: body))
    case 3:
      let width = 1 + random.below(2)
      let value = expression(width, depth: 2, roles: roles)
      let local = builder.newLocal("l\(locals.count)", width: width)
      locals.append(local)
      return Statement(.assign(local, value))
    case 4, 5:
      let access = access(roles: roles)
      let local = builder.newLocal("l\(locals.count)", width: access.units)
      locals.append(local)
      return Statement(.load(local, access))
    case 6, 7:
      let access = access(roles: roles)
      let value = expression(access.units, depth: 2, roles: roles)
      return Statement(.store(access, value: value))
    case 8 where chance(40):
      return Statement(.probe(access(roles: roles), chance(50) ? .load : .store))
    case 9 where chance(25) && !hasOpenValue:
      hasOpenValue = true
      let local = builder.newLocal("any", width: 1)
      locals.append(local)
      return Statement(.havoc(local, chance(80) ? .any : .alternatives(2)))
    default:
      return write(roles: roles)
    }
  }

  private mutating func write(roles: Set<Role>) -> Statement {
    let allowed = pieces.filter { roles.contains($0.role) }
    let piece = pick(allowed.isEmpty ? pieces : allowed)
    let register = isa.registers[Int(piece.register)]
    let index: ExpressionID? = register.isFile ? expression(1, depth: 1, roles: roles) : nil
    // At times the whole register at once, as a status word is loaded.
    if !register.isFile, roles.contains(.mode), chance(15) {
      return Statement(
        .write(
          piece.register, index: nil, low: 0, width: register.width,
          value: expression(register.width, depth: 2, roles: roles)))
    }
    return Statement(
      .write(
        piece.register, index: index, low: piece.low, width: piece.width,
        value: expression(piece.width, depth: 2, roles: roles)))
  }

  private mutating func access(roles: Set<Role>) -> Access {
    let width = isa.memories[Int(storage)].addressWidth
    let isReal = roles.contains(.map) && chance(20)
    let address =
      chance(30)
      ? builder.constant(UInt128(random.below(1 << width)), width: width)
      : expression(width, depth: 1, roles: chance(70) ? [.plain] : roles)
    return Access(
      memory: storage, address: address, units: chance(15) ? 2 : 1, isReal: isReal)
  }

  /// Looks as if it depended on what it reads, and does not, or only in a corner.
  private mutating func cancelling() -> [Statement] {
    let piece = pick(pieces)
    let isFile = isa.registers[Int(piece.register)].isFile
    func read() -> ExpressionID {
      let index = isFile ? builder.constant(UInt128(piece.element), width: 1) : -1
      return builder.read(piece.register, low: piece.low, width: piece.width, index: index)
    }
    let plain = pieces.first { $0.role == .plain }!
    func readPlain() -> ExpressionID {
      builder.resized(
        builder.read(plain.register, low: plain.low, width: plain.width), to: piece.width)
    }
    func writePlain(_ value: ExpressionID) -> Statement {
      Statement(
        .write(
          plain.register, index: nil, low: plain.low, width: plain.width,
          value: builder.resized(value, to: plain.width)))
    }
    func writeBack(_ value: ExpressionID) -> Statement {
      let index = isFile ? builder.constant(UInt128(piece.element), width: 1) : nil
      return Statement(
        .write(
          piece.register, index: index, low: piece.low, width: piece.width, value: value))
    }
    switch random.below(6) {
    case 0: return [writePlain(builder.binary(.xor, read(), read()))]
    case 1:  // r and q, where r is known to be 0
      let isZero = builder.binary(
        .eq, readPlain(), builder.constant(0, width: piece.width))
      let isNotZero = builder.unary(.not, isZero)
      return [
        Statement(
          .branch(
            isNotZero, then: [Statement(.trap(2, .program, arguments: []))], otherwise: [])),
        writePlain(builder.binary(.and, read(), readPlain())),
      ]
    case 2: return [writeBack(read())]
    case 3:  // q or not q
      return [writePlain(builder.binary(.or, read(), builder.unary(.not, read())))]
    case 4:  // written and taken back
      let sum = builder.binary(.add, read(), readPlain())
      return [writeBack(builder.binary(.sub, sum, readPlain()))]
    default:  // chosen between equals
      let chosen = builder.ite(
        builder.node(.extract, width: 1, read(), 0), readPlain(),
        builder.binary(.or, readPlain(), readPlain()))
      return [writePlain(chosen)]
    }
  }

  // MARK: Expressions

  private mutating func expression(
    _ width: Int, depth: Int, roles: Set<Role>
  ) -> ExpressionID {
    if depth == 0 || chance(30) { return leaf(width, roles: roles) }
    switch random.below(8) {
    case 0:
      return builder.unary(.not, expression(width, depth: depth - 1, roles: roles))
    case 1 where width == 1:
      let operand = 1 + random.below(2)
      let left = expression(operand, depth: depth - 1, roles: roles)
      let right = expression(operand, depth: depth - 1, roles: roles)
      return builder.binary(pick([.eq, .ult, .ule, .slt]), left, right)
    case 2:
      let condition = expression(1, depth: depth - 1, roles: roles)
      let left = expression(width, depth: depth - 1, roles: roles)
      let right = expression(width, depth: depth - 1, roles: roles)
      return builder.ite(condition, left, right)
    case 3 where width > 1:
      let low = 1 + random.below(width - 1)
      let top = expression(width - low, depth: depth - 1, roles: roles)
      let rest = expression(low, depth: depth - 1, roles: roles)
      return builder.binary(.concat, top, rest)
    default:
      let op: Operator = pick([.and, .or, .xor, .add, .sub, .and, .or, .mul, .shl, .lshr])
      let left = expression(width, depth: depth - 1, roles: roles)
      let right = expression(width, depth: depth - 1, roles: roles)
      return builder.binary(op, left, right)
    }
  }

  private mutating func leaf(_ width: Int, roles: Set<Role>) -> ExpressionID {
    if width == 1, !isa.choices.isEmpty, chance(15) { return builder.node(.choice, width: 1, 0) }
    switch random.below(6) {
    case 0: return builder.constant(random.bits(width), width: width)
    case 1 where !fields.isEmpty:
      let field = random.below(fields.count)
      let value = builder.node(.field, width: fields[field], Int32(field))
      return builder.resized(value, to: width)
    case 2 where !locals.isEmpty:
      return builder.resized(builder.local(pick(locals)), to: width)
    default:
      let allowed = pieces.filter { roles.contains($0.role) }
      guard !allowed.isEmpty else { return builder.constant(0, width: width) }
      let piece = pick(allowed)
      let isFile = isa.registers[Int(piece.register)].isFile
      let index =
        !isFile
        ? -1
        : chance(50)
          ? builder.constant(UInt128(piece.element), width: 1)
          : builder.resized(
            fields.isEmpty
              ? builder.constant(0, width: 1) : builder.node(.field, width: fields[0], 0), to: 1)
      let value = builder.read(
        piece.register, low: piece.low, width: piece.width, index: index)
      return builder.resized(value, to: width)
    }
  }
}
