#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension DescriptionLibrary {
  /// A published classification: a file `NAME.lit` in the folder `literature` beside a machine's
  /// main file, or beside the folder of that, for all machines of a family.
  public struct Literature: Hashable, Sendable {
    /// For a built-in one as in the repository.
    public let path: String
    public let isBuiltIn: Bool
  }

  private static let literatureSuffix = ".lit"

  /// The files that may speak of a machine, and the ids of the machine and of those that it is
  /// derived from: a file that names one of them does.
  public func literature(of entry: Entry) -> (files: [Literature], machines: [String]) {
    var files: [Literature] = []
    var machines: [String] = []
    var seen: Set<String> = []
    var next: Entry? = entry
    while let entry = next, seen.insert(entry.path).inserted {
      machines.append(entry.id)
      for path in Self.literatureFiles(of: entry) where seen.insert(path).inserted {
        files.append(Literature(path: path, isBuiltIn: entry.isBuiltIn))
      }
      next = entry.base.flatMap(machine(named:))
    }
    return (files.sorted { $0.path < $1.path }, machines)
  }

  /// The text of a published classification.
  public static func text(of literature: Literature) throws(Unreadable) -> String {
    literature.isBuiltIn ? try readEmbedded(literature.path) : try read(literature.path)
  }

  private static func literatureFiles(of entry: Entry) -> [String] {
    let own = entry.path.lastIndex(of: "/").map { String(entry.path[..<$0]) }
    let family = own.flatMap { own in own.lastIndex(of: "/").map { String(own[..<$0]) } }
    let folders = [own ?? ".", family].compactMap(\.self).map { "\($0)/literature/" }
    return folders.flatMap { folder -> [String] in
      let paths: [String]
      if entry.isBuiltIn {
        paths = embedded.map(\.path).filter {
          $0.hasPrefix(folder) && !$0.dropFirst(folder.count).contains("/")
        }
      } else {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        paths = names.sorted().map { folder + $0 }
      }
      return paths.filter { $0.hasSuffix(literatureSuffix) }
    }
  }
}
