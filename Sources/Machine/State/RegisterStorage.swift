import ISACore

/// All registers in one run of words: one word an element up to 64 bits, two beyond.
struct RegisterStorage: ~Copyable {
  /// Where the elements of one register lie.
  struct Layout {
    /// First word of element 0.
    var base: Int32
    var count: Int32
    /// Bits of one element.
    var width: Int32
    /// Words of one element: 1 or 2.
    var stride: Int32 { width > 64 ? 2 : 1 }
  }

  let words: UnsafeMutablePointer<UInt64>
  let wordCount: Int
  let layouts: [Layout]

  init(_ registers: [Register]) {
    var layouts: [Layout] = []
    var next = 0
    for register in registers {
      let layout = Layout(
        base: Int32(next), count: Int32(register.count), width: Int32(register.width))
      layouts.append(layout)
      next += register.count * Int(layout.stride)
    }
    self.layouts = layouts
    wordCount = next
    words = .allocate(capacity: max(1, next))
    words.initialize(repeating: 0, count: max(1, next))
  }

  deinit {
    words.deallocate()
  }

  /// The element's value; 0 beyond the file.
  func value(_ register: Int, _ element: Int) -> UInt128 {
    let layout = layouts[register]
    guard element >= 0, element < Int(layout.count) else { return 0 }
    let word = words + Int(layout.base) + element * Int(layout.stride)
    return layout.stride == 2 ? UInt128(word[1]) << 64 | UInt128(word[0]) : UInt128(word[0])
  }

  /// Sets the whole element; beyond the file, nothing.
  func setValue(
    _ register: Int, _ element: Int, _ value: UInt128, _ journal: inout Journal
  ) {
    let layout = layouts[register]
    guard element >= 0, element < Int(layout.count) else { return }
    let word = words + Int(layout.base) + element * Int(layout.stride)
    let masked = value & BitVector.mask(Int(layout.width))
    journal.record(word)
    word[0] = UInt64(truncatingIfNeeded: masked)
    if layout.stride == 2 {
      journal.record(word + 1)
      word[1] = UInt64(truncatingIfNeeded: masked >> 64)
    }
  }

  /// The register and element that a word belongs to.
  func place(of word: UnsafeMutablePointer<UInt64>) -> (register: Int, element: Int) {
    let offset = word - words
    var low = 0
    var high = layouts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(layouts[middle].base) <= offset { low = middle } else { high = middle }
    }
    return (low, (offset - Int(layouts[low].base)) / Int(layouts[low].stride))
  }
}
