import Classifier
import ISACore

/// The files that `popek report` writes for a machine and one pair of modes.
///
/// Equal descriptions give equal bytes: the files state no time, no date and no directory.
public enum ReportSet {
  public struct File: Sendable, Equatable {
    /// Without a directory: `s360.html`.
    public var name: String
    public var contents: String

    public init(name: String, contents: String) {
      self.name = name
      self.contents = contents
    }
  }

  /// A committed report that is not what would be written now.
  public struct Stale: Sendable, Equatable {
    public var name: String
    /// The first line that differs, from 1; nil if the file is missing.
    public var line: Int?

    /// `s360.md is stale from line 12 on`.
    public var message: String {
      line.map { "\(name) is stale from line \($0) on" } ?? "\(name) is missing"
    }
  }

  /// - Parameter literature: what others published of the machine, to be compared.
  public static func files(
    for isa: InstructionSet, _ classification: Classification,
    literature: [PublishedClassification] = []
  ) -> [File] {
    let base = baseName(isa, classification)
    return [
      File(
        name: "\(base).md",
        contents: MarkdownReport.text(isa, classification, literature: literature)),
      File(
        name: "\(base).json",
        contents: ClassificationJSON.text(
          isa, classification, literature: literature, isPretty: true, showsTime: false)),
      File(
        name: "\(base).html",
        contents: HTMLReport.text(isa, classification, literature: literature)),
    ]
  }

  /// Which committed files are not what would be written now.
  ///
  /// - Parameter committed: a file's contents by its name; nil if there is none.
  public static func check(
    _ isa: InstructionSet, _ classification: Classification,
    literature: [PublishedClassification] = [], committed: (String) -> String?
  ) -> [Stale] {
    files(for: isa, classification, literature: literature).compactMap { file in
      guard let old = committed(file.name) else { return Stale(name: file.name, line: nil) }
      guard !old.utf8.elementsEqual(file.contents.utf8) else { return nil }
      return Stale(name: file.name, line: firstDifferentLine(old, file.contents))
    }
  }

  /// The machine's id; pairs of modes after the first add their name.
  static func baseName(_ isa: InstructionSet, _ classification: Classification) -> String {
    let pair = classification.modePair.name
    let isDefault = isa.modePairs.isEmpty || isa.modePairs[0].name == pair
    let name = isDefault ? isa.id : "\(isa.id)-\(pair)"
    // A name that is part of a path must not lead anywhere else.
    return String(
      name.unicodeScalars.map { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-"
            || scalar == "_")
          ? Character(scalar) : "_"
      })
  }

  private static func firstDifferentLine(_ old: String, _ new: String) -> Int {
    var line = 1
    for (a, b) in zip(old.utf8, new.utf8) {
      guard a == b else { break }
      if a == UInt8(ascii: "\n") { line += 1 }
    }
    return line
  }
}
