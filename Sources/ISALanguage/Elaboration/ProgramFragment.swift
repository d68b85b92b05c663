import ISACore

/// What inlining something came to, so that it can be repeated elsewhere without elaborating it again.
///
/// Numbers of nodes, constants, locals and branches count from the fragment's start. A reference to
/// a node before it is one to an argument: the argument at `i` is written `-2 - i`, since -1 stands
/// for no node.
final class ProgramFragment: Sendable {
  enum Outcome: Sendable {
    case done
    /// How the program counter advances.
    case steps([ProgramBuilder.Deferred])
    case value(Value)
    case place(TypedPlace)
  }

  struct Content: Sendable {
    var nodes: [Node]
    var nodeSpans: [SourceSpan]
    var constants: [UInt128]
    var locals: [Local]
    var isImmutable: [Bool]
    var statements: [Statement]
    var branches: Int
    var outcome: Outcome
    var deferred: [Deferred]
    /// How many of `statements` stand before the first point at which a check that was put off had
    /// to be made; nil if there is no such point.
    var flush: Int?
    var pendingProbe: ProgramBuilder.PendingProbe?
    /// The most nodes that there were at once.
    var peak: Int
    /// What is inlined inside, and how deeply.
    var calls = NumberSet()
    var depth = 0
    /// Where the operands' cases stand that it was recorded with.
    var cases: [SourceSpan] = []
  }

  let content: Content
  /// Whether it ends in a trap that no condition stands before.
  let alwaysTraps: Bool
  /// The arguments that a statement depends on, by number.
  let usedArguments: NumberSet

  /// - Parameter isWhole: whether nothing but the fragment looks at its arguments.
  init(_ content: Content, isWhole: Bool) {
    self.content = content
    alwaysTraps = content.alwaysTraps
    usedArguments = isWhole ? content.usedArguments : NumberSet()
  }

  struct Deferred: Sendable {
    var write: ProgramBuilder.Deferred
    /// The element written, if it is known.
    var element: UInt128?
  }
}

extension ProgramBuilder {
  /// A point in a program under construction.
  struct Mark {
    fileprivate var nodes: Int
    fileprivate var constants: Int
    fileprivate var locals: Int
    fileprivate var parameters: Int
    fileprivate var branches: Int
    fileprivate var deferred: Int
    fileprivate var path: Int
    fileprivate var blocks: Int
    fileprivate var statements: Int
    fileprivate var pendingProbe: PendingProbe?
    fileprivate var flushes: [Int?]
    fileprivate var peak: Int
  }

  var mark: Mark {
    Mark(
      nodes: program.nodes.count, constants: program.constants.count,
      locals: program.locals.count, parameters: program.parameters.count, branches: branches,
      deferred: deferred.count, path: path.count, blocks: blocks.count,
      statements: blocks[blocks.count - 1].count, pendingProbe: pendingProbe, flushes: flushes,
      peak: peak)
  }

  /// Forgets everything since `mark`, which was taken in a block that is still open.
  func rollBack(to mark: Mark) {
    peak = max(peak, program.nodes.count)
    program.nodes.removeLast(program.nodes.count - mark.nodes)
    program.nodeSpans.removeLast(program.nodeSpans.count - mark.nodes)
    program.constants.removeLast(program.constants.count - mark.constants)
    program.locals.removeLast(program.locals.count - mark.locals)
    isImmutable.removeLast(isImmutable.count - mark.locals)
    program.parameters.removeLast(program.parameters.count - mark.parameters)
    branches = mark.branches
    deferred.removeLast(deferred.count - mark.deferred)
    path.removeLast(path.count - mark.path)
    blocks.removeLast(blocks.count - mark.blocks)
    blocks[mark.blocks - 1].removeLast(blocks[mark.blocks - 1].count - mark.statements)
    pendingProbe = mark.pendingProbe
    flushes = mark.flushes
  }

  // MARK: Recording

  /// Starts a fragment.
  func beginFragment() -> Mark {
    let mark = self.mark
    flushes.append(nil)
    peak = program.nodes.count
    return mark
  }

  /// Ends the fragment that was begun last: all since `mark`.
  ///
  /// - Returns: nil if the fragment cannot be repeated, since it looks at more than `arguments`.
  func endFragment(
    from mark: Mark, arguments: [ExpressionID], outcome: ProgramFragment.Outcome?
  ) -> ProgramFragment.Content? {
    let flush = flushes.removeLast().map { $0 - mark.statements }
    let highest = max(peak, program.nodes.count)
    peak = max(highest, mark.peak)
    guard let outcome, blocks.count == mark.blocks, path.count == mark.path,
      program.parameters.count == mark.parameters
    else { return nil }
    var taking = FragmentMap(
      taking: arguments, node: -mark.nodes, constant: -mark.constants, local: -mark.locals,
      branch: -mark.branches)
    var statements = taking.map(blocks[mark.blocks - 1][mark.statements...])
    // A check of an earlier store is not the fragment's own.
    if let flush, mark.pendingProbe != nil { statements.remove(at: flush) }
    var nodes = program.nodes.copy(from: mark.nodes)
    nodes.withUnsafeMutableBufferPointer { taking.map($0) }
    let fragment = ProgramFragment.Content(
      nodes: nodes, nodeSpans: program.nodeSpans.copy(from: mark.nodes),
      constants: program.constants.copy(from: mark.constants),
      locals: program.locals.copy(from: mark.locals),
      isImmutable: isImmutable.copy(from: mark.locals), statements: statements,
      branches: branches - mark.branches, outcome: taking.map(outcome),
      deferred: deferred[mark.deferred...].map { write in
        var element: UInt128?
        if case .register(_, let index?, _, _) = write.target { element = constantValue(index) }
        var mapped = taking.map(write)
        mapped.path.removeFirst(mark.path)
        return ProgramFragment.Deferred(write: mapped, element: element)
      },
      flush: flush, pendingProbe: flush == nil ? nil : pendingProbe.map { taking.map($0) },
      peak: highest - mark.nodes)
    return taking.hasFailed ? nil : fragment
  }

  // MARK: Repeating

  /// Whether a fragment comes to the same here as where it was recorded, calls apart.
  func fits(_ fragment: ProgramFragment.Content) -> Bool {
    nodeCount + fragment.peak < Elaborator.Limits.nodes && !conflicts(with: fragment)
  }

  /// Whether a write of the fragment would meet an earlier one on the same path.
  func conflicts(with fragment: ProgramFragment.Content) -> Bool {
    guard !deferred.isEmpty else { return false }
    return fragment.deferred.contains { new in
      guard !new.write.isOperandEffect,
        case .register(let id, let index, let low, let width) = new.write.target
      else { return false }
      return deferred.contains { old in
        guard !old.isOperandEffect,
          case .register(id, let otherIndex, let otherLow, let otherWidth) = old.target,
          low < otherLow + otherWidth, otherLow < low + width
        else { return false }
        switch (index, otherIndex) {
        case (nil, nil): break
        case (_?, let other?):
          guard let element = new.element, element == constantValue(other) else { return false }
        default: return false
        }
        // The fragment's own arms are in branches that the earlier write is not in.
        return old.sharesPath(with: path)
      }
    }
  }

  /// Appends a fragment, in place of elaborating it again.
  ///
  /// - Parameter cases: where the operands' cases stand; their texts are those of the fragment's.
  func append(
    _ fragment: ProgramFragment.Content, arguments: [ExpressionID], cases: [SourceSpan]
  ) -> ProgramFragment.Outcome {
    var giving = FragmentMap(
      giving: arguments, node: program.nodes.count, constant: program.constants.count,
      local: program.locals.count, branch: branches)
    giving.moves = SpanMoves(from: fragment.cases, to: cases)
    peak = max(peak, program.nodes.count + fragment.peak)
    let start = program.nodes.count
    program.nodes += fragment.nodes
    program.nodes.withUnsafeMutableBufferPointer {
      giving.map(UnsafeMutableBufferPointer(rebasing: $0[start...]))
    }
    program.nodeSpans += fragment.nodeSpans
    program.constants += fragment.constants
    let firstLocal = program.locals.count
    program.locals += fragment.locals
    if !giving.moves.isEmpty {
      program.nodeSpans.withUnsafeMutableBufferPointer { spans in
        for index in start..<spans.count { spans[index] = giving.map(spans[index]) }
      }
      for index in firstLocal..<program.locals.count {
        program.locals[index].span = giving.map(program.locals[index].span)
      }
    }
    isImmutable += fragment.isImmutable
    branches += fragment.branches
    if let flush = fragment.flush {
      append(fragment.statements[..<flush], &giving)
      flushProbe()
      append(fragment.statements[flush...], &giving)
      pendingProbe = fragment.pendingProbe.map { giving.map($0) }
    } else {
      append(fragment.statements[...], &giving)
    }
    for write in fragment.deferred {
      var mapped = giving.map(write.write)
      mapped.path = path + mapped.path
      deferred.append(mapped)
    }
    return giving.map(fragment.outcome)
  }

  private func append(_ statements: ArraySlice<Statement>, _ map: inout FragmentMap) {
    guard !statements.isEmpty else { return }
    var block: [Statement] = []
    swap(&block, &blocks[blocks.count - 1])
    for statement in statements { block.append(map.map(statement)) }
    swap(&block, &blocks[blocks.count - 1])
  }
}

extension Array {
  /// The elements from `start` on in an array of their own, whose owner may go on writing: a slice
  /// of all would share its storage.
  fileprivate func copy(from start: Int) -> [Element] {
    withUnsafeBufferPointer { Array($0[start...]) }
  }
}

/// Moves what a fragment is made of from one place to another.
private struct FragmentMap {
  var node: ExpressionID
  var constant: Int32
  var local: LocalID
  var branch: Int
  /// What was written in one place and is now taken from another with the same text.
  var moves = SpanMoves()
  /// Nodes below are arguments.
  private let first: ExpressionID
  private let arguments: [ExpressionID]
  private let isTaking: Bool
  /// Set where something before the fragment is named that is no argument.
  private(set) var hasFailed = false

  /// Out of a program.
  init(taking arguments: [ExpressionID], node: Int, constant: Int, local: Int, branch: Int) {
    self.init(arguments, isTaking: true, node, constant, local, branch)
  }

  /// Into a program.
  init(giving arguments: [ExpressionID], node: Int, constant: Int, local: Int, branch: Int) {
    self.init(arguments, isTaking: false, node, constant, local, branch)
  }

  private init(
    _ arguments: [ExpressionID], isTaking: Bool, _ node: Int, _ constant: Int, _ local: Int,
    _ branch: Int
  ) {
    self.arguments = arguments
    self.isTaking = isTaking
    self.node = ExpressionID(node)
    self.constant = Int32(constant)
    self.local = LocalID(local)
    self.branch = branch
    first = isTaking ? ExpressionID(-node) : 0
  }

  func map(_ span: SourceSpan) -> SourceSpan { moves.isEmpty ? span : moves.map(span) }

  mutating func map(_ id: ExpressionID) -> ExpressionID {
    if id >= first { return id + node }
    if id == -1 { return id }
    if !isTaking { return arguments[Int(-2 - id)] }
    guard let index = arguments.firstIndex(of: id) else {
      hasFailed = true
      return id
    }
    return ExpressionID(-2 - index)
  }

  /// Locals before the fragment cannot be named by arguments, which are nodes.
  mutating func mapLocal(_ id: LocalID) -> LocalID {
    if id + local < 0 { hasFailed = true }
    return id + local
  }

  mutating func map(_ nodes: UnsafeMutableBufferPointer<Node>) {
    for index in nodes.indices {
      let op = nodes[index].op
      switch op {
      case .constant: nodes[index].a += constant
      case .local: nodes[index].a = mapLocal(nodes[index].a)
      case .field, .length, .choice, .context: break
      case .read: nodes[index].b = map(nodes[index].b)
      default:
        nodes[index].a = map(nodes[index].a)
        switch op.shape {
        case .leaf, .unary: break
        case .binary: nodes[index].b = map(nodes[index].b)
        case .ternary, .function:
          nodes[index].b = map(nodes[index].b)
          nodes[index].c = map(nodes[index].c)
        }
      }
    }
  }

  mutating func map(_ access: Access) -> Access {
    var access = access
    access.address = map(access.address)
    return access
  }

  mutating func map(_ probe: ProgramBuilder.PendingProbe) -> ProgramBuilder.PendingProbe {
    (map(probe.access), map(probe.span))
  }

  mutating func map(_ statements: ArraySlice<Statement>) -> [Statement] {
    if statements.isEmpty { return [] }
    var result: [Statement] = []
    result.reserveCapacity(statements.count)
    for statement in statements { result.append(map(statement)) }
    return result
  }

  mutating func map(_ statement: Statement) -> Statement {
    let kind: Statement.Kind
    switch statement.kind {
    case .assign(let local, let value): kind = .assign(mapLocal(local), map(value))
    case .write(let register, let index, let low, let width, let value):
      kind = .write(
        register, index: index.map { map($0) }, low: low, width: width, value: map(value))
    case .load(let local, let access): kind = .load(mapLocal(local), map(access))
    case .store(let access, let value): kind = .store(map(access), value: map(value))
    case .probe(let access, let intent): kind = .probe(map(access), intent)
    case .branch(let condition, let then, let otherwise):
      kind = .branch(map(condition), then: map(then[...]), otherwise: map(otherwise[...]))
    case .loop(let condition, let bound, let body):
      kind = .loop(condition: map(condition), bound: bound, body: map(body[...]))
    case .trap(let trap, let trapClass, let arguments):
      kind = .trap(trap, trapClass, arguments: arguments.map { map($0) })
    case .havoc(let local, let openness): kind = .havoc(mapLocal(local), openness)
    case .perform(let bits, let nested): kind = .perform(bits: map(bits), nested: nested)
    }
    return Statement(kind, at: map(statement.span))
  }

  mutating func map(_ write: ProgramBuilder.Deferred) -> ProgramBuilder.Deferred {
    var write = write
    switch write.target {
    case .register(let register, let index, let low, let width):
      write.target = .register(register, index: index.map { map($0) }, low: low, width: width)
    case .memory(let access): write.target = .memory(map(access))
    }
    write.value = map(write.value)
    write.span = map(write.span)
    write.guardLocal = write.guardLocal.map { mapLocal($0) }
    write.path = write.path.map { ProgramBuilder.Arm(branch: $0.branch + branch, arm: $0.arm) }
    return write
  }

  mutating func map(_ place: Place) -> Place {
    switch place {
    case .register(let register, let index, let low, let width):
      .register(register, index: index.map { map($0) }, low: low, width: width)
    case .local(let local, let low, let width):
      .local(mapLocal(local), low: low, width: width)
    case .memory(let access, let width): .memory(map(access), width: width)
    case .concatenation(let parts): .concatenation(parts.map { map($0) })
    case .conditional(let condition, let first, let second):
      .conditional(map(condition), map(first), map(second))
    case .bit(let whole, let position): .bit(map(whole), position: map(position))
    case .sink(let value, let width): .sink(map(value), width: width)
    }
  }

  mutating func map(_ outcome: ProgramFragment.Outcome) -> ProgramFragment.Outcome {
    switch outcome {
    case .done: return .done
    case .steps(let steps): return .steps(steps.map { map($0) })
    case .value(var value):
      value.node = map(value.node)
      return .value(value)
    case .place(var typed):
      typed.place = map(typed.place)
      return .place(typed)
    }
  }
}
