import ISACore

/// The IR's meaning in the plainest words: a walk over the tree with `Fold`, for the tests.
struct ReferenceInterpreter {
  enum End: Equatable {
    case completed
    case trapped(TrapID, TrapClass, [UInt128])
  }

  let isa: InstructionSet
  var registers: [[UInt128]]
  var memories: [[UInt64: UInt128]]
  private var locals: [UInt128] = []
  private var program = Program()
  private var fields: [UInt128] = []
  private var length = 0
  private var end: End = .completed
  /// Values of the nodes that the expression under evaluation has needed so far: nodes are shared.
  private var known: [ExpressionID: UInt128] = [:]

  init(_ isa: InstructionSet) {
    self.isa = isa
    registers = isa.registers.map { Array(repeating: 0, count: $0.count) }
    memories = isa.memories.map { _ in [:] }
  }

  /// Runs a program whose fields and length are given.
  mutating func run(_ program: Program, fields: [UInt128], length: Int) -> End {
    self.program = program
    self.fields = fields
    self.length = length
    locals = program.locals.map { _ in 0 }
    end = .completed
    _ = run(program.body)
    return end
  }

  /// False if the program has ended.
  private mutating func run(_ body: [Statement]) -> Bool {
    for statement in body where !run(statement) { return false }
    return true
  }

  private mutating func run(_ statement: Statement) -> Bool {
    switch statement.kind {
    case .assign(let local, let value): locals[Int(local)] = self.value(value)
    case .write(let register, let index, let low, let width, let value):
      let element = index.map { self.value($0) } ?? 0
      let bits = self.value(value)
      guard element < UInt128(registers[Int(register)].count) else { break }
      let field = BitVector.mask(width) << UInt128(low)
      let old = registers[Int(register)][Int(element)]
      registers[Int(register)][Int(element)] = old & ~field | bits << UInt128(low) & field
    case .load(let local, let access): locals[Int(local)] = load(access)
    case .store(let access, let value): store(access, self.value(value))
    case .branch(let condition, let then, let otherwise):
      return run(self.value(condition) != 0 ? then : otherwise)
    case .loop(let condition, let bound, let body):
      var rounds = 0
      while rounds < bound, value(condition) != 0 {
        guard run(body) else { return false }
        rounds += 1
      }
    case .trap(let trap, let trapClass, let arguments):
      end = .trapped(trap, trapClass, arguments.map { value($0) })
      return false
    case .havoc(let local, _): locals[Int(local)] = 0
    case .probe, .perform: break
    }
    return true
  }

  // MARK: Memory, real and big-endian

  private mutating func address(_ access: Access, _ offset: Int) -> UInt64 {
    let mask = BitVector.mask(isa.memories[Int(access.memory)].addressWidth)
    return UInt64((value(access.address) &+ UInt128(offset)) & mask)
  }

  private mutating func load(_ access: Access) -> UInt128 {
    let memory = isa.memories[Int(access.memory)]
    var result: UInt128 = 0
    for offset in 0..<access.units {
      let address = address(access, offset)
      let unit = address < memory.size ? memories[Int(access.memory)][address] ?? 0 : 0
      result = result << UInt128(memory.unitWidth) | unit
    }
    return result
  }

  private mutating func store(_ access: Access, _ value: UInt128) {
    let memory = isa.memories[Int(access.memory)]
    for offset in 0..<access.units {
      let shift = (access.units - 1 - offset) * memory.unitWidth
      let address = address(access, offset)
      if address < memory.size {
        memories[Int(access.memory)][address] =
          value >> UInt128(shift) & BitVector.mask(memory.unitWidth)
      }
    }
  }

  // MARK: Expressions

  private mutating func value(_ id: ExpressionID) -> UInt128 {
    known.removeAll(keepingCapacity: true)
    return shared(id)
  }

  private mutating func shared(_ id: ExpressionID) -> UInt128 {
    if let value = known[id] { return value }
    let value = compute(program[id])
    known[id] = value
    return value
  }

  private mutating func compute(_ node: Node) -> UInt128 {
    let mask = BitVector.mask(Int(node.width))
    switch node.op {
    case .constant: return program.constants[Int(node.a)]
    case .local: return locals[Int(node.a)]
    case .field: return fields[Int(node.a)]
    case .length: return UInt128(length) & mask
    case .choice: return isa.choices[Int(node.a)].defaultValue
    case .context: return 0
    case .read:
      let element = node.b >= 0 ? shared(node.b) : 0
      guard element < UInt128(registers[Int(node.a)].count) else { return 0 }
      return registers[Int(node.a)][Int(element)] >> UInt128(node.c) & mask
    case .ite: return shared(node.a) != 0 ? shared(node.b) : shared(node.c)
    case .ieee:
      return Fold.function(
        node.op, shared(node.a), shared(node.b), shared(node.c), width: program.width(node.a),
        rightWidth: program.width(node.b), resultWidth: Int(node.width))
    default: break
    }
    if node.op.shape == .unary {
      return Fold.unary(
        node.op, shared(node.a), width: program.width(node.a), resultWidth: Int(node.width),
        low: Int(node.b))
    }
    return Fold.binary(
      node.op, shared(node.a), shared(node.b), width: program.width(node.a),
      rightWidth: program.width(node.b))
  }
}
