/// A stretch of one memory: at most 4096 bytes of host storage at an address that never changes.
struct Page {
  static let byteShift = 12
  /// Lines of 64 bytes, one bit each in `codeLines`.
  static let lineShift = 6

  /// The memory it belongs to.
  var memory: Int32
  /// Index of the page in its memory.
  var number: UInt64
  /// Grows whenever a line that held decoded instructions is written; it is never taken back, so
  /// that a decoded instruction cannot outlive a rollback either.
  var generation: UInt64
  /// The lines that decoded instructions of this generation were read from.
  var codeLines: UInt64
  var words: UnsafeMutablePointer<UInt64>

  /// Takes note of a write to the word at `index`.
  @inline(__always)
  mutating func invalidateCode(word index: Int) {
    if codeLines &>> UInt64(truncatingIfNeeded: index &>> (Page.lineShift - 3)) & 1 != 0 {
      forgetCode()
    }
  }

  /// Whatever was decoded from the page is decoded anew.
  mutating func forgetCode() {
    generation &+= 1
    codeLines = 0
  }
}

/// Old values of machine words, in the order in which they were overwritten.
///
/// All state (registers and pages) lives in 64-bit words at fixed addresses, so one kind of entry
/// serves them all, and going back is a walk over the entries in reverse.
struct Journal: ~Copyable {
  struct Entry {
    var word: UnsafeMutablePointer<UInt64>
    var old: UInt64
    /// The page that holds the word; nil for a register.
    var page: UnsafeMutablePointer<Page>?
  }

  private(set) var entries: UnsafeMutablePointer<Entry>
  private(set) var count = 0
  private var capacity = 256

  init() {
    entries = .allocate(capacity: capacity)
  }

  deinit {
    entries.deallocate()
  }

  /// Takes note of the word's value, which is about to change.
  @inline(__always)
  mutating func record(
    _ word: UnsafeMutablePointer<UInt64>, page: UnsafeMutablePointer<Page>? = nil
  ) {
    if count == capacity { grow() }
    (entries + count).initialize(to: Entry(word: word, old: word.pointee, page: page))
    count &+= 1
  }

  @inline(never)
  private mutating func grow() {
    let wider = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
    wider.moveInitialize(from: entries, count: count)
    entries.deallocate()
    entries = wider
    capacity *= 2
  }

  /// Forgets the entries from `position` on; what they overwrote stays overwritten.
  @inline(__always)
  mutating func truncate(to position: Int) {
    count = position
  }

  /// Undoes the entries from `position` on, the youngest first.
  mutating func rollback(to position: Int) {
    var entry = entries + count
    let end = entries + position
    while entry > end {
      entry -= 1
      entry.pointee.word.pointee = entry.pointee.old
      if let page = entry.pointee.page {
        page.pointee.invalidateCode(word: entry.pointee.word - page.pointee.words)
      }
    }
    count = position
  }

  /// The value that each word written from `position` on had then.
  func firstValues(
    since position: Int
  ) -> [UnsafeMutablePointer<UInt64>: (old: UInt64, page: UnsafeMutablePointer<Page>?)] {
    var first: [UnsafeMutablePointer<UInt64>: (old: UInt64, page: UnsafeMutablePointer<Page>?)] =
      [:]
    for index in position..<max(position, count) where first[entries[index].word] == nil {
      first[entries[index].word] = (entries[index].old, entries[index].page)
    }
    return first
  }

  /// Whether all words written from `position` on have the value again that they had then.
  ///
  /// Long stretches are taken as changed: the answer serves to notice a machine that stands still.
  func isUnchanged(since position: Int) -> Bool {
    guard count - position <= 128 else { return false }
    for index in position..<max(position, count) {
      let entry = entries[index]
      if entry.word.pointee == entry.old { continue }
      let isFirst = !(position..<index).contains { entries[$0].word == entry.word }
      if isFirst { return false }
    }
    return true
  }

  /// Drops the entries between two neighbouring positions that rolling back to the older one does
  /// not need, and moves the positions accordingly. Afterwards there are no more entries between
  /// two positions than words of state.
  mutating func compact(_ positions: inout [Int]) {
    var kept = positions.first ?? count
    var seen: Set<UnsafeMutablePointer<UInt64>> = []
    var next = 0
    for index in kept..<max(kept, count) {
      while next < positions.count && positions[next] == index {
        positions[next] = kept
        next += 1
        seen.removeAll(keepingCapacity: true)
      }
      if seen.insert(entries[index].word).inserted {
        entries[kept] = entries[index]
        kept += 1
      }
    }
    while next < positions.count {
      positions[next] = kept
      next += 1
    }
    count = kept
  }
}
