import Devices
import ISACore
import Monitor

/// A monitor or a description with a mistake made on purpose: if no check notices it, the checks
/// are worth nothing.
public struct Mutant: Sendable {
  public enum Kind: Sendable {
    /// The monitor's own code.
    case monitor(Mutation)
    /// A model of a device.
    case device(DeviceMutation)
    /// The description's monitor block, changed.
    case map(InstructionSet)
    /// The description's instructions, one of them changed.
    case instruction(InstructionSet, index: Int)
  }
  public var name: String
  public var kind: Kind
}

/// What became of a mutant.
public struct MutantResult: Sendable {
  public var name: String
  /// The check that noticed it; nil if none did.
  public var caughtBy: String?
}

/// All mutants that make sense for a machine.
public enum MutantCatalogue {
  public static func mutants(of isa: InstructionSet) -> [Mutant] {
    monitorMutants(isa) + deviceMutants(isa) + mapMutants(isa) + guardMutants(isa)
  }

  // MARK: Of the monitor

  private static func monitorMutants(_ isa: InstructionSet) -> [Mutant] {
    guard let map = isa.monitor else { return [] }
    return Mutation.allCases.filter { applies($0, to: isa, map) }.map {
      Mutant(name: "the monitor \($0.rawValue)", kind: .monitor($0))
    }
  }

  /// Whether a mistake can show on a machine at all.
  private static func applies(
    _ mutation: Mutation, to isa: InstructionSet, _ map: MonitorMap
  ) -> Bool {
    let isPaged = map.install != nil
    switch mutation {
    case .keepsStaleMappings, .mapsNextPage: return isPaged
    case .losesPages, .keepsWindows: return isPaged
    case .mapsTables:
      return isPaged && isa.memories.contains { $0.translate.map(readsStorage) ?? false }
    case .forgetsToRecord: return isPaged && isa.recordsAccesses
    case .forgetsAttached:
      return map.elements.contains {
        if case .attached = $0.standing { true } else { false }
      }
    case .doesNotPreempt: return map.preempt != nil
    case .interruptsTwice: return !isa.interrupts.isEmpty
    case .forgetsReflection:
      return isa.instructions.contains { $0.forms.contains { !$0.program.isRestartable } }
    case .virtualTimeStandsStill, .countsExitsAsTime, .swallowsCalls, .leaksMode,
      .forgetsToCopyBack,
      .forgetsRecovery:
      return true
    case .allotsTooMuch: return !isPaged
    case .keepsMap: return true
    }
  }

  private static func readsStorage(_ program: Program) -> Bool {
    var found = false
    program.forEachStatement { if case .load = $0.kind { found = true } }
    return found
  }

  // MARK: Of devices

  private static func deviceMutants(_ isa: InstructionSet) -> [Mutant] {
    guard isa.devices.contains(where: { $0.model == "s360-channels" }) else { return [] }
    return DeviceMutation.allCases.map {
      Mutant(name: "a channel \($0.rawValue)", kind: .device($0))
    }
  }

  // MARK: Of the monitor block

  /// Leaves one write of one program of the block out.
  private static func mapMutants(_ isa: InstructionSet) -> [Mutant] {
    guard let map = isa.monitor else { return [] }
    var mutants: [Mutant] = []
    func vary(_ name: String, _ program: Program?, _ set: (inout MonitorMap, Program) -> Void) {
      guard let program else { return }
      for index in 0..<program.writeCount {
        guard let (mutated, what) = program.withoutWrite(index, isa) else { continue }
        var machine = isa
        var block = map
        set(&block, mutated)
        machine.monitor = block
        mutants.append(Mutant(name: "\(name) does not write \(what)", kind: .map(machine)))
      }
    }
    vary("the map", map.map) { $0.map = $1 }
    vary("start", map.start) { $0.start = $1 }
    vary("install", map.install) { $0.install = $1 }
    vary("remove", map.remove) { $0.remove = $1 }
    vary("flush", map.flush) { $0.flush = $1 }
    vary("preempt", map.preempt) { $0.preempt = $1 }
    vary("resume", map.resume) { $0.resume = $1 }
    for (index, recovery) in map.recoveries.enumerated() {
      vary("recover \(isa.entries[recovery.entry].name)", recovery.program) {
        $0.recoveries[index].program = $1
      }
    }
    return mutants
  }

  // MARK: Of instructions

  /// Drops the guards of privileged instructions, a few of them.
  private static func guardMutants(_ isa: InstructionSet) -> [Mutant] {
    var mutants: [Mutant] = []
    for (index, instruction) in isa.instructions.enumerated() {
      var machine = isa
      var isChanged = false
      for form in instruction.forms.indices {
        if let program = instruction.forms[form].program.withoutPrivilegeTraps() {
          machine.instructions[index].forms[form].program = program
          isChanged = true
        }
      }
      if isChanged {
        mutants.append(
          Mutant(
            name: "\(instruction.id) does not ask for the mode",
            kind: .instruction(machine, index: index)))
      }
      if mutants.count == 12 { break }
    }
    return mutants
  }
}

extension Program {
  /// Register writes and stores, loops and branches included.
  var writeCount: Int {
    var count = 0
    forEachStatement {
      switch $0.kind {
      case .write, .store: count += 1
      default: break
      }
    }
    return count
  }

  /// The program without the write of some number, and what it would have written.
  func withoutWrite(_ number: Int, _ isa: InstructionSet) -> (Program, what: String)? {
    var left = number
    var what: String?
    func strip(_ statements: [Statement]) -> [Statement] {
      statements.compactMap { statement in
        var statement = statement
        switch statement.kind {
        case .write(let register, _, let low, let width, _):
          defer { left -= 1 }
          if left == 0 {
            what = Program.name(register, low, width, isa)
            return nil
          }
        case .store(let access, _):
          defer { left -= 1 }
          if left == 0 {
            let place = constantValue(access.address).map { "[\($0)]" } ?? ""
            what = isa.memories[Int(access.memory)].name + place
            return nil
          }
        case .branch(let condition, let then, let otherwise):
          statement.kind = .branch(condition, then: strip(then), otherwise: strip(otherwise))
        case .loop(let condition, let bound, let body):
          statement.kind = .loop(condition: condition, bound: bound, body: strip(body))
        default: break
        }
        return statement
      }
    }
    var program = self
    program.body = strip(body)
    return what.map { (program, $0) }
  }

  private static func name(
    _ register: RegisterID, _ low: Int, _ width: Int, _ isa: InstructionSet
  ) -> String {
    let declared = isa.registers[Int(register)]
    if width == declared.width { return declared.name }
    if let field = declared.fields.first(where: { $0.low == low && $0.width == width }) {
      return "\(declared.name).\(field.name)"
    }
    return "bits of \(declared.name)"
  }

  /// The program without traps of the class `privilege`; nil if it has none.
  func withoutPrivilegeTraps() -> Program? {
    var isChanged = false
    func strip(_ statements: [Statement]) -> [Statement] {
      statements.compactMap { statement in
        var statement = statement
        switch statement.kind {
        case .trap(_, .privilege, _):
          isChanged = true
          return nil
        case .branch(let condition, let then, let otherwise):
          statement.kind = .branch(condition, then: strip(then), otherwise: strip(otherwise))
        case .loop(let condition, let bound, let body):
          statement.kind = .loop(condition: condition, bound: bound, body: strip(body))
        default: break
        }
        return statement
      }
    }
    var program = self
    program.body = strip(body)
    return isChanged ? program : nil
  }
}
