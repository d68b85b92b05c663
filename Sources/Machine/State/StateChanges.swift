import ISACore

extension Core {
  /// Sets all registers and memories to zero.
  mutating func clearState() {
    for index in 0..<registers.wordCount where registers.words[index] != 0 {
      journal.record(registers.words + index)
      registers.words[index] = 0
    }
    for memory in 0..<memoryCount { memories[memory].clear(&journal) }
  }

  /// What differs from what it was when the journal had `position` entries.
  func changes(since position: Int) -> [StateChange] {
    var registerChanges: [StateChange] = []
    var unitChanges: [StateChange] = []
    let first = journal.firstValues(since: position)
    for (word, (_, page)) in first {
      if let page {
        appendUnits(of: word, page, first, to: &unitChanges)
      } else {
        appendElement(of: word, first, to: &registerChanges)
      }
    }
    registerChanges.sort { Core.order($0.place) < Core.order($1.place) }
    unitChanges.sort { Core.order($0.place) < Core.order($1.place) }
    return registerChanges + unitChanges
  }

  private typealias FirstValues =
    [UnsafeMutablePointer<UInt64>: (old: UInt64, page: UnsafeMutablePointer<Page>?)]

  private static func order(_ place: StateChange.Place) -> (Int32, UInt64) {
    switch place {
    case .register(let register, let element): (register, UInt64(element))
    case .unit(let memory, let address): (memory, address)
    }
  }

  private func appendElement(
    of word: UnsafeMutablePointer<UInt64>, _ first: FirstValues, to changes: inout [StateChange]
  ) {
    let (register, element) = registers.place(of: word)
    let layout = registers.layouts[register]
    let start = registers.words + Int(layout.base) + element * Int(layout.stride)
    // Of an element in two words the lower one speaks, unless it was never written.
    if word != start && first[start] != nil { return }
    var old: UInt128 = 0
    for index in (0..<Int(layout.stride)).reversed() {
      old = old << 64 | UInt128(first[start + index]?.old ?? start[index])
    }
    let new = registers.value(register, element)
    guard old != new else { return }
    changes.append(
      StateChange(
        place: .register(RegisterID(register), element: element), before: old, after: new))
  }

  private func appendUnits(
    of word: UnsafeMutablePointer<UInt64>, _ page: UnsafeMutablePointer<Page>,
    _ first: FirstValues, to changes: inout [StateChange]
  ) {
    let memory = Int(page.pointee.memory)
    let cellShift = memories[memory].cellShift
    let base = memories[memory].number(of: page) << memories[memory].pageShift
    let index = word - page.pointee.words
    if cellShift == 4 {
      let start = page.pointee.words + (index & ~1)
      if word != start && first[start] != nil { return }
      let old =
        UInt128(first[start + 1]?.old ?? start[1]) << 64 | UInt128(first[start]?.old ?? start[0])
      let new = UInt128(start[1]) << 64 | UInt128(start[0])
      guard old != new else { return }
      changes.append(
        StateChange(
          place: .unit(MemoryID(memory), address: base + UInt64(index / 2)), before: old,
          after: new))
      return
    }
    guard let old = first[word]?.old, old != word.pointee else { return }
    let cells = 8 >> cellShift
    for cell in 0..<cells {
      let before = Core.cell(cell, of: old, shift: cellShift)
      let after = Core.cell(cell, of: word.pointee, shift: cellShift)
      guard before != after else { continue }
      changes.append(
        StateChange(
          place: .unit(MemoryID(memory), address: base + UInt64(index * cells + cell)),
          before: UInt128(before), after: UInt128(after)))
    }
  }

  /// One cell of a word as the host keeps it in memory.
  private static func cell(_ index: Int, of word: UInt64, shift: Int) -> UInt64 {
    withUnsafeBytes(of: word) { bytes in
      switch shift {
      case 0: UInt64(bytes[index])
      case 1: UInt64(bytes.load(fromByteOffset: index * 2, as: UInt16.self))
      case 2: UInt64(bytes.load(fromByteOffset: index * 4, as: UInt32.self))
      default: word
      }
    }
  }
}
