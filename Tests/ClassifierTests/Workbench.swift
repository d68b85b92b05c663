import ISACore

@testable import Classifier

/// A machine built by hand: a mode, a relocation register, a bound, a resource, a timer, four
/// general registers and storage behind a translation.
struct Workbench {
  static let gr: RegisterID = 0
  static let psw: RegisterID = 1
  static let mask: RegisterID = 2
  static let clock: RegisterID = 3
  static let code: MemoryID = 0
  static let storage: MemoryID = 1

  static let mode = (low: 0, width: 1)
  static let base = (low: 1, width: 8)
  static let bound = (low: 9, width: 8)
  static let cc = (low: 17, width: 2)

  var isa: InstructionSet

  init() {
    isa = InstructionSet(
      id: "bench", name: "Bench",
      fetch: Fetch(memory: Workbench.code, program: Program(), chunk: 1, span: .none))
    isa.registers = [
      Register(
        name: "gr", count: 4, isFile: true, width: 8, fields: [], role: .plain, span: .none),
      Register(
        name: "psw", count: 1, isFile: false, width: 19,
        fields: [
          RegisterField(name: "m", low: 0, width: 1, role: .mode, values: []),
          RegisterField(name: "base", low: 1, width: 8, role: .map, values: []),
          RegisterField(name: "bound", low: 9, width: 8, role: .map, values: []),
          RegisterField(name: "cc", low: 17, width: 2, role: .plain, values: []),
        ], role: .plain, span: .none),
      Register(
        name: "mask", count: 1, isFile: false, width: 8, fields: [], role: .resource, span: .none),
      Register(
        name: "clock", count: 1, isFile: false, width: 8, fields: [], role: .timer, span: .none),
    ]
    isa.memories = [
      Memory(
        name: "code", addressWidth: 8, unitWidth: 8, role: .plain, size: 256, translate: nil,
        granule: 1, regions: [], span: .none),
      Memory(
        name: "storage", addressWidth: 8, unitWidth: 8, role: .plain, size: 256,
        translate: Workbench.translate, granule: 1, regions: [], span: .none),
    ]
    isa.entries = [Entry(name: "entry", program: Program(), citations: [], span: .none)]
    isa.traps = ["bounds", "privileged", "specification", "call"].map {
      Trap(
        name: $0, entry: 0, arguments: Program(), entryArguments: [], label: nil, citations: [],
        span: .none)
    }
    func mode(_ value: UInt128) -> [StateEquality] {
      [
        StateEquality(
          register: Workbench.psw, element: 0, low: 0, width: 1, value: value,
          text: "psw.m == \(value)")
      ]
    }
    isa.modePairs = [
      ModePair(name: "m", user: mode(1), supervisor: mode(0), span: .none)
    ]
    var shift = ProgramBuilder()
    let x = shift.newParameter("x", width: 8)
    let old = shift.read(Workbench.psw, low: 1, width: 8)
    let distance = shift.local(x)
    let new = shift.binary(.add, old, distance)
    shift.program.body = [
      Statement(.write(Workbench.psw, index: nil, low: 1, width: 8, value: new))
    ]
    isa.shift = shift.program
  }

  /// base + address, for addresses below the bound.
  private static var translate: Program {
    var builder = ProgramBuilder()
    let address = builder.newParameter("address", width: 8)
    _ = builder.newParameter("intent", width: 2)
    let result = builder.newLocal("real", width: 8)
    let limit = builder.read(psw, low: bound.low, width: 8)
    let isBeyond = builder.binary(.ule, limit, builder.local(address))
    let real = builder.binary(
      .add, builder.local(address), builder.read(psw, low: base.low, width: 8))
    builder.program.body = [
      Statement(
        .branch(isBeyond, then: [Statement(.trap(0, .memory, arguments: []))], otherwise: [])),
      Statement(.assign(result, real)),
    ]
    builder.program.result = result
    return builder.program
  }

  /// Adds an instruction with fields of these widths; eight bits in all are left for them.
  mutating func add(
    _ id: String, fields: [(String, Int)] = [], _ build: (inout ProgramBuilder) -> [Statement]
  ) {
    var builder = ProgramBuilder()
    builder.program.body = build(&builder)
    var segments: [Encoding.Segment] = [
      .fixed(UInt128(isa.instructions.count), width: 8)
    ]
    for (index, field) in fields.enumerated() { segments.append(.field(index, width: field.1)) }
    let used = segments.reduce(0) { $0 + $1.width }
    segments.append(.ignored(width: 16 - used))
    isa.instructions.append(
      Instruction(
        id: id, mnemonic: id, title: id, citations: [],
        forms: [
          Form(
            name: "",
            encoding: Encoding(
              segments: segments, constraints: [], overrides: [], span: .none),
            fields: fields.map {
              EncodingField(name: $0.0, width: $0.1, isLittleEndian: false)
            }, syntax: SyntaxTemplate(mnemonic: id, operands: []), program: builder.program)
        ], expectations: [], tests: [], chapter: "bench", span: .none))
  }

  func verdict(_ id: String, options: Classifier.Options = .init()) -> Verdict {
    classification(id, options: options).verdict
  }

  func classification(
    _ id: String, options: Classifier.Options = .init()
  ) -> InstructionClassification {
    let result = Classifier(isa, options: options).classify()
    return result.instructions.first { isa.instructions[$0.instruction].id == id }!
  }

  // MARK: Pieces of programs

  /// Traps `privileged_operation` in user mode.
  static func privileged(_ builder: inout ProgramBuilder) -> Statement {
    let isUser = builder.read(psw, low: 0, width: 1)
    return Statement(
      .branch(isUser, then: [Statement(.trap(1, .privilege, arguments: []))], otherwise: []))
  }

  static func read(_ register: Int, _ builder: inout ProgramBuilder) -> ExpressionID {
    let index = builder.constant(UInt128(register), width: 2)
    return builder.read(gr, low: 0, width: 8, index: index)
  }

  static func write(
    _ register: Int, _ value: ExpressionID, _ builder: inout ProgramBuilder
  ) -> Statement {
    let index = builder.constant(UInt128(register), width: 2)
    return Statement(.write(gr, index: index, low: 0, width: 8, value: value))
  }
}

extension Answer {
  /// The prover that proved it, if it is proved.
  var provedBy: Prover? {
    if case .proved(let prover) = self { prover } else { nil }
  }

  /// The witness, if it is refuted.
  var witness: Witness? {
    if case .refuted(let witness, _) = self { witness } else { nil }
  }
}
