import ISACore

/// Maps that lie in storage: segment and page tables that a `translate` looks up.
///
/// The real loads that a translation makes are reads of the map, whatever else may lie at those
/// addresses; and so are the same loads, told by where they are written, in an instruction that
/// asks for a translation without an access (System/360 Model 67: LRA).
struct MapTables: Sendable {
  /// Some translation looks something up in storage.
  let exist: Bool
  /// Where translations say what they load.
  private let spans: Set<SourceSpan>

  init(_ isa: InstructionSet) {
    var exist = false
    var spans: Set<SourceSpan> = []
    for translate in isa.memories.compactMap(\.translate) {
      translate.forEachStatement { statement in
        guard case .load = statement.kind else { return }
        exist = true
        if statement.span != .none { spans.insert(statement.span) }
      }
    }
    self.exist = exist
    self.spans = spans
  }

  /// Whether a load written here is one that translations make.
  func areRead(at span: SourceSpan) -> Bool { spans.contains(span) }
}
