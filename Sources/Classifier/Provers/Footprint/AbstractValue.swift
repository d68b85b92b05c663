import ISACore

/// What is known of a value without running anything: constants bit by bit, which unchanged
/// values its bits are copies of, and the labels of the rest.
struct AbstractValue: Hashable, Sendable {
  /// Neighbouring bits of one origin.
  struct Part: Hashable, Sendable {
    /// Bits.
    var width: Int
    /// The bits, if they are known.
    var constant: UInt128?
    /// Which value the bits are taken from: equal numbers and offsets are equal bits.
    var number: Int32 = -1
    /// Lowest bit taken of that value.
    var offset: Int = 0
    var labels: Labels = []

    /// The labels; a constant has none.
    var dependence: Labels { constant == nil ? labels : [] }

    /// Some of the part's bits.
    func slice(low: Int, width: Int) -> Part {
      var part = self
      part.width = width
      if let constant {
        part.constant = constant >> UInt128(low) & BitVector.mask(width)
      } else {
        part.offset = offset + low
      }
      return part
    }

    /// Whether the bits are the same in every run in which both values exist.
    func isSame(as other: Part) -> Bool {
      if let constant { return constant == other.constant && width == other.width }
      return other.constant == nil && number == other.number && offset == other.offset
        && width == other.width
    }

    /// Whether `next` continues this part, so that the two are one.
    fileprivate func isContinued(by next: Part) -> Bool {
      if constant != nil { return next.constant != nil && width + next.width <= 128 }
      return next.constant == nil && next.number == number && next.labels == labels
        && next.offset == offset + width
    }
  }

  /// From the least significant bit up; empty for a value of width 0.
  private(set) var parts: [Part] = []

  init() {}

  init(_ part: Part) {
    if part.width > 0 { parts = [part] }
  }

  init(constant: UInt128, width: Int) {
    self.init(Part(width: width, constant: constant & BitVector.mask(width)))
  }

  init(number: Int32, offset: Int = 0, width: Int, labels: Labels) {
    self.init(Part(width: width, constant: nil, number: number, offset: offset, labels: labels))
  }

  /// Adds bits above those already there.
  mutating func append(_ part: Part) {
    guard part.width > 0 else { return }
    guard let last = parts.last, last.isContinued(by: part) else {
      parts.append(part)
      return
    }
    var joined = last
    if let low = last.constant, let high = part.constant {
      joined.constant = high << UInt128(last.width) | low
    }
    joined.width += part.width
    parts[parts.count - 1] = joined
  }

  mutating func append(_ value: AbstractValue) {
    for part in value.parts { append(part) }
  }

  /// Bits in all.
  var width: Int { parts.reduce(0) { $0 + $1.width } }

  /// The value, if every bit is known; 0 for width 0.
  var constant: UInt128? {
    switch parts.count {
    case 0: 0
    case 1: parts[0].constant
    default: nil
    }
  }

  /// Labels of all bits that are not constant.
  var labels: Labels {
    parts.reduce(into: Labels()) { $0.formUnion($1.dependence) }
  }

  /// The `width` bits from `low` up; bits beyond the value are 0.
  func slice(low: Int, width: Int) -> AbstractValue {
    var result = AbstractValue()
    var position = 0
    var wanted = low
    let end = low + width
    for part in parts where wanted < end {
      let partEnd = position + part.width
      if partEnd > wanted {
        let taken = min(partEnd, end) - wanted
        result.append(part.slice(low: wanted - position, width: taken))
        wanted += taken
      }
      position = partEnd
    }
    if wanted < end { result.append(Part(width: end - wanted, constant: 0)) }
    return result
  }

  /// The value with the bits from `low` up replaced.
  func replacing(low: Int, with value: AbstractValue) -> AbstractValue {
    let width = width
    let inserted = value.width
    var result = slice(low: 0, width: low)
    result.append(value)
    result.append(slice(low: low + inserted, width: max(0, width - low - inserted)))
    return result
  }

  /// Combines two values of equal width on stretches where both are of one origin.
  func zip(_ other: AbstractValue, _ combine: (Part, Part) -> Part) -> AbstractValue {
    AbstractValue.zip(parts, other.parts, combine)
  }

  /// Combines two lists of parts of equal width, cut where either has a cut.
  static func zip(
    _ left: [Part], _ right: [Part], _ combine: (Part, Part) -> Part
  ) -> AbstractValue {
    var result = AbstractValue()
    var (l, r) = (0, 0)
    var (usedL, usedR) = (0, 0)
    while l < left.count, r < right.count {
      let width = min(left[l].width - usedL, right[r].width - usedR)
      result.append(
        combine(
          left[l].slice(low: usedL, width: width), right[r].slice(low: usedR, width: width)))
      usedL += width
      usedR += width
      if usedL == left[l].width { (l, usedL) = (l + 1, 0) }
      if usedR == right[r].width { (r, usedR) = (r + 1, 0) }
    }
    return result
  }

  /// The parts, with constants cut into runs of equal bits.
  var runs: [Part] {
    parts.flatMap { part -> [Part] in
      guard let constant = part.constant else { return [part] }
      var runs: [Part] = []
      var position = 0
      while position < part.width {
        let rest = constant >> UInt128(position)
        let length = min(
          part.width - position,
          rest & 1 == 0 ? rest.trailingZeroBitCount : (~rest).trailingZeroBitCount)
        runs.append(part.slice(low: position, width: length))
        position += length
      }
      return runs
    }
  }

  /// Whether both are the same bits in every run.
  func isSame(as other: AbstractValue) -> Bool {
    guard parts.count == other.parts.count else { return false }
    return Swift.zip(parts, other.parts).allSatisfy { $0.isSame(as: $1) }
  }
}
