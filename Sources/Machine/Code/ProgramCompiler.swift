import ISACore

/// Turns programs into flat code, one program at a time.
///
/// An expression is evaluated where the statement that uses it stands, unless its value is known
/// there: computed before on every path, with nothing it depends on changed since. Every node has
/// a slot of its own, so known values stay where they are.
struct ProgramCompiler {
  /// What a program is compiled against.
  struct Target {
    var registers: [RegisterStorage.Layout]
    /// Widths of `InstructionSet.contexts`.
    var contexts: [Int]
    /// Bits of a unit, by memory.
    var unitWidths: [Int]
    /// Whether a translated access may change registers, by memory.
    var changesInTranslation: [Bool]
    /// The value of each choice.
    var choices: [UInt128]
  }

  /// What is particular to one program.
  struct Options {
    /// Widths of the encoding fields it may mention.
    var fieldWidths: [Int] = []
    /// Locals that somebody reads when the program is complete, besides its result.
    var outputs: [LocalID] = []
    /// Parameters with the same value in every run.
    var known: [LocalID: UInt128] = [:]
    /// `translate` programs: whatever they load is real.
    var forcesReal = false
  }

  let target: Target
  let program: Program
  let options: Options
  let facts: NodeFacts
  /// Locals that are read when the program is complete.
  private let outputs: [LocalID]

  var code: [MicroOp] = []
  var trapSites: [TrapSite] = []
  private var frameCount = 0
  var fields: [Slot] = []
  var contexts: [Slot] = []
  var length = Slot(offset: 0, isWide: false)
  var locals: [Slot] = []
  private var constantSlots: [UInt128: Slot] = [:]
  private var constantImage: [(slot: Slot, value: UInt128)] = []

  /// The slot of a node that has been computed somewhere.
  var slots: [Slot?]
  private var ownSlots: [Slot?]
  /// The moment at which a node was computed; -1 where that is not certain to have happened.
  var computedAt: [Int]
  /// The moment at which something that the bit stands for last changed.
  private var changedAt = Array(repeating: 0, count: 64)
  private var now = 0
  /// Computed nodes in order; what is computed in a body that may be skipped is forgotten.
  private var computed: [ExpressionID] = []
  /// Locals that are set on every path to here.
  private var isSet: [Bool]
  private var setLocals: [LocalID] = []
  /// Locals that may be read before they are set: they start at zero.
  private var startsAtZero: [Bool]

  static func compile(
    _ program: Program, for target: Target, options: Options = Options()
  ) -> CompiledProgram {
    var compiler = ProgramCompiler(program, target, options)
    return compiler.compile()
  }

  private init(_ program: Program, _ target: Target, _ options: Options) {
    self.program = program
    self.target = target
    self.options = options
    outputs = options.outputs + (program.result.map { [$0] } ?? [])
    facts = NodeFacts(
      program, choices: target.choices, known: options.known, outputs: outputs)
    slots = Array(repeating: nil, count: program.nodes.count)
    ownSlots = slots
    computedAt = Array(repeating: -1, count: program.nodes.count)
    isSet = Array(repeating: false, count: program.locals.count)
    startsAtZero = isSet
  }

  private mutating func compile() -> CompiledProgram {
    fields = options.fieldWidths.map { allocate(width: $0) }
    contexts = target.contexts.map { allocate(width: $0) }
    length = allocate(width: 64)
    let inputCount = frameCount
    locals = program.locals.map { allocate(width: $0.width) }
    for parameter in program.parameters { isSet[Int(parameter)] = true }

    compile(program.body)
    emit(MicroOp(code: .end))
    for output in outputs { noteRead(of: output) }
    return finish(inputCount: inputCount)
  }

  private func finish(inputCount: Int) -> CompiledProgram {
    let codeMemory = UnsafeMutablePointer<MicroOp>.allocate(capacity: code.count)
    codeMemory.initialize(from: code, count: code.count)
    let frame = UnsafeMutablePointer<UInt64>.allocate(capacity: frameCount)
    frame.initialize(repeating: 0, count: frameCount)
    for (slot, value) in constantImage { slot.set(value, in: frame) }
    let zeroed = program.locals.indices.filter { startsAtZero[$0] }.flatMap { local in
      let slot = locals[local]
      return slot.isWide ? [slot.offset, slot.offset + 1] : [slot.offset]
    }
    let zeroMemory = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, zeroed.count))
    zeroMemory.initialize(from: zeroed, count: zeroed.count)
    let parameters = program.parameters.map { (locals[Int($0)], program.locals[Int($0)].width) }
    let result = program.result.map { locals[Int($0)] }
    return CompiledProgram(
      code: codeMemory, codeCount: code.count, frame: frame, frameCount: frameCount,
      inputCount: inputCount, zeroed: zeroMemory, zeroedCount: zeroed.count, fields: fields,
      contexts: contexts, length: length,
      parameters: parameters, result: result, address: parameters.first?.0.offset ?? -1,
      intent: parameters.dropFirst().first?.0.offset ?? -1, real: result?.offset ?? -1,
      locals: locals, trapSites: trapSites)
  }

  // MARK: The frame

  mutating func allocate(width: Int) -> Slot {
    let slot = Slot(offset: Int32(frameCount), isWide: width > 64)
    frameCount += slot.isWide ? 2 : 1
    return slot
  }

  /// A slot that always holds `value`; one of two words serves for its low word, too.
  mutating func constant(_ value: UInt128, isWide: Bool) -> Slot {
    if let known = constantSlots[value], known.isWide || !isWide {
      return Slot(offset: known.offset, isWide: isWide)
    }
    let slot = allocate(width: isWide ? 128 : 64)
    constantSlots[value] = slot
    constantImage.append((slot, value))
    return slot
  }

  // MARK: What is known

  /// Where the node's value stands, if it is certain to stand there now.
  mutating func known(_ id: ExpressionID) -> Slot? {
    let id = facts.same[Int(id)]
    let node = program[id]
    let isWide = node.width > 64
    if let value = facts.constants[Int(id)] { return constant(value, isWide: isWide) }
    switch node.op {
    case .field: return whole(fields[Int(node.a)], isWide)
    case .context: return whole(contexts[Int(node.a)], isWide)
    case .local:
      noteRead(of: node.a)
      return whole(locals[Int(node.a)], isWide)
    case .length where node.width == 64: return length
    default: break
    }
    return isCurrent(id) ? slots[Int(id)] : nil
  }

  /// The slot if it can be read with the node's own number of words.
  private func whole(_ slot: Slot, _ isWide: Bool) -> Slot? {
    slot.isWide || !isWide ? Slot(offset: slot.offset, isWide: isWide) : nil
  }

  private func isCurrent(_ id: ExpressionID) -> Bool {
    let moment = computedAt[Int(id)]
    guard moment >= 0 else { return false }
    var bits = facts.dependencies[Int(id)]
    while bits != 0 {
      if changedAt[bits.trailingZeroBitCount] > moment { return false }
      bits &= bits - 1
    }
    return true
  }

  /// The slot that belongs to the node alone.
  mutating func ownSlot(of id: ExpressionID) -> Slot {
    if let slot = ownSlots[Int(id)] { return slot }
    let slot = allocate(width: program.width(id))
    ownSlots[Int(id)] = slot
    return slot
  }

  mutating func remember(_ id: ExpressionID, _ slot: Slot) {
    slots[Int(id)] = slot
    computedAt[Int(id)] = now
    computed.append(id)
  }

  /// What depends on these bits has to be computed anew.
  mutating func noteChange(of bits: UInt64) {
    now += 1
    var bits = bits
    while bits != 0 {
      changedAt[bits.trailingZeroBitCount] = now
      bits &= bits - 1
    }
  }

  mutating func noteAssignment(to local: LocalID) {
    noteChange(of: NodeFacts.dependency(on: local))
    if !isSet[Int(local)] {
      isSet[Int(local)] = true
      setLocals.append(local)
    }
  }

  private mutating func noteRead(of local: LocalID) {
    if !isSet[Int(local)] { startsAtZero[Int(local)] = true }
  }

  /// What is known at one place.
  struct Knowledge {
    fileprivate var computed: Int
    fileprivate var setLocals: Int
  }

  var knowledge: Knowledge {
    Knowledge(computed: computed.count, setLocals: setLocals.count)
  }

  /// Forgets what was learnt since; control may have gone round it.
  mutating func forget(since earlier: Knowledge) {
    while computed.count > earlier.computed { computedAt[Int(computed.removeLast())] = -1 }
    while setLocals.count > earlier.setLocals { isSet[Int(setLocals.removeLast())] = false }
  }

  // MARK: Code

  mutating func emit(_ op: MicroOp) {
    code.append(op)
  }

  /// Appends a jump whose target is filled in later.
  mutating func emitPending(_ op: MicroOp) -> Int {
    code.append(op)
    return code.count - 1
  }

  mutating func patch(_ indices: [Int], to destination: Int) {
    for index in indices {
      switch code[index].code {
      case .jump, .jumpIfZero, .jumpIfNotZero, .countDown: code[index].b = Int32(destination)
      default: code[index].c = Int32(destination)
      }
    }
  }

  /// Copies a value between slots of any size; the low word is all that fits in a narrow one.
  mutating func move(_ from: Slot, to: Slot) {
    if from.offset == to.offset && from.isWide == to.isWide { return }
    let code: OpCode = to.isWide ? (from.isWide ? .moveWide : .widen) : .move
    emit(MicroOp(code: code, d: to.offset, a: from.offset))
  }
}
