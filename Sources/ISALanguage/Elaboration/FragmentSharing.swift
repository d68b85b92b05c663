import ISACore
import Synchronization

/// Programs inline whatever they call, and thousands of forms call the same things with arguments
/// of the same kinds: what inlining came to once is repeated.
struct FragmentKey: Hashable, Sendable {
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
    /// How the program counter advances.
    case advance
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

  /// Whether nothing else looks at the arguments.
  var isWhole: Bool {
    if case .instruction = subject { true } else { false }
  }
}

/// What has been inlined, for all who elaborate at once: a fragment is the same whoever records it.
final class FragmentStore: Sendable {
  private let fragments = Mutex<[FragmentKey: ProgramFragment]>([:])
  private let reported = Mutex<[ReportedFragment.Key: ReportedFragment]>([:])

  subscript(key: FragmentKey) -> ProgramFragment? {
    get { fragments.withLock { $0[key] } }
    set { fragments.withLock { $0[key] = newValue } }
  }

  subscript(key: ReportedFragment.Key) -> ReportedFragment? {
    get { reported.withLock { $0[key] } }
    set { reported.withLock { $0[key] = newValue } }
  }
}

/// Something about whose text there was something to say. It has been said, and each message is
/// printed once: one mistake in what thousands of forms use costs no more than none.
struct ReportedFragment: Sendable {
  /// Messages have places, and cases of one text have different ones.
  struct Key: Hashable, Sendable {
    var fragment: FragmentKey
    var cases: [SourceSpan]
  }

  /// Nil if nothing came of it.
  var content: ProgramFragment.Content?
  var hasFailed: Bool
  /// Names of what is inlined inside, and how deeply.
  var calls: Set<String>
  var depth: Int
}

/// What is known of the bindings that something is inlined with.
struct FragmentArguments {
  var shapes: [FragmentKey.Argument] = []
  var nodes: [ExpressionID] = []
  /// Where the cases of operands stand.
  var cases: [SourceSpan] = []
}

/// A fragment and what it is to be put in with.
struct FragmentUse {
  var fragment: ProgramFragment
  var arguments: FragmentArguments

  /// The program that the fragment makes of one that was begun.
  func program(
    after start: ProgramBuilder, advance: ProgramFragment
  ) -> Program {
    var builder = start
    let size = fragment.content.nodes.count + advance.content.nodes.count + 16
    builder.reserve(size)
    _ = builder.append(
      fragment.content, arguments: arguments.nodes, cases: arguments.cases)
    guard case .steps(let steps) = builder.append(advance.content, arguments: [], cases: [])
    else { return Program() }
    builder.commit(advance: steps)
    return builder.finish()
  }
}

extension ProgramElaborator {
  /// Elaborates `body`, which sees nothing but `bindings`, or repeats what it came to before.
  ///
  /// - Parameter names: those of the bindings, in an order that is the same for all of a subject.
  func sharing(
    _ subject: FragmentKey.Subject, _ names: [String], _ bindings: [String: Binding],
    _ body: () -> ProgramFragment.Outcome?
  ) -> ProgramFragment.Outcome? {
    guard canShare, let arguments = arguments(names, bindings) else { return body() }
    let key = FragmentKey(
      subject: subject, surroundings: surroundings, arguments: arguments.shapes)
    if let fragment = machine.fragments[key], fits(fragment) {
      enter(calls: fragment.content.calls, depth: fragment.content.depth)
      return builder.append(
        fragment.content, arguments: arguments.nodes, cases: arguments.cases)
    }
    if let reported = machine.fragments[.init(fragment: key, cases: arguments.cases)],
      fits(reported)
    {
      return append(reported, arguments)
    }
    return recording(key, arguments, body).outcome
  }

  private func append(
    _ reported: ReportedFragment, _ arguments: FragmentArguments
  ) -> ProgramFragment.Outcome? {
    enter(calls: reported.calls, depth: reported.depth)
    if reported.hasFailed { fail() }
    return reported.content.map {
      builder.append($0, arguments: arguments.nodes, cases: arguments.cases)
    }
  }

  /// Notes what is inlined by repeating it.
  private func enter(calls inner: Set<String>, depth innerDepth: Int) {
    guard isRecording else { return }
    calls.formUnion(inner)
    depth = max(depth, callStack.count + innerDepth)
  }

  /// Elaborates `body` and keeps what it came to.
  private func recording(
    _ key: FragmentKey, _ arguments: FragmentArguments, _ body: () -> ProgramFragment.Outcome?
  ) -> (outcome: ProgramFragment.Outcome?, fragment: ProgramFragment?) {
    let outer = (isRecording, calls, depth)
    isRecording = true
    calls = []
    depth = callStack.count
    let reports = machine.diagnostics.count
    let mark = builder.beginFragment()
    let (outcome, hasFailed) = failingApart(body)
    var content = builder.endFragment(from: mark, arguments: arguments.nodes, outcome: outcome)
    content?.calls = calls
    content?.depth = depth - callStack.count
    content?.cases = arguments.cases
    var fragment: ProgramFragment?
    if let content, !hasFailed, machine.diagnostics.count == reports {
      fragment = ProgramFragment(content, isWhole: key.isWhole)
      machine.fragments[key] = fragment
    } else if content != nil || outcome == nil,
      // What is said of cycles and limits depends on who calls.
      !machine.diagnostics[reports...].contains(where: {
        [.cycle, .limitExceeded].contains($0.code)
      })
    {
      machine.fragments[.init(fragment: key, cases: arguments.cases)] = ReportedFragment(
        content: content, hasFailed: hasFailed || outcome == nil, calls: calls,
        depth: depth - callStack.count)
    }
    isRecording = outer.0
    calls.formUnion(outer.1)
    depth = max(depth, outer.2)
    return (outcome, fragment)
  }

  private var canShare: Bool {
    machine.sharesFragments && !isOperandEffect && (!seesOperandEffects || operandEffects.isEmpty)
  }

  /// An operand's address, held; nil if its case has none.
  func address(
    of operand: ResolvedOperand, _ names: [String], _ bindings: [String: Binding]
  ) -> Value? {
    guard let syntax = operand.operandCase.address,
      case .operand(let id, let number) = operand.subject
    else { return nil }
    let outcome = sharing(.address(id, number), names, bindings) {
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
  ///
  /// - Returns: nil if the statements were elaborated where they stand; else nothing was.
  func instruction(_ number: Int, _ body: [StatementSyntax]) -> FragmentUse? {
    func elaborate() -> ProgramFragment.Outcome? {
      inScope { statements(body) }
      return .done
    }
    let bindings = scopes[0]
    let names = bindings.keys.sorted()
    guard isSpecialized, canShare, let arguments = arguments(names, bindings) else {
      _ = elaborate()
      return nil
    }
    let key = FragmentKey(
      subject: .instruction(number), surroundings: surroundings, names: names,
      arguments: arguments.shapes)
    if let fragment = machine.fragments[key], fits(fragment) {
      return FragmentUse(fragment: fragment, arguments: arguments)
    }
    if let reported = machine.fragments[.init(fragment: key, cases: arguments.cases)],
      fits(reported)
    {
      _ = append(reported, arguments)
      return nil
    }
    let mark = builder.mark
    guard let fragment = recording(key, arguments, elaborate).fragment else { return nil }
    builder.rollBack(to: mark)
    return FragmentUse(fragment: fragment, arguments: arguments)
  }

  /// How the program counter advances behind an instruction's statements, if that is the same for
  /// all instructions: none of the names means something of this one's.
  func advance(behind use: FragmentUse) -> ProgramFragment? {
    guard canShare, machine.advanceNames.isDisjoint(with: scopes[0].keys) else { return nil }
    let key = FragmentKey(subject: .advance, surroundings: 0, arguments: [])
    var advance = machine.fragments[key]
    if advance == nil {
      let mark = builder.mark
      advance = recording(key, FragmentArguments()) { steps().map { .steps($0) } }.fragment
      builder.rollBack(to: mark)
    }
    guard let advance,
      builder.nodeCount + use.fragment.content.nodes.count + advance.content.peak
        < Elaborator.Limits.nodes
    else { return nil }
    return advance
  }

  func append(_ use: FragmentUse) {
    _ = builder.append(
      use.fragment.content, arguments: use.arguments.nodes, cases: use.arguments.cases)
  }

  /// Evaluates how the program counter advances.
  func steps() -> [ProgramBuilder.Deferred]? {
    var steps: [ProgramBuilder.Deferred] = []
    for step in machine.advance {
      guard let place = place(step.place, for: .store),
        let value = value(step.value, width: place.width)
      else { return nil }
      guard case .register(let id, let index, let low, let width) = place.place, index == nil
      else {
        report(.notAPlace, "a register or a field of one advances", at: step.place.span)
        return nil
      }
      steps.append(
        ProgramBuilder.Deferred(
          target: .register(id, index: nil, low: low, width: width),
          value: builder.hold(value.node, name: "next", at: step.span), guardLocal: nil,
          path: [], isOperandEffect: false, span: step.span))
    }
    return steps
  }

  /// Whether a fragment comes to the same here as where it was recorded, reports included.
  private func fits(_ fragment: ProgramFragment) -> Bool {
    fits(fragment.content)
      && fits(calls: fragment.content.calls, depth: fragment.content.depth)
  }

  private func fits(_ reported: ReportedFragment) -> Bool {
    reported.content.map(fits) ?? true && fits(calls: reported.calls, depth: reported.depth)
  }

  private func fits(_ content: ProgramFragment.Content) -> Bool {
    builder.nodeCount + content.peak < Elaborator.Limits.nodes && !builder.conflicts(with: content)
  }

  private func fits(calls: Set<String>, depth: Int) -> Bool {
    callStack.count + depth < Elaborator.Limits.callDepth
      && !callStack.contains(where: calls.contains)
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
  var names: Set<String> {
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
