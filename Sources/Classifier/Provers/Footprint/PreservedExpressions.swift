import ISACore
import Symbolic
import Terms

/// What the monitor's map f leaves as it is though it is made of state that f changes: expressions
/// g with g(f(v)) = g(v) for all v.
///
/// System/360 Model 67: addresses are long if the mode is extended *and* the PSW says so. Under f
/// the mode is always extended, and the PSW says what both said together; the length of addresses
/// is the guest's. Typing bit by bit cannot see that; terms can.
final class PreservedExpressions {
  private let isa: InstructionSet
  private let executor: SymbolicExecutor
  private let inputs: SymbolicInputs
  private let v: SymbolicState
  /// f(v), with the monitor's own bits free; nil if f is too large to follow.
  private let r: SymbolicState?
  private var known: [[Node]: Bool] = [:]

  /// Nodes of an expression that are looked at: what is decided once for all stays short.
  private static let largest = 24

  init(_ isa: InstructionSet, choices: [UInt128]) {
    self.isa = isa
    let arena = TermArena()
    executor = SymbolicExecutor(
      isa, arena: arena, model: SymbolicMap.canBeExact(isa) ? .exact : .parametric,
      limits: SymbolicLimits(terms: 50_000, statements: 5_000))
    inputs = SymbolicInputs(of: isa, choices: choices, in: arena)
    v = SymbolicState.fresh(executor.layout, in: arena)
    if let monitor = isa.monitor {
      r = PreservedExpressions.image(
        of: v, under: monitor, isa: isa, executor: executor, inputs: inputs)
    } else {
      r = nil
    }
  }

  /// f(v), as far as registers that are no files go; all others are left as they are.
  static func image(
    of v: SymbolicState, under monitor: MonitorMap, isa: InstructionSet,
    executor: SymbolicExecutor, inputs: SymbolicInputs
  ) -> SymbolicState? {
    let arena = executor.arena
    let names = ["origin", "extent", "guest"]
    let parameters = zip(names, monitor.map.parameters).map {
      arena.variable($0, width: monitor.map.locals[Int($1)].width)
    }
    guard
      let computed = try? executor.run(
        monitor.map, parameters: parameters, inputs: inputs, state: v)
    else { return nil }
    var r = v
    let own = SymbolicState.fresh(executor.layout, prefix: "own ", in: arena)
    for element in monitor.elements where !isa.registers[Int(element.register)].isFile {
      let source: SymbolicState
      switch element.standing {
      case .direct: continue
      case .mapped: source = computed.state
      case .owned, .attached: source = own
      }
      r.setBits(
        element.register, element: 0, low: element.low,
        to: source.bits(
          element.register, element: 0, low: element.low, width: element.width, in: arena),
        in: arena)
    }
    r.place(monitor.kept, in: executor)
    return r
  }

  /// Whether a form retires in no f(v) though it may in v: under SPARC's map every window but one is
  /// invalid, so that SAVE and RESTORE always trap.
  func neverRetires(_ form: Form, fields known: [UInt128?]) -> Bool {
    guard let r else { return false }
    let arena = executor.arena
    var inputs = inputs
    inputs.fields = form.fields.enumerated().map { index, field in
      if index < known.count, let value = known[index] {
        return arena.constant(value, width: field.width)
      }
      return arena.variable("field \(field.name)", width: field.width)
    }
    var executor = executor
    executor.leavesOutWhatCannotBe = true
    guard let outcome = try? executor.run(form.program, inputs: inputs, state: r) else {
      return false
    }
    var question = outcome.performs.reduce(outcome.retires) { arena.or($0, $1.condition) }
    for invariant in isa.invariants {
      guard let holds = try? executor.run(invariant.program, inputs: inputs, state: v) else {
        continue
      }
      question = arena.and(question, holds.result ?? arena.yes)
    }
    if case .unsatisfiable = Decision.decide(
      question, in: arena, limits: DecisionLimits(conflicts: 2_000))
    {
      return true
    }
    return false
  }

  /// Whether an expression of a program, made of registers alone, has the same value in v and in
  /// f(v).
  func contains(_ id: ExpressionID, of program: Program) -> Bool {
    guard let r, let key = key(of: id, in: program) else { return false }
    if let answer = known[key] { return answer }
    let answer = isPreserved(id, of: program, r)
    known[key] = answer
    return answer
  }

  private func isPreserved(_ id: ExpressionID, of program: Program, _ r: SymbolicState) -> Bool {
    let arena = executor.arena
    var function = program
    function.parameters = []
    let result = LocalID(function.locals.count)
    function.locals.append(
      Local(name: "value", width: program.width(id), span: program.nodeSpans[Int(id)]))
    function.body = [Statement(.assign(result, id), at: program.nodeSpans[Int(id)])]
    function.result = result
    guard let a = try? executor.run(function, inputs: inputs, state: v).result,
      let b = try? executor.run(function, inputs: inputs, state: r).result
    else { return false }
    let decision = Decision.decide(
      arena.not(arena.eq(a, b)), in: arena, limits: DecisionLimits(conflicts: 1_000))
    if case .unsatisfiable = decision { return true }
    return false
  }

  /// What such an expression reads.
  func reads(of id: ExpressionID, in program: Program) -> [Node]? {
    key(of: id, in: program)?.filter { $0.op == .read }
  }

  /// The expression's nodes in order, the same for equal expressions of different programs; nil if
  /// it is made of anything but registers, constants and choices.
  private func key(of id: ExpressionID, in program: Program) -> [Node]? {
    var nodes: [Node] = []
    func visit(_ id: ExpressionID) -> Bool {
      guard nodes.count < PreservedExpressions.largest else { return false }
      var node = program[id]
      switch node.op {
      case .constant:
        let value = program.constants[Int(node.a)]
        guard value <= UInt128(Int32.max) else { return false }
        node.a = Int32(value)
        nodes.append(node)
        return true
      case .read:
        nodes.append(node)
        return node.b < 0 && !isa.registers[Int(node.a)].isFile
      case .local, .field, .length, .choice, .context: return false
      default: break
      }
      var shape = node
      (shape.a, shape.b, shape.c) = (0, node.op.shape == .unary ? node.b : 0, 0)
      nodes.append(shape)
      switch node.op.shape {
      case .leaf, .function: return false
      case .unary: return visit(node.a)
      case .binary: return visit(node.a) && visit(node.b)
      case .ternary: return visit(node.a) && visit(node.b) && visit(node.c)
      }
    }
    return visit(id) ? nodes : nil
  }
}
