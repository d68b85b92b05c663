#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The descriptions of machines that can be found by name: those compiled in, and those in folders
/// that the user names.
public struct DescriptionLibrary: Sendable {
  /// A machine's main file.
  public struct Entry: Hashable, Sendable {
    /// The machine's id: the name that commands take.
    public let id: String
    public let title: String
    /// The machine that this one is a delta of.
    public let base: String?
    /// Of the main file; for a built-in one as in the repository.
    public let path: String
    /// Compiled into the program; its chapters are too.
    public let isBuiltIn: Bool

    init(id: String, title: String, base: String?, path: String, isBuiltIn: Bool) {
      self.id = id
      self.title = title
      self.base = base
      self.path = path
      self.isBuiltIn = isBuiltIn
    }

    /// A file whose first line names no machine: to be read all the same, for what is wrong.
    public init(unsoundFile path: String) {
      self.init(id: path, title: "", base: nil, path: path, isBuiltIn: false)
    }
  }

  /// A description that cannot be had, and why.
  public struct Unreadable: Error, CustomStringConvertible {
    public let description: String
  }

  /// In the order of their ids. A machine from the search path hides a built-in one of its name.
  public let machines: [Entry]

  /// The largest description file that is read, in bytes.
  public static let largestFile = 8 << 20

  /// - Parameter searchPath: folders to look through, subfolders included; the first one that has a
  ///   machine of some name wins.
  public init(searchPath: [String] = []) throws(Unreadable) {
    var found: [String: Entry] = [:]
    for folder in searchPath {
      for path in try Self.descriptions(under: folder) {
        guard let entry = Self.entry(at: path), found[entry.id] == nil else { continue }
        found[entry.id] = entry
      }
    }
    for file in Self.embedded where file.path.hasSuffix(".isa") {
      guard let header = MachineHeader(file.text), found[header.id] == nil else { continue }
      found[header.id] = Entry(
        id: header.id, title: header.title, base: header.base, path: file.path, isBuiltIn: true)
    }
    machines = found.values.sorted { $0.id < $1.id }
  }

  public func machine(named id: String) -> Entry? {
    machines.first { $0.id == id }
  }

  /// The entry of a file on disk; nil if it is no machine's main file or cannot be read.
  public static func entry(at path: String) -> Entry? {
    guard let text = try? read(path), let header = MachineHeader(text) else { return nil }
    return Entry(
      id: header.id, title: header.title, base: header.base, path: path, isBuiltIn: false)
  }

  /// The text of a file on disk.
  public static func read(_ path: String) throws(Unreadable) -> String {
    String(decoding: try contents(path), as: UTF8.self)
  }

  /// The bytes of a file on disk.
  static func contents(_ path: String) throws(Unreadable) -> [UInt8] {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
      throw Unreadable(description: "\(path): no such file")
    }
    // A device or a pipe has no end that can be relied on.
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw Unreadable(description: "\(path): not a file")
    }
    let size = attributes[.size] as? UInt64 ?? (attributes[.size] as? Int).map(UInt64.init) ?? 0
    guard size <= UInt64(largestFile) else {
      throw Unreadable(description: "\(path): larger than \(largestFile) bytes")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Unreadable(description: "\(path): cannot be read")
    }
    return Array(data)
  }

  /// The text of a file that was compiled in.
  public static func readEmbedded(_ path: String) throws(Unreadable) -> String {
    try embeddedFile(path).text
  }

  /// A file that was compiled in.
  static func embeddedFile(_ path: String) throws(Unreadable) -> EmbeddedFile {
    guard let file = embedded.first(where: { $0.path == path }) else {
      throw Unreadable(description: "\(path): not among the built-in descriptions")
    }
    return file
  }

  /// All `.isa` files under a folder, in the order of their paths.
  public static func descriptions(under folder: String) throws(Unreadable) -> [String] {
    guard let names = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
      throw Unreadable(description: "\(folder): no such folder")
    }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return names.filter { $0.hasSuffix(".isa") }.sorted().map { prefix + $0 }
  }
}
