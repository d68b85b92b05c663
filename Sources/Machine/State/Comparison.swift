import ISACore

/// Comparing and copying whole machines of one description.
extension Machine {
  /// The first real address below `size` at which two machines' memories differ; nil if nowhere.
  public func firstDifference(
    in memory: MemoryID, from other: Machine, below size: UInt64
  ) -> UInt64? {
    let mine = core.memories + Int(memory)
    let others = other.core.memories + Int(memory)
    guard size > 0 else { return nil }
    for page in 0...((size - 1) >> mine.pointee.pageShift)
    where !mine.pointee.pageEquals(page, others) {
      let first = page << mine.pointee.pageShift
      let end = min(size, first + (1 << mine.pointee.pageShift))
      for address in first..<end where unit(memory, address) != other.unit(memory, address) {
        return address
      }
    }
    return nil
  }

  /// Takes over the contents of all memories. No snapshot of this machine may be open.
  public func copyMemories(from other: Machine) {
    for memory in isa.memories.indices.map(MemoryID.init) {
      copyMemory(memory, from: other, below: other.memorySize(memory))
    }
  }

  /// Takes over a memory's contents below `size`. No snapshot of this machine may be open.
  public func copyMemory(_ memory: MemoryID, from other: Machine, below size: UInt64) {
    guard size > 0 else { return }
    let shift = core.memories[Int(memory)].pageShift
    for page in 0...((size - 1) >> shift)
    where !core.memories[Int(memory)].pageEquals(page, other.core.memories + Int(memory)) {
      replacePage(memory, page << shift, with: other.pageContents(memory, page << shift))
    }
  }
}
