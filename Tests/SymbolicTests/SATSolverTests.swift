import ISACore
import Symbolic
import Testing

@Suite("The SAT solver")
struct SATSolverTests {
  /// All 2^n assignments, one bit each.
  private func isSatisfiable(_ clauses: [[Literal]], variables: Int) -> Bool {
    (0..<1 << variables).contains { assignment in
      clauses.allSatisfy { clause in
        clause.contains { (assignment >> Int($0.variable) & 1 == 1) != $0.isNegated }
      }
    }
  }

  @Test("agrees with brute force on small random formulas, also when clauses come later")
  func bruteForce() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<1200 {
      let variables = 3 + generator.below(8)
      let solver = SATSolver()
      for _ in 0..<variables { _ = solver.newVariable() }
      var clauses: [[Literal]] = []
      for _ in 0..<3 {
        for _ in 0..<generator.below(variables * 2) {
          let clause = (0..<1 + generator.below(4)).map { _ in
            Literal(variable: Int32(generator.below(variables)), isNegated: generator.flip())
          }
          clauses.append(clause)
          solver.addClause(clause)
        }
        let wanted = isSatisfiable(clauses, variables: variables)
        let result = solver.solve(conflictLimit: 100_000)
        #expect(result == (wanted ? .satisfiable : .unsatisfiable))
        guard result == .satisfiable else { break }
        #expect(clauses.allSatisfy { $0.contains { solver.value(of: $0) } })
      }
    }
  }

  @Test("puts no six pigeons into five holes")
  func pigeons() {
    let solver = pigeonhole(pigeons: 6, holes: 5)
    #expect(solver.solve(conflictLimit: 100_000) == .unsatisfiable)
  }

  @Test("gives up at the conflict limit, and can go on")
  func limit() {
    let solver = pigeonhole(pigeons: 7, holes: 6)
    #expect(solver.solve(conflictLimit: 50) == .undecided)
    #expect(solver.conflicts == 50)
    #expect(solver.solve(conflictLimit: 1_000_000) == .unsatisfiable)
  }

  @Test(
    "survives the deletion of learnt clauses on random 3-SAT at the threshold", arguments: 0..<3)
  func threshold(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let variables = 80
    let solver = SATSolver()
    for _ in 0..<variables { _ = solver.newVariable() }
    let clauses = (0..<Int(Double(variables) * 4.26)).map { _ in
      (0..<3).map { _ in
        Literal(variable: Int32(generator.below(variables)), isNegated: generator.flip())
      }
    }
    for clause in clauses { solver.addClause(clause) }
    let result = solver.solve(conflictLimit: 1_000_000)
    #expect(result != .undecided)
    if result == .satisfiable {
      #expect(clauses.allSatisfy { $0.contains { solver.value(of: $0) } })
    }
  }

  private func pigeonhole(pigeons: Int, holes: Int) -> SATSolver {
    let solver = SATSolver()
    let sits = (0..<pigeons).map { _ in
      (0..<holes).map { _ in Literal(variable: solver.newVariable()) }
    }
    for pigeon in sits { solver.addClause(pigeon) }
    for hole in 0..<holes {
      for first in 0..<pigeons {
        for second in 0..<first { solver.addClause([~sits[first][hole], ~sits[second][hole]]) }
      }
    }
    return solver
  }
}
