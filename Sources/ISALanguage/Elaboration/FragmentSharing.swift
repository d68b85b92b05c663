import ISACore

/// Programs inline whatever they call, and thousands of forms call the same things with arguments
/// of the same kinds: what inlining came to once is repeated.
struct FragmentKey: Hashable {
  enum Subject: Hashable {
    case function(Int)
    case action(Int)
    case place(Int)
    /// An operand class and which of its cases.
    case operand(Int, Int)
    /// The address of an operand class's case.
    case address(Int, Int)
    /// An instruction's statements.
    case instruction(Int)
  }

  /// All that inlining looks at of an argument: never which node it is.
  struct Argument: Hashable {
    enum Content: Hashable {
      case number(UInt128, isNegative: Bool)
      case constant(UInt128)
      case node
      /// An operand, one of its class's cases whose places have one text, and how many arguments
      /// are its own.
      case operand(Subject, Int)
      case unbound
    }
    var content: Content
    var width = 0
    var layout: ObjectIdentifier?
    var values: [NamedValue]?
    /// The first argument that is the same node.
    var first = 0

    func hash(into hasher: inout Hasher) {
      hasher.combine(content)
      hasher.combine(width)
      hasher.combine(first)
    }
  }

  var subject: Subject
  var surroundings: Int
  /// Those of an instruction's fields and operands, which its encodings need not share.
  var names: [String] = []
  var arguments: [Argument]
}

/// What is known of the bindings that something is inlined with.
struct FragmentArguments {
  var shapes: [FragmentKey.Argument] = []
  var nodes: [ExpressionID] = []
  /// Where the cases of operands stand.
  var cases: [SourceSpan] = []
}

extension ProgramElaborator {
  /// Elaborates `body`, which sees nothing but `bindings`, or repeats what it came to before.
  ///
  /// - Parameter names: those of the bindings, in an order that is the same for all of a subject.
  func sharing(
    _ subject: FragmentKey.Subject, _ names: [String], _ bindings: [String: Binding],
    _ body: () -> ProgramFragment.Outcome?
  ) -> ProgramFragment.Outcome? {
    guard machine.sharesFragments, !isOperandEffect,
      !seesOperandEffects || operandEffects.isEmpty,
      let arguments = arguments(names, bindings)
    else { return body() }
    var key = FragmentKey(
      subject: subject, surroundings: surroundings, arguments: arguments.shapes)
    if case .instruction = subject { key.names = names }
    if let fragment = machine.fragments[key], fits(fragment) {
      if isRecording {
        calls.formUnion(fragment.calls)
        depth = max(depth, callStack.count + fragment.depth)
      }
      return builder.append(fragment, arguments: arguments.nodes, cases: arguments.cases)
    }
    let outer = (isRecording, calls, depth)
    isRecording = true
    calls = []
    depth = callStack.count
    let reports = machine.diagnostics.count
    let mark = builder.beginFragment()
    let outcome = body()
    let fragment = builder.endFragment(from: mark, arguments: arguments.nodes, outcome: outcome)
    // What was reported must be reported wherever it happens.
    if var fragment, !hasFailed, machine.diagnostics.count == reports {
      fragment.calls = calls
      fragment.depth = depth - callStack.count
      fragment.cases = arguments.cases
      machine.fragments[key] = fragment
    }
    isRecording = outer.0
    calls.formUnion(outer.1)
    depth = max(depth, outer.2)
    return outcome
  }

  /// An operand's address, held; nil if its case has none.
  func address(of operand: ResolvedOperand, _ bindings: [String: Binding]) -> Value? {
    guard let syntax = operand.operandCase.address,
      case .operand(let id, let number) = operand.subject
    else { return nil }
    let outcome = sharing(.address(id, number), bindings.keys.sorted(), bindings) {
      value(syntax).map {
        .value(
          Value(
            builder.hold($0.node, name: Local.operandAddress, at: syntax.span), width: $0.width))
      }
    }
    guard case .value(let value)? = outcome else { return nil }
    return value
  }

  /// An instruction's statements, once its fields and operands are bound.
  ///
  /// The cases of an operand differ in how its address is made, and that has been done: what is left
  /// is often the same for all that are in memory.
  func instruction(_ number: Int, _ body: [StatementSyntax]) {
    func elaborate() -> ProgramFragment.Outcome? {
      inScope { statements(body) }
      return .done
    }
    guard isSpecialized else {
      _ = elaborate()
      return
    }
    let bindings = scopes[0]
    let names = bindings.keys.sorted()
    _ = sharing(.instruction(number), names, bindings, elaborate)
  }

  /// Whether a fragment comes to the same here as where it was recorded, reports included.
  private func fits(_ fragment: ProgramFragment) -> Bool {
    !hasFailed && builder.nodeCount + fragment.peak < Elaborator.Limits.nodes
      && callStack.count + fragment.depth < Elaborator.Limits.callDepth
      && !callStack.contains(where: fragment.calls.contains)
      && !builder.conflicts(with: fragment)
  }

  /// What elaboration looks at besides the arguments.
  private var surroundings: Int {
    var bits = rights.rawValue << 8 | Int(intent.rawValue)
    if builder.path.isEmpty { bits |= 4 }
    if builder.isUnreachable { bits |= 8 }
    if partialDepth > 0 { bits |= 16 }
    if loopDepth > 0 { bits |= 32 }
    if callStack.isEmpty { bits |= 64 }
    if isSpecialized { bits |= 128 }
    return bits
  }

  private func arguments(
    _ names: [String], _ bindings: [String: Binding]
  ) -> FragmentArguments? {
    var arguments = FragmentArguments()
    for name in names {
      guard append(bindings[name], to: &arguments) else { return nil }
    }
    return arguments
  }

  /// - Returns: whether the binding has a shape at all.
  private func append(_ binding: Binding?, to arguments: inout FragmentArguments) -> Bool {
    switch binding {
    case nil: arguments.shapes.append(.init(content: .unbound))
    case .number(let number)?:
      arguments.shapes.append(
        .init(content: .number(number.magnitude, isNegative: number.isNegative)))
    case .value(let value)?:
      guard builder.isStable(value.node) else { return false }
      let nodes = arguments.nodes
      arguments.shapes.append(
        .init(
          content: builder.constantValue(value.node).map { .constant($0) } ?? .node,
          width: value.width, layout: value.layout.map(ObjectIdentifier.init),
          values: value.values, first: nodes.firstIndex(of: value.node) ?? nodes.count))
      arguments.nodes.append(value.node)
    case .operand(let instance)?:
      // Cases with one text that stand in several places: which one is meant could not be told.
      let span = instance.operandCase.place.span
      guard !arguments.cases.contains(span) else { return false }
      let shared = machine.sharedCase(instance.subject)
      arguments.cases.append(span)
      arguments.shapes.append(
        .init(content: .operand(shared.subject, shared.names.count), width: instance.width))
      for name in shared.names {
        guard append(instance.bindings[name], to: &arguments) else { return false }
      }
      return append(instance.address.map { .value($0) }, to: &arguments)
    case .variable?: return false
    }
    return true
  }
}

/// An operand's case as far as its place goes, which other cases of the class may share.
struct SharedCase {
  /// The first case with a place of this text.
  var subject: FragmentKey.Subject
  /// All that the place's text names.
  var names: [String]
}

extension Elaborator {
  func sharedCase(_ subject: FragmentKey.Subject) -> SharedCase {
    if let known = sharedCases[subject] { return known }
    guard case .operand(let id, let number) = subject else {
      return SharedCase(subject: subject, names: [])
    }
    let cases = operands[id].cases
    let own = cases[number]
    let text = text(own.place.span)
    let first = cases.firstIndex { $0.isValue == own.isValue && self.text($0.place.span) == text }
    let shared = SharedCase(
      subject: .operand(id, first ?? number), names: Array(own.place.names).sorted())
    sharedCases[subject] = shared
    return shared
  }
}

extension ExpressionSyntax {
  /// Every name in the expression but those of fields.
  fileprivate var names: Set<String> {
    switch self {
    case .number, .any, .invalid: []
    case .name(let name), .sized(let name, _, _): [name.text]
    case .unary(_, let operand, _): operand.names
    case .binary(_, let left, let right, _): left.names.union(right.names)
    case .conditional(let condition, let first, let second, _):
      condition.names.union(first.names).union(second.names)
    case .index(let base, let index, _): base.names.union(index.names)
    case .slice(let base, let first, let last, _):
      base.names.union(first.names).union(last.names)
    case .access(let memory, let address, let units, _, _):
      address.names.union(units?.names ?? []).union([memory.text])
    case .member(let base, _, _): base.names
    case .with(let base, let changes, _):
      changes.reduce(base.names) { $0.union([$1.0.text]).union($1.1.names) }
    case .call(let name, let arguments, _):
      arguments.reduce([name.text]) { $0.union($1.names) }
    }
  }
}
