/// A term: an index into the `TermArena` that made it, and meaningless in any other.
///
/// Terms are hash-consed, so two terms of one arena are structurally equal exactly if they compare
/// equal here.
public struct Term: Hashable, Sendable, Comparable {
  /// Position in the arena. Operands always stand before the terms that use them.
  public let index: Int32

  @inlinable
  public init(index: Int32) { self.index = index }

  @inlinable
  public static func < (left: Term, right: Term) -> Bool { left.index < right.index }
}

/// What a term stands for.
public enum Sort: Hashable, Sendable {
  /// A bit vector of 0…128 bits.
  case bits(Int)
  /// A total function from an index of `indexWidth` (1…64) bits to `width` (1…128) bits.
  case array(indexWidth: Int, width: Int)
}
