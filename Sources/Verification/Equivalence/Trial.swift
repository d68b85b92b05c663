import Devices
import ISACore
import Machine
import Monitor

/// One step of the bare machine against one of the virtual machine, from one state after the other.
/// The pair is set up once: what is tried often must not cost a monitor each time.
final class Trial {
  let isa: InstructionSet
  /// Units of the virtual machine's storage.
  let extent: UInt64
  private let pair: Lockstep.Pair
  private let comparison: Comparison
  private let registers: StateBits
  private let invariants: [Machine.PreparedProgram]
  private let modes: ForeseenModes

  /// What differs after a step.
  struct Difference {
    var what: String
    /// The instruction that was reached; nil if something came before it.
    var instruction: String?
    /// In a mode that the theory does not speak of.
    var isElsewhere: Bool
  }

  /// - Parameter choices: what a guest's machine decides otherwise than the arrangement's.
  init(
    _ isa: InstructionSet, _ arrangement: Arrangement, choices: [ChoiceID: UInt128] = [:]
  ) throws {
    self.isa = isa
    modes = ForeseenModes(arrangement.modePair ?? isa.modePairs.first)
    var arrangement = arrangement
    arrangement.hasDevices = false
    var empty = Guest(name: "trial", image: [], limit: .max)
    empty.choices = choices
    let pair = try Lockstep(isa, arrangement).pair(empty)
    invariants = isa.invariants.map { pair.bare.machine.prepare($0.program) }
    self.pair = pair
    comparison = Comparison(isa)
    registers = StateBits(allOf: isa)
    extent = pair.bare.machine.memorySize(isa.fetch.memory)
  }

  /// The bare machine, to be brought into a state.
  var machine: Machine { pair.bare.machine }

  /// Whether `machine` is in a state that its invariants permit: what no machine comes into shows nothing.
  var isReachable: Bool { invariants.allSatisfy { machine.holds($0) } }

  /// One step of both from the state in which `machine` is; nil if they agree.
  func step() -> Difference? {
    let virtual = pair.virtual
    pair.monitor.revive(virtual)
    virtual.machine.copyTime(from: machine)
    virtual.machine.copyBits(registers, from: machine)
    virtual.machine.copyMemories(from: machine)
    pair.monitor.forgetMappings(of: virtual)
    let isElsewhere = !modes.contain(machine)
    if case .stopped = machine.step() { return nil }
    let form = machine.lastInstruction.form
    _ = pair.monitor.run(virtual, limit: 1)
    let what: String?
    if case .lost(let why)? = virtual.end {
      what = why
    } else {
      what = comparison.stateDifference(machine, virtual.machine, includingStorage: true)
    }
    return what.map {
      Difference(
        what: $0, instruction: form.map { isa.instructions[$0.instruction].id },
        isElsewhere: isElsewhere)
    }
  }

  /// The first step of a guest.
  func step(_ guest: Guest) throws(GuestError) -> Difference? {
    try guest.load(into: machine)
    return isReachable ? step() : nil
  }
}

extension Guest {
  /// A guest that starts in the state of a machine and makes one step: all registers, and the storage
  /// that is not 0.
  init(name: String, purpose: String, startingIn machine: Machine) {
    self.init(name: name, purpose: purpose, image: [], limit: 1)
    for (index, register) in machine.isa.registers.enumerated() {
      for element in 0..<register.count {
        registers.append(
          (RegisterID(index), element, machine.register(RegisterID(index), element)))
      }
    }
    let memory = machine.isa.fetch.memory
    for address in 0..<machine.memorySize(memory) {
      let unit = machine.unit(memory, address)
      if unit != 0 { image.append((memory, address, [unit])) }
    }
  }
}
