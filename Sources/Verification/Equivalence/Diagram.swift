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
  /// Instruction id → the first state at which the diagram breaks, in a mode that the theory speaks of.
  public var broken: [String: BrokenState] = [:]
  /// Instructions for which it breaks in some other mode.
  public var brokenElsewhere: Set<String> = []
  /// Forms that were reached from fewer states than asked for: instruction id and how many.
  public var rare: [String: Int] = [:]
  public var audit = Audit()

  public init() {}

  mutating func merge(_ other: DiagramResult) {
    forms += other.forms
    states += other.states
    broken.merge(other.broken) { mine, _ in mine }
    brokenElsewhere.formUnion(other.brokenElsewhere)
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
  private let modes: ForeseenModes

  /// - Parameter extent: what the virtual machine's storage size is set to by `arrangement`.
  public init(_ isa: InstructionSet, _ arrangement: Arrangement, count: Int = 1000) {
    self.isa = isa
    var arrangement = arrangement
    arrangement.hasDevices = false
    self.arrangement = arrangement
    self.count = count
    comparison = Comparison(isa)
    registers = StateBits(allOf: isa)
    modes = ForeseenModes(arrangement.modePair ?? isa.modePairs.first)
    extent = Machine(isa, choices: arrangement.virtualChoices).memorySize(isa.fetch.memory)
  }

  /// Tries forms; deterministic in the seed.
  public func run(_ forms: [FormReference], seed: UInt64) throws -> DiagramResult {
    let desk = try Desk(self)
    var result = try run(forms, seed: seed, at: desk)
    result.audit = desk.audit()
    return result
  }

  /// What forms are tried with, one lot after the other: to set it up costs more than to try some,
  /// where a machine has thousands.
  final class Desk {
    fileprivate let pair: Lockstep.Pair
    fileprivate let invariants: [Machine.PreparedProgram]
    fileprivate let sampler: StateSampler

    init(_ diagram: Diagram) throws {
      let pair = try Lockstep(diagram.isa, diagram.arrangement)
        .pair(Guest(name: "diagram", image: [], limit: .max))
      invariants = diagram.isa.invariants.map { pair.bare.machine.prepare($0.program) }
      var sampler = StateSampler(diagram.isa, seed: 0)
      sampler.modePair = diagram.arrangement.modePair ?? diagram.isa.modePairs.first
      sampler.fillStorage(of: pair.bare.machine, extent: diagram.extent)
      self.sampler = sampler
      self.pair = pair
    }

    /// What the monitor's audits have found so far.
    func audit() -> Audit {
      pair.monitor.checkCanaries()
      return pair.monitor.audit
    }
  }

  /// The same for any desk, without what the audits say.
  func run(_ forms: [FormReference], seed: UInt64, at desk: Desk) throws -> DiagramResult {
    var result = DiagramResult()
    var sampler = desk.sampler
    sampler.generator = SeededGenerator(seed: seed)
    let (pair, invariants) = (desk.pair, desk.invariants)
    for form in forms {
      result.forms += 1
      guard count > 0 else { continue }
      let filled = pair.bare.machine.snapshot()
      defer {
        pair.bare.machine.restore(filled)
        pair.bare.machine.discard(filled)
      }
      sampler.refillStorage(of: pair.bare.machine, extent: extent)
      let count = share(of: form)
      var reached = 0
      for isCalm in [false, true] {
        // Many states do not reach the instruction: a limit keeps what cannot be reached finite.
        for tried in 0..<(8 * count) where reached < count {
          if reached == 0, tried >= Diagram.fairTries { break }
          if try isReached(form, isCalm: isCalm, pair, invariants, &sampler, &result) {
            reached += 1
          }
        }
      }
      result.states += UInt64(reached)
      if reached < count { result.rare[isa.instructions[form.instruction].id] = reached }
    }
    return result
  }

  /// States after which a form that none of them reached is tried from calmer ones.
  private static let fairTries = 64

  /// States for one form. Some instructions have a form for each of a hundred ways to make an address, and
  /// do the same with it: so those beyond a few share what a few have.
  private func share(of form: FormReference) -> Int {
    let forms = isa.instructions[form.instruction].forms.count
    return max(min(count, Diagram.leastShare), min(count, count * Diagram.fullShares / forms))
  }

  private static let fullShares = 4
  private static let leastShare = 64

  /// One state.
  ///
  /// - Returns: whether the instruction was reached from it.
  private func isReached(
    _ form: FormReference, isCalm: Bool, _ pair: Lockstep.Pair,
    _ invariants: [Machine.PreparedProgram], _ sampler: inout StateSampler,
    _ result: inout DiagramResult
  ) throws -> Bool {
    let machine = pair.bare.machine
    let id = isa.instructions[form.instruction].id
    let start = machine.snapshot()
    defer {
      machine.restore(start)
      machine.discard(start)
    }
    let units: [UInt128]?
    if isCalm {
      sampler.fillCalmly(
        registersOf: machine, extent: extent, for: isa.instructions[form.instruction])
      units = sampler.encoded(form, for: machine, extent: extent)
    } else {
      units = sampler.encoded(form, extent: extent)
      if units != nil { sampler.fillRegisters(of: machine, extent: extent) }
    }
    guard let units, sampler.place(units, in: machine, extent: extent),
      invariants.allSatisfy({ machine.holds($0) })
    else { return false }
    copy(pair)
    let isForeseen = modes.contain(machine)
    let ready = machine.snapshot()
    let outcome = machine.step()
    // What comes before the instruction, it is not to blame for.
    guard machine.lastInstruction.form == form else { return false }
    _ = pair.monitor.run(pair.virtual, limit: 1)
    if case .stopped = outcome { return true }
    guard let what = difference(pair) else { return true }
    if !isForeseen {
      result.brokenElsewhere.insert(id)
    } else if result.broken[id] == nil {
      machine.restore(ready)
      let state = machine.changes(since: start)
      machine.restore(start)
      result.broken[id] = BrokenState(what: what, guest: guest(showing: id, state, on: machine))
    }
    return true
  }

  /// Brings the virtual machine into the bare machine's state.
  private func copy(_ pair: Lockstep.Pair) {
    pair.monitor.revive(pair.virtual)
    pair.virtual.machine.copyTime(from: pair.bare.machine)
    pair.virtual.machine.copyBits(registers, from: pair.bare.machine)
    pair.virtual.machine.copyMemories(from: pair.bare.machine)
    pair.monitor.forgetMappings(of: pair.virtual)
  }

  private func difference(_ pair: Lockstep.Pair) -> String? {
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
