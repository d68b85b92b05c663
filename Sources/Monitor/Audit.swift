import ISACore
import Machine

/// **Resource control**, checked while it is at stake.
public struct Audit: Sendable, Equatable {
  /// Checks made of the real machine's mode, map and resources after a guest had control.
  public var states: UInt64 = 0
  /// Checks that a mapping leads where it should, and leaves the others alone.
  public var mappings: UInt64 = 0
  /// Words of storage that belong to nobody, looked at.
  public var canaries: UInt64 = 0
  /// What was found, in words; the first ones.
  public var violations: [String] = []
  public var violationCount: UInt64 = 0

  public init() {}

  public var holds: Bool { violationCount == 0 }

  /// Takes another audit's findings in.
  public mutating func add(_ other: Audit) {
    states += other.states
    mappings += other.mappings
    canaries += other.canaries
    violationCount += other.violationCount
    violations += other.violations.prefix(max(0, 16 - violations.count))
  }

  mutating func violate(_ what: String) {
    violationCount += 1
    if violations.count < 16 { violations.append(what) }
  }
}

/// What the storage that a monitor keeps for itself holds before `start` has written it.
public enum ReservePaint: CaseIterable, Sendable {
  /// Units are even, with which many an entry of a table looks valid and many a status word looks
  /// like a supervisor's, and every other one is zero, with which an entry leads to storage that there
  /// is: the worst that could be there, unless zeros are what `start` would have written.
  case plausible
  /// Units are odd, and none is zero.
  case implausible
}

extension Monitor {
  /// A word that stands in storage that nobody has: derived from its place, so that no copy of
  /// another place passes for it.
  private func canary(_ frame: UInt64, _ word: Int) -> UInt64 {
    var z = frame &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(word) &+ 0x5A17_CA4A
    z = (z ^ (z >> 29)) &* 0xBF58_476D_1CE4_E5B9
    return (z ^ (z >> 32)) & canaryMask
  }

  /// Units may be narrower than the cells they lie in.
  private var canaryMask: UInt64 {
    let width = isa.memories[Int(allocator.memory)].unitWidth
    var cell = 8
    while cell < width { cell *= 2 }
    guard cell < 64 else { return UInt64(truncatingIfNeeded: BitVector.mask(min(64, width))) }
    var mask: UInt64 = 0
    for low in stride(from: 0, to: 64, by: cell) {
      mask |= UInt64(truncatingIfNeeded: BitVector.mask(width)) << UInt64(low)
    }
    return mask
  }

  /// Frames beyond this many are not painted: what nobody touches costs nothing.
  private static let paintedFrames = 4096

  /// Paints all storage that nobody has.
  func paintCanaries() {
    let unit = allocator.host.pageUnits(allocator.memory)
    for frame in allocator.freeFrames.prefix(Monitor.paintedFrames) {
      for offset in stride(from: 0, to: allocator.granule, by: Int(unit)) {
        let count = allocator.host.pageContents(allocator.memory, frame + offset).count
        allocator.host.replacePage(
          allocator.memory, frame + offset,
          with: (0..<count).map { canary(frame + offset, $0) })
      }
    }
    painted = Set(allocator.freeFrames.prefix(Monitor.paintedFrames))
  }

  /// What the monitor keeps for itself holds anything until `start` writes it: a vector or a table
  /// that it leaves out leads astray.
  func paintReserve(_ paint: ReservePaint) {
    let memory = isa.memories[Int(allocator.memory)]
    let mask = BitVector.mask(memory.unitWidth)
    let end = min(allocator.firstFrame, host.machine.memorySize(allocator.memory))
    for address in 0..<end
    where !memory.regions.contains(where: { ($0.first...max($0.first, $0.last)).contains(address) })
    {
      let unit = UInt128(canary(address, 1)) & mask
      let isZero = canary(address, 2) & 2 != 0
      host.machine.setUnit(
        allocator.memory, address,
        paint == .implausible ? unit | 1 : isZero ? 0 : unit & ~1)
    }
  }

  /// Looks at all painted storage that still belongs to nobody.
  public func checkCanaries() {
    let unit = allocator.host.pageUnits(allocator.memory)
    painted.formIntersection(allocator.freeFrames)
    for frame in painted.sorted() {
      for offset in stride(from: 0, to: allocator.granule, by: Int(unit)) {
        let words = allocator.host.pageContents(allocator.memory, frame + offset)
        audit.canaries += UInt64(words.count)
        if let word = words.indices.first(where: { words[$0] != canary(frame + offset, $0) }) {
          audit.violate(
            "storage that belongs to nobody was written, near \(hex(frame + offset)), word \(word)")
        }
      }
    }
  }

  func hex(_ address: UInt64) -> String { "0x" + String(address, radix: 16, uppercase: true) }

  /// What the monitor keeps for the processor is looked at now and then: before a guest has control.
  func auditKept(for guest: VirtualMachine) {
    let machine = host.machine
    for kept in isa.monitor?.kept ?? [] {
      var value: UInt128 = 0
      for unit in 0..<kept.units {
        guard
          case .completed(let real) = machine.translate(
            kept.memory, kept.address &+ UInt64(unit), intent: .load)
        else {
          return audit.violate("\(guest.name): nothing is kept at \(hex(kept.address))")
        }
        let position = isa.endianness == .little ? unit : kept.units - 1 - unit
        let width = isa.memories[Int(kept.memory)].unitWidth
        value |=
          machine.unit(kept.memory, UInt64(truncatingIfNeeded: real)) << UInt128(position * width)
      }
      if value != kept.value {
        audit.violate("\(guest.name): what is kept at \(hex(kept.address)) has changed")
      }
    }
  }

  /// A trap's entry must lead to the monitor: into supervisor mode, to an instruction of its own.
  func auditEntry(_ entry: Int, after guest: VirtualMachine) {
    audit.states += 1
    let machine = host.machine
    let isSupervisor = (modePair?.supervisor ?? []).allSatisfy {
      machine.bits($0.register, $0.element, low: $0.low, width: $0.width) == $0.value
    }
    if !isSupervisor || !goesOnInReserve {
      audit.violate(
        "after \(guest.name), the entry '\(isa.entries[entry].name)' does not lead to the monitor")
    }
  }

  /// Whether the next instruction is in the storage that the monitor keeps for itself.
  private var goesOnInReserve: Bool {
    guard let address = host.machine.nextAddress(),
      case .completed(let real) = host.machine.translate(
        isa.fetch.memory, address, intent: .fetch)
    else { return false }
    return isa.fetch.memory != allocator.memory || real < UInt128(allocator.firstFrame)
  }

  /// By interruption: whether it can come through to the real machine as it stands.
  func admissions() -> [Bool] { plan.enablers.map { $0.canHold(in: host.machine) } }

  /// Whether the real machine's interruptions come through must not hang on the guest.
  ///
  /// What counts is what stands both before an instruction of the guest's and behind it. Some
  /// machines hold interruptions off between two instructions that belong together (loading a stack's
  /// segment and its pointer, allowing interruptions and returning), and a virtual machine that stands
  /// there goes on so on the real one. The monitor could not keep that state for itself: it passes with
  /// the instruction, which runs directly, and had to be interpreted for nothing else. Nor need it: it
  /// gets the processor one instruction later, which the guest cannot put off again without a trap.
  /// Where a guest can, by instructions that run directly, it will be seen not to give the processor
  /// back.
  ///
  /// - Parameters:
  ///   - before: `admissions()` when the guest was given control.
  ///   - retired: instructions that it has finished since; without any, nothing has passed.
  func auditInterruptions(of guest: VirtualMachine, before: [Bool], retired: UInt64) {
    guard retired > 0 else { return }
    if admitted.isEmpty { admitted = before.map { _ in nil } }
    for index in before.indices where before[index] != admitted[index] {
      guard plan.enablers[index].canHold(in: host.machine) == before[index] else { continue }
      defer { admitted[index] = before[index] }
      guard admitted[index] != nil else { continue }
      audit.violate(
        "\(guest.name) decides whether the real machine's interruption "
          + "'\(isa.interrupts[index].name)' comes through")
    }
  }

  /// The real machine after a guest has had control and its registers were recovered.
  ///
  /// - Parameters:
  ///   - mapped: what f had computed; a guest has no way to change it.
  ///   - owned: the monitor's own registers as they were, or nil to leave them out this time.
  func auditState(after guest: VirtualMachine, mapped: [UInt64], owned: [UInt64]?) {
    audit.states += 1
    let machine = host.machine
    if !machine.has(mapped, for: plan.mapped) {
      audit.violate("\(guest.name) changed the map or the mode of the real machine")
      machine.set(plan.mapped, to: mapped)
    }
    if let owned, !machine.has(owned, for: plan.guarded) {
      audit.violate("\(guest.name) changed state that the monitor owns")
    }
  }

  /// Whether a mapping that was just made leads where it should, and an older one still does.
  func auditMapping(_ va: UInt64, _ real: UInt64, _ intent: Intent, of guest: VirtualMachine) {
    audit.mappings += 1
    let found = host.machine.translate(allocator.memory, va, intent: intent)
    if case .completed(let address) = found, UInt64(address) != real {
      audit.violate(
        "\(guest.name): \(hex(va)) was mapped to \(hex(real)) and leads to \(hex(UInt64(address)))")
    }
    if case .trapped = found {
      audit.violate("\(guest.name): \(hex(va)) was mapped to \(hex(real)) and still traps")
    }
    guard let (other, mapping) = guest.mappings.first(where: { $0.key != va }) else { return }
    let frame = mapping.frame
    if case .completed(let address) = host.machine.translate(
      allocator.memory, other, intent: .load), UInt64(address) != frame
    {
      audit.violate(
        "\(guest.name): mapping \(hex(va)) moved \(hex(other)) from \(hex(frame)) to "
          + hex(UInt64(address)))
    }
  }
}
