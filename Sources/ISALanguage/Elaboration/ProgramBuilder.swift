import ISACore

/// Builds one `Program`: folds constants, keeps the stack of open blocks, and puts off writes so
/// that reads see the old state and a trap discards everything.
final class ProgramBuilder {
  /// A write that waits for the end of the program.
  struct Deferred {
    enum Target {
      case register(RegisterID, index: ExpressionID?, low: Int, width: Int)
      case memory(Access)
    }
    var target: Target
    var value: ExpressionID
    /// One bit: whether the path that wrote was taken; nil if every path did.
    var guardLocal: LocalID?
    /// The arms that enclose it: no two writes on one path may meet.
    var path: [Arm]
    /// A side effect of an operand, which the instruction's own writes override.
    var isOperandEffect: Bool
    var span: SourceSpan
  }

  struct Arm: Hashable {
    var branch: Int
    var arm: Int
  }

  typealias PendingProbe = (access: Access, span: SourceSpan)

  // Fragments are cut out of these and put in: nobody else but the builder writes them. That no two
  // do so at once need not be looked at a million times.
  @exclusivity(unchecked) var program = Program()
  @exclusivity(unchecked) var deferred: [Deferred] = []
  @exclusivity(unchecked) var blocks: [[Statement]] = [[]]
  @exclusivity(unchecked) var path: [Arm] = []
  @exclusivity(unchecked) var branches = 0
  /// By local.
  @exclusivity(unchecked) var isImmutable: [Bool] = []
  /// The check of the last store, put off: it is needless where nothing after it can trap.
  @exclusivity(unchecked) var pendingProbe: PendingProbe?
  /// For each fragment being recorded, innermost last: how many statements its block had when a
  /// check that was put off would first have been made.
  @exclusivity(unchecked) var flushes: [Int?] = []
  /// The most nodes that there were at once since the innermost fragment's start.
  @exclusivity(unchecked) var peak = 0

  var nodeCount: Int { program.nodes.count }

  // MARK: Nodes

  func constant(_ value: UInt128, width: Int, at span: SourceSpan) -> ExpressionID {
    program.constant(value, width: width, at: span)
  }

  func constantValue(_ id: ExpressionID) -> UInt128? { program.constantValue(id) }

  func width(_ id: ExpressionID) -> Int { program.width(id) }

  func leaf(
    _ op: Operator, width: Int, a: Int32 = -1, b: Int32 = -1, c: Int32 = 0, at span: SourceSpan
  ) -> ExpressionID {
    program.append(Node(op, width: width, a: a, b: b, c: c), at: span)
  }

  func unary(
    _ op: Operator, _ x: ExpressionID, width: Int, low: Int = 0, at span: SourceSpan
  ) -> ExpressionID {
    if let value = constantValue(x) {
      return constant(
        Fold.unary(op, value, width: self.width(x), resultWidth: width, low: low), width: width,
        at: span)
    }
    if width == self.width(x), op == .zext || op == .sext || (op == .extract && low == 0) {
      return x
    }
    return program.append(Node(op, width: width, a: x, b: Int32(low)), at: span)
  }

  func binary(
    _ op: Operator, _ x: ExpressionID, _ y: ExpressionID, at span: SourceSpan
  ) -> ExpressionID {
    let left = width(x)
    let right = width(y)
    let result = op.isComparison ? 1 : op == .concat ? left + right : left
    if let a = constantValue(x), let b = constantValue(y) {
      return constant(
        Fold.binary(op, a, b, width: left, rightWidth: right), width: result, at: span)
    }
    return program.append(Node(op, width: result, a: x, b: y), at: span)
  }

  func conditional(
    _ condition: ExpressionID, _ x: ExpressionID, _ y: ExpressionID, at span: SourceSpan
  ) -> ExpressionID {
    if let value = constantValue(condition) { return value == 1 ? x : y }
    return program.append(Node(.ite, width: width(x), a: condition, b: x, c: y), at: span)
  }

  func function(
    _ op: Operator, _ x: ExpressionID, _ y: ExpressionID, _ z: ExpressionID, width: Int,
    at span: SourceSpan
  ) -> ExpressionID {
    if let a = constantValue(x), let b = constantValue(y), let c = constantValue(z) {
      return constant(
        Fold.function(
          op, a, b, c, width: self.width(x), rightWidth: self.width(y), resultWidth: width),
        width: width, at: span)
    }
    return program.append(Node(op, width: width, a: x, b: y, c: z), at: span)
  }

  func read(
    _ register: RegisterID, index: ExpressionID?, low: Int, width: Int, at span: SourceSpan
  ) -> ExpressionID {
    program.append(
      Node(.read, width: width, a: register, b: index ?? -1, c: Int32(low)), at: span)
  }

  func read(_ local: LocalID, at span: SourceSpan) -> ExpressionID {
    program.append(
      Node(.local, width: program.locals[Int(local)].width, a: local), at: span)
  }

  // MARK: Locals

  func makeLocal(
    _ name: String, width: Int, isVariable: Bool = false, at span: SourceSpan
  ) -> LocalID {
    program.locals.append(Local(name: name, width: width, span: span))
    isImmutable.append(!isVariable)
    return LocalID(program.locals.count - 1)
  }

  func makeParameter(
    _ name: String, width: Int, isVariable: Bool = false, at span: SourceSpan
  ) -> LocalID {
    let id = makeLocal(name, width: width, isVariable: isVariable, at: span)
    program.parameters.append(id)
    return id
  }

  func width(ofLocal id: LocalID) -> Int { program.locals[Int(id)].width }

  func setResult(_ local: LocalID) { program.result = local }

  /// A node that keeps its value whatever is written later: the node itself if it is a constant, a
  /// field or an immutable local, else a new local that holds it.
  func hold(_ x: ExpressionID, name: String, at span: SourceSpan) -> ExpressionID {
    if isStable(x) { return x }
    let local = makeLocal(name, width: width(x), at: span)
    emit(.assign(local, x), at: span)
    return read(local, at: span)
  }

  /// Whether a node keeps its value whatever is written later.
  func isStable(_ x: ExpressionID) -> Bool {
    let node = program[x]
    switch node.op {
    case .constant, .field, .length, .choice, .context: return true
    case .local: return isImmutable[Int(node.a)]
    default: return false
    }
  }

  // MARK: Statements and blocks

  func emit(_ kind: Statement.Kind, at span: SourceSpan) {
    switch kind {
    case .load, .store, .probe, .trap, .perform, .branch, .loop: flushProbe()
    case .assign, .write, .havoc: break
    }
    blocks[blocks.count - 1].append(Statement(kind, at: span))
  }

  func flushProbe() {
    // Only a fragment's own block can be open here: to open another one is to come here first.
    for index in flushes.indices.reversed() {
      guard flushes[index] == nil else { break }
      flushes[index] = blocks[blocks.count - 1].count
    }
    guard let probe = pendingProbe else { return }
    pendingProbe = nil
    blocks[blocks.count - 1].append(Statement(.probe(probe.access, .store), at: probe.span))
  }

  func newBranch() -> Int {
    branches += 1
    return branches
  }

  func openBlock(_ arm: Arm?) {
    flushProbe()
    if let arm { path.append(arm) }
    blocks.append([])
  }

  func closeBlock(_ arm: Arm?) -> [Statement] {
    flushProbe()
    if arm != nil { path.removeLast() }
    return blocks.removeLast()
  }

  /// Whether the current block ends in a certain trap.
  var isUnreachable: Bool {
    switch blocks[blocks.count - 1].last?.kind {
    case .trap, .perform: true
    default: false
    }
  }

  // MARK: Deferred writes

  func deferWrite(
    _ target: Deferred.Target, value: ExpressionID, isOperandEffect: Bool, at span: SourceSpan
  ) {
    let held = hold(value, name: "value", at: span)
    var target = target
    switch target {
    case .register(let register, let index?, let low, let width):
      target = .register(
        register, index: hold(index, name: "index", at: span), low: low, width: width)
    case .register: break
    case .memory(var access):
      access.address = hold(access.address, name: "address", at: span)
      target = .memory(access)
      flushProbe()
      if !access.isReal { pendingProbe = (access, span) }
    }
    var guardLocal: LocalID?
    if !path.isEmpty {
      let local = makeLocal("taken", width: 1, isVariable: true, at: span)
      emit(.assign(local, constant(1, width: 1, at: span)), at: span)
      guardLocal = local
    }
    deferred.append(
      Deferred(
        target: target, value: held, guardLocal: guardLocal, path: path,
        isOperandEffect: isOperandEffect, span: span))
  }

  /// Writes out what was put off: stores, then the advance of the program counter, then operand
  /// effects, then the instruction's own writes, so that later ones win.
  func commit(advance: [Deferred]) {
    let stores = deferred.filter { if case .memory = $0.target { true } else { false } }
    if stores.count == 1, stores[0].path.isEmpty { pendingProbe = nil } else { flushProbe() }
    let others = deferred.filter { if case .register = $0.target { true } else { false } }
    let needed = advance.filter { step in !others.contains { $0.covers(step) } }
    for write in stores + needed + others.filter(\.isOperandEffect)
      + others.filter({ !$0.isOperandEffect })
    {
      commit(write)
    }
    deferred = []
  }

  private func commit(_ write: Deferred) {
    let kind: Statement.Kind
    switch write.target {
    case .register(let register, let index, let low, let width):
      kind = .write(register, index: index, low: low, width: width, value: write.value)
    case .memory(let access):
      kind = .store(access, value: write.value)
    }
    if let guardLocal = write.guardLocal {
      let condition = read(guardLocal, at: write.span)
      emit(
        .branch(condition, then: [Statement(kind, at: write.span)], otherwise: []), at: write.span)
    } else {
      emit(kind, at: write.span)
    }
  }

  func finish() -> Program {
    program.body = blocks[0]
    return program
  }

  private static func copy<Element>(_ array: [Element]) -> [Element] {
    array.withUnsafeBufferPointer { Array($0) }
  }

  func reserve(_ nodes: Int) {
    program.nodes.reserveCapacity(program.nodes.count + nodes)
    program.nodeSpans.reserveCapacity(program.nodeSpans.count + nodes)
  }

  /// The finished program in arrays of its own: those that it was built in are for the next one,
  /// and need not grow again.
  func finishCopy() -> Program {
    var result = Program()
    result.nodes = Self.copy(program.nodes)
    result.nodeSpans = Self.copy(program.nodeSpans)
    result.constants = Self.copy(program.constants)
    result.locals = Self.copy(program.locals)
    result.parameters = program.parameters
    result.result = program.result
    result.body = Self.copy(blocks[0])
    return result
  }

  /// Starts another program.
  func reset() {
    program.nodes.removeAll(keepingCapacity: true)
    program.nodeSpans.removeAll(keepingCapacity: true)
    program.constants.removeAll(keepingCapacity: true)
    program.locals.removeAll(keepingCapacity: true)
    program.parameters = []
    program.result = nil
    blocks.removeLast(blocks.count - 1)
    blocks[0].removeAll(keepingCapacity: true)
    deferred = []
    path = []
    branches = 0
    isImmutable.removeAll(keepingCapacity: true)
    pendingProbe = nil
    flushes = []
    peak = 0
  }
}

extension ProgramBuilder.Deferred {
  /// Whether this write happens on every path and hides the other one.
  fileprivate func covers(_ other: Self) -> Bool {
    guard guardLocal == nil,
      case .register(let register, nil, let low, let width) = target,
      case .register(register, nil, let otherLow, let otherWidth) = other.target
    else { return false }
    return low <= otherLow && otherLow + otherWidth <= low + width
  }

  /// Whether it may happen on the path to some arms. Paths are nested, so where they part first decides: in
  /// the arms of one branch, or in branches that follow one another.
  func sharesPath(with otherPath: [ProgramBuilder.Arm]) -> Bool {
    for (arm, otherArm) in zip(path, otherPath) where arm != otherArm {
      return arm.branch != otherArm.branch
    }
    return true
  }
}
