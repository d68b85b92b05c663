import ISACore

/// The second pass: what the machine does by itself. Traps, translation, fetch, modes.
extension Elaborator {
  func elaborateMachine(_ items: [ItemSyntax]) {
    var hasFetch = false
    for item in items {
      switch item.kind {
      case .region(let name, let memory, let first, let last, let role):
        elaborateRegion(name, memory, first, last, role, at: item.span)
      case .advance(let place, let value):
        advance.append((place, value, item.span))
      case .translate(let memory, let address, let intent, let granule, let body):
        elaborateTranslation(memory, address, intent, granule, body)
      case .trap(let name, _, let entry, let arguments, _, let citations):
        elaborateTrap(name, entry, arguments, citations)
      case .undefined(let trap, let beyond):
        elaborateUndefined(trap, beyond: beyond)
      case .fetch(let memory, let address, let chunk, let body):
        hasFetch = true
        elaborateFetch(memory, address, chunk, body, at: item.span)
      case .draft(let text): set.draft = text.text
      case .wait(let condition):
        set.wait = conditionProgram(condition)
      case .modes(let name, let user, let supervisor):
        set.modePairs.append(
          ModePair(
            name: name.text, user: equalities(user) ?? [],
            supervisor: equalities(supervisor) ?? [], span: item.span))
      case .invariant(let name, let expression):
        set.invariants.append(condition(name, expression, at: item.span))
      case .assume(let name, let expression):
        set.assumptions.append(condition(name, expression, at: item.span))
      case .shift(let parameter, let body):
        set.shift = block(parameters: [parameter], body, rights: [.write])
      case .reset(let body):
        set.reset = block(parameters: [], body, rights: [.write, .inOrder])
      case .begin(let parameter, let machines, let body):
        elaborateBegin(parameter, machines, body, at: item.span)
      case .tick(let name, let every, let body):
        guard let period = integer(every, in: 1...Int.max, what: "a period") else { continue }
        set.ticks.append(
          Tick(
            name: name.text, period: UInt64(period),
            program: block(parameters: [], body, rights: [.write, .inOrder]), span: item.span))
      case .interrupt(let name, let priority, let condition, let trap):
        elaborateInterrupt(name, priority, condition, trap, at: item.span)
      case .context(let name, _, let initial):
        elaborateContext(name, initial)
      case .prefix(let name, _, let encode, let body):
        elaboratePrefix(name, encode, body, at: item.span)
      case .conformance(let syntax): elaborateConformance(syntax)
      case .expectTheorem(let number, let isStrict, let holds):
        set.theoremExpectations.append(
          TheoremExpectation(
            theorem: number, isStrict: isStrict, holds: holds, span: item.span))
      default: break
      }
    }
    set.interrupts.sort { $0.priority < $1.priority }
    elaborateDevices(items)
    elaborateMonitor(items)
    let place = items.first?.span ?? .none
    if !hasFetch && !items.isEmpty {
      report(
        Diagnostic(
          .missingItem, "the machine needs `fetch MEMORY at ADDRESS`: where instructions are",
          at: place))
    }
    if set.modePairs.isEmpty && !items.isEmpty {
      report(
        Diagnostic(
          .missingItem,
          "the machine needs `modes NAME { user …  supervisor … }`: the paper's two modes",
          at: place))
    }
  }

  private func elaborateRegion(
    _ name: Identifier, _ memory: Identifier, _ first: ExpressionSyntax, _ last: ExpressionSyntax,
    _ role: Identifier, at span: SourceSpan
  ) {
    guard let id = memoryID(memory), let role = self.role(role),
      let from = number(first)?.int, let to = number(last)?.int
    else { return }
    guard from >= 0, from <= to, UInt64(to) < set.memories[Int(id)].size else {
      report(
        Diagnostic(
          .badRange, "`\(name.text)` does not lie inside `\(memory.text)`",
          at: first.span.through(last.span)))
      return
    }
    set.memories[Int(id)].regions.append(
      Region(name: name.text, first: UInt64(from), last: UInt64(to), role: role, span: span))
  }

  func memoryID(_ name: Identifier) -> MemoryID? {
    switch symbol(name.text) {
    case .memory(let id)?:
      use(name.text)
      return id
    case nil: reportUnknown(name, what: "memory", among: set.memories.map(\.name))
    case let other?:
      report(
        Diagnostic(.wrongKind, "`\(name.text)` is \(other.kind), not a memory", at: name.span))
    }
    return nil
  }

  /// What happens where no form matches, or where an instruction grows beyond a length.
  private func elaborateUndefined(_ trap: TrapReference, beyond: ExpressionSyntax?) {
    guard let (id, signature) = trapSignature(trap.name) else { return }
    guard trap.arguments.isEmpty, signature.parameters.isEmpty else {
      report(
        Diagnostic(
          .argumentCount, "what cannot be decoded has nothing to give a trap as an argument",
          at: trap.name.span))
      return
    }
    let trapClass = trap.trapClass.flatMap { TrapClass(rawValue: $0.text) } ?? .program
    guard let beyond else {
      set.undefinedTrap = (id, trapClass)
      return
    }
    guard let units = integer(beyond, in: 1...256, what: "an instruction's length in units") else {
      return
    }
    set.overlongTrap = (units, id, trapClass)
  }

  private func elaborateTranslation(
    _ memory: Identifier, _ address: Identifier, _ intent: Identifier,
    _ granule: ExpressionSyntax?, _ body: [StatementSyntax]
  ) {
    guard let id = memoryID(memory) else { return }
    let width = set.memories[Int(id)].addressWidth
    let program = ProgramElaborator(self, rights: [.trap, .record])
    let a = program.builder.makeParameter(address.text, width: width, at: address.span)
    let i = program.builder.makeParameter(intent.text, width: 2, at: intent.span)
    program.bind(
      address, .value(Value(program.builder.read(a, at: address.span), width: width)))
    program.bind(
      intent,
      .value(Value(program.builder.read(i, at: intent.span), width: 2, values: Intent.namedValues)))
    translated.remove(id)  // Its own loads are real, and must say so.
    defer { translated.insert(id) }
    guard let result = program.body(body, width: width) else { return }
    let local = program.builder.makeLocal("real", width: width, at: address.span)
    program.builder.emit(.assign(local, result.node), at: address.span)
    program.builder.setResult(local)
    program.builder.commit(advance: [])
    let whole = program.builder.finish()
    set.memories[Int(id)].translate = whole.stores ? whole.withoutStores() : whole
    set.memories[Int(id)].recording = whole.stores ? whole : nil
    if let granule {
      guard let units = integer(granule, in: 1...(1 << 30), what: "a granule") else { return }
      guard units & (units - 1) == 0 else {
        report(Diagnostic(.badRange, "a granule is a power of two", at: granule.span))
        return
      }
      set.memories[Int(id)].granule = units
    }
  }

  private func elaborateTrap(
    _ name: Identifier, _ entry: Identifier, _ arguments: [ExpressionSyntax],
    _ citations: [CitationSyntax]
  ) {
    guard case .trap(let id)? = symbol(name.text) else { return }
    let cited = citations.compactMap { citation($0) }
    if citations.isEmpty { requireCitation(cited, for: "trap `\(name.text)`", at: name.span) }
    set.traps[Int(id)].citations = cited
    guard case .entry(let index)? = symbol(entry.text) else {
      reportUnknown(entry, what: "entry", among: set.entries.map(\.name))
      return
    }
    set.traps[Int(id)].entry = index
    let program = ProgramElaborator(self, rights: [])
    bindParameters(trapSignatures[Int(id)], in: program)
    if let locals = bindArguments(
      arguments, to: entrySignatures[index], of: entry, in: program)
    {
      set.traps[Int(id)].arguments = program.builder.finish()
      set.traps[Int(id)].entryArguments = locals
    }
  }

  func bindParameters(_ signature: Signature, in program: ProgramElaborator) {
    for (name, width) in signature.parameters {
      let local = program.builder.makeParameter(name.text, width: width, at: name.span)
      program.bind(
        name, .value(Value(program.builder.read(local, at: name.span), width: width)))
    }
  }

  /// Assigns arguments to fresh locals, one per parameter.
  private func bindArguments(
    _ arguments: [ExpressionSyntax], to signature: Signature, of name: Identifier,
    in program: ProgramElaborator
  ) -> [LocalID]? {
    guard arguments.count == signature.parameters.count else {
      report(
        Diagnostic(
          .argumentCount,
          "`\(name.text)` takes \(signature.parameters.count) arguments, not \(arguments.count)",
          at: name.span))
      return nil
    }
    var locals: [LocalID] = []
    for (argument, parameter) in zip(arguments, signature.parameters) {
      guard let value = program.value(argument, width: parameter.width) else { return nil }
      let local = program.builder.makeLocal(
        parameter.name.text, width: parameter.width, at: argument.span)
      program.builder.emit(.assign(local, value.node), at: argument.span)
      locals.append(local)
    }
    return locals
  }

  private func elaborateFetch(
    _ memory: Identifier, _ address: ExpressionSyntax, _ chunk: ExpressionSyntax?,
    _ body: [StatementSyntax], at span: SourceSpan
  ) {
    guard let id = memoryID(memory) else { return }
    let program = ProgramElaborator(self, rights: [.trap])
    program.statements(body)
    let width = set.memories[Int(id)].addressWidth
    guard let at = program.value(address, width: width) else { return }
    let local = program.builder.makeLocal("address", width: width, at: address.span)
    program.builder.emit(.assign(local, at.node), at: address.span)
    program.builder.setResult(local)
    let units = chunk.flatMap { integer($0, in: 1...16, what: "a chunk") } ?? 1
    set.fetch = Fetch(memory: id, program: program.builder.finish(), chunk: units, span: span)
  }

  /// A program whose result is one bit.
  private func conditionProgram(_ expression: ExpressionSyntax) -> Program {
    valueProgram(expression, width: 1)
  }

  private func valueProgram(_ expression: ExpressionSyntax, width: Int) -> Program {
    let program = ProgramElaborator(self, rights: [])
    guard let value = program.value(expression, width: width) else { return Program() }
    let local = program.builder.makeLocal("result", width: width, at: expression.span)
    program.builder.emit(.assign(local, value.node), at: expression.span)
    program.builder.setResult(local)
    return program.builder.finish()
  }

  func block(
    parameters: [ParameterSyntax], _ body: [StatementSyntax], rights: ProgramElaborator.Rights
  ) -> Program {
    let program = ProgramElaborator(self, rights: rights)
    for parameter in parameters {
      guard let type = parameter.type, let width = self.type(type)?.width else {
        report(
          Diagnostic(
            .unknownWidth, "`\(parameter.name.text)` needs a width", at: parameter.name.span))
        continue
      }
      let local = program.builder.makeParameter(
        parameter.name.text, width: width, at: parameter.name.span)
      program.bind(
        parameter.name,
        .value(Value(program.builder.read(local, at: parameter.name.span), width: width)))
    }
    program.statements(body)
    program.builder.commit(advance: [])
    return program.builder.finish()
  }

  /// `begin(a : 32) elf 2 { … }`: once, and as wide as an address that instructions are fetched
  /// from can be.
  private func elaborateBegin(
    _ parameter: ParameterSyntax, _ machines: [ExpressionSyntax], _ body: [StatementSyntax],
    at span: SourceSpan
  ) {
    if let earlier = set.begin {
      report(
        Diagnostic(
          .duplicateName, "`begin` stands twice", at: span,
          notes: [.init("first here", at: earlier.span)]))
      return
    }
    let program = block(parameters: [parameter], body, rights: [.write])
    guard let local = program.parameters.first else { return }
    guard program.locals[Int(local)].width <= Begin.widestAddress else {
      report(
        Diagnostic(
          .badRange, "an entry address has at most \(Begin.widestAddress) bits",
          at: parameter.name.span))
      return
    }
    let codes = machines.compactMap { integer($0, in: 0...0xFFFF, what: "a machine of ELF") }
    set.begin = Begin(program: program, elfMachines: codes.map(UInt16.init), span: span)
  }

  private func condition(
    _ name: Identifier, _ expression: ExpressionSyntax, at span: SourceSpan
  ) -> Condition {
    Condition(
      name: name.text, program: conditionProgram(expression), text: text(expression.span),
      equalities: isConjunctionOfEqualities(expression) ? equalities(expression) : nil,
      citations: [], span: span)
  }

  private func isConjunctionOfEqualities(_ syntax: ExpressionSyntax) -> Bool {
    switch syntax {
    case .binary(.and, let a, let b, _):
      return isConjunctionOfEqualities(a) && isConjunctionOfEqualities(b)
    case .binary(.equal, let a, _, _):
      // Only a plain register, element or field with a constant: others stay general, and that is
      // no mistake to report.
      let before = diagnostics.count
      let isEquality = equalities(syntax) != nil && diagnostics.count == before
      diagnostics.removeSubrange(before...)
      return isEquality && isPlainPlace(a)
    default: return false
    }
  }

  private func isPlainPlace(_ syntax: ExpressionSyntax) -> Bool {
    switch syntax {
    case .name: true
    case .member(let base, _, _), .index(let base, _, _), .slice(let base, _, _, _):
      isPlainPlace(base)
    default: false
    }
  }

  /// `a == 1 and b == 0` as bits of registers.
  private func equalities(_ syntax: ExpressionSyntax) -> [StateEquality]? {
    switch syntax {
    case .binary(.and, let a, let b, _):
      guard let left = equalities(a), let right = equalities(b) else { return nil }
      return left + right
    case .binary(.equal, let place, let value, let span):
      guard let parts = stateAssignments(place, value),
        let (target, bits) = parts.first, parts.count == 1,
        case .register(let id, let element, let low, let width) = target
      else { return nil }
      return [
        StateEquality(
          register: id, element: element, low: low, width: width, value: bits, text: text(span))
      ]
    default:
      report(
        Diagnostic(
          .expected, "equalities such as `psw.problem == 1` are wanted here, joined by `and`",
          at: syntax.span))
      return nil
    }
  }

  /// The pieces of state that a description names outright, several if they are put together to one
  /// place, and a constant for each.
  func stateAssignments(
    _ place: ExpressionSyntax, _ value: ExpressionSyntax
  ) -> [(StateAssignment.Target, UInt128)]? {
    if case .name(let name) = place, case .choice(let id)? = symbol(name.text) {
      use(name.text)
      guard let number = number(value) else { return nil }
      return [(.choice(id), number.bits(width: set.choices[Int(id)].width) ?? 0)]
    }
    let program = ProgramElaborator(self, rights: [.write, .trap, .inOrder])
    guard let target = program.place(place, for: .store) else { return nil }
    func constant(_ node: ExpressionID) -> UInt128? { program.builder.constantValue(node) }
    /// Most significant first; nil if the state decides which they are.
    func parts(_ place: Place) -> [(StateAssignment.Target, width: Int)]? {
      switch place {
      case .register(let id, let index, let low, let width)
      where index == nil || constant(index!) != nil:
        let element = Int(truncatingIfNeeded: index.flatMap(constant) ?? 0)
        return [(.register(id, element: element, low: low, width: width), width)]
      case .memory(let access, let width):
        guard let address = constant(access.address) else { return nil }
        return [
          (
            .memory(
              access.memory, address: UInt64(truncatingIfNeeded: address), units: access.units),
            width
          )
        ]
      case .concatenation(let places):
        let lists = places.compactMap(parts)
        return lists.count == places.count ? lists.flatMap { $0 } : nil
      default: return nil
      }
    }
    guard let targets = parts(target.place) else {
      report(
        Diagnostic(
          .notConstant, "a register, a field or a memory address is wanted here", at: place.span))
      return nil
    }
    guard let bits = program.value(value, width: target.width, values: target.values) else {
      return nil
    }
    guard let known = constant(bits.node) else {
      report(Diagnostic(.notConstant, "a constant is needed here", at: value.span))
      return nil
    }
    var above = target.width
    return targets.map { part, width in
      above -= width
      return (part, known >> UInt128(above) & BitVector.mask(width))
    }
  }

  private func elaborateInterrupt(
    _ name: Identifier, _ priority: ExpressionSyntax, _ condition: ExpressionSyntax,
    _ trap: TrapReference, at span: SourceSpan
  ) {
    guard let order = integer(priority, in: 0...255, what: "a priority"),
      let (id, signature) = trapSignature(trap.name)
    else { return }
    let program = ProgramElaborator(self, rights: [])
    guard
      let locals = bindArguments(trap.arguments, to: signature, of: trap.name, in: program)
    else { return }
    set.interrupts.append(
      Interrupt(
        name: name.text, priority: order, condition: conditionProgram(condition), trap: id,
        arguments: program.builder.finish(), argumentLocals: locals, span: span))
  }

  private func elaborateContext(_ name: Identifier, _ initial: ExpressionSyntax) {
    guard case .context(let id)? = symbol(name.text) else { return }
    set.contexts[Int(id)].initial = valueProgram(
      initial, width: set.contexts[Int(id)].width)
  }
}
