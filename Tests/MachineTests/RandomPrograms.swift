import IEEEArithmetic
import ISACore

/// Random programs that use every statement, reuse nodes across statements and nest branches and
/// loops: what a compiler that remembers values can get wrong.
struct RandomProgram {
  private var random: SeededGenerator
  private var builder = ProgramBuilder()
  /// Nodes by width.
  private var nodes: [Int: [ExpressionID]] = [:]
  private static let widths = [1, 8, 32, 64, 100]

  static let fieldWidths = [4, 32, 100]

  /// Registers of all sizes, one of them a file, a byte memory, a choice.
  static var isa: InstructionSet {
    var isa = TestMachines.empty
    isa.registers = [
      TestMachines.register("a", 32), TestMachines.register("b", 64),
      TestMachines.register("c", 100), TestMachines.register("file", 32, count: 5),
    ]
    isa.memories = [
      TestMachines.memory("m", addressWidth: 8, unitWidth: 8, size: 250),
      TestMachines.memory("words", addressWidth: 4, unitWidth: 20, size: 16),
    ]
    isa.choices = [
      Choice(
        name: "yes", width: 1, defaultValue: 1, values: [0, 1], text: "", citations: [],
        span: .none),
      Choice(
        name: "no", width: 1, defaultValue: 0, values: [0, 1], text: "", citations: [],
        span: .none),
    ]
    isa.instructions = [
      TestMachines.instruction(
        "X",
        TestMachines.form(
          [.fixed(0, width: 8)] + fieldWidths.indices.map { .field($0, width: fieldWidths[$0]) },
          fields: fieldWidths.enumerated().map { TestMachines.field("f\($0.offset)", $0.element) }))
    ]
    return isa
  }

  static func make(seed: UInt64) -> Program {
    var generator = RandomProgram(random: SeededGenerator(seed: seed))
    return generator.make()
  }

  private init(random: SeededGenerator) {
    self.random = random
  }

  private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

  private mutating func make() -> Program {
    for index in 0..<8 {
      let width = RandomProgram.widths[index % RandomProgram.widths.count]
      let local = builder.local("v\(index)", width)
      add(builder.value(of: local))
    }
    for (index, width) in RandomProgram.fieldWidths.enumerated() {
      add(builder.field(index, width))
    }
    add(builder.length(8))
    add(builder.length(64))
    for choice in 0..<2 as Range<Int32> { add(builder.node(Node(.choice, width: 1, a: choice))) }
    for width in RandomProgram.widths {
      add(builder.number(random.value(width), width))
      add(builder.number(0, width))
    }
    for _ in 0..<40 { grow() }
    let body = body(depth: 3, count: 8)
    builder.program.body = body
    return builder.program
  }

  private mutating func add(_ id: ExpressionID) {
    nodes[builder.program.width(id), default: []].append(id)
  }

  /// A node of the width; a new number where there is none.
  private mutating func pick(_ width: Int) -> ExpressionID {
    if let known = nodes[width] {
      // A few are preferred, so that values are wanted again.
      return below(2) == 0
        ? known.suffix(4).randomElement(using: &random)! : known[below(known.count)]
    }
    let number = builder.number(random.value(width), width)
    add(number)
    return number
  }

  /// A condition that nothing else uses, so that it is taken apart into jumps, over operands that
  /// other statements use, too.
  private mutating func condition() -> ExpressionID {
    switch below(6) {
    case 0: return builder.number(1, 1)
    case 1: return pick(1)
    case 2:
      let width = anyWidth()
      let ops: [Operator] = [.eq, .ult, .ule]
      return builder.binary(ops[below(3)], pick(width), pick(width))
    case 3: return builder.unary(.not, condition(), 1)
    default:
      let first = condition()
      return builder.binary(below(2) == 0 ? .and : .or, first, condition())
    }
  }

  private mutating func anyWidth() -> Int {
    RandomProgram.widths[below(RandomProgram.widths.count)]
  }

  /// A primitive on singles, with what it rounds by left open.
  private mutating func primitive() {
    let functions: [PrimitiveFunction] = [
      .add, .multiply, .divide, .squareRoot, .compare, .convert,
    ]
    let function = functions[below(functions.count)]
    let code = Primitive(
      function, delivering: below(2) == 0 ? .value : .flags,
      resultFormat: function == .convert ? 1 : 0, rounding: RoundingMode.allCases,
      tininess: .beforeRounding, nanRule: .secondSignalling, defaultNaN: .ones)
    let width =
      code.result == .flags ? 8 : function == .convert ? 64 : function == .compare ? 2 : 32
    let control = builder.binary(
      .concat, builder.number(UInt128(code.code >> 8), 24), pick(8))
    add(
      builder.unary(
        .zext, builder.node(Node(.ieee, width: width, a: pick(32), b: pick(32), c: control)), 64))
  }

  private mutating func grow() {
    let width = anyWidth()
    switch below(9) {
    case 8: primitive()
    case 0:
      add(builder.read(RegisterID(below(2)), 32))
    case 1:
      add(builder.read(3, 8, index: pick(8), low: below(24)))
    case 2:
      add(builder.read(2, [8, 32, 64][below(3)], low: below(36)))
    case 3:
      add(builder.choose(pick(1), pick(width), pick(width)))
    case 4:
      let from = anyWidth()
      let low = from > width ? below(from - width + 1) : 0
      let op: Operator = from > width ? .extract : below(2) == 0 ? .zext : .sext
      add(builder.unary(op, pick(from), width, low: low))
    case 5:
      add(builder.unary([.not, .neg, .popcount, .clz, .ctz][below(5)], pick(width), width))
    case 6:
      let ops: [Operator] = [.eq, .ult, .ule, .slt, .sle]
      add(builder.binary(ops[below(ops.count)], pick(width), pick(width)))
      let connectives: [Operator] = [.and, .or]
      add(builder.binary(connectives[below(2)], pick(1), pick(1)))
    default:
      let ops: [Operator] = [.add, .sub, .mul, .and, .or, .xor, .shl, .lshr, .ashr, .udiv, .srem]
      add(builder.binary(ops[below(ops.count)], pick(width), pick(width)))
    }
  }

  // MARK: Statements

  private mutating func body(depth: Int, count: Int) -> [Statement] {
    (0..<(1 + below(count))).map { _ in self.statement(depth: depth) }
  }

  private mutating func statement(depth: Int) -> Statement {
    if depth > 0, below(3) == 0 {
      if below(3) == 0 {
        return Statement(
          .loop(condition: condition(), bound: below(5), body: body(depth: depth - 1, count: 4)),
          at: .none)
      }
      let then = below(4) == 0 ? [] : body(depth: depth - 1, count: 4)
      let otherwise = below(2) == 0 ? [] : body(depth: depth - 1, count: 4)
      return Statement(.branch(condition(), then: then, otherwise: otherwise), at: .none)
    }
    return Statement(simple(), at: .none)
  }

  private mutating func simple() -> Statement.Kind {
    switch below(12) {
    case 0, 1, 2, 3:
      let local = below(8)
      return .assign(LocalID(local), pick(builder.program.locals[local].width))
    case 4: return .write(0, index: nil, low: 4, width: 8, value: pick(8))
    case 5: return .write(1, index: nil, low: 0, width: 64, value: pick(64))
    case 6: return .write(2, index: nil, low: 0, width: 100, value: pick(100))
    case 7: return .write(3, index: pick(8), low: 0, width: 32, value: pick(32))
    case 8: return .load(2, Access(memory: 0, address: pick(8), units: 4, isReal: true))
    case 9:
      return .store(Access(memory: 0, address: pick(8), units: 4, isReal: true), value: pick(32))
    case 10:
      return below(2) == 0
        ? .load(4, Access(memory: 1, address: pick(8), units: 5, isReal: true))
        : .store(Access(memory: 1, address: pick(8), units: 5, isReal: true), value: pick(100))
    default:
      return below(4) == 0
        ? .trap(0, .program, arguments: [pick(8), pick(100)]) : .havoc(LocalID(below(8)), .any)
    }
  }
}
