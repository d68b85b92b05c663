/// One record of a track: its identifier, key and data.
struct DiskRecord: Hashable, Sendable {
  /// Cylinder (2), head (2), record (1), as the count area says; not where it really is.
  var identifier: [UInt8]
  var key: [UInt8]
  var data: [UInt8]

  /// The eight bytes of the count area.
  var count: [UInt8] {
    identifier + [UInt8(key.count), UInt8(data.count >> 8), UInt8(data.count & 0xFF)]
  }
}

/// A track of a 2311: home address, track descriptor record (R0) and the records behind it.
struct DiskTrack: Hashable, Sendable {
  /// Bytes that one record without key may have (GA26-5988).
  static let capacity = 3625
  /// Flag (1), cylinder (2), head (2).
  var homeAddress: [UInt8]
  /// R0 first; never empty.
  var records: [DiskRecord]

  /// As the factory delivers it.
  init(cylinder: Int, head: Int) {
    let place = [
      UInt8(cylinder >> 8), UInt8(cylinder & 0xFF), UInt8(head >> 8), UInt8(head & 0xFF),
    ]
    homeAddress = [0] + place
    records = [
      DiskRecord(identifier: place + [0], key: [], data: [UInt8](repeating: 0, count: 8))
    ]
  }

  init(homeAddress: [UInt8], records: [DiskRecord]) {
    self.homeAddress = homeAddress
    self.records = records
  }

  /// What records behind R0 take, the last one less than the others: "track capacity" in GA26-5988.
  static func space(_ lengths: some BidirectionalCollection<(key: Int, data: Int)>) -> Int {
    guard let last = lengths.last else { return 0 }
    let before = lengths.dropLast().reduce(0) {
      $0 + ($1.key == 0 ? 61 : 81) + ($1.key + $1.data) * 537 / 512
    }
    return before + (last.key == 0 ? 0 : 20) + last.key + last.data
  }

  /// Whether a record of these lengths fits behind the first `count` records.
  func hasRoom(behind count: Int, key: Int, data: Int) -> Bool {
    let lengths = records.prefix(count).dropFirst().map { (key: $0.key.count, data: $0.data.count) }
    return count <= 255 && DiskTrack.space(lengths + [(key: key, data: data)]) <= DiskTrack.capacity
  }

  /// Whether it could have been written.
  var isPossible: Bool {
    let lengths = records.dropFirst().map { (key: $0.key.count, data: $0.data.count) }
    return DiskTrack.space(lengths) <= DiskTrack.capacity
  }
}
