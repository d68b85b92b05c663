import Devices
import ISACore
import Machine

/// The paper's **dispatcher**: has control after every exit, decides what it was, and calls the
/// allocator or the interpreter.
extension Monitor {
  struct DispatchRun {
    var steps: UInt64
    /// The trap or interruption that the virtual machine took, if that ended the run.
    var event: StepOutcome?
    var instruction = LastInstruction(address: 0, form: nil, fields: [], length: 0)
  }

  /// Runs one guest.
  ///
  /// - Parameter endsAtTrap: come back as soon as the virtual machine has taken a trap or an
  ///   interruption, as a monitor inside it wants to be told.
  func dispatch(_ guest: VirtualMachine, limit: UInt64, endsAtTrap: Bool) -> DispatchRun {
    let system = guest.system
    var steps: UInt64 = 0
    _ = system.pass(0)
    while steps < limit, guest.end == nil {
      makeRoom()
      if system.isIdle {
        guard let time = system.idleTime else {
          guest.end = .waitsForEver
          break
        }
        let count = min(time, limit - steps)
        guest.profile.count(.idle)
        // The monitor waits itself, which is privileged.
        host.noteChange()
        _ = system.wait(count)
        steps += count
        continue
      }
      let outcome: StepOutcome?
      var instruction: LastInstruction?
      if system.machine.hasPendingInterruption {
        outcome = interpret(guest, because: .interruption)
        steps += 1
      } else if strategy == .hybrid, guest.isSupervisor(modePair) {
        outcome = interpret(guest, because: .supervisor)
        steps += 1
      } else {
        let run = runDirectly(guest, limit: min(limit - steps, system.timeUntilEvent))
        steps += run.retired
        guest.profile.direct += run.retired
        if mutation != .virtualTimeStandsStill {
          _ = watchingTables(of: guest) { system.pass(run.retired) }
        }
        if mutation == .countsExitsAsTime, system.timeUntilEvent > 1 { _ = system.pass(1) }
        instruction = run.instruction
        outcome = handle(run, of: guest, steps: &steps)
      }
      guard endsAtTrap else { continue }
      switch outcome {
      case .trapped, .interrupted:
        return DispatchRun(
          steps: steps, event: outcome,
          instruction: instruction ?? system.machine.lastInstruction)
      default: break
      }
    }
    return DispatchRun(steps: steps, event: nil)
  }

  /// Decides what to do about the exit that ended a direct run.
  ///
  /// - Returns: what the virtual machine did, if anything.
  private func handle(
    _ run: HostRun, of guest: VirtualMachine, steps: inout UInt64
  ) -> StepOutcome? {
    switch run.event {
    case nil:
      guest.profile.count(.preempted)
      if run.retired == 0, guest.end == nil { guest.end = .lost("the host does not go on") }
      return nil
    case .trapped(let trap, let trapClass, let arguments):
      return handle(
        RealTrap(trap: trap, trapClass: trapClass, arguments: arguments, of: run.instruction),
        of: guest, steps: &steps)
    case .interrupted:
      // The real machine's own affair: the guest goes on where it was.
      guest.profile.count(.preempted)
      return nil
    case .stopped(.unchanging):
      guest.end = .stopped(.unchanging)
      return nil
    case .stopped(let reason):
      audit.violate("the real machine stopped while \(guest.name) had control: \(reason)")
      guest.end = .lost("the real machine stopped: \(reason)")
      return nil
    case .waited:
      audit.violate("\(guest.name) made the real machine wait")
      guest.end = .lost("the real machine waits")
      return nil
    case .retired: return nil
    }
  }

  /// A trap that the real machine took while a guest had control.
  struct RealTrap {
    var trap: TrapID
    var trapClass: TrapClass
    var arguments: [UInt128]
    var instruction: LastInstruction

    init(trap: TrapID, trapClass: TrapClass, arguments: [UInt128], of instruction: LastInstruction)
    {
      self.trap = trap
      self.trapClass = trapClass
      self.arguments = arguments
      self.instruction = instruction
    }

    var outcome: StepOutcome { .trapped(trap, trapClass, arguments: arguments) }
  }

  private func handle(
    _ real: RealTrap, of guest: VirtualMachine, steps: inout UInt64
  ) -> StepOutcome? {
    let mnemonic = real.instruction.form.map { isa.instructions[$0.instruction].mnemonic }
    if mutation == .swallowsCalls, real.trapClass == .call {
      steps += 1
      return nil
    }
    if real.trapClass == .memory, prepared.install != nil,
      resolveMapping(real, of: guest)
    {
      guest.profile.count(.mapped, mnemonic)
      return nil
    }
    // A trap with something done already cannot be had by doing it again: it is handed on. That of
    // an overflow comes with the result in place, and the result need not overflow.
    let isDone =
      real.trapClass == .program && forms.mayFollowWrites(real.trap, of: real.instruction.form)
    let outcome =
      !forms.isRestartable(real.instruction.form) && (isDone || attempt(guest) == real.outcome)
      ? reflect(real, to: guest, mnemonic) : interpret(guest, because: .interpreted, mnemonic)
    steps += 1
    return outcome
  }
}
