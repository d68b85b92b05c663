import ISACore

/// Forms of one instruction that differ in nothing but how an operand's address is made.
///
/// Such a form is another one with an expression in place of a field. The expression reads plain
/// registers, fields and prefixes alone, which are the same in both runs of every definition; so what
/// holds of the form whose address is a field of its own, whatever stands in that field, holds of
/// all. That one answers for them; what is seen of it is a form of the instruction, too. Where the rest
/// looks at what an address has above the part that is a field, such as a segment register's number,
/// the form that answers must come to all of its values, or make it in the same way.
struct FormGroups {
  let instruction: Instruction
  let isa: InstructionSet

  /// Indices of the forms that have to be classified, in ascending order.
  func representatives() -> [Int] {
    if instruction.forms.count < 2 { return Array(instruction.forms.indices) }
    let forms = instruction.forms.map { AddressedForm($0, isa: isa) }
    var members: [[Int]: [Int]] = [:]
    var chosen: Set<Int> = []
    for (index, form) in forms.enumerated() {
      guard let form, form.isPlain else {
        chosen.insert(index)
        continue
      }
      members[form.rest, default: []].append(index)
    }
    for group in members.values {
      var answering: [Int] = []
      let free = group.filter { forms[$0]?.isFree ?? false }
      for index in free.sorted(by: { (values($0).count, $1) > (values($1).count, $0) })
      where !answering.contains(where: { values(index).isSubset(of: values($0)) }) {
        answering.append(index)
      }
      chosen.formUnion(answering)
      chosen.formUnion(
        group.filter { index in
          !answering.contains { values(index).isSubset(of: values($0)) }
        })
    }
    return chosen.sorted()
    func values(_ index: Int) -> Set<[UInt128]> { forms[index]?.upperValues ?? [] }
  }
}

/// A form's program taken apart: how the address of its operand is made, and the rest.
private struct AddressedForm {
  /// The rest, in numbers that are equal for equal programs.
  private(set) var rest: [Int] = []
  /// The address reads plain registers, fields and contexts alone, and nothing else reads the
  /// fields and contexts that it is made of.
  private(set) var isPlain = true
  /// The low part of the address is a field as wide as programs can address.
  private(set) var isFree = false
  /// What the parts above it, where the rest looks at them, can be together.
  private(set) var upperValues: Set<[UInt128]> = [[]]

  private let form: Form
  private let program: Program
  private let isa: InstructionSet
  private var addressLocals: Set<LocalID> = []
  /// What the body assigns to a local, by itself; nil if it does so more than once.
  private var assignedOnce: [LocalID: ExpressionID?] = [:]
  private var numbers: [NumberedNode: Int] = [:]
  private var known: [ExpressionID: Int] = [:]
  private var localNumbers: [LocalID: Int] = [:]
  /// Contexts that the rest reads.
  private var contexts: Set<Int> = []
  /// Bits of the address that the rest looks at.
  private var looked: Set<Range<Int>> = []

  /// - Returns: nil if there is no operand with an address, or more than one.
  init?(_ form: Form, isa: InstructionSet) {
    guard form.fields.contains(where: \.isPartOfAddress) || form.name.contains("=") else {
      return nil
    }
    self.form = form
    self.isa = isa
    program = form.program
    let roots = program.body.compactMap { statement -> (LocalID, ExpressionID)? in
      guard case .assign(let local, let value) = statement.kind,
        program.locals[Int(local)].name == Local.operandAddress
      else { return nil }
      return (local, value)
    }
    guard roots.count == 1, let (root, value) = roots.first else { return nil }
    for case .assign(let local, let value) in program.body.map(\.kind) {
      assignedOnce[local] = .some(assignedOnce.keys.contains(local) ? nil : value)
    }
    followAddress(to: root)
    for statement in program.body { add(statement) }
    addConstraints()
    guard isPlain else { return }
    examine(value)
  }

  /// Locals that nothing but the address is made of, or nothing at all: what is assigned later is
  /// looked at first.
  private mutating func followAddress(to root: LocalID) {
    var reading = LocalsRead(program)
    /// By local: read by something that is not the address.
    var isElsewhere = [Bool](repeating: false, count: program.locals.count)
    if let result = program.result { isElsewhere[Int(result)] = true }
    var assignments: [(target: LocalID, value: ExpressionID)] = []
    program.forEachStatement { statement in
      if case .assign(let target, let value) = statement.kind {
        assignments.append((target, value))
      } else {
        for expression in statement.expressions {
          for local in reading.locals(of: expression) { isElsewhere[Int(local)] = true }
        }
      }
    }
    // Again where one was taken for the address's that something assigned earlier reads.
    repeat {
      addressLocals = [root]
      for (target, value) in assignments.reversed() {
        if target == root || !isElsewhere[Int(target)] {
          addressLocals.insert(target)
        } else {
          for local in reading.locals(of: value) { isElsewhere[Int(local)] = true }
        }
      }
    } while addressLocals.contains { $0 != root && isElsewhere[Int($0)] }
  }

  private func operands(of node: Node) -> [ExpressionID] {
    switch node.op.shape {
    case .leaf: node.op == .read && node.b >= 0 ? [node.b] : []
    case .unary: [node.a]
    case .binary: [node.a, node.b]
    case .ternary, .function: [node.a, node.b, node.c]
    }
  }

  // MARK: The address

  private mutating func examine(_ value: ExpressionID) {
    var parts = parts(of: value)
    let low = parts.removeLast()
    compareUpper(parts, above: program.width(low))
    if !readsPlainState(value) { isPlain = false }
    let own = contextsRead(by: low)
    if !own.isDisjoint(with: contexts) { isPlain = false }
    let node = program[low]
    guard node.op == .field else { return }
    let field = form.fields[Int(node.a)]
    let isLimited = form.encoding.constraints.contains { $0.subject == .field(Int(node.a)) }
    isFree = field.isPartOfAddress && field.width >= AddressedForm.freeWidth && !isLimited
  }

  /// A field that reaches all of what programs address.
  private static let freeWidth = 32

  /// What the rest looks at above the low part is told by its values, or belongs to the rest.
  private mutating func compareUpper(_ parts: [ExpressionID], above lowest: Int) {
    var upper: [(bottom: Int, part: ExpressionID)] = []
    var bottom = lowest
    for part in parts.reversed() {
      let range = bottom..<bottom + program.width(part)
      if looked.contains(where: { $0.overlaps(range) }) { upper.append((bottom, part)) }
      bottom = range.upperBound
    }
    let read = upper.reduce(into: Set<Int>()) { $0.formUnion(contextsRead(by: $1.part)) }
    if read.isDisjoint(with: contexts),
      let values = AddressPart(form: form, assigned: assigned)
        .values(of: upper.map(\.part), contexts: isa.contexts)
    {
      upperValues = values
      for (bottom, part) in upper { rest += [16, bottom, program.width(part)] }
    } else {
      for (bottom, part) in upper { rest += [17, bottom, number(part)] }
    }
  }

  /// From the highest to the lowest.
  private func parts(of id: ExpressionID) -> [ExpressionID] {
    let node = program[id]
    switch node.op {
    case .concat: return parts(of: node.a) + parts(of: node.b)
    case .local: return assigned(node.a).map { parts(of: $0) } ?? [id]
    default: return [id]
    }
  }

  /// What a local of the address stands for.
  private func assigned(_ local: LocalID) -> ExpressionID? {
    guard addressLocals.contains(local) else { return nil }
    return assignedOnce[local] ?? nil
  }

  /// Every node below one, through the locals of the address.
  private func forEachNode(below id: ExpressionID, _ visit: (Node) -> Void) {
    var seen = [Bool](repeating: false, count: program.nodes.count)
    func look(_ id: ExpressionID) {
      if seen[Int(id)] { return }
      seen[Int(id)] = true
      let node = program[id]
      visit(node)
      if node.op == .local, let value = assigned(node.a) { look(value) }
      for operand in operands(of: node) { look(operand) }
    }
    look(id)
  }

  private func readsPlainState(_ id: ExpressionID) -> Bool {
    var isPlain = true
    forEachNode(below: id) { node in
      switch node.op {
      case .choice, .length: isPlain = false
      case .local where assigned(node.a) == nil: isPlain = false
      case .read:
        let roles = isa.registers[Int(node.a)].roles(low: Int(node.c), width: Int(node.width))
        if roles != .plain { isPlain = false }
      default: break
      }
    }
    return isPlain
  }

  private func contextsRead(by id: ExpressionID) -> Set<Int> {
    var contexts: Set<Int> = []
    forEachNode(below: id) { if $0.op == .context { contexts.insert(Int($0.a)) } }
    return contexts
  }

  // MARK: The rest

  private mutating func add(_ statement: Statement) {
    switch statement.kind {
    case .assign(let local, _) where addressLocals.contains(local): return
    case .assign(let local, let value): rest += [1, number(ofLocal: local), number(value)]
    case .write(let register, let index, let low, let width, let value):
      rest += [2, Int(register), index.map { number($0) } ?? -1, low, width, number(value)]
    case .load(let local, let access):
      rest += [3, number(ofLocal: local)]
      add(access)
    case .store(let access, let value):
      rest += [4, number(value)]
      add(access)
    case .probe(let access, let intent):
      rest += [5, Int(intent.rawValue)]
      add(access)
    case .branch(let condition, let then, let otherwise):
      rest += [6, number(condition)]
      for statement in then { add(statement) }
      rest.append(7)
      for statement in otherwise { add(statement) }
      rest.append(8)
    case .loop(let condition, let bound, let body):
      rest += [9, number(condition), bound]
      for statement in body { add(statement) }
      rest.append(10)
    case .trap(let trap, let trapClass, let arguments):
      rest += [11, Int(trap), TrapClass.allCases.firstIndex(of: trapClass) ?? -1]
      rest += arguments.map { number($0) }
    case .havoc(let local, let openness):
      rest += [12, number(ofLocal: local), openness.number]
    case .perform(let bits, let nested): rest += [13, number(bits), Int(nested)]
    }
  }

  /// What decoding says of the fields and contexts that the rest looks at.
  private mutating func addConstraints() {
    for constraint in form.encoding.constraints {
      switch constraint.subject {
      case .context(let context) where contexts.contains(Int(context)):
        rest += [
          14, Int(context), constraint.isEqual ? 1 : 0, Int(truncatingIfNeeded: constraint.value),
        ]
      case .field(let field) where !form.fields[field].isPartOfAddress:
        rest += [15, constraint.isEqual ? 1 : 0, Int(truncatingIfNeeded: constraint.value)]
        rest += form.fields[field].name.utf8.map { Int($0) }
      default: break
      }
    }
  }

  private mutating func add(_ access: Access) {
    rest += [Int(access.memory), number(access.address), access.units, access.isReal ? 1 : 0]
  }

  /// A part of the address that is compared as such has its locals written out.
  private func upperValue(_ local: LocalID) -> ExpressionID? {
    program.locals[Int(local)].name == Local.operandAddress ? nil : assigned(local)
  }

  /// In the order in which they are met.
  private mutating func number(ofLocal local: LocalID) -> Int {
    if let known = localNumbers[local] { return known }
    let new = localNumbers.count << 8 | program.locals[Int(local)].width
    localNumbers[local] = new
    return new
  }

  private mutating func number(_ id: ExpressionID) -> Int {
    if let number = known[id] { return number }
    let node = program[id]
    var key = NumberedNode(op: node.op, width: node.width)
    var name = ""
    switch node.op {
    case .constant:
      let value = program.constants[Int(node.a)]
      key.a = Int(truncatingIfNeeded: value)
      key.b = Int(truncatingIfNeeded: value >> 64)
    case .local where addressLocals.contains(node.a):
      if let value = upperValue(node.a) { return number(value) }
      looked.insert(0..<Int(node.width))
      key.a = -1
    case .extract where program[node.a].op == .local && addressLocals.contains(program[node.a].a):
      looked.insert(Int(node.b)..<Int(node.b) + Int(node.width))
      key.a = -1
      key.b = Int(node.b)
    case .local: key.a = number(ofLocal: node.a)
    case .field:
      let field = form.fields[Int(node.a)]
      // What is not the operand's own is called the same in every form.
      if field.isPartOfAddress { isPlain = false }
      key.a = Int(node.a)
      name = field.name
    case .context:
      contexts.insert(Int(node.a))
      key.a = Int(node.a)
    case .read:
      key.a = Int(node.a)
      key.b = node.b >= 0 ? number(node.b) : -1
      key.c = Int(node.c)
    case .length, .choice: key.a = Int(node.a)
    default:
      if node.op.shape != .leaf { key.a = number(node.a) }
      switch node.op.shape {
      case .leaf: break
      case .unary: key.b = Int(node.b)
      case .binary: key.b = number(node.b)
      case .ternary, .function:
        key.b = number(node.b)
        key.c = number(node.c)
      }
    }
    // Numbers of one program mean nothing in another, so what stands behind them is spelled out once.
    let number: Int
    if let existing = numbers[key] {
      number = existing
    } else {
      number = numbers.count
      numbers[key] = number
      rest.append(0)
      rest.append(Int(key.op.rawValue))
      rest.append(Int(key.width))
      if name.isEmpty {
        rest.append(key.a)
      } else {
        for byte in name.utf8 { rest.append(Int(byte)) }
      }
      rest.append(key.b)
      rest.append(key.c)
    }
    known[id] = number
    return number
  }
}

/// An expression's node with numbers for what it is made of.
private struct NumberedNode: Hashable {
  var op: Operator
  var width: UInt8
  var a = 0
  var b = 0
  var c = 0
}

/// The locals that expressions of a program read.
private struct LocalsRead {
  private let program: Program
  /// By node: the number of the question in which it was last come by.
  private var visits: [Int]
  private var question = 0

  init(_ program: Program) {
    self.program = program
    visits = [Int](repeating: 0, count: program.nodes.count)
  }

  mutating func locals(of id: ExpressionID) -> [LocalID] {
    question += 1
    var result: [LocalID] = []
    var rest = [id]
    while let id = rest.popLast() {
      guard id >= 0, visits[Int(id)] != question else { continue }
      visits[Int(id)] = question
      let node = program[id]
      switch node.op.shape {
      case .leaf:
        if node.op == .local { result.append(node.a) }
        if node.op == .read { rest.append(node.b) }
      case .unary: rest.append(node.a)
      case .binary: rest += [node.a, node.b]
      case .ternary, .function: rest += [node.a, node.b, node.c]
      }
    }
    return result
  }
}

extension Openness {
  fileprivate var number: Int {
    switch self {
    case .any: 0
    case .alternatives(let count): 1 + count
    }
  }
}
