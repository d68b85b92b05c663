import ISACore
import Verification

/// What a report about guests at once draws on.
public struct HouseReport: Sendable {
  public var isa: InstructionSet
  public var arrangement: Arrangement
  /// Steps of a turn.
  public var quantum: UInt64
  public var result: HouseResult
  public var wasCancelled: Bool

  public init(
    _ isa: InstructionSet, _ arrangement: Arrangement, quantum: UInt64, _ result: HouseResult,
    wasCancelled: Bool = false
  ) {
    self.isa = isa
    self.arrangement = arrangement
    self.quantum = quantum
    self.result = result
    self.wasCancelled = wasCancelled
  }

  var headline: String {
    let count = Words.number(result.guests.count)
    let parted = result.guests.count { !$0.isEquivalent }
    let plural = result.guests.count == 1 ? "" : "s"
    let machines = "\(count.capitalizedFirst) virtual machine\(plural)"
    if !result.audit.holds { return "\(machines) ran at once, and the monitor lost control." }
    if parted > 0 {
      return
        "\(machines) ran at once on one machine; \(Words.number(parted)) parted from the bare one."
    }
    return "\(machines) ran at once on one machine, every one as on a bare one."
  }

  var facts: [String] {
    var facts = ["\(arrangement.strategy.rawValue) monitor"]
    for (name, choices) in [
      ("real", arrangement.realChoices), ("virtual", arrangement.virtualChoices),
    ] where !choices.isEmpty {
      facts.append("\(name): \(VerificationReport.words(choices, isa))")
    }
    facts.append("turns of \(Figures.grouped(quantum)) steps")
    if arrangement.drumPages > 0 {
      facts.append("a drum of \(Figures.grouped(arrangement.drumPages)) pages")
    }
    if result.virtualDisks > 0 {
      facts.append(
        "\(Words.count(result.virtualDisks, "virtual disk")) on "
          + Words.count(result.diskPacks, "pack"))
    }
    return facts
  }

  /// Steps of all guests together.
  var steps: UInt64 { result.turns.last.map { $0.start + $0.steps } ?? 0 }

  var control: [String] { VerificationReport.figures(of: result.audit) }

  var paging: [String] {
    guard result.pageIns + result.pageOuts > 0 else { return ["none: there was storage to spare"] }
    let rate = 1000 * Double(result.pageIns) / Double(max(1, steps))
    return [
      "\(Figures.grouped(result.pageIns)) pages in", "\(Figures.grouped(result.pageOuts)) out",
      "\(Figures.decimal(rate, 2)) in per thousand steps",
    ]
  }
}

/// Who ran when, in columns of equal time.
struct Timetable {
  /// By guest, by column: the part of the column's time that it had, 0…1.
  var shares: [[Double]]
  /// By column: pages in and out per thousand steps.
  var ins: [Double]
  var outs: [Double]
  /// Steps that one column stands for.
  var stepsPerColumn: Double

  /// How many columns tell something: either they tell turns apart, or each holds a whole round.
  static func columns(_ turns: [Turn], guests: Int, most: Int) -> Int {
    guard 2 * turns.count > most else { return most }
    return max(1, min(most, turns.count / max(1, guests)))
  }

  init(_ turns: [Turn], guests: Int, columns: Int) {
    let first = turns.first?.start ?? 0
    let end = turns.last.map { $0.start + $0.steps } ?? 0
    let width = max(1e-6, Double(end - min(end, first)) / Double(columns))
    shares = Array(repeating: Array(repeating: 0, count: columns), count: guests)
    ins = Array(repeating: 0, count: columns)
    outs = ins
    stepsPerColumn = width
    for turn in turns {
      let start = Double(turn.start - first) / width
      let stop = Double(turn.start - first + turn.steps) / width
      let columnsTouched =
        min(
          columns - 1, Int(start))...max(
          min(columns - 1, Int(start)), min(columns - 1, Int(stop)))
      let length = max(stop - start, 1e-12)
      for column in columnsTouched {
        let part = max(0, min(stop, Double(column + 1)) - max(start, Double(column)))
        shares[turn.guest][column] += part
        let portion = columnsTouched.count == 1 ? 1 : part / length
        ins[column] += Double(turn.pageIns) * portion * 1000 / width
        outs[column] += Double(turn.pageOuts) * portion * 1000 / width
      }
    }
  }

  /// The largest share that a guest had of a column.
  var largestShare: Double { shares.lazy.flatMap { $0 }.max() ?? 0 }
  /// The highest rate of paging, in pages per thousand steps.
  var highestRate: Double { max(ins.max() ?? 0, outs.max() ?? 0) }
}
