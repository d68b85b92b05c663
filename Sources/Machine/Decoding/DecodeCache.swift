import ISACore

/// Decoded instructions by the real address they were read from.
///
/// An instruction is kept as its form's program and an image of the program's inputs. It is valid
/// as long as no write has touched the lines of its page that hold instructions.
struct DecodeCache: ~Copyable {
  struct Entry {
    /// Where it was read from, and the state of the page at that time.
    var page: UnsafeMutablePointer<Page>
    var generation: UInt64
    var realAddress: UInt64
    var program: ProgramPointer
    var form: FormReference
    /// Addressable units.
    var length: Int
  }

  static let capacity = 4096

  /// nil until the first instruction is kept: many machines only ever execute single forms.
  private var entries: UnsafeMutablePointer<Entry?>?
  /// By entry: the inputs, then the start values of the contexts.
  private var images: UnsafeMutablePointer<UInt64>?
  private let imageWords: Int
  private let inputWords: Int

  /// - Parameters:
  ///   - inputWords: words of the longest input image of any form.
  ///   - contexts: number of decode-time variables; start values take two words each.
  init(inputWords: Int, contexts: Int) {
    self.inputWords = inputWords
    imageWords = inputWords + 2 * contexts
  }

  deinit {
    entries?.deallocate()
    images?.deallocate()
  }

  private mutating func allocate() {
    let entries = UnsafeMutablePointer<Entry?>.allocate(capacity: DecodeCache.capacity)
    entries.initialize(repeating: nil, count: DecodeCache.capacity)
    self.entries = entries
    images = .allocate(capacity: DecodeCache.capacity * imageWords)
  }

  @inline(__always)
  private func index(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address &* 0x9E37_79B9_7F4A_7C15) &>> 52)
  }

  /// The instruction at a real address if it was decoded from what is still there; its inputs are
  /// then in its program's frame.
  @inline(__always)
  func find(_ address: UInt64, contexts: [UInt128]) -> Entry? {
    let index = index(address)
    guard let entries, let images, let entry = entries[index], entry.realAddress == address,
      entry.page.pointee.generation == entry.generation
    else { return nil }
    let image = images + index * imageWords
    if !contexts.isEmpty {
      for (number, value) in contexts.enumerated() {
        let words = image + inputWords + 2 * number
        if value != UInt128(words[1]) << 64 | UInt128(words[0]) { return nil }
      }
    }
    entry.program.pointee.frame.update(from: image, count: entry.program.pointee.inputCount)
    return entry
  }

  /// Keeps an instruction that lies wholly in one page, with the inputs that stand in its
  /// program's frame.
  mutating func insert(
    _ entry: Entry, firstByte: Int, lastByte: Int, contexts: [UInt128]
  ) {
    for line in (firstByte >> Page.lineShift)...(lastByte >> Page.lineShift) {
      entry.page.pointee.codeLines |= 1 << UInt64(line)
    }
    if entries == nil { allocate() }
    guard let entries, let images else { return }
    let index = index(entry.realAddress)
    entries[index] = entry
    let image = images + index * imageWords
    image.initialize(from: entry.program.pointee.frame, count: entry.program.pointee.inputCount)
    for (number, value) in contexts.enumerated() {
      let slot = Slot(offset: Int32(inputWords + 2 * number), isWide: true)
      slot.set(value, in: image)
    }
  }
}
