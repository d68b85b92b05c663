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
    let read = try SRecords.read(Array(text.utf8))
    #expect(read.segments.map(\.address) == [0x1234])
    #expect(read.rawBytes() == bytes)
  }

  @Test("records in any order, of any data type, with Windows line ends")
  func otherRecords() throws {
    // 16-, 24- and 32-bit addresses; the last two lines touch each other.
    let text = "S1050004AABB91\r\nS206000002CCDD4E\r\nS2060000001122C6\r\nS9030000FC\r\n"
    let image = try SRecords.read(Array(text.utf8))
    #expect(image.segments.count == 1)
    #expect(image.start == 0)
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
    ])
  func malformedRecords(text: String, message: String) {
    #expect {
      try SRecords.read(Array(text.utf8))
    } throws: {
      "\($0)" == message
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
