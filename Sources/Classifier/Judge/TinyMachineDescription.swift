import ISACore

/// A machine in words, for people who look into a disagreement.
enum TinyMachineDescription {
  static func text(_ isa: InstructionSet) -> String {
    var lines = [isa.name]
    for register in isa.registers {
      let fields = register.fields.map { "\($0.name):\($0.width) \($0.role.rawValue)" }
      let parts = fields.isEmpty ? register.role.rawValue : fields.joined(separator: ", ")
      lines.append("register \(register.name)[\(register.count)] : \(register.width) \(parts)")
    }
    for memory in isa.memories {
      let regions = memory.regions.map { "\($0.first)…\($0.last) \($0.role.rawValue)" }
      lines.append(
        "memory \(memory.name) : \(memory.addressWidth) size \(memory.size) \(regions)")
      if let translate = memory.translate { lines += text(translate).map { "  " + $0 } }
    }
    if let shift = isa.shift { lines += ["shift"] + text(shift).map { "  " + $0 } }
    if let monitor = isa.monitor {
      lines.append("monitor \(monitor.storage.map { "\($0.reserved) by \($0.granule)" })")
      for element in monitor.elements {
        lines.append(
          "  R\(element.register)<\(element.low)+\(element.width)> \(element.standing)")
      }
      lines += text(monitor.map).map { "  " + $0 }
    }
    for condition in isa.invariants { lines.append("invariant \(expression(condition.program))") }
    for condition in isa.assumptions { lines.append("assume \(expression(condition.program))") }
    for instruction in isa.instructions {
      for form in instruction.forms {
        lines.append(
          "instr \(instruction.id) \(form.fields.map(\.name)) \(form.encoding.constraints)")
        lines += text(form.program).map { "  " + $0 }
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func expression(_ program: Program) -> String {
    text(program).joined(separator: "; ")
  }

  private static func text(_ program: Program) -> [String] { text(program.body, program) }

  private static func text(_ statements: [Statement], _ program: Program) -> [String] {
    func e(_ id: ExpressionID) -> String { text(id, program) }
    func place(_ access: Access) -> String {
      "\(access.isReal ? "real " : "")m\(access.memory)[\(e(access.address)), \(access.units)]"
    }
    func local(_ id: LocalID) -> String { "\(program.locals[Int(id)].name)#\(id)" }
    return statements.flatMap { statement -> [String] in
      switch statement.kind {
      case .assign(let target, let value): return ["\(local(target)) := \(e(value))"]
      case .write(let register, let index, let low, let width, let value):
        return ["R\(register)[\(index.map(e) ?? "")]<\(low)+\(width)> := \(e(value))"]
      case .load(let target, let access): return ["\(local(target)) := \(place(access))"]
      case .store(let access, let value): return ["\(place(access)) := \(e(value))"]
      case .probe(let access, let intent): return ["probe \(place(access)) \(intent)"]
      case .branch(let condition, let then, let otherwise):
        return ["if \(e(condition))"] + text(then, program).map { "  " + $0 } + ["else"]
          + text(otherwise, program).map { "  " + $0 }
      case .loop(let condition, let bound, let body):
        return ["while \(e(condition)) bound \(bound)"] + text(body, program).map { "  " + $0 }
      case .trap(_, let trapClass, _): return ["trap \(trapClass.rawValue)"]
      case .havoc(let target, let openness): return ["\(local(target)) := \(openness)"]
      case .perform(let bits, _): return ["perform \(e(bits))"]
      }
    }
  }

  private static func text(_ id: ExpressionID, _ program: Program) -> String {
    let node = program[id]
    func e(_ id: ExpressionID) -> String { text(id, program) }
    switch node.op {
    case .constant: return "\(program.constants[Int(node.a)]):\(node.width)"
    case .local: return "\(program.locals[Int(node.a)].name)#\(node.a)"
    case .field: return "f\(node.a)"
    case .read:
      return "R\(node.a)[\(node.b < 0 ? "" : e(node.b))]<\(node.c)+\(node.width)>"
    case .extract: return "\(e(node.a))<\(node.b)+\(node.width)>"
    default:
      switch node.op.shape {
      case .leaf: return "\(node.op)"
      case .unary: return "\(node.op)(\(e(node.a))):\(node.width)"
      case .binary: return "\(node.op)(\(e(node.a)), \(e(node.b)))"
      case .ternary, .function: return "\(node.op)(\(e(node.a)), \(e(node.b)), \(e(node.c)))"
      }
    }
  }
}
