import Assembler
import Testing

@Suite("Images")
struct ImageTests {
  @Test("S-records give back the image they were written from")
  func recordsRoundTrip() throws {
    let bytes = (0..<40).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let image = MemoryImage(rawBytes: bytes, at: 0x1234, unitWidth: 8)
    let text = try #require(SRecords.write(image))
    #expect(SRecords.looksLikeRecords(Array(text.utf8)))
    let (read, entry) = try SRecords.read(Array(text.utf8))
    #expect(entry == nil, "an image says nothing about its first instruction")
    #expect(read.segments.map(\.address) == [0x1234])
    #expect(read.rawBytes() == bytes)
  }

  @Test("records in any order, of any data type, with Windows line ends")
  func otherRecords() throws {
    // 16-, 24- and 32-bit addresses; the last two lines touch each other.
    let text = "S1050004AABB91\r\nS206000002CCDD4E\r\nS2060000001122C6\r\nS9030000FC\r\n"
    let (image, entry) = try SRecords.read(Array(text.utf8))
    #expect(image.segments.count == 1)
    #expect(image.start == 0)
    #expect(entry == nil)
    #expect(image.rawBytes() == [0x11, 0x22, 0xCC, 0xDD, 0xAA, 0xBB])
  }

  @Test(
    "what is no record is refused, by line",
    arguments: [
      ("S1050004AABB92", "line 1: the check sum is wrong"),
      ("S1050004AABB91\nS10500", "line 2: the length is wrong"),
      ("S1050004AABBX1", "line 1: not a hexadecimal digit"),
      ("hello", "line 1: not an S-record"),
      ("S1050004AABB91\nS1050005AABB90", "two records fill the same address"),
      ("S9031234B6\nS9030000FC", "line 2: a second end"),
      ("S9041234005B5A", "line 1: the length is wrong"),
      ("S90412340055", "line 1: the check sum is wrong"),
      ("S904123400B5", "line 1: an end that has data"),
    ])
  func malformedRecords(text: String, message: String) {
    #expect {
      try SRecords.read(Array(text.utf8))
    } throws: {
      "\($0)" == message
    }
  }

  @Test("the last record names the first instruction, by 16, 24 or 32 bits; zero names none")
  func entries() throws {
    for (line, entry) in [
      ("S9031234B6", 0x1234), ("S804123456\(checksum([4, 0x12, 0x34, 0x56]))", 0x12_3456),
      ("S70501234567\(checksum([5, 1, 0x23, 0x45, 0x67]))", 0x123_4567), ("S9030000FC", nil),
    ] as [(String, UInt64?)] {
      #expect(try SRecords.read(Array("S1050004AABB91\n\(line)\n".utf8)).entry == entry)
    }
  }

  /// What makes the sum of all bytes 0xFF.
  private func checksum(_ bytes: [UInt8]) -> String {
    String(~bytes.reduce(0, &+), radix: 16, uppercase: true)
  }

  @Test("what is in a file is known by its contents, unless the caller says that it is raw")
  func formats() throws {
    let isa = try Machines.small()
    let records = Array("S1050004AABB91\nS9030008F4\n".utf8)
    let read = try ProgramImage(records, for: isa)
    #expect(read.format == .sRecords)
    #expect((read.storage.start, read.end, read.entry) == (4, 6, 8))
    let forced = try ProgramImage(records, at: 0x10, for: isa)
    #expect(forced.format == .raw)
    #expect((forced.storage.start, forced.end, forced.entry) == (0x10, 0x10 + 26, nil))
    let raw = try ProgramImage([1, 2, 3], for: isa)
    #expect(raw.format == .raw)
    #expect((raw.storage.start, raw.end, raw.entry) == (0, 3, nil))
    let empty = try ProgramImage([], for: isa)
    #expect(empty.storage.count == 0 && empty.end == 0)
    // Words of 16 bits: the text of records is data as any other.
    let words = try ProgramImage(records, for: Machines.small(unit: 16))
    #expect(words.format == .raw)
    #expect(words.storage.segments[0].units.first == 0x5331)
  }

  @Test("what does not fit storage is refused")
  func tooLarge() throws {
    let isa = try Machines.small()
    let complaint = "it does not fit store, which has 65536 units"
    #expect(throws: ImageError.self) { try ProgramImage([1, 2], at: 0xFFFF, for: isa) }
    #expect(throws: ImageError.self) { try ProgramImage([1], at: .max, for: isa) }
    #expect(try ProgramImage([1], at: 0xFFFF, for: isa).end == 0x10000)
    #expect {
      try ProgramImage(Array("S30600010000AA4E".utf8), for: isa)
    } throws: {
      "\($0)" == complaint
    }
    #expect {
      try ProgramImage([UInt8](repeating: 0, count: MemoryImage.mostUnits + 1), for: isa)
    } throws: {
      "\($0)".hasPrefix("it has more than")
    }
  }

  @Test("a unit takes as many bytes as it needs, most significant first")
  func wideUnits() {
    let image = MemoryImage(
      rawBytes: [0xFF, 0, 0, 0, 1, 0x0A, 0, 0, 0, 2, 3], at: 5, unitWidth: 36)
    #expect(image.segments[0].units == [0xF_0000_0001, 0xA_0000_0002])
    #expect(image.rawBytes() == [0x0F, 0, 0, 0, 1, 0x0A, 0, 0, 0, 2])
  }
}
