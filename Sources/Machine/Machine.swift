import ISACore

public struct Snapshot: Sendable { var position: Int }
public struct PreparedProgram: Sendable { var index: Int }
public enum EvaluationOutcome: Equatable, Sendable {
  case completed(UInt128)
  case trapped(TrapID, TrapClass, arguments: [UInt128])
}

/// One processor with its registers and memories.
public final class Machine {
  public let isa: InstructionSet
  public let decoder: Decoder
  public init(_ isa: InstructionSet, choices: [ChoiceID: UInt128] = [:]) {
    self.isa = isa
    self.decoder = Decoder(isa)
  }
  public var openness: OpennessPolicy = .zeros
  public var isTracing = false
  public var accesses: [AccessRecord] = []
  public var retired: UInt64 { 0 }
  public var openValues: UInt64 { 0 }
  public var lastInstruction: LastInstruction { fatalError() }
  public func register(_ register: RegisterID, _ element: Int = 0) -> UInt128 { 0 }
  public func setRegister(_ register: RegisterID, _ element: Int = 0, _ value: UInt128) {}
  public func unit(_ memory: MemoryID, _ address: UInt64) -> UInt128 { 0 }
  public func setUnit(_ memory: MemoryID, _ address: UInt64, _ value: UInt128) {}
  public func clear() {}
  public func reset() {}
  public func snapshot() -> Snapshot { Snapshot(position: 0) }
  public func restore(_ snapshot: Snapshot) {}
  public func discard(_ snapshot: Snapshot) {}
  public func changes(since snapshot: Snapshot) -> [StateChange] { [] }
  public func step() -> StepOutcome { .retired }
  public func run(limit: UInt64) -> RunResult { fatalError() }
  public func execute(
    form: FormReference, fields: [UInt128], contexts: [UInt128] = [], length: Int
  ) -> ExecutionOutcome { .retired }
  public func prepare(_ program: Program) -> PreparedProgram { PreparedProgram(index: 0) }
  public func evaluate(_ program: PreparedProgram, parameters: [UInt128] = []) -> EvaluationOutcome
  { .completed(0) }
}
