import ISACore

/// An executable in the Executable and Linking Format, of 32 bits: what its program headers load.
///
/// Layouts are those of the System V Application Binary Interface, edition 4.1, chapters 4 and 5.
/// Sections, symbols and relocations are not looked at. A segment goes to its physical address; of
/// what it wants beyond its bytes in the file, which are zeros, only the extent is kept.
struct ELFExecutable {
  private(set) var storage: MemoryImage
  /// One past the last byte, zeros included.
  private(set) var end: UInt64 = 0
  /// The first instruction's real address; nil if the file has none.
  private(set) var entry: UInt64?
  let machine: UInt16

  /// Offsets and values of the file's header.
  private enum Header {
    static let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
    static let size = 52
    static let (fileClass, data, identVersion) = (4, 5, 6)
    static let (type, machine, version, entry, programHeaders) = (16, 18, 20, 24, 28)
    static let (programHeaderSize, programHeaderCount) = (42, 44)
    static let (class32, class64): (UInt8, UInt8) = (1, 2)
    static let (little, big): (UInt8, UInt8) = (1, 2)
    static let executable = 2
  }

  /// Offsets and values of a program header.
  private enum ProgramHeader {
    static let size = 32
    static let (offset, virtual, physical, fileSize, memorySize) = (4, 8, 12, 16, 20)
    static let (load, interpreter): (UInt64, UInt64) = (1, 3)
  }

  private struct Segment {
    /// Where its header is in the file.
    var header: Int
    var offset: Int
    var fileSize: Int
    var virtual: UInt64
    var physical: UInt64
    var size: UInt64
  }

  static func looksLikeOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Header.magic) }

  /// - Parameters:
  ///   - endianness: the machine's, which must be the file's.
  ///   - size: bytes of storage.
  init(_ bytes: [UInt8], endianness: Endianness, size: UInt64) throws(ImageError) {
    guard bytes.count >= Header.size else {
      throw ImageError(
        "the file ends in the ELF header, which has \(Header.size) bytes", at: bytes.count)
    }
    let file = Reader(bytes: bytes, isBig: bytes[Header.data] == Header.big)
    try Self.checkHeader(file, endianness)
    machine = UInt16(file[Header.machine, 2])
    let segments = try Self.segments(file, size)
    try Self.checkOverlaps(segments)
    let parts = segments.map { segment in
      let last = segment.offset + segment.fileSize
      return (
        address: segment.physical, units: bytes[segment.offset..<last].map { UInt128($0) }
      )
    }
    // Overlaps have been refused with their place.
    storage = MemoryImage(unitWidth: 8, segments: parts) ?? MemoryImage(unitWidth: 8)
    end = segments.map { $0.physical + $0.size }.max() ?? 0
    entry = try Self.entry(file, segments)
  }

  private static func checkHeader(
    _ file: Reader, _ endianness: Endianness
  ) throws(ImageError) {
    let fileClass = file.bytes[Header.fileClass]
    guard fileClass == Header.class32 else {
      throw ImageError(
        fileClass == Header.class64
          ? "an ELF file of 64 bits; those of 32 bits can be loaded"
          : "no class of ELF files has the number \(fileClass)", at: Header.fileClass)
    }
    let order = file.bytes[Header.data]
    guard order == Header.big || order == Header.little else {
      throw ImageError("no order of bytes has the number \(order)", at: Header.data)
    }
    guard file.isBig == (endianness == .big) else {
      throw ImageError(
        "the file is \(file.isBig ? "big" : "little")-endian, the machine \(endianness)-endian",
        at: Header.data)
    }
    for (offset, width) in [(Header.identVersion, 1), (Header.version, 4)] {
      let version = file[offset, width]
      guard version == 1 else {
        throw ImageError("version \(version) of ELF; there is version 1", at: offset)
      }
    }
    guard file[Header.type, 2] == Header.executable else {
      throw ImageError(
        "the ELF file is no executable but of type \(file[Header.type, 2]): link it for fixed "
          + "addresses", at: Header.type)
    }
  }

  /// What is to be loaded, in the order of the headers.
  private static func segments(
    _ file: Reader, _ size: UInt64
  ) throws(ImageError) -> [Segment] {
    let count = Int(file[Header.programHeaderCount, 2])
    let table = Int(file[Header.programHeaders, 4])
    guard count > 0 else {
      throw ImageError("no program headers: nothing to load", at: Header.programHeaderCount)
    }
    guard file[Header.programHeaderSize, 2] == ProgramHeader.size else {
      throw ImageError(
        "program headers of \(file[Header.programHeaderSize, 2]) bytes; they have "
          + "\(ProgramHeader.size)", at: Header.programHeaderSize)
    }
    guard table <= file.bytes.count, count * ProgramHeader.size <= file.bytes.count - table else {
      throw ImageError(
        "the file ends before its \(count) program headers do", at: Header.programHeaders)
    }
    var segments: [Segment] = []
    var total = 0
    for number in 0..<count {
      let header = table + number * ProgramHeader.size
      guard let segment = try segment(file, header, size) else { continue }
      segments.append(segment)
      total += segment.fileSize
      guard total <= MemoryImage.mostUnits else {
        throw ImageError("more than \(MemoryImage.mostUnits) bytes to load", at: header)
      }
    }
    guard !segments.isEmpty else {
      throw ImageError("no segment is to be loaded", at: table)
    }
    return segments
  }

  /// A segment that is to be loaded and is not empty; nil for others.
  private static func segment(
    _ file: Reader, _ header: Int, _ size: UInt64
  ) throws(ImageError) -> Segment? {
    let type = file[header, 4]
    guard type != ProgramHeader.interpreter else {
      throw ImageError("the program wants a dynamic linker: link it statically", at: header)
    }
    guard type == ProgramHeader.load else { return nil }
    func field(_ offset: Int) -> UInt64 { file[header + offset, 4] }
    let segment = Segment(
      header: header, offset: Int(field(ProgramHeader.offset)),
      fileSize: Int(field(ProgramHeader.fileSize)), virtual: field(ProgramHeader.virtual),
      physical: field(ProgramHeader.physical), size: field(ProgramHeader.memorySize))
    guard segment.fileSize <= segment.size else {
      throw ImageError(
        "a segment has more bytes in the file than in storage", at: header + ProgramHeader.fileSize)
    }
    guard segment.offset <= file.bytes.count,
      segment.fileSize <= file.bytes.count - segment.offset
    else {
      throw ImageError("the file ends before the segment does", at: header + ProgramHeader.offset)
    }
    guard segment.physical <= size, segment.size <= size - segment.physical else {
      throw ImageError(
        "a segment of \(segment.size) bytes at 0x\(hexadecimal(segment.physical)) does not fit "
          + "the storage of \(size) bytes", at: header + ProgramHeader.physical)
    }
    return segment.size == 0 ? nil : segment
  }

  private static func checkOverlaps(_ segments: [Segment]) throws(ImageError) {
    let sorted = segments.sorted { $0.physical < $1.physical }
    for (low, high) in zip(sorted, sorted.dropFirst())
    where high.physical - low.physical < low.size {
      throw ImageError(
        "two segments lie at 0x\(hexadecimal(high.physical))",
        at: max(low.header, high.header) + ProgramHeader.physical)
    }
  }

  /// The entry is a virtual address; a machine just reset knows real ones.
  private static func entry(
    _ file: Reader, _ segments: [Segment]
  ) throws(ImageError) -> UInt64? {
    let entry = file[Header.entry, 4]
    guard entry != 0 else { return nil }
    guard
      let segment = segments.first(where: { entry >= $0.virtual && entry - $0.virtual < $0.size })
    else {
      throw ImageError("the entry 0x\(hexadecimal(entry)) lies in no segment", at: Header.entry)
    }
    return segment.physical + (entry - segment.virtual)
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    String(number, radix: 16, uppercase: true)
  }

  /// Numbers in the file's order of bytes.
  private struct Reader {
    let bytes: [UInt8]
    let isBig: Bool

    /// An unsigned number of at most eight bytes that lie in the file.
    subscript(_ offset: Int, _ width: Int) -> UInt64 {
      let part = bytes[offset..<(offset + width)]
      return isBig
        ? part.reduce(0) { $0 << 8 | UInt64($1) }
        : part.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }
}
