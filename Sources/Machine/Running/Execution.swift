import ISACore

/// Running single pieces of a description on the current state.
extension Machine {
  /// Runs the semantics of one form, without fetch, without entry sequence and without time.
  ///
  /// - Parameters:
  ///   - fields: values of the form's encoding fields; missing ones are zero.
  ///   - contexts: decode-time variables; missing ones are zero.
  ///   - length: addressable units of the instruction.
  public func execute(
    form: FormReference, fields: [UInt128], contexts: [UInt128] = [], length: Int
  ) -> ExecutionOutcome {
    beginChange()
    let program = programs.form(form, of: isa)
    fillInputs(of: program, fields: fields, contexts: contexts, length: length)
    core.zeroLocals(of: program)
    switch core.interpret(program) {
    case .completed: return .retired
    case .trapped:
      return .trapped(core.trap, core.trapClass, arguments: core.trapArguments)
    case .performs:
      return .performs(
        bits: core.performedBits, width: core.performedWidth, nested: core.nestedTrap)
    }
  }

  /// Puts fields, contexts and length where the program looks for them.
  func fillInputs(
    of program: ProgramPointer, fields: [UInt128], contexts: [UInt128], length: Int
  ) {
    let frame = program.pointee.frame
    let isaFields = program.pointee.fields
    for index in isaFields.indices {
      isaFields[index].set(index < fields.count ? fields[index] : 0, in: frame)
    }
    let isaContexts = program.pointee.contexts
    for index in isaContexts.indices {
      isaContexts[index].set(index < contexts.count ? contexts[index] : 0, in: frame)
    }
    frame[Int(program.pointee.length.offset)] = UInt64(length)
  }

  // MARK: Other programs

  /// A program made ready to run on one machine.
  public struct PreparedProgram: Sendable, Hashable {
    fileprivate var index: Int
  }

  /// How a program other than a form ended.
  public enum EvaluationOutcome: Equatable, Sendable {
    /// The value of its result local; 0 if it has none.
    case completed(UInt128)
    case trapped(TrapID, TrapClass, arguments: [UInt128])
  }

  /// Compiles a program of the description, or one written against it, for `evaluate`.
  public func prepare(_ program: Program) -> PreparedProgram {
    PreparedProgram(index: programs.prepare(program))
  }

  /// Runs a program on the current state: an invariant, a `shift`, a function.
  public func evaluate(
    _ prepared: PreparedProgram, parameters: [UInt128] = []
  ) -> EvaluationOutcome {
    beginChange()
    let program = programs.prepared[prepared.index]
    switch core.run(program, parameters: parameters) {
    case .completed, .performs:
      return .completed(program.pointee.result?.value(in: program.pointee.frame) ?? 0)
    case .trapped:
      return .trapped(core.trap, core.trapClass, arguments: core.trapArguments)
    }
  }

  /// Whether a one-bit condition, such as an invariant, holds in the current state.
  public func holds(_ condition: PreparedProgram) -> Bool {
    evaluate(condition) == .completed(1)
  }

  /// The real address that a virtual one stands for, or the trap that its translation raises.
  ///
  /// - Parameter records: whether the tables are marked, as by an access; else nothing changes.
  public func translate(
    _ memory: MemoryID, _ address: UInt64, intent: Intent, records: Bool = false
  ) -> EvaluationOutcome {
    beginChange()
    core.isRecording = records
    core.hasRecorded = false
    defer { core.isRecording = true }
    guard core.locate(Int(memory), address, units: 1, intent: intent, isReal: false) else {
      return .trapped(core.trap, core.trapClass, arguments: core.trapArguments)
    }
    return .completed(UInt128(core.realAddress))
  }

  /// Whether an access would go through and leave the tables of its translation as they are.
  public func isRecorded(_ memory: MemoryID, _ address: UInt64, intent: Intent) -> Bool {
    guard case .completed = translate(memory, address, intent: intent) else { return false }
    return !core.hasRecorded
  }
}
