import ISACore

extension AbstractInterpreter {
  /// What is known of an expression's value in a state.
  func evaluate(_ id: ExpressionID, in state: AbstractState) -> AbstractValue {
    memo.removeAll(keepingCapacity: true)
    return value(id, in: state)
  }

  /// Nodes may be shared, so each is looked at once.
  private func value(_ id: ExpressionID, in state: AbstractState) -> AbstractValue {
    if program[id].op.shape == .leaf { return computed(id, in: state) }
    if let known = memo[id] { return known }
    var result = computed(id, in: state)
    if let preserved, result.labels.contains(.moved), isPreserved(id, preserved, in: state) {
      result = AbstractValue(
        number: fresh(), width: program.width(id), labels: result.labels.subtracting(.moved))
    }
    memo[id] = result
    return result
  }

  /// Whether the monitor's map leaves the expression as it is, and nothing was written to what it
  /// is made of.
  private func isPreserved(
    _ id: ExpressionID, _ preserved: PreservedExpressions, in state: AbstractState
  ) -> Bool {
    guard let reads = preserved.reads(of: id, in: program) else { return false }
    return reads.allSatisfy { node in
      func slice(_ register: AbstractValue) -> AbstractValue {
        register.slice(low: Int(node.c), width: Int(node.width))
      }
      return isTracked(node.a)
        && slice(state.registers[Int(node.a)]).isSame(as: slice(initialRegister(node.a)))
    } && preserved.contains(id, of: program)
  }

  private func computed(_ id: ExpressionID, in state: AbstractState) -> AbstractValue {
    let node = program[id]
    let width = Int(node.width)
    switch node.op {
    case .constant:
      return AbstractValue(constant: program.constants[Int(node.a)], width: width)
    case .local:
      return state.locals[Int(node.a)]
    case .field:
      if Int(node.a) < setting.fields.count, let known = setting.fields[Int(node.a)] {
        return AbstractValue(constant: known, width: width)
      }
      return AbstractValue(number: -1_000_000 - node.a, width: width, labels: [])
    case .length:
      return AbstractValue(number: -3_000_000, width: width, labels: [])
    case .choice:
      return AbstractValue(constant: setting.choices[Int(node.a)], width: width)
    case .context:
      return AbstractValue(number: -2_000_000 - node.a, width: width, labels: [])
    case .read:
      return read(node, in: state)
    case .not, .neg, .zext, .sext, .extract, .popcount, .clz, .ctz:
      return unary(node, value(node.a, in: state))
    case .ite:
      return choose(node, in: state)
    case .ieee:
      return function(
        node, value(node.a, in: state), value(node.b, in: state), value(node.c, in: state))
    default:
      return binary(node, value(node.a, in: state), value(node.b, in: state))
    }
  }

  private func read(_ node: Node, in state: AbstractState) -> AbstractValue {
    let register = RegisterID(node.a)
    let low = Int(node.c)
    let width = Int(node.width)
    if isTracked(register) {
      return state.registers[Int(register)].slice(low: low, width: width)
    }
    var labels = labels(register, low: low, width: width)
    labels.formUnion(state.files[Int(register)].labels)
    if node.b >= 0 { labels.formUnion(value(node.b, in: state).labels) }
    return AbstractValue(number: fresh(), width: width, labels: labels)
  }

  private func choose(_ node: Node, in state: AbstractState) -> AbstractValue {
    let condition = value(node.a, in: state)
    if let known = condition.constant { return value(known == 1 ? node.b : node.c, in: state) }
    let left = value(node.b, in: state)
    let right = value(node.c, in: state)
    if left.isSame(as: right) { return left }
    let labels = condition.labels
    return left.zip(right) { a, b in
      if a.isSame(as: b) { return a }
      return AbstractValue.Part(
        width: a.width, constant: nil, number: fresh(), offset: 0,
        labels: labels.union(a.dependence).union(b.dependence))
    }
  }

  private func unary(_ node: Node, _ x: AbstractValue) -> AbstractValue {
    let width = Int(node.width)
    let xWidth = program.width(node.a)
    if let known = x.constant {
      let folded = Fold.unary(
        node.op, known, width: xWidth, resultWidth: width, low: max(0, Int(node.b)))
      return AbstractValue(constant: folded, width: width)
    }
    switch node.op {
    case .extract:
      return x.slice(low: Int(node.b), width: width)
    case .zext:
      return x.slice(low: 0, width: width)
    case .sext:
      var result = x.slice(low: 0, width: min(width, xWidth))
      guard width > xWidth, let top = x.parts.last else { return result }
      if let known = top.constant, top.width > 0 {
        let isNegative = known >> UInt128(top.width - 1) & 1 == 1
        result.append(
          AbstractValue(constant: isNegative ? .max : 0, width: width - xWidth))
      } else {
        result.append(
          AbstractValue(number: fresh(), width: width - xWidth, labels: top.labels))
      }
      return result
    case .not:
      var result = AbstractValue()
      for part in x.parts {
        if let known = part.constant {
          result.append(AbstractValue(constant: ~known, width: part.width))
        } else {
          result.append(
            AbstractValue(number: fresh(), width: part.width, labels: part.labels))
        }
      }
      return result
    default:
      return AbstractValue(number: fresh(), width: width, labels: x.labels)
    }
  }

  private func binary(_ node: Node, _ x: AbstractValue, _ y: AbstractValue) -> AbstractValue {
    let width = Int(node.width)
    let xWidth = program.width(node.a)
    if let a = x.constant, let b = y.constant {
      let folded = Fold.binary(
        node.op, a, b, width: xWidth, rightWidth: program.width(node.b))
      return AbstractValue(constant: folded, width: width)
    }
    switch node.op {
    case .concat:
      var result = y
      result.append(x)
      return result
    case .and, .or, .xor:
      return bitwise(node.op, x, y)
    case .shl, .lshr, .ashr:
      guard let amount = y.constant else { break }
      return shifted(node.op, x, by: Int(min(amount, UInt128(width))), width: width)
    case .add where x.constant == 0:
      return y
    case .add where y.constant == 0, .sub where y.constant == 0:
      return x
    case .mul where x.constant == 0 || y.constant == 0:
      return AbstractValue(constant: 0, width: width)
    case .sub where x.isSame(as: y):
      return AbstractValue(constant: 0, width: width)
    case .eq:
      return equality(x, y)
    case .ult where x.isSame(as: y) || y.constant == 0, .slt where x.isSame(as: y):
      return AbstractValue(constant: 0, width: 1)
    case .ule where x.isSame(as: y) || x.constant == 0, .sle where x.isSame(as: y):
      return AbstractValue(constant: 1, width: 1)
    default: break
    }
    return AbstractValue(number: fresh(), width: width, labels: x.labels.union(y.labels))
  }

  private func function(
    _ node: Node, _ x: AbstractValue, _ y: AbstractValue, _ z: AbstractValue
  ) -> AbstractValue {
    let width = Int(node.width)
    if let a = x.constant, let b = y.constant, let c = z.constant {
      let folded = Fold.function(
        node.op, a, b, c, width: program.width(node.a), rightWidth: program.width(node.b),
        resultWidth: width)
      return AbstractValue(constant: folded, width: width)
    }
    return AbstractValue(
      number: fresh(), width: width, labels: x.labels.union(y.labels).union(z.labels))
  }

  private func bitwise(
    _ op: Operator, _ x: AbstractValue, _ y: AbstractValue
  ) -> AbstractValue {
    // A constant is taken run by run, so that a mask lets through what it lets through.
    AbstractValue.zip(x.runs, y.runs) { a, b in
      let width = a.width
      let ones = BitVector.mask(width)
      let absorbing: UInt128? = op == .and ? 0 : op == .or ? ones : nil
      let neutral: UInt128 = op == .and ? ones : 0
      if let first = a.constant, let second = b.constant {
        let folded = Fold.binary(op, first, second, width: width, rightWidth: width)
        return AbstractValue.Part(width: width, constant: folded)
      }
      if let absorbing, a.constant == absorbing || b.constant == absorbing {
        return AbstractValue.Part(width: width, constant: absorbing)
      }
      if a.constant == neutral { return b }
      if b.constant == neutral { return a }
      if a.isSame(as: b) {
        return op == .xor ? AbstractValue.Part(width: width, constant: 0) : a
      }
      return AbstractValue.Part(
        width: width, constant: nil, number: fresh(), offset: 0,
        labels: a.dependence.union(b.dependence))
    }
  }

  private func shifted(
    _ op: Operator, _ x: AbstractValue, by amount: Int, width: Int
  ) -> AbstractValue {
    switch op {
    case .shl:
      var result = AbstractValue(constant: 0, width: amount)
      result.append(x.slice(low: 0, width: width - amount))
      return result
    case .lshr:
      return x.slice(low: amount, width: width)
    default:
      var result = x.slice(low: amount, width: width - amount)
      let sign = x.slice(low: width - 1, width: 1)
      if let known = sign.constant {
        result.append(AbstractValue(constant: known == 1 ? .max : 0, width: amount))
      } else {
        result.append(AbstractValue(number: fresh(), width: amount, labels: sign.labels))
      }
      return result
    }
  }

  /// Bits that are the same on both sides say nothing; known bits that differ decide.
  private func equality(_ x: AbstractValue, _ y: AbstractValue) -> AbstractValue {
    var labels: Labels = []
    var isDifferent = false
    var isSame = true
    _ = x.zip(y) { a, b in
      if a.isSame(as: b) { return a }
      isSame = false
      if a.constant != nil, b.constant != nil { isDifferent = true }
      labels.formUnion(a.dependence.union(b.dependence))
      return a
    }
    if isDifferent { return AbstractValue(constant: 0, width: 1) }
    if isSame { return AbstractValue(constant: 1, width: 1) }
    return AbstractValue(number: fresh(), width: 1, labels: labels)
  }
}
