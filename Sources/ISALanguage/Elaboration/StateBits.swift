import ISACore

/// Bits of a register that a `monitor` block or a device names; of every element if it is a file.
struct StateBits {
  var register: RegisterID
  var low: Int
  var width: Int
  var span: SourceSpan

  /// The bits as a set, bit 0 the rightmost.
  var mask: UInt128 { BitVector.mask(width) << UInt128(low) }
}

extension Elaborator {
  /// A register, a file, a field, a slice or a bit, named outright; reports and returns nil if the
  /// expression is none of them.
  func stateBits(_ syntax: ExpressionSyntax) -> StateBits? {
    let span = syntax.span
    switch syntax {
    case .invalid: return nil
    case .name(let name): return wholeRegister(name)
    case .member(let base, let member, _):
      guard let whole = stateBits(base) else { return nil }
      guard case .name = base, let layout = layouts[Int(whole.register)] else {
        report(Diagnostic(.wrongKind, "this has no layout, and so no fields", at: base.span))
        return nil
      }
      guard let field = layout[member.text] else {
        reportUnknown(member, in: layout)
        return nil
      }
      return StateBits(
        register: whole.register, low: field.low, width: field.width, span: span)
    case .slice(let base, let first, let last, _):
      guard let whole = sliceable(base),
        let range = ProgramElaborator(self, rights: []).range(
          first, last, width: whole.width, at: span)
      else { return nil }
      return StateBits(
        register: whole.register, low: whole.low + range.low, width: range.width, span: span)
    case .index(let base, let index, _):
      guard let whole = sliceable(base),
        let position = integer(index, in: 0...(whole.width - 1), what: "a bit")
      else { return nil }
      let bit = set.numbering == .msb0 ? whole.width - 1 - position : position
      return StateBits(register: whole.register, low: whole.low + bit, width: 1, span: span)
    default:
      report(
        Diagnostic(.wrongKind, "a register, a field or a slice of one is wanted here", at: span))
      return nil
    }
  }

  private func wholeRegister(_ name: Identifier) -> StateBits? {
    switch symbol(name.text) {
    case .register(let id)?:
      return StateBits(
        register: id, low: 0, width: set.registers[Int(id)].width, span: name.span)
    case nil: reportUnknown(name, what: "register", among: set.registers.map(\.name))
    case let other?:
      report(
        Diagnostic(.wrongKind, "`\(name.text)` is \(other.kind), not a register", at: name.span))
    }
    return nil
  }

  /// What brackets may select bits of: behind the name of a file they would select an element.
  private func sliceable(_ base: ExpressionSyntax) -> StateBits? {
    guard let whole = stateBits(base) else { return nil }
    if case .name(let name) = base, set.registers[Int(whole.register)].isFile {
      report(
        Diagnostic(
          .wrongKind,
          "`\(name.text)` is a file: all its elements are treated alike, so name it whole or a field",
          at: base.span))
      return nil
    }
    return whole
  }

  // MARK: Words

  /// The pieces that people speak of: named fields, and what lies between them.
  func pieces(of register: RegisterID) -> [(low: Int, width: Int, name: String?)] {
    let declared = set.registers[Int(register)]
    var pieces: [(low: Int, width: Int, name: String?)] = []
    var top = declared.width
    for field in declared.fields.sorted(by: { $0.low > $1.low }) {
      let end = field.low + field.width
      if end < top { pieces.append((low: end, width: top - end, name: nil)) }
      pieces.append((low: field.low, width: field.width, name: field.name))
      top = field.low
    }
    if top > 0 { pieces.append((low: 0, width: top, name: nil)) }
    return pieces
  }

  /// Bits of a register as a description writes them, the leftmost first: `psw.code`, `psw[3..4]`.
  func spelling(of mask: UInt128, in register: RegisterID) -> [String] {
    let declared = set.registers[Int(register)]
    guard mask != BitVector.mask(declared.width) else { return [declared.name] }
    return pieces(of: register).flatMap { piece -> [String] in
      let whole = BitVector.mask(piece.width) << UInt128(piece.low)
      if let name = piece.name, mask & whole == whole { return ["\(declared.name).\(name)"] }
      return Self.runs(of: mask & whole).reversed().map { run in
        let first = number(ofBit: run.low + run.width - 1, in: declared)
        let last = number(ofBit: run.low, in: declared)
        return "\(declared.name)[\(run.width == 1 ? "\(first)" : "\(first)..\(last)")]"
      }
    }
  }

  private func number(ofBit bit: Int, in register: Register) -> Int {
    set.numbering == .msb0 ? register.width - 1 - bit : bit
  }

  /// Maximal runs of set bits, from the right.
  static func runs(of mask: UInt128) -> [(low: Int, width: Int)] {
    var runs: [(low: Int, width: Int)] = []
    var rest = mask
    while rest != 0 {
      let low = rest.trailingZeroBitCount
      let width = (~(rest >> UInt128(low))).trailingZeroBitCount
      runs.append((low: low, width: width))
      rest &= ~(BitVector.mask(width) << UInt128(low))
    }
    return runs
  }
}
