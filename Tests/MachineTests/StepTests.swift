import ISACore
import Machine
import Testing

@Suite("A step")
struct StepTests {
  @Test("retires an instruction and advances the program counter")
  func retires() {
    let machine = Toy.machine([0x10, 0x12])
    machine.setRegister(Toy.gr, 1, 0xFFFF_FFFF)
    machine.setRegister(Toy.gr, 2, 2)
    #expect(machine.step() == .retired)
    #expect(machine.register(Toy.gr, 1) == 1)
    #expect(machine.register(Toy.pc) == 0x102)
    #expect(machine.retired == 1)
    #expect(machine.lastInstruction.fields == [1, 2])
    #expect(machine.lastInstruction.length == 2)
  }

  @Test("runs loops: a counted loop ends where it should")
  func loop() {
    // ADD 1,2; JUMP 3,0x100; STAY
    let machine = Toy.machine([0x10, 0x12, 0x50, 0x30, 0x01, 0x00, 0x60, 0x00])
    machine.setRegister(Toy.gr, 2, 3)
    machine.setRegister(Toy.gr, 3, 1000)
    let result = machine.run(limit: 1_000_000)
    #expect(result == RunResult(reason: .stopped(.unchanging), steps: 2001, retired: 2001))
    #expect(machine.register(Toy.gr, 1) == 3000)
  }

  @Test("that changes nothing stops a run only if nothing from outside can change anything")
  func atRest() {
    var isa = Toy.isa
    isa.ticks = [
      Tick(
        name: "clock", period: 10,
        program: .init { builder in
          let next = builder.binary(.add, builder.read(Toy.ticks, 16), builder.number(1, 16))
          builder.write(Toy.ticks, next)
        }, span: .none)
    ]
    let machine = Toy.machine([0x60, 0x00], isa: isa)
    #expect(machine.run(limit: 95).reason == .limit)
    #expect(machine.register(Toy.ticks) == 9)
  }

  @Test("takes a trap with its entry sequence and keeps the instruction's length")
  func traps() {
    let machine = Toy.machine([0x20, 0x12])
    machine.setRegister(Toy.gr, 2, 0x9000)
    #expect(machine.step() == .trapped(Toy.outOfBounds, .memory, arguments: [0x9000]))
    #expect(machine.register(Toy.cause) == 1)
    #expect(machine.register(Toy.oldPC) == 0x100)
    #expect(machine.register(Toy.oldLength) == 2)
    #expect(machine.register(Toy.pc) == Toy.handler)
    #expect(machine.retired == 0)
  }

  @Test("takes the undefined trap where nothing matches")
  func undefined() {
    let machine = Toy.machine([0xFF, 0x12])
    #expect(machine.step() == .trapped(Toy.undefined, .program, arguments: []))
  }

  @Test("that cannot fetch its first unit has length 0, a later one the settled length")
  func fetchTraps() {
    let machine = Toy.machine()
    machine.setRegister(Toy.pc, 0, 0x9000)
    #expect(machine.step() == .trapped(Toy.outOfBounds, .memory, arguments: [0x9000]))
    #expect(machine.register(Toy.oldLength) == 0)

    // A JUMP of four bytes of which two are in bounds.
    let second = Toy.machine()
    second.setRegister(Toy.bound, 0, 0x110)
    second.setRegister(Toy.pc, 0, 0x10E)
    second.place([0x50, 0x30], at: 0x10E)
    #expect(second.step() == .trapped(Toy.outOfBounds, .memory, arguments: [0x110]))
    #expect(second.register(Toy.oldLength) == 4)
  }

  @Test("performs another instruction with the length of the first")
  func performs() {
    let machine = Toy.machine([0x30, 0x05])
    machine.setRegister(Toy.gr, 5, 0x1012_0000)
    machine.setRegister(Toy.gr, 2, 7)
    #expect(machine.step() == .retired)
    #expect(machine.register(Toy.gr, 1) == 7)
    #expect(machine.register(Toy.pc) == 0x102)
    #expect(machine.lastInstruction.form?.instruction == 0)
  }

  @Test("performs no instruction that performs another, and no undefined one")
  func performsNested() {
    let machine = Toy.machine([0x30, 0x05])
    machine.setRegister(Toy.gr, 5, 0x3005_0000)
    #expect(machine.step() == .trapped(Toy.nested, .program, arguments: []))
    let other = Toy.machine([0x30, 0x05])
    other.setRegister(Toy.gr, 5, 0xFF05_0000)
    #expect(other.step() == .trapped(Toy.undefined, .program, arguments: []))
    #expect(other.register(Toy.oldLength) == 2)
  }

  @Test("takes a pending interruption before the instruction")
  func interrupts() {
    var isa = Toy.isa
    isa.interrupts = [
      Interrupt(
        name: "signal", priority: 1,
        condition: ProgramBuilder.result(1) { $0.read(Toy.pending, 1) }, trap: Toy.signal,
        arguments: Program(), argumentLocals: [], span: .none)
    ]
    let machine = Toy.machine([0x10, 0x12], isa: isa)
    #expect(machine.step() == .retired)
    machine.setRegister(Toy.pending, 0, 1)
    #expect(machine.step() == .interrupted(0))
    #expect(machine.register(Toy.cause) == 4)
    #expect(machine.register(Toy.oldPC) == 0x102)
    #expect(machine.register(Toy.oldLength) == 0)
  }

  @Test("leaves partial writes standing when a later one traps")
  func partial() {
    let machine = Toy.machine([0x22, 0x12])
    machine.setRegister(Toy.gr, 0, 8)
    machine.setRegister(Toy.gr, 1, 0xAB)
    machine.setRegister(Toy.gr, 2, 0x1FD)
    machine.setRegister(Toy.bound, 0, 0x200)
    #expect(machine.step() == .trapped(Toy.outOfBounds, .memory, arguments: [0x200]))
    #expect((0x1FC...0x200).map { machine.unit(0, $0) } == [0, 0xAB, 0xAB, 0xAB, 0])
  }

  @Test("translates every block of an access before it moves anything")
  func spanning() {
    let machine = Toy.machine([0x21, 0x12])
    machine.setRegister(Toy.gr, 1, 0x1122_3344)
    machine.setRegister(Toy.gr, 2, 0x1FE)
    machine.setRegister(Toy.bound, 0, 0x200)
    #expect(machine.step() == .trapped(Toy.outOfBounds, .memory, arguments: [0x200]))
    #expect(machine.unit(0, 0x1FE) == 0)
  }

  @Test("sees what was stored over an instruction that has run before")
  func selfModification() {
    // STORE 4,5; LOAD 1,2 at 0x102, reached twice.
    let machine = Toy.machine([0x21, 0x45, 0x20, 0x12])
    machine.setRegister(Toy.gr, 2, 0x400)
    machine.setRegister(Toy.pc, 0, 0x102)
    #expect(machine.step() == .retired)
    #expect(machine.lastInstruction.form?.instruction == 1)
    machine.setRegister(Toy.pc, 0, 0x100)
    machine.setRegister(Toy.gr, 4, 0x1011_0000)
    machine.setRegister(Toy.gr, 5, 0x102)
    #expect(machine.step() == .retired)
    #expect(machine.step() == .retired)
    #expect(machine.lastInstruction.form?.instruction == 0)
  }

  @Test("does not see an instruction that was taken back by a restore")
  func restoredCode() {
    let machine = Toy.machine([0x10, 0x12])
    let start = machine.snapshot()
    machine.place([0x60, 0x00], at: 0x100)
    #expect(machine.step() == .retired)
    #expect(machine.lastInstruction.form?.instruction == 7)
    machine.restore(start)
    #expect(machine.step() == .retired)
    #expect(machine.lastInstruction.form?.instruction == 0)
  }

  @Test("is deterministic, whatever fills the open values", arguments: [1, 2, 3] as [UInt64])
  func determinism(seed: UInt64) {
    func run() -> [UInt128] {
      let machine = Toy.machine([0x40, 0x10, 0x40, 0x20, 0x10, 0x12])
      machine.openness = .seeded(seed)
      _ = machine.run(limit: 3)
      #expect(machine.openValues == 2)
      return (0..<16).map { machine.register(Toy.gr, $0) }
    }
    let first = run()
    #expect(first == run())
    #expect(first[1] != 0)
  }

  @Test("with an entry sequence that traps stops the machine")
  func trapInsideEntry() {
    var isa = Toy.isa
    isa.entries[0].program = .init { builder in
      builder.add(.trap(Toy.signal, .external, arguments: []))
    }
    let machine = Toy.machine([0xFF, 0xFF], isa: isa)
    #expect(machine.step() == .stopped(.trapInsideEntry(Toy.signal)))
    #expect(machine.run(limit: 10).reason == .stopped(.trapInsideEntry(Toy.signal)))
  }

  @Test("records what it loads and stores, by virtual and real address")
  func tracing() {
    let machine = Toy.machine()
    machine.setRegister(Toy.base, 0, 0x1000)
    machine.place([0x20, 0x12], at: 0x1100)
    machine.place([1, 2, 3, 4], at: 0x120E)
    machine.setRegister(Toy.gr, 2, 0x20E)
    machine.isTracing = true
    #expect(machine.step() == .retired)
    #expect(machine.register(Toy.gr, 1) == 0x0102_0304)
    #expect(
      machine.accesses == [
        AccessRecord(
          memory: 0, virtual: 0x20E, real: 0x120E, units: 4, intent: .load, isReal: false,
          value: 0x0102_0304)
      ])
  }
}
