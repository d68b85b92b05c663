/// The clock of one machine: retired instructions, and when each tick is due.
struct Clock {
  private let periods: [UInt64]
  /// By tick: the count of retired instructions at which it comes next.
  private var due: [UInt64]
  private var nextDue: UInt64
  private(set) var retired: UInt64 = 0

  init(periods: [UInt64]) {
    self.periods = periods.map { max(1, $0) }
    due = self.periods
    nextDue = due.min() ?? .max
  }

  mutating func restart() {
    self = Clock(periods: periods)
  }

  /// Counts a retired instruction; true if a tick is due.
  @inline(__always)
  mutating func retire() -> Bool {
    retired &+= 1
    return retired == nextDue
  }

  /// The ticks that are due, each once.
  mutating func takeDue() -> [Int] {
    let ticks = due.indices.filter { due[$0] == retired }
    for tick in ticks { due[tick] &+= periods[tick] }
    nextDue = due.min() ?? .max
    return ticks
  }
}
