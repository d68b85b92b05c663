import ISACore
import Symbolic
import Terms
import Testing

/// Solvers are optional: with none on the PATH these tests have nothing to run on.
private let solvers = ExternalSolver.Kind.allCases.compactMap { ExternalSolver.find([$0]) }

@Suite("SMT-LIB scripts")
struct ExternalSolverTests {
  @Test(
    "mean to a solver what the terms mean to Fold", .enabled(if: !solvers.isEmpty),
    arguments: solvers.map(\.kind))
  func meaning(kind: ExternalSolver.Kind) throws {
    let solver = try #require(ExternalSolver.find([kind]))
    var generator = SeededGenerator(seed: 11)
    let arena = TermArena()
    var wrong = arena.no
    var values: [Term: UInt128] = [:]
    // One question for all: is some operator's value on these operands another than Fold's?
    for op in Operator.allCases where op.shape == .unary || op.shape == .binary {
      for (width, right) in [(1, 1), (5, 5), (8, 3), (4, 9), (33, 33), (64, 64)] {
        let isShift = op == .shl || op == .lshr || op == .ashr
        let right = isShift || op == .concat ? right : width
        let x = arena.variable("x", width: width)
        let y = arena.variable("y", width: right)
        let (p, q) = (generator.bits(width), generator.bits(generator.flip() ? right : 3))
        values[x] = p
        values[y] = q & BitVector.mask(right)
        let term: Term
        switch op {
        case .zext: term = arena.zext(x, to: width + 3)
        case .sext: term = arena.sext(x, to: width + 3)
        case .extract: term = arena.extract(x, low: width / 2, width: width - width / 2)
        default:
          term = op.shape == .unary ? arena.unary(op, x) : arena.binary(op, x, y)
        }
        let wanted =
          op.shape == .unary
          ? Fold.unary(
            op, p, width: width, resultWidth: arena.width(of: term), low: width / 2)
          : Fold.binary(op, p, values[y]!, width: width, rightWidth: right)
        let isEqual = arena.eq(term, arena.constant(wanted, width: arena.width(of: term)))
        wrong = arena.or(wrong, arena.not(isEqual))
      }
    }
    let given = values.keys.sorted().reduce(arena.yes) { given, variable in
      let value = arena.constant(values[variable]!, width: arena.width(of: variable))
      return arena.and(given, arena.eq(variable, value))
    }
    let disagreement = solver.decide(arena.and(given, wrong), in: arena)
    guard case .unsatisfiable = disagreement else {
      Issue.record("\(kind.rawValue): \(disagreement)")
      return
    }
    guard case .satisfiable(let model, isApproximate: false) = solver.decide(given, in: arena)
    else {
      Issue.record("\(kind.rawValue) finds no operands")
      return
    }
    #expect(values.allSatisfy { model.bits[$0] == $1 })
  }

  @Test(
    "of memories come back as models of memories", .enabled(if: !solvers.isEmpty),
    arguments: solvers.map(\.kind))
  func memories(kind: ExternalSolver.Kind) throws {
    let solver = try #require(ExternalSolver.find([kind]))
    let arena = TermArena()
    let memory = arena.arrayVariable("storage | with \\ odd name", indexWidth: 24, width: 8)
    let i = arena.variable("i", width: 24)
    let j = arena.variable("i", width: 24)
    let written = arena.store(memory, at: i, arena.constant(7, width: 8))
    let filled = arena.ite(
      arena.ult(i, j), written, arena.constantArray(arena.constant(9, width: 8), indexWidth: 24))
    let question = arena.and(
      arena.eq(arena.select(filled, at: j), arena.constant(0x42, width: 8)),
      arena.eq(arena.select(memory, at: i), arena.constant(0x17, width: 8)))
    let decision = solver.decide(question, in: arena)
    guard case .satisfiable(let model, isApproximate: false) = decision
    else {
      Issue.record("\(kind.rawValue): \(decision)")
      return
    }
    #expect(arena.evaluate(question, under: model) == 1)
  }

  @Test(
    "take primitives for functions that nobody knows", .enabled(if: !solvers.isEmpty),
    arguments: solvers.map(\.kind))
  func primitives(kind: ExternalSolver.Kind) throws {
    let solver = try #require(ExternalSolver.find([kind]))
    let arena = TermArena()
    let x = arena.variable("x", width: 64)
    let y = arena.variable("y", width: 64)
    let code = arena.variable("code", width: 32)
    let differ = arena.not(
      arena.eq(arena.ieee(x, y, code, width: 64), arena.ieee(y, x, code, width: 64)))
    guard case .unsatisfiable = solver.decide(arena.and(arena.eq(x, y), differ), in: arena) else {
      Issue.record("\(kind.rawValue) knows no congruence")
      return
    }
    if case .unsatisfiable = solver.decide(differ, in: arena) {
      Issue.record("\(kind.rawValue) knows more than it was told")
    }
  }

  @Test("agree with the built-in search", .enabled(if: !solvers.isEmpty), arguments: 0..<8)
  func agreement(seed: Int) throws {
    let solver = try #require(ExternalSolver.find())
    var generator = SeededGenerator(seed: UInt64(seed))
    let arena = TermArena()
    var terms = (0..<3).map { arena.variable("v\($0)", width: 9) }
    let operators: [Operator] = [.add, .sub, .mul, .and, .or, .xor, .shl, .lshr, .ashr, .urem]
    for _ in 0..<7 {
      let op = operators[generator.below(operators.count)]
      terms.append(
        arena.binary(op, terms[generator.below(terms.count)], terms[generator.below(terms.count)]))
    }
    let question = arena.and(
      arena.eq(terms[9], arena.constant(generator.bits(9), width: 9)),
      arena.slt(terms[8], terms[5]))
    switch (solver.decide(question, in: arena), Decision.decide(question, in: arena)) {
    case (.unsatisfiable, .unsatisfiable): break
    case (.satisfiable(_, isApproximate: false), .satisfiable(_, isApproximate: false)): break
    case (let theirs, let ours): Issue.record("\(theirs) against \(ours)")
    }
  }

  @Test("of a solver that takes too long end in unknown", .enabled(if: !solvers.isEmpty))
  func timeout() throws {
    let solver = try #require(ExternalSolver.find())
    let arena = TermArena()
    let x = arena.variable("x", width: 48)
    let y = arena.variable("y", width: 48)
    let z = arena.variable("z", width: 48)
    let left = arena.mul(arena.mul(x, y), arena.add(z, x))
    let right = arena.add(
      arena.mul(arena.mul(z, y), x), arena.mul(arena.mul(x, x), arena.xor(y, z)))
    let question = arena.and(
      arena.eq(left, right),
      arena.eq(arena.divide(.urem, left, z), arena.constant(12345, width: 48)))
    guard case .unknown = solver.decide(question, in: arena, milliseconds: 1) else { return }
  }

  @Test("name both solvers when there is none")
  func missing() {
    #expect(ExternalSolver.missing.contains("z3") && ExternalSolver.missing.contains("cvc5"))
  }
}
