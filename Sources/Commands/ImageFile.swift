import Assembler
import ISACore

/// Reads images for `run` and `disasm`.
enum ImageFile {
  /// - Parameter address: where a raw image lies; S-records bring their own addresses.
  static func read(
    _ path: String, at address: UInt64?, for isa: InstructionSet
  ) throws(InputError) -> MemoryImage {
    let memory = isa.memories[Int(isa.fetch.memory)]
    let bytes = try readFile(path, limit: 1 << 28)
    let image: MemoryImage
    if address == nil, memory.unitWidth == 8, SRecords.looksLikeRecords(bytes) {
      do {
        image = try SRecords.read(bytes)
      } catch {
        throw InputError("\(path): \(error)")
      }
    } else {
      let units = bytes.count / ((memory.unitWidth + 7) / 8)
      guard units <= MemoryImage.mostUnits else {
        throw InputError("\(path): more than \(MemoryImage.mostUnits) units")
      }
      image = MemoryImage(rawBytes: bytes, at: address ?? 0, unitWidth: memory.unitWidth)
    }
    if let segment = image.segments.last,
      segment.address >= memory.size
        || UInt64(segment.units.count) > memory.size - segment.address
    {
      throw InputError("\(path) does not fit \(memory.name) (\(memory.size) units)")
    }
    return image
  }
}
