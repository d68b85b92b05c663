import ISACore
import Machine

/// What the monitor has to know of instructions beforehand, form by form. It is found when it is asked
/// for: a machine may have thousands of forms, and a guest use few.
final class FormFacts {
  private let isa: InstructionSet
  private let attached: Set<RegisterID>
  private var known: [FormReference: Facts] = [:]

  private struct Facts {
    var isRestartable: Bool
    var trapsBehindWrites: Set<TrapID>
    var writesAttached = false
    var touchesOthers = false
  }

  init(_ isa: InstructionSet, _ plan: MapPlan) {
    self.isa = isa
    attached = Set(plan.attached.map(\.register))
  }

  private func facts(of form: FormReference) -> Facts {
    if let facts = known[form] { return facts }
    let program = isa.instructions[form.instruction].forms[form.form].program
    var facts = Facts(
      isRestartable: program.isRestartable, trapsBehindWrites: program.trapsBehindWrites)
    program.forEachStatement {
      guard case .write(let register, _, let low, let width, _) = $0.kind else { return }
      if attached.contains(register) { facts.writesAttached = true }
      let roles = isa.registers[Int(register)].roles(low: low, width: width)
      if !roles.isDisjoint(with: [.resource, .timer, .device]) { facts.touchesOthers = true }
    }
    known[form] = facts
    return facts
  }

  /// Whether it may be begun again after a trap: nothing is written before the last place where it
  /// can trap.
  func isRestartable(_ form: FormReference?) -> Bool {
    form.map { facts(of: $0).isRestartable } ?? true
  }

  /// Whether a trap of the form's own may come with something done already.
  func mayFollowWrites(_ trap: TrapID, of form: FormReference?) -> Bool {
    form.map { facts(of: $0).trapsBehindWrites.contains(trap) } ?? false
  }

  /// Whether it writes state that travels with storage.
  func writesAttached(_ form: FormReference?) -> Bool {
    form.map { facts(of: $0).writesAttached } ?? false
  }

  /// Whether it writes resources, timers or devices.
  func touchesOthers(_ form: FormReference?) -> Bool {
    form.map { facts(of: $0).touchesOthers } ?? false
  }
}

extension Program {
  /// Whether no write comes before a place that can trap.
  public var isRestartable: Bool {
    var hasWritten = false
    return Program.isRestartable(body, &hasWritten)
  }

  /// Traps that the program itself raises behind a write.
  public var trapsBehindWrites: Set<TrapID> {
    var traps: Set<TrapID> = []
    var hasWritten = false
    Program.findTraps(body, &hasWritten, &traps)
    return traps
  }

  private static func findTraps(
    _ statements: [Statement], _ hasWritten: inout Bool, _ traps: inout Set<TrapID>
  ) {
    for statement in statements {
      switch statement.kind {
      case .trap(let trap, _, _), .perform(_, let trap): if hasWritten { traps.insert(trap) }
      case .store, .write: hasWritten = true
      case .branch(_, let then, let otherwise):
        var (one, other) = (hasWritten, hasWritten)
        findTraps(then, &one, &traps)
        findTraps(otherwise, &other, &traps)
        hasWritten = one || other
      case .loop(_, _, let body):
        // Twice: what the first turn wrote, the second may find behind it.
        findTraps(body, &hasWritten, &traps)
        findTraps(body, &hasWritten, &traps)
      case .assign, .havoc, .load, .probe: break
      }
    }
  }

  private static func isRestartable(_ statements: [Statement], _ hasWritten: inout Bool) -> Bool {
    for statement in statements {
      switch statement.kind {
      case .trap, .perform: if hasWritten { return false }
      case .load(_, let access), .probe(let access, _):
        if hasWritten && !access.isReal { return false }
      case .store(let access, _):
        if hasWritten && !access.isReal { return false }
        hasWritten = true
      case .write: hasWritten = true
      case .branch(_, let then, let otherwise):
        var (one, other) = (hasWritten, hasWritten)
        guard isRestartable(then, &one), isRestartable(otherwise, &other) else { return false }
        hasWritten = one || other
      case .loop(_, _, let body):
        // Twice: what the first turn wrote, the second may find behind it.
        guard isRestartable(body, &hasWritten), isRestartable(body, &hasWritten) else {
          return false
        }
      case .assign, .havoc: break
      }
    }
    return true
  }
}
