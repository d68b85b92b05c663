/// Motorola's S-records: an image as lines of text that carry their addresses and check sums.
public enum SRecords {
  /// Whether a file looks like S-records rather than raw bytes.
  public static func looksLikeRecords(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 4 && bytes[0] == UInt8(ascii: "S")
      && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[1])
      && value(of: bytes[2]) != nil && value(of: bytes[3]) != nil
  }

  /// An image of bytes as S3 records (32-bit addresses), sixteen bytes each; nil if the units are
  /// not bytes or an address does not fit. The last record names no first instruction.
  public static func write(_ image: MemoryImage) -> String? {
    guard image.unitWidth == 8, (image.end ?? 0) <= UInt64(UInt32.max) else { return nil }
    var text = record("0", address: 0, addressBytes: 2, data: [])
    for segment in image.segments {
      for first in stride(from: 0, to: segment.units.count, by: 16) {
        let data = segment.units[first..<min(first + 16, segment.units.count)]
        text += record(
          "3", address: segment.address + UInt64(first), addressBytes: 4,
          data: data.map { UInt8(truncatingIfNeeded: $0) })
      }
    }
    return text + record("7", address: 0, addressBytes: 4, data: [])
  }

  /// Reads S1, S2 and S3 data records, and S7 to S9, which name the first instruction, or none by
  /// zero; S0, S5 and S6 are checked only.
  public static func read(
    _ bytes: [UInt8]
  ) throws(ImageError) -> (image: MemoryImage, entry: UInt64?) {
    var segments: [(address: UInt64, units: [UInt128])] = []
    var number = 0
    var count = 0
    var entry: UInt64?
    for line in bytes.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 10 }) {
      number += 1
      let line = line.last == 13 ? line.dropLast() : line
      guard !line.isEmpty else { continue }
      let (kind, address, data) = try parse(line, number: number)
      guard kind != .other else { continue }
      guard kind == .data else {
        guard entry == nil, data.isEmpty else {
          throw ImageError(
            "line \(number): " + (data.isEmpty ? "a second end" : "an end that has data"))
        }
        entry = address
        continue
      }
      guard !data.isEmpty else { continue }
      count += data.count
      guard count <= MemoryImage.mostUnits else {
        throw ImageError("line \(number): more than \(MemoryImage.mostUnits) bytes to load")
      }
      if let last = segments.last, last.address + UInt64(last.units.count) == address {
        segments[segments.count - 1].units += data
      } else {
        segments.append((address, data))
      }
    }
    guard let image = MemoryImage(unitWidth: 8, segments: segments) else {
      throw ImageError("two records fill the same address")
    }
    return (image, entry == 0 ? nil : entry)
  }

  private enum Kind { case data, end, other }

  private static func parse(
    _ line: ArraySlice<UInt8>, number: Int
  ) throws(ImageError) -> (Kind, UInt64, [UInt128]) {
    func wrong(_ what: String) -> ImageError { ImageError("line \(number): \(what)") }
    let digits = Array(line)
    guard digits.count >= 4, digits.count % 2 == 0, digits[0] == UInt8(ascii: "S") else {
      throw wrong("not an S-record")
    }
    var values: [UInt8] = []
    for index in stride(from: 2, to: digits.count, by: 2) {
      guard let high = value(of: digits[index]), let low = value(of: digits[index + 1]) else {
        throw wrong("not a hexadecimal digit")
      }
      values.append(high << 4 | low)
    }
    guard values.count == Int(values[0]) + 1 else { throw wrong("the length is wrong") }
    guard values.reduce(0, &+) == 0xFF else { throw wrong("the check sum is wrong") }
    let (kind, addressBytes): (Kind, Int)
    switch digits[1] {
    case UInt8(ascii: "1"): (kind, addressBytes) = (.data, 2)
    case UInt8(ascii: "2"): (kind, addressBytes) = (.data, 3)
    case UInt8(ascii: "3"): (kind, addressBytes) = (.data, 4)
    case UInt8(ascii: "7"): (kind, addressBytes) = (.end, 4)
    case UInt8(ascii: "8"): (kind, addressBytes) = (.end, 3)
    case UInt8(ascii: "9"): (kind, addressBytes) = (.end, 2)
    default: return (.other, 0, [])
    }
    guard values.count >= addressBytes + 2 else { throw wrong("the record is too short") }
    let address = values[1...addressBytes].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return (kind, address, values[(addressBytes + 1)..<(values.count - 1)].map { UInt128($0) })
  }

  private static func record(
    _ kind: String, address: UInt64, addressBytes: Int, data: [UInt8]
  ) -> String {
    var values = [UInt8(addressBytes + data.count + 1)]
    for index in (0..<addressBytes).reversed() {
      values.append(UInt8(truncatingIfNeeded: address >> UInt64(8 * index)))
    }
    values += data
    values.append(~values.reduce(0, &+))
    let digits = values.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
    return "S\(kind)\(digits.joined())\n"
  }

  private static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
