import ISACore
import Machine
import Testing

@Suite("State")
struct StateTests {
  /// A machine with one memory and registers of 1, 64, 65 and 128 bits.
  private func machine(
    unitWidth: Int, addressWidth: Int = 64, size: UInt64 = .max, endianness: Endianness = .big
  ) -> Machine {
    var isa = TestMachines.empty
    isa.endianness = endianness
    isa.memories = [
      TestMachines.memory("m", addressWidth: addressWidth, unitWidth: unitWidth, size: size)
    ]
    isa.registers = [1, 64, 65, 128].map { TestMachines.register("r\($0)", $0, count: 3) }
    return Machine(isa)
  }

  @Test(
    "holds units of every width at addresses far apart",
    arguments: [1, 7, 8, 9, 16, 36, 64, 65, 128])
  func units(width: Int) {
    let machine = machine(unitWidth: width)
    var random = SeededGenerator(seed: UInt64(width))
    var expected: [UInt64: UInt128] = [:]
    for index in 0..<3000 {
      let address = index % 3 == 0 ? random.next() : random.next() % 20000
      let value = random.value(width)
      machine.setUnit(0, address, value)
      expected[address] = value
    }
    expected[.max] = 0  // one beyond the size
    for (address, value) in expected { #expect(machine.unit(0, address) == value) }
  }

  @Test("moves several units in the machine's byte order", arguments: [Endianness.big, .little])
  func byteOrder(endianness: Endianness) {
    for width in [4, 8, 12, 32] {
      let machine = machine(unitWidth: width, addressWidth: 16, endianness: endianness)
      var random = SeededGenerator(seed: UInt64(width))
      for units in 1...(128 / width) {
        // Also across the end of a page and of the address space.
        for address: UInt64 in [0, 3, 4093, 4095, 1023, 65534] {
          let value = random.value(units * width)
          machine.store(0, address, units: units, value)
          #expect(machine.load(0, address, units: units) == value)
          let first = machine.unit(0, address)
          let position = endianness == .big ? units - 1 : 0
          #expect(first == value >> UInt128(position * width) & BitVector.mask(width))
        }
      }
    }
  }

  @Test("is absent beyond a memory's size: reads are zero, writes do nothing")
  func size() {
    let machine = machine(unitWidth: 8, addressWidth: 32, size: 100)
    machine.store(0, 98, units: 4, 0x0102_0304)
    #expect(machine.load(0, 98, units: 4) == 0x0102_0000)
    #expect(machine.unit(0, 100) == 0)
  }

  @Test("is absent beyond a register file")
  func files() {
    let machine = machine(unitWidth: 8)
    machine.setRegister(1, 3, 5)
    #expect(machine.register(1, 3) == 0)
    for register in 0..<4 as Range<RegisterID> {
      let width = [1, 64, 65, 128][Int(register)]
      machine.setRegister(register, 2, .max)
      #expect(machine.register(register, 2) == BitVector.mask(width))
      #expect(machine.register(register, 1) == 0)
    }
    let read = machine.prepare(
      ProgramBuilder.result(64) { builder in
        let index = builder.parameter("index", 8)
        return builder.read(1, 64, index: builder.value(of: index))
      })
    #expect(machine.evaluate(read, parameters: [2]) == .completed(UInt128(UInt64.max)))
    #expect(machine.evaluate(read, parameters: [3]) == .completed(0))
    #expect(machine.evaluate(read, parameters: [255]) == .completed(0))
  }

  @Test("is written by parts: the other bits stay", arguments: [1, 64, 65, 128])
  func partialWrites(width: Int) {
    let machine = machine(unitWidth: 8)
    let register = RegisterID([1, 64, 65, 128].firstIndex(of: width)!)
    var random = SeededGenerator(seed: UInt64(width))
    for _ in 0..<200 {
      let low = Int(random.next() % UInt64(width))
      let count = 1 + Int(random.next() % UInt64(width - low))
      let element = Int(random.next() % 3)
      let value = random.value(count)
      let old = machine.register(register, element)
      let program = Program { builder in
        let number = builder.number(value, count)
        let index = builder.number(UInt128(element), 4)
        builder.write(register, number, index: index, low: low)
      }
      _ = machine.evaluate(machine.prepare(program))
      let field = BitVector.mask(count) << UInt128(low)
      #expect(machine.register(register, element) == old & ~field | value << UInt128(low))
      let read = ProgramBuilder.result(count) { builder in
        builder.read(register, count, index: builder.number(UInt128(element), 4), low: low)
      }
      #expect(machine.evaluate(machine.prepare(read)) == .completed(value))
    }
  }

  @Test("comes back exactly, and the changes are what was written", arguments: [3, 8, 36, 100])
  func snapshots(width: Int) {
    let machine = machine(unitWidth: width)
    var random = SeededGenerator(seed: 5 + UInt64(width))
    func change() {
      for _ in 0..<50 {
        machine.setUnit(0, random.next() % 300, random.value(width))
        let register = RegisterID(random.next() % 4)
        machine.setRegister(register, Int(random.next() % 3), random.value(128))
      }
    }
    func state() -> [UInt128] {
      (0..<300).map { machine.unit(0, $0) }
        + (0..<4).flatMap { register in (0..<3).map { machine.register(register, $0) } }
    }
    change()
    let first = state()
    let outer = machine.snapshot()
    change()
    let second = state()
    let inner = machine.snapshot()
    for _ in 0..<3 {
      change()
      machine.restore(inner)
      #expect(state() == second)
      #expect(machine.changes(since: inner).isEmpty)
    }
    let changes = machine.changes(since: outer)
    #expect(changes.count == zip(first, second).count { $0 != $1 })
    for change in changes {
      switch change.place {
      case .unit(_, let address):
        #expect(change.before == first[Int(address)] && change.after == second[Int(address)])
      case .register(let register, let element):
        let index = 300 + Int(register) * 3 + element
        #expect(change.before == first[index] && change.after == second[index])
      }
    }
    machine.restore(outer)
    #expect(state() == first)
    machine.clear()
    #expect(state().allSatisfy { $0 == 0 })
    machine.restore(outer)
    #expect(state() == first)
    machine.discard(outer)
    #expect(state() == first)
  }

  @Test("can be brought back after more changes than the journal wants to keep")
  func compaction() {
    let machine = machine(unitWidth: 8)
    machine.setUnit(0, 5, 1)
    let outer = machine.snapshot()
    machine.setUnit(0, 5, 2)
    let inner = machine.snapshot()
    for index in 0..<1_300_000 as Range<UInt64> {
      machine.setUnit(0, index % 64, UInt128(index & 0xFF))
    }
    machine.restore(inner)
    #expect(machine.unit(0, 5) == 2 && machine.unit(0, 6) == 0)
    machine.restore(outer)
    #expect(machine.unit(0, 5) == 1)
  }
}
