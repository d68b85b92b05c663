import Assembler
import ISACore
import Machine

/// `popek run`
enum RunCommand: Command {
  static let name = "run"
  static let summary = "load an image into a bare machine and let it run"
  static let operands = "ISA IMAGE"
  static let operandCount = 2...2
  static let options: [CommandOption] = [
    .value("at", "ADDRESS", "where a raw image is loaded; default 0"),
    .value(
      "set", "PLACE=VALUE", "a register, element or field before the first step: psw.ia=0x200",
      isRepeatable: true),
    .value("limit", "N", "the most steps to make; default 1000000"),
    .flag("trace", "print every step with what it changed"),
    .isaPath,
  ]
  static let details = """
    The machine starts as the description's reset leaves it, with the image in its memory. It ends
    at the limit, or when a step changes nothing and nothing from outside can. At the end the
    registers that are not zero are printed.
    """
  static let examples = [
    "run s360 hello.srec --set psw.ia=0x200", "run s360 hello.bin --at 0x200 --limit 100 --trace",
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let isa = try MachineLoader(arguments).machine(arguments.operands[0], console)
    let limit = try arguments.number("limit", least: 1) ?? 1_000_000
    let image = try ImageFile.read(
      arguments.operands[1], at: try arguments.number("at"), for: isa)
    let settings = try arguments.all("set").map { try Setting($0, isa) }
    let machine = Machine(isa)
    machine.reset()
    for segment in image.segments {
      for (index, unit) in segment.units.enumerated() {
        machine.setUnit(isa.fetch.memory, segment.address + UInt64(index), unit)
      }
    }
    for setting in settings { setting.apply(to: machine) }
    let result =
      arguments.has("trace") ? trace(machine, limit: limit, console) : machine.run(limit: limit)
    console.line(ending(result, limit: limit))
    console.write(registers(of: machine))
    return .success
  }

  private static func ending(_ result: RunResult, limit: UInt64) -> String {
    let counts = "\(result.steps) steps, \(result.retired) instructions retired"
    switch result.reason {
    case .limit: return "\(counts); the limit of \(limit) is reached"
    case .stopped(let reason): return "\(counts); \(reason)"
    }
  }

  // MARK: Trace

  private static func trace(
    _ machine: Machine, limit: UInt64, _ console: Console
  ) -> RunResult {
    let isa = machine.isa
    let disassembler = Disassembler(isa)
    let before = machine.retired
    var steps: UInt64 = 0
    while steps < limit {
      let snapshot = machine.snapshot()
      let outcome = machine.step()
      steps += 1
      let changes = machine.changes(since: snapshot)
      machine.discard(snapshot)
      if case .stopped(let reason) = outcome {
        return RunResult(
          reason: .stopped(reason), steps: steps, retired: machine.retired - before)
      }
      console.line(line(outcome, changes, machine, disassembler))
    }
    return RunResult(reason: .limit, steps: steps, retired: machine.retired - before)
  }

  /// `200  AR 1,2  gr[1]=00000003`
  private static func line(
    _ outcome: StepOutcome, _ changes: [StateChange], _ machine: Machine,
    _ disassembler: Disassembler
  ) -> String {
    let isa = machine.isa
    var text = ""
    if case .interrupted(let index) = outcome {
      text = "interruption \(isa.interrupts[index].name)"
    } else if case .waited = outcome {
      text = "        waits"
    } else {
      let last = machine.lastInstruction
      text = String(last.address, radix: 16, uppercase: true)
      text = String(repeating: " ", count: max(0, 6 - text.count)) + text + "  "
      if let form = last.form {
        text += disassembler.text(of: form, fields: last.fields, at: last.address)
      }
      if case .trapped(let trap, let trapClass, _) = outcome {
        text += "  traps \(isa.traps[Int(trap)].name) (\(trapClass.rawValue))"
      }
    }
    for change in changes.prefix(32) { text += "  \(Self.text(of: change, isa))" }
    return changes.count > 32 ? text + "  …" : text
  }

  private static func text(of change: StateChange, _ isa: InstructionSet) -> String {
    switch change.place {
    case .register(let id, let element):
      let register = isa.registers[Int(id)]
      let name = register.isFile ? "\(register.name)[\(element)]" : register.name
      return "\(name)=\(BitVector(change.after, width: register.width).hex)"
    case .unit(let id, let address):
      let memory = isa.memories[Int(id)]
      return "\(memory.name)[\(String(address, radix: 16, uppercase: true))]="
        + BitVector(change.after, width: memory.unitWidth).hex
    }
  }

  /// Registers that are not zero, a file on lines of its own.
  private static func registers(of machine: Machine) -> String {
    var text = ""
    for (index, register) in machine.isa.registers.enumerated() {
      let values = (0..<register.count).map { machine.register(RegisterID(index), $0) }
      for (element, value) in values.enumerated() where value != 0 {
        let name = register.isFile ? "\(register.name)[\(element)]" : register.name
        text += "  \(name) = \(BitVector(value, width: register.width).hex)\n"
      }
    }
    return text
  }
}

/// `gr[3]=5`, `psw.ia=0x200`: a value for a register, an element of a file, or a field.
private struct Setting {
  private var register: RegisterID
  private var element = 0
  private var low = 0
  private var width: Int
  private var value: UInt128

  init(_ text: String, _ isa: InstructionSet) throws(UsageError) {
    func wrong(_ why: String, help: String? = nil) -> UsageError {
      UsageError("--set \(text): \(why)", help: help)
    }
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2, let number = ParsedArguments.number(String(sides[1])) else {
      throw wrong("expected PLACE=NUMBER")
    }
    let parts = sides[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: "[", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(head[0])
    guard let index = isa.registers.firstIndex(where: { $0.name == name }) else {
      let near = Suggestion.closest(to: name, among: isa.registers.map(\.name))
      throw wrong("no register '\(name)'", help: near.map { "write \($0)" })
    }
    let declared = isa.registers[index]
    register = RegisterID(index)
    width = declared.width
    if head.count == 2 {
      guard head[1].hasSuffix("]"), let element = Int(head[1].dropLast()),
        (0..<declared.count).contains(element)
      else { throw wrong("the elements of \(name) are 0 to \(declared.count - 1)") }
      self.element = element
    } else if declared.isFile {
      throw wrong("\(name) is a file", help: "write \(name)[0]")
    }
    if parts.count == 2 {
      let wanted = String(parts[1])
      guard let field = declared.fields.first(where: { $0.name == wanted }) else {
        let near = Suggestion.closest(to: wanted, among: declared.fields.map(\.name))
        throw wrong("\(name) has no field '\(wanted)'", help: near.map { "write \($0)" })
      }
      low = field.low
      width = field.width
    }
    value = UInt128(number)
    guard value <= BitVector.mask(width) else {
      throw wrong("the number does not fit \(width) bits")
    }
  }

  func apply(to machine: Machine) {
    machine.setBits(register, element, low: low, width: width, value)
  }
}
