import IEEEArithmetic
import ISACore

/// A small machine and random programs for it that use every kind of statement and expression.
struct RandomPrograms {
  var generator: SeededGenerator
  let isa: InstructionSet
  /// Whether accesses past `translate` may be made.
  let usesRealAccesses: Bool
  private var program = Program()
  private static let span = SourceSpan(file: 0, start: 0, end: 0)
  /// Widths of the encoding fields.
  static let fieldWidths = [2, 4, 8]
  static let localWidths = [1, 4, 8, 16]

  init(seed: UInt64, endianness: Endianness, size: UInt64, usesRealAccesses: Bool) {
    generator = SeededGenerator(seed: seed)
    self.usesRealAccesses = usesRealAccesses
    isa = RandomPrograms.machine(endianness, size: size)
  }

  // MARK: The machine

  private static func machine(_ endianness: Endianness, size: UInt64) -> InstructionSet {
    let fetch = Fetch(memory: 0, program: Program(), chunk: 1, span: span)
    var isa = InstructionSet(id: "tiny", name: "Tiny", fetch: fetch)
    isa.endianness = endianness
    func register(_ name: String, _ count: Int, isFile: Bool, _ width: Int) -> Register {
      Register(
        name: name, count: count, isFile: isFile, width: width, fields: [], role: .plain,
        span: span)
    }
    isa.registers = [
      register("status", 1, isFile: false, 16), register("r", 4, isFile: true, 8),
      register("odd", 3, isFile: true, 4), register("keys", 100, isFile: true, 4),
    ]
    isa.memories = [
      Memory(
        name: "store", addressWidth: 8, unitWidth: 8, role: .plain, size: size,
        translate: translate(), granule: 4, regions: [], span: span),
      Memory(
        name: "words", addressWidth: 4, unitWidth: 16, role: .plain, size: 16, translate: nil,
        granule: 1, regions: [], span: span),
    ]
    return isa
  }

  /// real = address xor status[15..8] with the offset in a block of 4 kept; trap 7 if bit 0 of the
  /// block's key is set, for stores also if bit 1 is.
  private static func translate() -> Program {
    var program = Program()
    program.locals = [
      Local(name: "address", width: 8, span: span), Local(name: "intent", width: 2, span: span),
      Local(name: "real", width: 8, span: span),
    ]
    program.parameters = [0, 1]
    program.result = 2
    func node(_ node: Node) -> ExpressionID { program.append(node, at: span) }
    let address = node(Node(.local, width: 8, a: 0))
    let intent = node(Node(.local, width: 2, a: 1))
    let block = node(Node(.extract, width: 6, a: address, b: 2))
    let key = node(Node(.read, width: 2, a: 3, b: block, c: 0))
    let isRefused = node(Node(.extract, width: 1, a: key, b: 0))
    let isReadOnly = node(Node(.extract, width: 1, a: key, b: 1))
    let isStore = node(
      Node(.eq, width: 1, a: intent, b: program.constant(2, width: 2, at: span)))
    let refusal = node(
      Node(.or, width: 1, a: isRefused, b: node(Node(.and, width: 1, a: isReadOnly, b: isStore))))
    let base = node(Node(.read, width: 6, a: 0, c: 10))
    let offset = node(Node(.extract, width: 2, a: address, b: 0))
    let real = node(
      Node(
        .concat, width: 8, a: node(Node(.xor, width: 6, a: block, b: base)), b: offset))
    program.body = [
      Statement(
        .branch(
          refusal, then: [Statement(.trap(7, .memory, arguments: [address]), at: span)],
          otherwise: []), at: span),
      Statement(.assign(2, real), at: span),
    ]
    return program
  }

  // MARK: Programs

  mutating func next(statements: Int) -> Program {
    program = Program()
    program.locals = RandomPrograms.localWidths.flatMap { width in
      (0..<2).map { Local(name: "l\(width)_\($0)", width: width, span: RandomPrograms.span) }
    }
    program.body = body(statements, depth: 0)
    program.result = 4
    return program
  }

  private mutating func body(_ count: Int, depth: Int) -> [Statement] {
    (0..<count).map { _ in Statement(statement(depth), at: RandomPrograms.span) }
  }

  private mutating func local(_ width: Int) -> LocalID {
    LocalID(RandomPrograms.localWidths.firstIndex(of: width)! * 2 + generator.below(2))
  }

  private mutating func width() -> Int { RandomPrograms.localWidths[generator.below(4)] }

  private mutating func access(units: Int) -> Access {
    let isFirst = units > 1 || generator.flip()
    return Access(
      memory: isFirst ? 0 : 1, address: expression(isFirst ? 8 : 4, 2), units: units,
      isReal: usesRealAccesses && generator.below(3) == 0)
  }

  private mutating func statement(_ depth: Int) -> Statement.Kind {
    switch generator.below(depth < 2 ? 16 : 12) {
    case 0...2:
      let width = width()
      return .assign(local(width), expression(width, 3))
    case 3...5: return write()
    case 6, 7:
      let units = 1 + generator.below(2)
      let access = access(units: units)
      return .load(local(access.memory == 1 ? 16 : 8 * units), access)
    case 8, 9:
      let units = 1 + generator.below(2)
      let access = access(units: units)
      return .store(access, value: expression(access.memory == 1 ? 16 : 8 * units, 2))
    case 10:
      if generator.below(2) == 0 {
        let width = width()
        return .havoc(local(width), .any)
      }
      return .probe(access(units: 1 + generator.below(4)), generator.flip() ? .load : .store)
    case 11:
      guard depth > 0 else { return .assign(local(8), expression(8, 2)) }
      if generator.below(3) == 0 {
        return .perform(bits: expression(16, 2), nested: 3)
      }
      return .trap(
        TrapID(generator.below(3)), generator.flip() ? .privilege : .program,
        arguments: [expression(8, 2)])
    case 12...14:
      let condition = expression(1, 3)
      let then = body(1 + generator.below(3), depth: depth + 1)
      return .branch(
        condition, then: then, otherwise: body(generator.below(3), depth: depth + 1))
    default:
      return .loop(
        condition: expression(1, 3), bound: 1 + generator.below(3),
        body: body(1 + generator.below(2), depth: depth + 1))
    }
  }

  private mutating func write() -> Statement.Kind {
    let register = RegisterID(generator.below(4))
    let whole = isa.registers[Int(register)].width
    let low = generator.below(whole / 2)
    let width = 1 + generator.below(whole - low)
    return .write(
      register, index: index(register), low: low, width: width, value: expression(width, 3))
  }

  private mutating func index(_ register: RegisterID) -> ExpressionID? {
    switch register {
    case 0: return nil
    case 1: return expression(generator.flip() ? 2 : 4, 1)
    case 2: return expression(generator.flip() ? 2 : 1, 1)
    default: return expression(generator.flip() ? 7 : 8, 1)
    }
  }

  // MARK: Expressions

  private mutating func node(_ node: Node) -> ExpressionID {
    program.append(node, at: RandomPrograms.span)
  }

  private mutating func expression(_ width: Int, _ depth: Int) -> ExpressionID {
    if depth == 0 || generator.below(5) == 0 { return leaf(width) }
    switch generator.below(12) {
    case 0:
      return node(
        Node([.not, .neg][generator.below(2)], width: width, a: expression(width, depth - 1)))
    case 1:
      let x = expression(width, depth - 1)
      return node(Node([.popcount, .clz, .ctz][generator.below(3)], width: width, a: x))
    case 2:
      let from = 1 + generator.below(width)
      let x = expression(from, depth - 1)
      return node(Node(generator.flip() ? .zext : .sext, width: width, a: x))
    case 3:
      let low = generator.below(4)
      let x = expression(width + low + generator.below(3), depth - 1)
      return node(Node(.extract, width: width, a: x, b: Int32(low)))
    case 4 where width > 1:
      let top = 1 + generator.below(width - 1)
      let x = expression(top, depth - 1)
      return node(
        Node(.concat, width: width, a: x, b: expression(width - top, depth - 1)))
    case 5 where width == 1, 6 where width == 1, 7 where width == 1:
      let operands = 1 + generator.below(8)
      let op: Operator = [.eq, .ult, .ule, .slt, .sle][generator.below(5)]
      let x = expression(operands, depth - 1)
      return node(Node(op, width: 1, a: x, b: expression(operands, depth - 1)))
    case 8:
      let op: Operator = [.shl, .lshr, .ashr][generator.below(3)]
      let x = expression(width, depth - 1)
      return node(Node(op, width: width, a: x, b: expression(1 + generator.below(5), depth - 1)))
    case 9:
      let condition = expression(1, depth - 1)
      let x = expression(width, depth - 1)
      return node(Node(.ite, width: width, a: condition, b: x, c: expression(width, depth - 1)))
    case 10 where width == 8: return sumFlags(expression(8, depth - 1), expression(8, depth - 1))
    default:
      let op: Operator =
        [.add, .sub, .mul, .and, .or, .xor, .udiv, .urem, .sdiv, .srem][generator.below(10)]
      let x = expression(width, depth - 1)
      return node(Node(op, width: width, a: x, b: expression(width, depth - 1)))
    }
  }

  /// The exceptions of the sum of two singles, of which only the highest bits vary.
  private mutating func sumFlags(_ x: ExpressionID, _ y: ExpressionID) -> ExpressionID {
    let code = Primitive(
      .add, delivering: .flags, resultFormat: 0, rounding: RoundingMode.allCases,
      tininess: .afterRounding, nanRule: .first, defaultNaN: .quiet
    ).code
    let low = program.constant(0x12_3456, width: 24, at: RandomPrograms.span)
    let operands = [x, y].map { node(Node(.concat, width: 32, a: $0, b: low)) }
    let head = program.constant(UInt128(code >> 2), width: 30, at: RandomPrograms.span)
    let rounding = expression(2, 1)
    return node(
      Node(
        .ieee, width: 8, a: operands[0], b: operands[1],
        c: node(Node(.concat, width: 32, a: head, b: rounding))))
  }

  private mutating func leaf(_ width: Int) -> ExpressionID {
    switch generator.below(6) {
    case 0:
      let value = generator.flip() ? generator.bits(width) : UInt128(generator.below(3))
      return program.constant(value, width: width, at: RandomPrograms.span)
    case 1, 2:
      if RandomPrograms.localWidths.contains(width) {
        return node(Node(.local, width: width, a: local(width)))
      }
    case 3:
      if let field = RandomPrograms.fieldWidths.firstIndex(of: width) {
        return node(Node(.field, width: width, a: Int32(field)))
      }
      return node(Node(.length, width: width))
    default: break
    }
    let register = RegisterID(generator.below(4))
    let whole = isa.registers[Int(register)].width
    guard width <= whole else {
      let x = leaf(whole)
      return node(Node(.zext, width: width, a: x))
    }
    let index = index(register) ?? -1
    return node(
      Node(
        .read, width: width, a: register, b: index, c: Int32(generator.below(whole - width + 1))))
  }
}
