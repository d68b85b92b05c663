import ISACore

/// Prints operands by a syntax template.
enum TemplateText {
  /// The template as a user would read it: `LPSW d1[(b1)]`.
  static func usage(of form: Form) -> String {
    let operands = usage(form.syntax.operands, form)
    return operands.isEmpty ? form.syntax.mnemonic : "\(form.syntax.mnemonic) \(operands)"
  }

  private static func usage(_ pieces: [SyntaxTemplate.Piece], _ form: Form) -> String {
    pieces.map { piece in
      switch piece {
      case .literal(let text): text
      case .field(let field, _): form.fields[field].name
      case .optional(let pieces): "[\(usage(pieces, form))]"
      }
    }.joined()
  }

  /// The operands with the values of `fields`.
  ///
  /// - Parameter label: a name to print for the target of a relative operand.
  static func operands(
    of form: Form, fields: [UInt128], here: UInt64, addressWidth: Int,
    label: (UInt64) -> String?
  ) -> String {
    func text(_ pieces: [SyntaxTemplate.Piece]) -> String {
      pieces.map { piece in
        switch piece {
        case .literal(let text): return text
        case .field(let field, let format):
          let coding = FieldCoding(
            field: form.fields[field], format: format, addressWidth: addressWidth)
          return value(coding, fields[field], here: here, label: label)
        case .optional(let pieces):
          return isZero(pieces, fields) ? "" : text(pieces)
        }
      }.joined()
    }
    return text(form.syntax.operands)
  }

  private static func isZero(_ pieces: [SyntaxTemplate.Piece], _ fields: [UInt128]) -> Bool {
    pieces.allSatisfy { piece in
      switch piece {
      case .literal: true
      case .field(let field, _): fields[field] == 0
      case .optional(let pieces): isZero(pieces, fields)
      }
    }
  }

  private static func value(
    _ coding: FieldCoding, _ bits: UInt128, here: UInt64, label: (UInt64) -> String?
  ) -> String {
    let operand = coding.operand(of: bits, here: here)
    switch coding.format {
    case .names(let names):
      return bits < UInt128(names.count) ? names[Int(bits)] : String(bits)
    case .relative:
      let target = UInt64(truncatingIfNeeded: operand)
      return label(target) ?? "0x" + String(target, radix: 16, uppercase: true)
    default:
      // Displacements are written in decimal in the manuals; wider numbers are addresses and masks.
      return coding.field.width > 12 && operand > 9
        ? "0x" + String(operand, radix: 16, uppercase: true) : String(operand)
    }
  }
}
