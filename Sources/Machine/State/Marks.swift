import ISACore

/// The moments that a machine can go back to, oldest first.
struct Marks {
  struct Mark {
    /// Entries of the journal at that moment.
    var position: Int
    var serial: UInt64
    var clock: Clock
    var randomState: UInt64
    var openValues: UInt64
  }

  private var marks: [Mark] = []
  private var nextSerial: UInt64 = 0
  /// Beyond this many entries the journal is worth tidying.
  private(set) var compactionThreshold = 1 << 20

  var isEmpty: Bool { marks.isEmpty }
  var count: Int { marks.count }

  /// Adds a moment; the result identifies it.
  mutating func push(
    position: Int, clock: Clock, randomState: UInt64, openValues: UInt64
  ) -> UInt64 {
    nextSerial += 1
    marks.append(
      Mark(
        position: position, serial: nextSerial, clock: clock, randomState: randomState,
        openValues: openValues))
    return nextSerial
  }

  func mark(depth: Int, serial: UInt64) -> Mark {
    precondition(
      depth < marks.count && marks[depth].serial == serial, "the snapshot is no longer valid")
    return marks[depth]
  }

  /// The moment, after which all younger ones are gone.
  mutating func top(depth: Int, serial: UInt64) -> Mark {
    let mark = mark(depth: depth, serial: serial)
    if marks.count > depth + 1 { marks.removeLast(marks.count - depth - 1) }
    return mark
  }

  /// Forgets the moment and all younger ones.
  mutating func pop(depth: Int, serial: UInt64) {
    _ = mark(depth: depth, serial: serial)
    marks.removeLast(marks.count - depth)
  }

  /// Drops what no moment needs from the journal. If that helps little, it is tried later next
  /// time, so that the work stays in proportion to what is written.
  mutating func compact(_ journal: inout Journal) {
    var positions = marks.map(\.position)
    journal.compact(&positions)
    for index in marks.indices { marks[index].position = positions[index] }
    compactionThreshold = max(1 << 20, journal.count * 2)
  }
}
