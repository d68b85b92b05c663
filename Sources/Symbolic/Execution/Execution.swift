import ISACore
import Terms

/// One place in the execution: what holds there, and under which condition it is reached.
struct Path {
  var state: SymbolicState
  /// Of the program being run; an inlined `translate` has its own.
  var locals: [Term]
  /// One bit over the initial state: control comes here. 0 after a trap on all ways.
  var condition: Term
}

/// One symbolic execution in progress: what it has met so far, and what it may still cost.
final class Execution {
  let isa: InstructionSet
  let layout: StateLayout
  let arena: TermArena
  let model: MemoryModel
  let inputs: SymbolicInputs
  private let limits: SymbolicLimits
  private let leavesOutWhatCannotBe: Bool
  let translation: SymbolicTranslation?
  private let openNames: String
  private let firstTerm: Int
  private var statements = 0

  var traps: [SymbolicTrap] = []
  var performs: [SymbolicPerform] = []
  var openValues: [OpenValue] = []
  var assumptions: [Term] = []

  /// Statements may nest this deep, `translate` programs included.
  private static let deepestNesting = 200

  init(_ executor: SymbolicExecutor, inputs: SymbolicInputs, openNames: String) {
    isa = executor.isa
    layout = executor.layout
    arena = executor.arena
    model = executor.model
    limits = executor.limits
    leavesOutWhatCannotBe = executor.leavesOutWhatCannotBe
    translation = executor.translation
    self.inputs = inputs
    self.openNames = openNames
    firstTerm = executor.arena.count
  }

  /// Zeros, but for the parameters.
  func locals(of program: Program, _ parameters: [Term]) -> [Term] {
    var locals = program.locals.map { arena.constant(0, width: $0.width) }
    for (local, value) in zip(program.parameters, parameters) { locals[Int(local)] = value }
    return locals
  }

  private func spend() throws(SymbolicFailure) {
    statements += 1
    if statements > limits.statements {
      throw .tooLarge(reason: "more than \(limits.statements) statements")
    }
    if arena.count - firstTerm > limits.terms {
      throw .tooLarge(reason: "more than \(limits.terms) terms")
    }
  }

  /// Runs `body` on `path`, which is dead afterwards if every way through it ends.
  func run(
    _ body: [Statement], in frame: Frame, on path: inout Path, depth: Int
  ) throws(SymbolicFailure) {
    if depth > Execution.deepestNesting {
      throw .tooLarge(reason: "statements nested more than \(Execution.deepestNesting) deep")
    }
    for statement in body {
      if path.condition == arena.no { return }
      try spend()
      switch statement.kind {
      case .assign(let local, let expression):
        path.locals[Int(local)] = evaluate(expression, in: frame, on: path)

      case .write(let register, let index, let low, _, let value):
        let value = evaluate(value, in: frame, on: path)
        let index = index.map { evaluate($0, in: frame, on: path) }
        write(value, to: register, index, low, on: &path)

      case .load(let local, let access):
        if let value = try load(access, in: frame, on: &path, depth: depth) {
          path.locals[Int(local)] = value
        }

      case .store(let access, let value):
        try store(value, access, in: frame, on: &path, depth: depth)

      case .probe(let access, let intent):
        _ = try addresses(access, intent, in: frame, on: &path, depth: depth)

      case .branch(let condition, let then, let otherwise):
        let condition = evaluate(condition, in: frame, on: path)
        try branch(on: condition, then, otherwise, in: frame, on: &path, depth: depth)

      case .loop(let condition, let bound, let body):
        try loop(while: condition, bound, body, in: frame, on: &path, depth: depth)

      case .trap(let trap, let trapClass, let arguments):
        traps.append(
          SymbolicTrap(
            trap: trap, trapClass: trapClass, condition: path.condition,
            arguments: arguments.map { evaluate($0, in: frame, on: path) }))
        path.condition = arena.no

      case .havoc(let local, let openness):
        path.locals[Int(local)] = open(openness, width: frame.program.locals[Int(local)].width)

      case .perform(let bits, let nested):
        performs.append(
          SymbolicPerform(
            condition: path.condition, bits: evaluate(bits, in: frame, on: path), nested: nested,
            state: path.state))
        path.condition = arena.no
      }
    }
  }

  private func open(_ openness: Openness, width: Int) -> Term {
    let variable = arena.variable("\(openNames)#\(openValues.count)", width: width)
    openValues.append(OpenValue(variable: variable, openness: openness))
    if case .alternatives(let count) = openness, width < 64, count < 1 << width {
      assumptions.append(arena.ult(variable, arena.constant(UInt128(count), width: width)))
    }
    return variable
  }

  // MARK: Ways that part and meet

  private func branch(
    on condition: Term, _ then: [Statement], _ otherwise: [Statement], in frame: Frame,
    on path: inout Path, depth: Int
  ) throws(SymbolicFailure) {
    let reached = path.condition
    let thenCondition = arena.and(reached, condition)
    let otherCondition = arena.and(reached, arena.not(condition))
    // A condition that the path decides costs no merge.
    if otherCondition == arena.no || thenCondition == reached || cannotBe(otherCondition, otherwise)
    {
      return try run(then, in: frame, on: &path, depth: depth + 1)
    }
    if thenCondition == arena.no || otherCondition == reached || cannotBe(thenCondition, then) {
      return try run(otherwise, in: frame, on: &path, depth: depth + 1)
    }
    var thenPath = path
    thenPath.condition = thenCondition
    try run(then, in: frame, on: &thenPath, depth: depth + 1)
    path.condition = otherCondition
    try run(otherwise, in: frame, on: &path, depth: depth + 1)
    let passed = thenPath.condition == thenCondition && path.condition == otherCondition
    merge(condition, thenPath, into: &path)
    if passed { path.condition = reached }
  }

  /// Whether no state comes to a long arm.
  private func cannotBe(_ condition: Term, _ arm: [Statement]) -> Bool {
    guard leavesOutWhatCannotBe, isLong(arm) else { return false }
    let decision = Decision.decide(
      condition, in: arena, limits: DecisionLimits(conflicts: Execution.conflictsOfAnArm))
    if case .unsatisfiable = decision { return true }
    return false
  }

  private static let conflictsOfAnArm = 500
  /// Statements that make an arm long.
  private static let longArm = 12

  private func isLong(_ arm: [Statement]) -> Bool {
    var count = 0
    var rest = arm
    while let statement = rest.popLast(), count < Execution.longArm {
      count += 1
      switch statement.kind {
      case .branch(_, let then, let otherwise): rest += then + otherwise
      case .loop(_, _, let body): rest += body
      default: break
      }
    }
    return count >= Execution.longArm
  }

  private func loop(
    while condition: ExpressionID, _ bound: Int, _ body: [Statement], in frame: Frame,
    on path: inout Path, depth: Int
  ) throws(SymbolicFailure) {
    var exits: [(condition: Term, path: Path)] = []
    for _ in 0..<max(0, bound) {
      try spend()
      let goesOn = evaluate(condition, in: frame, on: path)
      let reached = path.condition
      let entered = arena.and(reached, goesOn)
      if entered == arena.no { break }
      if entered != reached {
        var exit = path
        exit.condition = arena.and(reached, arena.not(goesOn))
        if exit.condition != arena.no { exits.append((goesOn, exit)) }
        path.condition = entered
      }
      try run(body, in: frame, on: &path, depth: depth + 1)
      if path.condition == arena.no { break }
    }
    for (condition, exit) in exits.reversed() {
      var merged = exit
      merge(condition, path, into: &merged)
      path = merged
    }
  }

  /// Merges `then`, where `condition` holds, into `path`, where it does not.
  private func merge(_ condition: Term, _ then: Path, into path: inout Path) {
    if then.condition == arena.no { return }
    if path.condition == arena.no {
      path = then
      return
    }
    path.condition = arena.or(then.condition, path.condition)
    merge(condition, then.locals, into: &path.locals)
    merge(condition, then.state.slots, into: &path.state.slots)
    merge(condition, then.state.memories, into: &path.state.memories)
    merge(condition, then.state.virtualMemories, into: &path.state.virtualMemories)
  }

  private func merge(_ condition: Term, _ then: [Term], into terms: inout [Term]) {
    for index in terms.indices where terms[index] != then[index] {
      terms[index] = arena.ite(condition, then[index], terms[index])
    }
  }
}
