import ISACore
import Terms

/// Turns terms without arrays into gates.
///
/// Primitives and wide products and quotients become new variables first, about which only their operands are
/// remembered; `Decision` states more about them when a model needs it.
final class BitBlaster {
  /// A product, quotient or primitive left open.
  struct Opaque {
    enum Kind: Hashable { case product, quotient, primitive }
    var kind: Kind
    var left: Wires
    var right: Wires
    /// Of a primitive: which one.
    var code: Wires = []
    /// The product; quotient and remainder, the quotient lower; what the primitive gives.
    var result: Wires
    /// Its circuit has been stated.
    var isExact = false
  }

  let arena: TermArena
  let gates: Gates
  private let productLimit: Int
  private let quotientLimit: Int
  private var wires: [Term: Wires] = [:]
  private(set) var variables: [(term: Term, wires: Wires)] = []
  var opaques: [Opaque] = []

  private struct OpaqueKey: Hashable {
    var kind: Opaque.Kind
    var left: Wires
    var right: Wires
    var code: Wires = []
    var width = 0
  }
  private var knownOpaques: [OpaqueKey: Wires] = [:]

  /// - Parameters:
  ///   - productLimit: products of at most this many bits are exact from the start.
  ///   - quotientLimit: the same for quotients and remainders.
  init(_ arena: TermArena, _ gates: Gates, productLimit: Int, quotientLimit: Int) {
    self.arena = arena
    self.gates = gates
    self.productLimit = productLimit
    self.quotientLimit = quotientLimit
  }

  /// The wires of `root`; nil if more than `gateLimit` gates exist then.
  func wires(of root: Term, gateLimit: Int) -> Wires? {
    for term in arena.cone(of: [root]) where wires[term] == nil {
      if gates.count > gateLimit { return nil }
      wires[term] = make(term)
    }
    return gates.count > gateLimit ? nil : wires[root]
  }

  private func make(_ term: Term) -> Wires {
    let node = arena.node(term)
    let width = Int(node.width)
    func first() -> Wires { wires[node.first]! }
    func second() -> Wires { wires[node.second]! }
    switch node.op {
    case .constant: return gates.constant(arena.constantValue(of: term)!, width: width)
    case .variable:
      let result = gates.variables(width: width)
      variables.append((term, result))
      return result
    case .not: return first().map { ~$0 }
    case .neg: return gates.neg(first())
    case .sext:
      let x = first()
      return x + Wires(repeating: x[x.count - 1], count: width - x.count)
    case .extract: return Wires(first()[node.low..<node.low + width])
    case .popcount: return gates.populationCount(first(), width: width)
    case .clz: return gates.zerosBeforeOne(first().reversed(), width: width)
    case .ctz: return gates.zerosBeforeOne(first(), width: width)
    case .add: return gates.add(first(), second())
    case .sub: return gates.sub(first(), second())
    case .mul: return product(first(), second())
    case .udiv: return quotient(first(), second()).quotient
    case .urem: return quotient(first(), second()).remainder
    case .sdiv: return signed(first(), second()).quotient
    case .srem: return signed(first(), second()).remainder
    case .and: return zip(first(), second()).map { gates.and($0, $1) }
    case .or: return zip(first(), second()).map { gates.or($0, $1) }
    case .xor: return zip(first(), second()).map { gates.xor($0, $1) }
    case .shl: return gates.shift(first(), by: second(), left: true, incoming: gates.no)
    case .lshr: return gates.shift(first(), by: second(), left: false, incoming: gates.no)
    case .ashr:
      let x = first()
      return gates.shift(x, by: second(), left: false, incoming: x[width - 1])
    case .eq: return [gates.equal(first(), second())]
    case .ult: return [gates.less(first(), second())]
    case .slt: return [gates.lessSigned(first(), second())]
    case .concat: return second() + first()
    case .ite: return gates.mux(first()[0], second(), wires[node.third]!)
    case .ieee: return primitive(first(), second(), wires[node.third]!, width: width)
    case .constantArray, .select, .store:
      preconditionFailure("arrays are eliminated before terms become gates")
    }
  }

  // MARK: Products and quotients

  private func product(_ x: Wires, _ y: Wires) -> Wires {
    // A factor with few live bits is a short sum whatever its width.
    let rows = min(liveBits(x), liveBits(y))
    if x.count <= productLimit || rows <= 8 { return gates.mul(x, y) }
    return opaque(.product, x, y)
  }

  private func quotient(_ x: Wires, _ y: Wires) -> (quotient: Wires, remainder: Wires) {
    if x.count <= quotientLimit { return gates.divide(x, y) }
    let both = opaque(.quotient, x, y)
    return (Wires(both[..<x.count]), Wires(both[x.count...]))
  }

  private func liveBits(_ wires: Wires) -> Int {
    wires.count { $0 != gates.no }
  }

  private func opaque(_ kind: Opaque.Kind, _ x: Wires, _ y: Wires) -> Wires {
    let key = OpaqueKey(kind: kind, left: x, right: y)
    if let known = knownOpaques[key] { return known }
    let result = gates.variables(width: kind == .product ? x.count : 2 * x.count)
    opaques.append(Opaque(kind: kind, left: x, right: y, result: result))
    knownOpaques[key] = result
    return result
  }

  private func primitive(_ x: Wires, _ y: Wires, _ code: Wires, width: Int) -> Wires {
    let key = OpaqueKey(kind: .primitive, left: x, right: y, code: code, width: width)
    if let known = knownOpaques[key] { return known }
    let result = gates.variables(width: width)
    opaques.append(Opaque(kind: .primitive, left: x, right: y, code: code, result: result))
    knownOpaques[key] = result
    return result
  }

  /// Signed division through magnitudes, truncating; the remainder has the dividend's sign.
  private func signed(_ x: Wires, _ y: Wires) -> (quotient: Wires, remainder: Wires) {
    let (signX, signY) = (x[x.count - 1], y[y.count - 1])
    let (quotient, remainder) = quotient(
      gates.mux(signX, gates.neg(x), x), gates.mux(signY, gates.neg(y), y))
    return (
      gates.mux(gates.xor(signX, signY), gates.neg(quotient), quotient),
      gates.mux(signX, gates.neg(remainder), remainder)
    )
  }
}
