import ISACore

/// What is in an image file: units of storage, and where the program begins.
///
/// | the file | is known by |
/// | --- | --- |
/// | an ELF executable of 32 bits | its first four bytes |
/// | S-records | its first four characters |
/// | a raw image | being neither, or the caller who says where it lies |
///
/// The first two hold bytes at addresses of their own. Of a machine whose storage has other units
/// S-records are read as raw, and ELF is refused.
public struct ProgramImage: Sendable {
  public enum Format: Sendable { case elf, sRecords, raw }

  public var format: Format
  public var storage: MemoryImage
  /// One past the last unit that the program wants, zeros behind its data included.
  public var end: UInt64
  /// The real address of the first instruction; nil if the file does not say.
  public var entry: UInt64?
  /// `e_machine` of an ELF file.
  public var elfMachine: UInt16?

  /// Reads a file's contents.
  ///
  /// - Parameters:
  ///   - address: where a raw image lies, in units; a file that is given one is raw, whatever it
  ///     looks like. nil: 0, if it is raw.
  ///   - isa: whose storage it is for: that from which instructions are fetched.
  public init(
    _ bytes: [UInt8], at address: UInt64? = nil, for isa: InstructionSet
  ) throws(ImageError) {
    let memory = isa.memories[Int(isa.fetch.memory)]
    if address == nil, ELFExecutable.looksLikeOne(bytes) {
      guard memory.unitWidth == 8 else {
        throw ImageError("an ELF file holds bytes, and \(memory.name) has other units", at: 0)
      }
      let executable = try ELFExecutable(bytes, endianness: isa.endianness, size: memory.size)
      format = .elf
      storage = executable.storage
      end = executable.end
      entry = executable.entry
      elfMachine = executable.machine
    } else if address == nil, memory.unitWidth == 8, SRecords.looksLikeRecords(bytes) {
      format = .sRecords
      (storage, entry) = try SRecords.read(bytes)
      end = storage.end ?? 0
    } else {
      format = .raw
      guard bytes.count / ((memory.unitWidth + 7) / 8) <= MemoryImage.mostUnits else {
        throw ImageError("it has more than \(MemoryImage.mostUnits) units")
      }
      storage = MemoryImage(rawBytes: bytes, at: address ?? 0, unitWidth: memory.unitWidth)
      end = storage.end ?? 0
    }
    // The end of an image at the very end of the addresses wraps round.
    for segment in storage.segments {
      guard segment.address < memory.size,
        UInt64(segment.units.count) <= memory.size - segment.address
      else {
        throw ImageError("it does not fit \(memory.name), which has \(memory.size) units")
      }
    }
  }
}

/// What is wrong with an image file, and where.
public struct ImageError: Error, Sendable, CustomStringConvertible {
  /// Starts in lower case, no full stop.
  public var message: String
  /// In bytes from the beginning of the file; nil: the whole file, or a line that the message names.
  public var offset: Int?

  public init(_ message: String, at offset: Int? = nil) {
    self.message = message
    self.offset = offset
  }

  public var description: String {
    offset.map { "offset 0x\(String($0, radix: 16, uppercase: true)): \(message)" } ?? message
  }
}
