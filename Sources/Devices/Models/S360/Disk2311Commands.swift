/// The commands of the 2841 (GA26-5988, "Channel Commands").
extension Disk2311 {
  /// Bit 0 of a search or read: at the index point, go on with the next track of the cylinder.
  private static func isMultitrack(_ command: UInt8) -> Bool { command & 0x80 != 0 }

  func order(_ command: UInt8) throws(Fault) -> Order {
    let wasFound = isFound
    let wasFormatting = isFormatting
    isFound = false
    isFormatting = false
    let isMultitrack = Disk2311.isMultitrack(command)
    switch command {
    case 0x07, 0x0B, 0x1B: return .output(limit: 6)
    case 0x13: return .control(try recalibrate())
    case 0x1F: return .output(limit: 1)
    // Search home address equal.
    case 0x39, 0xB9:
      try passIndex(isMultitrack: isMultitrack && area != .none)
      area = .home
      return .output(limit: 4)
    // Search identifier equal, high, equal or high.
    case 0x31, 0xB1, 0x51, 0xD1, 0x71, 0xF1:
      try passToNext(includingR0: true, isMultitrack: isMultitrack)
      return .output(limit: 5)
    // Search key equal, high, equal or high.
    case 0x29, 0xA9, 0x49, 0xC9, 0x69, 0xE9:
      // Records without a key are passed over.
      while area != .count || track.records[last].key.isEmpty {
        try passToNext(includingR0: false, isMultitrack: isMultitrack)
      }
      area = .key
      return .output(limit: track.records[last].key.count)
    case 0x02, 0x06, 0x86, 0x0E, 0x8E, 0x12, 0x92, 0x16, 0x96, 0x1A, 0x9A, 0x1E, 0x9E:
      return try read(command, isMultitrack)
    case 0x05, 0x0D, 0x11, 0x15, 0x19, 0x1D:
      return try write(command, wasFound: wasFound, wasFormatting: wasFormatting)
    default: throw .commandReject
    }
  }

  private func recalibrate() throws(Fault) -> Ending {
    let time = Pace.seek(cylinders: cylinder)
    try seek(cylinder: 0, head: 0)
    return done(0, device: time)
  }

  // MARK: Reading

  private func read(_ command: UInt8, _ isMultitrack: Bool) throws(Fault) -> Order {
    var bytes: [UInt8]
    var status: UnitStatus = []
    switch command & 0x7F {
    case 0x1A:
      try passIndex(isMultitrack: isMultitrack && area != .none)
      area = .home
      bytes = track.homeAddress
    case 0x16:
      if last != -1 || area == .none { try passIndex(isMultitrack: isMultitrack && area != .none) }
      last = 0
      area = .data
      bytes = track.records[0].count + track.records[0].key + track.records[0].data
    case 0x02:
      try seek(cylinder: 0, head: 0)
      try passToNext(includingR0: false, isMultitrack: false)
      area = .data
      bytes = track.records[last].data
    case 0x12:
      try passToNext(includingR0: false, isMultitrack: isMultitrack)
      bytes = track.records[last].count
    case 0x1E:
      try passToNext(includingR0: false, isMultitrack: isMultitrack)
      area = .data
      let record = track.records[last]
      bytes = record.count + record.key + record.data
      if record.data.isEmpty { status = .unitException }
    default:
      let withKey = command & 0x7F == 0x0E
      // Behind its own count (or key) area a record is read, else the next one.
      if area != .count && (withKey || area != .key) {
        try passToNext(includingR0: false, isMultitrack: isMultitrack)
      }
      area = .data
      let record = track.records[last]
      bytes = (withKey ? record.key : []) + record.data
      // A record without data marks the end of a file.
      if record.data.isEmpty { status = .unitException }
    }
    settle()
    return .input(bytes, done(bytes.count, status))
  }

  // MARK: Writing

  private func write(
    _ command: UInt8, wasFound: Bool, wasFormatting: Bool
  ) throws(Fault) -> Order {
    let record = last >= 0 && last < track.records.count ? track.records[last] : nil
    let allowed = mask >> 6
    switch command {
    case 0x05, 0x0D:
      guard allowed != 0b01 else { throw .fileProtected }
      guard wasFound, let record, command == 0x05 || area == .count else {
        throw .invalidSequence
      }
      return .output(limit: (command == 0x0D ? record.key.count : 0) + record.data.count)
    case 0x1D, 0x11:
      guard allowed == 0b00 || allowed == 0b11 else { throw .fileProtected }
      guard wasFound || wasFormatting, last >= 0 else { throw .invalidSequence }
    case 0x15:
      guard allowed == 0b11 else { throw .fileProtected }
      guard wasFound && area == .home || wasFormatting && last == -1 else {
        throw .invalidSequence
      }
    default:
      guard allowed == 0b11 else { throw .fileProtected }
      try passIndex(isMultitrack: false)
      return .output(limit: 5)
    }
    return .output(limit: 8, followed: { Int($0[5]) + (Int($0[6]) << 8 | Int($0[7])) })
  }

  /// Key and data with zeros where the channel gave fewer bytes.
  private static func split(
    _ bytes: ArraySlice<UInt8>, key: Int, data: Int
  ) -> (key: [UInt8], data: [UInt8]) {
    let all = bytes + [UInt8](repeating: 0, count: max(0, key + data - bytes.count))
    return (Array(all.prefix(key)), Array(all.dropFirst(key).prefix(data)))
  }

  private func writeRecord(_ command: UInt8, _ bytes: [UInt8]) throws(Fault) -> Ending {
    guard bytes.count >= 8 else { throw .commandReject }
    let (keyLength, dataLength) = (Int(bytes[5]), Int(bytes[6]) << 8 | Int(bytes[7]))
    let place = command == 0x15 ? 0 : last + 1
    guard track.hasRoom(behind: place, key: keyLength, data: dataLength) else {
      throw .trackOverrun
    }
    var new = track
    new.records.removeSubrange(place...)
    let (key, data) = Disk2311.split(bytes.dropFirst(8), key: keyLength, data: dataLength)
    if command != 0x11 {
      new.records.append(DiskRecord(identifier: Array(bytes.prefix(5)), key: key, data: data))
      last = place
    }
    write(new)
    area = .data
    isFormatting = true
    settle()
    return done(bytes.count)
  }

  // MARK: What the channel has sent

  func take(_ command: UInt8, _ bytes: [UInt8]) throws(Fault) -> Ending {
    switch command {
    case 0x07, 0x0B, 0x1B: return try seek(command, bytes)
    case 0x1F:
      guard let new = bytes.first, new & 0b0010_0111 == 0 else { throw .commandReject }
      mask = new
      return done(1)
    case 0x05, 0x0D:
      var new = track
      let record = new.records[last]
      let keyLength = command == 0x0D ? record.key.count : 0
      let (key, data) = Disk2311.split(bytes[...], key: keyLength, data: record.data.count)
      if command == 0x0D { new.records[last].key = key }
      new.records[last].data = data
      write(new)
      area = .data
      settle()
      return done(bytes.count, record.data.isEmpty ? .unitException : [])
    case 0x1D, 0x11, 0x15: return try writeRecord(command, bytes)
    case 0x19:
      guard bytes.count == 5 else { throw .commandReject }
      var new = track
      new.homeAddress = bytes
      write(new)
      last = -1
      area = .home
      isFormatting = true
      return done(5)
    default: return search(command, bytes)
    }
  }

  private func search(_ command: UInt8, _ bytes: [UInt8]) -> Ending {
    let isKey = command & 0x0F == 0x09 && command & 0x7F != 0x39
    let under =
      command & 0x7F == 0x39
      ? Array(track.homeAddress.dropFirst())
      : isKey ? track.records[last].key : track.records[last].identifier
    // Fewer bytes compare fewer bytes.
    let compared = under.prefix(bytes.count)
    let isEqual = !bytes.isEmpty && compared.elementsEqual(bytes)
    let isHigh = bytes.lexicographicallyPrecedes(compared)
    let isSatisfied =
      switch command & 0x70 {
      case 0x20, 0x30: isEqual
      case 0x40, 0x50: isHigh
      default: isEqual || isHigh
      }
    isFound = isSatisfied && isEqual
    return done(bytes.count, isSatisfied ? .statusModifier : [])
  }

  /// Bytes 0, 0, cylinder (2), head (2).
  private func seek(_ command: UInt8, _ bytes: [UInt8]) throws(Fault) -> Ending {
    let allowed = mask >> 3 & 0b11
    guard allowed == 0 || allowed == 0b01 && command != 0x07 || allowed == 0b10 && command == 0x1B
    else { throw .fileProtected }
    guard bytes.count == 6, bytes[0] == 0, bytes[1] == 0 else { throw .seekCheck }
    let head = Int(bytes[4]) << 8 | Int(bytes[5])
    let target = command == 0x1B ? cylinder : Int(bytes[2]) << 8 | Int(bytes[3])
    let distance = abs(target - cylinder)
    try seek(cylinder: target, head: head)
    return done(6, device: distance == 0 ? 0 : Pace.seek(cylinders: distance))
  }
}
