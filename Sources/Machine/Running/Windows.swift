import ISACore

/// Memory that is part of another machine's memory.
///
/// A virtual machine's storage lies in the real machine's storage, a granule here and a granule
/// there. Seen from the virtual machine it is a memory like any other: reads and writes through
/// the window are reads and writes of the real units, with nothing copied.
extension Machine {
  /// Where a page of a window lies.
  public struct WindowPlace {
    public var machine: Machine
    /// A real address of that machine, a multiple of the page's units.
    public var address: UInt64

    public init(machine: Machine, address: UInt64) {
      self.machine = machine
      self.address = address
    }
  }

  /// Addressable units of one page: the most that a window shares at a time.
  public func pageUnits(_ memory: MemoryID) -> UInt64 {
    1 << core.memories[Int(memory)].pageShift
  }

  /// Turns a memory that was never written into a window on other machines' memory.
  ///
  /// - Parameter source: where the page with the first unit at this real address lies; asked at
  ///   the first access and kept until `closeWindow`. nil: reads are zero, writes are lost.
  public func openWindow(
    _ memory: MemoryID, source: @escaping (_ address: UInt64) -> WindowPlace?
  ) {
    let shift = core.memories[Int(memory)].pageShift
    core.memories[Int(memory)].becomeWindow { number in
      guard let place = source(number << shift) else { return nil }
      return place.machine.core.memories[Int(memory)].pageForWindow(place.address >> shift)
    }
  }

  /// Forgets where the page with a real address lies; the next access asks again.
  public func closeWindow(_ memory: MemoryID, _ address: UInt64) {
    core.memories[Int(memory)].closeWindow(page: address >> core.memories[Int(memory)].pageShift)
  }

  /// The contents of the page with a real address, as words of the host.
  public func pageContents(_ memory: MemoryID, _ address: UInt64) -> [UInt64] {
    var words: [UInt64] = []
    core.memories[Int(memory)].copyPage(
      address >> core.memories[Int(memory)].pageShift, to: &words)
    return words
  }

  /// Replaces the contents of the page with a real address. No snapshot may be open that has seen
  /// the page: this is not taken back.
  public func replacePage(_ memory: MemoryID, _ address: UInt64, with words: [UInt64]) {
    core.memories[Int(memory)].replacePage(
      address >> core.memories[Int(memory)].pageShift, with: words)
  }
}
