import ISACore

extension SyntaxTemplate {
  /// The assembly line with the operands' names in their places: `LPSW d1[(b1)]`.
  func text(fields: [EncodingField]) -> String {
    let operands = Self.text(operands, fields: fields)
    return operands.isEmpty ? mnemonic : "\(mnemonic) \(operands)"
  }

  private static func text(_ pieces: [Piece], fields: [EncodingField]) -> String {
    pieces.map { piece in
      switch piece {
      case .literal(let text): text
      case .field(let index, _): fields.element(at: index)?.name ?? "?"
      case .optional(let pieces): "[\(text(pieces, fields: fields))]"
      }
    }.joined()
  }
}
