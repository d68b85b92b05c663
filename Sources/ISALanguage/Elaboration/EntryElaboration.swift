import ISACore

/// An entry sequence as written.
struct EntrySource {
  /// Into `InstructionSet.entries`.
  var index: Int
  var body: [StatementSyntax]
}

/// What an entry sequence came to.
struct ElaboratedEntry {
  var index: Int
  var program: Program
  var citations: [Citation]
}

/// The third pass, as the instructions are: entry sequences share what they inline with them.
extension Elaborator {
  func entrySources(_ items: [ChapterItem]) -> [EntrySource] {
    items.compactMap { item, _ in
      guard case .entry(let name, _, let body) = item.kind,
        case .entry(let index)? = symbol(name.text)
      else { return nil }
      return EntrySource(index: index, body: body)
    }
  }

  func elaborate(_ source: EntrySource) -> ElaboratedEntry {
    let program = ProgramElaborator(self, rights: [.write])
    bindParameters(entrySignatures[source.index], in: program)
    program.statements(source.body)
    program.builder.commit(advance: [])
    return ElaboratedEntry(
      index: source.index, program: program.builder.finish(), citations: citations(in: source.body))
  }

  func keep(_ entry: ElaboratedEntry) {
    set.entries[entry.index].program = entry.program
    set.entries[entry.index].citations = entry.citations
  }
}
