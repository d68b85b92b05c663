import Assembler
import ISACore

/// Reads images for `run`, `verify` and `disasm`.
enum ImageFile {
  /// - Parameter address: where a raw image lies; ELF files and S-records bring their own addresses.
  static func read(
    _ path: String, at address: UInt64?, for isa: InstructionSet, _ console: Console
  ) throws(InputError) -> ProgramImage {
    let bytes = try readFile(path, limit: 1 << 28)
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
