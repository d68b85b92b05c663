import ISACore

@testable import ISALanguage

/// Syntax trees that no one would write, to see that printing and parsing are each other's inverse.
struct RandomSyntax {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

  private mutating func several<T>(_ most: Int, _ make: (inout RandomSyntax) -> T) -> [T] {
    (0..<pick(most + 1)).map { _ in make(&self) }
  }

  mutating func name() -> Identifier {
    // Names that are words of the language elsewhere are the interesting ones.
    let names = [
      "x", "r1", "s", "key", "size", "code", "address", "units", "given", "place", "user", "block",
      "x86", "_", "IN", "section", "cite", "holds", "ext",
      "monitor", "storage", "direct", "map", "start", "recover", "device",
    ]
    return Identifier(names[pick(names.count)], at: .none)
  }

  mutating func text() -> StringLiteral {
    let texts = ["", "Load PSW", "say \"it\"", "a\\b", "{x} [y]", "\\", "é日", "//", "a{"]
    return StringLiteral(texts[pick(texts.count)], at: .none)
  }

  mutating func template() -> StringLiteral {
    let texts = ["AR {r1}", #"X \[{a}\]"#, #"\\ \{ \}"#, "A[,{b}]", #"say "it""#]
    return StringLiteral(texts[pick(texts.count)], at: .none)
  }

  mutating func number() -> UInt128 {
    switch pick(4) {
    case 0: UInt128(pick(10))
    case 1: UInt128(pick(70_000))
    case 2: UInt128(generator.next())
    default: UInt128(generator.next()) << 64 | UInt128(generator.next())
    }
  }

  // MARK: - Expressions

  mutating func expression(_ depth: Int = 5) -> ExpressionSyntax {
    guard depth > 0 else {
      switch pick(4) {
      case 0: return .any(.none)
      case 1: return .number(number(), width: pick(2) == 0 ? nil : pick(129), .none)
      case 2: return .sized(name(), width: pick(129), .none)
      default: return .name(name())
      }
    }
    switch pick(12) {
    case 0, 1, 2, 3:
      let operation = BinaryOperator.allCases[pick(BinaryOperator.allCases.count)]
      return .binary(operation, expression(depth - 1), expression(depth - 1), .none)
    case 4, 5:
      let operation = UnaryOperator.allCases[pick(UnaryOperator.allCases.count)]
      return .unary(operation, expression(depth - 1), .none)
    case 6:
      return .conditional(
        expression(depth - 1), expression(depth - 1), expression(depth - 1), .none)
    case 7: return .index(expression(depth - 1), expression(depth - 1), .none)
    case 8:
      return .slice(expression(depth - 1), expression(depth - 1), expression(depth - 1), .none)
    case 9:
      // Without units, an access that is not real looks like an index.
      let units = pick(2) == 0 ? nil : expression(depth - 1)
      return .access(
        name(), address: expression(depth - 1), units: units, isReal: units == nil || pick(2) == 0,
        .none)
    case 10:
      if pick(2) == 0 { return .member(expression(depth - 1), name(), .none) }
      return .with(
        expression(depth - 1), several(3) { ($0.name(), $0.expression(depth - 1)) }, .none)
    default: return .call(name(), several(3) { $0.expression(depth - 1) }, .none)
    }
  }

  // MARK: - Statements

  private mutating func type() -> TypeSyntax {
    pick(2) == 0 ? .layout(name()) : .width(.number(UInt128(pick(129)), width: nil, .none))
  }

  private mutating func trap(withClass: Bool) -> TrapReference {
    TrapReference(
      name: name(), arguments: several(2) { $0.expression(1) },
      trapClass: withClass ? name() : nil)
  }

  mutating func statement(_ depth: Int = 3) -> StatementSyntax {
    StatementSyntax(statementKind(depth), at: .none)
  }

  private mutating func block(_ depth: Int) -> [StatementSyntax] {
    several(3) { $0.statement(depth - 1) }
  }

  private mutating func statementKind(_ depth: Int) -> StatementSyntax.Kind {
    switch pick(depth > 0 ? 15 : 10) {
    case 0: return .require(expression(2), trap(withClass: true))
    case 1: return .trap(trap(withClass: true))
    case 2: return .letBinding(name(), type: pick(2) == 0 ? nil : type(), expression(3))
    case 3: return .variable(name(), type: type(), expression(3))
    case 4: return .assign(expression(2), expression(3))
    case 5: return .perform(expression(2), nested: trap(withClass: false))
    case 6: return .call(Identifier("act", at: .none), several(3) { $0.expression(2) })
    case 7: return .result(expression(3))
    case 8: return .cite(CitationSyntax(manual: name(), section: text()))
    case 9:
      return .probe(expression(2), intent: Identifier("store", at: .none))
    case 10:
      return .conditional(expression(2), then: block(depth), otherwise: block(depth))
    case 11:
      return .forLoop(
        name(), type: type(), first: expression(1), last: expression(1),
        bound: pick(2) == 0 ? nil : expression(1), body: block(depth))
    case 12: return .whileLoop(expression(2), bound: expression(1), body: block(depth))
    case 13: return .partial(block(depth))
    default: return .unpredictable([block(depth), block(depth)])
    }
  }

  // MARK: - Instructions

  private mutating func element() -> EncodeElementSyntax {
    let width: ExpressionSyntax =
      switch pick(3) {
      case 0: .number(UInt128(1 + pick(16)), width: nil, .none)
      case 1: .name(name())
      default: expression(2)
      }
    switch pick(6) {
    case 0: return .fixed(UInt128(pick(256)), width: width, .none)
    case 1: return .ignored(width: width, .none)
    case 2: return .shouldBeZero(width: width, .none)
    case 3:
      return .operand(
        name(), className: name(), arguments: several(2) { $0.expression(1) },
        restriction: pick(2) == 0
          ? nil
          : CaseRestriction(isOnly: pick(2) == 0, cases: [name()] + several(2) { $0.name() }),
        .none)
    case 4: return .extensionOf(name(), .none)
    default: return .field(name(), width: width, .none)
    }
  }

  mutating func encode() -> EncodeSyntax {
    EncodeSyntax(
      elements: [.fixed(1, width: .number(8, width: nil, .none), .none)]
        + several(4) { $0.element() },
      extension: several(2) { $0.element() }, condition: pick(2) == 0 ? nil : expression(2),
      overrides: several(2) { $0.name() }, span: .none)
  }

  private mutating func test() -> TestSyntax {
    TestSyntax(
      name: text(), given: several(3) { ($0.expression(2), $0.expression(1)) }, units: text(),
      trap: pick(2) == 0 ? nil : name(), then: several(3) { ($0.expression(2), $0.expression(1)) },
      span: .none)
  }

  mutating func instruction(isAmendment: Bool) -> InstructionSyntax {
    InstructionSyntax(
      name: name(), title: isAmendment && pick(2) == 0 ? nil : text(),
      syntax: pick(2) == 0 ? nil : template(),
      citations: several(2) { CitationSyntax(manual: $0.name(), section: $0.text()) },
      encodes: several(2) { $0.encode() },
      body: several(4) { $0.statement() }.filter(\.isNoCitation),
      expectations: several(3) {
        ExpectationSyntax(isNegated: $0.pick(2) == 0, fact: $0.name())
      }, tests: several(2) { $0.test() },
      before: isAmendment ? several(2) { $0.statement() } : [], span: .none)
  }

  mutating func operandCase() -> OperandCaseSyntax {
    OperandCaseSyntax(
      name: name(), template: template(), encode: encode(),
      address: pick(2) == 0 ? nil : expression(2),
      effects: several(2) {
        StatementSyntax(.assign($0.expression(2), $0.expression(2)), at: .none)
      }, place: expression(2), isValue: pick(2) == 0, span: .none)
  }

  private mutating func monitor() -> MonitorSyntax {
    MonitorSyntax(
      parts: several(6) { MonitorPartSyntax($0.monitorPart(), at: .none) }, header: .none)
  }

  private mutating func monitorPart() -> MonitorPartSyntax.Kind {
    switch pick(12) {
    case 0: .storage(name(), reserve: expression(2), granule: expression(2))
    case 1: .direct([expression(2)] + several(3) { $0.expression(2) })
    case 2: .owned([expression(2)] + several(3) { $0.expression(2) })
    case 3: .map(several(3) { $0.name() }, body: block(3))
    case 4: .start(block(2))
    case 5: .recover(name(), body: block(3))
    case 6: .install(several(3) { $0.name() }, body: block(3))
    case 7: .flush(block(2))
    case 8: .attached(expression(2), block: expression(2))
    case 9: .remove(several(3) { $0.name() }, body: block(3))
    case 10: .resume(block(2))
    default: .preempt(block(2))
    }
  }

  mutating func item() -> ItemSyntax {
    let kind: ItemSyntax.Kind =
      switch pick(10) {
      case 0: .action(name(), parameters: [], body: several(5) { $0.statement() })
      case 1: .operand(name(), parameters: [], type: type(), cases: several(3) { $0.operandCase() })
      case 2: .amend(instruction(isAmendment: true))
      case 3:
        .family(
          names: [name(), Identifier("other", at: .none)],
          rows: several(3) { [.number($0.number(), .none), .string($0.text())] },
          items: several(2) { $0.item() })
      case 4: .const(name(), expression(6))
      case 5: .monitor(monitor())
      case 6: .amendMonitor(monitor())
      case 7:
        .device(
          DeviceSyntax(
            name: name(), model: text(),
            attachments: several(3) {
              DeviceAttachmentSyntax(key: $0.name(), value: $0.expression(2), span: .none)
            }))
      case 8:
        .ieee(
          IEEESyntax(
            rounding: ["down", "nearest", "up", "zero"].map { Identifier($0, at: .none) },
            tininess: Identifier("after", at: .none), nan: Identifier("larger", at: .none),
            defaultNaN: Identifier("negative_quiet", at: .none)))
      default: .instruction(instruction(isAmendment: false))
      }
    return ItemSyntax(kind, at: .none)
  }
}

extension StatementSyntax {
  /// In an instruction a citation is a part of its own, not a statement.
  fileprivate var isNoCitation: Bool {
    if case .cite = kind { false } else { true }
  }
}
