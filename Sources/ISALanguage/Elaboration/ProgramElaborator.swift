import ISACore

/// Elaborates the statements of one program: an instruction's form, an entry sequence, a condition.
///
/// Split by what is elaborated: expressions, places, calls, statements; this file holds what they
/// share, the scopes and the reports.
final class ProgramElaborator {
  /// What a program may do.
  struct Rights: OptionSet {
    let rawValue: Int
    /// Write state.
    static let write = Rights(rawValue: 1)
    /// Raise traps, and so use translated memory.
    static let trap = Rights(rawValue: 2)
    /// Go on as another instruction.
    static let perform = Rights(rawValue: 4)
    /// Writes take effect in order; there is no trap that could discard them.
    static let inOrder = Rights(rawValue: 8)
    /// Store in real memory what a translation records, once nothing can trap any more.
    static let record = Rights(rawValue: 16)
  }

  let machine: Elaborator
  let builder: ProgramBuilder
  let rights: Rights
  @exclusivity(unchecked) var scopes = Scopes()
  /// Names of the functions, places and actions being inlined, for messages about cycles.
  var callStack: [String] = []
  /// Statements inside `partial` write at once.
  var partialDepth = 0
  var loopDepth = 0
  /// Earlier operands' effects, which later operands' addresses see.
  var operandEffects: [ProgramBuilder.Deferred] = []
  var seesOperandEffects = false
  var isOperandEffect = false
  /// What the place being resolved is for; `intent` in places and operand cases.
  var intent = Intent.load
  /// Whether a fragment is being recorded; then, what is inlined inside, and how deeply.
  var isRecording = false
  var calls = NumberSet()
  var depth = 0
  /// Guards that specialization made constant are no mistake of the author's.
  var isSpecialized = false
  /// Set once something was reported that leaves the program incomplete.
  private(set) var hasFailed = false
  /// Set once the limit of nodes was reported.
  private var hasOutgrown = false

  /// - Parameter builder: empty; a new one, unless there is one to be used again.
  init(_ machine: Elaborator, rights: Rights, builder: ProgramBuilder = ProgramBuilder()) {
    self.machine = machine
    self.builder = builder
    self.rights = rights
    if rights.contains(.inOrder) { partialDepth = 1 }
  }

  // MARK: Scopes

  func bind(_ name: Identifier, _ binding: Binding) {
    if scopes.isBound(name.text) {
      report(.duplicateName, "`\(name.text)` already has a meaning here", at: name.span)
    }
    guard scopes.count < Elaborator.Limits.names else {
      report(
        .limitExceeded, "more than \(Elaborator.Limits.names) names have a meaning here",
        at: name.span)
      return
    }
    scopes.bind(name.text, binding)
  }

  func lookUp(_ name: String) -> Binding? { scopes[name] }

  func inScope<Result>(_ body: () -> Result) -> Result {
    let mark = scopes.open()
    defer { scopes.close(mark) }
    return body()
  }

  /// Runs `body` seeing only `bindings` and the machine's own names.
  func seeing<Result>(_ bindings: NamedBindings, _ body: () -> Result) -> Result {
    let mark = scopes.open(seeing: bindings)
    defer { scopes.close(mark) }
    return body()
  }

  /// The same for the inside of a function.
  func inlining<Result>(
    _ name: Identifier, bindings: NamedBindings, _ body: () -> Result?
  ) -> Result? {
    guard !callStack.contains(name.text) else {
      report(.cycle, "`\(name.text)` needs itself", at: name.span)
      return nil
    }
    guard callStack.count < Elaborator.Limits.callDepth else {
      report(.limitExceeded, "calls nest deeper than \(Elaborator.Limits.callDepth)", at: name.span)
      return nil
    }
    callStack.append(name.text)
    if isRecording {
      if let number = machine.callNumber(name.text) { calls.insert(number) }
      depth = max(depth, callStack.count)
    }
    defer { callStack.removeLast() }
    return seeing(bindings, body)
  }

  // MARK: Reports

  func report(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan,
    notes: [Diagnostic.Note] = [], fix: Diagnostic.Fix? = nil,
    severity: Diagnostic.Severity = .error
  ) {
    if severity == .error { hasFailed = true }
    machine.report(
      Diagnostic(code, message, at: span, severity: severity, notes: notes, fix: fix))
  }

  /// Notes a failure that was reported elsewhere.
  func fail() { hasFailed = true }

  /// Runs `body`, and says whether something failed in it, whatever failed before.
  func failingApart<Result>(_ body: () -> Result) -> (result: Result, hasFailed: Bool) {
    let before = hasFailed
    hasFailed = false
    defer { hasFailed = hasFailed || before }
    return (body(), hasFailed)
  }

  /// Whether the program is still within its limit of nodes; reports once if not.
  func isWithinLimits(at span: SourceSpan) -> Bool {
    guard builder.nodeCount < Elaborator.Limits.nodes else {
      if !hasOutgrown {
        report(
          .limitExceeded,
          "the program grows beyond \(Elaborator.Limits.nodes) nodes when its calls are inlined",
          at: span)
      }
      hasOutgrown = true
      hasFailed = true
      return false
    }
    return true
  }

  // MARK: Numbers and widths

  func constant(_ value: UInt128, width: Int, at span: SourceSpan) -> Value {
    Value(builder.constant(value, width: width, at: span), width: width)
  }

  /// Gives a number the width that its place wants.
  func typed(_ number: UntypedNumber, width: Int, at span: SourceSpan) -> Value? {
    guard let bits = number.bits(width: width) else {
      report(.numberTooLarge, "\(number.text) does not fit \(bitCount(width))", at: span)
      return nil
    }
    return constant(bits, width: width, at: span)
  }

  func bitCount(_ width: Int) -> String { width == 1 ? "1 bit" : "\(width) bits" }

  /// A constant that the description fixes: a width, a bound, a bit position.
  func number(_ syntax: ExpressionSyntax) -> UntypedNumber? {
    switch expression(syntax) {
    case .number(let number): return number
    case .value(let value):
      if let bits = builder.constantValue(value.node) { return UntypedNumber(bits) }
      report(.notConstant, "a constant is needed here", at: syntax.span)
      return nil
    case .failed: return nil
    }
  }

  /// A constant in a range.
  func integer(
    _ syntax: ExpressionSyntax, in range: ClosedRange<Int>, what: String
  ) -> Int? {
    guard let number = number(syntax) else { return nil }
    guard let value = number.int, range.contains(value) else {
      report(
        .badWidth,
        "\(what) must be \(range.lowerBound) to \(range.upperBound), not \(number.text)",
        at: syntax.span)
      return nil
    }
    return value
  }

  /// A width and, where a layout was named, the layout.
  func type(_ syntax: TypeSyntax) -> (width: Int, layout: Layout?)? {
    // What almost all are.
    if let width = syntax.plainWidth { return (width, nil) }
    let expression: ExpressionSyntax
    switch syntax {
    case .layout(let name): expression = .name(name)
    case .width(let width): expression = width
    }
    if case .name(let name) = expression, lookUp(name.text) == nil,
      case .layout(let layout)? = machine.symbol(name.text)
    {
      machine.use(name.text)
      return (layout.width, layout)
    }
    guard let width = integer(expression, in: 0...BitVector.maximumWidth, what: "a width") else {
      return nil
    }
    return (width, nil)
  }
}

extension TypeSyntax {
  /// The width, if it is written as a number.
  var plainWidth: Int? {
    guard case .width(.number(let bits, nil, _)) = self,
      bits <= UInt128(BitVector.maximumWidth)
    else { return nil }
    return Int(bits)
  }
}
