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
  }

  /// All that inlining looks at of an argument: never which node it is.
  struct Argument: Hashable {
    enum Content: Hashable {
      case number(UInt128, isNegative: Bool)
      case constant(UInt128)
      case node
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
  var arguments: [Argument]
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
      let (arguments, nodes) = shape(names, bindings)
    else { return body() }
    let key = FragmentKey(subject: subject, surroundings: surroundings, arguments: arguments)
    if let fragment = machine.fragments[key], fits(fragment) {
      if isRecording {
        calls.formUnion(fragment.calls)
        depth = max(depth, callStack.count + fragment.depth)
      }
      return builder.append(fragment, arguments: nodes)
    }
    let outer = (isRecording, calls, depth)
    isRecording = true
    calls = []
    depth = callStack.count
    let reports = machine.diagnostics.count
    let mark = builder.beginFragment()
    let outcome = body()
    let fragment = builder.endFragment(from: mark, arguments: nodes, outcome: outcome)
    // What was reported must be reported wherever it happens.
    if var fragment, !hasFailed, machine.diagnostics.count == reports {
      fragment.calls = calls
      fragment.depth = depth - callStack.count
      machine.fragments[key] = fragment
    }
    isRecording = outer.0
    calls.formUnion(outer.1)
    depth = max(depth, outer.2)
    return outcome
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

  private func shape(
    _ names: [String], _ bindings: [String: Binding]
  ) -> (arguments: [FragmentKey.Argument], nodes: [ExpressionID])? {
    var arguments: [FragmentKey.Argument] = []
    var nodes: [ExpressionID] = []
    for name in names {
      switch bindings[name] {
      case .number(let number)?:
        arguments.append(
          .init(content: .number(number.magnitude, isNegative: number.isNegative)))
      case .value(let value)? where builder.isStable(value.node):
        arguments.append(
          .init(
            content: builder.constantValue(value.node).map { .constant($0) } ?? .node,
            width: value.width, layout: value.layout.map(ObjectIdentifier.init),
            values: value.values, first: nodes.firstIndex(of: value.node) ?? nodes.count))
        nodes.append(value.node)
      default: return nil
      }
    }
    return (arguments, nodes)
  }
}
