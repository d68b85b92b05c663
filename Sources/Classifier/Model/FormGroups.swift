import ISACore

/// Forms of one instruction that differ in nothing but how an operand's address is made.
///
/// Such a form is another one with an expression in place of a field. The expression reads plain
/// registers, fields and prefixes alone, which are the same in both runs of every definition; so what
/// holds of the form whose address is a field of its own, whatever stands in that field, holds of
/// all. That one answers for them; what is seen of it is a form of the instruction, too.
struct FormGroups {
  let instruction: Instruction
  let layout: RoleLayout
  let isa: InstructionSet

  /// Indices of the forms that have to be classified, in ascending order.
  func representatives() -> [Int] {
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
      if let free = group.first(where: { forms[$0]?.isFree ?? false }) {
        chosen.insert(free)
      } else {
        chosen.formUnion(group)
      }
    }
    return chosen.sorted()
  }
}

/// A form's program taken apart: how the address of its operand is made, and the rest.
private struct AddressedForm {
  /// The rest, in numbers that are equal for equal programs.
  private(set) var rest: [Int] = []
  /// The address reads plain registers, fields and contexts alone, and nothing else reads the
  /// fields and contexts that it is made of.
  private(set) var isPlain = true
  /// The low bits of the address are a field of the widest kind, and the bits above it are made of
  /// contexts alone.
  private(set) var isFree = false

  private let form: Form
  private let program: Program
  private let isa: InstructionSet
  private var addressLocals: Set<LocalID> = []
  private var numbers: [[Int]: Int] = [:]
  private var known: [ExpressionID: Int] = [:]
  private var localNumbers: [LocalID: Int] = [:]
  /// Contexts that the rest reads.
  private var contexts: Set<Int> = []

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
    addressLocals = [root]
    followAddress()
    for statement in program.body { add(statement) }
    addConstraints()
    guard isPlain else { return }
    examine(value)
  }

  /// Locals that nothing but the address is made of, or nothing at all.
  private mutating func followAddress() {
    var assigned: Set<LocalID> = []
    var uses: [LocalID: Set<LocalID>] = [:]
    var elsewhere = Set(program.result.map { [$0] } ?? [])
    program.forEachStatement { statement in
      let read = Set(statement.expressions.flatMap(localsRead))
      if case .assign(let target, _) = statement.kind {
        assigned.insert(target)
        for local in read { uses[local, default: []].insert(target) }
      } else {
        elsewhere.formUnion(read)
      }
    }
    while true {
      let more = assigned.filter { local in
        !addressLocals.contains(local) && !elsewhere.contains(local)
          && (uses[local] ?? []).isSubset(of: addressLocals)
      }
      if more.isEmpty { return }
      addressLocals.formUnion(more)
    }
  }

  private func localsRead(_ id: ExpressionID) -> [LocalID] {
    var result: [LocalID] = []
    var seen: Set<ExpressionID> = []
    func look(_ id: ExpressionID) {
      guard id >= 0, seen.insert(id).inserted else { return }
      let node = program[id]
      if node.op == .local { result.append(node.a) }
      for operand in operands(of: node) { look(operand) }
    }
    look(id)
    return result
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
    var fields: Set<Int> = []
    var reads = false
    var own: Set<Int> = []
    func look(_ id: ExpressionID) {
      let node = program[id]
      switch node.op {
      case .field: fields.insert(Int(node.a))
      case .context: own.insert(Int(node.a))
      case .choice, .length: isPlain = false
      case .read:
        reads = true
        let register = isa.registers[Int(node.a)]
        if register.roles(low: Int(node.c), width: Int(node.width)) != RoleSet(.plain) {
          isPlain = false
        }
      case .local:
        let assigned = program.body.compactMap { statement -> ExpressionID? in
          if case .assign(node.a, let value) = statement.kind { value } else { nil }
        }
        if assigned.count == 1, addressLocals.contains(node.a) {
          look(assigned[0])
        } else {
          isPlain = false
        }
      default: break
      }
      for operand in operands(of: node) { look(operand) }
    }
    look(value)
    if !own.isDisjoint(with: contexts) { isPlain = false }
    let low = lowEnd(value)
    let widest = fields.map { form.fields[$0].width }.max() ?? 0
    guard let low, !reads else { return }
    isFree =
      form.fields[low].isPartOfAddress && form.fields[low].width == widest
      && form.fields[low].width >= AddressedForm.freeWidth
      && fields.subtracting([low]).allSatisfy { !form.fields[$0].isPartOfAddress }
  }

  /// A field that reaches all of what programs address.
  private static let freeWidth = 32

  /// The field that is the low end of a concatenation.
  private func lowEnd(_ id: ExpressionID) -> Int? {
    let node = program[id]
    switch node.op {
    case .field: return Int(node.a)
    case .concat: return lowEnd(node.b)
    case .local:
      for case .assign(node.a, let value) in program.body.map(\.kind) { return lowEnd(value) }
      return nil
    default: return nil
    }
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
      rest += [12, number(ofLocal: local), openness.hashValueOfKind]
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
    var key = [Int(node.op.rawValue), Int(node.width)]
    switch node.op {
    case .constant:
      let value = program.constants[Int(node.a)]
      key += [Int(truncatingIfNeeded: value), Int(truncatingIfNeeded: value >> 64)]
    case .local: key += addressLocals.contains(node.a) ? [-1] : [number(ofLocal: node.a)]
    case .field:
      let field = form.fields[Int(node.a)]
      // What is not the operand's own is called the same in every form.
      if field.isPartOfAddress { isPlain = false }
      key += field.name.utf8.map { Int($0) }
    case .context:
      contexts.insert(Int(node.a))
      key.append(Int(node.a))
    case .read: key += [Int(node.a), node.b >= 0 ? number(node.b) : -1, Int(node.c)]
    case .length, .choice: key.append(Int(node.a))
    default:
      switch node.op.shape {
      case .leaf: break
      case .unary: key += [number(node.a), Int(node.b)]
      case .binary: key += [number(node.a), number(node.b)]
      case .ternary, .function: key += [number(node.a), number(node.b), number(node.c)]
      }
    }
    // Numbers of one program mean nothing in another, so what stands behind them is spelled out once.
    let number: Int
    if let existing = numbers[key] {
      number = existing
    } else {
      number = numbers.count
      numbers[key] = number
      rest += [0] + key
    }
    known[id] = number
    return number
  }
}

extension Openness {
  fileprivate var hashValueOfKind: Int {
    switch self {
    case .any: 0
    case .alternatives(let count): 1 + count
    }
  }
}
