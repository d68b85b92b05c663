import Foundation

/// Where pages go that the real machine has no room for: slots of one page each in a file, or in
/// the host's memory.
public final class Drum {
  private let file: FileHandle?
  private var slots: [[UInt64]] = []
  private var free: [Int] = []
  private var count = 0
  /// Pages that it holds at most.
  public let capacity: Int
  public private(set) var reads: UInt64 = 0
  public private(set) var writes: UInt64 = 0

  /// - Parameter file: open for reading and writing; nil keeps the pages in memory.
  public init(capacity: Int, file: FileHandle? = nil) {
    self.capacity = capacity
    self.file = file
  }

  /// Keeps a page; nil if the drum is full or its file cannot be written.
  func write(_ words: [UInt64]) -> Int? {
    guard let slot = free.popLast() ?? (count < capacity ? count : nil) else { return nil }
    if slot == count { count += 1 }
    writes += 1
    if let file {
      let data = words.withUnsafeBytes { Data($0) }
      do {
        try file.seek(toOffset: UInt64(slot * data.count))
        try file.write(contentsOf: data)
      } catch { return nil }
    } else if slot < slots.count {
      slots[slot] = words
    } else {
      slots.append(words)
    }
    return slot
  }

  /// Gives a page of `count` words back and frees its slot; nil if the file cannot be read.
  func take(_ slot: Int, count: Int) -> [UInt64]? {
    reads += 1
    defer { free.append(slot) }
    guard let file else {
      defer { slots[slot] = [] }
      return slots[slot]
    }
    do {
      try file.seek(toOffset: UInt64(slot * count * 8))
      guard let data = try file.read(upToCount: count * 8), data.count == count * 8 else {
        return nil
      }
      return data.withUnsafeBytes { bytes in
        (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
      }
    } catch { return nil }
  }
}
