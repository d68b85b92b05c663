import ISACore

/// What a publication says of a machine's instructions: a file `NAME.lit` in a folder `literature`.
///
/// It is read to be compared with the answer, and by nothing that finds the answer.
public struct PublishedClassification: Sendable {
  /// Instructions that the publication holds to be sensitive and not privileged.
  public struct Group: Sendable {
    public var title: String
    /// As the publication counts them; empty where it does not.
    public var section: String
    public var entries: [Entry]
  }
  /// A name in the publication, and the instructions here that it stands for.
  public struct Entry: Sendable {
    public var name: String
    public var instructions: [Reference]
    /// Which operands the publication speaks of; empty for all.
    public var remark: String
  }
  /// The id of an instruction, with its place in the file.
  public struct Reference: Sendable {
    public var id: String
    public var span: SourceSpan
  }

  public var title: String
  public var authors: [String]
  public var venue: String
  public var year: Int
  /// What the publication calls sensitive, in few words.
  public var definition: String
  /// Ids of the machines that it speaks of; it is also about what is derived from them.
  public var machines: [Reference]
  public var groups: [Group]

  public var entries: [Entry] { groups.flatMap(\.entries) }

  /// "Robin and Irvine 2000": the family names, and the year.
  public var label: String {
    let names = authors.map { $0.split(separator: " ").last.map(String.init) ?? $0 }
    return "\(Words.list(names)) \(year)"
  }

  /// "Authors: Title. Venue, year."
  public var citation: String { "\(Words.list(authors)): \(title). \(venue), \(year)." }
}
