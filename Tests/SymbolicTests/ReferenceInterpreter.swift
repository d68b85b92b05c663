import ISACore
import Symbolic

/// A tree walk over programs, as plain as can be: what the symbolic machine is compared with.
struct ReferenceInterpreter {
  enum Outcome: Equatable {
    case retired
    case trapped(TrapID, TrapClass, [UInt128])
    case performs(UInt128, nested: TrapID)
  }

  let isa: InstructionSet
  var registers: [[UInt128]]
  /// All addresses, those beyond the size included.
  var memories: [[UInt128]]
  var fields: [UInt128] = []
  var contexts: [UInt128] = []
  var choices: [UInt128] = []
  var length: UInt128 = 0
  /// What every open value is, cut to its width.
  var open: UInt128 = 0

  /// Runs a program; its result where it has one and retires.
  mutating func run(
    _ program: Program, _ parameters: [UInt128] = []
  ) -> (outcome: Outcome, result: UInt128?) {
    var locals = program.locals.map { _ in UInt128(0) }
    for (local, value) in zip(program.parameters, parameters) { locals[Int(local)] = value }
    let outcome = run(program.body, program, &locals) ?? .retired
    return (outcome, program.result.map { locals[Int($0)] })
  }

  private mutating func run(
    _ body: [Statement], _ program: Program, _ locals: inout [UInt128]
  ) -> Outcome? {
    for statement in body {
      switch statement.kind {
      case .assign(let local, let expression):
        locals[Int(local)] = value(expression, program, locals)
      case .write(let register, let index, let low, let width, let expression):
        let element = index.map { value($0, program, locals) } ?? 0
        let new = value(expression, program, locals)
        if element < UInt128(registers[Int(register)].count) {
          let mask = BitVector.mask(width) << UInt128(low)
          let old = registers[Int(register)][Int(element)]
          registers[Int(register)][Int(element)] = old & ~mask | new << UInt128(low)
        }
      case .load(let local, let access):
        switch addresses(access, .load, program, locals) {
        case .failure(let trap): return trap.outcome
        case .success(let addresses):
          let units = addresses.map { unit(access.memory, $0) }
          let width = isa.memories[Int(access.memory)].unitWidth
          locals[Int(local)] = (isa.endianness == .big ? units : units.reversed())
            .reduce(0) { $0 << UInt128(width) | $1 }
        }
      case .store(let access, let expression):
        let new = value(expression, program, locals)
        switch addresses(access, .store, program, locals) {
        case .failure(let trap): return trap.outcome
        case .success(let addresses):
          let memory = isa.memories[Int(access.memory)]
          for (position, address) in addresses.enumerated() where address < memory.size {
            let place = isa.endianness == .big ? addresses.count - 1 - position : position
            memories[Int(access.memory)][Int(address)] =
              new >> UInt128(place * memory.unitWidth) & BitVector.mask(memory.unitWidth)
          }
        }
      case .probe(let access, let intent):
        if case .failure(let trap) = addresses(access, intent, program, locals) {
          return trap.outcome
        }
      case .branch(let condition, let then, let otherwise):
        let arm = value(condition, program, locals) == 1 ? then : otherwise
        if let outcome = run(arm, program, &locals) { return outcome }
      case .loop(let condition, let bound, let body):
        var count = 0
        while count < bound, value(condition, program, locals) == 1 {
          if let outcome = run(body, program, &locals) { return outcome }
          count += 1
        }
      case .trap(let trap, let trapClass, let arguments):
        return .trapped(trap, trapClass, arguments.map { value($0, program, locals) })
      case .havoc(let local, _):
        locals[Int(local)] = open & BitVector.mask(program.locals[Int(local)].width)
      case .perform(let bits, let nested):
        return .performs(value(bits, program, locals), nested: nested)
      }
    }
    return nil
  }

  private struct Refusal: Error { var outcome: Outcome }

  /// The real addresses of all units, each translated for itself.
  private func addresses(
    _ access: Access, _ intent: Intent, _ program: Program, _ locals: [UInt128]
  ) -> Result<[UInt64], Refusal> {
    let memory = isa.memories[Int(access.memory)]
    let base = UInt64(value(access.address, program, locals))
    let mask = UInt64(BitVector.mask(memory.addressWidth))
    var result: [UInt64] = []
    for unit in 0..<UInt64(access.units) {
      let address = (base &+ unit) & mask
      guard !access.isReal, let translate = memory.translate else {
        result.append(address)
        continue
      }
      var copy = self
      let (outcome, real) = copy.run(translate, [UInt128(address), UInt128(intent.rawValue)])
      guard outcome == .retired else { return .failure(Refusal(outcome: outcome)) }
      result.append(UInt64(real!))
    }
    return .success(result)
  }

  func unit(_ memory: MemoryID, _ address: UInt64) -> UInt128 {
    address < isa.memories[Int(memory)].size ? memories[Int(memory)][Int(address)] : 0
  }

  private func value(
    _ id: ExpressionID, _ program: Program, _ locals: [UInt128]
  ) -> UInt128 {
    let node = program[id]
    let width = Int(node.width)
    func operand(_ id: Int32) -> UInt128 { value(id, program, locals) }
    switch node.op.shape {
    case .leaf: break
    case .unary:
      return Fold.unary(
        node.op, operand(node.a), width: program.width(node.a), resultWidth: width,
        low: Int(node.b))
    case .binary:
      return Fold.binary(
        node.op, operand(node.a), operand(node.b), width: program.width(node.a),
        rightWidth: program.width(node.b))
    case .function:
      return Fold.function(
        node.op, operand(node.a), operand(node.b), operand(node.c), width: program.width(node.a),
        rightWidth: program.width(node.b), resultWidth: width)
    case .ternary:
      return operand(node.a) == 1 ? operand(node.b) : operand(node.c)
    }
    switch node.op {
    case .constant: return program.constants[Int(node.a)]
    case .local: return locals[Int(node.a)]
    case .field: return fields[Int(node.a)]
    case .length: return length & BitVector.mask(width)
    case .choice: return choices[Int(node.a)]
    case .context: return contexts[Int(node.a)]
    default:
      let element = node.b < 0 ? 0 : operand(node.b)
      let file = registers[Int(node.a)]
      return element < UInt128(file.count)
        ? file[Int(element)] >> UInt128(node.c) & BitVector.mask(width) : 0
    }
  }
}
