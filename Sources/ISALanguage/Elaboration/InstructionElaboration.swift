import ISACore

/// An instruction as written, and where.
struct InstructionSource {
  /// Among the machine's instructions.
  var number: Int
  var syntax: InstructionSyntax
  var chapter: String
  var block: SourceSpan
}

/// A form and what its program looks at.
private struct BuiltForm {
  var form: Form
  var use: FieldUse
}

/// The third pass: instructions, form by form.
extension Elaborator {
  func elaborateInstructions(_ items: [(item: ItemSyntax, chapter: String)]) {
    let sources = instructionSources(items)
    if maySharePrograms, elaborateTogether(sources) { return }
    sharesFragments = maySharePrograms
    defer {
      sharesFragments = false
      fragments = FragmentStore()
    }
    for source in sources {
      if let instruction = elaborate(source) { set.instructions.append(instruction) }
    }
  }

  private func instructionSources(
    _ items: [(item: ItemSyntax, chapter: String)]
  ) -> [InstructionSource] {
    var ids: [String: SourceSpan] = [:]
    var sources: [InstructionSource] = []
    for (item, chapter) in items {
      guard case .instruction(let syntax) = item.kind else { continue }
      if let earlier = ids.updateValue(syntax.name.span, forKey: syntax.name.text) {
        report(
          Diagnostic(
            .duplicateName, "instruction `\(syntax.name.text)` is declared twice",
            at: syntax.name.span, notes: [.init("first here", at: earlier)]))
        continue
      }
      sources.append(
        InstructionSource(
          number: sources.count, syntax: syntax, chapter: chapter, block: item.span))
    }
    return sources
  }

  func elaborate(_ source: InstructionSource) -> Instruction? {
    let syntax = source.syntax
    let cited = syntax.citations.compactMap { citation($0) } + citations(in: syntax.body)
    if syntax.citations.isEmpty {
      requireCitation(cited, for: "`\(syntax.name.text)`", at: syntax.name.span)
    }
    guard !syntax.encodes.isEmpty else {
      report(
        Diagnostic(
          .missingItem, "`\(syntax.name.text)` has no `encode` line", at: syntax.name.span))
      return nil
    }
    var built: [BuiltForm] = []
    var names: Set<String>?
    for encode in syntax.encodes {
      let resolved = FormLayout(encode, in: self).forms()
      for form in resolved {
        let bound = Set(form.names.keys).subtracting(form.argumentNames)
          .union(form.operands.map(\.name.text))
        if let names, names != bound {
          report(
            Diagnostic(
              .unequalFields,
              "the encodings of `\(syntax.name.text)` bind different names: \(names.symmetricDifference(bound).sorted().joined(separator: ", "))",
              at: encode.span))
          return nil
        }
        names = bound
        if let new = self.form(form, of: source) { built.append(new) }
      }
    }
    guard !built.isEmpty else { return nil }
    checkFields(of: built, named: syntax.name)
    let forms = built.map(\.form)
    let mnemonic = forms[0].syntax.mnemonic
    return Instruction(
      id: syntax.name.text, mnemonic: mnemonic, title: syntax.title?.text ?? syntax.name.text,
      citations: cited, forms: forms, expectations: syntax.expectations.map(expectation),
      tests: syntax.tests.compactMap(test), chapter: source.chapter, span: source.block)
  }

  private func form(_ resolved: ResolvedForm, of source: InstructionSource) -> BuiltForm? {
    let syntax = source.syntax
    let program = ProgramElaborator(self, rights: [.write, .trap, .perform])
    swap(&program.builder, &builder)
    program.builder.reset()
    defer { swap(&program.builder, &builder) }
    program.isSpecialized = resolved.isSpecialized
    resolved.bindFields(in: program)
    for operand in resolved.operands { bind(operand, of: resolved, in: program) }
    let body = program.instruction(source.number, syntax.body)
    let advance = body.flatMap { program.advance(behind: $0) }
    var whole: Program?
    if let body, advance == nil { program.append(body) }
    if advance == nil {
      guard let steps = program.steps() else { return nil }
      program.builder.commit(advance: steps)
      // What failed is made by nobody: its form stands for the instruction alone.
      whole = program.hasFailed ? nil : program.builder.finishCopy()
    }
    let template: SyntaxTemplate
    if let literal = syntax.syntax {
      guard let read = SyntaxTemplateReader(form: resolved, machine: self).read(literal) else {
        return nil
      }
      template = read
    } else {
      template = SyntaxTemplate(mnemonic: syntax.name.text, operands: [])
    }
    if let body, let advance {
      let start = program.builder.copy()
      return BuiltForm(
        form: Form(
          name: resolved.name, encoding: resolved.encoding, fields: resolved.fields,
          syntax: template, making: { body.program(after: start, advance: advance) }),
        use: FieldUse(of: body.fragment, in: start, arguments: body.arguments.nodes))
    }
    return BuiltForm(
      form: Form(
        name: resolved.name, encoding: resolved.encoding, fields: resolved.fields,
        syntax: template, program: whole ?? Program()), use: FieldUse(in: program.builder))
  }

  /// Evaluates an operand's address, seeing the effects of the operands before it, and puts its own
  /// effects off.
  private func bind(
    _ operand: ResolvedOperand, of form: ResolvedForm, in program: ProgramElaborator
  ) {
    let span = operand.name.span
    var bindings: [String: Binding] = [:]
    // In one order, so that a description makes the same program whenever it is read.
    var names = operand.meanings.keys.sorted()
    for name in names {
      guard let meaning = operand.meanings[name] else { continue }
      switch meaning {
      case .field(let index): bindings[name] = form.fieldBinding(index, in: program, at: span)
      case .fixed(let bits, let width):
        bindings[name] = .value(program.constant(bits, width: width, at: span))
      case .number(let number): bindings[name] = .number(number)
      }
    }
    let outer = program.scopes
    program.scopes = [bindings]
    let width = program.type(operand.declaration.type)?.width ?? 0
    program.seesOperandEffects = true
    let address = program.address(of: operand, names, bindings)
    if let address {
      if bindings.updateValue(.value(address), forKey: "address") == nil { names.append("address") }
      program.scopes = [bindings]
    }
    program.isOperandEffect = true
    let before = program.builder.deferred.count
    for effect in operand.operandCase.effects { program.statement(effect) }
    program.operandEffects += program.builder.deferred[before...]
    program.isOperandEffect = false
    program.seesOperandEffects = false
    program.scopes = outer
    program.bind(
      operand.name,
      .operand(
        OperandInstance(
          name: operand.name.text, subject: operand.subject, operandCase: operand.operandCase,
          bindings: bindings, names: names, address: address, width: width)))
  }

  private func expectation(_ syntax: ExpectationSyntax) -> Expectation {
    let known = [
      "privileged", "control_sensitive", "mode_sensitive", "location_sensitive",
      "resource_sensitive", "timing_sensitive", "device_sensitive", "sensitive", "innocuous",
      "user_sensitive", "always_traps",
    ]
    if !known.contains(syntax.fact.text) {
      let fix = Suggestion.closest(to: syntax.fact.text, among: known).map {
        Diagnostic.Fix("write `\($0)`", at: syntax.fact.span, replacement: $0)
      }
      report(
        Diagnostic(
          .unknownFact, "`\(syntax.fact.text)` is nothing the classifier answers",
          at: syntax.fact.span, fix: fix))
    }
    return Expectation(
      fact: syntax.fact.text, isNegated: syntax.isNegated, span: syntax.fact.span)
  }

  private func test(_ syntax: TestSyntax) -> InstructionTest? {
    var units: [UInt128] = []
    let width = fetchUnitWidth
    for word in syntax.units.text.split(whereSeparator: { $0 == " " || $0 == "_" }) {
      // Bytes may be run together; wider units stand apart.
      let digits = width == 8 ? 2 : word.count
      var rest = word[...]
      while !rest.isEmpty {
        guard let unit = UInt128(rest.prefix(digits), radix: 16), unit <= BitVector.mask(width),
          rest.count >= digits
        else {
          report(
            Diagnostic(
              .malformedTest, "`\(word)` is no hexadecimal unit of \(width) bits",
              at: syntax.units.span))
          return nil
        }
        units.append(unit)
        rest = rest.dropFirst(digits)
      }
    }
    guard !units.isEmpty else {
      report(Diagnostic(.malformedTest, "the test has no units", at: syntax.units.span))
      return nil
    }
    func assignments(
      _ list: [(ExpressionSyntax, ExpressionSyntax)]
    ) -> [StateAssignment] {
      list.flatMap { place, value in
        (stateAssignments(place, value) ?? []).map {
          StateAssignment(target: $0.0, value: $0.1, span: place.span.through(value.span))
        }
      }
    }
    var trap: TrapID?
    if let name = syntax.trap {
      guard let (id, _) = trapSignature(name) else { return nil }
      trap = id
    }
    return InstructionTest(
      name: syntax.name.text, units: units, given: assignments(syntax.given), trap: trap,
      then: assignments(syntax.then), span: syntax.span)
  }

  /// Fields that neither decoding nor the semantics looks at. What always traps has no use for its
  /// operands, and may still be written with them.
  private func checkFields(of forms: [BuiltForm], named name: Identifier) {
    var reported: Set<String> = []
    for built in forms where !built.use.alwaysTraps {
      let form = built.form
      var used = built.use.fields
      for constraint in form.encoding.constraints {
        if case .field(let index) = constraint.subject { used.insert(index) }
      }
      for (index, field) in form.fields.enumerated() where !used.contains(index) {
        guard reported.insert(field.name).inserted else { continue }
        report(
          Diagnostic(
            .unusedField,
            "the semantics of `\(name.text)` never looks at `\(field.name)`: write `ignored:\(field.width)` if the machine does not either",
            at: form.encoding.span, severity: .warning))
      }
    }
  }
}
