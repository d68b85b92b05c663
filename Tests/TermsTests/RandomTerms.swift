import ISACore
import Terms

extension SeededGenerator {
  /// Corners more often than not: zeros, ones, the sign, small numbers, masks of one run.
  mutating func corner(_ width: Int) -> UInt128 {
    let mask = BitVector.mask(width)
    switch Int.random(in: 0..<8, using: &self) {
    case 0: return 0
    case 1: return mask
    case 2: return width == 0 ? 0 : UInt128(1) << UInt128(width - 1)
    case 3: return UInt128(Int.random(in: 0...4, using: &self)) & mask
    case 4: return mask >> 1
    case 5:
      let low = Int.random(in: 0...width, using: &self)
      let run = Int.random(in: 0...width - low, using: &self)
      return BitVector.mask(run) << UInt128(low == 128 ? 127 : low) & mask
    case 6: return (0 &- UInt128(Int.random(in: 0...4, using: &self))) & mask
    default: return bits(width)
    }
  }
}

/// A random graph of expressions, kept twice: as simplified terms, and as the values that `Fold`
/// gives the same expressions without any simplification.
struct RandomTerms {
  let arena = TermArena()
  private(set) var terms: [Term] = []
  private var widths: [Int] = []
  /// By assignment, then by position in `terms`.
  private(set) var values: [[UInt128]]
  private(set) var assignments: [Assignment]
  private var generator: SeededGenerator

  private static let comparisons: [Operator] = [.eq, .ult, .ule, .slt, .sle]
  private static let arithmetic: [Operator] = [
    .add, .add, .sub, .mul, .udiv, .urem, .sdiv, .srem, .and, .and, .or, .or, .xor,
  ]

  init(seed: UInt64, assignments count: Int) {
    generator = SeededGenerator(seed: seed)
    values = Array(repeating: [], count: count)
    assignments = Array(repeating: Assignment(), count: count)
  }

  /// Adds variables of `widths`, then `count` expressions of at most `limit` bits over them.
  mutating func grow(variables: [Int], count: Int, limit: Int) {
    for width in variables {
      let term = arena.variable("v\(terms.count)", width: width)
      for index in assignments.indices {
        let value = generator.corner(width)
        assignments[index].bits[term] = value
        values[index].append(value)
      }
      terms.append(term)
      widths.append(width)
    }
    for _ in 0..<count { addExpression(limit) }
  }

  private mutating func add(_ term: Term, width: Int, _ value: (Int) -> UInt128) {
    for index in assignments.indices { values[index].append(value(index)) }
    terms.append(term)
    widths.append(width)
  }

  /// A position, recent ones more often.
  private mutating func pick() -> Int {
    let recent = Bool.random(using: &generator) ? max(0, terms.count - 12) : 0
    return Int.random(in: recent..<terms.count, using: &generator)
  }

  /// A position of an expression of `width` bits, made by resizing or as a constant if need be.
  private mutating func pick(width: Int) -> Int {
    if Int.random(in: 0..<4, using: &generator) == 0 {
      let value = generator.corner(width)
      add(arena.constant(value, width: width), width: width) { _ in value }
      return terms.count - 1
    }
    for _ in 0..<8 {
      let position = pick()
      if widths[position] == width { return position }
    }
    let position = pick()
    let from = widths[position]
    if from == width { return position }
    if from > width {
      addExtract(position, low: Int.random(in: 0...from - width, using: &generator), width)
    } else {
      addExtension(position, width, isSigned: Bool.random(using: &generator))
    }
    return terms.count - 1
  }

  private mutating func addExtract(_ x: Int, low: Int, _ width: Int) {
    let from = widths[x]
    add(arena.extract(terms[x], low: low, width: width), width: width) { [values] in
      Fold.unary(.extract, values[$0][x], width: from, resultWidth: width, low: low)
    }
  }

  private mutating func addExtension(_ x: Int, _ width: Int, isSigned: Bool) {
    let from = widths[x]
    let term = isSigned ? arena.sext(terms[x], to: width) : arena.zext(terms[x], to: width)
    add(term, width: width) { [values] in
      Fold.unary(isSigned ? .sext : .zext, values[$0][x], width: from, resultWidth: width)
    }
  }

  private mutating func addUnary(_ op: Operator, _ x: Int) {
    let width = widths[x]
    add(arena.unary(op, terms[x]), width: width) { [values] in
      Fold.unary(op, values[$0][x], width: width, resultWidth: width)
    }
  }

  private mutating func addBinary(_ op: Operator, _ x: Int, _ y: Int) {
    let (left, right) = (widths[x], widths[y])
    let width = op.isComparison ? 1 : op == .concat ? left + right : left
    add(arena.binary(op, terms[x], terms[y]), width: width) { [values] in
      Fold.binary(op, values[$0][x], values[$0][y], width: left, rightWidth: right)
    }
  }

  private mutating func addExpression(_ limit: Int) {
    let x = pick()
    let width = widths[x]
    switch Int.random(in: 0..<20, using: &generator) {
    case 0: addUnary(.not, x)
    case 1: addUnary([.neg, .popcount, .clz, .ctz].randomElement(using: &generator)!, x)
    case 2:
      let low = Int.random(in: 0..<max(1, width), using: &generator)
      addExtract(x, low: low, Int.random(in: 0...width - low, using: &generator))
    case 3:
      let to = Int.random(in: width...max(width, limit), using: &generator)
      addExtension(x, to, isSigned: Bool.random(using: &generator))
    case 4...8:
      addBinary(RandomTerms.arithmetic.randomElement(using: &generator)!, x, pick(width: width))
    case 9: addBinary([.shl, .lshr, .ashr].randomElement(using: &generator)!, x, pick())
    case 10:
      let amount = UInt128(Int.random(in: 0...width + 1, using: &generator))
      add(arena.constant(amount, width: 8), width: 8) { _ in amount & 0xFF }
      addBinary([.shl, .lshr, .ashr].randomElement(using: &generator)!, x, terms.count - 1)
    case 11...13:
      addBinary(RandomTerms.comparisons.randomElement(using: &generator)!, x, pick(width: width))
    case 14...16:
      let y = pick()
      if width + widths[y] <= limit { addBinary(.concat, x, y) }
    default:
      let condition = pick(width: 1)
      let y = pick(width: width)
      add(arena.ite(terms[condition], terms[x], terms[y]), width: width) { [values] in
        values[$0][condition] == 1 ? values[$0][x] : values[$0][y]
      }
    }
  }
}
