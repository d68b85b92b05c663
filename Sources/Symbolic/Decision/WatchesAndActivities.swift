/// A clause watched through one of its literals.
struct Watch: BitwiseCopyable {
  /// Position of the clause.
  var clause: Int32
  /// Some other literal of the clause: if it is true, the clause need not be looked at.
  var blocker: Int32
}

/// The clauses watched through one literal. Its owner deallocates it.
struct WatchList: BitwiseCopyable {
  private(set) var base: UnsafeMutablePointer<Watch>?
  var count = 0
  private var capacity = 0

  init() {}

  @inline(__always)
  mutating func append(_ watch: Watch) {
    if count == capacity { grow() }
    (base.unsafelyUnwrapped + count).initialize(to: watch)
    count += 1
  }

  private mutating func grow() {
    capacity = max(4, capacity * 2)
    let larger = UnsafeMutablePointer<Watch>.allocate(capacity: capacity)
    if let base {
      larger.moveInitialize(from: base, count: count)
      base.deallocate()
    }
    base = larger
  }

  func deallocate() { base?.deallocate() }
}

/// Variables by activity, the most active first: a binary heap. What took part in recent conflicts
/// is active (Moskewicz et al. 2001).
struct ActivityOrder: ~Copyable {
  private var activities = RawVector<Double>()
  private var heap = RawVector<Int32>()
  /// Where a variable stands in the heap, or -1.
  private var positions = RawVector<Int32>()
  private var increment = 1.0

  init() {}

  /// Adds the next variable.
  mutating func append() {
    activities.append(0)
    positions.append(-1)
    insert(Int32(activities.count - 1))
  }

  mutating func insert(_ variable: Int32) {
    guard positions[variable] < 0 else { return }
    heap.append(variable)
    positions[variable] = Int32(heap.count - 1)
    rise(heap.count - 1)
  }

  mutating func popMostActive() -> Int32? {
    guard heap.count > 0 else { return nil }
    let top = heap[0]
    positions[top] = -1
    let last = heap.removeLast()
    if heap.count > 0 {
      heap[0] = last
      positions[last] = 0
      sink(0)
    }
    return top
  }

  mutating func bump(_ variable: Int32) {
    activities[variable] += increment
    if activities[variable] > 1e100 {
      for index in 0..<activities.count { activities[index] *= 1e-100 }
      increment *= 1e-100
    }
    if positions[variable] >= 0 { rise(Int(positions[variable])) }
  }

  /// Makes what happened so far count less.
  mutating func decay() { increment /= 0.95 }

  private func rise(_ start: Int) {
    var position = start
    let variable = heap[position]
    while position > 0 {
      let parent = (position - 1) / 2
      guard activities[heap[parent]] < activities[variable] else { break }
      heap[position] = heap[parent]
      positions[heap[position]] = Int32(position)
      position = parent
    }
    heap[position] = variable
    positions[variable] = Int32(position)
  }

  private func sink(_ start: Int) {
    var position = start
    let variable = heap[position]
    while true {
      var child = 2 * position + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, activities[heap[child + 1]] > activities[heap[child]] {
        child += 1
      }
      guard activities[heap[child]] > activities[variable] else { break }
      heap[position] = heap[child]
      positions[heap[position]] = Int32(position)
      position = child
    }
    heap[position] = variable
    positions[variable] = Int32(position)
  }
}
