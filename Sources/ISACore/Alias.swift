/// Another way to write an instruction, or several, in assembly: nothing but text.
public struct Alias: Sendable {
  public enum Piece: Hashable, Sendable {
    case literal(String)
    /// Any operand text; the same name stands for the same text.
    case hole(String)
  }

  /// A line: the first word, and what follows it.
  public struct Line: Hashable, Sendable {
    public var mnemonic: String
    public var operands: [Piece]

    public init(mnemonic: String, operands: [Piece]) {
      self.mnemonic = mnemonic
      self.operands = operands
    }

    /// The names of its holes.
    public var holes: Set<String> {
      Set(
        operands.compactMap {
          if case .hole(let name) = $0 { name } else { nil }
        })
    }
  }

  /// What is written.
  public var written: Line
  /// What it stands for: instructions by their own mnemonics. Never empty.
  public var meanings: [Line]
  public var span: SourceSpan

  public init(written: Line, meanings: [Line], span: SourceSpan) {
    self.written = written
    self.meanings = meanings
    self.span = span
  }
}
