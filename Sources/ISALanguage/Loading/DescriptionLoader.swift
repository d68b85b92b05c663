import Dispatch
import ISACore
import Synchronization

/// A description as far as it could be read.
public struct LoadedDescription: Sendable {
  /// nil if there is any error.
  public var instructionSet: InstructionSet?
  /// In the order of the text.
  public var diagnostics: [Diagnostic]
  /// What the spans of `diagnostics` point into.
  public var sources: [SourceFile]
}

/// Reads a machine: its main file, the chapters it includes and the machine it is a delta of.
public enum DescriptionLoader {
  /// Files of one machine, chapters and bases together.
  static let fileLimit = 256

  /// Loads the machine whose main file is `path`.
  ///
  /// - Parameters:
  ///   - read: gives the text of a path; chapters' paths are relative to the file that includes them.
  ///   - locate: gives the path of a machine's main file by the machine's id, for `machine b : a`.
  public static func load(
    path: String, read: (String) throws -> String,
    locate: (String) -> String? = { _ in nil }
  ) -> LoadedDescription {
    load(path: path, sharing: true, read: read, locate: locate)
  }

  /// - Parameter sharing: false to elaborate everything wherever it is inlined, and at once, which
  ///   comes to the same.
  static func load(
    path: String, sharing: Bool, read: (String) throws -> String,
    locate: (String) -> String? = { _ in nil }
  ) -> LoadedDescription {
    withoutActuallyEscaping(read) { read in
      withoutActuallyEscaping(locate) { locate in
        var reader = DescriptionReader(read: read, locate: locate)
        let items = reader.machine(at: path, from: nil)
        let elaborator = Elaborator(sources: reader.sources)
        elaborator.diagnostics = reader.diagnostics
        elaborator.maySharePrograms = sharing
        // Where the text could not be parsed, names may be missing: stop before they are missed.
        if !elaborator.hasErrors { elaborator.elaborate(items) }
        let diagnostics = sorted(elaborator.diagnostics)
        let hasErrors = diagnostics.contains { $0.severity == .error }
        return LoadedDescription(
          instructionSet: hasErrors ? nil : elaborator.set, diagnostics: diagnostics,
          sources: reader.sources)
      }
    }
  }

  /// Each message once, in the order of the text.
  private static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var seen: Set<Diagnostic.Key> = []
    return diagnostics.filter { seen.insert($0.key).inserted }
      .sorted {
        ($0.span.file, $0.span.start, $0.code.rawValue)
          < ($1.span.file, $1.span.start, $1.code.rawValue)
      }
  }
}

/// An item and the chapter that it stands in.
typealias ChapterItem = (item: ItemSyntax, chapter: String)

/// What one file says, families expanded.
private struct SyntaxFile: Sendable {
  /// Among the sources.
  let index: Int
  let items: [ItemSyntax]
  let diagnostics: [Diagnostic]

  init(_ source: SourceFile, index: Int) {
    let (syntax, messages) = Parser.parse(source, file: index)
    let (items, problems) = FamilyExpansion.expand(syntax.items)
    self.index = index
    self.items = items
    diagnostics = messages + problems
  }
}

/// Follows includes and bases.
private struct DescriptionReader {
  let read: (String) throws -> String
  let locate: (String) -> String?
  var sources: [SourceFile] = []
  var diagnostics: [Diagnostic] = []
  /// Files being read, outermost first.
  private var open: [String] = []

  init(
    read: @escaping (String) throws -> String, locate: @escaping (String) -> String?
  ) {
    self.read = read
    self.locate = locate
  }

  /// The items of a machine, with its base's items under its own.
  mutating func machine(at path: String, from place: SourceSpan?) -> [ChapterItem] {
    var items = file(at: path, from: place)
    guard case .machine(let name, let base, _)? = items.first?.item.kind else {
      if !diagnostics.contains(where: { $0.severity == .error }) {
        diagnostics.append(
          Diagnostic(
            .missingItem, "a description starts with `machine NAME \"Title\"`",
            at: items.first?.item.span ?? SourceSpan(file: 0, start: 0, end: 0)))
      }
      return items
    }
    for (item, _) in items.dropFirst() {
      if case .machine(let second, _, _) = item.kind {
        diagnostics.append(
          Diagnostic(
            .duplicateName, "a description has one `machine` item", at: second.span,
            notes: [.init("which stands here", at: name.span)]))
      }
    }
    reportRepeatedMonitors(in: items)
    guard let base else {
      reportAmendments(in: items)
      return items
    }
    guard let basePath = locate(base.text) ?? sibling(base.text, of: path) else {
      diagnostics.append(
        Diagnostic(.unreadableFile, "the machine `\(base.text)` is not found", at: base.span))
      return items
    }
    guard !open.contains(basePath), open.count < 16 else {
      diagnostics.append(
        Diagnostic(.cycle, "`\(base.text)` is a delta of this machine", at: base.span))
      return items
    }
    open.append(path)
    let inherited = machine(at: basePath, from: base.span)
    open.removeLast()
    let delta = Delta(base: inherited, changes: items)
    items = delta.apply(reporting: &diagnostics)
    return items
  }

  /// A machine's own `monitor` blocks: a base's block is another matter, which one replaces.
  private mutating func reportRepeatedMonitors(in items: [ChapterItem]) {
    var first: SourceSpan?
    for case .monitor(let block) in items.map(\.item.kind) {
      guard let earlier = first else {
        first = block.header
        continue
      }
      diagnostics.append(
        Diagnostic(
          .repeatedPart, "a machine has one `monitor` block", at: block.header,
          notes: [.init("which stands here", at: earlier)]))
    }
  }

  /// Only a delta has something to amend.
  private mutating func reportAmendments(in items: [ChapterItem]) {
    for case .amendMonitor(let block) in items.map(\.item.kind) {
      diagnostics.append(
        Diagnostic(
          .staleDelta, "this machine has no base whose `monitor` it could amend",
          at: block.header))
    }
  }

  private func sibling(_ name: String, of path: String) -> String? {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let candidates = [
      (folder + ["\(name).isa"]).joined(separator: "/"),
      (folder.dropLast() + [Substring(name), "\(name).isa"]).joined(separator: "/"),
    ]
    return candidates.first { (try? read($0)) != nil }
  }

  /// The items of a file and of those that it includes, families expanded.
  private mutating func file(at path: String, from place: SourceSpan?) -> [ChapterItem] {
    guard let index = open(path, from: place) else { return [] }
    return items(of: SyntaxFile(sources[index], index: index))
  }

  /// Reads a file's text.
  ///
  /// - Returns: its number among the sources; nil if there was something to say.
  private mutating func open(_ path: String, from place: SourceSpan?) -> Int? {
    let here = place ?? SourceSpan(file: 0, start: 0, end: 0)
    guard !open.contains(path) else {
      diagnostics.append(Diagnostic(.cycle, "`\(path)` includes itself", at: here))
      return nil
    }
    guard sources.count < DescriptionLoader.fileLimit else {
      diagnostics.append(
        Diagnostic(
          .limitExceeded, "a machine has \(DescriptionLoader.fileLimit) files at most", at: here))
      return nil
    }
    guard let text = try? read(path) else {
      if sources.isEmpty { sources.append(SourceFile(path: path, text: "")) }
      diagnostics.append(
        Diagnostic(.unreadableFile, "`\(path)` cannot be read", at: here))
      return nil
    }
    sources.append(SourceFile(path: path, text: text))
    return sources.count - 1
  }

  /// - Parameter chapter: the one that the file is a part of; nil for a machine's main file, whose
  ///   includes are chapters.
  private mutating func items(of file: SyntaxFile, in chapter: String? = nil) -> [ChapterItem] {
    diagnostics += file.diagnostics
    let path = sources[file.index].path
    open.append(path)
    defer { open.removeLast() }
    var included = includedFiles(of: file, at: path)[...]
    var items: [ChapterItem] = []
    for item in file.items {
      guard case .include = item.kind else {
        items.append((item, chapter ?? Self.name(of: path)))
        continue
      }
      if let part = included.popFirst() ?? nil {
        items += self.items(of: part, in: chapter ?? Self.name(of: sources[part.index].path))
      }
    }
    return items
  }

  /// A file's name without its folder and `.isa`.
  private static func name(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".isa") ? String(name.dropLast(4)) : name
  }

  /// The files that a file includes, in order, parsed on all processors; nil where there was
  /// something to say.
  private mutating func includedFiles(of file: SyntaxFile, at path: String) -> [SyntaxFile?] {
    let indices = file.items.compactMap { item -> Int?? in
      guard case .include(let relative) = item.kind else { return nil }
      return .some(open(resolve(relative.text, from: path), from: relative.span))
    }
    guard !indices.isEmpty else { return [] }
    let sources = sources
    let files = Mutex<[SyntaxFile?]>(Array(repeating: nil, count: indices.count))
    DispatchQueue.concurrentPerform(iterations: indices.count) { position in
      guard let index = indices[position] else { return }
      let parsed = SyntaxFile(sources[index], index: index)
      files.withLock { $0[position] = parsed }
    }
    return files.withLock { $0 }
  }

  private func resolve(_ relative: String, from path: String) -> String {
    guard !relative.hasPrefix("/") else { return relative }
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
    for part in relative.split(separator: "/") {
      switch part {
      case ".": continue
      case ".." where !parts.isEmpty && parts.last != "..": parts.removeLast()
      default: parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }
}

extension Elaborator {
  /// All three passes, then the checks of the whole.
  func elaborate(_ items: [ChapterItem]) {
    let all = items.map(\.item)
    declareAll(all)
    elaborateMachine(all)
    elaboratePrograms(items)
    restrictPrefixes(items)
    elaborateAliases(all)
    guard !hasErrors else { return }
    EncodingChecks(machine: self).run()
    reportUnused()
  }
}
