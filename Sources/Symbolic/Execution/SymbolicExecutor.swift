import ISACore
import Terms

/// Runs programs on symbolic states: both arms of every branch, merged where they meet.
public struct SymbolicExecutor {
  public let isa: InstructionSet
  public let layout: StateLayout
  public let arena: TermArena
  public var model: MemoryModel
  public var limits: SymbolicLimits
  /// Translate in this state instead of the program's own; kept addresses are always let through.
  public var translation: SymbolicTranslation?
  /// Ask, before a long arm of a branch is followed, whether there is a state that comes there.
  public var leavesOutWhatCannotBe = false

  public init(
    _ isa: InstructionSet, arena: TermArena, model: MemoryModel = .exact,
    limits: SymbolicLimits = SymbolicLimits()
  ) {
    self.isa = isa
    self.layout = StateLayout(isa)
    self.arena = arena
    self.model = model
    self.limits = limits
  }

  /// Everything that `program` does from `state`.
  ///
  /// - Parameters:
  ///   - parameters: values of the program's parameters, in order.
  ///   - openNames: put in front of the names of values left open.
  /// - Throws: `SymbolicFailure.tooLarge` when a limit is reached.
  public func run(
    _ program: Program, parameters: [Term] = [], inputs: SymbolicInputs, state: SymbolicState,
    openNames: String = "any"
  ) throws(SymbolicFailure) -> SymbolicOutcome {
    let execution = Execution(self, inputs: inputs, openNames: openNames)
    let frame = Frame(program)
    var path = Path(
      state: state, locals: execution.locals(of: program, parameters), condition: arena.yes)
    try execution.run(program.body, in: frame, on: &path, depth: 0)
    return SymbolicOutcome(
      retires: path.condition, traps: execution.traps, performs: execution.performs,
      state: path.state, result: program.result.map { path.locals[Int($0)] },
      openValues: execution.openValues, assumptions: execution.assumptions)
  }
}

/// Which addresses a program may reach, where that is not for its own state to say: a monitor maps
/// what its guest's translation lets through.
public struct SymbolicTranslation: Sendable {
  public var state: SymbolicState
  /// Virtual addresses that are let through whatever the state says.
  public var kept: [MemoryID: [ClosedRange<UInt64>]]

  public init(state: SymbolicState, kept: [MemoryID: [ClosedRange<UInt64>]]) {
    self.state = state
    self.kept = kept
  }
}
