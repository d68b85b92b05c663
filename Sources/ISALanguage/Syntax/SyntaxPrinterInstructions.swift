import ISACore

extension SyntaxWriter {
  /// The keywords and the places written stand in one column, what they say in another.
  mutating func instruction(_ keyword: String, _ instruction: InstructionSyntax) {
    let title = instruction.title.map { " \(Self.quoted($0))" } ?? ""
    block("\(keyword) \(instruction.name.text)\(title)") { writer in
      let column = Self.keywordColumn
      func entry(_ keyword: String, _ text: String) {
        writer.line(Self.pad(keyword, to: column) + text)
      }
      if let syntax = instruction.syntax { entry("syntax", Self.quotedTemplate(syntax)) }
      for citation in instruction.citations {
        entry("cite", "\(citation.manual.text) \(Self.quoted(citation.section))")
      }
      for encode in instruction.encodes { entry("encode", Self.encode(encode)) }
      if !instruction.before.isEmpty {
        writer.block("before") { $0.statements(instruction.before) }
      }
      for statement in instruction.body { writer.statement(statement, column: column) }
      if !instruction.expectations.isEmpty {
        entry(
          "expect",
          instruction.expectations.map { ($0.isNegated ? "not " : "") + $0.fact.text }
            .joined(separator: ", "))
      }
      for test in instruction.tests { writer.test(test) }
    }
  }

  private mutating func test(_ test: TestSyntax) {
    block("test \(Self.quoted(test.name))") {
      if !test.given.isEmpty { $0.line("given \(Self.equations(test.given))") }
      $0.line("units \(Self.quoted(test.units))")
      if let trap = test.trap { $0.line("trap  \(trap.text)") }
      if !test.then.isEmpty { $0.line("then  \(Self.equations(test.then))") }
    }
  }

  private static func equations(_ list: [(ExpressionSyntax, ExpressionSyntax)]) -> String {
    list.map { "\(text(of: $0.0)) = \(text(of: $0.1))" }.joined(separator: ", ")
  }

  // MARK: - Encodings

  static func encode(_ encode: EncodeSyntax) -> String {
    var text = encode.elements.map(element).joined(separator: " ")
    if !encode.extension.isEmpty {
      text += " ; " + encode.extension.map(element).joined(separator: " ")
    }
    if let condition = encode.condition { text += " where \(Self.text(of: condition))" }
    if !encode.overrides.isEmpty { text += " over \(list(encode.overrides))" }
    return text
  }

  private static func element(_ element: EncodeElementSyntax) -> String {
    switch element {
    case .fixed(let value, let width, _): return "\(fixed(value, width)):\(encodeWidth(width))"
    case .field(let name, let width, _): return "\(name.text):\(encodeWidth(width))"
    case .ignored(let width, _): return "ignored:\(encodeWidth(width))"
    case .shouldBeZero(let width, _): return "sbz:\(encodeWidth(width))"
    case .operand(let name, let className, let arguments, let restriction, _):
      let restriction =
        restriction.map { " \($0.isOnly ? "only" : "except") (\(list($0.cases)))" } ?? ""
      return "\(name.text):\(className.text)(\(list(arguments)))\(restriction)"
    case .extensionOf(let name, _): return "\(name.text).ext"
    }
  }

  /// In hexadecimal where the bits fill whole digits, else bit by bit.
  private static func fixed(_ value: UInt128, _ width: ExpressionSyntax) -> String {
    guard case .number(let bits, nil, _) = width, bits <= 128 else { return number(value) }
    if bits > 0, bits.isMultiple(of: 4) { return hexadecimal(value, digits: Int(bits) / 4) }
    let digits = String(value, radix: 2)
    return "0b" + String(repeating: "0", count: max(0, Int(bits) - digits.count)) + digits
  }

  private static func encodeWidth(_ width: ExpressionSyntax) -> String {
    switch width {
    case .number(let value, nil, _): number(value)
    case .name(let name): name.text
    default: "(\(text(of: width)))"
    }
  }

  mutating func operandCase(_ operandCase: OperandCaseSyntax) {
    line("case \(operandCase.name.text) \(Self.quotedTemplate(operandCase.template))")
    indented {
      if !operandCase.encode.elements.isEmpty {
        $0.line("encode  \(Self.encode(operandCase.encode))")
      } else if let condition = operandCase.encode.condition {
        $0.line("where   \(Self.text(of: condition))")
      }
      if let address = operandCase.address { $0.line("address \(Self.text(of: address))") }
      for effect in operandCase.effects {
        guard case .assign(let place, let value) = effect.kind else { continue }
        $0.line("effect  \(Self.place(place)) := \(Self.text(of: value))")
      }
      let word = operandCase.isValue ? "value  " : "place  "
      $0.line("\(word) \(Self.text(of: operandCase.place))")
    }
  }
}
