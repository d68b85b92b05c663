import Devices
import ISACore
import ISALanguage
import Machine
import Testing

@Suite("A console behind a place in a memory")
struct CellConsoleTests {
  /// PUT n stores a character in the port, GET fetches one into r; the machine halts on its own.
  private static let text = """
    machine ported "A machine with ports"
    register pc : 8 pc
    register r : 8 plain
    register mode : 1 mode
    memory store : 8 -> 8 plain
    memory ports : 4 -> 8 device
    region out = ports[1..1] device
    region typed = ports[2..2] device
    modes paper {
      user mode == 1
      supervisor mode == 0
    }
    manual m = "M" { section "S" }
    entry stop {
      cite m "S"
      pc := pc
    }
    trap unknown = stop cite m "S"
    undefined trap unknown as program
    fetch store at pc { }
    advance pc := pc + length
    device console "cells" {
      output = out
      input = typed
    }
    instr PUT "Put" {
      cite m "S"
      encode 0x01:8 n:8
      ports[1] := n
    }
    instr GET "Get" {
      cite m "S"
      encode 0x02:8
      r := ports[2]
      ports[2] := 0
    }
    """

  @Test("characters leave as they are stored, and what was typed comes one by one")
  func bothWays() throws {
    let loaded = DescriptionLoader.load(path: "ported.isa", read: { _ in Self.text })
    let isa = try #require(loaded.instructionSet, "\(loaded.diagnostics.map(\.message))")
    var setup = DeviceSetup()
    setup.inputs["console"] = Array("ok".utf8)
    let machine = Machine(isa)
    let system = System(machine, devices: try DeviceRegistry.devices(of: isa, setup))
    for (address, unit) in [0x01, 0x48, 0x01, 0x48, 0x02, 0x02, 0x02].enumerated() {
      machine.setUnit(0, UInt64(address), UInt128(unit))
    }
    _ = system.run(limit: 2)
    #expect(system.outputs.first?.bytes == Array("HH".utf8))
    _ = system.run(limit: 1)
    #expect(machine.register(1) == UInt128(UInt8(ascii: "o")))
    _ = system.run(limit: 1)
    #expect(machine.register(1) == UInt128(UInt8(ascii: "k")))
    _ = system.run(limit: 1)
    #expect(machine.register(1) == 0)
  }
}
