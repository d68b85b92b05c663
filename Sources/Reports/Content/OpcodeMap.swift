import Classifier
import ISACore

/// The instruction set as a grid over the bits that tell instructions apart first.
///
/// The first addressable unit where it is a byte that most forms fix; otherwise the bits nearest
/// the start that most forms fix and that differ between forms. At most eight bits, so at most
/// 16 × 16 cells; several instructions may share one.
struct OpcodeMap {
  /// Positions in reading order, ascending.
  var positions: [Int]
  /// The machine's numbers of these bits.
  var numbers: [Int]
  /// The first bits choose the row, the others the column.
  var rowBits: Int
  var columnBits: Int
  /// Indices into `Classification.instructions`, row by row.
  var cells: [[Int]]

  static let maximumBits = 8
  /// Positions looked at; what decides later is shared by the cell.
  private static let horizon = 64

  /// nil if no bit tells instructions apart.
  init?(_ isa: InstructionSet, _ classification: Classification) {
    let patterns = classification.instructions.indices.flatMap { entry in
      isa.instructions[classification.instructions[entry].instruction].forms.map {
        Pattern(entry: entry, $0)
      }
    }
    let positions = Self.decisivePositions(patterns, unit: isa.firstUnitWidth)
    guard !positions.isEmpty else { return nil }
    let widest = patterns.map(\.width).max() ?? 0
    let numbers = BitNumbers(isa, width: widest)
    self.positions = positions
    self.numbers = positions.map { numbers[$0] }
    rowBits = positions.count / 2
    columnBits = positions.count - rowBits
    cells = Array(repeating: [], count: 1 << positions.count)
    for pattern in patterns {
      for cell in pattern.cells(positions) where cells[cell].last != pattern.entry {
        cells[cell].append(pattern.entry)
      }
    }
  }

  var rows: Int { 1 << rowBits }
  var columns: Int { 1 << columnBits }

  func cell(row: Int, column: Int) -> [Int] { cells[row << columnBits | column] }

  /// The bits of a row or column header: hexadecimal for four bits, binary for fewer.
  static func header(_ value: Int, bits: Int) -> String {
    bits == 4
      ? String(value, radix: 16, uppercase: true)
      : EncodingColumns.digits(UInt128(value), width: bits)
  }

  private static func decisivePositions(_ patterns: [Pattern], unit: Int) -> [Int] {
    let limit = min(horizon, patterns.map(\.width).max() ?? 0)
    var ones = Array(repeating: 0, count: limit)
    var zeros = ones
    for pattern in patterns {
      for (position, bit) in pattern.bits.prefix(limit).enumerated() {
        switch bit {
        case .one: ones[position] += 1
        case .zero: zeros[position] += 1
        case .open, .field: break
        }
      }
    }
    func fixes(_ position: Int) -> Int { ones[position] + zeros[position] }
    if unit == 8 && limit >= 8 {
      let fixed = (0..<8).reduce(0) { $0 + fixes($1) }
      if 4 * fixed >= 3 * 8 * patterns.count { return Array(0..<8) }
    }
    let decisive = (0..<limit).filter {
      2 * fixes($0) >= patterns.count && ones[$0] > 0 && zeros[$0] > 0
    }
    return Array(decisive.prefix(maximumBits))
  }

  /// What a form's encoding says about each bit.
  private struct Pattern {
    enum Bit: Equatable {
      case zero, one, open
      case field(index: Int, bit: Int)
    }
    var entry: Int
    var bits: [Bit] = []
    var constraints: [FieldConstraint]
    var fieldWidths: [Int]
    var width: Int { bits.count }

    init(entry: Int, _ form: Form) {
      self.entry = entry
      constraints = form.encoding.constraints
      fieldWidths = form.fields.map(\.width)
      for segment in form.encoding.segments {
        for offset in 0..<segment.width {
          guard bits.count < OpcodeMap.horizon else { return }
          let place = segment.width - 1 - offset
          switch segment {
          case .fixed(let value, _): bits.append(value >> UInt128(place) & 1 == 1 ? .one : .zero)
          case .field(let index, _): bits.append(.field(index: index, bit: place))
          case .ignored: bits.append(.open)
          case .shouldBeZero: bits.append(.zero)
          }
        }
      }
    }

    /// The cells that some encoding of the form falls into.
    func cells(_ positions: [Int]) -> [Int] {
      (0..<1 << positions.count).filter { cell in
        var known: [Int: (mask: UInt128, value: UInt128)] = [:]
        for (rank, position) in positions.enumerated() {
          let wanted = cell >> (positions.count - 1 - rank) & 1
          switch bits.element(at: position) ?? .open {
          case .one where wanted == 0, .zero where wanted == 1: return false
          case .field(let index, let bit):
            let (mask, value) = known[index] ?? (0, 0)
            known[index] = (
              mask | 1 << UInt128(bit), value | UInt128(wanted) << UInt128(bit)
            )
          default: break
          }
        }
        return constraints.allSatisfy { admits($0, known) }
      }
    }

    private func admits(
      _ constraint: FieldConstraint, _ known: [Int: (mask: UInt128, value: UInt128)]
    ) -> Bool {
      guard case .field(let index) = constraint.subject, let (mask, value) = known[index] else {
        return true
      }
      let agrees = constraint.value & mask == value
      if constraint.isEqual { return agrees }
      return !agrees || mask != BitVector.mask(fieldWidths[index])
    }
  }
}

extension InstructionSet {
  /// Bits of one addressable unit of the memory that instructions are fetched from.
  var firstUnitWidth: Int {
    memories.element(at: Int(fetch.memory))?.unitWidth ?? 8
  }
}
