import ISACore

/// An instruction as written, and where.
struct InstructionSource {
  /// Among the machine's instructions.
  var number: Int
  var syntax: InstructionSyntax
  var chapter: String
  var block: SourceSpan
}

/// A form and what its program looks at; nil if that failed, and is not all that was written.
private struct BuiltForm {
  var form: Form
  /// Of the fields, those that were made as arguments of operands.
  var argumentNames: [String]
  var use: FieldUse?

  /// Whether its program depends on a field.
  func looks(at name: String) -> Bool {
    guard let use, let index = form.fields.firstIndex(where: { $0.name == name }) else {
      return false
    }
    return use.fields.contains(index)
  }
}

/// The third pass: entry sequences, and instructions form by form.
extension Elaborator {
  func elaboratePrograms(_ items: [ChapterItem]) {
    let entries = entrySources(items)
    let sources = instructionSources(items)
    if maySharePrograms, elaborateTogether(entries, sources) { return }
    sharesFragments = maySharePrograms
    defer { sharesFragments = false }
    for entry in entries { keep(elaborate(entry)) }
    for source in sources {
      if let instruction = elaborate(source) { set.instructions.append(instruction) }
    }
  }

  private func instructionSources(_ items: [ChapterItem]) -> [InstructionSource] {
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
    bodies = [:]
    var built: [BuiltForm] = []
    var names: Set<String>?
    for encode in syntax.encodes {
      let resolved = FormLayout(encode, in: self).forms()
      // All forms of an encoding bind the same names.
      if let bound = resolved.first?.visibleNames {
        if let names, names != bound {
          report(
            Diagnostic(
              .unequalFields,
              "the encodings of `\(syntax.name.text)` bind different names: \(names.symmetricDifference(bound).sorted().joined(separator: ", "))",
              at: encode.span))
          return nil
        }
        names = bound
      }
      for form in resolved {
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
    let start = resolved.start(in: self)
    guard
      let program = start.flatMap({ knownProgram(after: $0) })
        ?? elaborating(resolved, { self.program(resolved, syntax.body, after: start, in: $0) })
    else { return nil }
    let template: SyntaxTemplate
    if let literal = syntax.syntax {
      guard let read = SyntaxTemplateReader(form: resolved, machine: self).read(literal) else {
        return nil
      }
      template = read
    } else {
      template = SyntaxTemplate(mnemonic: syntax.name.text, operands: [])
    }
    func built(_ program: @escaping @Sendable () -> Program, _ use: FieldUse?) -> BuiltForm {
      BuiltForm(
        form: Form(
          name: resolved.name, encoding: resolved.encoding, fields: resolved.fields,
          syntax: template, making: program),
        argumentNames: resolved.argumentNames, use: use)
    }
    return switch program {
    case .recipe(let recipe, let use): built({ recipe.program() }, use)
    case .made(let program, let use): built({ program }, use)
    case .failed: built({ Program() }, nil)
    }
  }

  private enum FormProgram {
    case made(Program, FieldUse)
    case recipe(FormRecipe, FieldUse)
    /// Made by nobody: the form stands for the instruction alone.
    case failed
  }

  /// The program of a form whose parts are all known.
  private func knownProgram(after start: FormStart) -> FormProgram? {
    switch bodies[.form(start.signature.number)] {
    case .sound(let body)?: return recipe(body, after: start)
    case .reported(let reported)?:
      guard reported.hasFailed, reported.content != nil, commonAdvance != nil,
        start.signature.advancesAsMost
      else { return nil }
      repeatReports(reported.diagnostics(cases: start.cases), areRecorded: false)
      return .failed
    case nil: return nil
    }
  }

  private func recipe(
    _ body: ProgramFragment, after start: FormStart
  ) -> FormProgram? {
    guard start.signature.advancesAsMost, let advance = commonAdvance,
      body.content.depth < Limits.callDepth,
      start.nodeCount + max(body.content.peak, body.content.nodes.count + advance.content.peak)
        < Limits.nodes
    else { return nil }
    return .recipe(
      FormRecipe(start: start, body: body, advance: advance),
      start.use(alwaysTraps: body.alwaysTraps, arguments: body.usedArguments))
  }

  private func program(
    _ form: ResolvedForm, _ statements: [StatementSyntax], after start: FormStart?,
    in program: ProgramElaborator
  ) -> FormProgram? {
    form.bind(in: program)
    let known = form.isSpecialized && sharesFragments ? program.startArguments() : nil
    let arguments = known?.1 ?? FragmentArguments()
    let key = known.map { known in
      start.map { BodyKey.form($0.signature.number) } ?? .bindings(signature(known.0))
    }
    if let body = program.statements(statements, after: key, arguments) {
      program.recordAdvance()
      if let start, let recipe = recipe(body, after: start) { return recipe }
      program.append(statements: body, arguments)
    }
    guard let steps = program.steps() else { return nil }
    program.builder.commit(advance: steps)
    return program.hasFailed
      ? .failed : .made(program.builder.finishCopy(), FieldUse(in: program.builder))
  }

  /// Runs `body` with an elaborator for one form's program, which is built in the arrays of the last.
  func elaborating<Result>(
    _ form: ResolvedForm, _ body: (ProgramElaborator) -> Result
  ) -> Result {
    builder.reset()
    let program = ProgramElaborator(
      self, rights: [.write, .trap, .perform], builder: builder)
    program.isSpecialized = form.isSpecialized
    return body(program)
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
  /// operands, and may still be written with them; an argument of an operand class need not be of
  /// use in each of its cases.
  private func checkFields(of forms: [BuiltForm], named name: Identifier) {
    var unused: [(field: EncodingField, form: BuiltForm)] = []
    var names: Set<String> = []
    for built in forms {
      guard let use = built.use, !use.alwaysTraps else { continue }
      for (index, field) in built.form.fields.enumerated()
      where !use.fields.contains(index) && !built.form.encoding.constrains(field: index) {
        if names.insert(field.name).inserted { unused.append((field, built)) }
      }
    }
    for (field, built) in unused {
      let isArgument = built.argumentNames.contains(field.name)
      if !isArgument || !forms.contains(where: { $0.looks(at: field.name) }) {
        report(
          Diagnostic(
            .unusedField,
            "the semantics of `\(name.text)` never looks at `\(field.name)`: write `ignored:\(field.width)` if the machine does not either",
            at: built.form.encoding.span, severity: .warning))
      }
    }
  }
}

extension Encoding {
  fileprivate func constrains(field: Int) -> Bool {
    constraints.contains { $0.subject == .field(field) }
  }
}
