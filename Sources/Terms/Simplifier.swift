import ISACore

// The one simplifier of the project. It lives in the constructors, so there is no unsimplified term
// and no pass to forget; symbolic execution, partial evaluation and the provers share it.
//
// Normal forms, on which rules lean for strength but never for correctness:
// - constants are folded by `Fold`; commutative operators carry the constant on the right, else
//   the older term on the left;
// - `zext`, constant shifts and masks of few runs are a right-nested `concat` of pieces, in which
//   adjacent constants and adjacent extracts are merged;
// - `extract`, `not` and the bitwise operators go inwards through `concat`, `ite` stays outside;
// - sums carry their constant outermost: `(x + y) + 4`;
// - comparisons are `eq`, `ult`, `slt`, with a constant on the right.

extension TermArena {
  /// How many nested constructor calls one outermost call may make.
  ///
  /// Rules that push an operator into both arms of an `ite`, or split one along another's pieces,
  /// could visit every path of a shared graph. Out of fuel, a constructor folds constants and
  /// interns what it was given: always correct, and the same for the same operands.
  static var fuelPerCall: Int { 512 }

  /// How deep constructor calls may nest: a secondary thread's stack is half a megabyte.
  static var deepestNesting: Int { 100 }

  /// Applies `rule` within the budget of the outermost call, or interns `node` when it is used up.
  @inline(__always)
  func rewriting(_ node: @autoclosure () -> TermNode, _ rule: () -> Term) -> Term {
    if depth == 0 { fuel = TermArena.fuelPerCall }
    guard fuel > 0, depth < TermArena.deepestNesting else { return intern(node()) }
    fuel -= 1
    depth += 1
    let result = rule()
    depth -= 1
    return result
  }

  /// Any unary operator but `zext`, `sext` and `extract`, which have parameters.
  public func unary(_ op: Operator, _ x: Term) -> Term {
    switch op {
    case .not: not(x)
    case .neg: neg(x)
    case .popcount, .clz, .ctz: count(op, x)
    default: preconditionFailure("not a plain unary operator: \(op)")
    }
  }

  /// Any binary operator. Widths are equal, but for shift amounts and `concat`.
  public func binary(_ op: Operator, _ x: Term, _ y: Term) -> Term {
    switch op {
    case .add: add(x, y)
    case .sub: sub(x, y)
    case .mul: mul(x, y)
    case .udiv, .urem, .sdiv, .srem: divide(op, x, y)
    case .and: and(x, y)
    case .or: or(x, y)
    case .xor: xor(x, y)
    case .shl: shl(x, y)
    case .lshr: lshr(x, y)
    case .ashr: ashr(x, y)
    case .eq: eq(x, y)
    case .ult: ult(x, y)
    case .ule: ule(x, y)
    case .slt: slt(x, y)
    case .sle: sle(x, y)
    case .concat: concat(x, y)
    default: preconditionFailure("not a binary operator: \(op)")
    }
  }

  /// The primitive `code` (32 bits) of two numbers, `width` bits of result.
  public func ieee(_ x: Term, _ y: Term, _ code: Term, width: Int) -> Term {
    if let (left, right) = constants(x, y), let code = constantValue(of: code) {
      return constant(
        Fold.function(
          .ieee, left, right, code, width: self.width(of: x), rightWidth: self.width(of: y),
          resultWidth: width), width: width)
    }
    return intern(TermNode(.ieee, width: width, a: x.index, b: y.index, c: code.index))
  }

  /// Both operands' values, if both are constants.
  @inline(__always)
  func constants(_ x: Term, _ y: Term) -> (UInt128, UInt128)? {
    let left = node(x)
    let right = node(y)
    guard left.op == .constant, right.op == .constant else { return nil }
    return (constantValue(left), constantValue(right))
  }

  /// Operands of a commutative operator in normal order: constant right, else older left.
  @inline(__always)
  func ordered(_ x: Term, _ y: Term) -> (Term, Term) {
    if node(x).op == .constant { return (y, x) }
    if node(y).op == .constant { return (x, y) }
    return x < y ? (x, y) : (y, x)
  }

  @inline(__always)
  func isConstant(_ term: Term) -> Bool { node(term).op == .constant }

  /// The operands of `term` if it is an `ite` between two constants.
  @inline(__always)
  func constantChoice(_ term: Term) -> (condition: Term, then: UInt128, otherwise: UInt128)? {
    let node = node(term)
    guard node.op == .ite, node.indexWidth == 0,
      let then = constantValue(of: node.second), let otherwise = constantValue(of: node.third)
    else { return nil }
    return (node.first, then, otherwise)
  }

  func checkEqualWidths(_ x: Term, _ y: Term) {
    precondition(
      node(x).width == node(y).width && node(x).indexWidth == 0 && node(y).indexWidth == 0,
      "operands of one width wanted")
  }
}
