import ISACore

/// **Operands count**: one mnemonic may be innocuous for one operand and a hole for another.
///
/// Where a field of at most 8 bits takes part in a condition, a sensitive form is classified again
/// for each of its values, one field at a time. Fields that make an operand's address are left out: they
/// take part in conditions such as a segment's limit, but say only where the operand is.
struct OperandCases {
  /// Wider fields are not told apart.
  static let widestField = 8

  let isa: InstructionSet

  /// Fields of the form that some condition of its program may read, narrow enough to be tried.
  /// Which element of a file is meant is no condition: all have the same roles.
  func decidingFields(of form: Form) -> [Int] {
    let program = form.program
    var deciding: Set<Int> = []
    var locals: Set<LocalID> = []
    func look(at id: ExpressionID) {
      let node = program[id]
      switch node.op.shape {
      case .leaf:
        switch node.op {
        case .field: deciding.insert(Int(node.a))
        case .local: locals.insert(node.a)
        default: break
        }
      case .unary: look(at: node.a)
      case .binary:
        look(at: node.a)
        look(at: node.b)
      case .ternary, .function:
        look(at: node.a)
        look(at: node.b)
        look(at: node.c)
      }
    }
    var reached: Set<ExpressionID> = []
    /// Conditions within an expression.
    func lookInside(_ id: ExpressionID) {
      guard reached.insert(id).inserted else { return }
      let node = program[id]
      switch node.op.shape {
      case .leaf: if node.op == .read, node.b >= 0 { lookInside(node.b) }
      case .unary: lookInside(node.a)
      case .binary: for operand in [node.a, node.b] { lookInside(operand) }
      case .ternary, .function:
        if node.op == .ite { look(at: node.a) }
        for operand in [node.a, node.b, node.c] { lookInside(operand) }
      }
    }
    program.forEachStatement { statement in
      for expression in statement.expressions { lookInside(expression) }
      switch statement.kind {
      case .branch(let condition, _, _), .loop(let condition, _, _): look(at: condition)
      default: break
      }
    }
    // A condition may have been given a name first.
    var followed: Set<LocalID> = []
    while let local = locals.subtracting(followed).min() {
      followed.insert(local)
      program.forEachStatement { statement in
        if case .assign(local, let expression) = statement.kind { look(at: expression) }
      }
    }
    return deciding.filter {
      $0 < form.fields.count && form.fields[$0].width <= OperandCases.widestField
        && !form.fields[$0].isPartOfAddress
    }.sorted()
  }

  /// Of forms by their names ("dst=register src=cs"): which operand's cases tell some of them from
  /// the others ("src=cs", "src=ss"); the names, each once, if there is no such operand.
  func condition(_ some: [String], of all: [String]) -> [String] {
    func cases(_ name: String) -> [Substring] { name.split(separator: " ") }
    let chosen = Set(some)
    for position in all.map({ cases($0).count }).min().map({ 0..<$0 }) ?? 0..<0 {
      let telling = Set(some.map { cases($0)[position] })
      if all.allSatisfy({ telling.contains(cases($0)[position]) == chosen.contains($0) }) {
        var seen: Set<Substring> = []
        return some.map { cases($0)[position] }.filter { seen.insert($0).inserted }.map(String.init)
      }
    }
    var seen: Set<String> = []
    return some.filter { seen.insert($0).inserted }
  }

  /// "sreg == 1", "asi in {8, 9}", "rd != 0".
  func condition(_ field: EncodingField, in values: [UInt128], of all: [UInt128]) -> String {
    if values.count == 1 { return "\(field.name) == \(values[0])" }
    let others = all.filter { !values.contains($0) }
    if others.count == 1 { return "\(field.name) != \(others[0])" }
    var runs: [ClosedRange<UInt128>] = []
    for value in values {
      if let last = runs.last, last.upperBound + 1 == value {
        runs[runs.count - 1] = last.lowerBound...value
      } else {
        runs.append(value...value)
      }
    }
    let words = runs.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)…\($0.upperBound)"
    }
    return "\(field.name) in {\(words.joined(separator: ", "))}"
  }
}
