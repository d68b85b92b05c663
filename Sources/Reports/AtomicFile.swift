#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files that readers see whole or not at all.
public enum AtomicFile {
  /// Writes a temporary file beside `path` and renames it over the old one.
  ///
  /// - Throws: the file system's error; the old file then stands unharmed.
  public static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
  }
}
