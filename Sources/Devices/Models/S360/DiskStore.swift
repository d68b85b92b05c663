import Synchronization

/// A disk pack for an IBM 2311: up to 203 cylinders of 10 tracks.
///
/// Drives are given partitions of it, ranges of cylinders that do not overlap, and each partition
/// is a disk of its own with cylinders from 0 up: the virtual disks of CP-40.
public final class DiskStore: Sendable {
  public static let mostCylinders = 203
  public static let heads = 10

  public let cylinders: Int
  private let state: Mutex<State>

  private struct State {
    /// By cylinder and head; nil: as the factory delivers it.
    var tracks: [DiskTrack?]
    var claimed: [Range<Int>] = []
  }

  /// An empty pack.
  ///
  /// - Throws: fewer than 1 or more than 203 cylinders.
  public init(cylinders: Int = DiskStore.mostCylinders) throws(DeviceError) {
    guard (1...DiskStore.mostCylinders).contains(cylinders) else {
      throw DeviceError("a disk has 1 to \(DiskStore.mostCylinders) cylinders, not \(cylinders)")
    }
    self.cylinders = cylinders
    state = Mutex(
      State(tracks: [DiskTrack?](repeating: nil, count: cylinders * DiskStore.heads)))
  }

  /// A pack from what `image` has written.
  ///
  /// - Throws: what is wrong with the image.
  public convenience init(image: [UInt8]) throws(DeviceError) {
    var reader = DiskImageReader(image)
    let (cylinders, tracks) = try reader.read()
    try self.init(cylinders: cylinders)
    for (number, track) in tracks { set(number, track) }
  }

  /// The cylinders of this range as a disk of its own; nobody else gets any of them.
  ///
  /// - Throws: the range is empty or not on the disk, or part of it has been given away.
  public func partition(_ range: Range<Int>) throws(DeviceError) -> DiskPartition {
    guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= cylinders else {
      throw DeviceError(
        "cylinders \(range.lowerBound) to \(range.upperBound - 1) are not on a disk of \(cylinders)"
      )
    }
    let isFree = state.withLock { state in
      guard !state.claimed.contains(where: { $0.overlaps(range) }) else { return false }
      state.claimed.append(range)
      return true
    }
    guard isFree else {
      throw DeviceError(
        "cylinders \(range.lowerBound) to \(range.upperBound - 1) belong to another disk already")
    }
    return DiskPartition(store: self, cylinders: range)
  }

  /// The whole pack as it is now.
  public func image() -> [UInt8] { DiskStore.image(of: tracks(0..<cylinders)) }

  fileprivate func track(_ number: Int) -> DiskTrack? { state.withLock { $0.tracks[number] } }

  fileprivate func set(_ number: Int, _ track: DiskTrack) {
    state.withLock { $0.tracks[number] = track }
  }

  fileprivate func tracks(_ range: Range<Int>) -> [DiskTrack?] {
    state.withLock {
      Array($0.tracks[range.lowerBound * DiskStore.heads..<range.upperBound * DiskStore.heads])
    }
  }

  fileprivate static func image(of tracks: [DiskTrack?]) -> [UInt8] {
    var writer = DiskImageWriter(cylinders: tracks.count / heads)
    for (number, track) in tracks.enumerated() {
      if let track { writer.append(number, track) }
    }
    return writer.finish()
  }
}

/// Cylinders of a disk that are a disk of their own.
public struct DiskPartition: Sendable {
  let store: DiskStore
  /// Of the store.
  let range: Range<Int>

  init(store: DiskStore, cylinders: Range<Int>) {
    self.store = store
    range = cylinders
  }

  public var cylinders: Int { range.count }

  /// nil: there is no such track in this partition.
  func track(cylinder: Int, head: Int) -> DiskTrack? {
    guard let number = number(cylinder, head) else { return nil }
    return store.track(number) ?? DiskTrack(cylinder: cylinder, head: head)
  }

  func set(_ track: DiskTrack, cylinder: Int, head: Int) {
    guard let number = number(cylinder, head) else { return }
    store.set(number, track)
  }

  private func number(_ cylinder: Int, _ head: Int) -> Int? {
    guard (0..<cylinders).contains(cylinder), (0..<DiskStore.heads).contains(head) else {
      return nil
    }
    return (range.lowerBound + cylinder) * DiskStore.heads + head
  }

  /// Takes over the tracks that were ever written on another disk, as far as there are cylinders
  /// for them.
  public func fill(from other: DiskPartition) {
    let first = range.lowerBound * DiskStore.heads
    for (number, track) in other.store.tracks(other.range).enumerated()
    where number < cylinders * DiskStore.heads {
      if let track { store.set(first + number, track) }
    }
  }

  /// An image of a disk that has these cylinders and no others.
  public func image() -> [UInt8] { DiskStore.image(of: store.tracks(range)) }
}
