import ISACore
import Terms

/// How hard to try before answering `unknown`.
public struct DecisionLimits: Sendable {
  /// Conflicts of the SAT search.
  public var conflicts: Int
  /// Gates of the bit-blasted question.
  public var gates: Int
  /// Terms made while arrays are taken out.
  public var terms: Int
  /// Products of at most this many bits are exact from the start.
  public var product = 32
  /// Quotients and remainders of at most this many bits are exact from the start.
  public var quotient = 16
  /// Values of primitives that are looked up while a model is searched.
  public var points = 64

  public init(conflicts: Int = 20_000, gates: Int = 2_000_000, terms: Int = 2_000_000) {
    self.conflicts = conflicts
    self.gates = gates
    self.terms = terms
  }
}

/// The answer to "is there an assignment that makes this bit 1?".
public enum Decision: Sendable {
  case unsatisfiable
  /// There is, unless `isApproximate`: then products or quotients were left open and the
  /// assignment is a suggestion, to be evaluated before it is believed.
  case satisfiable(Assignment, isApproximate: Bool)
  /// A limit was reached; why is a phrase for people.
  case unknown(why: String)

  /// Decides whether the one-bit `question` can be 1, without any help from outside.
  ///
  /// Bit-blasting and a SAT search, with two things stated lazily, when a model needs them: that
  /// equal indices read equal elements, and what wide products and quotients are.
  public static func decide(
    _ question: Term, in arena: TermArena, limits: DecisionLimits = DecisionLimits()
  ) -> Decision {
    if question == arena.no { return .unsatisfiable }
    if question == arena.yes { return .satisfiable(Assignment(), isApproximate: false) }
    let search = DecisionSearch(question, in: arena, limits)
    return search.run()
  }
}

/// One question on its way to an answer.
private final class DecisionSearch {
  private let question: Term
  private let arena: TermArena
  private let limits: DecisionLimits
  private let solver = SATSolver()
  private let gates: Gates
  private let blaster: BitBlaster
  /// Reads of array variables, with the wires of index and element.
  private var reads: [(array: Term, index: Wires, value: Wires)] = []
  private var points = 0

  init(_ question: Term, in arena: TermArena, _ limits: DecisionLimits) {
    self.question = question
    self.arena = arena
    self.limits = limits
    gates = Gates(solver)
    blaster = BitBlaster(
      arena, gates, productLimit: limits.product, quotientLimit: limits.quotient)
  }

  func run() -> Decision {
    var elimination = ArrayElimination(arena, termLimit: arena.count + limits.terms)
    guard let plain = elimination.eliminate(question) else {
      return .unknown(why: "more than \(limits.terms) terms without arrays")
    }
    if plain == arena.no { return .unsatisfiable }
    let tooLarge = Decision.unknown(why: "more than \(limits.gates) gates")
    guard let root = blaster.wires(of: plain, gateLimit: limits.gates) else { return tooLarge }
    for read in elimination.reads {
      guard let index = blaster.wires(of: read.index, gateLimit: limits.gates),
        let value = blaster.wires(of: read.value, gateLimit: limits.gates)
      else { return tooLarge }
      reads.append((read.array, index, value))
    }
    solver.addClause([root[0]])
    return refine()
  }

  private func refine() -> Decision {
    var suggestion: Assignment?
    while true {
      switch solver.solve(conflictLimit: limits.conflicts - solver.conflicts) {
      case .unsatisfiable: return .unsatisfiable
      case .undecided:
        if let suggestion { return .satisfiable(suggestion, isApproximate: true) }
        return .unknown(why: "more than \(limits.conflicts) conflicts")
      case .satisfiable: break
      }
      if stateEqualReads() { continue }
      let model = assignment()
      if arena.evaluate(question, under: model) == 1 {
        return .satisfiable(model, isApproximate: false)
      }
      suggestion = model
      if stateEqualOpaques() { continue }
      // Only open products and quotients can be at fault now.
      guard stateOpaques() else { return .satisfiable(model, isApproximate: true) }
      if gates.count > limits.gates { return .satisfiable(model, isApproximate: true) }
    }
  }

  private func value(_ wires: Wires) -> UInt128 {
    wires.reversed().reduce(0) { $0 << 1 | (solver.value(of: $1) ? 1 : 0) }
  }

  /// Ackermann's constraint for reads of equal indices with unequal elements in the model.
  private func stateEqualReads() -> Bool {
    var first: [Element: Int] = [:]
    var pairs: [(Int, Int)] = []
    for (position, read) in reads.enumerated() {
      let element = Element(array: read.array, index: value(read.index))
      if let other = first[element] {
        if value(read.value) != value(reads[other].value) { pairs.append((other, position)) }
      } else {
        first[element] = position
      }
    }
    for (left, right) in pairs {
      let sameIndex = gates.equal(reads[left].index, reads[right].index)
      let sameValue = gates.equal(reads[left].value, reads[right].value)
      solver.addClause([~sameIndex, sameValue])
    }
    return !pairs.isEmpty
  }

  private struct Element: Hashable {
    var array: Term
    var index: UInt128
  }

  /// The same for open products and quotients of equal operands with unequal results.
  private func stateEqualOpaques() -> Bool {
    struct Operands: Hashable {
      var kind: BitBlaster.Opaque.Kind
      var width: Int
      var left: UInt128
      var right: UInt128
      var rightWidth: Int
      var code: UInt128
      var resultWidth: Int
    }
    var first: [Operands: Int] = [:]
    var isChanged = false
    for (position, opaque) in blaster.opaques.enumerated() {
      var (left, right) = (value(opaque.left), value(opaque.right))
      if opaque.kind == .product, right < left { swap(&left, &right) }
      let operands = Operands(
        kind: opaque.kind, width: opaque.left.count, left: left, right: right,
        rightWidth: opaque.right.count, code: value(opaque.code),
        resultWidth: opaque.result.count)
      guard let known = first[operands] else {
        first[operands] = position
        continue
      }
      let other = blaster.opaques[known]
      if zip(opaque.result, other.result).allSatisfy({
        solver.value(of: $0) == solver.value(of: $1)
      }) {
        continue
      }
      isChanged = true
      let sameResult = gates.equal(opaque.result, other.result)
      let straight = gates.and(
        gates.and(
          gates.equal(opaque.left, other.left), gates.equal(opaque.right, other.right)),
        gates.equal(opaque.code, other.code))
      solver.addClause([~straight, sameResult])
      if opaque.kind == .product {
        let crossed = gates.and(
          gates.equal(opaque.left, other.right), gates.equal(opaque.right, other.left))
        solver.addClause([~crossed, sameResult])
      }
    }
    return isChanged
  }

  /// The circuits of all products and quotients that are wrong in the model; whether there were any.
  private func stateOpaques() -> Bool {
    var wrong: [Int] = []
    for (position, opaque) in blaster.opaques.enumerated() where !opaque.isExact {
      let width = opaque.left.count
      let (x, y) = (value(opaque.left), value(opaque.right))
      // A primitive's result may be narrower than its operands.
      func results(_ range: Range<Int>) -> UInt128 { value(Wires(opaque.result[range])) }
      let isRight: Bool
      switch opaque.kind {
      case .product:
        isRight = results(0..<width) == Fold.binary(.mul, x, y, width: width, rightWidth: width)
      case .quotient:
        isRight =
          results(0..<width) == Fold.binary(.udiv, x, y, width: width, rightWidth: width)
          && results(width..<2 * width)
            == Fold.binary(.urem, x, y, width: width, rightWidth: width)
      case .primitive: isRight = value(opaque.result) == exact(opaque)
      }
      if !isRight { wrong.append(position) }
    }
    var isStated = false
    for position in wrong {
      let opaque = blaster.opaques[position]
      if opaque.kind == .primitive {
        if statePoint(of: opaque) { isStated = true }
        continue
      }
      isStated = true
      blaster.opaques[position].isExact = true
      let exact: Wires
      switch opaque.kind {
      case .product: exact = gates.mul(opaque.left, opaque.right)
      case .quotient:
        let (quotient, remainder) = gates.divide(opaque.left, opaque.right)
        exact = quotient + remainder
      case .primitive: continue
      }
      solver.addClause([gates.equal(exact, opaque.result)])
    }
    return isStated
  }

  /// What a primitive gives for the model's operands.
  private func exact(_ opaque: BitBlaster.Opaque) -> UInt128 {
    Fold.function(
      .ieee, value(opaque.left), value(opaque.right), value(opaque.code),
      width: opaque.left.count, rightWidth: opaque.right.count, resultWidth: opaque.result.count)
  }

  /// States the result of a primitive for the model's operands, unless that was done too often:
  /// it has no circuit, only values.
  private func statePoint(of opaque: BitBlaster.Opaque) -> Bool {
    guard points < limits.points else { return false }
    points += 1
    func isAsNow(_ wires: Wires) -> Literal {
      gates.equal(wires, gates.constant(value(wires), width: wires.count))
    }
    let operands = gates.and(
      gates.and(isAsNow(opaque.left), isAsNow(opaque.right)), isAsNow(opaque.code))
    let result = gates.constant(exact(opaque), width: opaque.result.count)
    solver.addClause([~operands, gates.equal(result, opaque.result)])
    return true
  }

  private func assignment() -> Assignment {
    var assignment = Assignment()
    for (term, wires) in blaster.variables { assignment.bits[term] = value(wires) }
    for read in reads {
      assignment.arrays[read.array, default: Assignment.Array()]
        .elements[UInt64(truncatingIfNeeded: value(read.index))] = value(read.value)
    }
    return assignment
  }
}
