import ISACore

/// One encoding as the decoder matches it: fixed bits, where the fields are, what constrains them.
struct EncodingPattern: Sendable {
  enum Meaning: Hashable, Sendable {
    case form(FormReference)
    /// Index into `InstructionSet.prefixes`.
    case prefix(Int)
  }
  /// A run of field bits; a field in several pieces has the first piece on top.
  struct Piece: Sendable {
    var field: Int
    var start: Int
    var width: Int
  }

  let meaning: Meaning
  /// The fixed bits.
  let value: BitString
  /// Ones where bits are fixed.
  let significant: BitString
  let pieces: [Piece]
  let fieldWidths: [Int]
  /// Fields whose units are stored the other way round.
  let reversedFields: [Int]
  /// One past the last bit of each field.
  let fieldEnds: [Int]
  let fieldConstraints: [(field: Int, isEqual: Bool, value: UInt128)]
  let contextConstraints: [(context: Int, isEqual: Bool, value: UInt128)]
  let bitCount: Int
  let unitCount: Int
  private let unitWidth: Int

  init(_ encoding: Encoding, fields: [EncodingField], meaning: Meaning, unitWidth: Int) {
    var value = BitString()
    var significant = BitString()
    var pieces: [Piece] = []
    var widths = fields.map(\.width)
    for segment in encoding.segments {
      switch segment {
      case .fixed(let bits, let width):
        value.append(bits, width: width)
        significant.append(.max, width: width)
      case .field(let field, let width):
        pieces.append(Piece(field: field, start: value.count, width: width))
        while widths.count <= field { widths.append(0) }
        // A prefix declares no fields: the bits say how wide they are.
        if field >= fields.count { widths[field] += width }
        value.append(0, width: width)
        significant.append(0, width: width)
      case .ignored(let width), .shouldBeZero(let width):
        value.append(0, width: width)
        significant.append(0, width: width)
      }
    }
    var ends = widths.map { _ in 0 }
    for piece in pieces { ends[piece.field] = max(ends[piece.field], piece.start + piece.width) }
    self.meaning = meaning
    self.value = value
    self.significant = significant
    self.pieces = pieces
    self.unitWidth = unitWidth
    fieldWidths = widths
    fieldEnds = ends
    reversedFields = fields.indices.filter {
      fields[$0].isLittleEndian && fields[$0].width > unitWidth
    }
    bitCount = value.count
    unitCount = (value.count + unitWidth - 1) / unitWidth
    fieldConstraints = encoding.constraints.compactMap {
      guard case .field(let field) = $0.subject else { return nil }
      return (field, $0.isEqual, $0.value)
    }
    contextConstraints = encoding.constraints.compactMap {
      guard case .context(let context) = $0.subject else { return nil }
      return (Int(context), $0.isEqual, $0.value)
    }
  }

  /// Whether nothing among the first `known` bits or in the contexts rules the encoding out.
  func isConsistent(with bits: BitString, known: Int, contexts: [UInt128]) -> Bool {
    for index in value.words.indices {
      let differing = (bits[index] ^ value[index]) & significant[index]
      if differing & BitString.mask(word: index, below: known) != 0 { return false }
    }
    for (context, isEqual, wanted) in contextConstraints {
      let actual = context < contexts.count ? contexts[context] : 0
      if (actual == wanted) != isEqual { return false }
    }
    for (field, isEqual, wanted) in fieldConstraints where fieldEnds[field] <= known {
      if (self.field(field, in: bits) == wanted) != isEqual { return false }
    }
    return true
  }

  /// Number of leading bits up to the first fixed bit that differs.
  func agreement(with bits: BitString, known: Int) -> Int {
    for index in value.words.indices {
      let differing =
        (bits[index] ^ value[index]) & significant[index]
        & BitString.mask(word: index, below: known)
      if differing != 0 { return index * 64 + differing.leadingZeroBitCount }
    }
    return min(known, bitCount)
  }

  // MARK: Fields

  /// The field's value.
  func field(_ index: Int, in bits: BitString) -> UInt128 {
    var value: UInt128 = 0
    for piece in pieces where piece.field == index {
      value = value << UInt128(piece.width) | bits.bits(piece.start, width: piece.width)
    }
    return reversedFields.contains(index) ? reversed(value, width: fieldWidths[index]) : value
  }

  func fields(in bits: BitString) -> [UInt128] {
    var values = Array(repeating: UInt128(0), count: fieldWidths.count)
    for piece in pieces {
      values[piece.field] =
        values[piece.field] << UInt128(piece.width) | bits.bits(piece.start, width: piece.width)
    }
    for index in reversedFields {
      values[index] = reversed(values[index], width: fieldWidths[index])
    }
    return values
  }

  /// The encoding with these field values; ignored bits and bits that should be zero are zero.
  func encode(_ fields: [UInt128]) -> BitString {
    var rest = fieldWidths.map { $0 }
    var bits = BitString()
    var position = 0
    for piece in pieces {
      copyFixed(from: position, to: piece.start, into: &bits)
      var value = piece.field < fields.count ? fields[piece.field] : 0
      if reversedFields.contains(piece.field) {
        value = reversed(value, width: fieldWidths[piece.field])
      }
      rest[piece.field] -= piece.width
      bits.append(value >> UInt128(max(0, rest[piece.field])), width: piece.width)
      position = piece.start + piece.width
    }
    copyFixed(from: position, to: bitCount, into: &bits)
    return bits
  }

  private func copyFixed(from start: Int, to end: Int, into bits: inout BitString) {
    var position = start
    while position < end {
      let take = min(128, end - position)
      bits.append(value.bits(position, width: take), width: take)
      position += take
    }
  }

  /// The units of a whole-unit field in the opposite order.
  private func reversed(_ value: UInt128, width: Int) -> UInt128 {
    var result: UInt128 = 0
    for unit in 0..<(width / unitWidth) {
      let bits = value >> UInt128(unit * unitWidth) & BitVector.mask(unitWidth)
      result = result << UInt128(unitWidth) | bits
    }
    return result
  }
}
