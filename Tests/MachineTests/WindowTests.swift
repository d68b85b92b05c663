import ISACore
import Machine
import Testing

@Suite("Windows, waiting, traps from elsewhere")
struct WindowTests {
  /// A machine whose storage from 0 on is the host's from 0x1000 on, page by page.
  private func inner(of host: Machine, shiftedBy distance: UInt64 = 0x1000) -> Machine {
    let machine = Machine(Toy.isa)
    machine.openWindow(0) { address in
      Machine.WindowPlace(machine: host, address: address + distance)
    }
    return machine
  }

  @Test("what is written through a window stands in the host, and the other way round")
  func sharing() {
    let host = Machine(Toy.isa)
    let window = inner(of: host)
    window.setUnit(0, 0x123, 0xAB)
    #expect(host.unit(0, 0x1123) == 0xAB)
    host.setUnit(0, 0x1124, 0xCD)
    #expect(window.unit(0, 0x124) == 0xCD)
    window.store(0, 0xFFE, units: 4, 0x0102_0304)
    #expect(host.load(0, 0x1FFE, units: 4) == 0x0102_0304)
  }

  @Test("a page that moves is found at its new place once its window is closed")
  func moving() {
    let host = Machine(Toy.isa)
    var place: UInt64 = 0x1000
    let window = Machine(Toy.isa)
    window.openWindow(0) { _ in Machine.WindowPlace(machine: host, address: place) }
    window.setUnit(0, 5, 1)
    let contents = host.pageContents(0, 0x1000)
    place = 0x3000
    host.replacePage(0, 0x3000, with: contents)
    host.replacePage(0, 0x1000, with: contents.map { _ in .max })
    window.closeWindow(0, 0)
    #expect(window.unit(0, 5) == 1)
    window.setUnit(0, 6, 2)
    #expect(host.unit(0, 0x3006) == 2)
  }

  @Test("an instruction decoded through a window does not outlive the page behind it")
  func decoding() {
    let host = Machine(Toy.isa)
    var place: UInt64 = 0x1000
    let machine = Machine(Toy.isa)
    machine.openWindow(0) { _ in Machine.WindowPlace(machine: host, address: place) }
    machine.setRegister(Toy.bound, 0, 0x8000)
    machine.setRegister(Toy.gr, 1, 1)
    // ADD 1,1 in one page, STAY in the other.
    host.store(0, 0x1100, units: 2, 0x1011)
    host.store(0, 0x2100, units: 2, 0x6000)
    machine.setRegister(Toy.pc, 0, 0x100)
    #expect(machine.step() == .retired)
    #expect(machine.register(Toy.gr, 1) == 2)
    place = 0x2000
    machine.closeWindow(0, 0x100)
    machine.setRegister(Toy.pc, 0, 0x100)
    #expect(machine.step() == .retired)
    #expect(machine.register(Toy.gr, 1) == 2)
  }

  @Test("a snapshot of the inner machine takes its writes back in the host's storage")
  func snapshots() {
    let host = Machine(Toy.isa)
    let window = inner(of: host)
    window.setUnit(0, 7, 1)
    let snapshot = window.snapshot()
    window.setUnit(0, 7, 2)
    #expect(host.unit(0, 0x1007) == 2)
    window.restore(snapshot)
    window.discard(snapshot)
    #expect(host.unit(0, 0x1007) == 1)
  }

  @Test("a window in a window leads through both")
  func nesting() {
    let host = Machine(Toy.isa)
    let outer = inner(of: host)
    let innermost = inner(of: outer)
    innermost.setUnit(0, 9, 0x77)
    #expect(outer.unit(0, 0x1009) == 0x77)
    #expect(host.unit(0, 0x2009) == 0x77)
  }

  @Test("machines compare and copy their storage whole")
  func comparing() {
    let one = Machine(Toy.isa)
    let other = Machine(Toy.isa)
    #expect(one.firstDifference(in: 0, from: other, below: 0x8000) == nil)
    one.setUnit(0, 0x4321, 1)
    #expect(one.firstDifference(in: 0, from: other, below: 0x8000) == 0x4321)
    #expect(one.firstDifference(in: 0, from: other, below: 0x4321) == nil)
    other.copyMemory(0, from: one, below: 0x8000)
    #expect(other.unit(0, 0x4321) == 1)
    #expect(one.firstDifference(in: 0, from: other, below: 0x8000) == nil)
  }

  @Test("a processor that waits fetches nothing, lets time pass, and is woken by an interruption")
  func waiting() {
    var isa = Toy.isa
    // It waits while general register 15 is not zero; the tick after 10 instruction times signals.
    isa.wait = ProgramBuilder.result(1) { builder in
      let register = builder.read(Toy.gr, 32, index: builder.number(15, 4))
      return builder.unary(.not, builder.binary(.eq, register, builder.number(0, 32)), 1)
    }
    isa.ticks = [
      Tick(
        name: "alarm", period: 10,
        program: .init { $0.write(Toy.pending, $0.number(1, 1)) }, span: .none)
    ]
    let machine = Toy.machine([0x60, 0x00], isa: isa)
    machine.setRegister(Toy.gr, 15, 1)
    #expect(machine.isWaiting)
    for _ in 0..<9 { #expect(machine.step() == .waited) }
    #expect(machine.register(Toy.pending) == 0)
    #expect(machine.timeUntilTick == 1)
    #expect(machine.step() == .waited)
    #expect(machine.register(Toy.pending) == 1)
    #expect(machine.time == 10)
    #expect(machine.retired == 0)
    machine.setRegister(Toy.gr, 15, 0)
    #expect(machine.step() == .retired)
    #expect((machine.time, machine.retired) == (11, 1))
  }

  @Test("a trap taken for another machine's instruction leaves what it would have left")
  func takenTraps() {
    let one = Toy.machine([0xFF, 0xFF])
    let other = Toy.machine()
    guard case .trapped(let trap, let trapClass, let arguments) = one.step() else {
      Issue.record("an undefined instruction traps")
      return
    }
    let taken = other.take(
      trap, trapClass, arguments: arguments, length: one.lastInstruction.length)
    #expect(taken == .trapped(trap, trapClass, arguments: arguments))
    for register in Toy.isa.registers.indices {
      #expect(one.register(RegisterID(register)) == other.register(RegisterID(register)))
    }
  }
}
