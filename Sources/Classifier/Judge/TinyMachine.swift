import ISACore

/// A machine of a few bits of state, small enough to look at all of it.
struct TinyMachine: Sendable {
  /// A named piece of register state.
  struct Piece: Sendable {
    var register: RegisterID
    var element: Int
    var low: Int
    var width: Int
    var role: Role
  }

  var isa: InstructionSet
  /// Everything instructions may name.
  var pieces: [Piece]
}

/// Makes random tiny machines whose instructions are guards, silent no-ops, reads and writes of
/// every role, translated and real accesses, and combinations of these that cancel out.
struct TinyMachineGenerator {
  var random: SeededGenerator
  private var isa: InstructionSet
  private var pieces: [TinyMachine.Piece] = []
  /// Bits of enumerable state so far.
  private var bits = 0

  private static let code: MemoryID = 0
  private static let storage: MemoryID = 1

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    isa = InstructionSet(
      id: "tiny", name: "Tiny machine \(seed)",
      fetch: Fetch(
        memory: TinyMachineGenerator.code, program: Program(), chunk: 1, span: .none))
  }

  mutating func machine() -> TinyMachine {
    makeState()
    if chance(15) { makeChoice() }
    if chance(30) { isa.endianness = .little }
    makeStorage()
    makeTraps()
    makeConditions()
    for index in 0..<(2 + random.below(2)) { makeInstruction(index) }
    makeMonitor()
    return TinyMachine(isa: isa, pieces: pieces)
  }

  private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

  // MARK: State

  private mutating func makeState() {
    var fields: [(String, Int, Role)] = [("m", 1, .mode)]
    if chance(10) { fields[0].1 = 2 }
    if chance(75) { fields.append(("base", 1 + random.below(2), .map)) }
    if chance(30) { fields.append(("bound", 1, .map)) }
    if chance(70) { fields.append(("q", 1, .resource)) }
    if chance(20) { fields.append(("p", 1, .resource)) }
    if chance(35) { fields.append(("t", 1, .timer)) }
    if chance(30) { fields.append(("d", 1, .device)) }
    if chance(25) { fields.append(("ia", 1, .pc)) }
    add("r", width: 1 + random.below(2), count: 1, role: .plain)
    if chance(20) { add("file", width: 1, count: 2, role: .plain) }
    if chance(10) { add("keys", width: 1, count: 2, role: chance(50) ? .map : .resource) }
    if chance(50) {
      addStatusWord(fields)
    } else {
      for (name, width, role) in fields { add(name, width: width, count: 1, role: role) }
    }
    let mode = pieces.first { $0.role == .mode }!
    // The pair may leave a bit of the mode to either side.
    let width = chance(50) ? mode.width : 1
    func equality(_ value: UInt128) -> StateEquality {
      StateEquality(
        register: mode.register, element: 0, low: mode.low, width: width, value: value,
        text: "m == \(value)")
    }
    isa.modePairs = [
      ModePair(name: "m", user: [equality(1)], supervisor: [equality(0)], span: .none)
    ]
  }

  private mutating func add(_ name: String, width: Int, count: Int, role: Role) {
    let id = RegisterID(isa.registers.count)
    isa.registers.append(
      Register(
        name: name, count: count, isFile: count > 1, width: width, fields: [], role: role,
        span: .none))
    for element in 0..<count {
      pieces.append(
        .init(register: id, element: element, low: 0, width: width, role: role))
    }
    bits += width * count
  }

  /// One register whose fields carry the roles, like a PSW.
  private mutating func addStatusWord(_ fields: [(String, Int, Role)]) {
    let id = RegisterID(isa.registers.count)
    var low = 0
    var layout: [RegisterField] = []
    for (name, width, role) in fields {
      layout.append(RegisterField(name: name, low: low, width: width, role: role, values: []))
      pieces.append(.init(register: id, element: 0, low: low, width: width, role: role))
      low += width
    }
    isa.registers.append(
      Register(
        name: "psw", count: 1, isFile: false, width: low, fields: layout, role: .plain,
        span: .none))
    bits += low
  }

  /// Something that an implementation decides once.
  private mutating func makeChoice() {
    isa.choices = [
      Choice(
        name: "c", width: 1, defaultValue: UInt128(random.below(2)), values: [0, 1], text: "",
        citations: [], span: .none)
    ]
  }

  private mutating func makeStorage() {
    isa.memories.append(
      Memory(
        name: "code", addressWidth: 2, unitWidth: 8, role: .plain, size: 4, translate: nil,
        granule: 1, regions: [], span: .none))
    let addressWidth = bits <= 7 && chance(70) ? 2 : 1
    var storage = Memory(
      name: "storage", addressWidth: addressWidth, unitWidth: 1, role: .plain,
      size: UInt64(1) << UInt64(addressWidth), translate: nil, granule: 1, regions: [],
      span: .none)
    if addressWidth == 2, chance(15) { storage.size = 3 }
    if chance(15) {
      let role: Role = [.timer, .resource, .device, .map][random.below(4)]
      storage.regions = [
        Region(
          name: "cell", first: storage.size - 1, last: storage.size - 1, role: role, span: .none)
      ]
    }
    if chance(85) { storage.translate = makeTranslation(addressWidth) }
    isa.memories.append(storage)
    if let base = pieces.first(where: { $0.role == .map && $0.width > 0 }), chance(85) {
      isa.shift = makeShift(base)
    }
  }

  /// How the base moves.
  private mutating func makeShift(_ base: TinyMachine.Piece) -> Program {
    var builder = ProgramBuilder()
    let x = builder.newParameter("x", width: base.width)
    let index = isa.registers[Int(base.register)].isFile ? builder.constant(0, width: 1) : -1
    let old = builder.read(base.register, low: base.low, width: base.width, index: index)
    let distance = builder.local(x)
    let new = builder.binary(chance(85) ? .add : .xor, old, distance)
    builder.program.body = [
      Statement(
        .write(
          base.register, index: index < 0 ? nil : index, low: base.low, width: base.width,
          value: new))
    ]
    return builder.program
  }

  private mutating func makeTranslation(_ width: Int) -> Program {
    var builder = ProgramBuilder()
    let address = builder.newParameter("address", width: width)
    let intent = builder.newParameter("intent", width: 2)
    let result = builder.newLocal("real", width: width)
    builder.program.result = result
    var body: [Statement] = []
    func read(_ role: Role) -> ExpressionID? {
      guard let piece = pieces.first(where: { $0.role == role && $0.element == 0 }),
        !isa.registers[Int(piece.register)].isFile
      else { return nil }
      let value = builder.read(piece.register, low: piece.low, width: piece.width)
      return builder.resized(value, to: width)
    }
    if chance(40) {
      let subject = chance(60) ? builder.local(address) : read(.map) ?? builder.local(address)
      var refused = builder.binary(
        .ule, builder.constant(UInt128(random.below(1 << width)), width: width), subject)
      if chance(40) {
        let isStore = builder.binary(.eq, builder.local(intent), builder.constant(2, width: 2))
        refused = builder.binary(.and, refused, isStore)
      }
      if chance(30), let mode = pieces.first(where: { $0.role == .mode }) {
        let user = builder.binary(
          .eq, builder.read(mode.register, low: mode.low, width: mode.width),
          builder.constant(1, width: mode.width))
        refused = builder.binary(.and, refused, user)
      }
      body.append(
        Statement(
          .branch(
            refused, then: [Statement(.trap(0, .memory, arguments: []))], otherwise: [])))
    }
    var value = builder.local(address)
    if let base = read(.map), chance(85) {
      let op: Operator = [.add, .add, .add, .xor, .or, .sub][random.below(6)]
      let moved = builder.binary(op, value, base)
      if chance(12), let switchBit = read(chance(50) ? .resource : .mode) {
        value = builder.ite(
          builder.node(.extract, width: 1, switchBit, 0), moved, value)
      } else {
        value = moved
      }
    }
    body.append(Statement(.assign(result, value)))
    builder.program.body = body
    return builder.program
  }

  private mutating func makeTraps() {
    isa.entries = [Entry(name: "entry", program: Program(), citations: [], span: .none)]
    for name in ["memory", "privilege", "program", "call"] {
      isa.traps.append(
        Trap(
          name: name, entry: 0, arguments: Program(), entryArguments: [], label: nil,
          citations: [], span: .none))
    }
  }

  /// At times an invariant, at times something a monitor could set up.
  private mutating func makeConditions() {
    if chance(20), let piece = pieces.filter({ $0.role != .mode }).randomElement(using: &random) {
      isa.invariants.append(condition("invariant", on: piece))
    }
    for index in 0..<2 where chance(30) {
      if let piece = pieces.filter({ $0.role == .resource }).randomElement(using: &random) {
        isa.assumptions.append(condition("assumption\(index)", on: piece))
      }
    }
  }

  /// Two small machines in three run guests: what may stand in a monitor's own bits beside each
  /// virtual state is looked at too. A memory with a gap could not be told from a smaller one.
  private mutating func makeMonitor() {
    let storage = isa.memories[Int(TinyMachineGenerator.storage)]
    guard chance(67), bits <= 6, storage.size == UInt64(1) << UInt64(storage.addressWidth) else {
      return
    }
    var writer = TinyMonitorWriter(
      isa: isa, pieces: pieces, storage: TinyMachineGenerator.storage, random: random)
    isa.monitor = writer.monitor()
  }

  private mutating func condition(_ name: String, on piece: TinyMachine.Piece) -> Condition {
    var builder = ProgramBuilder()
    let result = builder.newLocal("holds", width: 1)
    let isFile = isa.registers[Int(piece.register)].isFile
    let index = isFile ? builder.constant(UInt128(piece.element), width: 1) : -1
    let value = UInt128(random.below(1 << piece.width))
    let read = builder.read(piece.register, low: piece.low, width: piece.width, index: index)
    let holds = builder.binary(.eq, read, builder.constant(value, width: piece.width))
    builder.program.body = [Statement(.assign(result, holds))]
    builder.program.result = result
    let equality = StateEquality(
      register: piece.register, element: piece.element, low: piece.low, width: piece.width,
      value: value, text: name)
    return Condition(
      name: name, program: builder.program, text: name,
      equalities: chance(50) ? [equality] : nil, citations: [], span: .none)
  }

  // MARK: Instructions

  private mutating func makeInstruction(_ index: Int) {
    let widths = (0..<random.below(3)).map { _ in 1 }
    let fields = widths.enumerated().map {
      EncodingField(name: "f\($0.offset)", width: $0.element, isLittleEndian: false)
    }
    var segments: [Encoding.Segment] = [.fixed(UInt128(index), width: 4)]
    for (field, width) in widths.enumerated() { segments.append(.field(field, width: width)) }
    let used = segments.reduce(0) { $0 + $1.width }
    if used < 8 { segments.append(.ignored(width: 8 - used)) }
    var constraints: [FieldConstraint] = []
    if !fields.isEmpty, chance(10) {
      constraints.append(
        FieldConstraint(subject: .field(0), isEqual: chance(50), value: 1))
    }
    var writer = TinyProgramWriter(
      isa: isa, pieces: pieces, fields: widths, storage: TinyMachineGenerator.storage,
      random: random)
    let program = writer.program()
    random = writer.random
    let form = Form(
      name: "",
      encoding: Encoding(
        segments: segments, constraints: constraints, overrides: [], span: .none),
      fields: fields, syntax: SyntaxTemplate(mnemonic: "I\(index)", operands: []),
      program: program)
    isa.instructions.append(
      Instruction(
        id: "I\(index)", mnemonic: "I\(index)", title: "Instruction \(index)", citations: [],
        forms: [form], expectations: [], tests: [], chapter: "tiny", span: .none))
  }
}
