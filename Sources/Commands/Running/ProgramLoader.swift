import Assembler
import Devices
import ISACore
import Library
import Verification

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Finds the program that the command line names: a guest, assembly text, or an image.
struct ProgramLoader {
  let isa: InstructionSet
  let library: DescriptionLibrary
  let entry: DescriptionLibrary.Entry
  let console: Console

  /// Steps that an image may make if nobody says how many.
  static let imageLimit: UInt64 = 1_000_000

  /// - Parameter address: where a raw image lies.
  func guest(_ operand: String, at address: UInt64?) throws -> Guest {
    let guests = library.guests(of: entry)
    if let guest = guests.first(where: { $0.name == operand }) {
      guard guest.isImage else { return try assembled(guest) }
      let image = try ImageFile.read(
        DescriptionLibrary.contents(of: guest), of: guest.path, at: nil, for: isa, console)
      return loaded(image, from: guest.path, named: guest.name)
    }
    guard FileManager.default.fileExists(atPath: operand) else {
      let near = Suggestion.closest(to: operand, among: guests.map(\.name))
      let known = guests.map(\.name).joined(separator: ", ")
      throw InputError(
        "\(operand): no such file, and no guest of \(isa.id)",
        help: near.map { "write \($0)" } ?? (known.isEmpty ? nil : "its guests are \(known)"))
    }
    if operand.hasSuffix(".s") { return try assembled(DescriptionLibrary.guest(at: operand)) }
    let image = try ImageFile.read(operand, at: address, for: isa, console)
    return loaded(image, from: operand, named: operand)
  }

  private func loaded(_ image: ProgramImage, from path: String, named name: String) -> Guest {
    var guest = Guest(name: name, image: image.storage, for: isa, limit: Self.imageLimit)
    guest.extent = image.end
    guest.entry = image.entry
    if let entry = image.entry, isa.begin == nil {
      console.note(
        "\(path) begins at 0x\(String(entry, radix: 16, uppercase: true)); \(isa.id) does not say "
          + "how a program is begun there, so it begins where the reset leads")
      guest.entry = nil
    }
    return guest
  }

  private func assembled(_ guest: DescriptionLibrary.Guest) throws -> Guest {
    let source = try DescriptionLibrary.text(of: guest)
    do throws(GuestFileError) {
      return try GuestFile(name: guest.name, source: source).guest(for: isa) {
        try DescriptionLibrary.contents(of: $0, beside: guest)
      }
    } catch {
      guard error.assembly.isEmpty else {
        AssemblyMessages.write(error.assembly, path: guest.path, source: source, console)
        throw InputError("\(guest.path) is no program for \(isa.id)")
      }
      throw InputError("\(guest.path): \(error)")
    }
  }
}
