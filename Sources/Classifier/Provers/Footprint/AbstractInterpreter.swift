import ISACore

/// Runs a form on what is known of a state, and notes what the result can depend on.
///
/// This is an information-flow typing. It only ever proves: whatever it cannot follow it takes for
/// dependent. Two runs are compared only where both retire, so a branch that certainly traps
/// leaves no mark on what follows: reading a resource only to decide a trap is no sensitivity.
final class AbstractInterpreter {
  let isa: InstructionSet
  let layout: RoleLayout
  let setting: Setting
  /// Whether two virtual addresses share a unit before a shift just when they do after it, so
  /// that translated storage looks the same from both.
  let isTranslationShiftInvariant: Bool
  /// Asked where the question is what the monitor's map changes.
  let preserved: PreservedExpressions?

  var program: Program
  /// Values of the nodes of the expression being looked at.
  var memo: [ExpressionID: AbstractValue] = [:]
  var counter: Int32 = 0
  var steps = 0
  var depth = 0
  var footprint: Footprint
  /// States in which a performing path left off.
  var exits: [AbstractState] = []
  /// What translating an unlabelled address leads to, from the state before the instruction.
  var translations: [MemoryID: Translation] = [:]
  /// By register: the bits that `shift` reads or writes.
  let shiftMasks: [UInt128]

  struct Translation {
    /// nil: it traps for every address.
    var labels: Labels?
    var traps: [Footprint.TrapSite]
  }

  /// How a piece of program was left.
  enum Flow {
    case goesOn(AbstractState)
    /// Every path traps.
    case traps
    /// Some path performed, the others trapped.
    case performs
  }

  /// Statements looked at before the typing is given up.
  static let stepLimit = 100_000

  init(
    _ isa: InstructionSet, layout: RoleLayout, setting: Setting,
    isTranslationShiftInvariant: Bool, preserved: PreservedExpressions? = nil
  ) {
    self.preserved = preserved
    self.isa = isa
    self.layout = layout
    self.setting = setting
    self.isTranslationShiftInvariant = isTranslationShiftInvariant
    program = Program()
    footprint = Footprint()
    shiftMasks = AbstractInterpreter.masksOfShift(isa, layout)
  }

  /// The footprint of a form's program, or nil if it is too large to follow.
  func footprint(of form: Program) -> Footprint? {
    program = form
    let start = initialState(locals: form.locals)
    guard let flow = run(form.body, from: start, path: []) else { return nil }
    var ends = exits
    if case .goesOn(let end) = flow { ends.append(end) }
    guard var end = ends.first else { return footprint }
    for other in ends.dropFirst() {
      end = end.joined(with: other, labels: footprint.outcomeLabels, fresh: fresh)
    }
    footprint.canRetire = true
    collectOutputs(start: start, end: end)
    return footprint
  }

  /// What the result of a program such as `translate` depends on, its parameters being given
  /// labels of their own; nil if it never comes to a result.
  func resultLabels(of function: Program, parameters: [Labels]) -> Labels? {
    program = function
    var start = initialState(locals: function.locals)
    for (index, parameter) in function.parameters.enumerated() {
      let width = function.locals[Int(parameter)].width
      start.locals[Int(parameter)] = AbstractValue(
        number: fresh(), width: width,
        labels: index < parameters.count ? parameters[index] : [])
    }
    guard let flow = run(function.body, from: start, path: []) else { return .everything }
    guard case .goesOn(let end) = flow, let result = function.result else { return nil }
    return end.locals[Int(result)].labels
  }

  // MARK: State

  /// A number for a value that is no copy of another.
  func fresh() -> Int32 {
    counter += 1
    return counter
  }

  /// Whether a register's bits are followed one by one; elements of files are not told apart.
  func isTracked(_ register: RegisterID) -> Bool {
    isa.registers[Int(register)].count == 1 && !isa.registers[Int(register)].isFile
  }

  func initialNumber(_ register: RegisterID) -> Int32 { -2 - register }

  func initialState(locals: [Local]) -> AbstractState {
    AbstractState(
      locals: locals.map { AbstractValue(constant: 0, width: $0.width) },
      registers: isa.registers.indices.map { initialRegister(RegisterID($0)) },
      files: Array(repeating: .init(), count: isa.registers.count),
      memories: Array(repeating: .init(), count: isa.memories.count))
  }

  func initialRegister(_ register: RegisterID) -> AbstractValue {
    guard isTracked(register) else { return AbstractValue() }
    var value = AbstractValue()
    for piece in layout.piecesOfRegister[Int(register)].map({ layout.pieces[$0] }) {
      value.append(
        .init(
          width: piece.width, constant: nil, number: initialNumber(register), offset: piece.low,
          labels: labels(of: piece)))
    }
    for known in setting.known where known.register == register {
      value = value.replacing(
        low: known.low, with: AbstractValue(constant: known.value, width: known.width))
    }
    return value
  }

  func labels(of piece: StatePiece) -> Labels {
    var labels = Labels(piece.role)
    if piece.isMoved { labels.formUnion(.moved) }
    if let gate = piece.gate { labels.formUnion(Labels(gate: gate)) }
    return labels
  }

  func labels(_ register: RegisterID, low: Int, width: Int) -> Labels {
    var labels: Labels = []
    for index in layout.piecesOfRegister[Int(register)] {
      let piece = layout.pieces[index]
      if piece.low < low + width, low < piece.low + piece.width {
        labels.formUnion(self.labels(of: piece))
      }
    }
    return labels
  }
}
