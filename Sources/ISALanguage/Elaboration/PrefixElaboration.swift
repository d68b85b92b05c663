import ISACore

/// Prefixes: what they make of the contexts, and what they may stand before.
extension Elaborator {
  func elaboratePrefix(
    _ name: Identifier, _ encode: EncodeSyntax, _ body: [StatementSyntax], at span: SourceSpan
  ) {
    guard let layout = FormLayout(encode, in: self).forms().first else { return }
    let program = ProgramElaborator(self, rights: [])
    var locals: [LocalID: String] = [:]
    for context in set.contexts {
      let identifier = Identifier(context.name, at: context.span)
      let local = program.builder.makeParameter(
        context.name, width: context.width, isVariable: true, at: context.span)
      program.bind(identifier, .variable(local, width: context.width, layout: nil))
      locals[local] = context.name
    }
    layout.bindFields(in: program)
    program.statements(body)
    let finished = program.builder.finish()
    // Looked at as variables, contexts are used all the same.
    for node in finished.nodes where node.op == .local {
      if let context = locals[node.a] { use(context) }
    }
    set.prefixes.append(
      Prefix(name: name.text, encoding: layout.encoding, program: finished, span: span))
  }

  /// Forms of instructions that a prefix may not stand before are decoded only where the contexts
  /// that it changes are as they were.
  func restrictPrefixes(_ items: [(item: ItemSyntax, chapter: String)]) {
    for (item, _) in items {
      guard case .prefix(let name, let only?, _, let body) = item.kind else { continue }
      for instruction in only where !set.instructions.contains(where: { $0.id == instruction.text })
      {
        reportUnknown(instruction, what: "instruction", among: set.instructions.map(\.id))
      }
      let permitted = Set(only.map(\.text))
      let constraints = items.compactMap { initialValue(of: $0.item, if: body, at: name.span) }
      for index in set.instructions.indices
      where !permitted.contains(set.instructions[index].id) {
        for form in set.instructions[index].forms.indices {
          set.instructions[index].forms[form].encoding.constraints += constraints
        }
      }
    }
  }

  /// A context's start value as a condition, if a prefix's body assigns to it.
  private func initialValue(
    of item: ItemSyntax, if body: [StatementSyntax], at span: SourceSpan
  ) -> FieldConstraint? {
    guard case .context(let context, _, let initial) = item.kind,
      body.contains(where: { $0.kind.assigns(to: context.text) }),
      case .context(let id)? = symbol(context.text)
    else { return nil }
    guard let value = number(initial)?.bits(width: set.contexts[Int(id)].width) else {
      report(
        Diagnostic(
          .notConstant,
          "a prefix that is not for all instructions changes contexts that start with a constant",
          at: span, notes: [.init("this one does not", at: initial.span)]))
      return nil
    }
    return FieldConstraint(subject: .context(id), isEqual: true, value: value)
  }
}

extension StatementSyntax.Kind {
  fileprivate func assigns(to context: String) -> Bool {
    if case .assign(.name(let name), _) = self { name.text == context } else { false }
  }
}
