import ISACore

/// An encoding as the manual draws it: columns of bits with their numbers.
struct EncodingColumns {
  enum Kind {
    case fixed, field, ignored, shouldBeZero
  }

  struct Column {
    var kind: Kind
    /// What stands in the box: the bits, or the field's name.
    var label: String
    /// Bits.
    var width: Int
    /// The machine's numbers of the column's first and last bit in reading order.
    var first: Int
    var last: Int
  }

  var columns: [Column]
  /// Conditions beyond the bits, as `r1 ≠ 0`.
  var conditions: [String]

  init(_ form: Form, of isa: InstructionSet) {
    let numbers = BitNumbers(isa, width: form.encoding.width)
    var position = 0
    columns = form.encoding.segments.filter { $0.width > 0 }.map { segment in
      defer { position += segment.width }
      let (kind, label) = Self.contents(of: segment, in: form)
      return Column(
        kind: kind, label: label, width: segment.width, first: numbers[position],
        last: numbers[position + segment.width - 1])
    }
    conditions = form.encoding.constraints.map { constraint in
      let subject =
        switch constraint.subject {
        case .field(let index): form.fields.element(at: index)?.name ?? "?"
        case .context(let id): isa.contexts.element(at: Int(id))?.name ?? "?"
        }
      return "\(subject) \(constraint.isEqual ? "=" : "\u{2260}") \(constraint.value)"
    }
  }

  private static func contents(
    of segment: Encoding.Segment, in form: Form
  ) -> (Kind, label: String) {
    switch segment {
    case .fixed(let bits, let width): (.fixed, digits(bits, width: width))
    case .field(let index, _): (.field, form.fields.element(at: index)?.name ?? "?")
    case .ignored: (.ignored, "ignored")
    case .shouldBeZero: (.shouldBeZero, "0")
    }
  }

  /// Hexadecimal where the bits are whole digits of more than one, binary otherwise.
  static func digits(_ bits: UInt128, width: Int) -> String {
    if width % 4 == 0 && width > 4 { return BitVector(bits, width: width).hex }
    let digits = String(bits & BitVector.mask(width), radix: 2)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// The machine's own numbers of an encoding's bits.
///
/// `msb0` counts from the start. `lsb0` counts down within what one fetch brings (a byte of x86, a
/// halfword of the 68000, a word of SPARC), in the machine's byte order.
struct BitNumbers {
  private let numbering: BitNumbering
  private let endianness: Endianness
  private let unit: Int
  private let group: Int
  private let width: Int

  init(_ isa: InstructionSet, width: Int) {
    numbering = isa.numbering
    endianness = isa.endianness
    unit = max(1, isa.memories.element(at: Int(isa.fetch.memory))?.unitWidth ?? 8)
    group = unit * max(1, isa.fetch.chunk)
    self.width = width
  }

  /// - Parameter position: counted from 0 in reading order.
  subscript(position: Int) -> Int {
    guard numbering == .lsb0 else { return position }
    let start = position / group * group
    let size = min(group, max(unit, width - start))
    let offset = position - start
    guard endianness == .little else { return size - 1 - offset }
    return offset / unit * unit + (unit - 1 - offset % unit)
  }
}
