import ISACore

extension SyntaxWriter {
  /// Items one after the other; those of several lines stand apart.
  mutating func items(_ items: [ItemSyntax]) {
    var previous: ItemSyntax?
    for item in items {
      if let previous, previous.isBlock || item.isBlock || !previous.isSameKind(as: item) {
        line("")
      }
      self.item(item)
      previous = item
    }
  }

  private mutating func item(_ item: ItemSyntax) {
    switch item.kind {
    case .machine(let name, let base, let title):
      line(
        "machine \(name.text)\(base.map { " : \($0.text)" } ?? "") \(Self.quoted(title))")
    case .numbering(let name): line("numbering \(name.text)")
    case .endian(let name): line("endian \(name.text)")
    case .manual(let name, let title, let sections): manual(name, title, sections)
    case .include(let path): line("include \(Self.quoted(path))")
    case .const(let name, let value): line("const \(name.text) = \(Self.text(of: value))")
    case .layout(let name, let width, let fields): layout(name, width, fields)
    case .register(let name, let count, let type, let role):
      let count = count.map { "[\(Self.text(of: $0))]" } ?? ""
      let role = role.map { " \($0.text)" } ?? ""
      line("register \(name.text)\(count) : \(Self.type(type))\(role)")
    case .memory(let name, let addressWidth, let unitWidth, let role, let size):
      let widths = "\(Self.text(of: addressWidth)) -> \(Self.text(of: unitWidth))"
      let size = size.map { " size \(Self.text(of: $0))" } ?? ""
      line("memory \(name.text) : \(widths) \(role.text)\(size)")
    case .region(let name, let memory, let first, let last, let role):
      let range = "\(Self.text(of: first))..\(Self.text(of: last))"
      line("region \(name.text) = \(memory.text)[\(range)] \(role.text)")
    case .translate(let memory, let address, let intent, let granule, let body):
      let granule = granule.map { " granule \(Self.text(of: $0))" } ?? ""
      block("translate \(memory.text)(\(address.text), \(intent.text))\(granule)") {
        $0.statements(body)
      }
    case .place(let name, let parameters, let type, let value):
      line(
        "place \(name.text)\(Self.parameters(parameters)) : \(Self.type(type)) = "
          + Self.text(of: value))
    case .function(let name, let parameters, let type, let body):
      function(name, parameters, type, body)
    case .action(let name, let parameters, let body):
      block("action \(name.text)\(Self.parameters(parameters))") { $0.statements(body) }
    case .choice(let name, let type, let initial, let text, let citations, let values):
      choice(
        "\(name.text) : \(Self.type(type)) = \(Self.text(of: initial)) \(Self.quoted(text))",
        citations, values)
    case .trap(let name, let parameters, let entry, let arguments, let label, let citations):
      let arguments = arguments.isEmpty ? "" : "(\(Self.list(arguments)))"
      let label = label.map { " label \(Self.quoted($0))" } ?? ""
      let citations = citations.map { " \(Self.citation($0))" }.joined()
      line(
        "trap \(name.text)\(Self.parameters(parameters)) = \(entry.text)\(arguments)\(label)"
          + citations)
    case .entry(let name, let parameters, let body):
      block("entry \(name.text)\(Self.parameters(parameters))") { $0.statements(body) }
    case .undefined(let reference, let beyond):
      let beyond = beyond.map { "beyond \(Self.text(of: $0)) " } ?? ""
      line("undefined \(beyond)trap \(Self.trap(reference))")
    case .fetch(let memory, let address, let chunk, let body):
      let chunk = chunk.map { " chunk \(Self.text(of: $0))" } ?? ""
      let header = "fetch \(memory.text) at \(Self.text(of: address))\(chunk)"
      if body.isEmpty { line(header) } else { block(header) { $0.statements(body) } }
    case .advance(let place, let value):
      line("advance \(Self.text(of: place)) := \(Self.text(of: value))")
    case .wait(let condition): line("wait when \(Self.text(of: condition))")
    case .modes(let name, let user, let supervisor):
      block("modes \(name.text)") {
        $0.line("user       \(Self.text(of: user))")
        $0.line("supervisor \(Self.text(of: supervisor))")
      }
    case .invariant(let name, let condition):
      line("invariant \(name.text) = \(Self.text(of: condition))")
    case .assume(let name, let condition):
      line("assume \(name.text) = \(Self.text(of: condition))")
    case .shift(let parameter, let body):
      block("shift(\(Self.parameter(parameter)))") { $0.statements(body) }
    case .draft(let text): line("draft \(Self.quoted(text))")
    case .reset(let body): block("reset") { $0.statements(body) }
    case .begin(let parameter, let machines, let body):
      let names = machines.map { Self.text(of: $0) }.joined(separator: ", ")
      let elf = machines.isEmpty ? "" : " elf \(names)"
      block("begin(\(Self.parameter(parameter)))\(elf)") { $0.statements(body) }
    case .interrupt(let name, let priority, let condition, let reference):
      line(
        "interrupt \(name.text) priority \(Self.text(of: priority)) "
          + "when \(Self.text(of: condition)) trap \(Self.trap(reference))")
    case .tick(let name, let period, let body):
      block("tick \(name.text) every \(Self.text(of: period))") { $0.statements(body) }
    case .context(let name, let type, let initial):
      line("context \(name.text) : \(Self.type(type)) = \(Self.text(of: initial))")
    case .prefix(let name, let only, let encode, let body):
      let only = only.map { " only (\(Self.list($0)))" } ?? ""
      block("prefix \(name.text)\(only)") {
        $0.line("encode \(Self.encode(encode))")
        $0.statements(body)
      }
    case .operand(let name, let parameters, let type, let cases):
      block("operand \(name.text)\(Self.parameters(parameters)) : \(Self.type(type))") {
        for operandCase in cases { $0.operandCase(operandCase) }
      }
    case .instruction(let instruction): self.instruction("instr", instruction)
    case .amend(let instruction): self.instruction("amend", instruction)
    case .family(let names, let rows, let items): family(names, rows, items)
    case .conformance(let syntax):
      block("conformance \(Self.quoted(syntax.isa)) memory \(syntax.memory.text)") {
        for entry in syntax.entries { $0.conformanceEntry(entry) }
        if let begin = syntax.begin { $0.block("begin") { $0.statements(begin) } }
      }
    case .expectTheorem(let number, let isStrict, let holds):
      line("expect theorem\(number) \(isStrict ? "strict " : "")\(holds ? "holds" : "fails")")
    case .device(let device): self.device(device)
    case .alias(let written, let meanings):
      line(
        "alias \(Self.quotedTemplate(written)) = "
          + meanings.map(Self.quotedTemplate).joined(separator: ", "))
    case .ieee(let syntax):
      block("ieee") {
        $0.line("rounding \(Self.list(syntax.rounding))")
        $0.line("tininess \(syntax.tininess.text)")
        $0.line("nan      \(syntax.nan.text)")
        $0.line("default  \(syntax.defaultNaN.text)")
      }
    case .monitor(let block): monitor("monitor", block)
    case .amendMonitor(let block): monitor("amend monitor", block)
    case .remove(let name): line("remove \(name.text)")
    }
  }

  // MARK: - Books, layouts, functions, choices

  private mutating func manual(
    _ name: Identifier, _ title: StringLiteral, _ sections: [(StringLiteral, page: String?)]
  ) {
    let header = "manual \(name.text) = \(Self.quoted(title))"
    guard !sections.isEmpty else { return line(header) }
    block(header) {
      for (title, page) in sections {
        $0.line("section \(Self.quoted(title))\(page.map { " \(Self.page($0))" } ?? "")")
      }
    }
  }

  /// Bare where the parser reads it back as one piece, else quoted.
  private static func page(_ page: String) -> String {
    let isBare =
      page.utf8.allSatisfy { Lexer.isWordByte($0) || $0 == 0x2D || $0 == 0x2E }
      && page.utf8.first.map(Lexer.isWordByte) == true && !page.contains("..")
      && page.prefix { Lexer.isWordByte($0.utf8.first ?? 0) } != Keyword.section.rawValue
    return isBare ? page : quoted(page)
  }

  private mutating func layout(
    _ name: Identifier, _ width: ExpressionSyntax, _ fields: [LayoutFieldSyntax]
  ) {
    let columns = fields.map { field in
      let last = field.last.map { "..\(Self.text(of: $0))" } ?? ""
      return (name: field.name.text, bits: Self.text(of: field.first) + last)
    }
    let nameColumn = (columns.map(\.name.count).max() ?? 0) + 1
    let bitsColumn = (columns.map(\.bits.count).max() ?? 0) + 1
    block("layout \(name.text) : \(Self.text(of: width))") {
      for (field, column) in zip(fields, columns) {
        let values = field.values.map { "\(Self.text(of: $0.value)) = \($0.name.text)" }
        let list = values.isEmpty ? "" : " { \(values.joined(separator: ", ")) }"
        $0.line(
          Self.pad(column.name, to: nameColumn) + Self.pad(column.bits, to: bitsColumn)
            + field.role.text + list)
      }
    }
  }

  private mutating func function(
    _ name: Identifier, _ parameters: [ParameterSyntax], _ type: TypeSyntax,
    _ body: [StatementSyntax]
  ) {
    let header = "function \(name.text)\(Self.parameters(parameters)) : \(Self.type(type))"
    if body.count == 1, case .result(let value) = body[0].kind {
      line("\(header) = \(Self.text(of: value))")
    } else {
      block(header) { $0.statements(body) }
    }
  }

  private mutating func choice(
    _ header: String, _ citations: [CitationSyntax], _ values: [ExpressionSyntax]
  ) {
    let values = values.isEmpty ? "" : " values \(Self.list(values))"
    guard !citations.isEmpty else { return line("choice \(header)\(values)") }
    block("choice \(header)\(values)") {
      for citation in citations { $0.line(Self.citation(citation)) }
    }
  }

  // MARK: - Families and conformance

  private mutating func family(
    _ names: [Identifier], _ rows: [[FamilyValueSyntax]], _ items: [ItemSyntax]
  ) {
    open("for (\(Self.list(names))) in")
    for row in rows {
      let cells = row.map { cell in
        switch cell {
        case .number(let value, _): value < 10 ? String(value) : Self.hexadecimal(value, digits: 2)
        case .name(let name): name.text
        case .string(let literal): Self.quoted(literal)
        }
      }
      line("(\(cells.joined(separator: ", ")))")
    }
    close("} {")
    indent()
    self.items(items)
    close("}")
  }

  private mutating func conformanceEntry(_ entry: ConformanceEntrySyntax) {
    let isRun = entry.first.text != entry.last.text
    let names = isRun ? "\(entry.first.text)..\(entry.last.text)" : entry.first.text
    let start = entry.start.map { " from \(Self.text(of: $0))" } ?? ""
    let block = entry.block.map { " block \(Self.text(of: $0))" } ?? ""
    let shift = entry.shift.map { " shift \(Self.text(of: $0))" } ?? ""
    let place = entry.parts.map { "[\(Self.list($0))]" } ?? Self.text(of: entry.place)
    line("\(entry.isGiven ? "given " : "")\(names) = \(place)\(start)\(block)\(shift)")
  }
}

extension ItemSyntax {
  /// Whether it takes several lines.
  fileprivate var isBlock: Bool {
    switch kind {
    case .machine, .draft, .numbering, .endian, .include, .const, .register, .memory, .region,
      .place,
      .trap, .undefined, .advance, .wait, .invariant, .assume, .interrupt, .context,
      .expectTheorem, .remove:
      false
    case .choice(_, _, _, _, let citations, _): !citations.isEmpty
    case .fetch(_, _, _, let body): !body.isEmpty
    case .function(_, _, _, let body): body.count != 1
    default: true
    }
  }

  fileprivate func isSameKind(as other: ItemSyntax) -> Bool {
    switch (kind, other.kind) {
    case (.machine, .numbering), (.machine, .endian), (.numbering, .endian),
      (.register, .register), (.register, .memory), (.memory, .region), (.region, .region),
      (.const, .const), (.include, .include), (.trap, .trap), (.trap, .undefined),
      (.undefined, .undefined),
      (.place, .place), (.function, .function), (.place, .function), (.function, .place),
      (.advance, .advance), (.advance, .wait), (.fetch, .advance), (.invariant, .invariant),
      (.assume, .assume), (.interrupt, .interrupt), (.context, .context), (.remove, .remove),
      (.expectTheorem, .expectTheorem), (.choice, .choice):
      true
    default: false
    }
  }
}
