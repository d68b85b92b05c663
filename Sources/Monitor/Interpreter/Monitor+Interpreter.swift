import Devices
import ISACore
import Machine

/// The paper's **interpreter**: v_i is the description's own semantics of i, applied to the
/// virtual state. There is no second emulator that could be wrong.
extension Monitor {
  /// One step of the virtual machine on its own state.
  func interpret(
    _ guest: VirtualMachine, because cause: Exit, _ mnemonic: String? = nil
  ) -> StepOutcome {
    let machine = guest.machine
    if strategy == .closeEnough, cause == .interpreted {
      let others = machine.values(of: plan.others)
      let outcome = guest.system.step()
      if outcome == .retired { machine.set(plan.others, to: others) }
      note(outcome, of: guest, because: cause, mnemonic)
      return outcome
    }
    if mutation == .interruptsTwice, cause == .interruption { _ = guest.system.step() }
    let outcome = watchingTables(of: guest) { guest.system.step() }
    note(outcome, of: guest, because: cause, mnemonic)
    return outcome
  }

  /// Counts what an interpreted step was, and sees to what follows from it.
  private func note(
    _ outcome: StepOutcome, of guest: VirtualMachine, because cause: Exit, _ mnemonic: String?
  ) {
    switch outcome {
    case .retired:
      guest.profile.interpreted += 1
      guest.profile.count(cause == .interruption ? .interpreted : cause, mnemonic)
    case .trapped:
      guest.profile.count(cause == .supervisor ? .supervisor : .reflected, mnemonic)
    case .interrupted: guest.profile.count(.interruption)
    case .waited: guest.profile.count(.idle)
    case .stopped(let reason):
      if reason == .unchanging { guest.profile.interpreted += 1 }
      guest.end = .stopped(reason)
    }
    if forms.writesAttached(guest.machine.lastInstruction.form), mutation != .forgetsAttached {
      refreshAttached(guest)
    }
  }

  /// Gives a trap of the real machine to the guest: the description's own entry sequence, run on
  /// the virtual state.
  func reflect(_ real: RealTrap, to guest: VirtualMachine, _ mnemonic: String?) -> StepOutcome {
    if mutation == .forgetsReflection { return .retired }
    let outcome = watchingTables(of: guest) {
      guest.machine.take(
        real.trap, real.trapClass, arguments: real.arguments, length: real.instruction.length)
    }
    guest.profile.count(.reflected, mnemonic)
    if case .stopped(let reason) = outcome { guest.end = .stopped(reason) }
    _ = guest.system.pass(0)
    return outcome
  }

  /// What the virtual machine would do, without doing it.
  func attempt(_ guest: VirtualMachine) -> StepOutcome {
    let start = guest.machine.snapshot()
    let outcome = guest.machine.step()
    guest.machine.restore(start)
    guest.machine.discard(start)
    return outcome
  }
}
