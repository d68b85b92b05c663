import Devices
import ISACore
import Machine
import Monitor

/// Where a guest's virtual machine and its bare machine parted.
public struct Divergence: Sendable, Equatable {
  /// Steps that were alike.
  public var step: UInt64
  /// The instruction after which they differ; nil if none was reached.
  public var instruction: String?
  /// Its virtual address.
  public var address: UInt64
  /// What differs, in words.
  public var what: String
  /// The guest was in a mode that the theory does not speak of.
  public var isElsewhere = false
}

/// What became of one guest.
public struct GuestResult: Sendable {
  public var name: String
  public var purpose: String
  public var profile: ExitProfile
  /// Instructions retired on the virtual machine.
  public var instructions: UInt64
  public var steps: UInt64
  public var divergence: Divergence?
  /// Why it ended, in words.
  public var end: String
  public var audit: Audit
  /// Seconds of the processor: under the monitor, and bare.
  public var virtualSeconds: Double
  public var bareSeconds: Double
  public var outputs: [DeviceOutput]

  public var isEquivalent: Bool { divergence == nil }
}

/// How a monitor and its virtual machine are set up for a guest.
public struct Arrangement: Sendable {
  public var strategy = Strategy.trapAndEmulate
  public var mutation: Mutation?
  /// A mistake of the virtual machine's devices.
  public var deviceMutation: DeviceMutation?
  /// What the monitors' own storage holds at first.
  public var paint = ReservePaint.plausible
  /// What the real machine's implementation decides: its storage size among it.
  public var realChoices: [ChoiceID: UInt128] = [:]
  /// What all virtual machines decide, unless their guest says otherwise.
  public var virtualChoices: [ChoiceID: UInt128] = [:]
  /// Without, nothing happens but what the processor does.
  public var hasDevices = true
  /// Monitors on top of one another: 1 is a monitor on the real machine.
  public var depth = 1
  /// Pages that the drum holds.
  public var drumPages = 0
  /// The modes that the theory speaks of; nil: the machine's first pair.
  public var modePair: ModePair?
  /// Every so many direct runs the real machine takes an interruption of its own; 0: never.
  public var disturbancePeriod = 0

  public init() {}

  /// The real machine's own interruptions come as often as is good for a test.
  var disturbed: Arrangement {
    var arrangement = self
    arrangement.disturbancePeriod = 5
    return arrangement
  }
}

/// **Equivalence** of whole guests: the same guest on a bare machine and under the monitor, step
/// by step, to the last byte of storage and output.
public struct Lockstep {
  let isa: InstructionSet
  let arrangement: Arrangement
  private let comparison: Comparison
  /// Of all the machines that are set up.
  private let decoder: Decoder

  public init(_ isa: InstructionSet, _ arrangement: Arrangement) {
    self.isa = isa
    self.arrangement = arrangement
    comparison = Comparison(isa)
    decoder = Decoder(isa)
  }

  /// A bare machine and a virtual one with the same guest.
  struct Pair {
    var bare: System
    var virtual: VirtualMachine
    /// Outermost first; the last one runs the guest.
    var monitors: [Monitor]
    var monitor: Monitor { monitors[monitors.count - 1] }
  }

  /// Steps between two comparisons of registers, and of everything.
  private static let stride: UInt64 = 4096

  /// Runs a guest to its end.
  public func run(_ guest: Guest) throws -> GuestResult {
    let pair = try pair(guest)
    let clock = ContinuousClock()
    var bareTime = Duration.zero
    var virtualTime = Duration.zero
    var done: UInt64 = 0
    var divergence: Divergence?
    var bareEnd = System.End.limit
    while done < guest.limit {
      let portion = min(Lockstep.stride, guest.limit - done)
      var made: UInt64 = 0
      virtualTime += clock.measure { made = pair.monitor.run(pair.virtual, limit: portion) }
      var bareMade: UInt64 = 0
      bareTime += clock.measure { (bareMade, bareEnd) = pair.bare.run(limit: portion) }
      let difference = difference(pair, made, bareMade, bareEnd)
      if difference != nil {
        divergence = try locate(guest, after: done)
        break
      }
      done += made
      if pair.virtual.end != nil { break }
    }
    for monitor in pair.monitors { monitor.checkCanaries() }
    var audit = Audit()
    for monitor in pair.monitors { audit.add(monitor.audit) }
    return GuestResult(
      name: guest.name, purpose: guest.purpose, profile: pair.virtual.profile,
      instructions: pair.virtual.machine.retired, steps: done, divergence: divergence,
      end: words(pair.virtual.end), audit: audit, virtualSeconds: seconds(virtualTime),
      bareSeconds: seconds(bareTime), outputs: pair.virtual.system.outputs)
  }

  /// What differs after both have run the same portion.
  private func difference(
    _ pair: Pair, _ made: UInt64, _ bareMade: UInt64, _ bareEnd: System.End
  ) -> String? {
    let end: System.End
    switch pair.virtual.end {
    case nil: end = .limit
    case .waitsForEver: end = .waitsForEver
    case .stopped(let reason): end = .stopped(reason)
    case .lost(let why): return why
    }
    if made != bareMade || end != bareEnd {
      return "it ends with: \(words(pair.virtual.end)), not: \(words(bareEnd))"
    }
    return comparison.difference(pair.bare, pair.virtual.system, includingStorage: true)
  }

  /// Goes the way again and finds the step.
  private func locate(_ guest: Guest, after done: UInt64) throws -> Divergence {
    let pair = try pair(guest)
    // In the portions of the first run: where a guest is interrupted is part of the experiment.
    var step: UInt64 = 0
    while step < done {
      let portion = min(Lockstep.stride, done - step)
      _ = pair.monitor.run(pair.virtual, limit: portion)
      _ = pair.bare.run(limit: portion)
      step += portion
    }
    let modes = ForeseenModes(arrangement.modePair ?? isa.modePairs.first)
    while step < done + Lockstep.stride, step < guest.limit {
      let isElsewhere = !modes.contain(pair.bare.machine)
      let made = pair.monitor.run(pair.virtual, limit: 1)
      let (bareMade, bareEnd) = pair.bare.run(limit: 1)
      if let what = difference(pair, made, bareMade, bareEnd) {
        let last = pair.bare.machine.lastInstruction
        return Divergence(
          step: step, instruction: last.form.map { isa.instructions[$0.instruction].id },
          address: last.address, what: what, isElsewhere: isElsewhere)
      }
      step += 1
    }
    return Divergence(
      step: done, instruction: nil, address: 0,
      what: "a difference that single steps do not show: it hangs on when the guest is interrupted")
  }

  /// Sets both machines up.
  func pair(_ guest: Guest) throws -> Pair {
    let choices = arrangement.virtualChoices.merging(guest.choices) { $1 }
    let bareMachine = Machine(isa, choices: choices, decoder: decoder)
    let bare = System(
      bareMachine, devices: arrangement.hasDevices ? try guest.devices(of: isa) : [])
    try guest.load(into: bareMachine)

    let real = Machine(isa, choices: arrangement.realChoices, decoder: decoder)
    real.reset()
    var host: any Host = RealMachine(real)
    var monitors: [Monitor] = []
    for level in 1...max(1, arrangement.depth) {
      let isInnermost = level == max(1, arrangement.depth)
      let monitor = try Monitor(
        on: host, strategy: arrangement.strategy,
        drum: arrangement.drumPages > 0 ? Drum(capacity: arrangement.drumPages) : nil,
        mutation: isInnermost ? arrangement.mutation : nil, paint: arrangement.paint)
      monitor.disturbancePeriod = arrangement.disturbancePeriod
      monitors.append(monitor)
      if isInnermost {
        let virtual = try monitor.admit(
          name: guest.name, choices: choices,
          devices: arrangement.hasDevices
            ? try guest.devices(of: isa, mutation: arrangement.deviceMutation) : [])
        try guest.load(into: virtual.machine)
        return Pair(bare: bare, virtual: virtual, monitors: monitors)
      }
      let inner = try monitor.admit(
        name: "monitor \(level + 1)", choices: try intermediate(level), devices: [])
      inner.machine.reset()
      host = VirtualHost(inner, of: monitor)
    }
    preconditionFailure("the innermost monitor returns")
  }

  /// The virtual machine on which another monitor runs: smaller than the one outside by what the
  /// monitor keeps.
  private func intermediate(_ level: Int) throws -> [ChoiceID: UInt128] {
    var choices = arrangement.realChoices
    for share in isa.monitor?.storage ?? [] {
      guard let choice = isa.memories[Int(share.memory)].sizeChoice else {
        throw MonitorError("the size of \(isa.memories[Int(share.memory)].name) is not a choice")
      }
      let size = choices[choice] ?? isa.choices[Int(choice)].defaultValue
      choices[choice] = size - UInt128(share.reserved) * UInt128(level)
    }
    return choices
  }

  private func words(_ end: VirtualMachine.End?) -> String {
    switch end {
    case nil: "the limit of steps"
    case .waitsForEver: "it waits for ever"
    case .stopped(let reason): reason.description
    case .lost(let why): why
    }
  }

  private func words(_ end: System.End) -> String {
    switch end {
    case .limit: "the limit of steps"
    case .waitsForEver: "it waits for ever"
    case .stopped(let reason): reason.description
    }
  }

  private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}
