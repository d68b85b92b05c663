#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file of the repository that was compiled into the program.
struct EmbeddedFile: Sendable {
  /// As in the repository: `ISAs/ibm/s360/s360.isa`.
  let path: String
  /// That of an ELF file is its bytes in Base64.
  let text: String

  var bytes: [UInt8] {
    path.hasSuffix(".elf") ? Array(Data(base64Encoded: text) ?? Data()) : Array(text.utf8)
  }
}
