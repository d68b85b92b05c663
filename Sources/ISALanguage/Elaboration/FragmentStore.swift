import ISACore
import Synchronization

/// What is known of something that was inlined before.
enum SharedFragment: Sendable {
  case sound(ProgramFragment)
  case reported(ReportedFragment)
}

/// Something about whose text there was something to say: one mistake in what thousands of forms use
/// costs no more than none.
final class ReportedFragment: Sendable {
  /// Nil if nothing came of it.
  let content: ProgramFragment.Content?
  let hasFailed: Bool
  /// What is inlined inside, and how deeply.
  let calls: NumberSet
  let depth: Int
  /// Where the operands' cases stood.
  let cases: [SourceSpan]
  /// What was said, each message once.
  let diagnostics: [Diagnostic]

  init(
    content: ProgramFragment.Content?, hasFailed: Bool, calls: NumberSet, depth: Int,
    cases: [SourceSpan], diagnostics: some Sequence<Diagnostic>
  ) {
    self.content = content
    self.hasFailed = hasFailed
    self.calls = calls
    self.depth = depth
    self.cases = cases
    var seen: Set<Diagnostic.Key> = []
    self.diagnostics = diagnostics.filter { seen.insert($0.key).inserted }
  }

  /// What there is to say where the operands' cases stand elsewhere, with the same text.
  func diagnostics(cases: [SourceSpan]) -> [Diagnostic] {
    let moves = SpanMoves(from: self.cases, to: cases)
    guard !moves.isEmpty else { return diagnostics }
    return diagnostics.compactMap { diagnostic in
      // What is missing is missing once.
      if diagnostic.code == .unknownName, diagnostic.fix == nil { return nil }
      var moved = diagnostic
      moved.span = moves.map(diagnostic.span)
      for index in moved.notes.indices {
        moved.notes[index].span = moves.map(moved.notes[index].span)
      }
      if let fix = moved.fix { moved.fix?.span = moves.map(fix.span) }
      return moved
    }
  }
}

/// From where something was written to where the same text stands once more.
struct SpanMoves {
  private let moves: [(from: SourceSpan, to: SourceSpan)]

  init(from: [SourceSpan] = [], to: [SourceSpan] = []) {
    moves = from == to ? [] : zip(from, to).filter { $0 != $1 }
  }

  var isEmpty: Bool { moves.isEmpty }

  func map(_ span: SourceSpan) -> SourceSpan {
    for (from, to) in moves
    where span.file == from.file && span.start >= from.start && span.end <= from.end {
      var moved = span
      moved.file = to.file
      moved.start += to.start - from.start
      moved.end += to.start - from.start
      return moved
    }
    return span
  }
}

/// What has been inlined, for all who elaborate at once: a fragment is the same whoever records it.
final class FragmentStore: Sendable {
  private let fragments = Mutex<[FragmentKey: SharedFragment]>([:])
  private let pieces = Mutex<[OperandLayout.Kind: OperandPiece]>([:])
  private let signatures = Mutex<[FragmentKey: Int]>([:])

  /// Numbers for the kinds of what is bound.
  func signature(_ key: FragmentKey) -> Int {
    signatures.withLock { signatures in
      let next = signatures.count
      let number = signatures[key] ?? next
      if number == next { signatures[key] = next }
      return number
    }
  }

  /// Fragments about which there was nothing to say.
  var sound: [FragmentKey: SharedFragment] {
    fragments.withLock { fragments in
      fragments.filter { if case .sound = $0.value { true } else { false } }
    }
  }

  subscript(key: OperandLayout.Kind) -> OperandPiece? {
    get { pieces.withLock { $0[key] } }
    set { pieces.withLock { $0[key] = newValue } }
  }

  subscript(key: FragmentKey) -> SharedFragment? {
    get { fragments.withLock { $0[key] } }
    set { fragments.withLock { $0[key] = newValue } }
  }
}

extension Elaborator {
  /// What inlining something came to, for this elaborator or another one.
  func fragment(_ key: FragmentKey) -> SharedFragment? {
    if let known = fragments[key] { return known }
    guard let found = fragmentStore?[key] else { return nil }
    fragments[key] = found
    return found
  }

  func keep(_ fragment: SharedFragment, as key: FragmentKey) {
    fragments[key] = fragment
    fragmentStore?[key] = fragment
  }
}
