import ISACore
import ISALanguage
import Machine

/// Runs the tests that stand beside the instructions, each one step of the concrete machine.
///
/// A test starts from a state that is zero but for what it gives. The instruction's units are put
/// where the fetch looks, unless the test gives those places itself.
public struct TestRunner {
  private let isa: InstructionSet
  /// A machine for each set of choices that some test gives.
  private var machines: [[ChoiceID: UInt128]: Prepared] = [:]

  private struct Prepared {
    var machine: Machine
    var fetch: Machine.PreparedProgram
    var translate: Machine.PreparedProgram?
  }

  public init(_ isa: InstructionSet) {
    self.isa = isa
  }

  /// One message for each failed test, in the order of the description.
  public mutating func failures() -> [Diagnostic] {
    var failures: [Diagnostic] = []
    for instruction in isa.instructions {
      for test in instruction.tests {
        if let failure = failure(of: test, at: instruction) { failures.append(failure) }
      }
    }
    return failures
  }

  /// nil if the test passes.
  private mutating func failure(
    of test: InstructionTest, at instruction: Instruction
  ) -> Diagnostic? {
    var choices: [ChoiceID: UInt128] = [:]
    for given in test.given {
      if case .choice(let choice) = given.target { choices[choice] = given.value }
    }
    let prepared = prepare(choices)
    let machine = prepared.machine
    machine.clear()
    for given in test.given { machine.set(given) }
    if let problem = place(test, with: prepared) {
      return Diagnostic(.malformedTest, problem, at: test.span)
    }
    // Memory that the test gives outranks the instruction's own units.
    for given in test.given { if case .memory = given.target { machine.set(given) } }
    return compare(machine.step(), with: test, of: instruction, on: machine)
  }

  private mutating func prepare(_ choices: [ChoiceID: UInt128]) -> Prepared {
    if let prepared = machines[choices] { return prepared }
    let machine = Machine(isa, choices: choices)
    let memory = isa.memories[Int(isa.fetch.memory)]
    let prepared = Prepared(
      machine: machine, fetch: machine.prepare(isa.fetch.program),
      translate: memory.translate.map(machine.prepare))
    machines[choices] = prepared
    return prepared
  }

  /// Puts the instruction where the fetch looks; says why it cannot.
  private func place(_ test: InstructionTest, with prepared: Prepared) -> String? {
    let memory = isa.memories[Int(isa.fetch.memory)]
    // A fetch that is refused is what the test is about: the units then lie nowhere.
    guard case .completed(let start) = prepared.machine.evaluate(prepared.fetch) else {
      return nil
    }
    for (index, unit) in test.units.enumerated() {
      let virtual = start &+ UInt128(index) & BitVector.mask(memory.addressWidth)
      var real = virtual
      if let translate = prepared.translate {
        let parameters = [virtual, UInt128(Intent.fetch.rawValue)]
        guard
          case .completed(let address) = prepared.machine.evaluate(
            translate, parameters: parameters)
        else { continue }
        real = address
      }
      guard real < UInt128(memory.size) else {
        return "the program counter of this test lies outside \(memory.name)"
      }
      prepared.machine.setUnit(isa.fetch.memory, UInt64(real), unit)
    }
    return nil
  }

  private func compare(
    _ outcome: StepOutcome, with test: InstructionTest, of instruction: Instruction,
    on machine: Machine
  ) -> Diagnostic? {
    let expected = test.trap.map { "trap \(isa.traps[Int($0)].name)" } ?? "retire"
    let actual: String
    let isRight: Bool
    switch outcome {
    case .retired: (actual, isRight) = ("retires", test.trap == nil)
    case .waited: (actual, isRight) = ("waits", false)
    case .trapped(let trap, let trapClass, _):
      actual = "traps \(isa.traps[Int(trap)].name) as \(trapClass.rawValue)"
      isRight = test.trap == trap
    case .interrupted(let interrupt):
      (actual, isRight) = ("is interrupted by \(isa.interrupts[interrupt].name)", false)
    case .stopped(let reason): (actual, isRight) = ("stops: \(reason)", false)
    }
    guard isRight else {
      return Diagnostic(
        .testFailed,
        "`\(instruction.id)`, \"\(test.name)\": should \(expected), but it \(actual)",
        at: test.span)
    }
    // The right instruction must have run: a test whose units are another's tests nothing.
    if let form = machine.lastInstruction.form,
      isa.instructions[form.instruction].id != instruction.id, !isPerformed(by: instruction)
    {
      return Diagnostic(
        .malformedTest,
        "the units of \"\(test.name)\" are those of `\(isa.instructions[form.instruction].id)`",
        at: test.span)
    }
    let wrong = test.then.compactMap { mismatch($0, on: machine) }
    guard let first = wrong.first else { return nil }
    return Diagnostic(
      .testFailed, "`\(instruction.id)`, \"\(test.name)\": \(first.message)", at: first.span,
      notes: wrong.dropFirst().map { Diagnostic.Note($0.message, at: $0.span) })
  }

  /// Whether the instruction goes on with another one, which is then the last that ran.
  private func isPerformed(by instruction: Instruction) -> Bool {
    func performs(_ statements: [Statement]) -> Bool {
      statements.contains { statement in
        switch statement.kind {
        case .perform: true
        case .branch(_, let then, let otherwise): performs(then) || performs(otherwise)
        case .loop(_, _, let body): performs(body)
        default: false
        }
      }
    }
    return instruction.forms.contains { performs($0.program.body) }
  }

  private func mismatch(
    _ expected: StateAssignment, on machine: Machine
  ) -> (message: String, span: SourceSpan)? {
    let (actual, width) = value(at: expected.target, on: machine)
    guard actual != expected.value else { return nil }
    let wanted = BitVector(expected.value, width: width).hex
    return (
      "\(name(of: expected.target)) should be 0x\(wanted), but it is "
        + "0x\(BitVector(actual, width: width).hex)", expected.span
    )
  }
}

// MARK: - State

extension TestRunner {
  private func value(
    at target: StateAssignment.Target, on machine: Machine
  ) -> (value: UInt128, width: Int) {
    switch target {
    case .register(let register, let element, let low, let width):
      (machine.bits(register, element, low: low, width: width), width)
    case .memory(let memory, let address, let units):
      (
        machine.load(memory, address, units: units),
        isa.memories[Int(memory)].unitWidth * units
      )
    case .choice(let choice): (machine.choices[choice] ?? 0, isa.choices[Int(choice)].width)
    }
  }

  private func name(of target: StateAssignment.Target) -> String {
    switch target {
    case .register(let id, let element, let low, let width):
      let register = isa.registers[Int(id)]
      let file = register.isFile ? "\(register.name)[\(element)]" : register.name
      if let field = register.fields.first(where: { $0.low == low && $0.width == width }) {
        return "\(file).\(field.name)"
      }
      guard width < register.width else { return file }
      let (first, last) =
        isa.numbering == .msb0
        ? (register.width - low - width, register.width - low - 1) : (low + width - 1, low)
      return "\(file)[\(first)..\(last)]"
    case .memory(let memory, let address, let units):
      let hex = String(address, radix: 16, uppercase: true)
      return "\(isa.memories[Int(memory)].name)[0x\(hex), \(units)]"
    case .choice(let choice): return isa.choices[Int(choice)].name
    }
  }
}
