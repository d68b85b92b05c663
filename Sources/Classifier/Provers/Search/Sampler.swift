import ISACore
import Machine

/// Makes states, operands and distances that are likely to reach the corners of a program.
struct Sampler {
  let subject: Subject
  let layout: RoleLayout
  private let isa: InstructionSet
  private let form: Form
  /// Constants that the semantics compare with, and their neighbours.
  private let hints: [UInt128]
  private let known: [StateEquality]
  /// Indices of the registers that the form, and translation, read.
  private let looked: [Int]
  /// Elements of each register.
  private let counts: [Int]
  var generator: SeededGenerator
  /// Whether storage is filled with decimal digits this time.
  private var isDecimal = false
  /// Whether most of these are 0.
  private var isSparseDecimal = false

  /// Files up to this many elements are filled whole.
  private static let wholeFile = 64

  /// - Parameter known: what holds in every state to be made, the mode apart.
  init(
    _ isa: InstructionSet, layout: RoleLayout, subject: Subject, known: [StateEquality],
    seed: UInt64
  ) {
    self.isa = isa
    self.layout = layout
    self.subject = subject
    self.known = known
    form = isa.instructions[subject.form.instruction].forms[subject.form.form]
    let programs = [form.program] + isa.memories.compactMap(\.translate)
    counts = isa.registers.map(\.count)
    looked = Set(programs.flatMap(Sampler.registersRead)).sorted()
    var constants: Set<UInt128> = []
    Sampler.harvest(form.program, into: &constants)
    for memory in isa.memories {
      if let translate = memory.translate { Sampler.harvest(translate, into: &constants) }
      for region in memory.regions where region.role != memory.role {
        constants.formUnion([UInt128(region.first), UInt128(region.last)])
      }
    }
    for invariant in isa.invariants { Sampler.harvest(invariant.program, into: &constants) }
    hints = constants.sorted().prefix(200).map { $0 }
    generator = SeededGenerator(seed: seed)
  }

  private static func registersRead(by program: Program) -> [Int] {
    program.nodes.compactMap { $0.op == .read ? Int($0.a) : nil }
  }

  /// Constants of a program, and the numbers next to them.
  private static func harvest(_ program: Program, into constants: inout Set<UInt128>) {
    for constant in program.constants {
      constants.formUnion([constant, constant &+ 1, constant &- 1])
    }
  }

  /// - Parameter contexts: decode-time variables to take where the form leaves them open; nil for
  ///   any.
  mutating func operands(in contexts: [UInt128]? = nil) -> Operands {
    isDecimal = generator.below(4) == 0
    isSparseDecimal = generator.below(2) == 0
    var fields = form.fields.enumerated().map { index, field in
      index < subject.fields.count
        ? subject.fields[index] ?? value(field.width) : value(field.width)
    }
    var contexts = contexts ?? isa.contexts.map { value($0.width) }
    for constraint in form.encoding.constraints where constraint.isEqual {
      switch constraint.subject {
      case .field(let field) where field < fields.count: fields[field] = constraint.value
      case .context(let context) where Int(context) < contexts.count:
        contexts[Int(context)] = constraint.value
      default: break
      }
    }
    return Operands(fields: fields, contexts: contexts)
  }

  /// A state in the mode; storage is filled later, where it is looked at.
  mutating func state(_ mode: Mode) -> ConcreteState {
    var state = ConcreteState()
    // Few pieces of state set among zeros reach what all at random do not, and the other way round.
    let isSparse = generator.below(3) == 0
    state.values.reserveCapacity(layout.elementCount)
    for index in layout.pieceBits.indices {
      let id = RegisterID(index)
      for element in elements(of: index) {
        if isSparse, generator.below(4) != 0 { continue }
        var value: UInt128 = 0
        for (low, width) in layout.pieceBits[index] { value |= self.value(width) << UInt128(low) }
        state[.register(id, element: element)] = value
      }
    }
    state.fix(known)
    state.fix(layout.pair[mode])
    return state
  }

  /// A state in the mode that begins as another one; `changing`: with a few of the registers that
  /// are looked at drawn again.
  mutating func state(_ mode: Mode, from other: ConcreteState, changing: Bool) -> ConcreteState {
    var state = other
    for _ in 0..<(changing && !looked.isEmpty ? 1 + generator.below(3) : 0) {
      let index = looked[generator.below(looked.count)]
      for element in elements(of: index) {
        var value: UInt128 = 0
        for (low, width) in layout.pieceBits[index] { value |= self.value(width) << UInt128(low) }
        state[.register(RegisterID(index), element: element)] = value
      }
    }
    state.fix(known)
    state.fix(layout.pair[mode])
    return state
  }

  /// The state with the bits of some roles drawn again; half of the fields of single registers are
  /// 0, which makes for small tables.
  mutating func redrawn(_ s: ConcreteState, roles: RoleSet) -> ConcreteState {
    var state = s
    for (index, register) in isa.registers.enumerated() {
      let pieces = layout.piecesOfRegister[index].map { layout.pieces[$0] }
        .filter { roles.contains(RoleSet($0.role)) }
      if pieces.isEmpty { continue }
      for element in elements(of: index) {
        for piece in pieces {
          let isZero = register.count == 1 && generator.below(2) == 0
          state.setBits(
            piece.register, element: element, low: piece.low, width: piece.width,
            to: isZero ? 0 : value(piece.width))
        }
      }
    }
    state.fix(known)
    return state
  }

  /// The elements of a register to put something into: of a large file some that are drawn as
  /// operands are, so that the two meet, or some at random.
  private mutating func elements(of register: Int) -> [Int] {
    let count = counts[register]
    if count <= Sampler.wholeFile { return Array(0..<count) }
    let width = Int.bitWidth - (count - 1).leadingZeroBitCount
    return (0..<4).map { _ in
      let drawn = Int(value(width))
      return drawn < count ? drawn : generator.below(count)
    }
  }

  /// A value of `width` bits: 0, all ones, small, a constant of the semantics, or anything.
  mutating func value(_ width: Int) -> UInt128 {
    if width <= 1 { return UInt128(generator.next() & 1) & BitVector.mask(width) }
    let mask = BitVector.mask(width)
    switch generator.below(16) {
    case 0, 1, 2: return 0
    case 3: return mask
    case 4: return mask >> 1
    case 5: return 1 << UInt128(width - 1)
    case 6, 7: return UInt128(generator.below(4)) & mask
    case 8: return UInt128(8 * generator.below(16)) & mask
    case 9, 10, 11: return hints.isEmpty ? 1 : hints[generator.below(hints.count)] & mask
    case 12: return UInt128(generator.below(1 << min(width, 12))) & mask
    default: return generator.bits(width)
    }
  }

  /// What a unit of storage that is looked at holds.
  ///
  /// - Parameter endsNumber: the next unit is not looked at.
  mutating func contents(_ memory: MemoryID, endsNumber: Bool) -> UInt128 {
    let width = isa.memories[Int(memory)].unitWidth
    return isDecimal ? decimal(width, hasSign: endsNumber) : value(width)
  }

  /// Decimal digits in every four bits, with a sign in the last: what operations on packed
  /// numbers demand of every digit, and chance hardly ever gives.
  private mutating func decimal(_ width: Int, hasSign: Bool) -> UInt128 {
    var value: UInt128 = 0
    for _ in 0..<((width + 3) / 4) {
      let digit = isSparseDecimal && generator.below(8) != 0 ? 0 : generator.below(10)
      value = value << 4 | UInt128(digit)
    }
    if hasSign { value = value & ~0xF | UInt128(10 + generator.below(6)) }
    return value & BitVector.mask(width)
  }

  /// A distance for the map to move by.
  mutating func distance() -> UInt128 {
    guard let shift = isa.shift, let parameter = shift.parameters.first else { return 0 }
    let width = shift.locals[Int(parameter)].width
    // Most distances lead out of storage.
    if layout.tables.exist, generator.below(2) == 0 { return UInt128(1 + generator.below(4)) }
    return value(width)
  }

  /// A part of storage for a guest: whole granules past what the monitor keeps for itself.
  mutating func allocation() -> Allocation? {
    guard let share = isa.monitor?.storage.first else { return nil }
    let granule = max(1, share.granule)
    let size = isa.memories[Int(share.memory)].size
    let first = (share.reserved &+ granule - 1) / granule
    let count = size / granule
    guard count > first else { return nil }
    let start = first + UInt64(generator.below(Int(min(count - first, 1 << 20))))
    let most = Int(min(count - start, 1 << 20))
    let granules = generator.below(2) == 0 ? most : 1 + generator.below(most)
    return Allocation(
      origin: start * granule, extent: UInt64(granules) * granule, guest: value(8))
  }

  /// Some bits of a word, never none if the mask is not empty.
  mutating func change(_ value: UInt128, within mask: UInt128) -> UInt128 {
    if mask == 0 { return value }
    if generator.below(2) == 0 {
      // One bit.
      var rest = generator.below(mask.nonzeroBitCount)
      var bits = mask
      while rest > 0 {
        bits &= bits &- 1
        rest -= 1
      }
      return value ^ (bits & (0 &- bits))
    }
    // Nothing, everything, or anything.
    let drawn =
      switch generator.below(4) {
      case 0: UInt128(0)
      case 1: UInt128.max
      default: generator.bits(128)
      }
    let changed = value & ~mask | drawn & mask
    return changed == value ? value ^ (mask & (0 &- mask)) : changed
  }
}
