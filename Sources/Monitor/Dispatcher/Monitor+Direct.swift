import Devices
import ISACore
import Machine

/// Direct execution: from v to r = f(v), control to the guest, and back.
extension Monitor {
  /// Lets a guest run on the host until it traps or has retired `limit` instructions; afterwards
  /// the virtual state is up to date.
  func runDirectly(_ guest: VirtualMachine, limit: UInt64) -> HostRun {
    let machine = host.machine
    let mapped = enter(guest)
    let admitted = admissions()
    let owned = audit.states % 64 == 0 ? machine.values(of: plan.guarded) : nil
    let disturbance = disturb()
    var run = host.run(limit: disturbance == nil ? limit : 1)
    if let disturbance { host.machine.set(disturbance.bits, to: disturbance.values) }
    switch run.event {
    case .trapped(let trap, _, _): recover(from: isa.traps[Int(trap)].entry, guest)
    case .interrupted(let index):
      recover(from: isa.traps[Int(isa.interrupts[index].trap)].entry, guest)
    case nil: takeBack(guest, &run)
    default: break
    }
    auditInterruptions(of: guest, before: admitted, retired: run.retired)
    auditState(after: guest, mapped: mapped, owned: owned)
    if mutation != .forgetsToCopyBack { guest.machine.copyBits(plan.direct, from: machine) }
    return run
  }

  /// Raises one of the host's own interruptions, if it is time to and the guest's map lets it
  /// through.
  ///
  /// - Returns: what has to be put back.
  private func disturb() -> (bits: StateBits, values: [UInt64])? {
    guard disturbancePeriod > 0, !plan.raisers.isEmpty else { return nil }
    directRuns += 1
    guard directRuns % disturbancePeriod == 0 else { return nil }
    let index = directRuns / disturbancePeriod % plan.raisers.count
    let bits = plan.raisers[index]
    guard plan.enablers[index].canHold(in: host.machine) else { return nil }
    let values = host.machine.values(of: bits)
    host.machine.set(bits, to: values.map { _ in .max })
    if host.machine.hasPendingInterruption { return (bits, values) }
    host.machine.set(bits, to: values)
    return nil
  }

  /// Brings the host into f(v). Returns what f computed.
  private func enter(_ guest: VirtualMachine) -> [UInt64] {
    let machine = host.machine
    let v = guest.machine
    let hasSameMap =
      !guest.mappedAddressing.isEmpty && v.has(guest.mappedAddressing, for: plan.addressing)
    if mappedGuest != guest.number, !plan.tellsGuestsApart, mutation != .keepsMap {
      flushMappings(of: mappedGuest == 0 ? nil : guests[mappedGuest - 1])
      flushMappings(of: guest)
    } else if mutation != .keepsStaleMappings,
      !hasSameMap
        || guest.mappedAttendances != guest.system.attendances && !guest.tables.isEmpty
    {
      flushMappings(of: guest)
    }
    if !hasSameMap { guest.mappedAddressing = v.values(of: plan.addressing) }
    guest.mappedAttendances = guest.system.attendances
    if mutation == .keepsMap, mappedGuest != 0, mappedGuest != guest.number {
      machine.copyBits(plan.direct, from: v)
      return machine.values(of: plan.mapped)
    }
    mappedGuest = guest.number
    let mapped = mapValues(guest)
    machine.set(plan.mapped, to: mapped)
    machine.copyBits(plan.direct, from: v)
    if mutation == .leaksMode { leakMode(of: guest) }
    host.noteChange()
    for (va, real, intent) in guest.unchecked { auditMapping(va, real, intent, of: guest) }
    guest.unchecked.removeAll(keepingCapacity: true)
    if audit.states.isMultiple(of: 64) { auditKept(for: guest) }
    if let resume = prepared.resume { _ = perform(resume) }
    return mapped
  }

  /// f: the block's program reads the virtual state and writes into it; what it has written is
  /// taken off, and the virtual state is as before.
  func mapValues(_ guest: VirtualMachine) -> [UInt64] {
    let v = guest.machine
    let start = v.snapshot()
    let parameters = [UInt128(guest.origin), UInt128(extent(of: guest)), UInt128(guest.number)]
    let program = guest.preparedMap ?? v.prepare(plan.monitor.map)
    guest.preparedMap = program
    _ = v.evaluate(program, parameters: parameters)
    let values = v.values(of: plan.mapped)
    v.restore(start)
    v.discard(start)
    return values
  }

  func extent(of guest: VirtualMachine) -> UInt64 {
    let memory = isa.memories[Int(allocator.memory)]
    let extent =
      memory.sizeChoice.map { UInt64(clamping: guest.machine.choice($0)) } ?? memory.size
    return mutation == .allotsTooMuch ? extent + allocator.granule : extent
  }

  /// The mode bits as the virtual machine has them.
  private func leakMode(of guest: VirtualMachine) {
    for equality in (modePair?.supervisor ?? []) + (modePair?.user ?? []) {
      host.machine.setBits(
        equality.register, equality.element, low: equality.low, width: equality.width,
        guest.machine.bits(
          equality.register, equality.element, low: equality.low, width: equality.width))
    }
  }

  /// Brings the registers back to where they stood before the instruction that trapped.
  private func recover(from entry: Int, _ guest: VirtualMachine) {
    auditEntry(entry, after: guest)
    if mutation == .forgetsRecovery { return }
    guard let recovery = prepared.recoveries[entry] else {
      guest.end = .lost(
        "the entry '\(isa.entries[entry].name)' has no recovery: the guest's state is gone")
      return
    }
    _ = host.machine.evaluate(recovery)
  }

  /// A guest's time is over: the machine's own interruption takes the processor back.
  private func takeBack(_ guest: VirtualMachine, _ run: inout HostRun) {
    guard let preempt = prepared.preempt else { return }
    if mutation != .doesNotPreempt { _ = host.machine.evaluate(preempt) }
    host.noteChange()
    let end = host.run(limit: 1)
    run.retired += end.retired
    guard case .interrupted(let index) = end.event else {
      audit.violate("\(guest.name) did not give the processor back")
      if case .trapped(let trap, _, _) = end.event {
        recover(from: isa.traps[Int(trap)].entry, guest)
        run.event = end.event
        run.instruction = end.instruction
      }
      return
    }
    recover(from: isa.traps[Int(isa.interrupts[index].trap)].entry, guest)
  }
}
