import ISACore

extension ResolvedForm {
  /// What the form's program starts with, if it can be put together from pieces.
  func start(in machine: Elaborator) -> FormStart? {
    guard isSpecialized, machine.sharesFragments else { return nil }
    var parts: [OperandPart] = []
    parts.reserveCapacity(operands.count)
    for operand in operands {
      // Two operands in one case: which one is meant could not be told.
      guard let piece = machine.piece(of: operand, in: self),
        !parts.contains(where: { $0.piece.cases.contains(where: piece.cases.contains) })
      else { return nil }
      parts.append(
        OperandPart(name: operand.name.span, piece: piece, leaves: operand.layout.leaves))
    }
    return FormStart(
      fields: names, operands: parts, signature: machine.signature(names, operands, parts),
      encoding: encoding.span)
  }

  /// Makes the encoding's fields and the operands known to a program.
  func bind(in program: ProgramElaborator) {
    bindFields(in: program)
    for operand in operands { bind(operand, bindings(of: operand, in: program), in: program) }
  }

  /// What the names of an operand's case mean.
  func bindings(of operand: ResolvedOperand, in program: ProgramElaborator) -> NamedBindings {
    let span = operand.name.span
    var bindings = NamedBindings(operand.layout.names)
    for (position, name) in operand.layout.names.enumerated() {
      switch operand.layout.meanings[name] {
      case .field(let index)?: bindings[position] = fieldBinding(index, in: program, at: span)
      case .fixed(let bits, let width)?:
        bindings[position] = .value(program.constant(bits, width: width, at: span))
      case .number(let number)?: bindings[position] = .number(number)
      case nil: break
      }
    }
    return bindings
  }

  /// Evaluates an operand's address, seeing the effects of the operands before it, and puts its own
  /// effects off.
  func bind(
    _ operand: ResolvedOperand, _ fields: NamedBindings, in program: ProgramElaborator
  ) {
    let layout = operand.layout
    var bindings = fields
    let width = program.seeing(bindings) { program.type(layout.declaration.type)?.width ?? 0 }
    program.seesOperandEffects = true
    let address = program.seeing(bindings) { program.address(of: layout, bindings) }
    if let address { bindings.set(.value(address), for: "address") }
    program.isOperandEffect = true
    let before = program.builder.deferred.count
    program.seeing(bindings) {
      for effect in layout.operandCase.effects { program.statement(effect) }
    }
    program.operandEffects += program.builder.deferred[before...]
    program.isOperandEffect = false
    program.seesOperandEffects = false
    program.bind(
      operand.name,
      .operand(
        OperandInstance(
          name: operand.name.text, subject: layout.subject, operandCase: layout.operandCase,
          bindings: bindings,
          placeNames: program.machine.caseText(layout.subject).placeNames, address: address,
          width: width)))
  }
}

extension Elaborator {
  /// What binding an operand comes to; nil if it has effects, or if there is something to say.
  fileprivate func piece(of operand: ResolvedOperand, in form: ResolvedForm) -> OperandPiece? {
    if let known = operand.layout.piece { return known }
    let kind = operand.layout.kind
    if let known = pieces[kind] { return known }
    let piece = fragmentStore?[kind] ?? makePiece(of: operand, in: form)
    pieces[kind] = .some(piece)
    operand.layout.piece = piece
    if let piece { fragmentStore?[kind] = piece }
    return piece
  }

  private func makePiece(of operand: ResolvedOperand, in form: ResolvedForm) -> OperandPiece? {
    guard operand.layout.operandCase.effects.isEmpty else { return nil }
    let reports = diagnostics.count
    return elaborating(form) { program in
      let bindings = form.bindings(of: operand, in: program)
      let leaves = program.builder.nodeCount
      form.bind(operand, bindings, in: program)
      guard diagnostics.count == reports, !program.hasFailed, !program.builder.isUnreachable,
        let (key, arguments) = program.startArguments(areNamed: false)
      else { return nil }
      let address = program.knownAddress(of: operand.layout, bindings)
      guard program.builder.nodeCount == leaves + (address?.fragment.content.nodes.count ?? 0)
      else { return nil }
      return OperandPiece(
        program.builder, for: operand.layout, leaves: leaves, address: address?.fragment,
        addressLeaves: address?.nodes ?? [], arguments: arguments, signature: signature(key))
    }
  }

  fileprivate func signature(
    _ fields: [BoundField], _ operands: [ResolvedOperand], _ parts: [OperandPart]
  ) -> FormSignature {
    let key = FormSignature.Key(
      fields: fields,
      operands: zip(operands, parts).map { operand, part in
        .init(name: operand.name.text, signature: part.piece.signature)
      })
    if let known = formSignatures[key] { return known }
    var sources: [(name: String, source: FormSignature.Source)] = []
    for (position, field) in fields.enumerated() {
      sources.append((field.name, .field(position)))
    }
    for (position, operand) in operands.enumerated() {
      sources.append((operand.name.text, .operand(position)))
    }
    sources.sort { $0.name < $1.name }
    let signature = FormSignature(
      number: formSignatures.count, sources: sources.map(\.source),
      advancesAsMost: advanceNames.isDisjoint(with: sources.map(\.name)))
    formSignatures[key] = signature
    return signature
  }
}
