/// The clock of one machine. Its unit is the time of one instruction: every retired instruction
/// takes one, and so does every step spent in the wait state.
struct Clock {
  private let periods: [UInt64]
  /// By tick: the time at which it comes next.
  private var due: [UInt64]
  private(set) var nextDue: UInt64
  private(set) var now: UInt64 = 0
  private(set) var waited: UInt64 = 0

  init(periods: [UInt64]) {
    self.periods = periods.map { max(1, $0) }
    due = self.periods
    nextDue = due.min() ?? .max
  }

  var retired: UInt64 { now &- waited }

  mutating func restart() {
    self = Clock(periods: periods)
  }

  /// Counts a retired instruction; true if a tick is due.
  @inline(__always)
  mutating func retire() -> Bool {
    now &+= 1
    return now == nextDue
  }

  /// Lets `count` instruction times pass in the wait state, at most up to the next tick; true if
  /// that is due.
  mutating func wait(_ count: UInt64) -> Bool {
    waited &+= count
    return pass(count)
  }

  /// Lets `count` instruction times pass, at most up to the next tick; true if that is due.
  mutating func pass(_ count: UInt64) -> Bool {
    now &+= count
    return now == nextDue
  }

  /// The ticks that are due, each once.
  mutating func takeDue() -> [Int] {
    let ticks = due.indices.filter { due[$0] == now }
    for tick in ticks { due[tick] &+= periods[tick] }
    nextDue = due.min() ?? .max
    return ticks
  }
}
