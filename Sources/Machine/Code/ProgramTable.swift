import ISACore

typealias ProgramPointer = UnsafeMutablePointer<CompiledProgram>

/// The compiled programs of one machine. What every step needs is compiled at once, the
/// semantics of a form when it is first executed.
struct ProgramTable: ~Copyable {
  /// A program that computes the arguments of another.
  struct Supplier {
    var program: ProgramPointer
    /// The locals that hold the arguments, in order.
    var arguments: [Slot]

    /// The arguments, once the program has run.
    var values: [UInt128] { arguments.map { $0.value(in: program.pointee.frame) } }
  }

  private let target: ProgramCompiler.Target
  private let fieldWidths: [[[Int]]]
  /// Position of an instruction's first form in `forms`.
  private let firstForms: [Int]
  private let forms: UnsafeMutablePointer<ProgramPointer?>
  private let formCount: Int
  private var owned: [ProgramPointer] = []

  let fetch: ProgramPointer
  let contexts: [ProgramPointer]
  let entries: [ProgramPointer]
  /// By trap: what its entry sequence is given.
  let trapArguments: [Supplier]
  /// In order of priority.
  let interrupts: [(index: Int, condition: ProgramPointer, arguments: Supplier, trap: TrapID)]
  let ticks: [ProgramPointer]
  /// One bit: the processor waits.
  let wait: ProgramPointer?
  private(set) var prepared: [ProgramPointer] = []

  init(_ isa: InstructionSet, choices: [ChoiceID: UInt128], registers: [RegisterStorage.Layout]) {
    let target = ProgramCompiler.Target(
      registers: registers, contexts: isa.contexts.map(\.width),
      unitWidths: isa.memories.map(\.unitWidth),
      changesInTranslation: isa.memories.map {
        $0.translate.map { ProgramTable.changesState($0) } ?? false
      },
      choices: isa.choices.indices.map {
        choices[ChoiceID($0)] ?? isa.choices[$0].defaultValue
      })
    var owned: [ProgramPointer] = []
    func compile(_ program: Program, outputs: [LocalID] = []) -> ProgramPointer {
      let pointer = ProgramTable.compile(program, for: target, .init(outputs: outputs))
      owned.append(pointer)
      return pointer
    }
    func supplier(_ program: Program, _ locals: [LocalID]) -> Supplier {
      let pointer = compile(program, outputs: locals)
      return Supplier(
        program: pointer, arguments: locals.map { pointer.pointee.locals[Int($0)] })
    }

    self.target = target
    fieldWidths = isa.instructions.map { $0.forms.map { $0.fields.map(\.width) } }
    var next = 0
    firstForms = isa.instructions.map { instruction in
      defer { next += instruction.forms.count }
      return next
    }
    formCount = next
    forms = .allocate(capacity: max(1, next))
    forms.initialize(repeating: nil, count: max(1, next))

    fetch = compile(isa.fetch.program)
    contexts = isa.contexts.map { compile($0.initial) }
    entries = isa.entries.map { compile($0.program) }
    trapArguments = isa.traps.map { supplier($0.arguments, $0.entryArguments) }
    interrupts = isa.interrupts.enumerated()
      .sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }
      .map { index, interrupt in
        (
          index, compile(interrupt.condition),
          supplier(interrupt.arguments, interrupt.argumentLocals), interrupt.trap
        )
      }
    ticks = isa.ticks.map { compile($0.program) }
    wait = isa.wait.map { compile($0) }
    for (entry, pointer) in zip(isa.entries, entries) {
      pointer.pointee.touchesDevice = entry.program.writesDevice(of: isa)
    }
    self.owned = owned
  }

  deinit {
    for program in owned { Core.release(program) }
    forms.deallocate()
  }

  /// Compiles a program; the caller owns it.
  private static func compile(
    _ program: Program, for target: ProgramCompiler.Target,
    _ options: ProgramCompiler.Options = .init()
  ) -> ProgramPointer {
    let pointer = ProgramPointer.allocate(capacity: 1)
    pointer.initialize(to: ProgramCompiler.compile(program, for: target, options: options))
    return pointer
  }

  /// Compiles a `translate` program for one intent; the caller owns it.
  func compileTranslation(_ program: Program, intent: Intent) -> ProgramPointer {
    var options = ProgramCompiler.Options(forcesReal: true)
    if program.parameters.count > 1 {
      options.known[program.parameters[1]] = UInt128(intent.rawValue)
    }
    return ProgramTable.compile(program, for: target, options)
  }

  /// Whether a program writes registers or memory.
  private static func changesState(_ program: Program) -> Bool {
    var pending = program.body
    while let statement = pending.popLast() {
      switch statement.kind {
      case .write, .store: return true
      case .branch(_, let then, let otherwise):
        pending += then
        pending += otherwise
      case .loop(_, _, let body): pending += body
      default: break
      }
    }
    return false
  }

  /// The semantics of a form.
  @inline(__always)
  mutating func form(_ reference: FormReference, of isa: InstructionSet) -> ProgramPointer {
    forms[firstForms[reference.instruction] + reference.form] ?? compileForm(reference, of: isa)
  }

  @inline(never)
  private mutating func compileForm(
    _ reference: FormReference, of isa: InstructionSet
  ) -> ProgramPointer {
    let pointer = ProgramTable.compile(
      isa.instructions[reference.instruction].forms[reference.form].program, for: target,
      .init(fieldWidths: fieldWidths[reference.instruction][reference.form]))
    pointer.pointee.touchesDevice = isa.instructions[reference.instruction]
      .forms[reference.form].program.writesDevice(of: isa)
    owned.append(pointer)
    forms[firstForms[reference.instruction] + reference.form] = pointer
    return pointer
  }

  /// Compiles a program for later use; the result indexes `prepared`.
  mutating func prepare(_ program: Program) -> Int {
    let pointer = ProgramTable.compile(program, for: target)
    owned.append(pointer)
    prepared.append(pointer)
    return prepared.count - 1
  }
}
