import ISACore

/// A program whose open values (`any`, `unpredictable`) have become parameters, so that two runs
/// can be given the same ones.
struct OpenedProgram {
  var program: Program
  /// By added parameter: its width, and how many alternatives it chooses from, if any.
  var values: [(width: Int, alternatives: Int?)] = []
  /// A value is drawn afresh each time round a loop that is too long to be written out; a
  /// parameter cannot stand for that.
  var hasOpenLoop = false

  /// Loops of at most this many rounds are written out round by round.
  private static let unrollLimit = 16

  init(_ original: Program) {
    program = original
    program.body = opened(original.body, inLoop: false)
  }

  private mutating func opened(_ statements: [Statement], inLoop: Bool) -> [Statement] {
    statements.map { statement in
      var statement = statement
      switch statement.kind {
      case .havoc(let local, let openness):
        if inLoop { hasOpenLoop = true }
        let width = program.locals[Int(local)].width
        let parameter = LocalID(program.locals.count)
        program.locals.append(
          Local(name: "any \(values.count)", width: width, span: statement.span))
        program.parameters.append(parameter)
        if case .alternatives(let count) = openness {
          values.append((width, count))
        } else {
          values.append((width, nil))
        }
        let node = program.append(
          Node(.local, width: width, a: parameter), at: statement.span)
        statement.kind = .assign(local, node)
      case .branch(let condition, let then, let otherwise):
        statement.kind = .branch(
          condition, then: opened(then, inLoop: inLoop),
          otherwise: opened(otherwise, inLoop: inLoop))
      case .loop(let condition, let bound, let body):
        statement.kind =
          hasOpenValue(body) && bound <= OpenedProgram.unrollLimit
          ? unrolled(condition, bound, body, at: statement.span)
          : .loop(condition: condition, bound: bound, body: opened(body, inLoop: true))
      default: break
      }
      return statement
    }
  }

  /// The loop as nested branches, so that each round has parameters of its own.
  private mutating func unrolled(
    _ condition: ExpressionID, _ bound: Int, _ body: [Statement], at span: SourceSpan
  ) -> Statement.Kind {
    var rounds: [[Statement]] = []
    for _ in 0..<max(0, bound) { rounds.append(opened(body, inLoop: false)) }
    var rest: [Statement] = []
    for round in rounds.reversed() {
      rest = [Statement(.branch(condition, then: round + rest, otherwise: []), at: span)]
    }
    return rest.first?.kind ?? .loop(condition: condition, bound: 0, body: [])
  }

  private func hasOpenValue(_ statements: [Statement]) -> Bool {
    statements.contains { statement in
      switch statement.kind {
      case .havoc: true
      case .branch(_, let then, let otherwise): hasOpenValue(then) || hasOpenValue(otherwise)
      case .loop(_, _, let body): hasOpenValue(body)
      default: false
      }
    }
  }
}
