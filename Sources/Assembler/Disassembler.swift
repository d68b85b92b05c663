import ISACore
import Machine

/// Turns units into text that assembles to the same units.
///
/// What no form explains, or what its text would not give back bit for bit (a one in an ignored
/// bit), is printed as data, with the instruction as a comment.
public struct Disassembler {
  private let table: FormTable
  private let unitWidth: Int
  private let usesAliases: Bool
  /// What the decode-time variables are before any prefix, in the order of the description: those
  /// after a reset, unless somebody says otherwise.
  public var contexts: [UInt128]

  /// - Parameter usesAliases: whether instructions are written by the first alias that says the same.
  public init(_ isa: InstructionSet, usesAliases: Bool = false) {
    self.usesAliases = usesAliases && !isa.aliases.isEmpty
    table = FormTable(isa)
    contexts = table.initialContexts
    unitWidth = isa.memories[Int(isa.fetch.memory)].unitWidth
  }

  public struct Line: Sendable {
    public var address: UInt64
    public var units: [UInt128]
    /// What to write at this address.
    public var text: String
    /// A name for the address, if something else in the text refers to it.
    public var label: String?
    /// The instruction, where the text is data.
    public var comment: String?
    /// nil for data.
    public var form: FormReference?
  }

  /// Disassembles a whole image.
  ///
  /// - Parameter labels: relative operands refer to named lines instead of numbers.
  public func disassemble(_ image: MemoryImage, labels: Bool = true) -> [Line] {
    var lines: [Line] = []
    for segment in image.segments {
      lines += disassemble(segment.units, at: segment.address) { _ in nil }
    }
    guard labels else { return lines }
    let starts = Set(lines.map(\.address))
    let targets = Set(lines.flatMap(targets)).intersection(starts)
    guard !targets.isEmpty else { return lines }
    lines = image.segments.flatMap { segment in
      disassemble(segment.units, at: segment.address) {
        targets.contains($0) ? Self.label($0) : nil
      }
    }
    for index in lines.indices where targets.contains(lines[index].address) {
      lines[index].label = Self.label(lines[index].address)
    }
    return lines
  }

  /// What stands before the source text so that it assembles to the same: decode-time variables that
  /// are not as after a reset.
  public var preamble: String {
    zip(table.isa.contexts, zip(contexts, table.initialContexts)).map { context, values in
      values.0 == values.1 ? "" : "        .context \(context.name), \(values.0)\n"
    }.joined()
  }

  /// The source text for some lines: assembles to their units at their addresses.
  public static func source(_ lines: [Line]) -> String {
    var text = ""
    var location: UInt64?
    for line in lines {
      if location != line.address { text += "        .org 0x\(hex(line.address))\n" }
      let label = line.label.map { "\($0):" } ?? ""
      let blanks = String(repeating: " ", count: max(1, 8 - label.count))
      text += label + blanks + line.text
      if let comment = line.comment { text += "  ; \(comment)" }
      text += "\n"
      location = line.address &+ UInt64(line.units.count)
    }
    return text
  }

  /// The text of one instruction, given what it was decoded to.
  public func text(of form: FormReference, fields: [UInt128], at address: UInt64) -> String {
    text(of: form, fields: fields, at: address) { _ in nil }
  }

  private static func label(_ address: UInt64) -> String { "L_\(hex(address))" }

  private static func hex(_ value: UInt64) -> String { String(value, radix: 16, uppercase: true) }

  private func decode(_ units: ArraySlice<UInt128>) -> Decoder.Outcome {
    table.decoder.decode(
      Array(units.prefix(table.decoder.maximumLength)), contexts: contexts)
  }

  private func disassemble(
    _ units: [UInt128], at start: UInt64, label: (UInt64) -> String?
  ) -> [Line] {
    var lines: [Line] = []
    var index = 0
    while index < units.count {
      let address = start &+ UInt64(index)
      guard case .instruction(let decoded) = decode(units[index...]),
        decoded.length > 0, index + decoded.length <= units.count
      else {
        let end = min(units.count, index + max(1, table.isa.fetch.chunk))
        lines.append(data(Array(units[index..<end]), at: address, comment: nil))
        index = end
        continue
      }
      let slice = Array(units[index..<(index + decoded.length)])
      lines += instruction(decoded, slice, at: address, label: label)
      index += decoded.length
    }
    return lines
  }

  /// The lines of one instruction: its prefixes stand on lines of their own.
  private func instruction(
    _ decoded: Decoder.Decoded, _ units: [UInt128], at address: UInt64, label: (UInt64) -> String?
  ) -> [Line] {
    func text(at address: UInt64, label: (UInt64) -> String?) -> String {
      self.text(of: decoded.form, fields: decoded.fields, at: address, label: label)
    }
    let whole = text(at: address, label: label)
    let own = table.decoder.length(of: decoded.form)
    var lines: [Line] = []
    var index = 0
    while index < units.count - own {
      guard let (prefix, length) = prefix(units[index...]) else {
        return [data(units, at: address, comment: whole)]
      }
      lines.append(
        Line(
          address: address &+ UInt64(index), units: Array(units[index..<(index + length)]),
          text: table.isa.prefixes[prefix].name))
      index += length
    }
    let here = address &+ UInt64(index)
    let line = text(at: here, label: label)
    guard
      assemble(text(at: here) { _ in nil }, at: here, contexts: decoded.contexts)
        == Array(units[index...])
    else {
      return [data(units, at: address, comment: whole)]
    }
    let written =
      aliased(line, plain: text(at: here) { _ in nil }) {
        assemble($0, at: here, contexts: decoded.contexts) == Array(units[index...])
      } ?? line
    lines.append(
      Line(address: here, units: Array(units[index...]), text: written, form: decoded.form))
    return lines
  }

  private func text(
    of reference: FormReference, fields: [UInt128], at address: UInt64,
    label: (UInt64) -> String?
  ) -> String {
    let form = table.form(reference)
    let operands = TemplateText.operands(
      of: form, fields: fields, here: address, addressWidth: table.addressWidth,
      label: label)
    return operands.isEmpty ? form.syntax.mnemonic : "\(form.syntax.mnemonic) \(operands)"
  }

  /// An instruction's text by the first alias whose text assembles to the same.
  ///
  /// - Parameter plain: the text with addresses in the place of labels, which can be assembled.
  private func aliased(
    _ text: String, plain: String, isSame: (String) -> Bool
  ) -> String? {
    guard usesAliases else { return nil }
    func holes(_ meaning: Alias.Line, _ text: String) -> [String: String]? {
      guard text.hasPrefix(meaning.mnemonic) else { return nil }
      let operands = text.dropFirst(meaning.mnemonic.count)
      return operands.isEmpty || operands.hasPrefix(" ") ? meaning.match(String(operands)) : nil
    }
    for alias in table.isa.aliases where alias.meanings.count == 1 {
      guard let found = holes(alias.meanings[0], plain), isSame(alias.written.text(found)),
        let shown = holes(alias.meanings[0], text)
      else { continue }
      return alias.written.text(shown)
    }
    return nil
  }

  /// The units that the assembler makes of one line.
  private func assemble(_ text: String, at address: UInt64, contexts: [UInt128]) -> [UInt128]? {
    guard let statement = try? AssemblyStatement(line: 1, bytes: Array(text.utf8)[...]),
      case .instruction(let mnemonic, let offset, let operands) = statement.body,
      let line =
        (try? InstructionLine(
          mnemonic: mnemonic, at: offset, operands: operands, table: table))
        ?? (try? table.aliased(mnemonic, at: offset, operands))?.first?.line
    else { return nil }
    let surroundings = InstructionLine.Surroundings(
      here: address, symbol: { _ in nil }, contexts: contexts)
    return try? line.encode(table, in: surroundings).units
  }

  private func prefix(_ units: ArraySlice<UInt128>) -> (index: Int, length: Int)? {
    for index in table.isa.prefixes.indices {
      let own = table.decoder.encode(prefix: index)
      if !own.isEmpty, units.starts(with: own) { return (index, own.count) }
    }
    return nil
  }

  private func data(_ units: [UInt128], at address: UInt64, comment: String?) -> Line {
    let digits = (unitWidth + 3) / 4
    let values = units.map { unit in
      let text = String(unit, radix: 16, uppercase: true)
      return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    return Line(
      address: address, units: units, text: ".unit " + values.joined(separator: ", "), label: nil,
      comment: comment, form: nil)
  }

  /// The addresses that the relative operands of a line refer to.
  private func targets(of line: Line) -> [UInt64] {
    guard line.form != nil, case .instruction(let decoded) = decode(line.units[...]) else {
      return []
    }
    let form = table.form(decoded.form)
    func targets(_ pieces: [SyntaxTemplate.Piece]) -> [UInt64] {
      pieces.flatMap { piece -> [UInt64] in
        switch piece {
        case .field(let field, .relative(let scale, let bias)):
          let coding = table.coding(
            of: field, .relative(scale: scale, bias: bias), in: form)
          return [
            UInt64(
              truncatingIfNeeded: coding.operand(of: decoded.fields[field], here: line.address))
          ]
        case .optional(let pieces): return targets(pieces)
        default: return []
        }
      }
    }
    return targets(form.syntax.operands)
  }
}
