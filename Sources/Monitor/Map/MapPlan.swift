import Devices
import ISACore
import Machine

/// The map f of one machine, sorted for use: which bits go straight across, which are computed.
struct MapPlan: Sendable {
  let isa: InstructionSet
  let monitor: MonitorMap
  /// Copied from v to r on the way in, from r to v on the way out.
  let direct: StateBits
  /// Computed from v by the block's `map`.
  let mapped: StateBits
  /// The monitor's own, as far as neither trap entries nor the map's own programs change it: no
  /// guest can have a reason to.
  let guarded: StateBits
  /// What decides where a guest's addresses go, other than bits that go straight across: when it
  /// changes, mappings that were installed are void.
  let addressing: StateBits
  /// By interruption: whether it can come through, whatever the monitor's own registers hold.
  let enablers: [InterruptionEnabler]
  /// By interruption: the registers of devices and timers, wholly the monitor's own, that its condition
  /// reads. What a processor keeps between two halves of an instruction is not raised from outside.
  let raisers: [StateBits]
  /// All resources, timers and devices.
  let others: StateBits
  /// Files whose elements belong to blocks of storage.
  let attached: [(register: RegisterID, memory: MemoryID, units: UInt64)]
  /// Real units that stand for a device: an access to them is no mere access to storage.
  let deviceUnits: [ClosedRange<UInt64>]
  /// Whether the map tells guests apart, so that the mappings of several can stand side by side.
  let tellsGuestsApart: Bool

  init(_ isa: InstructionSet, _ monitor: MonitorMap) {
    self.isa = isa
    self.monitor = monitor
    typealias Bits = (register: RegisterID, low: Int, width: Int)
    func bits(_ isWanted: (MonitorMap.StateMapping) -> Bool) -> [Bits] {
      monitor.elements.filter(isWanted).map { ($0.register, $0.low, $0.width) }
    }
    direct = StateBits(isa, bits { $0.standing == .direct })
    mapped = StateBits(isa, bits { $0.standing == .mapped })
    let changing = MapPlan.registersThatChange(isa, monitor)
    guarded = StateBits(
      isa, bits { $0.standing == .owned && !changing.contains($0.register) })
    // What the translations look at, if it is not the same in v and r anyway.
    let looked = MapPlan.bitsReadByTranslations(isa)
    var addressing: [Bits] = []
    for element in monitor.elements where element.standing == .owned || element.standing == .mapped
    {
      let mask = BitVector.mask(element.width) << UInt128(element.low)
      let bits = looked[element.register, default: 0] & mask
      for bit in element.low..<(element.low + element.width) where bits >> UInt128(bit) & 1 == 1 {
        addressing.append((element.register, bit, 1))
      }
    }
    self.addressing = StateBits(isa, addressing)
    let owned = isa.registers.indices.map(RegisterID.init).filter {
      isa.standingMask($0) { $0 == .owned } == BitVector.mask(isa.registers[Int($0)].width)
    }
    enablers = isa.interrupts.map {
      InterruptionEnabler($0.condition, changing: Set(owned))
    }
    let outer = owned.filter {
      let register = isa.registers[Int($0)]
      return register.roles(low: 0, width: register.width).isSubset(of: [.device, .timer])
    }
    raisers = isa.interrupts.map { interrupt in
      let read = Set(interrupt.condition.nodes.filter { $0.op == .read }.map(\.a))
      return StateBits(
        isa, outer.filter(read.contains).map { ($0, 0, isa.registers[Int($0)].width) })
    }
    var others: [Bits] = []
    for (index, register) in isa.registers.enumerated() {
      for bit in 0..<register.width
      where !register.roles(low: bit, width: 1).isDisjoint(with: [.resource, .timer, .device]) {
        others.append((RegisterID(index), bit, 1))
      }
    }
    self.others = StateBits(isa, others)
    attached = monitor.elements.compactMap {
      guard case .attached(let memory, let units) = $0.standing else { return nil }
      return ($0.register, memory, units)
    }
    deviceUnits = monitor.storage.flatMap { share in
      isa.memories[Int(share.memory)].regions.filter { $0.role == .device }
        .map { $0.first...max($0.first, $0.last) }
    }
    tellsGuestsApart = monitor.map.parameters.dropFirst(2).contains { monitor.map.uses($0) }
  }
}

extension MapPlan {
  /// By register, the bits that some `translate` reads.
  private static func bitsReadByTranslations(_ isa: InstructionSet) -> [RegisterID: UInt128] {
    var bits: [RegisterID: UInt128] = [:]
    for program in isa.memories.compactMap(\.translate) {
      for node in program.nodes where node.op == .read {
        bits[node.a, default: 0] |= BitVector.mask(Int(node.width)) << UInt128(node.c)
      }
    }
    return bits
  }

  /// Registers that change while a guest has control though it does nothing to them: by the entry
  /// sequence of the exit, by the block's own programs, by time.
  private static func registersThatChange(
    _ isa: InstructionSet, _ monitor: MonitorMap
  ) -> Set<RegisterID> {
    var programs = isa.entries.map(\.program) + isa.ticks.map(\.program)
    programs += monitor.recoveries.map(\.program)
    programs += [
      monitor.start, monitor.install, monitor.remove, monitor.flush, monitor.preempt,
      monitor.resume,
    ].compactMap { $0 }
    var registers: Set<RegisterID> = []
    for program in programs {
      program.forEachStatement {
        if case .write(let register, _, _, _, _) = $0.kind { registers.insert(register) }
      }
    }
    return registers
  }
}

/// The map's programs, made ready to run on one machine.
struct PreparedMap {
  let map: Machine.PreparedProgram
  let start: Machine.PreparedProgram?
  /// By trap entry.
  let recoveries: [Int: Machine.PreparedProgram]
  let install: Machine.PreparedProgram?
  let remove: Machine.PreparedProgram?
  let flush: Machine.PreparedProgram?
  let preempt: Machine.PreparedProgram?
  let resume: Machine.PreparedProgram?

  init(_ monitor: MonitorMap, on machine: Machine) {
    map = machine.prepare(monitor.map)
    start = monitor.start.map { machine.prepare($0) }
    var recoveries: [Int: Machine.PreparedProgram] = [:]
    for recovery in monitor.recoveries {
      recoveries[recovery.entry] = machine.prepare(recovery.program)
    }
    self.recoveries = recoveries
    install = monitor.install.map { machine.prepare($0) }
    remove = monitor.remove.map { machine.prepare($0) }
    flush = monitor.flush.map { machine.prepare($0) }
    preempt = monitor.preempt.map { machine.prepare($0) }
    resume = monitor.resume.map { machine.prepare($0) }
  }
}
