import ISACore

/// The first pass: constants, layouts, registers, memories and every other name.
extension Elaborator {
  func declareAll(_ items: [ItemSyntax]) {
    for item in items { declareHeader(item) }
    for item in items { declareBasics(item) }
    for item in items { declareState(item) }
    for item in items { declareSignatures(item) }
  }

  /// What everything else is read by: numbering, order of bytes, manuals.
  private func declareHeader(_ item: ItemSyntax) {
    switch item.kind {
    case .machine(let name, _, let title):
      set.id = name.text
      set.name = title.text
    case .numbering(let name):
      guard let numbering = BitNumbering(rawValue: name.text) else {
        reportUnknown(name, what: "numbering", among: ["msb0", "lsb0"])
        return
      }
      set.numbering = numbering
    case .endian(let name):
      guard let order = Endianness(rawValue: name.text) else {
        reportUnknown(name, what: "byte order", among: ["big", "little"])
        return
      }
      set.endianness = order
    case .manual(let name, let title, let sections):
      if set.manuals.contains(where: { $0.id == name.text }) {
        report(Diagnostic(.duplicateName, "manual `\(name.text)` is declared twice", at: name.span))
      }
      var index: [String: String?] = [:]
      for (section, page) in sections {
        if index.updateValue(page, forKey: section.text) != nil {
          report(
            Diagnostic(
              .duplicateName, "section \"\(section.text)\" is listed twice", at: section.span,
              severity: .warning))
        }
      }
      set.manuals.append(Manual(id: name.text, title: title.text, sections: index))
    default: break
    }
  }

  /// What state may be declared with: constants and layouts, which stand before their use.
  private func declareBasics(_ item: ItemSyntax) {
    switch item.kind {
    case .const(let name, let expression):
      guard let number = number(expression) else {
        suppress(name.text)
        return
      }
      declare(name, .constant(number))
    case .choice(let name, let type, let initial, let text, let citations, let values):
      declareChoice(name, type, initial, text, citations, values, at: item.span)
    case .layout(let name, let width, let fields):
      guard let width = integer(width, in: 1...BitVector.maximumWidth, what: "a layout's width")
      else {
        suppress(name.text)
        return
      }
      declare(name, .layout(layout(name, width: width, fields)))
    case .ieee(let syntax): declareIEEE(syntax, at: item.span)
    default: break
    }
  }

  private func layout(_ name: Identifier, width: Int, _ fields: [LayoutFieldSyntax]) -> Layout {
    var result: [Layout.Field] = []
    for field in fields {
      guard let first = integer(field.first, in: 0...(width - 1), what: "a bit of `\(name.text)`"),
        let last = field.last.map({
          integer($0, in: 0...(width - 1), what: "a bit of `\(name.text)`")
        }) ?? first,
        let role = role(field.role)
      else {
        suppress(field.name.text)
        continue
      }
      let low = set.numbering == .msb0 ? width - 1 - max(first, last) : min(first, last)
      let fieldWidth = abs(last - first) + 1
      if let other = result.first(where: {
        low < $0.low + $0.width && $0.low < low + fieldWidth
      }) {
        report(
          Diagnostic(
            .overlappingFields, "`\(field.name.text)` overlaps `\(other.name)`",
            at: field.span, notes: [.init("which stands here", at: other.span)]))
        continue
      }
      if let other = result.first(where: { $0.name == field.name.text }) {
        report(
          Diagnostic(
            .duplicateName, "`\(field.name.text)` names two fields", at: field.name.span,
            notes: [.init("first here", at: other.span)]))
        continue
      }
      var values: [NamedValue] = []
      for (value, valueName) in field.values {
        guard let number = number(value) else { continue }
        guard let bits = number.bits(width: fieldWidth) else {
          report(
            Diagnostic(
              .numberTooLarge, "\(number.text) does not fit the \(fieldWidth) bits of the field",
              at: value.span))
          continue
        }
        values.append(NamedValue(name: valueName.text, value: bits))
      }
      result.append(
        Layout.Field(
          name: field.name.text, low: low, width: fieldWidth, role: role, values: values,
          span: field.span))
    }
    return Layout(name: name.text, width: width, fields: result)
  }

  private func declareState(_ item: ItemSyntax) {
    switch item.kind {
    case .register(let name, let count, let type, let role):
      declareRegister(name, count, type, role, at: item.span)
    case .memory(let name, let addressWidth, let unitWidth, let role, let size):
      declareMemory(name, addressWidth, unitWidth, role, size, at: item.span)
    case .context(let name, let type, _):
      guard let width = self.type(type)?.width else {
        suppress(name.text)
        return
      }
      declare(name, .context(ContextID(set.contexts.count)))
      set.contexts.append(
        Context(name: name.text, width: width, initial: Program(), span: item.span))
    case .translate(let name, _, _, _, _):
      if case .memory(let id)? = symbol(name.text) {
        if !translated.insert(id).inserted {
          report(
            Diagnostic(
              .duplicateName, "`\(name.text)` has two translations", at: name.span))
        }
      }
    default: break
    }
  }

  private func declareRegister(
    _ name: Identifier, _ count: ExpressionSyntax?, _ type: TypeSyntax, _ role: Identifier?,
    at span: SourceSpan
  ) {
    guard let (width, layout) = self.type(type) else {
      suppress(name.text)
      return
    }
    guard width > 0 else {
      report(Diagnostic(.badWidth, "a register has at least one bit", at: type.span))
      return
    }
    var elements = 1
    if let count {
      guard let n = integer(count, in: 1...Limits.elements, what: "the number of elements") else {
        suppress(name.text)
        return
      }
      elements = n
    }
    if layout == nil && role == nil {
      report(
        Diagnostic(
          .missingRole, "`\(name.text)` has no role: say what it means to the model", at: name.span,
          fix: .init(
            "add `plain`, if it is the program's own",
            at: SourceSpan(
              file: Int(type.span.file), start: Int(type.span.end), end: Int(type.span.end)),
            replacement: " plain")))
    }
    let own = role.flatMap { self.role($0) } ?? .plain
    let id = RegisterID(set.registers.count)
    if let layout { layouts[Int(id)] = layout }
    declare(name, .register(id))
    set.registers.append(
      Register(
        name: name.text, count: elements, isFile: count != nil, width: width,
        fields: layout?.fields.map {
          RegisterField(
            name: $0.name, low: $0.low, width: $0.width, role: $0.role,
            values: $0.values.map { ($0.name, $0.value) })
        } ?? [], role: own, span: span))
  }

  private func declareMemory(
    _ name: Identifier, _ addressWidth: ExpressionSyntax, _ unitWidth: ExpressionSyntax,
    _ role: Identifier, _ size: ExpressionSyntax?, at span: SourceSpan
  ) {
    guard
      let addressWidth = integer(addressWidth, in: 1...64, what: "an address width"),
      let unitWidth = integer(
        unitWidth, in: 1...BitVector.maximumWidth, what: "the width of a unit"),
      let own = self.role(role)
    else {
      suppress(name.text)
      return
    }
    let most = addressWidth == 64 ? UInt64.max : UInt64(1) << UInt64(addressWidth)
    var units = most
    var sizeChoice: ChoiceID?
    if let size {
      if case .name(let choice) = size, case .choice(let id)? = symbol(choice.text) {
        use(choice.text)
        units = UInt64(truncatingIfNeeded: set.choices[Int(id)].defaultValue)
        sizeChoice = id
      } else if let number = number(size) {
        units = UInt64(clamping: number.magnitude)
      }
      if units == 0 || units > most {
        report(
          Diagnostic(
            .badWidth, "the size must be 1 to \(most), the number of addresses", at: size.span))
        units = most
      }
    }
    declare(name, .memory(MemoryID(set.memories.count)))
    set.memories.append(
      Memory(
        name: name.text, addressWidth: addressWidth, unitWidth: unitWidth, role: own, size: units,
        translate: nil, granule: 1, regions: [], span: span))
    set.memories[set.memories.count - 1].sizeChoice = sizeChoice
  }

  private func declareSignatures(_ item: ItemSyntax) {
    switch item.kind {
    case .fetch(let memory, _, _, _):
      if case .memory(let id)? = symbol(memory.text) { fetchMemory = id }
    case .region(let name, _, _, _, _):
      declare(name, .region)
      use(name.text)
    case .place(let name, let parameters, let type, let body):
      declare(name, .place(places.count))
      places.append(
        PlaceDeclaration(
          name: name, parameters: parameters, parameterNames: parameters.map(\.name.text),
          type: type, body: body))
    case .function(let name, let parameters, let type, let body):
      declare(name, .function(functions.count))
      functions.append(
        FunctionDeclaration(
          name: name, parameters: parameters, parameterNames: parameters.map(\.name.text),
          type: type, body: body))
    case .action(let name, let parameters, let body):
      declare(name, .action(actions.count))
      actions.append(
        ActionDeclaration(
          name: name, parameters: parameters, parameterNames: parameters.map(\.name.text),
          body: body))
    case .operand(let name, let parameters, let type, let cases):
      declare(name, .operand(operands.count))
      operands.append(
        OperandDeclaration(name: name, parameters: parameters, type: type, cases: cases))
    case .entry(let name, let parameters, _):
      declare(name, .entry(set.entries.count))
      entrySignatures.append(signature(parameters))
      set.entries.append(
        Entry(name: name.text, program: Program(), citations: [], span: item.span))
    case .trap(let name, let parameters, _, _, let label, _):
      declare(name, .trap(TrapID(set.traps.count)))
      trapSignatures.append(signature(parameters))
      set.traps.append(
        Trap(
          name: name.text, entry: 0, arguments: Program(), entryArguments: [],
          label: label?.text, citations: [], span: item.span))
    default: break
    }
  }

  private func declareChoice(
    _ name: Identifier, _ type: TypeSyntax, _ initial: ExpressionSyntax, _ text: StringLiteral,
    _ citations: [CitationSyntax], _ values: [ExpressionSyntax], at span: SourceSpan
  ) {
    guard let width = self.type(type)?.width, let number = number(initial) else {
      suppress(name.text)
      return
    }
    func bits(_ number: UntypedNumber, at span: SourceSpan) -> UInt128 {
      if let bits = number.bits(width: width) { return bits }
      report(
        Diagnostic(.numberTooLarge, "\(number.text) does not fit \(width) bits", at: span))
      return 0
    }
    let value = bits(number, at: initial.span)
    var listed = values.compactMap { syntax in
      self.number(syntax).map { bits($0, at: syntax.span) }
    }
    if listed.isEmpty { listed = width == 1 ? [0, 1] : [value] }
    declare(name, .choice(ChoiceID(set.choices.count)))
    let cited = citations.compactMap { citation($0) }
    if citations.isEmpty { requireCitation(cited, for: "choice `\(name.text)`", at: name.span) }
    set.choices.append(
      Choice(
        name: name.text, width: width, defaultValue: value, values: listed, text: text.text,
        citations: cited, span: span))
  }

  private func signature(_ parameters: [ParameterSyntax]) -> Signature {
    Signature(
      parameters: parameters.map { parameter in
        guard let type = parameter.type else {
          report(
            Diagnostic(
              .unknownWidth, "`\(parameter.name.text)` needs a width", at: parameter.name.span))
          return (parameter.name, 1)
        }
        return (parameter.name, self.type(type)?.width ?? 1)
      })
  }
}
