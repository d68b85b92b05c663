import ISACore

/// Terms made ready to be evaluated under many assignments.
///
/// The steps are the terms' cone in arena order, so one pass without recursion evaluates every
/// subterm once. A read from an array walks the writes above it.
public struct EvaluationPlan: Sendable {
  private struct Step: Sendable {
    var op: TermOperator
    var width: UInt8
    /// Width of the first operand, of the second one for shifts and `concat`.
    var leftWidth: UInt8
    var rightWidth: UInt8
    // Positions in the plan (`extract`: b is the lowest bit; leaves: a is unused).
    var a: Int32
    var b: Int32
    var c: Int32
  }

  private var steps: [Step] = []
  private var constants: [(position: Int, value: UInt128)] = []
  private var variables: [(position: Int, term: Term, isArray: Bool)] = []
  private let roots: [Int]

  /// - Parameter roots: bit-vector terms of `arena`.
  public init(_ roots: [Term], in arena: TermArena) {
    let cone = arena.cone(of: roots)
    var positions: [Term: Int32] = [:]
    positions.reserveCapacity(cone.count)
    steps.reserveCapacity(cone.count)
    for (position, term) in cone.enumerated() {
      positions[term] = Int32(position)
      let node = arena.node(term)
      var step = Step(
        op: node.op, width: node.width, leftWidth: 0, rightWidth: 0, a: 0, b: node.b, c: 0)
      switch node.op {
      case .constant:
        constants.append((position, arena.constantValue(of: term)!))
      case .variable:
        variables.append((position, term, node.indexWidth > 0))
      default:
        step.a = positions[node.first]!
        step.leftWidth = arena.node(node.first).width
        if node.op.arity > 1 {
          step.b = positions[node.second]!
          step.rightWidth = arena.node(node.second).width
        }
        if node.op.arity > 2 { step.c = positions[node.third]! }
      }
      steps.append(step)
    }
    self.roots = roots.map { Int(positions[$0]!) }
  }

  /// The values of the roots under `assignment`.
  public func values(under assignment: Assignment) -> [UInt128] {
    var values = [UInt128](repeating: 0, count: steps.count)
    var arrays: [Int: Assignment.Array] = [:]
    for (position, value) in constants { values[position] = value }
    for (position, term, isArray) in variables {
      if isArray {
        arrays[position] = assignment.arrays[term] ?? Assignment.Array()
      } else {
        values[position] =
          (assignment.bits[term] ?? 0) & BitVector.mask(Int(steps[position].width))
      }
    }
    for (position, step) in steps.enumerated() {
      switch step.op {
      case .constant, .variable, .constantArray, .store:
        break
      case .select:
        values[position] = element(
          of: Int(step.a), at: values[Int(step.b)], values, arrays)
      case .ite:
        values[position] = values[Int(step.a)] == 1 ? values[Int(step.b)] : values[Int(step.c)]
      case .ieee:
        values[position] = Fold.function(
          .ieee, values[Int(step.a)], values[Int(step.b)], values[Int(step.c)],
          width: Int(step.leftWidth), rightWidth: Int(step.rightWidth),
          resultWidth: Int(step.width))
      case .extract:
        values[position] = Fold.unary(
          .extract, values[Int(step.a)], width: Int(step.leftWidth),
          resultWidth: Int(step.width), low: Int(step.b))
      case .not, .neg, .sext, .popcount, .clz, .ctz:
        values[position] = Fold.unary(
          step.op.isaOperator!, values[Int(step.a)], width: Int(step.leftWidth),
          resultWidth: Int(step.width))
      default:
        values[position] = Fold.binary(
          step.op.isaOperator!, values[Int(step.a)], values[Int(step.b)],
          width: Int(step.leftWidth), rightWidth: Int(step.rightWidth))
      }
    }
    return roots.map { values[$0] }
  }

  private func element(
    of array: Int, at index: UInt128, _ values: [UInt128], _ arrays: [Int: Assignment.Array]
  ) -> UInt128 {
    var array = array
    while true {
      let step = steps[array]
      switch step.op {
      case .store:
        if values[Int(step.b)] == index { return values[Int(step.c)] }
        array = Int(step.a)
      case .ite:
        array = Int(values[Int(step.a)] == 1 ? step.b : step.c)
      case .constantArray:
        return values[Int(step.a)]
      default:
        return (arrays[array]?[UInt64(truncatingIfNeeded: index)] ?? 0)
          & BitVector.mask(Int(step.width))
      }
    }
  }
}

extension TermArena {
  /// The value of a bit-vector term under `assignment`. For many assignments make an
  /// `EvaluationPlan`.
  public func evaluate(_ term: Term, under assignment: Assignment) -> UInt128 {
    constantValue(of: term) ?? EvaluationPlan([term], in: self).values(under: assignment)[0]
  }
}
