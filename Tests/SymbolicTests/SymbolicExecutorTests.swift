import ISACore
import Symbolic
import Terms
import Testing

@Suite("The symbolic machine, evaluated, is the concrete one")
struct SymbolicExecutorTests {
  @Test("on random programs", arguments: 0..<32)
  func random(seed: Int) throws {
    var programs = RandomPrograms(
      seed: UInt64(seed), endianness: seed % 2 == 0 ? .big : .little, size: 200,
      usesRealAccesses: true)
    for _ in 0..<4 {
      let program = programs.next(statements: 6)
      let run = try SymbolicRun(program, on: programs.isa, model: .exact)
      for _ in 0..<4 {
        var concrete = start(&programs)
        let assignment = run.assignment(for: concrete)
        let (outcome, result) = concrete.run(program)
        try run.compare(outcome, result, concrete, assignment)
        run.compareMemories(concrete, assignment, after: outcome)
      }
    }
  }

  @Test("on random programs with data in virtual memory", arguments: 0..<12)
  func parametric(seed: Int) throws {
    var programs = RandomPrograms(
      seed: UInt64(500 + seed), endianness: .big, size: 256, usesRealAccesses: false)
    var compared = 0
    while compared < 3 {
      let program = programs.next(statements: 5)
      let run = try SymbolicRun(program, on: programs.isa, model: .parametric)
      // The map stays as it is, so that virtual contents can be compared afterwards.
      if run.writesMap { continue }
      compared += 1
      for _ in 0..<4 {
        var concrete = start(&programs)
        let assignment = run.assignment(for: concrete)
        let (outcome, result) = concrete.run(program)
        try run.compare(outcome, result, concrete, assignment)
        run.compareVirtualMemory(concrete, assignment, after: outcome)
      }
    }
  }

  private func start(_ programs: inout RandomPrograms) -> ReferenceInterpreter {
    let isa = programs.isa
    var state = ReferenceInterpreter(
      isa: isa,
      registers: isa.registers.map { register in
        (0..<register.count).map { _ in programs.generator.bits(register.width) }
      },
      memories: isa.memories.map { memory in
        (0..<1 << memory.addressWidth).map { _ in programs.generator.bits(memory.unitWidth) }
      })
    // Mostly accessible, so that programs get somewhere.
    state.registers[3] = state.registers[3].map {
      programs.generator.below(6) == 0 ? $0 : $0 & 0b1100
    }
    state.fields = RandomPrograms.fieldWidths.map { programs.generator.bits($0) }
    state.length = programs.generator.bits(3)
    state.open = programs.generator.bits(16)
    return state
  }

  @Test("limits end a run with a reason")
  func limits() {
    var programs = RandomPrograms(
      seed: 3, endianness: .big, size: 256, usesRealAccesses: false)
    let program = programs.next(statements: 40)
    let limits = SymbolicLimits(statements: 10)
    #expect(throws: SymbolicFailure.tooLarge(reason: "more than 10 statements")) {
      _ = try SymbolicRun(program, on: programs.isa, model: .exact, limits: limits)
    }
  }
}

/// A program run symbolically, and how to compare it with a concrete run.
private struct SymbolicRun {
  let isa: InstructionSet
  let arena = TermArena()
  let initial: SymbolicState
  let inputs: SymbolicInputs
  let outcome: SymbolicOutcome
  let writesMap: Bool

  init(
    _ program: Program, on isa: InstructionSet, model: MemoryModel,
    limits: SymbolicLimits = SymbolicLimits()
  ) throws {
    self.isa = isa
    let executor = SymbolicExecutor(isa, arena: arena, model: model, limits: limits)
    initial = SymbolicState.fresh(executor.layout, in: arena)
    inputs = SymbolicInputs(
      fields: RandomPrograms.fieldWidths.map { [arena] in arena.variable("field", width: $0) },
      contexts: [], choices: [], length: arena.variable("length", width: 3))
    outcome = try executor.run(program, inputs: inputs, state: initial)
    func writes(_ body: [Statement]) -> Bool {
      body.contains { statement in
        switch statement.kind {
        case .write(let register, _, _, _, _): register == 0
        case .branch(_, let then, let otherwise): writes(then) || writes(otherwise)
        case .loop(_, _, let body): writes(body)
        default: false
        }
      }
    }
    writesMap = writes(program.body)
  }

  func assignment(for state: ReferenceInterpreter) -> Assignment {
    var assignment = Assignment()
    for (position, (register, element)) in initial.layout.elements.enumerated() {
      let values = state.registers[Int(register)]
      let term = initial.slots[position]
      if initial.layout.isArray(register) {
        assignment.arrays[term] = array(values)
      } else {
        assignment.bits[term] = values[element]
      }
    }
    for (memory, contents) in state.memories.enumerated() {
      assignment.arrays[initial.memories[memory]] = array(contents)
      if isa.memories[memory].translate != nil {
        assignment.arrays[initial.virtualMemories[memory]] = array(
          contents.indices.map { contents[real($0, state)] })
      }
    }
    for (term, value) in zip(inputs.fields, state.fields) { assignment.bits[term] = value }
    assignment.bits[inputs.length] = state.length
    for open in outcome.openValues { assignment.bits[open.variable] = state.open }
    return assignment
  }

  private func array(_ values: [UInt128]) -> Assignment.Array {
    let elements = values.enumerated().map { (UInt64($0), $1) }
    return Assignment.Array(elements: Dictionary(uniqueKeysWithValues: elements))
  }

  /// What the tiny machine's `translate` gives where it does not trap.
  private func real(_ address: Int, _ state: ReferenceInterpreter) -> Int {
    address ^ Int(state.registers[0][0] >> 10) << 2
  }

  func compare(
    _ wanted: ReferenceInterpreter.Outcome, _ result: UInt128?, _ state: ReferenceInterpreter,
    _ assignment: Assignment
  ) throws {
    func value(_ term: Term) -> UInt128 { arena.evaluate(term, under: assignment) }
    var found: [ReferenceInterpreter.Outcome] = []
    if value(outcome.retires) == 1 { found.append(.retired) }
    for trap in outcome.traps where value(trap.condition) == 1 {
      found.append(.trapped(trap.trap, trap.trapClass, trap.arguments.map(value)))
    }
    var final = outcome.state
    for perform in outcome.performs where value(perform.condition) == 1 {
      found.append(.performs(value(perform.bits), nested: perform.nested))
      final = perform.state
    }
    #expect(found == [wanted])
    if case .trapped = wanted { return }
    if wanted == .retired { #expect(outcome.result.map(value) == result) }
    for (register, elements) in state.registers.enumerated() {
      let id = RegisterID(register)
      let found = elements.indices.map {
        value(
          final.bits(id, element: $0, width: isa.registers[register].width, in: arena))
      }
      #expect(found == elements)
    }
  }

  func compareMemories(
    _ state: ReferenceInterpreter, _ assignment: Assignment,
    after wanted: ReferenceInterpreter.Outcome
  ) {
    guard wanted == .retired else { return }
    for (memory, contents) in state.memories.enumerated() {
      #expect(values(outcome.state.memories[memory], contents.count, assignment) == contents)
    }
  }

  func compareVirtualMemory(
    _ state: ReferenceInterpreter, _ assignment: Assignment,
    after wanted: ReferenceInterpreter.Outcome
  ) {
    guard wanted == .retired else { return }
    let contents = state.memories[0]
    #expect(
      values(outcome.state.virtualMemories[0], contents.count, assignment)
        == contents.indices.map { contents[real($0, state)] })
  }

  private func values(_ array: Term, _ count: Int, _ assignment: Assignment) -> [UInt128] {
    let width = arena.node(array).indexWidth
    let elements = (0..<count).map {
      arena.select(array, at: arena.constant(UInt128($0), width: Int(width)))
    }
    return EvaluationPlan(elements, in: arena).values(under: assignment)
  }
}
