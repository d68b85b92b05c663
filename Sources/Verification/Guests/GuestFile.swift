import Assembler
import Devices
import ISACore

/// A guest as a file: assembly text whose first comment says what it is, and what it is to be given.
///
/// The comment lines at the top are paragraphs, parted by empty comment lines. The first one says
/// what the guest does. A paragraph of lines `key: value` sets the guest up:
///
/// | line | meaning |
/// | --- | --- |
/// | `; limit: 2000000` | steps after which it is stopped; 10,000,000 if there is no such line |
/// | `; storage: 0x10000` | units of main storage, where the machine leaves that open |
/// | `; entry: 0x200` | where it begins, if not where the reset leads |
/// | `; choice decimal: 0` | what the machine's implementation decides otherwise than by default |
/// | `; register gr[3]: 0x20` | a register, or an element of a file, after the description's reset |
/// | `; deck: jobs.deck` | the cards in the reader, a file beside the guest; further ones follow |
/// | `; typed: query` | a line that the operator types; further ones follow |
/// | `; disk: 10` | an empty disk of so many cylinders |
///
/// The last three are for the machine's first reader, typewriter or disk; `; deck 00C: …` names a
/// unit by its address, in hexadecimal digits.
public struct GuestFile: Sendable {
  public let name: String
  /// The first paragraph.
  public let purpose: String
  public let settings: [GuestSetting]
  /// The whole text.
  public let source: String

  /// Steps for a guest that does not say how many.
  public static let defaultLimit: UInt64 = 10_000_000

  /// Reads the comment at the top.
  public init(name: String, source: String) throws(GuestFileError) {
    self.name = name
    self.source = source
    let paragraphs = GuestFile.paragraphs(source)
    var purpose = ""
    var settings: [GuestSetting] = []
    for (index, paragraph) in paragraphs.enumerated() {
      if GuestSetting.looksLikeOne(paragraph[0].text) {
        for line in paragraph { settings.append(try GuestSetting(line.text, line: line.number)) }
      } else if index == 0 {
        purpose = paragraph.map(\.text).joined(separator: " ")
      }
    }
    for kind in [GuestSetting.Kind.limit, .storage, .entry] {
      let lines = settings.filter { $0.kind == kind }
      guard lines.count < 2 else {
        throw GuestFileError("'\(kind.rawValue)' is given twice", line: lines[1].line)
      }
    }
    self.purpose = purpose
    self.settings = settings
  }

  public var limit: UInt64 {
    settings.first { $0.kind == .limit }.map { UInt64($0.number) } ?? GuestFile.defaultLimit
  }

  private static func paragraphs(_ source: String) -> [[(number: Int, text: String)]] {
    var paragraphs: [[(number: Int, text: String)]] = []
    var isOpen = false
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let bytes = line.utf8.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard bytes.first == UInt8(ascii: ";") else {
        if bytes.isEmpty || bytes.first == UInt8(ascii: "\r") {
          isOpen = false
          continue
        }
        break
      }
      let text = GuestSetting.trimmed(Substring(bytes.drop { $0 == UInt8(ascii: ";") }))
      guard !text.isEmpty else {
        isOpen = false
        continue
      }
      if !isOpen { paragraphs.append([]) }
      isOpen = true
      paragraphs[paragraphs.count - 1].append((index + 1, text))
    }
    return paragraphs
  }

  // MARK: The guest

  /// Assembles the guest for a machine and sets it up.
  ///
  /// - Parameter read: the contents of a file beside the guest.
  public func guest(
    for isa: InstructionSet, read: (_ name: String) throws -> [UInt8]
  ) throws(GuestFileError) -> Guest {
    let image: MemoryImage
    switch Assembler(isa).assemble(source) {
    case .failure(let errors): throw GuestFileError(errors)
    case .success(let output): image = output.image
    }
    var guest = Guest(name: name, purpose: purpose, image: image, for: isa, limit: limit)
    for setting in settings { try setting.apply(to: &guest, of: isa, read: read) }
    return guest
  }
}

/// A guest's file that cannot be used.
public struct GuestFileError: Error, Sendable, CustomStringConvertible {
  /// Starts in lower case, no full stop.
  public var message: String
  /// From 1; nil: the whole file.
  public var line: Int?
  /// Where the text cannot be assembled: every line that is wrong.
  public var assembly: [AssemblyError] = []

  public init(_ message: String, line: Int?) {
    self.message = message
    self.line = line
  }

  init(_ errors: [AssemblyError]) {
    message = errors.first?.message ?? "the text cannot be assembled"
    line = errors.first?.line
    assembly = errors
  }

  public var description: String {
    line.map { "line \($0): \(message)" } ?? message
  }
}
