import Assembler
import ISACore
import Testing

/// An ELF executable put together field by field, so that a test can spoil any of them.
struct ELFFile {
  struct Segment {
    var type: UInt32 = 1
    var offset: UInt32
    var virtual: UInt32
    var physical: UInt32
    var fileSize: UInt32
    var memorySize: UInt32
  }

  var isBig = true
  var fileClass: UInt8 = 1
  var order: UInt8?
  var identVersion: UInt8 = 1
  var type: UInt16 = 2
  var machine: UInt16 = 2
  var version: UInt32 = 1
  var entry: UInt32 = 0x2004
  var table: UInt32 = 52
  var headerSize: UInt16 = 32
  var count: UInt16?
  /// Two bytes and a zero at 0x1000; six bytes at 0x2000.
  var segments = [
    Segment(offset: 116, virtual: 0x1000, physical: 0x1000, fileSize: 2, memorySize: 3),
    Segment(offset: 118, virtual: 0x2000, physical: 0x2000, fileSize: 6, memorySize: 6),
  ]
  var data: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

  var bytes: [UInt8] {
    var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
    bytes += [fileClass, order ?? (isBig ? 2 : 1), identVersion]
    bytes += [UInt8](repeating: 0, count: 9)
    func put(_ value: some FixedWidthInteger) {
      let value = isBig ? value.bigEndian : value.littleEndian
      withUnsafeBytes(of: value) { bytes += Array($0) }
    }
    put(type)
    put(machine)
    put(version)
    put(entry)
    put(table)
    put(UInt32(0))  // Section headers: none.
    put(UInt32(0))
    put(UInt16(52))
    put(headerSize)
    put(count ?? UInt16(segments.count))
    put(UInt16(40))
    put(UInt32(0))
    for segment in segments {
      put(segment.type)
      put(segment.offset)
      put(segment.virtual)
      put(segment.physical)
      put(segment.fileSize)
      put(segment.memorySize)
      put(UInt32(7))
      put(UInt32(4))
    }
    return bytes + data
  }
}

@Suite("ELF executables")
struct ELFImageTests {
  private static func isa(endian: String = "big", address: Int = 16) throws -> InstructionSet {
    try Machines.small(endian: endian, address: address)
  }

  @Test("segments, zeros and entry of a file of either order", arguments: [true, false])
  func good(isBig: Bool) throws {
    let isa = try Self.isa(endian: isBig ? "big" : "little")
    let image = try ProgramImage(ELFFile(isBig: isBig).bytes, for: isa)
    #expect(image.format == .elf)
    #expect(image.storage.segments.map(\.address) == [0x1000, 0x2000])
    #expect(image.storage.segments.map(\.units) == [[1, 2], [3, 4, 5, 6, 7, 8]])
    #expect((image.end, image.entry, image.elfMachine) == (0x2006, 0x2004, 2))
  }

  @Test("what is not to be loaded is not looked at; no entry is none; zeros end an image")
  func others() throws {
    var file = ELFFile()
    file.entry = 0
    file.segments[0].type = 4  // A note.
    file.segments[0].offset = 0xFFFF_FFFF
    file.segments[1].memorySize = 0x100
    let image = try ProgramImage(file.bytes, for: Self.isa())
    #expect(image.storage.segments.map(\.address) == [0x2000])
    #expect((image.end, image.entry) == (0x2100, nil))
  }

  @Test("a segment goes to its physical address, and the entry with it")
  func physical() throws {
    var file = ELFFile()
    file.segments[1].virtual = 0xF000_2000
    file.entry = 0xF000_2002
    let image = try ProgramImage(file.bytes, for: Self.isa())
    #expect(image.storage.segments.map(\.address) == [0x1000, 0x2000])
    #expect(image.entry == 0x2002)
  }

  @Test("four gigabytes of zeros cost nothing where they fit, and are refused elsewhere")
  func zeros() throws {
    var file = ELFFile()
    file.segments = [
      .init(offset: 84, virtual: 0, physical: 0, fileSize: 8, memorySize: 0xFFFF_FFFF)
    ]
    file.entry = 4
    let image = try ProgramImage(file.bytes, for: Self.isa(address: 36))
    #expect(image.storage.count == 8)
    #expect(image.end == 0xFFFF_FFFF)
    #expect(throws: ImageError.self) { try ProgramImage(file.bytes, for: Self.isa()) }
  }

  private static func spoilt(_ change: (inout ELFFile) -> Void) -> [UInt8] {
    var file = ELFFile()
    change(&file)
    return file.bytes
  }

  @Test(
    "each damage has its message and its place",
    arguments: [
      (Array(ELFFile().bytes.prefix(51)), "offset 0x33: the file ends in the ELF header"),
      (Array(ELFFile().bytes.prefix(4)), "offset 0x4: the file ends in the ELF header"),
      (spoilt { $0.fileClass = 2 }, "offset 0x4: an ELF file of 64 bits"),
      (spoilt { $0.fileClass = 9 }, "offset 0x4: no class of ELF files has the number 9"),
      (spoilt { $0.order = 3 }, "offset 0x5: no order of bytes has the number 3"),
      (spoilt { $0.isBig = false }, "offset 0x5: the file is little-endian, the machine big"),
      (spoilt { $0.identVersion = 0 }, "offset 0x6: version 0 of ELF"),
      (spoilt { $0.version = 2 }, "offset 0x14: version 2 of ELF"),
      (spoilt { $0.type = 1 }, "offset 0x10: the ELF file is no executable but of type 1"),
      (spoilt { $0.type = 3 }, "offset 0x10: the ELF file is no executable but of type 3"),
      (spoilt { $0.count = 0 }, "offset 0x2C: no program headers"),
      (spoilt { $0.count = 5 }, "offset 0x1C: the file ends before its 5 program headers"),
      (spoilt { $0.table = 0xFFFF_FFF0 }, "offset 0x1C: the file ends before its 2 program"),
      (spoilt { $0.headerSize = 31 }, "offset 0x2A: program headers of 31 bytes"),
      (spoilt { for i in 0...1 { $0.segments[i].type = 0 } }, "offset 0x34: no segment"),
      (spoilt { $0.segments[1].type = 3 }, "offset 0x54: the program wants a dynamic linker"),
      (spoilt { $0.segments[1].offset = 119 }, "offset 0x58: the file ends before the segment"),
      (spoilt { $0.segments[1].offset = .max }, "offset 0x58: the file ends before the segment"),
      (spoilt { $0.segments[0].fileSize = 4 }, "offset 0x44: a segment has more bytes in the file"),
      (
        spoilt { $0.segments[1].physical = 0xFFFB },
        "offset 0x60: a segment of 6 bytes at 0xFFFB does not fit the storage of 65536 bytes"
      ),
      (
        spoilt { $0.segments[1].physical = .max }, "offset 0x60: a segment of 6 bytes at 0xFFFFFFFF"
      ),
      (spoilt { $0.segments[1].physical = 0x1002 }, "offset 0x60: two segments lie at 0x1002"),
      (spoilt { $0.segments[1].physical = 0x0FFF }, "offset 0x60: two segments lie at 0x1000"),
      (spoilt { $0.entry = 0x1FFF }, "offset 0x18: the entry 0x1FFF lies in no segment"),
      (spoilt { $0.entry = 0x2006 }, "offset 0x18: the entry 0x2006 lies in no segment"),
    ])
  func damaged(bytes: [UInt8], message: String) throws {
    let isa = try Self.isa()
    #expect {
      try ProgramImage(bytes, for: isa)
    } throws: {
      "\($0)".hasPrefix(message)
    }
  }

  @Test("a machine of words takes no ELF file, but any file as raw")
  func words() throws {
    let isa = try Machines.small(unit: 16)
    #expect {
      try ProgramImage(ELFFile().bytes, for: isa)
    } throws: {
      "\($0)" == "offset 0x0: an ELF file holds bytes, and store has other units"
    }
    #expect(try ProgramImage(ELFFile().bytes, at: 0, for: isa).storage.count == 62)
  }

  @Test("damaged at random, a file is refused or loaded within storage")
  func mutants() throws {
    let isa = try Self.isa()
    let good = ELFFile().bytes
    var random = SeededGenerator(seed: 1974)
    var loaded = 0
    let corners: [UInt8] = [0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF]
    for _ in 0..<20_000 {
      var bytes = good
      for _ in 0...random.below(4) {
        let at = 4 + random.below(max(1, bytes.count - 4))
        switch random.below(4) {
        case 0: bytes[min(at, bytes.count - 1)] = corners[random.below(corners.count)]
        case 1: bytes[min(at, bytes.count - 1)] ^= 1 << UInt8(random.below(8))
        case 2: bytes = Array(bytes.prefix(max(5, at)))
        default: bytes.insert(UInt8(random.below(256)), at: min(at, bytes.count))
        }
      }
      guard let image = try? ProgramImage(bytes, for: isa) else { continue }
      loaded += 1
      #expect(image.end <= 0x10000)
      #expect(image.entry ?? 0 < 0x10000)
      #expect(image.storage.end ?? 0 <= image.end)
      #expect(image.storage.count <= bytes.count * 8)
    }
    #expect((100..<19_000).contains(loaded), "\(loaded) of the mutants could be loaded")
  }
}
