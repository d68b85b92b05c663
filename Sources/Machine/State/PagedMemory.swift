import ISACore

/// The real units of one memory: sparse, zero until written, pages allocated on the first write.
///
/// Units lie in cells of 1, 2, 4, 8 or 16 bytes; units of eight bits, the common case, are moved
/// several at a time.
struct PagedMemory: ~Copyable {
  typealias PagePointer = UnsafeMutablePointer<Page>

  /// Pages of one machine: 2 GiB of host storage.
  static let pageLimit = 1 << 19
  /// Up to this many pages are found by index instead of by hashing.
  private static let denseLimit: UInt64 = 1 << 13

  /// Words of a line; pages have whole lines.
  private static let lineWords = 1 << (Page.lineShift - 3)

  let identifier: Int32
  let isBigEndian: Bool
  let unitWidth: Int
  /// Real addresses are 0 ..< size.
  let size: UInt64
  let addressMask: UInt64
  /// Logarithm of the bytes of a cell.
  let cellShift: Int
  /// Logarithm of the units of a page.
  let pageShift: UInt64
  private let offsetMask: UInt64
  /// The whole page table if the memory is small, else an open hash table.
  private var table: UnsafeMutablePointer<PagePointer?>
  private var tableCount: Int
  private var isDense: Bool
  private var pageCount = 0
  /// A write found no page left.
  private(set) var isExhausted = false
  /// Bytes of one page.
  private let pageBytes: Int
  /// Where the pages of a window on another machine's memory come from; nil for a memory with
  /// pages of its own.
  private var source: ((UInt64) -> PagePointer?)?

  /// - Parameter granule: units that may be shared one by one with another memory, a power of two;
  ///   pages are no larger.
  init(_ memory: Memory, identifier: Int, endianness: Endianness, granule: UInt64?) {
    self.identifier = Int32(identifier)
    isBigEndian = endianness == .big
    unitWidth = memory.unitWidth
    size = memory.size
    addressMask = UInt64(truncatingIfNeeded: BitVector.mask(memory.addressWidth))
    var cell = 0
    while (8 << cell) < memory.unitWidth { cell += 1 }
    cellShift = cell
    let finest = UInt64(Page.lineShift - cell)
    let shift = granule.map { UInt64($0.trailingZeroBitCount) } ?? UInt64(Page.byteShift - cell)
    pageShift = min(max(shift, finest), UInt64(Page.byteShift - cell))
    pageBytes = 1 << (Int(pageShift) + cell)
    offsetMask = (1 << pageShift) - 1
    let pages = memory.size == 0 ? 0 : ((memory.size - 1) >> pageShift) + 1
    isDense = pages <= PagedMemory.denseLimit
    tableCount = isDense ? max(1, Int(pages)) : 1024
    table = .allocate(capacity: tableCount)
    table.initialize(repeating: nil, count: tableCount)
  }

  deinit {
    for index in 0..<tableCount {
      guard source == nil, let page = table[index] else { continue }
      page.pointee.words.deallocate()
      page.deallocate()
    }
    table.deallocate()
  }

  // MARK: Pages

  /// The page with a number below that of the last page, or nil if it was never written.
  @inline(__always)
  func page(_ number: UInt64) -> PagePointer? {
    isDense ? table[Int(truncatingIfNeeded: number)] : hashedPage(number)
  }

  @inline(__always)
  private func slot(_ number: UInt64) -> Int {
    Int(truncatingIfNeeded: (number &* 0x9E37_79B9_7F4A_7C15) &>> 32) & (tableCount &- 1)
  }

  private func hashedPage(_ number: UInt64) -> PagePointer? {
    var index = slot(number)
    while let page = table[index] {
      if page.pointee.number == number { return page }
      index = (index &+ 1) & (tableCount &- 1)
    }
    return nil
  }

  /// The page for reading; nil: it is all zeros.
  @inline(__always)
  private func readablePage(_ number: UInt64) -> PagePointer? {
    page(number) ?? fetchPage(number)
  }

  /// The page, allocated if need be; nil if the host grants no more.
  @inline(__always)
  private mutating func writablePage(_ number: UInt64) -> PagePointer? {
    page(number) ?? fetchPage(number) ?? makePage(number)
  }

  /// The page of a window that is not there yet.
  @inline(never)
  private func fetchPage(_ number: UInt64) -> PagePointer? {
    guard let source, let page = source(number) else { return nil }
    table[Int(number)] = page
    return page
  }

  @inline(never)
  private mutating func makePage(_ number: UInt64) -> PagePointer? {
    guard source == nil else { return nil }
    guard pageCount < PagedMemory.pageLimit else {
      isExhausted = true
      return nil
    }
    let wordCount = pageBytes / 8
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: wordCount)
    words.initialize(repeating: 0, count: wordCount)
    let page = PagePointer.allocate(capacity: 1)
    page.initialize(
      to: Page(memory: identifier, number: number, generation: 0, codeLines: 0, words: words))
    pageCount += 1
    if isDense {
      table[Int(number)] = page
    } else {
      if pageCount * 2 > tableCount { growTable() }
      insert(page)
    }
    return page
  }

  private mutating func insert(_ page: PagePointer) {
    var index = slot(page.pointee.number)
    while table[index] != nil { index = (index &+ 1) & (tableCount &- 1) }
    table[index] = page
  }

  private mutating func growTable() {
    let old = table
    let oldCount = tableCount
    tableCount *= 2
    table = .allocate(capacity: tableCount)
    table.initialize(repeating: nil, count: tableCount)
    for index in 0..<oldCount {
      if let page = old[index] { insert(page) }
    }
    old.deallocate()
  }

  // MARK: Windows

  /// Turns the memory into a window: its pages are another memory's, as `source` finds them by
  /// number. The memory must not have been written yet.
  mutating func becomeWindow(_ source: @escaping (UInt64) -> PagePointer?) {
    if !isDense {
      table.deallocate()
      tableCount = Int(((size - 1) >> pageShift) + 1)
      isDense = true
      table = .allocate(capacity: tableCount)
      table.initialize(repeating: nil, count: tableCount)
    }
    self.source = source
  }

  /// Forgets a page of a window; the next access asks the source again.
  func closeWindow(page number: UInt64) {
    guard source != nil, number < UInt64(tableCount), let page = table[Int(number)] else { return }
    // What was decoded through the window was found by an address that no longer leads here.
    page.pointee.forgetCode()
    table[Int(number)] = nil
  }

  /// The number under which a page is found in this memory.
  func number(of page: PagePointer) -> UInt64 {
    guard source != nil else { return page.pointee.number }
    for index in 0..<tableCount where table[index] == page { return UInt64(index) }
    return page.pointee.number
  }

  /// A page for somebody else's window, allocated if need be.
  mutating func pageForWindow(_ number: UInt64) -> PagePointer? {
    number <= (size &- 1) &>> pageShift ? writablePage(number) : nil
  }

  /// Copies whole words out of a page; zeros if it was never written.
  func copyPage(_ number: UInt64, to words: inout [UInt64]) {
    guard let page = readablePage(number) else {
      words = Array(repeating: 0, count: pageBytes / 8)
      return
    }
    words = Array(UnsafeBufferPointer(start: page.pointee.words, count: pageBytes / 8))
  }

  /// Whether a page holds the same words as that of another memory of the same kind.
  func pageEquals(_ number: UInt64, _ other: UnsafeMutablePointer<PagedMemory>) -> Bool {
    let mine = readablePage(number)
    let others = other.pointee.readablePage(number)
    if mine == others { return true }
    guard let mine, let others else {
      let words = (mine ?? others)!.pointee.words
      return (0..<pageBytes / 8).allSatisfy { words[$0] == 0 }
    }
    let (one, other) = (mine.pointee.words, others.pointee.words)
    // Line by line, which takes the host a few instructions each.
    for line in stride(from: 0, to: pageBytes / 8, by: PagedMemory.lineWords) {
      var difference: UInt64 = 0
      for index in line..<line + PagedMemory.lineWords { difference |= one[index] ^ other[index] }
      if difference != 0 { return false }
    }
    return true
  }

  /// Replaces a page's words without a note in any journal: nobody may hold a snapshot of it.
  mutating func replacePage(_ number: UInt64, with words: [UInt64]) {
    guard let page = pageForWindow(number) else { return }
    page.pointee.forgetCode()
    words.withUnsafeBufferPointer {
      page.pointee.words.update(from: $0.baseAddress!, count: min($0.count, pageBytes / 8))
    }
  }

  /// Sets all units to zero.
  func clear(_ journal: inout Journal) {
    for index in 0..<tableCount {
      guard let page = table[index] else { continue }
      for word in 0..<(pageBytes / 8) where page.pointee.words[word] != 0 {
        journal.record(page.pointee.words + word, page: page)
        page.pointee.words[word] = 0
        page.pointee.invalidateCode(word: word)
      }
    }
  }

  // MARK: Single units

  /// The unit at a real address; 0 beyond the size.
  func unit(_ address: UInt64) -> UInt128 {
    guard address < size, let page = readablePage(address &>> pageShift) else {
      return 0
    }
    let cell = UnsafeRawPointer(page.pointee.words) + Int((address & offsetMask) &<< cellShift)
    switch cellShift {
    case 0: return UInt128(cell.load(as: UInt8.self))
    case 1: return UInt128(cell.load(as: UInt16.self))
    case 2: return UInt128(cell.load(as: UInt32.self))
    case 3: return UInt128(cell.load(as: UInt64.self))
    default:
      let words = cell.assumingMemoryBound(to: UInt64.self)
      return UInt128(words[1]) << 64 | UInt128(words[0])
    }
  }

  /// Writes the unit at a real address; nothing beyond the size.
  mutating func setUnit(_ address: UInt64, _ value: UInt128, _ journal: inout Journal) {
    guard address < size, let page = writablePage(address &>> pageShift) else { return }
    let offset = Int((address & offsetMask) &<< cellShift)
    touch(page, from: offset, through: offset &+ (1 &<< cellShift) &- 1, &journal)
    let cell = UnsafeMutableRawPointer(page.pointee.words) + offset
    let masked = value & BitVector.mask(unitWidth)
    switch cellShift {
    case 0: cell.storeBytes(of: UInt8(truncatingIfNeeded: masked), as: UInt8.self)
    case 1: cell.storeBytes(of: UInt16(truncatingIfNeeded: masked), as: UInt16.self)
    case 2: cell.storeBytes(of: UInt32(truncatingIfNeeded: masked), as: UInt32.self)
    case 3: cell.storeBytes(of: UInt64(truncatingIfNeeded: masked), as: UInt64.self)
    default:
      let words = cell.assumingMemoryBound(to: UInt64.self)
      words[0] = UInt64(truncatingIfNeeded: masked)
      words[1] = UInt64(truncatingIfNeeded: masked >> 64)
    }
  }

  /// Notes the words that hold the bytes `first ... last` of a page before they change.
  @inline(__always)
  private func touch(
    _ page: PagePointer, from first: Int, through last: Int, _ journal: inout Journal
  ) {
    var word = first &>> 3
    repeat {
      journal.record(page.pointee.words + word, page: page)
      page.pointee.invalidateCode(word: word)
      word &+= 1
    } while word <= last &>> 3
  }

  // MARK: Several units

  /// Whether the units are bytes of one page, all of them present.
  @inline(__always)
  private func isPlain(_ address: UInt64, _ units: Int) -> Bool {
    unitWidth == 8
      && (address & offsetMask) &+ UInt64(truncatingIfNeeded: units) <= UInt64(pageBytes)
      && address < size && UInt64(truncatingIfNeeded: units) <= size &- address
  }

  /// `units` units from a real address up, at most 64 bits in all.
  @inline(__always)
  func load(_ address: UInt64, units: Int) -> UInt64 {
    guard isPlain(address, units) else {
      return UInt64(truncatingIfNeeded: loadByUnit(address, units: units))
    }
    guard let page = readablePage(address &>> pageShift) else { return 0 }
    let bytes = UnsafeRawPointer(page.pointee.words) + Int(address & offsetMask)
    switch units {
    case 1: return UInt64(bytes.load(as: UInt8.self))
    case 2:
      let raw = bytes.loadUnaligned(as: UInt16.self)
      return UInt64(isBigEndian ? UInt16(bigEndian: raw) : UInt16(littleEndian: raw))
    case 4:
      let raw = bytes.loadUnaligned(as: UInt32.self)
      return UInt64(isBigEndian ? UInt32(bigEndian: raw) : UInt32(littleEndian: raw))
    case 8:
      let raw = bytes.loadUnaligned(as: UInt64.self)
      return isBigEndian ? UInt64(bigEndian: raw) : UInt64(littleEndian: raw)
    default:
      var value: UInt64 = 0
      for index in 0..<units {
        let byte = bytes.load(
          fromByteOffset: isBigEndian ? index : units - 1 - index, as: UInt8.self)
        value = value &<< 8 | UInt64(byte)
      }
      return value
    }
  }

  /// `units` units from a real address up, at most 128 bits in all.
  @inline(never)
  func loadByUnit(_ address: UInt64, units: Int) -> UInt128 {
    var value: UInt128 = 0
    for index in 0..<units {
      let position = isBigEndian ? index : units - 1 - index
      let unit = unit((address &+ UInt64(position)) & addressMask)
      value = value << UInt128(unitWidth) | unit
    }
    return value
  }

  /// Stores at most 64 bits as `units` units from a real address up.
  @inline(__always)
  mutating func store(
    _ address: UInt64, units: Int, value: UInt64, _ journal: inout Journal
  ) {
    guard isPlain(address, units), units > 0, let page = writablePage(address &>> pageShift) else {
      storeByUnit(address, units: units, value: UInt128(value), &journal)
      return
    }
    let offset = Int(address & offsetMask)
    touch(page, from: offset, through: offset &+ units &- 1, &journal)
    let bytes = UnsafeMutableRawPointer(page.pointee.words) + offset
    switch units {
    case 1: bytes.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
    case 2:
      let narrow = UInt16(truncatingIfNeeded: value)
      bytes.storeBytes(of: isBigEndian ? narrow.bigEndian : narrow.littleEndian, as: UInt16.self)
    case 4:
      let narrow = UInt32(truncatingIfNeeded: value)
      bytes.storeBytes(of: isBigEndian ? narrow.bigEndian : narrow.littleEndian, as: UInt32.self)
    case 8:
      bytes.storeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian, as: UInt64.self)
    default:
      var rest = value
      for index in 0..<units {
        bytes.storeBytes(
          of: UInt8(truncatingIfNeeded: rest),
          toByteOffset: isBigEndian ? units - 1 - index : index, as: UInt8.self)
        rest &>>= 8
      }
    }
  }

  /// Stores at most 128 bits as `units` units from a real address up.
  @inline(never)
  mutating func storeByUnit(
    _ address: UInt64, units: Int, value: UInt128, _ journal: inout Journal
  ) {
    for index in 0..<units {
      let fromRight = isBigEndian ? units - 1 - index : index
      setUnit(
        (address &+ UInt64(index)) & addressMask, value >> UInt128(fromRight * unitWidth), &journal)
    }
  }
}
