import ISACore
import Machine
import Testing

@Suite("Compiled programs")
struct ProgramTests {
  @Test("do what the IR says", arguments: 0..<20 as Range<UInt64>)
  func agreement(batch: UInt64) {
    for seed in (batch * 50)..<(batch * 50 + 50) {
      var isa = RandomProgram.isa
      isa.instructions[0].forms[0].program = RandomProgram.make(seed: seed)
      let machine = Machine(isa)
      var reference = ReferenceInterpreter(isa)
      var random = SeededGenerator(seed: seed &+ 1)
      // Several runs on the same machine: a frame must not remember the run before.
      for _ in 0..<4 {
        for register in isa.registers.indices {
          for element in 0..<isa.registers[register].count {
            let value = random.value(isa.registers[register].width)
            machine.setRegister(RegisterID(register), element, value)
            reference.registers[register][element] = value
          }
        }
        let fields = RandomProgram.fieldWidths.map { random.value($0) }
        let length = Int(random.next() % 7)
        let outcome = machine.execute(
          form: FormReference(instruction: 0, form: 0), fields: fields, length: length)
        let expected = reference.run(
          isa.instructions[0].forms[0].program, fields: fields, length: length)
        switch (outcome, expected) {
        case (.retired, .completed): break
        case (.trapped(let trap, let trapClass, let arguments), .trapped):
          #expect(expected == .trapped(trap, trapClass, arguments), "seed \(seed)")
        default: Issue.record("seed \(seed): \(outcome), expected \(expected)")
        }
        compare(machine, reference, seed)
      }
    }
  }

  private func compare(_ machine: Machine, _ reference: ReferenceInterpreter, _ seed: UInt64) {
    let isa = machine.isa
    for register in isa.registers.indices {
      for element in 0..<isa.registers[register].count {
        let value = machine.register(RegisterID(register), element)
        #expect(
          value == reference.registers[register][element],
          "seed \(seed), \(isa.registers[register].name)[\(element)]")
      }
    }
    for memory in isa.memories.indices {
      for address in 0..<isa.memories[memory].size {
        let unit = machine.unit(MemoryID(memory), address)
        #expect(
          unit == reference.memories[memory][address] ?? 0, "seed \(seed), unit \(address)")
      }
    }
  }

  @Test("may nest expressions twenty thousand deep")
  func depth() {
    let machine = Machine(TestMachines.empty)
    let program = ProgramBuilder.result(8) { builder in
      let x = builder.parameter("x", 8)
      var value = builder.value(of: x)
      for _ in 0..<20_000 { value = builder.binary(.add, value, builder.number(1, 8)) }
      return value
    }
    #expect(
      machine.evaluate(machine.prepare(program), parameters: [5])
        == .completed((5 + 20_000) & 0xFF))
    let connected = ProgramBuilder.make { builder in
      let x = builder.parameter("x", 1)
      let result = builder.local("result", 8)
      builder.program.result = result
      var condition = builder.value(of: x)
      for index in 0..<20_000 {
        condition = builder.binary(index % 2 == 0 ? .and : .or, condition, builder.value(of: x))
      }
      let seven = builder.number(7, 8)
      builder.add(.branch(condition, then: [statement(.assign(result, seven))], otherwise: []))
    }
    let prepared = machine.prepare(connected)
    #expect(machine.evaluate(prepared, parameters: [1]) == .completed(7))
    #expect(machine.evaluate(prepared, parameters: [0]) == .completed(0))
  }
}
