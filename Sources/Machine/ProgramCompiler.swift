import ISACore

/// Turns programs into flat code, one program at a time.
///
/// An expression is evaluated where the statement that uses it stands. Within a statement a shared
/// node is computed once. Nodes that depend on nothing but the program's inputs keep their slot
/// as long as control cannot have gone round them.
struct ProgramCompiler {
  /// What a program is compiled against.
  struct Target {
    var registers: [RegisterStorage.Layout]
    /// Widths of `InstructionSet.contexts`.
    var contexts: [Int]
    /// Bits of a unit, by memory.
    var unitWidths: [Int]
    /// The value of each choice.
    var choices: [UInt128]
  }

  let target: Target
  let program: Program
  let fieldWidths: [Int]
  /// `translate` programs: whatever they load is real.
  let forcesReal: Bool

  var code: [MicroOp] = []
  var trapSites: [TrapSite] = []
  var frameCount = 0
  var temporaries = 0
  var highest = 0
  var fields: [Slot] = []
  var contexts: [Slot] = []
  var length = Slot(offset: 0, isWide: false)
  var locals: [Slot] = []
  var constantSlots: [UInt128: Slot] = [:]
  var constantImage: [(slot: Slot, value: UInt128)] = []

  /// A zero of one word.
  var constantZero = Slot(offset: 0, isWide: false)
  /// Nodes that depend on the inputs alone.
  var isStable: [Bool] = []
  /// The slot of a node that has been computed, and the statement it was computed for.
  var slots: [Slot?] = []
  /// Slots set aside for stable inner nodes.
  var reserved: [Slot?] = []
  var computedFor: [Int32] = []
  var statement: Int32 = 0
  /// Stable nodes in the order they were computed; a scope forgets its own when it ends.
  var stableTrail: [ExpressionID] = []

  /// Compiles `program`; `fieldWidths` are the widths of the encoding fields it may mention.
  static func compile(
    _ program: Program, fieldWidths: [Int] = [], for target: Target, forcesReal: Bool = false
  ) -> CompiledProgram {
    var compiler = ProgramCompiler(
      program, fieldWidths: fieldWidths, target: target, forcesReal: forcesReal)
    return compiler.compile()
  }

  private init(_ program: Program, fieldWidths: [Int], target: Target, forcesReal: Bool) {
    self.program = program
    self.fieldWidths = fieldWidths
    self.target = target
    self.forcesReal = forcesReal
  }

  private mutating func compile() -> CompiledProgram {
    fields = fieldWidths.map { allocate(width: $0) }
    contexts = target.contexts.map { allocate(width: $0) }
    length = allocate(width: 64)
    let inputCount = frameCount
    locals = program.locals.map { allocate(width: $0.width) }
    let localsCount = frameCount - inputCount
    constantZero = constant(0, isWide: false)
    findStableNodes()
    slots = Array(repeating: nil, count: program.nodes.count)
    computedFor = Array(repeating: -1, count: program.nodes.count)
    allocateLeaves()
    reserveBounds()
    reserveStableNodes()
    temporaries = frameCount
    highest = frameCount

    compile(program.body)
    emit(MicroOp(code: .end))
    return finish(inputCount: inputCount, localsCount: localsCount)
  }

  private func finish(inputCount: Int, localsCount: Int) -> CompiledProgram {
    let codeMemory = UnsafeMutablePointer<MicroOp>.allocate(capacity: code.count)
    codeMemory.initialize(from: code, count: code.count)
    let frame = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, highest))
    frame.initialize(repeating: 0, count: max(1, highest))
    for (slot, value) in constantImage { slot.set(value, in: frame) }
    return CompiledProgram(
      code: codeMemory, codeCount: code.count, frame: frame, frameCount: highest,
      inputCount: inputCount, localsStart: inputCount, localsCount: localsCount, fields: fields,
      contexts: contexts, length: length,
      parameters: program.parameters.map { (locals[Int($0)], program.locals[Int($0)].width) },
      result: program.result.map { locals[Int($0)] }, locals: locals, trapSites: trapSites)
  }

  // MARK: The frame

  mutating func allocate(width: Int) -> Slot {
    let slot = Slot(offset: Int32(frameCount), isWide: width > 64)
    frameCount += slot.isWide ? 2 : 1
    return slot
  }

  mutating func temporary(width: Int) -> Slot {
    let slot = Slot(offset: Int32(temporaries), isWide: width > 64)
    temporaries += slot.isWide ? 2 : 1
    highest = max(highest, temporaries)
    return slot
  }

  mutating func constant(_ value: UInt128, isWide: Bool) -> Slot {
    // A wide zero and a narrow one are different slots; the key tells them apart by the fact that
    // wide slots can stand for narrow ones, never the other way round.
    if let known = constantSlots[value], known.isWide || !isWide {
      return Slot(offset: known.offset, isWide: isWide)
    }
    let slot = allocate(width: isWide ? 128 : 64)
    constantSlots[value] = slot
    constantImage.append((slot, value))
    return slot
  }

  private mutating func findStableNodes() {
    isStable = Array(repeating: false, count: program.nodes.count)
    for index in program.nodes.indices {
      let node = program.nodes[index]
      isStable[index] =
        switch node.op {
        case .constant, .field, .length, .choice, .context: true
        case .local, .read: false
        default: children(of: node).allSatisfy { $0 < index && isStable[Int($0)] }
        }
    }
  }

  /// Inputs, constants and locals have their slots from the start.
  private mutating func allocateLeaves() {
    for index in program.nodes.indices {
      let node = program.nodes[index]
      let isWide = node.width > 64
      switch node.op {
      case .constant: slots[index] = constant(program.constants[Int(node.a)], isWide: isWide)
      case .choice:
        let value = target.choices[Int(node.a)] & BitVector.mask(Int(node.width))
        slots[index] = constant(value, isWide: isWide)
      case _ where node.width == 0: slots[index] = constant(0, isWide: false)
      case .field:
        slots[index] = resized(fields[Int(node.a)], width: Int(node.width))
      case .context:
        slots[index] = resized(contexts[Int(node.a)], width: Int(node.width))
      case .local:
        slots[index] = resized(locals[Int(node.a)], width: Int(node.width))
      case .length where node.width >= 64 && !isWide: slots[index] = length
      default: break
      }
    }
  }

  /// The slot seen with the node's own width; nil if it has to be widened by code.
  private func resized(_ slot: Slot, width: Int) -> Slot? {
    (width > 64) == slot.isWide ? slot : nil
  }

  /// Loop bounds are constants, which must not be allocated once temporaries are in use.
  private mutating func reserveBounds() {
    var pending = program.body
    while let next = pending.popLast() {
      switch next.kind {
      case .branch(_, let then, let otherwise):
        pending += then
        pending += otherwise
      case .loop(_, let bound, let body):
        _ = constant(UInt128(max(0, bound)), isWide: false)
        pending += body
      default: break
      }
    }
  }

  /// Stable inner nodes get a slot that no temporary shares.
  private mutating func reserveStableNodes() {
    reserved = Array(repeating: nil, count: program.nodes.count)
    for index in program.nodes.indices where isStable[index] && slots[index] == nil {
      reserved[index] = allocate(width: Int(program.nodes[index].width))
    }
  }

  func children(of node: Node) -> [ExpressionID] {
    switch node.op.shape {
    case .leaf: node.op == .read && node.b >= 0 ? [node.b] : []
    case .unary: [node.a]
    case .binary: [node.a, node.b]
    case .ternary: [node.a, node.b, node.c]
    }
  }
}
