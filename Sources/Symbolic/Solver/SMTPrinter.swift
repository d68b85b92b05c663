import ISACore
import Terms

/// Writes a question in SMT-LIB 2.6, logic QF_ABV; with uninterpreted functions for primitives,
/// so that `unsat` is believed and a model is a suggestion, to be replayed like any other.
///
/// Every operator becomes a constant and its definition, so that the script is as long as the graph
/// is large, however often its parts are shared. (A `define-fun` would do the same, but z3 4.8
/// takes exponential time to read many that build on one another.)
public struct SMTPrinter {
  private let arena: TermArena
  private var names: [Term: String] = [:]

  public init(_ arena: TermArena) {
    self.arena = arena
  }

  /// A script that asks whether the one-bit `question` can be 1, and for a model if it can.
  ///
  /// - Parameter values: bit-vector terms whose values are asked for, in this order.
  public mutating func script(_ question: Term, values: [Term] = []) -> String {
    let cone = arena.cone(of: [question] + values)
    // Constant arrays are an extension that solvers know only outside the named logics.
    let isPlain = !cone.contains { arena.node($0).op == .constantArray }
    let functions = Set(cone.filter { arena.node($0).op == .ieee }.map(signature)).sorted()
    let logic = !isPlain ? "ALL" : functions.isEmpty ? "QF_ABV" : "QF_AUFBV"
    var text = "(set-option :produce-models true)\n(set-logic \(logic))\n"
    for function in functions { text += "(declare-fun \(function))\n" }
    var taken = Set<String>()
    for term in cone {
      if let variable = arena.variable(term) {
        let name = symbol(for: variable, &taken)
        names[term] = name
        text += "(declare-const \(name) \(sort(of: term)))\n"
      } else if let value = arena.constantValue(of: term) {
        names[term] = literal(value, width: arena.width(of: term))
      } else {
        let name = "t\(term.index)"
        text += "(declare-const \(name) \(sort(of: term)))\n"
        text += "(assert (= \(name) \(definition(of: term))))\n"
        names[term] = name
      }
    }
    for conjunct in conjuncts(of: question) { text += "(assert \(formula(conjunct)))\n" }
    text += "(check-sat)\n"
    if !values.isEmpty {
      text += "(get-value (\(values.map { names[$0]! }.joined(separator: " "))))\n"
    }
    return text + "(exit)\n"
  }

  /// The members of a chain of one-bit conjunctions: stated one by one, they are substituted by a
  /// solver before it thinks of bits.
  private func conjuncts(of question: Term) -> [Term] {
    var conjuncts: [Term] = []
    var seen = Set<Term>()
    var pending = [question]
    while let term = pending.popLast() {
      guard seen.insert(term).inserted else { continue }
      let node = arena.node(term)
      if node.op == .and, node.width == 1 {
        pending.append(node.second)
        pending.append(node.first)
      } else {
        conjuncts.append(term)
      }
    }
    return conjuncts
  }

  /// A bit as a formula.
  private func formula(_ term: Term) -> String {
    let node = arena.node(term)
    switch node.op {
    case .eq: return "(= \(names[node.first]!) \(names[node.second]!))"
    case .not: return "(= \(names[node.first]!) #b0)"
    default: return "(= \(names[term]!) #b1)"
    }
  }

  private func symbol(for variable: TermArena.Variable, _ taken: inout Set<String>) -> String {
    let plain = String(variable.name.map { $0 == "|" || $0 == "\\" ? "_" : $0 })
    let name = "|\(plain)|"
    if taken.insert(name).inserted { return name }
    let unique = "|\(plain)!\(variable.term.index)|"
    taken.insert(unique)
    return unique
  }

  private func sort(of term: Term) -> String {
    switch arena.sort(of: term) {
    case .bits(let width): "(_ BitVec \(width))"
    case .array(let index, let width): "(Array (_ BitVec \(index)) (_ BitVec \(width)))"
    }
  }

  private func literal(_ value: UInt128, width: Int) -> String {
    let digits = String(value, radix: 2)
    return "#b" + String(repeating: "0", count: width - digits.count) + digits
  }

  private func definition(of term: Term) -> String {
    let node = arena.node(term)
    let width = Int(node.width)
    func name(_ term: Term) -> String { names[term]! }
    func call(_ function: String) -> String {
      let operands = [node.first, node.second, node.third].prefix(node.op.arity)
      return "(\(function) \(operands.map(name).joined(separator: " ")))"
    }
    switch node.op {
    case .constant, .variable: return name(term)
    case .not: return call("bvnot")
    case .neg: return call("bvneg")
    case .sext: return call("(_ sign_extend \(width - arena.width(of: node.first)))")
    case .extract: return call("(_ extract \(node.low + width - 1) \(node.low))")
    case .popcount, .clz, .ctz: return count(node)
    case .add: return call("bvadd")
    case .sub: return call("bvsub")
    case .mul: return call("bvmul")
    case .udiv: return call("bvudiv")
    case .urem: return call("bvurem")
    case .sdiv: return call("bvsdiv")
    case .srem: return call("bvsrem")
    case .and: return call("bvand")
    case .or: return call("bvor")
    case .xor: return call("bvxor")
    case .shl: return shift("bvshl", node)
    case .lshr: return shift("bvlshr", node)
    case .ashr: return shift("bvashr", node)
    case .eq: return bit(call("="))
    case .ult: return bit(call("bvult"))
    case .slt: return bit(call("bvslt"))
    case .concat: return call("concat")
    case .ite: return "(ite (= \(name(node.first)) #b1) \(name(node.second)) \(name(node.third)))"
    case .ieee: return call(function(term))
    case .constantArray: return "((as const \(sort(of: term))) \(name(node.first)))"
    case .select: return call("select")
    case .store: return call("store")
    }
  }

  private func function(_ term: Term) -> String {
    let node = arena.node(term)
    return "ieee_\(arena.width(of: node.first))_\(arena.width(of: node.second))_\(node.width)"
  }

  /// Name, operands and result of the function that stands for a primitive on such widths.
  private func signature(_ term: Term) -> String {
    let node = arena.node(term)
    let operands = [node.first, node.second, node.third].map(sort).joined(separator: " ")
    return "\(function(term)) (\(operands)) \(sort(of: term))"
  }

  private func bit(_ condition: String) -> String { "(ite \(condition) #b1 #b0)" }

  /// SMT-LIB wants an amount as wide as the value: both are widened to the wider.
  private func shift(_ function: String, _ node: TermNode) -> String {
    let value = Int(node.width)
    let amount = arena.width(of: node.second)
    let (x, y) = (names[node.first]!, names[node.second]!)
    if amount <= value { return "(\(function) \(x) ((_ zero_extend \(value - amount)) \(y)))" }
    let extend = function == "bvashr" ? "sign_extend" : "zero_extend"
    let wide = "(\(function) ((_ \(extend) \(amount - value)) \(x)) \(y))"
    return "((_ extract \(value - 1) 0) \(wide))"
  }

  /// Counts have no operator in SMT-LIB: a sum of bits, or the first one from an end.
  private func count(_ node: TermNode) -> String {
    let x = names[node.first]!
    let width = Int(node.width)
    let from = arena.width(of: node.first)
    func bit(_ position: Int) -> String { "((_ extract \(position) \(position)) \(x))" }
    func number(_ value: Int) -> String {
      literal(UInt128(value) & BitVector.mask(width), width: width)
    }
    if node.op == .popcount {
      return (0..<from).reduce(number(0)) { sum, position in
        "(bvadd \(sum) (ite (= \(bit(position)) #b1) \(number(1)) \(number(0))))"
      }
    }
    let isLeading = node.op == .clz
    return (0..<from).reversed().reduce(number(from)) { rest, zeros in
      let position = isLeading ? from - 1 - zeros : zeros
      return "(ite (= \(bit(position)) #b1) \(number(zeros)) \(rest))"
    }
  }
}
