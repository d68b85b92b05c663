import ISACore

/// Where each piece of a tiny machine's state stands in one word.
struct TinyLayout: Sendable {
  /// By register: bit position of element 0; elements follow one another.
  var registers: [Int] = []
  /// By memory: bit position of unit 0; nil for memories that no instruction looks at.
  var memories: [Int?] = []
  /// Bits in all.
  var width = 0
  /// By role (in the order of `Role.allCases`): its bits.
  var roles = [UInt32](repeating: 0, count: Role.allCases.count)
  /// Everything that is no storage.
  var registerBits: UInt32 = 0
  /// Storage that moves with the map.
  var movable: UInt32 = 0

  init(_ isa: InstructionSet) {
    let modes = isa.modePairs.flatMap { $0.user + $0.supervisor }
    for (index, register) in isa.registers.enumerated() {
      registers.append(width)
      for _ in 0..<register.count {
        for bit in 0..<register.width {
          let field = register.fields.first { $0.low <= bit && bit < $0.low + $0.width }
          let isMode = modes.contains {
            $0.register == RegisterID(index) && $0.low <= bit && bit < $0.low + $0.width
          }
          let role = isMode ? .mode : field?.role ?? register.role
          roles[role.index] |= 1 << UInt32(width + bit)
        }
        width += register.width
      }
    }
    registerBits = (1 << UInt32(width)) &- 1
    for (index, memory) in isa.memories.enumerated() {
      guard index != Int(isa.fetch.memory) else {
        memories.append(nil)
        continue
      }
      memories.append(width)
      for unit in 0..<memory.size {
        let region = memory.regions.first { $0.first <= unit && unit <= $0.last }
        let bits = UInt32((UInt64(1) << UInt64(memory.unitWidth)) - 1) << UInt32(width)
        roles[(region?.role ?? memory.role).index] |= bits
        if region == nil, memory.translate != nil { movable |= bits }
        width += memory.unitWidth
      }
    }
  }

  func mask(_ wanted: Role...) -> UInt32 {
    wanted.reduce(0) { $0 | roles[$1.index] }
  }
}

/// How a step of a tiny machine ended.
enum TinyOutcome: Hashable, Sendable {
  case retires(UInt32)
  case performs(UInt32, bits: UInt128)
  case traps(TrapClass)

  /// The state afterwards, if there is one.
  var state: UInt32? {
    switch self {
    case .retires(let state), .performs(let state, _): state
    case .traps: nil
    }
  }
}

/// Walks programs as trees, one node at a time, on states of a few bits. It shares nothing with
/// the engines that it judges but the representation of programs.
struct TinyEvaluator {
  let isa: InstructionSet
  let layout: TinyLayout
  var state: UInt32 = 0
  var fields: [UInt128] = []
  /// By choice.
  let choices: [UInt128]
  /// What open values, of one bit each, are filled with: the lowest bit is drawn first.
  var filling: UInt64 = 0
  /// Whether storage that is absent or has a role of its own is out of a translation's reach.
  var isConfined = true
  private var draws: UInt64 = 0

  private enum Ending: Error {
    case trap(TrapClass)
    case perform(UInt128)
  }

  init(_ isa: InstructionSet, layout: TinyLayout, choices: [UInt128]) {
    self.isa = isa
    self.choices = choices
    self.layout = layout
  }

  /// Runs a program on the current state.
  mutating func run(
    _ program: Program, parameters: [UInt128] = []
  ) -> (outcome: TinyOutcome, result: UInt128) {
    var locals = [UInt128](repeating: 0, count: program.locals.count)
    for (parameter, value) in zip(program.parameters, parameters) {
      locals[Int(parameter)] = value
    }
    draws = 0
    do {
      try run(program.body, program, &locals)
      return (.retires(state), program.result.map { locals[Int($0)] } ?? 0)
    } catch Ending.perform(let bits) {
      return (.performs(state, bits: bits), 0)
    } catch Ending.trap(let trapClass) {
      return (.traps(trapClass), 0)
    } catch {
      return (.traps(.program), 0)
    }
  }

  private mutating func run(
    _ statements: [Statement], _ program: Program, _ locals: inout [UInt128]
  ) throws {
    for statement in statements {
      switch statement.kind {
      case .assign(let local, let value):
        locals[Int(local)] = evaluate(value, program, locals)
      case .write(let register, let index, let low, let width, let value):
        let element = index.map { Int(evaluate($0, program, locals)) } ?? 0
        let written = evaluate(value, program, locals)
        guard element < isa.registers[Int(register)].count else { continue }
        let position =
          layout.registers[Int(register)] + element * isa.registers[Int(register)].width + low
        put(written, at: position, width: width)
      case .load(let local, let access):
        let width = isa.memories[Int(access.memory)].unitWidth
        let addresses = try locate(access, .load, program, locals)
        locals[Int(local)] = addresses.enumerated().reduce(0) { value, unit in
          value | get(access.memory, unit.element) << place(of: unit.offset, in: access, width)
        }
      case .store(let access, let value):
        let stored = evaluate(value, program, locals)
        let width = isa.memories[Int(access.memory)].unitWidth
        let addresses = try locate(access, .store, program, locals)
        for (unit, address) in addresses.enumerated() {
          guard address < isa.memories[Int(access.memory)].size,
            let base = layout.memories[Int(access.memory)]
          else { continue }
          put(
            stored >> place(of: unit, in: access, width), at: base + Int(address) * width,
            width: width)
        }
      case .probe(let access, let intent):
        _ = try locate(access, intent, program, locals)
      case .branch(let condition, let then, let otherwise):
        try run(evaluate(condition, program, locals) == 1 ? then : otherwise, program, &locals)
      case .loop(let condition, let bound, let body):
        var rounds = 0
        while rounds < bound, evaluate(condition, program, locals) == 1 {
          try run(body, program, &locals)
          rounds += 1
        }
      case .trap(_, let trapClass, _): throw Ending.trap(trapClass)
      case .havoc(let local, let openness):
        var value = UInt128(filling >> draws & 1)
        draws += 1
        if case .alternatives(let count) = openness { value %= UInt128(count) }
        locals[Int(local)] = value
      case .perform(let bits, _): throw Ending.perform(evaluate(bits, program, locals))
      }
    }
  }

  // MARK: State

  private mutating func put(_ value: UInt128, at position: Int, width: Int) {
    let mask = UInt32(truncatingIfNeeded: BitVector.mask(width)) << UInt32(position)
    state = state & ~mask | UInt32(truncatingIfNeeded: value) << UInt32(position) & mask
  }

  private func get(_ position: Int, width: Int) -> UInt128 {
    UInt128(state >> UInt32(position)) & BitVector.mask(width)
  }

  private func get(_ memory: MemoryID, _ address: UInt64) -> UInt128 {
    guard address < isa.memories[Int(memory)].size, let base = layout.memories[Int(memory)] else {
      return 0
    }
    let width = isa.memories[Int(memory)].unitWidth
    return get(base + Int(address) * width, width: width)
  }

  /// How far to the left a unit stands in the value of its access.
  private func place(of unit: Int, in access: Access, _ width: Int) -> UInt128 {
    UInt128((isa.endianness == .big ? access.units - 1 - unit : unit) * width)
  }

  /// The real addresses of an access, unit by unit.
  private mutating func locate(
    _ access: Access, _ intent: Intent, _ program: Program, _ locals: [UInt128]
  ) throws -> [UInt64] {
    let memory = isa.memories[Int(access.memory)]
    let first = evaluate(access.address, program, locals)
    var addresses: [UInt64] = []
    for unit in 0..<access.units {
      let address = UInt64((first + UInt128(unit)) & BitVector.mask(memory.addressWidth))
      guard !access.isReal, memory.translate != nil else {
        addresses.append(address)
        continue
      }
      switch translate(access.memory, address, intent) {
      case .success(let real): addresses.append(real)
      case .failure(let refusal): throw Ending.trap(refusal.trapClass)
      }
    }
    return addresses
  }

  struct Refusal: Error {
    var trapClass: TrapClass
  }

  /// The definition's reading: storage that is absent or has a role of its own is out of reach.
  mutating func translate(
    _ memory: MemoryID, _ address: UInt64, _ intent: Intent
  ) -> Result<UInt64, Refusal> {
    let description = isa.memories[Int(memory)]
    let drawn = draws
    defer { draws = drawn }
    let (outcome, result) = run(
      description.translate!, parameters: [UInt128(address), UInt128(intent.rawValue)])
    if case .traps(let trapClass) = outcome { return .failure(Refusal(trapClass: trapClass)) }
    let real = UInt64(result)
    let isRegion = description.regions.contains { $0.first <= real && real <= $0.last }
    guard !isConfined || real < description.size && !isRegion else {
      return .failure(Refusal(trapClass: .memory))
    }
    return .success(real)
  }

  // MARK: Expressions

  private func evaluate(_ id: ExpressionID, _ program: Program, _ locals: [UInt128]) -> UInt128 {
    let node = program[id]
    let width = Int(node.width)
    switch node.op {
    case .constant: return program.constants[Int(node.a)]
    case .local: return locals[Int(node.a)]
    case .field: return fields[Int(node.a)]
    case .length: return 1
    case .choice: return choices[Int(node.a)]
    case .context: return 0
    case .read:
      let register = isa.registers[Int(node.a)]
      let element = node.b < 0 ? 0 : Int(evaluate(node.b, program, locals))
      guard element < register.count else { return 0 }
      return get(
        layout.registers[Int(node.a)] + element * register.width + Int(node.c), width: width)
    case .ite:
      return evaluate(
        evaluate(node.a, program, locals) == 1 ? node.b : node.c, program, locals)
    case .ieee:
      return Fold.function(
        node.op, evaluate(node.a, program, locals), evaluate(node.b, program, locals),
        evaluate(node.c, program, locals), width: program.width(node.a),
        rightWidth: program.width(node.b), resultWidth: width)
    case .not, .neg, .zext, .sext, .extract, .popcount, .clz, .ctz:
      return Fold.unary(
        node.op, evaluate(node.a, program, locals), width: program.width(node.a),
        resultWidth: width, low: node.op == .extract ? Int(node.b) : 0)
    default:
      return Fold.binary(
        node.op, evaluate(node.a, program, locals), evaluate(node.b, program, locals),
        width: program.width(node.a), rightWidth: program.width(node.b))
    }
  }
}
