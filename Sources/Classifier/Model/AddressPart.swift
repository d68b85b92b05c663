import ISACore

/// What an operand's address has above its low part: made of fields and prefixes alone, it has few
/// values, which can be told one by one.
struct AddressPart {
  let form: Form
  /// Locals of the address, by what they stand for.
  let assigned: (LocalID) -> ExpressionID?

  /// More are not enumerated; so the field that is the low part, which is wider, is none of these.
  private static let mostBits = 12

  private enum Leaf: Hashable {
    case field(Int)
    case context(Int)
  }

  /// Values that the expressions have together, over all fields and contexts that decoding permits.
  ///
  /// - Returns: nil if they read anything else, or too much.
  func values(of expressions: [ExpressionID], contexts: [Context]) -> Set<[UInt128]>? {
    var leaves: [Leaf] = []
    for id in expressions where !collect(id, into: &leaves) { return nil }
    let widths = leaves.map { leaf in
      switch leaf {
      case .field(let field): form.fields[field].width
      case .context(let context): contexts[context].width
      }
    }
    guard widths.reduce(0, +) <= AddressPart.mostBits else { return nil }
    var values: Set<[UInt128]> = []
    for bits in 0..<(UInt128(1) << UInt128(widths.reduce(0, +))) {
      var rest = bits
      var valuation: [Leaf: UInt128] = [:]
      for (leaf, width) in zip(leaves, widths) {
        valuation[leaf] = rest & BitVector.mask(width)
        rest >>= UInt128(width)
      }
      if isPermitted(valuation) { values.insert(expressions.map { evaluate($0, valuation) }) }
    }
    return values
  }

  private func collect(_ id: ExpressionID, into leaves: inout [Leaf]) -> Bool {
    let node = form.program[id]
    func add(_ leaf: Leaf) -> Bool {
      if !leaves.contains(leaf) { leaves.append(leaf) }
      return true
    }
    switch node.op {
    case .constant: return true
    case .field: return add(.field(Int(node.a)))
    case .context: return add(.context(Int(node.a)))
    case .local: return assigned(node.a).map { collect($0, into: &leaves) } ?? false
    default: break
    }
    switch node.op.shape {
    case .leaf, .function: return false
    case .unary: return collect(node.a, into: &leaves)
    case .binary: return collect(node.a, into: &leaves) && collect(node.b, into: &leaves)
    case .ternary:
      return collect(node.a, into: &leaves) && collect(node.b, into: &leaves)
        && collect(node.c, into: &leaves)
    }
  }

  private func isPermitted(_ valuation: [Leaf: UInt128]) -> Bool {
    form.encoding.constraints.allSatisfy { constraint in
      let leaf: Leaf =
        switch constraint.subject {
        case .field(let field): .field(field)
        case .context(let context): .context(Int(context))
        }
      guard let value = valuation[leaf] else { return true }
      return (value == constraint.value) == constraint.isEqual
    }
  }

  private func evaluate(_ id: ExpressionID, _ valuation: [Leaf: UInt128]) -> UInt128 {
    let program = form.program
    let node = program[id]
    func value(_ id: ExpressionID) -> UInt128 { evaluate(id, valuation) }
    switch node.op {
    case .constant: return program.constants[Int(node.a)]
    case .field: return valuation[.field(Int(node.a))] ?? 0
    case .context: return valuation[.context(Int(node.a))] ?? 0
    case .local: return assigned(node.a).map(value) ?? 0
    default: break
    }
    switch node.op.shape {
    case .unary:
      return Fold.unary(
        node.op, value(node.a), width: program.width(node.a), resultWidth: Int(node.width),
        low: Int(node.b))
    case .binary:
      return Fold.binary(
        node.op, value(node.a), value(node.b), width: program.width(node.a),
        rightWidth: program.width(node.b))
    default: return value(node.a) == 1 ? value(node.b) : value(node.c)
    }
  }
}
