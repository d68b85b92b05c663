import ISACore

/// An assembly template as written, whatever form it is for: read once, and filled in for each form.
struct TemplateText {
  indirect enum Piece {
    case literal(String)
    case optional([Piece])
    case placeholder(Placeholder)
    /// What is wrong with the text here; nothing follows.
    case mistake(String)
  }

  struct Placeholder {
    var name: String
    /// Whether something is said about how to write it.
    var hasFormat: Bool
    /// nil: it is not understood.
    var format: FieldFormat?
    var text: String
  }

  /// Optional parts inside one another.
  static let depth = 8

  var pieces: [Piece]
  /// Names in all its placeholders.
  let names: Set<String>

  init(_ text: some StringProtocol) {
    var cursor = Array(text.utf8)[...]
    pieces = Self.pieces(&cursor, closing: nil, depth: 0)
    names = pieces.names
  }

  /// What means something in a template is one byte, so that the text is read as bytes.
  private static func pieces(
    _ cursor: inout ArraySlice<UInt8>, closing: UInt8?, depth: Int
  ) -> [Piece] {
    var result: [Piece] = []
    var literal: [UInt8] = []
    func flush() {
      if !literal.isEmpty { result.append(.literal(String(decoding: literal, as: UTF8.self))) }
      literal = []
    }
    // Whoever fills the template in complains before getting here.
    guard depth < Self.depth else { return [] }
    while let byte = cursor.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"):
        guard let next = cursor.popFirst() else {
          return result + [.mistake("`\\` stands before a character")]
        }
        literal.append(next)
      case UInt8(ascii: "["):
        flush()
        let inner = pieces(&cursor, closing: UInt8(ascii: "]"), depth: depth + 1)
        result.append(.optional(inner))
        if inner.endsInMistake || depth + 1 == Self.depth { return result }
      case UInt8(ascii: "]") where closing == byte:
        flush()
        return result
      case UInt8(ascii: "{"):
        flush()
        guard let end = cursor.firstIndex(of: UInt8(ascii: "}")) else {
          return result + [.mistake("`{` without `}`")]
        }
        result.append(.placeholder(placeholder(String(decoding: cursor[..<end], as: UTF8.self))))
        cursor = cursor[(end + 1)...]
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        let character = Character(UnicodeScalar(byte))
        return result + [
          .mistake(
            "`\(character)` without its opening; write `\\\(character)` for the character")
        ]
      default: literal.append(byte)
      }
    }
    guard closing == nil else { return result + [.mistake("`[` without `]`")] }
    flush()
    return result
  }

  private static func placeholder(_ text: String) -> Placeholder {
    let word = text.utf8.prefix { Lexer.isWordByte($0) || $0 >= 0x80 }
    let rest = text[word.endIndex...].filter { $0 != " " }
    let name = String(text[..<word.endIndex])
    return Placeholder(
      name: name, hasFormat: !rest.isEmpty, format: format(rest), text: text)
  }

  private static func format(_ rest: String) -> FieldFormat? {
    if rest.isEmpty { return .unsigned }
    if rest == ":signed" { return .signed }
    if let first = rest.first, first == "+" || first == "-", let number = Int(rest.dropFirst()),
      number < 1 << 20
    {
      return .offset(first == "+" ? number : -number)
    }
    if rest.hasPrefix("*"), let number = Int(rest.dropFirst()), (1...(1 << 20)).contains(number) {
      return .scaled(number)
    }
    if rest.hasPrefix(":names") {
      let list = rest.dropFirst(":names".count).filter { $0 != "\"" }
      return .names(list.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    }
    if rest.hasPrefix(":relative") {
      let numbers = rest.dropFirst(":relative".count)
      let parts = numbers.split(separator: "+", maxSplits: 1)
      if let scale = parts.first.flatMap({ Int($0) }), scale > 0 {
        let bias = parts.count == 2 ? Int(parts[1]) : 0
        if let bias { return .relative(scale: scale, bias: bias) }
      }
    }
    return nil
  }
}

/// An instruction's template: the first word is the mnemonic.
struct MnemonicTemplate {
  /// nil: the text does not start with one.
  let mnemonic: String?
  let operands: TemplateText

  init(_ text: String) {
    let word = String(text.prefix { $0 != " " && $0 != "\t" })
    let isMnemonic = !word.isEmpty && !word.contains { "{}[]\\".contains($0) }
    mnemonic = isMnemonic ? word : nil
    operands = TemplateText(text.dropFirst(word.count).drop { $0 == " " || $0 == "\t" })
  }
}

extension [TemplateText.Piece] {
  fileprivate var names: Set<String> {
    reduce(into: []) { names, piece in
      switch piece {
      case .placeholder(let placeholder): names.insert(placeholder.name)
      case .optional(let inner): names.formUnion(inner.names)
      case .literal, .mistake: break
      }
    }
  }

  fileprivate var endsInMistake: Bool {
    switch last {
    case .mistake?: true
    case .optional(let inner)?: inner.endsInMistake
    default: false
    }
  }
}

/// Reads an assembly template for one form.
final class SyntaxTemplateReader {
  private let form: ResolvedForm
  private let machine: Elaborator

  init(form: ResolvedForm, machine: Elaborator) {
    self.form = form
    self.machine = machine
  }

  /// The whole template; the first word is the mnemonic.
  func read(_ literal: StringLiteral) -> SyntaxTemplate? {
    let template = machine.template(literal.text)
    guard let mnemonic = template.mnemonic else {
      fail("a template starts with the mnemonic", literal.span)
      return nil
    }
    let operands = pieces(template.operands.pieces, at: literal.span, depth: 0) { name in
      form.names.index(of: name).map { .field($0) }
    }
    return operands.map { SyntaxTemplate(mnemonic: mnemonic, operands: $0) }
  }

  private func fail(_ message: String, _ span: SourceSpan) {
    machine.report(Diagnostic(.malformedTemplate, message, at: span))
  }

  private func pieces(
    _ template: [TemplateText.Piece], at span: SourceSpan, depth: Int,
    _ meaning: (String) -> OperandLayout.Meaning?
  ) -> [SyntaxTemplate.Piece]? {
    guard depth < TemplateText.depth else {
      fail("optional parts nest too deeply", span)
      return nil
    }
    var result: [SyntaxTemplate.Piece] = []
    for piece in template {
      switch piece {
      case .literal(let text): result.append(.literal(text))
      case .optional(let inner):
        guard let inner = pieces(inner, at: span, depth: depth + 1, meaning) else { return nil }
        result.append(.optional(inner))
      case .placeholder(let placeholder):
        guard let placed = self.placed(placeholder, at: span, depth: depth, meaning) else {
          return nil
        }
        result += placed
      case .mistake(let message):
        fail(message, span)
        return nil
      }
    }
    return result
  }

  private func placed(
    _ placeholder: TemplateText.Placeholder, at span: SourceSpan, depth: Int,
    _ meaning: (String) -> OperandLayout.Meaning?
  ) -> [SyntaxTemplate.Piece]? {
    let name = placeholder.name
    if let operand = form.operands.first(where: { $0.name.text == name }) {
      guard !placeholder.hasFormat else {
        fail("an operand class has its own template: write `{\(name)}`", span)
        return nil
      }
      return pieces(of: operand.layout, depth: depth + 1)
    }
    switch meaning(name) {
    case .field(let index)?:
      guard let format = placeholder.format else {
        fail(
          "`{\(placeholder.text)}`: a format is `:signed`, `+1`, `*4`, `:relative 4 + 8` or `:names a,b`",
          span)
        return nil
      }
      return [.field(index, format)]
    case .fixed(let bits, _)?: return [.literal(String(bits))]
    case .number(let number)?: return [.literal(number.text)]
    case nil:
      fail("`{\(name)}` is no field of this encoding", span)
      return nil
    }
  }

  /// An operand's template: the same wherever the operand is laid out so, but for names that other
  /// operands have, too.
  private func pieces(of layout: OperandLayout, depth: Int) -> [SyntaxTemplate.Piece]? {
    let literal = layout.operandCase.template
    let template = machine.caseTemplate(layout)
    let isShared =
      depth == 1 && !form.operands.contains { template.names.contains($0.name.text) }
    if isShared, let known = layout.template { return known }
    let filled = pieces(template.pieces, at: literal.span, depth: depth) { layout.meanings[$0] }
    if isShared { layout.template = filled }
    return filled
  }
}

extension Elaborator {
  fileprivate func template(_ text: String) -> MnemonicTemplate {
    if let known = templates[text] { return known }
    let template = MnemonicTemplate(text)
    templates[text] = template
    return template
  }

  fileprivate func caseTemplate(_ layout: OperandLayout) -> TemplateText {
    if let known = caseTemplates[layout.subject] { return known }
    let template = TemplateText(layout.operandCase.template.text)
    caseTemplates[layout.subject] = template
    return template
  }
}
