import Devices
import ISACore
import Machine
import Monitor

/// The **commuting diagram** f(step(v)) = step(f(v)), tried form by form: one step of the virtual
/// machine under the monitor against one step of the bare machine, from the same state.
public struct DiagramResult: Sendable {
  /// Forms tried.
  public var forms = 0
  /// States from which the instruction itself was reached.
  public var states: UInt64 = 0
  /// Instruction id → the first state at which the diagram breaks.
  public var broken: [String: BrokenState] = [:]
  /// Forms that were reached from fewer states than asked for: instruction id and how many.
  public var rare: [String: Int] = [:]
  public var audit = Audit()

  public init() {}

  mutating func merge(_ other: DiagramResult) {
    forms += other.forms
    states += other.states
    broken.merge(other.broken) { mine, _ in mine }
    rare.merge(other.rare) { mine, _ in mine }
    audit.add(other.audit)
  }
}

/// A state at which the diagram breaks, as a guest that shows it.
public struct BrokenState: Sendable {
  public var what: String
  public var guest: Guest
}

public struct Diagram {
  let isa: InstructionSet
  let arrangement: Arrangement
  /// States per form.
  let count: Int
  /// Units of the virtual machine's storage.
  let extent: UInt64
  private let comparison: Comparison
  private let registers: StateBits

  /// - Parameter extent: what the virtual machine's storage size is set to by `arrangement`.
  public init(_ isa: InstructionSet, _ arrangement: Arrangement, count: Int = 1000) {
    self.isa = isa
    var arrangement = arrangement
    arrangement.hasDevices = false
    self.arrangement = arrangement
    self.count = count
    comparison = Comparison(isa)
    registers = StateBits(allOf: isa)
    extent = Machine(isa, choices: arrangement.virtualChoices).memorySize(isa.fetch.memory)
  }

  /// Tries forms; deterministic in the seed.
  public func run(_ forms: [FormReference], seed: UInt64) throws -> DiagramResult {
    var result = DiagramResult()
    var sampler = StateSampler(isa, seed: seed)
    let lockstep = Lockstep(isa, arrangement)
    let empty = Guest(name: "diagram", image: [], limit: .max)
    let pair = try lockstep.pair(empty)
    let invariants = isa.invariants.map { pair.bare.machine.prepare($0.program) }
    for form in forms {
      result.forms += 1
      var reached = 0
      let id = isa.instructions[form.instruction].id
      sampler.fillStorage(of: pair.bare.machine, extent: extent)
      // Many states do not reach the instruction: a limit keeps what cannot be reached finite.
      for _ in 0..<(8 * count) where reached < count {
        guard let units = sampler.encoded(form, extent: extent) else { break }
        let start = pair.bare.machine.snapshot()
        defer {
          pair.bare.machine.restore(start)
          pair.bare.machine.discard(start)
        }
        sampler.fillRegisters(of: pair.bare.machine, extent: extent)
        guard sampler.place(units, in: pair.bare.machine, extent: extent),
          invariants.allSatisfy({ pair.bare.machine.holds($0) })
        else { continue }
        let before = pair.bare.machine.changes(since: start)
        copy(pair, changed: before)
        let outcome = pair.bare.machine.step()
        let isReached = pair.bare.machine.lastInstruction.form == form
        _ = pair.monitor.run(pair.virtual, limit: 1)
        if isReached { reached += 1 }
        if case .stopped = outcome { continue }
        if let what = difference(pair, since: start) {
          // Broken before the instruction was reached: then it is not the instruction.
          guard isReached else { continue }
          if result.broken[id] == nil {
            pair.bare.machine.restore(start)
            result.broken[id] = BrokenState(
              what: what, guest: guest(showing: id, before, on: pair.bare.machine))
          }
          pair.monitor.revive(pair.virtual)
          pair.virtual.machine.copyMemory(
            isa.fetch.memory, from: pair.bare.machine, below: extent)
        }
      }
      result.states += UInt64(reached)
      if reached < count { result.rare[id] = reached }
    }
    pair.monitor.checkCanaries()
    result.audit = pair.monitor.audit
    return result
  }

  /// Brings the virtual machine into the bare machine's state.
  private func copy(_ pair: Lockstep.Pair, changed: [StateChange]) {
    pair.monitor.revive(pair.virtual)
    pair.virtual.machine.copyTime(from: pair.bare.machine)
    pair.virtual.machine.copyBits(registers, from: pair.bare.machine)
    pair.virtual.machine.copyMemory(isa.fetch.memory, from: pair.bare.machine, below: extent)
    pair.monitor.forgetMappings(of: pair.virtual)
  }

  private func difference(_ pair: Lockstep.Pair, since start: Machine.Snapshot) -> String? {
    if case .lost(let why)? = pair.virtual.end { return why }
    return comparison.stateDifference(
      pair.bare.machine, pair.virtual.machine, includingStorage: true)
  }

  /// A guest that starts in the state and makes one step.
  private func guest(showing id: String, _ state: [StateChange], on machine: Machine) -> Guest {
    var guest = Guest(
      name: "shows \(id)", purpose: "one \(id) from a state in which it gives its host away",
      image: [
        (
          isa.fetch.memory, 0,
          (0..<extent).map { machine.unit(isa.fetch.memory, $0) }
        )
      ], limit: 1)
    for change in state {
      switch change.place {
      case .register(let register, let element):
        guest.registers.append((register, element, change.after))
      case .unit(let memory, let address):
        guest.image.append((memory, address, [change.after]))
      }
    }
    return guest
  }
}
