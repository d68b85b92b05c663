import Devices
import ISACore
import Machine
import Monitor
import Testing

@Suite("The paper's machine under the monitor")
struct ThirdGenerationTests {
  /// A bare machine and a virtual one of the same size, with the same guest.
  struct Pair {
    var bare: System
    var guest: VirtualMachine
    var monitor: Monitor

    init(
      _ id: String = "third-generation", guest path: String, extent: UInt128 = 96,
      strategy: Strategy = .trapAndEmulate
    ) throws {
      let isa = try Machines.named(id)
      let size = try Machines.choice("storage_size", of: isa)
      let source = try Machines.guest("formal/third-generation/guests/\(path).s")
      let bareMachine = Machine(isa, choices: [size: extent])
      try Machines.load(source, into: bareMachine)
      bare = System(bareMachine, devices: try DeviceRegistry.devices(of: isa, DeviceSetup()))
      let real = Machine(isa)
      real.reset()
      monitor = try Monitor(on: RealMachine(real), strategy: strategy)
      guest = try monitor.admit(
        name: path, choices: [size: extent],
        devices: try DeviceRegistry.devices(of: isa, DeviceSetup()))
      try Machines.load(source, into: guest.machine)
    }
  }

  @Test(
    "a guest prints, stops and stands as on the bare machine",
    arguments: ["hello", "supervisor"], [Strategy.trapAndEmulate, .hybrid])
  func equivalence(guest: String, strategy: Strategy) throws {
    let pair = try Pair(guest: guest, strategy: strategy)
    let bare = pair.bare.run(limit: 10_000)
    let steps = pair.monitor.run(pair.guest, limit: 10_000)
    #expect(bare.end == .stopped(.unchanging))
    #expect(pair.guest.end == .stopped(.unchanging))
    #expect(steps == bare.steps)
    #expect(pair.bare.outputs == pair.guest.system.outputs)
    #expect(pair.bare.outputs.first?.bytes.isEmpty == false)
    for address in 0..<UInt64(96) {
      #expect(pair.bare.machine.unit(0, address) == pair.guest.machine.unit(0, address))
    }
    for register in pair.bare.machine.isa.registers.indices {
      let id = RegisterID(register)
      #expect(pair.bare.machine.register(id) == pair.guest.machine.register(id))
    }
    pair.monitor.checkCanaries()
    #expect(pair.monitor.audit.violations == [])
  }

  @Test("the outputs are what the guests are meant to say")
  func outputs() throws {
    for (guest, text) in [("hello", "Hello, E!\n"), ("supervisor", "A!!#?")] {
      let pair = try Pair(guest: guest)
      _ = pair.bare.run(limit: 10_000)
      #expect(String(decoding: pair.bare.outputs[0].bytes, as: UTF8.self) == text)
    }
  }
}
