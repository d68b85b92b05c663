import ISACore

/// One encoding with every operand class in one of its cases: the layout of a form.
struct ResolvedForm {
  var name: String
  var encoding: Encoding
  var fields: [EncodingField]
  /// Fields that the instruction's own statements see, in their order.
  var names: [BoundField]
  /// Those of the names that were made as arguments of operands: other encodings may do without.
  var argumentNames: [String]
  /// In the order of the encoding.
  var operands: [ResolvedOperand]
  var isSpecialized: Bool

  /// What instructions call what the encoding gives them.
  var visibleNames: Set<String> {
    Set(names.map(\.name)).subtracting(argumentNames).union(operands.map(\.name.text))
  }

  /// Makes the encoding's fields known to a program.
  func bindFields(in program: ProgramElaborator) {
    let span = encoding.span
    for field in names {
      program.bind(
        Identifier(field.name, at: span), fieldBinding(field.index, in: program, at: span))
    }
  }

  func fieldBinding(
    _ index: Int, in program: ProgramElaborator, at span: SourceSpan
  ) -> Binding {
    let width = fields[index].width
    return .value(
      Value(
        program.builder.leaf(.field, width: width, a: Int32(index), at: span), width: width))
  }
}

/// An operand of a form.
struct ResolvedOperand {
  var name: Identifier
  var layout: OperandLayout
}

/// Expands an `encode` line into forms, one per combination of operand cases.
struct FormLayout {
  let encode: EncodeSyntax
  let machine: Elaborator

  init(_ encode: EncodeSyntax, in machine: Elaborator) {
    self.encode = encode
    self.machine = machine
  }

  /// The cases that an operand of the encoding may be in.
  private struct Choice {
    var operandClass: Int
    var declaration: OperandDeclaration
    /// By number.
    var cases: [Int]
  }

  func forms() -> [ResolvedForm] {
    var choices: [Choice] = []
    var total = 1
    for element in encode.elements {
      guard case .operand(_, let className, _, let restriction, _) = element else { continue }
      guard case .operand(let id)? = machine.symbol(className.text) else {
        machine.reportUnknown(
          className, what: "operand class", among: machine.operands.map(\.name.text))
        return []
      }
      machine.use(className.text)
      let declaration = machine.operands[id]
      let cases = allowed(declaration, restriction)
      total *= max(1, cases.count)
      guard total <= Elaborator.Limits.forms else {
        machine.report(
          Diagnostic(
            .limitExceeded, "more than \(Elaborator.Limits.forms) combinations of operand cases",
            at: encode.span))
        return []
      }
      choices.append(Choice(operandClass: id, declaration: declaration, cases: cases))
    }
    guard choices.allSatisfy({ !$0.cases.isEmpty }) else { return [] }
    return (0..<total).compactMap { form(choices, combination: $0) }
  }

  /// The cases that may be taken, by number.
  private func allowed(
    _ declaration: OperandDeclaration, _ restriction: CaseRestriction?
  ) -> [Int] {
    guard let restriction else { return Array(declaration.cases.indices) }
    let known = declaration.cases.map(\.name.text)
    for name in restriction.cases where !known.contains(name.text) {
      machine.reportUnknown(name, what: "case of `\(declaration.name.text)`", among: known)
    }
    let listed = Set(restriction.cases.map(\.text))
    return known.indices.filter { listed.contains(known[$0]) == restriction.isOnly }
  }

  // MARK: One form

  /// - Parameter combination: of the cases, those of the last operand changing fastest.
  private func form(_ choices: [Choice], combination: Int) -> ResolvedForm? {
    var assembly = Assembly(machine: machine, span: encode.span)
    var remaining = combination
    let chosen = choices.reversed().map { choice in
      defer { remaining /= choice.cases.count }
      return choice.cases[remaining % choice.cases.count]
    }
    var pendingExtensions: [(name: String, segments: [Encoding.Segment])] = []
    for element in encode.elements {
      switch element {
      case .operand(let name, _, let arguments, _, let span):
        let ordinal = assembly.operands.count
        guard
          let layout = operand(
            name, choices[ordinal], chosen[choices.count - 1 - ordinal], arguments, in: &assembly,
            at: span)
        else { return nil }
        assembly.operands.append(ResolvedOperand(name: name, layout: layout))
        assembly.caseNames.append(layout.caseName)
        if !layout.extension.isEmpty { pendingExtensions.append((name.text, layout.extension)) }
      case .extensionOf(let name, let span):
        guard assembly.operands.contains(where: { $0.name.text == name.text }) else {
          machine.report(
            Diagnostic(.unknownName, "`\(name.text)` is no operand of this encoding", at: span))
          return nil
        }
        if let at = pendingExtensions.firstIndex(where: { $0.name == name.text }) {
          assembly.append(pendingExtensions.remove(at: at).segments)
        }
      case .fixed(let bits, let width, let span):
        guard let width = assembly.width(width) else { return nil }
        assembly.appendFixed(bits, width: width, at: span)
      case .field(let name, let width, _):
        guard let width = assembly.width(width) else { return nil }
        guard let field = assembly.newField(name, width: width) else { return nil }
        assembly.bind(name.text, to: field)
        assembly.append([.field(field, width: width)])
      case .ignored(let width, _):
        guard let width = assembly.width(width) else { return nil }
        assembly.append([.ignored(width: width)])
      case .shouldBeZero(let width, _):
        guard let width = assembly.width(width) else { return nil }
        assembly.append([.shouldBeZero(width: width)])
      }
    }
    for pending in pendingExtensions { assembly.append(pending.segments) }
    assembly.orderOperands(by: extensionOrder)
    if let condition = encode.condition {
      let names = assembly.names
      assembly.constrain(condition) { names.index(of: $0).map(OperandLayout.Meaning.field) }
    }
    return assembly.finish(overrides: encode.overrides)
  }

  /// Operands whose extension bits were placed by name, in that order.
  private var extensionOrder: [String] {
    encode.elements.compactMap {
      if case .extensionOf(let name, _) = $0 { name.text } else { nil }
    }
  }

  /// Lays an operand out, or repeats how it was laid out before.
  private func operand(
    _ name: Identifier, _ choice: Choice, _ number: Int, _ arguments: [ExpressionSyntax],
    in assembly: inout Assembly, at span: SourceSpan
  ) -> OperandLayout? {
    let declaration = choice.declaration
    guard arguments.count == declaration.parameters.count else {
      machine.report(
        Diagnostic(
          .argumentCount,
          "`\(declaration.name.text)` takes \(declaration.parameters.count) arguments, not \(arguments.count)",
          at: span))
      return nil
    }
    var parameters: [OperandLayout.Parameter] = []
    for (parameter, argument) in zip(declaration.parameters, arguments) {
      guard let meaning = meaning(of: argument, for: parameter, in: &assembly) else { return nil }
      parameters.append(meaning)
    }
    let key = OperandLayout.Key(
      subject: .operand(choice.operandClass, number), name: name.text, parameters: parameters,
      fieldsBefore: assembly.fields.count)
    // Two operands of one name are a mistake, about which there is something to say.
    let isNew = !assembly.operands.contains { $0.name.text == name.text }
    if isNew, let known = machine.operandLayouts[key] {
      assembly.append(known)
      return known
    }
    let reports = machine.diagnostics.count
    guard
      let layout = layOut(
        name, declaration, declaration.cases[number], parameters, key, in: &assembly)
    else { return nil }
    if isNew, machine.diagnostics.count == reports { machine.operandLayouts[key] = layout }
    return layout
  }

  /// What a parameter of an operand class stands for, and how wide it is.
  private func meaning(
    of argument: ExpressionSyntax, for parameter: ParameterSyntax, in assembly: inout Assembly
  ) -> OperandLayout.Parameter? {
    guard let type = parameter.type else {
      return machine.number(argument).map { .init(meaning: .number($0), width: 0) }
    }
    guard let width = machine.type(type)?.width else { return nil }
    if case .name(let fieldName) = argument, machine.symbol(fieldName.text) == nil {
      guard
        let field =
          assembly.names.index(of: fieldName.text) ?? assembly.newField(fieldName, width: width)
      else { return nil }
      if assembly.names.index(of: fieldName.text) == nil {
        assembly.bind(fieldName.text, to: field)
        assembly.argumentNames.append(fieldName.text)
      }
      return .init(meaning: .field(field), width: assembly.fields[field].width)
    }
    guard let number = machine.number(argument) else { return nil }
    guard let bits = number.bits(width: width) else {
      machine.report(
        Diagnostic(
          .numberTooLarge, "\(number.text) does not fit \(width) bits", at: argument.span))
      return nil
    }
    return .init(meaning: .fixed(bits, width: width), width: width)
  }

  private func layOut(
    _ name: Identifier, _ declaration: OperandDeclaration, _ operandCase: OperandCaseSyntax,
    _ parameters: [OperandLayout.Parameter], _ key: OperandLayout.Key, in assembly: inout Assembly
  ) -> OperandLayout? {
    var meanings: [String: OperandLayout.Meaning] = [:]
    for (parameter, known) in zip(declaration.parameters, parameters) {
      meanings[parameter.name.text] = known.meaning
    }
    func segments(_ elements: [EncodeElementSyntax]) -> [Encoding.Segment]? {
      var result: [Encoding.Segment] = []
      for element in elements {
        switch element {
        case .fixed(let bits, let width, _):
          guard let width = assembly.width(width, meanings) else { return nil }
          result.append(.fixed(bits & BitVector.mask(width), width: width))
        case .ignored(let width, _):
          guard let width = assembly.width(width, meanings) else { return nil }
          result.append(.ignored(width: width))
        case .shouldBeZero(let width, _):
          guard let width = assembly.width(width, meanings) else { return nil }
          result.append(.shouldBeZero(width: width))
        case .field(let field, let width, let span):
          guard let width = assembly.width(width, meanings) else { return nil }
          switch meanings[field.text] {
          case .field(let index)?:
            guard assembly.fields[index].width == width else {
              machine.report(
                Diagnostic(
                  .widthMismatch,
                  "`\(field.text)` is \(assembly.fields[index].width) bits wide, not \(width)",
                  at: span))
              return nil
            }
            result.append(.field(index, width: width))
          case .fixed(let bits, _)?:
            result.append(.fixed(bits, width: width))
          case .number?:
            machine.report(
              Diagnostic(.wrongKind, "`\(field.text)` is a number, not bits", at: span))
            return nil
          case nil:
            let qualified = Identifier("\(name.text).\(field.text)", at: field.span)
            guard let index = assembly.newField(qualified, width: width) else { return nil }
            assembly.fields[index].isPartOfAddress = operandCase.address != nil
            meanings[field.text] = .field(index)
            result.append(.field(index, width: width))
          }
        case .operand(_, _, _, _, let span), .extensionOf(_, let span):
          machine.report(
            Diagnostic(
              .malformedEncoding, "an operand class cannot use another one", at: span))
          return nil
        }
      }
      return result
    }
    guard let inline = segments(operandCase.encode.elements),
      let extra = segments(operandCase.encode.extension)
    else { return nil }
    assembly.append(inline)
    let constraintsBefore = assembly.constraints.count
    let wasNeverMatched = assembly.isNeverMatched
    assembly.isNeverMatched = false
    if let condition = operandCase.encode.condition {
      let known = meanings
      assembly.constrain(condition) { known[$0] }
    }
    defer { assembly.isNeverMatched = assembly.isNeverMatched || wasNeverMatched }
    return OperandLayout(
      kind: kind(key, declaration), subject: key.subject,
      declaration: declaration,
      operandCase: operandCase, meanings: meanings,
      fields: Array(assembly.fields[key.fieldsBefore...]), segments: inline, extension: extra,
      constraints: Array(assembly.constraints[constraintsBefore...]),
      isNeverMatched: assembly.isNeverMatched, caseName: "\(name.text)=\(operandCase.name.text)")
  }
}

extension FormLayout {
  /// What of a layout a program's start depends on: not on constants that only the encoding uses.
  private func kind(
    _ key: OperandLayout.Key, _ declaration: OperandDeclaration
  ) -> OperandLayout.Kind {
    let used = machine.caseText(key.subject).names
    return OperandLayout.Kind(
      subject: key.subject,
      parameters: zip(declaration.parameters, key.parameters).map { parameter, known in
        switch known.meaning {
        case .field: return .field(width: known.width)
        case .fixed(let bits, let width):
          let isUsed = used?.contains(parameter.name.text) ?? true
          return .fixed(isUsed ? bits : nil, width: width)
        case .number(let number): return .number(number)
        }
      })
  }
}

/// A form while its bits are being laid out.
private struct Assembly {
  let machine: Elaborator
  let span: SourceSpan
  var segments: [Encoding.Segment] = []
  var fields: [EncodingField] = []
  var names: [BoundField] = []
  var argumentNames: [String] = []
  var operands: [ResolvedOperand] = []
  var constraints: [FieldConstraint] = []
  var caseNames: [String] = []
  var isNeverMatched = false

  init(machine: Elaborator, span: SourceSpan) {
    self.machine = machine
    self.span = span
  }

  func width(
    _ syntax: ExpressionSyntax, _ meanings: [String: OperandLayout.Meaning] = [:]
  ) -> Int? {
    if case .number(let bits, nil, _) = syntax, (1...UInt128(BitVector.maximumWidth)).contains(bits)
    {
      return Int(bits)
    }
    let program = ProgramElaborator(machine, rights: [])
    for (name, meaning) in meanings {
      if case .number(let number) = meaning {
        program.bind(Identifier(name, at: syntax.span), .number(number))
      }
    }
    return program.integer(syntax, in: 1...BitVector.maximumWidth, what: "a width")
  }

  mutating func newField(_ name: Identifier, width: Int) -> Int? {
    if names.index(of: name.text) != nil || fields.contains(where: { $0.name == name.text }) {
      machine.report(
        Diagnostic(.duplicateName, "`\(name.text)` names two fields", at: name.span))
      return nil
    }
    fields.append(EncodingField(name: name.text, width: width, isLittleEndian: false))
    return fields.count - 1
  }

  mutating func bind(_ name: String, to field: Int) {
    names.append(BoundField(name: name, index: field, width: fields[field].width))
  }

  mutating func append(_ new: [Encoding.Segment]) { segments += new }

  mutating func append(_ operand: OperandLayout) {
    fields += operand.fields
    segments += operand.segments
    constraints += operand.constraints
    if operand.isNeverMatched { isNeverMatched = true }
  }

  /// Puts the operands into the order in which they are evaluated: that of their extension bits,
  /// where those were placed by name (the 68000's MOVE evaluates its source first).
  mutating func orderOperands(by names: [String]) {
    let order = names.compactMap { name in operands.first { $0.name.text == name } }
    guard order.count == operands.count else { return }
    operands = order
  }

  mutating func appendFixed(_ bits: UInt128, width: Int, at span: SourceSpan) {
    if bits > BitVector.mask(width) {
      machine.report(
        Diagnostic(.numberTooLarge, "\(bits) does not fit \(width) bits", at: span))
    }
    segments.append(.fixed(bits & BitVector.mask(width), width: width))
  }

  /// `a != 4 and b == 0` as conditions that decoding checks.
  mutating func constrain(
    _ syntax: ExpressionSyntax, _ meaning: (String) -> OperandLayout.Meaning?
  ) {
    switch syntax {
    case .binary(.and, let a, let b, _):
      constrain(a, meaning)
      constrain(b, meaning)
    case .binary(let op, .name(let name), let value, let span)
    where op == .equal || op == .notEqual:
      guard let number = machine.number(value) else { return }
      let subject: FieldConstraint.Subject
      let width: Int
      switch meaning(name.text) {
      case .field(let index)?:
        subject = .field(index)
        width = fields[index].width
      case .fixed(let bits, _)?:
        if (UntypedNumber(bits).int128 == number.int128) != (op == .equal) { isNeverMatched = true }
        return
      case .number(let known)?:
        if (known.int128 == number.int128) != (op == .equal) { isNeverMatched = true }
        return
      case nil:
        guard case .context(let id)? = machine.symbol(name.text) else {
          machine.reportUnknown(
            name, what: "field or context",
            among: fields.map(\.name) + machine.set.contexts.map(\.name))
          return
        }
        machine.use(name.text)
        subject = .context(id)
        width = machine.set.contexts[Int(id)].width
      }
      guard let bits = number.bits(width: width) else {
        machine.report(
          Diagnostic(.numberTooLarge, "\(number.text) does not fit \(width) bits", at: span))
        return
      }
      constraints.append(
        FieldConstraint(subject: subject, isEqual: op == .equal, value: bits))
    default:
      machine.report(
        Diagnostic(
          .malformedEncoding,
          "decoding compares a field or context with a constant: `r == 4`, `r != 4`, joined by `and`",
          at: syntax.span))
    }
  }

  func finish(overrides: [Identifier]) -> ResolvedForm? {
    guard !isNeverMatched else { return nil }
    let unit = machine.fetchUnitWidth
    let total = segments.reduce(0) { $0 + $1.width }
    guard total > 0, total % unit == 0, total <= Elaborator.Limits.encoding else {
      machine.report(
        Diagnostic(
          .malformedEncoding,
          "the encoding has \(total) bits, which is no whole number of \(unit)-bit units", at: span)
      )
      return nil
    }
    var result = fields
    var offset = 0
    for segment in segments {
      if case .field(let index, let width) = segment, machine.set.endianness == .little,
        width > unit, width % unit == 0, offset % unit == 0
      {
        result[index].isLittleEndian = true
      }
      offset += segment.width
    }
    return ResolvedForm(
      name: caseNames.joined(separator: " "),
      encoding: Encoding(
        segments: segments, constraints: constraints, overrides: overrides.map(\.text), span: span),
      fields: result, names: names, argumentNames: argumentNames, operands: operands,
      isSpecialized: !operands.isEmpty)
  }
}
