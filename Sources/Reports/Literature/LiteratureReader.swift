import ISACore
import ISALanguage

/// Reads a `.lit` file:
/// ```
/// title    "On the …"          // once each, in any order
/// authors  "A. Author", "B. Author"
/// venue    "A journal"
/// year     1974
/// defines  "what is called sensitive"
/// machine  pentium, ia32
///
/// group "Sensitive registers" section "3.2" {
///   SGDT
///   MOV = MOV_to_Sreg, MOV_from_Sreg  where "to or from a segment register"
///   "INT n" = INT_n
/// }
/// ```
public struct LiteratureReader {
  /// A file may be so long, in bytes.
  public static let largestFile = 1 << 20

  /// The first thing that is wrong ends the reading.
  private struct Fault: Error {
    var diagnostic: Diagnostic
  }

  private enum Token: Equatable {
    case word(String)
    case text(String)
    case mark(UInt8)
    case end
  }

  private let bytes: [UInt8]
  private let file: Int
  private var position = 0
  private var start = 0
  private var token = Token.end
  private var startsLine = true

  /// - Parameter file: the index that spans carry.
  /// - Returns: nil and what is wrong, or the classification and no message.
  public static func read(
    _ text: String, file: Int = 0
  ) -> (PublishedClassification?, [Diagnostic]) {
    var reader = LiteratureReader(Array(text.utf8), file: file)
    do throws(Fault) {
      return (try reader.classification(), [])
    } catch {
      return (nil, [error.diagnostic])
    }
  }

  /// Ids that a machine does not have, for a machine that the file names itself.
  public static func unknownInstructions(
    in literature: PublishedClassification, _ isa: InstructionSet
  ) -> [Diagnostic] {
    guard literature.machines.contains(where: { $0.id == isa.id }) else { return [] }
    let ids = isa.instructions.map(\.id)
    let known = Set(ids)
    return literature.entries.flatMap(\.instructions).filter { !known.contains($0.id) }.map {
      let near = Suggestion.closest(to: $0.id, among: ids)
      let span = $0.span
      return Diagnostic(
        .unknownName, "\(isa.id) has no instruction `\($0.id)`", at: span,
        fix: near.map { .init("write `\($0)`", at: span, replacement: $0) })
    }
  }

  private init(_ bytes: [UInt8], file: Int) {
    self.bytes = bytes
    self.file = file
  }

  // MARK: Grammar

  private mutating func classification() throws(Fault) -> PublishedClassification {
    guard bytes.count <= Self.largestFile else {
      throw fault(.limitExceeded, "a file has \(Self.largestFile) bytes at most")
    }
    var result = PublishedClassification(
      title: "", authors: [], venue: "", year: 0, definition: "", machines: [], groups: [])
    var seen: Set<String> = []
    try advance()
    while token != .end {
      guard case .word(let item) = token else { throw expected("an item") }
      if item != "group", !seen.insert(item).inserted {
        throw fault(.duplicateName, "`\(item)` stands twice")
      }
      let span = self.span
      try advance()
      switch item {
      case "title": result.title = try text()
      case "venue": result.venue = try text()
      case "defines": result.definition = try text()
      case "year": result.year = try year()
      case "authors": result.authors = try list { (reader) throws(Fault) in try reader.text() }
      case "machine": result.machines = try references()
      case "group": result.groups.append(try group())
      default:
        let items = ["title", "authors", "venue", "year", "defines", "machine", "group"]
        let near = Suggestion.closest(to: item, among: items)
        throw Fault(
          diagnostic: Diagnostic(
            .expected,
            "expected \(Words.list(items.map { "`\($0)`" }, conjunction: "or")), not `\(item)`",
            at: span, fix: near.map { .init("write `\($0)`", at: span, replacement: $0) }))
      }
      guard startsLine || token == .end else { throw expected("the end of the line") }
    }
    for item in ["title", "authors", "venue", "year", "defines", "machine"]
    where !seen.contains(item) {
      throw fault(.missingItem, "the file needs `\(item)`")
    }
    var names: Set<String> = []
    for entry in result.entries where !names.insert(entry.name).inserted {
      throw fault(.duplicateName, "`\(entry.name)` is listed twice")
    }
    return result
  }

  private mutating func group() throws(Fault) -> PublishedClassification.Group {
    var group = PublishedClassification.Group(title: try text(), section: "", entries: [])
    if token == .word("section") {
      try advance()
      group.section = try text()
    }
    try expect("{")
    while token != .mark(UInt8(ascii: "}")) {
      group.entries.append(try entry())
      let isEnd = token == .mark(UInt8(ascii: "}"))
      guard startsLine || isEnd else { throw expected("the end of the line") }
    }
    try advance()
    return group
  }

  /// `SGDT`, `MOV = A, B where "…"`.
  private mutating func entry() throws(Fault) -> PublishedClassification.Entry {
    let name: String
    var instructions: [PublishedClassification.Reference] = []
    if case .text(let text) = token {
      name = text
      try advance()
    } else {
      let reference = try self.reference()
      name = reference.id
      instructions = [reference]
    }
    if token == .mark(UInt8(ascii: "=")) {
      try advance()
      instructions = try references()
    }
    guard !instructions.isEmpty else { throw expected("`=` and instructions") }
    var remark = ""
    if token == .word("where"), !startsLine {
      try advance()
      remark = try text()
    }
    return .init(name: name, instructions: instructions, remark: remark)
  }

  private mutating func references() throws(Fault) -> [PublishedClassification.Reference] {
    try list { (reader) throws(Fault) in try reader.reference() }
  }

  private mutating func reference() throws(Fault) -> PublishedClassification.Reference {
    guard case .word(let id) = token, id != "where" else { throw expected("a name") }
    let reference = PublishedClassification.Reference(id: id, span: span)
    try advance()
    return reference
  }

  private mutating func year() throws(Fault) -> Int {
    guard case .word(let word) = token, let year = Int(word), 1900...2999 ~= year else {
      throw expected("a year")
    }
    try advance()
    return year
  }

  private mutating func text() throws(Fault) -> String {
    guard case .text(let text) = token, !text.isEmpty else { throw expected("a text in quotes") }
    try advance()
    return text
  }

  private mutating func list<Element>(
    _ element: (inout LiteratureReader) throws(Fault) -> Element
  ) throws(Fault) -> [Element] {
    var list = [try element(&self)]
    while token == .mark(UInt8(ascii: ",")) {
      try advance()
      list.append(try element(&self))
    }
    return list
  }

  private mutating func expect(_ mark: Unicode.Scalar) throws(Fault) {
    guard token == .mark(UInt8(ascii: mark)) else { throw expected("`\(mark)`") }
    try advance()
  }

  // MARK: Tokens

  private var span: SourceSpan { SourceSpan(file: file, start: start, end: position) }

  private func fault(_ code: DiagnosticCode, _ message: String) -> Fault {
    Fault(diagnostic: Diagnostic(code, message, at: span))
  }

  private func expected(_ what: String) -> Fault { fault(.expected, "expected \(what)") }

  private mutating func advance() throws(Fault) {
    startsLine = position == 0
    skipSpace()
    start = position
    guard position < bytes.count else {
      token = .end
      return
    }
    let byte = bytes[position]
    if byte == UInt8(ascii: "\"") { return try quoted() }
    if Self.isWord(byte) {
      while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
      token = .word(String(decoding: bytes[start..<position], as: UTF8.self))
      return
    }
    position += 1
    guard "={},".utf8.contains(byte) else {
      throw fault(.strayCharacter, "this character means nothing here")
    }
    token = .mark(byte)
  }

  private mutating func quoted() throws(Fault) {
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      guard bytes[position] >= 0x20 else { break }
      position += 1
    }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      throw fault(.unterminatedString, "the text does not end on its line")
    }
    token = .text(String(decoding: bytes[(start + 1)..<position], as: UTF8.self))
    position += 1
  }

  /// Blanks, line ends, and comments from `//` to the end of the line.
  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x0A:
        startsLine = true
        position += 1
      case 0x20, 0x09, 0x0D: position += 1
      case UInt8(ascii: "/") where bytes[position...].dropFirst().first == UInt8(ascii: "/"):
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      default: return
      }
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
