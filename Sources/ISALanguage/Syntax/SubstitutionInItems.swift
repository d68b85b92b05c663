import ISACore

extension Substitution {
  mutating func item(_ item: ItemSyntax) -> ItemSyntax {
    ItemSyntax(kind(item.kind), at: item.span)
  }

  private mutating func kind(_ kind: ItemSyntax.Kind) -> ItemSyntax.Kind {
    switch kind {
    case .machine(let name, let base, let title):
      return .machine(self.name(name), base: base.map { self.name($0) }, title: text(title))
    case .numbering, .endian, .expectTheorem: return kind
    case .manual(let name, let title, let sections):
      return .manual(
        self.name(name), title: text(title),
        sections: sections.map { (text($0.0), page: $0.page) })
    case .include(let path): return .include(text(path))
    case .const(let name, let value): return .const(self.name(name), expression(value))
    case .layout(let name, let width, let fields):
      return .layout(
        self.name(name), width: expression(width), fields: fields.map { field($0) })
    case .register(let name, let count, let type, let role):
      return .register(
        self.name(name), count: expression(count), type: self.type(type),
        role: role.map { self.name($0) })
    case .memory(let name, let addressWidth, let unitWidth, let role, let size):
      return .memory(
        self.name(name), addressWidth: expression(addressWidth), unitWidth: expression(unitWidth),
        role: self.name(role), size: expression(size))
    case .region(let name, let memory, let first, let last, let role):
      return .region(
        self.name(name), memory: self.name(memory), first: expression(first),
        last: expression(last), role: self.name(role))
    case .translate(let memory, let address, let intent, let granule, let body):
      return .translate(
        name(memory), address: name(address), intent: name(intent), granule: expression(granule),
        body: statements(body))
    case .place(let name, let parameters, let type, let value):
      return .place(
        self.name(name), parameters: self.parameters(parameters), type: self.type(type),
        expression(value))
    case .function(let name, let parameters, let type, let body):
      return .function(
        self.name(name), parameters: self.parameters(parameters), type: self.type(type),
        body: statements(body))
    case .action(let name, let parameters, let body):
      return .action(
        self.name(name), parameters: self.parameters(parameters), body: statements(body))
    case .choice(let name, let type, let initial, let text, let citations, let values):
      return .choice(
        self.name(name), type: self.type(type), initial: expression(initial), text: self.text(text),
        citations: citations.map { citation($0) }, values: expressions(values))
    case .trap(let name, let parameters, let entry, let arguments, let label, let citations):
      return .trap(
        self.name(name), parameters: self.parameters(parameters), entry: self.name(entry),
        arguments: expressions(arguments), label: label.map { text($0) },
        citations: citations.map { citation($0) })
    case .entry(let name, let parameters, let body):
      return .entry(
        self.name(name), parameters: self.parameters(parameters), body: statements(body))
    case .undefined(let reference, let beyond):
      return .undefined(trap(reference), beyond: expression(beyond))
    case .fetch(let memory, let address, let chunk, let body):
      return .fetch(
        memory: name(memory), at: expression(address), chunk: expression(chunk),
        body: statements(body))
    case .advance(let place, let value):
      return .advance(place: expression(place), value: expression(value))
    case .wait(let condition): return .wait(expression(condition))
    case .modes(let name, let user, let supervisor):
      return .modes(
        self.name(name), user: expression(user), supervisor: expression(supervisor))
    case .invariant(let name, let condition):
      return .invariant(self.name(name), expression(condition))
    case .assume(let name, let condition): return .assume(self.name(name), expression(condition))
    case .shift(let parameter, let body):
      return .shift(parameters([parameter])[0], body: statements(body))
    case .draft(let text): return .draft(self.text(text))
    case .reset(let body): return .reset(statements(body))
    case .begin(let parameter, let machines, let body):
      return .begin(
        parameters([parameter])[0], machines: machines.map { expression($0) },
        body: statements(body))
    case .interrupt(let name, let priority, let condition, let reference):
      return .interrupt(
        self.name(name), priority: expression(priority), condition: expression(condition),
        trap: trap(reference))
    case .tick(let name, let period, let body):
      return .tick(self.name(name), every: expression(period), body: statements(body))
    case .context(let name, let type, let initial):
      return .context(self.name(name), type: self.type(type), initial: expression(initial))
    case .prefix(let name, let only, let encode, let body):
      return .prefix(
        self.name(name), only: only.map { $0.map { self.name($0) } }, encode: self.encode(encode),
        body: statements(body))
    case .operand(let name, let parameters, let type, let cases):
      return .operand(
        self.name(name), parameters: self.parameters(parameters), type: self.type(type),
        cases: cases.map { operandCase($0) })
    case .instruction(let syntax): return .instruction(instruction(syntax))
    case .amend(let syntax): return .amend(instruction(syntax))
    case .family(let names, let rows, let items): return family(names, rows, items)
    case .conformance(let syntax):
      return .conformance(
        ConformanceSyntax(
          isa: text(syntax.isa), memory: name(syntax.memory),
          entries: syntax.entries.map { conformanceEntry($0) },
          begin: syntax.begin.map { statements($0) }))
    case .device(let device): return .device(self.device(device))
    case .alias(let written, let meanings):
      return .alias(text(written), meanings: meanings.map { text($0) })
    case .ieee(let syntax): return .ieee(syntax)
    case .monitor(let block): return .monitor(monitor(block))
    case .amendMonitor(let block): return .amendMonitor(monitor(block))
    case .remove(let name): return .remove(self.name(name))
    }
  }

  // MARK: - Parts of items

  private mutating func field(_ field: LayoutFieldSyntax) -> LayoutFieldSyntax {
    LayoutFieldSyntax(
      name: name(field.name), first: expression(field.first), last: expression(field.last),
      role: name(field.role),
      values: field.values.map { (value: expression($0.value), name: name($0.name)) },
      span: field.span)
  }

  private mutating func operandCase(_ syntax: OperandCaseSyntax) -> OperandCaseSyntax {
    OperandCaseSyntax(
      name: name(syntax.name), template: text(syntax.template), encode: encode(syntax.encode),
      address: expression(syntax.address), effects: statements(syntax.effects),
      place: expression(syntax.place), isValue: syntax.isValue, span: syntax.span)
  }

  private mutating func device(_ device: DeviceSyntax) -> DeviceSyntax {
    DeviceSyntax(
      name: name(device.name), model: text(device.model),
      attachments: device.attachments.map {
        DeviceAttachmentSyntax(key: name($0.key), value: expression($0.value), span: $0.span)
      })
  }

  private mutating func monitor(_ block: MonitorSyntax) -> MonitorSyntax {
    MonitorSyntax(
      parts: block.parts.map { MonitorPartSyntax(part($0.kind), at: $0.span) },
      header: block.header)
  }

  private mutating func part(_ kind: MonitorPartSyntax.Kind) -> MonitorPartSyntax.Kind {
    switch kind {
    case .storage(let memory, let reserve, let granule):
      .storage(name(memory), reserve: expression(reserve), granule: expression(granule))
    case .direct(let list): .direct(expressions(list))
    case .owned(let list): .owned(expressions(list))
    case .attached(let file, let block): .attached(expression(file), block: expression(block))
    case .map(let names, let body): .map(names.map { name($0) }, body: statements(body))
    case .start(let body): .start(statements(body))
    case .recover(let entry, let body): .recover(name(entry), body: statements(body))
    case .install(let names, let body): .install(names.map { name($0) }, body: statements(body))
    case .remove(let names, let body): .remove(names.map { name($0) }, body: statements(body))
    case .flush(let body): .flush(statements(body))
    case .preempt(let body): .preempt(statements(body))
    case .resume(let body): .resume(statements(body))
    case .keep(let list): .keep(list.map { (expression($0.0), expression($0.1)) })
    }
  }

  private mutating func instruction(_ syntax: InstructionSyntax) -> InstructionSyntax {
    InstructionSyntax(
      name: name(syntax.name), title: syntax.title.map { text($0) },
      syntax: syntax.syntax.map { text($0) }, citations: syntax.citations.map { citation($0) },
      encodes: syntax.encodes.map { encode($0) }, body: statements(syntax.body),
      expectations: syntax.expectations.map {
        ExpectationSyntax(isNegated: $0.isNegated, fact: name($0.fact))
      },
      tests: syntax.tests.map { test($0) }, before: statements(syntax.before), span: syntax.span)
  }

  private mutating func test(_ test: TestSyntax) -> TestSyntax {
    TestSyntax(
      name: text(test.name),
      given: test.given.map { (expression($0.0), expression($0.1)) },
      units: text(test.units), trap: test.trap.map { name($0) },
      then: test.then.map { (expression($0.0), expression($0.1)) }, span: test.span)
  }

  private mutating func conformanceEntry(
    _ entry: ConformanceEntrySyntax
  ) -> ConformanceEntrySyntax {
    ConformanceEntrySyntax(
      isGiven: entry.isGiven, first: name(entry.first), last: name(entry.last),
      place: expression(entry.place), parts: entry.parts.map { $0.map { expression($0) } },
      start: expression(entry.start), block: expression(entry.block),
      shift: expression(entry.shift), span: entry.span)
  }

  /// An inner family: its rows may use the outer names, and its own names hide them in its items.
  private mutating func family(
    _ names: [Identifier], _ rows: [[FamilyValueSyntax]], _ items: [ItemSyntax]
  ) -> ItemSyntax.Kind {
    let rows = rows.map { row in row.map { cell($0) } }
    let hidden = cells
    for name in names { cells[name.text] = nil }
    let items = items.map { item($0) }
    cells = hidden
    return .family(names: names, rows: rows, items: items)
  }

  private mutating func cell(_ cell: FamilyValueSyntax) -> FamilyValueSyntax {
    switch cell {
    case .number: cell
    case .name(let name): cells[name.text] ?? cell
    case .string(let literal): .string(text(literal))
    }
  }

  // MARK: - Encodings

  private mutating func encode(_ encode: EncodeSyntax) -> EncodeSyntax {
    EncodeSyntax(
      elements: encode.elements.map { element($0) },
      extension: encode.extension.map { element($0) }, condition: expression(encode.condition),
      overrides: encode.overrides.map { name($0) }, span: encode.span)
  }

  /// A number in the place of a field's name makes the field fixed bits.
  private mutating func element(_ element: EncodeElementSyntax) -> EncodeElementSyntax {
    switch element {
    case .fixed(let value, let width, let span):
      return .fixed(value, width: expression(width), span)
    case .field(let identifier, let width, let span):
      if case .number(let value, _) = cells[identifier.text] {
        return .fixed(value, width: expression(width), span)
      }
      return .field(name(identifier), width: expression(width), span)
    case .ignored(let width, let span): return .ignored(width: expression(width), span)
    case .shouldBeZero(let width, let span): return .shouldBeZero(width: expression(width), span)
    case .operand(let identifier, let className, let arguments, let restriction, let span):
      return .operand(
        name(identifier), className: name(className), arguments: expressions(arguments),
        restriction: restriction.map { restriction in
          CaseRestriction(
            isOnly: restriction.isOnly, cases: restriction.cases.map { name($0) })
        }, span)
    case .extensionOf(let identifier, let span): return .extensionOf(name(identifier), span)
    }
  }
}
