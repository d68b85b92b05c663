import ISACore

/// What a program puts into memory: runs of addressable units.
public struct MemoryImage: Sendable {
  /// Bits of one unit.
  public let unitWidth: Int
  /// Values by address of the first unit, in ascending order, neither overlapping nor touching.
  public private(set) var segments: [(address: UInt64, units: [UInt128])] = []

  /// The most units an image may hold.
  public static let mostUnits = 1 << 22

  public init(unitWidth: Int) {
    self.unitWidth = unitWidth
  }

  /// - Parameter segments: in any order.
  /// - Returns: nil if two overlap.
  init?(unitWidth: Int, segments: [(address: UInt64, units: [UInt128])]) {
    self.unitWidth = unitWidth
    for segment in segments.sorted(by: { $0.address < $1.address }) where !segment.units.isEmpty {
      if let end = self.end {
        guard segment.address >= end else { return nil }
        if segment.address == end {
          self.segments[self.segments.count - 1].units += segment.units
          continue
        }
      }
      self.segments.append(segment)
    }
  }

  /// The address of the first unit.
  public var start: UInt64? { segments.first?.address }

  /// One past the last unit.
  public var end: UInt64? {
    segments.last.map { $0.address &+ UInt64($0.units.count) }
  }

  /// Units held, gaps not counted.
  public var count: Int { segments.reduce(0) { $0 + $1.units.count } }

  /// Bytes that one unit takes in a file.
  public var bytesPerUnit: Int { (unitWidth + 7) / 8 }

  /// The whole image from its first to its last unit, gaps filled with zero, each unit in as many
  /// bytes as it needs, most significant first. nil if that is more than `mostUnits`.
  public func rawBytes() -> [UInt8]? {
    guard let start, let end else { return [] }
    guard end - start <= UInt64(Self.mostUnits) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(end - start) * bytesPerUnit)
    for segment in segments {
      let gap = Int(segment.address - start) * bytesPerUnit - bytes.count
      bytes.append(contentsOf: repeatElement(0, count: gap))
      for unit in segment.units {
        for index in (0..<bytesPerUnit).reversed() {
          bytes.append(UInt8(truncatingIfNeeded: unit >> UInt128(8 * index)))
        }
      }
    }
    return bytes
  }

  /// The reverse of `rawBytes`, placed at `address`; a last unit that is cut short is dropped.
  public init(rawBytes: [UInt8], at address: UInt64, unitWidth: Int) {
    self.unitWidth = unitWidth
    let size = (unitWidth + 7) / 8
    let mask = BitVector.mask(unitWidth)
    var units: [UInt128] = []
    units.reserveCapacity(rawBytes.count / size)
    for first in stride(from: 0, through: rawBytes.count - size, by: size) {
      let unit = rawBytes[first..<(first + size)].reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
      units.append(unit & mask)
    }
    if !units.isEmpty { segments = [(address, units)] }
  }
}
