#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension DescriptionLibrary {
  /// A program for a machine: a file `NAME.s` in the folder `guests` beside the machine's main file, or
  /// `NAME.elf`, made by other tools.
  public struct Guest: Hashable, Sendable {
    public let name: String
    /// For a built-in one as in the repository.
    public let path: String
    public let isBuiltIn: Bool
    /// Whether it is an ELF file, and no assembly text.
    public let isImage: Bool

    init(path: String, isBuiltIn: Bool) {
      let file = path.split(separator: "/").last ?? ""
      isImage = file.hasSuffix(imageSuffix)
      name = String(file.dropLast((isImage ? imageSuffix : guestSuffix).count))
      self.path = path
      self.isBuiltIn = isBuiltIn
    }
  }

  private static let guestSuffix = ".s"
  private static let imageSuffix = ".elf"

  /// The guests of a machine in the order of their names: its own, and those of the machine that it
  /// is a delta of, which it hides where the names are the same.
  public func guests(of entry: Entry) -> [Guest] {
    var found: [String: Guest] = [:]
    var seen: Set<String> = []
    var next: Entry? = entry
    while let entry = next, seen.insert(entry.path).inserted {
      for path in Self.guestFiles(beside: entry) {
        let guest = Guest(path: path, isBuiltIn: entry.isBuiltIn)
        if found[guest.name] == nil { found[guest.name] = guest }
      }
      next = entry.base.flatMap(machine(named:))
    }
    return found.values.sorted { $0.name < $1.name }
  }

  /// The text of a guest.
  public static func text(of guest: Guest) throws(Unreadable) -> String {
    guest.isBuiltIn ? try readEmbedded(guest.path) : try read(guest.path)
  }

  /// The contents of a file in a guest's folder, such as a card deck.
  ///
  /// - Parameter name: without a folder: a guest reaches nothing outside its own.
  public static func contents(
    of name: String, beside guest: Guest
  ) throws(Unreadable) -> [UInt8] {
    guard !name.isEmpty, !name.contains("/"), name != ".." else {
      throw Unreadable(description: "\(name): not the name of a file beside \(guest.path)")
    }
    let path = folder(of: guest.path) + name
    return guest.isBuiltIn ? try embeddedFile(path).bytes : try contents(path)
  }

  /// The contents of a guest's own file.
  public static func contents(of guest: Guest) throws(Unreadable) -> [UInt8] {
    guest.isBuiltIn ? try embeddedFile(guest.path).bytes : try contents(guest.path)
  }

  /// A guest that is a file on disk.
  public static func guest(at path: String) -> Guest { Guest(path: path, isBuiltIn: false) }

  /// With a slash at its end; empty for a file where the program was started.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private static func guestFiles(beside entry: Entry) -> [String] {
    let folder = folder(of: entry.path) + "guests/"
    let paths: [String]
    if entry.isBuiltIn {
      paths = embedded.map(\.path).filter {
        $0.hasPrefix(folder) && !$0.dropFirst(folder.count).contains("/")
      }
    } else {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      paths = names.map { folder + $0 }
    }
    // Texts first: where a guest has both, its text counts.
    return [guestSuffix, imageSuffix].flatMap { suffix in
      paths.filter { $0.hasSuffix(suffix) && !$0.hasSuffix("/" + suffix) }
    }
  }
}
