import Assembler
import ISACore

/// Reads images for `run`, `verify` and `disasm`.
enum ImageFile {
  /// - Parameter address: where a raw image lies; ELF files and S-records bring their own addresses.
  static func read(
    _ path: String, at address: UInt64?, for isa: InstructionSet, _ console: Console
  ) throws(InputError) -> ProgramImage {
    try read(readFile(path, limit: 1 << 28), of: path, at: address, for: isa, console)
  }

  /// - Parameter path: of the file that the bytes are from.
  static func read(
    _ bytes: [UInt8], of path: String, at address: UInt64?, for isa: InstructionSet,
    _ console: Console
  ) throws(InputError) -> ProgramImage {
    let image: ProgramImage
    do {
      image = try ProgramImage(bytes, at: address, for: isa)
    } catch {
      throw InputError("\(path): \(error)")
    }
    if let machine = image.elfMachine, let known = isa.begin?.elfMachines, !known.isEmpty,
      !known.contains(machine)
    {
      let names = known.map(String.init).joined(separator: " or ")
      console.note("\(path): made for machine \(machine) of ELF; \(isa.id) is \(names)")
    }
    return image
  }
}
