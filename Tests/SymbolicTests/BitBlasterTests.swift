import ISACore
import Terms
import Testing

@testable import Symbolic

@Suite("Circuits agree with Fold")
struct BitBlasterTests {
  private static let binary = Operator.allCases.filter { $0.shape == .binary && $0 != .concat }
  private static let unary: [Operator] = [.not, .neg, .popcount, .clz, .ctz]

  /// The value that the gates of `term` give, the variables being set by unit clauses.
  private func value(
    of term: Term, in arena: TermArena, _ values: [Term: UInt128], productLimit: Int = 128
  ) -> UInt128? {
    let solver = SATSolver()
    let gates = Gates(solver)
    let blaster = BitBlaster(arena, gates, productLimit: productLimit, quotientLimit: 128)
    guard let wires = blaster.wires(of: term, gateLimit: .max) else { return nil }
    for (variable, wires) in blaster.variables {
      for (bit, wire) in wires.enumerated() {
        solver.addClause([values[variable]! >> UInt128(bit) & 1 == 1 ? wire : ~wire])
      }
    }
    guard solver.solve(conflictLimit: 100_000) == .satisfiable else { return nil }
    return wires.reversed().reduce(0) { $0 << 1 | (solver.value(of: $1) ? 1 : 0) }
  }

  @Test("for every binary operator on all values of few bits", arguments: 1...3)
  func exhaustiveBinary(width: Int) {
    for op in BitBlasterTests.binary {
      for right in op == .shl || op == .lshr || op == .ashr ? [1, 3] : [width] {
        let arena = TermArena()
        let x = arena.variable("x", width: width)
        let y = arena.variable("y", width: right)
        let term = arena.binary(op, x, y)
        for p in 0...BitVector.mask(width) {
          for q in 0...BitVector.mask(right) {
            let wanted = Fold.binary(op, p, q, width: width, rightWidth: right)
            #expect(value(of: term, in: arena, [x: p, y: q]) == wanted, "\(op) \(p) \(q)")
          }
        }
      }
    }
  }

  @Test("for every unary operator on all values of few bits", arguments: 1...4)
  func exhaustiveUnary(width: Int) {
    for op in BitBlasterTests.unary {
      let arena = TermArena()
      let x = arena.variable("x", width: width)
      let term = arena.unary(op, x)
      for p in 0...BitVector.mask(width) {
        let wanted = Fold.unary(op, p, width: width, resultWidth: width)
        #expect(value(of: term, in: arena, [x: p]) == wanted, "\(op) \(p)")
      }
    }
  }

  @Test("for every operator on random values of many bits", arguments: [8, 24, 32, 65, 128])
  func random(width: Int) {
    var generator = SeededGenerator(seed: UInt64(width))
    for op in BitBlasterTests.binary + BitBlasterTests.unary {
      // Wide products and divisions say nothing that narrower ones do not.
      let isSquare = [.mul, .udiv, .urem, .sdiv, .srem].contains(op)
      let width = isSquare ? min(width, 24) : width
      for _ in 0..<3 {
        let arena = TermArena()
        let x = arena.variable("x", width: width)
        let y = arena.variable("y", width: width)
        let p = generator.bits(width)
        let q = generator.bits(generator.flip() ? width : 6) & BitVector.mask(width)
        if op.shape == .unary {
          let wanted = Fold.unary(op, p, width: width, resultWidth: width)
          #expect(value(of: arena.unary(op, x), in: arena, [x: p]) == wanted, "\(op) \(p)")
        } else {
          let wanted = Fold.binary(op, p, q, width: width, rightWidth: width)
          #expect(
            value(of: arena.binary(op, x, y), in: arena, [x: p, y: q]) == wanted,
            "\(op) \(p) \(q)")
        }
      }
    }
  }

  @Test("for structure: extract, sext, concat, ite")
  func structure() {
    let arena = TermArena()
    let x = arena.variable("x", width: 7)
    let y = arena.variable("y", width: 5)
    let c = arena.variable("c", width: 1)
    let sum = arena.add(x, arena.sext(y, to: 7))
    let term = arena.concat(
      arena.ite(c, sum, arena.mul(x, x)), arena.extract(sum, low: 2, width: 4))
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<40 {
      let values = [x: generator.bits(7), y: generator.bits(5), c: generator.bits(1)]
      let wanted = arena.evaluate(term, under: Assignment(bits: values))
      #expect(value(of: term, in: arena, values) == wanted)
    }
  }
}
