import ISACore

extension ProgramElaborator {
  /// Elaborates `body`, which sees nothing but `bindings`, or repeats what it came to before.
  func sharing(
    _ subject: FragmentKey.Subject, _ bindings: NamedBindings,
    _ body: () -> ProgramFragment.Outcome?
  ) -> ProgramFragment.Outcome? {
    guard canShare, let arguments = arguments(bindings) else { return body() }
    let key = FragmentKey(subject, surroundings: surroundings, arguments: arguments.shapes)
    switch machine.fragment(key) {
    case .sound(let fragment)? where fits(fragment.content):
      return append(fragment, arguments)
    case .reported(let reported)? where fits(reported):
      return append(reported, arguments)
    default:
      let (outcome, fragment) = recording(arguments, isWhole: false, body)
      if let fragment { machine.keep(fragment, as: key) }
      return outcome
    }
  }

  private func append(
    _ fragment: ProgramFragment, _ arguments: FragmentArguments
  ) -> ProgramFragment.Outcome {
    enter(calls: fragment.content.calls, depth: fragment.content.depth)
    return builder.append(fragment.content, arguments: arguments.nodes, cases: arguments.cases)
  }

  private func append(
    _ reported: ReportedFragment, _ arguments: FragmentArguments
  ) -> ProgramFragment.Outcome? {
    enter(calls: reported.calls, depth: reported.depth)
    if reported.hasFailed { fail() }
    machine.repeatReports(
      reported.diagnostics(cases: arguments.cases), areRecorded: isRecording)
    return reported.content.map {
      builder.append($0, arguments: arguments.nodes, cases: arguments.cases)
    }
  }

  /// Notes what is inlined by repeating it.
  private func enter(calls inner: NumberSet, depth innerDepth: Int) {
    guard isRecording else { return }
    calls.formUnion(inner)
    depth = max(depth, callStack.count + innerDepth)
  }

  /// Elaborates `body` and says what it came to, for whoever wants to repeat it.
  ///
  /// - Parameter isWhole: whether nothing else looks at the arguments.
  private func recording(
    _ arguments: FragmentArguments, isWhole: Bool, _ body: () -> ProgramFragment.Outcome?
  ) -> (outcome: ProgramFragment.Outcome?, fragment: SharedFragment?) {
    let outer = (isRecording, calls, depth)
    isRecording = true
    calls = NumberSet()
    depth = callStack.count
    let reports = machine.diagnostics.count
    let mark = builder.beginFragment()
    let (outcome, hasFailed) = failingApart(body)
    var content = builder.endFragment(from: mark, arguments: arguments.nodes, outcome: outcome)
    content?.calls = calls
    content?.depth = depth - callStack.count
    content?.cases = arguments.cases
    let said = machine.diagnostics[reports...]
    var fragment: SharedFragment?
    if let content, !hasFailed, said.isEmpty {
      fragment = .sound(ProgramFragment(content, isWhole: isWhole))
    } else if content != nil || outcome == nil,
      // What is said of cycles and limits depends on who calls.
      !said.contains(where: { [.cycle, .limitExceeded].contains($0.code) })
    {
      fragment = .reported(
        ReportedFragment(
          content: content, hasFailed: hasFailed || outcome == nil, calls: calls,
          depth: depth - callStack.count, cases: arguments.cases, diagnostics: said))
    }
    isRecording = outer.0
    if !outer.1.isEmpty { calls.formUnion(outer.1) }
    depth = max(depth, outer.2)
    return (outcome, fragment)
  }

  private var canShare: Bool {
    machine.sharesFragments && !isOperandEffect && (!seesOperandEffects || operandEffects.isEmpty)
  }

  /// An operand's address, held; nil if its case has none.
  func address(of layout: OperandLayout, _ bindings: NamedBindings) -> Value? {
    guard let syntax = layout.operandCase.address, let subject = layout.subject.address
    else { return nil }
    let outcome = sharing(subject, addressBindings(of: layout, bindings)) {
      value(syntax).map {
        .value(
          Value(
            builder.hold($0.node, name: Local.operandAddress, at: syntax.span), width: $0.width))
      }
    }
    guard case .value(let value)? = outcome else { return nil }
    return value
  }

  /// What an operand's address came to, and the nodes that it is made of.
  func knownAddress(
    of layout: OperandLayout, _ bindings: NamedBindings
  ) -> (fragment: ProgramFragment, nodes: [ExpressionID])? {
    guard layout.operandCase.address != nil, let subject = layout.subject.address,
      let arguments = arguments(addressBindings(of: layout, bindings)),
      case .sound(let fragment)? = machine.fragment(
        FragmentKey(subject, surroundings: surroundings, arguments: arguments.shapes))
    else { return nil }
    return (fragment, arguments.nodes)
  }

  /// What the text of an address names.
  private func addressBindings(
    of layout: OperandLayout, _ bindings: NamedBindings
  ) -> NamedBindings {
    bindings.only(machine.caseText(layout.subject).addressNames)
  }

  /// An instruction's statements behind what its form starts with.
  ///
  /// The cases of an operand differ in how its address is made, and that has been done: what is left
  /// is often the same for all that are in memory.
  ///
  /// - Returns: nil if the statements stand in the program now; else nothing was done to it.
  func statements(
    _ body: [StatementSyntax], after known: BodyKey?, _ arguments: FragmentArguments
  ) -> ProgramFragment? {
    func elaborate() -> ProgramFragment.Outcome? {
      inScope { statements(body) }
      return .done
    }
    guard let known else {
      _ = elaborate()
      return nil
    }
    switch machine.bodies[known] {
    case .sound(let fragment)? where fits(fragment.content):
      return fragment
    case .reported(let reported)? where fits(reported):
      _ = append(reported, arguments)
      return nil
    default: break
    }
    let mark = builder.mark
    let (_, fragment) = recording(arguments, isWhole: true, elaborate)
    machine.bodies[known] = fragment
    guard case .sound(let sound)? = fragment else { return nil }
    builder.rollBack(to: mark)
    return sound
  }

  /// Puts an instruction's statements into the program.
  func append(statements: ProgramFragment, _ arguments: FragmentArguments) {
    _ = append(statements, arguments)
  }

  /// Finds out how the program counter advances behind all instructions whose names mean nothing
  /// to that.
  func recordAdvance() {
    guard machine.commonAdvance == nil, machine.sharesFragments,
      machine.advanceNames.isDisjoint(with: scopes.names)
    else { return }
    let mark = builder.mark
    let (_, fragment) = recording(FragmentArguments(), isWhole: false) {
      steps().map { .steps($0) }
    }
    builder.rollBack(to: mark)
    if case .sound(let sound)? = fragment { machine.commonAdvance = sound }
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
  private func fits(_ content: ProgramFragment.Content) -> Bool {
    builder.fits(content) && fits(calls: content.calls, depth: content.depth)
  }

  private func fits(_ reported: ReportedFragment) -> Bool {
    reported.content.map { builder.fits($0) } ?? true
      && fits(calls: reported.calls, depth: reported.depth)
  }

  private func fits(calls: NumberSet, depth: Int) -> Bool {
    callStack.count + depth < Elaborator.Limits.callDepth
      && !callStack.contains { machine.callNumber($0).map(calls.contains) == true }
  }

  /// What an instruction's statements look at, if that can be told: all that is bound.
  ///
  /// - Parameter areNamed: whether the key says what it is called.
  func startArguments(areNamed: Bool = true) -> (FragmentKey, FragmentArguments)? {
    let names = scopes.names.sorted()
    var arguments = FragmentArguments()
    for name in names {
      guard append(scopes[name], to: &arguments) else { return nil }
    }
    let key = FragmentKey(
      .statements, surroundings: surroundings, names: areNamed ? names : [],
      arguments: arguments.shapes)
    return (key, arguments)
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

  private func arguments(_ bindings: NamedBindings) -> FragmentArguments? {
    var arguments = FragmentArguments()
    arguments.shapes.reserveCapacity(bindings.values.count)
    for binding in bindings.values {
      guard append(binding, to: &arguments) else { return nil }
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
      let text = machine.caseText(instance.subject)
      arguments.cases.append(span)
      arguments.shapes.append(
        .init(content: .operand(text.subject, text.placeNames.count), width: instance.width))
      for name in text.placeNames {
        guard append(instance.bindings[name], to: &arguments) else { return false }
      }
      return append(instance.address.map { .value($0) }, to: &arguments)
    case .variable?: return false
    }
    return true
  }
}

/// What the text of an operand's case names.
struct CaseText {
  /// The first case of the class with a place of this text.
  var subject: FragmentKey.Subject
  /// In one order.
  var placeNames: [String]
  var addressNames: Set<String>
  /// Those and the type's; nil if there are effects, which may name anything.
  var names: Set<String>?
}

extension Elaborator {
  func caseText(_ subject: FragmentKey.Subject) -> CaseText {
    if let known = caseTexts[subject] { return known }
    guard case .operand(let id, let number) = subject else {
      return CaseText(subject: subject, placeNames: [], addressNames: [])
    }
    let cases = operands[id].cases
    let own = cases[number]
    let text = bytes(own.place.span)
    let first = cases.firstIndex {
      $0.isValue == own.isValue && bytes($0.place.span).elementsEqual(text)
    }
    let placeNames = own.place.names
    let addressNames = own.address?.names ?? []
    var names = placeNames.union(addressNames)
    if case .width(let width) = operands[id].type { names.formUnion(width.names) }
    let known = CaseText(
      subject: .operand(id, first ?? number), placeNames: placeNames.sorted(),
      addressNames: addressNames,
      names: own.effects.isEmpty ? names : nil)
    caseTexts[subject] = known
    return known
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
