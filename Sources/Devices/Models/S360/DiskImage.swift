/// The image of a disk, a format of this program's own. Numbers have their highest byte first.
///
/// | bytes | content |
/// | --- | --- |
/// | 8 | `POPEKCKD` |
/// | 2, 2, 2, 2 | version (1), cylinders, heads (10), 0 |
/// | per track that was ever written | its number (4), home address (5), records (2), and per record the count area (8), key and data |
/// | 4 | 0xFFFFFFFF |
/// | 4 | check sum of all that stands before it (FNV-1a, 32 bits) |
enum DiskImage {
  static let magic = Array("POPEKCKD".utf8)
  static let version = 1
  static let endMark = 0xFFFF_FFFF
  /// No image is larger: 2,030 tracks, full of the shortest records.
  static let largest = 32 << 20

  static func checksum(_ bytes: some Sequence<UInt8>) -> Int {
    var sum: UInt32 = 0x811C_9DC5
    for byte in bytes { sum = (sum ^ UInt32(byte)) &* 0x0100_0193 }
    return Int(sum)
  }
}

struct DiskImageWriter {
  private var bytes = DiskImage.magic

  init(cylinders: Int) {
    put(DiskImage.version, 2)
    put(cylinders, 2)
    put(DiskStore.heads, 2)
    put(0, 2)
  }

  private mutating func put(_ value: Int, _ count: Int) {
    for index in (0..<count).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index)))
    }
  }

  mutating func append(_ number: Int, _ track: DiskTrack) {
    put(number, 4)
    bytes += track.homeAddress
    put(track.records.count, 2)
    for record in track.records { bytes += record.count + record.key + record.data }
  }

  mutating func finish() -> [UInt8] {
    put(DiskImage.endMark, 4)
    put(DiskImage.checksum(bytes), 4)
    return bytes
  }
}

struct DiskImageReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private func damage(_ what: String) -> DeviceError {
    DeviceError("the disk image is damaged at byte \(position): \(what)")
  }

  private mutating func take(_ count: Int) throws(DeviceError) -> [UInt8] {
    guard count <= bytes.count - position else { throw damage("it ends too early") }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  private mutating func number(_ count: Int) throws(DeviceError) -> Int {
    try take(count).reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func read() throws(DeviceError) -> (cylinders: Int, tracks: [(Int, DiskTrack)]) {
    guard bytes.count <= DiskImage.largest else {
      throw DeviceError(
        "the disk image has \(bytes.count) bytes, none has more than \(DiskImage.largest)")
    }
    guard bytes.starts(with: DiskImage.magic) else {
      throw DeviceError("this is no disk image: it does not begin with POPEKCKD")
    }
    position = DiskImage.magic.count
    let version = try number(2)
    guard version == DiskImage.version else {
      throw DeviceError("the disk image has version \(version), this program reads version 1")
    }
    let (cylinders, heads) = (try number(2), try number(2))
    guard (1...DiskStore.mostCylinders).contains(cylinders), heads == DiskStore.heads else {
      throw DeviceError(
        "the disk image has \(cylinders) cylinders of \(heads) tracks; a 2311 has at most "
          + "\(DiskStore.mostCylinders) of \(DiskStore.heads)")
    }
    _ = try number(2)
    let tracks = try tracks(below: cylinders * heads)
    let sum = DiskImage.checksum(bytes[..<position])
    guard try number(4) == sum else { throw damage("the check sum is wrong") }
    guard position == bytes.count else { throw damage("there is more behind its end") }
    return (cylinders, tracks)
  }

  private mutating func tracks(below count: Int) throws(DeviceError) -> [(Int, DiskTrack)] {
    var tracks: [(Int, DiskTrack)] = []
    var last = -1
    while true {
      let number = try number(4)
      if number == DiskImage.endMark { return tracks }
      guard number > last, number < count else { throw damage("track \(number) is out of place") }
      last = number
      tracks.append((number, try track()))
    }
  }

  private mutating func track() throws(DeviceError) -> DiskTrack {
    let homeAddress = try take(5)
    let count = try number(2)
    guard (1...256).contains(count) else { throw damage("a track of \(count) records") }
    var records: [DiskRecord] = []
    for _ in 0..<count {
      let identifier = try take(5)
      let (key, data) = (try number(1), try number(2))
      records.append(
        DiskRecord(identifier: identifier, key: try take(key), data: try take(data)))
    }
    let track = DiskTrack(homeAddress: homeAddress, records: records)
    guard track.isPossible else { throw damage("the records do not fit on their track") }
    return track
  }
}
