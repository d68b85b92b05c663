import Classifier
import ISACore

/// A witness's runs side by side: what the instruction read, what changed, where the runs part.
struct WitnessTable {
  struct Cell {
    /// nil: not listed before, so neither read nor different between the runs.
    var before: String?
    /// nil: unchanged.
    var after: String?
  }

  struct Row {
    var place: String
    var role: Role
    /// One per run.
    var cells: [Cell]
    /// The runs differ here before the instruction: what was varied.
    var isVaried: Bool
    /// Changed in a single run, or different after the instruction: what the witness shows.
    var isTelling: Bool
  }

  var rows: [Row]
  var captions: [String]
  var outcomes: [String]

  init(_ witness: Witness) {
    captions = witness.runs.map(\.caption)
    outcomes = witness.runs.map(\.outcome)
    var order: [String] = []
    var roles: [String: Role] = [:]
    var cells: [String: [Cell]] = [:]
    let blank = Array(repeating: Cell(before: nil, after: nil), count: witness.runs.count)
    func record(_ value: Witness.Value, _ update: (inout [Cell]) -> Void) {
      if roles.updateValue(value.role, forKey: value.place) == nil { order.append(value.place) }
      update(&cells[value.place, default: blank])
    }
    for (index, run) in witness.runs.enumerated() {
      for value in run.before { record(value) { $0[index].before = value.value } }
    }
    for (index, run) in witness.runs.enumerated() {
      for value in run.after { record(value) { $0[index].after = value.value } }
    }
    rows = order.map { place in
      let cells = cells[place] ?? blank
      let role = roles[place] ?? .plain
      let isComparison = cells.count > 1
      let isVaried = isComparison && Set(cells.map(\.before)).count > 1
      let isTelling =
        isComparison
        ? Self.differs(cells, role, isVaried: isVaried)
        : cells.first?.after != nil && role != .plain && role != .pc
      return Row(place: place, role: role, cells: cells, isVaried: isVaried, isTelling: isTelling)
    }
  }

  /// Whether the runs end differently here, where they began alike; the map, where it was moved,
  /// where it did not stay moved.
  private static func differs(_ cells: [Cell], _ role: Role, isVaried: Bool) -> Bool {
    let ends = Set(cells.map { $0.after ?? $0.before })
    guard isVaried else { return ends.count > 1 }
    return role == .map && (ends.count == 1 || Set(cells.map { $0.after == nil }).count > 1)
  }

  /// Where the witness shows what it claims.
  var telling: [Row] { rows.filter(\.isTelling) }

  /// Where the runs differ before the instruction.
  var varied: [Row] { rows.filter(\.isVaried) }
}
