import Devices
import ISACore
import Machine
import Monitor

/// One stretch of time in which a guest had the processor, or a page came or went.
public struct Turn: Sendable, Equatable {
  /// Index of the guest.
  public var guest: Int
  /// Steps made on the real machine before it, by all guests together.
  public var start: UInt64
  public var steps: UInt64
  /// Pages brought in, and written to the drum, meanwhile.
  public var pageIns: UInt64
  public var pageOuts: UInt64
}

/// What became of several guests on one real machine.
public struct HouseResult: Sendable {
  public var guests: [GuestResult] = []
  /// Who ran when.
  public var turns: [Turn] = []
  public var pageIns: UInt64 = 0
  public var pageOuts: UInt64 = 0
  /// The guests' disks, and the real packs whose cylinders they share.
  public var virtualDisks = 0
  public var diskPacks = 0
  public var audit = Audit()
  public init() {}
}

/// Several guests at once on one real machine, each with storage, devices and a clock of its own,
/// in turn; afterwards each is compared with its run alone on a bare machine.
public struct GuestHouse {
  let isa: InstructionSet
  let arrangement: Arrangement
  /// Steps of a turn.
  let quantum: UInt64

  public init(_ isa: InstructionSet, _ arrangement: Arrangement, quantum: UInt64) {
    self.isa = isa
    self.arrangement = arrangement
    self.quantum = quantum
  }

  /// - Parameters:
  ///   - progress: told now and then how many steps have been made.
  ///   - isCancelled: asked at every turn.
  public func run(
    _ guests: [Guest], progress: ((UInt64) -> Void)? = nil, isCancelled: (() -> Bool)? = nil
  ) throws -> HouseResult {
    let real = Machine(isa, choices: arrangement.realChoices)
    real.reset()
    let monitor = try Monitor(
      on: RealMachine(real), strategy: arrangement.strategy,
      drum: arrangement.drumPages > 0 ? Drum(capacity: arrangement.drumPages) : nil,
      mutation: arrangement.mutation, paint: arrangement.paint)
    var result = HouseResult()
    var virtual: [VirtualMachine] = []
    var disks = RealDisks()
    for guest in guests {
      let machine = try monitor.admit(
        name: guest.name, choices: choices(of: guest),
        devices: try disks.devices(for: guest, of: isa, mutation: arrangement.deviceMutation))
      try guest.load(into: machine.machine)
      virtual.append(machine)
    }
    var made = [UInt64](repeating: 0, count: guests.count)
    var total: UInt64 = 0
    var isAnyAlive = true
    while isAnyAlive, isCancelled?() != true {
      isAnyAlive = false
      for index in guests.indices
      where virtual[index].end == nil && made[index] < guests[index].limit {
        let before = monitor.paging
        let steps = monitor.run(
          virtual[index], limit: min(quantum, guests[index].limit - made[index]))
        result.turns.append(
          Turn(
            guest: index, start: total, steps: steps, pageIns: monitor.paging.ins - before.ins,
            pageOuts: monitor.paging.outs - before.outs))
        made[index] += steps
        total += steps
        if steps > 0 { isAnyAlive = true }
      }
      progress?(total)
    }
    for (index, guest) in guests.enumerated() {
      result.guests.append(try compare(guest, virtual[index], after: made[index]))
    }
    monitor.checkCanaries()
    result.audit = monitor.audit
    (result.pageIns, result.pageOuts) = monitor.paging
    (result.virtualDisks, result.diskPacks) = (disks.virtualDisks, disks.packCount)
    return result
  }

  private func choices(of guest: Guest) -> [ChoiceID: UInt128] {
    arrangement.virtualChoices.merging(guest.choices) { $1 }
  }

  /// The guest's end against that of the same guest alone on a bare machine, after as many steps.
  private func compare(
    _ guest: Guest, _ virtual: VirtualMachine, after steps: UInt64
  ) throws -> GuestResult {
    let machine = Machine(isa, choices: choices(of: guest))
    let bare = System(machine, devices: try guest.devices(of: isa))
    try guest.load(into: machine)
    let clock = ContinuousClock()
    var run: (steps: UInt64, end: System.End) = (0, .limit)
    let time = clock.measure { run = bare.run(limit: steps) }
    var what = Comparison(isa).difference(bare, virtual.system, includingStorage: true)
    if run.steps != steps { what = what ?? "it made \(steps) steps, not \(run.steps)" }
    if case .lost(let why)? = virtual.end { what = why }
    return GuestResult(
      name: guest.name, purpose: guest.purpose, profile: virtual.profile,
      instructions: virtual.machine.retired, steps: steps,
      divergence: what.map {
        Divergence(step: steps, instruction: nil, address: 0, what: $0)
      },
      end: virtual.end.map { "\($0)" } ?? "the limit of steps", audit: Audit(),
      virtualSeconds: 0,
      bareSeconds: Double(time.components.attoseconds) / 1e18
        + Double(time.components.seconds), outputs: virtual.system.outputs)
  }
}
