import ISACore

/// The names that traps have in conformance data: `program:4:protection`, `svc:{0}`,
/// `tt:{0:hex}:trap_instruction`.
struct TrapLabels {
  private struct Label {
    /// The text before and after the number.
    var before: String
    /// nil: no number.
    var after: String?
    /// 0: in decimal.
    var hexDigits: Int
  }
  private let labels: [Label]

  init(_ isa: InstructionSet) {
    labels = isa.traps.map { trap in
      let text = trap.label ?? trap.name
      for (mark, isHex) in [("{0}", false), ("{0:hex}", true)] {
        let pieces = text.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
        guard pieces.count > 1 else { continue }
        let bits = trap.arguments.parameters.first.map { trap.arguments.locals[Int($0)].width }
        return Label(
          before: String(pieces[0]), after: String(pieces[1]),
          hexDigits: isHex ? max(1, ((bits ?? 8) + 3) / 4) : 0)
      }
      return Label(before: text, after: nil, hexDigits: 0)
    }
  }

  /// The label of a trap with these arguments.
  func label(_ trap: TrapID, _ arguments: [UInt128]) -> String {
    let label = labels[Int(trap)]
    guard let after = label.after else { return label.before }
    let number = arguments.first ?? 0
    guard label.hexDigits > 0 else { return label.before + String(number) + after }
    let digits = String(number, radix: 16, uppercase: true)
    let zeros = String(repeating: "0", count: max(0, label.hexDigits - digits.count))
    return label.before + zeros + digits + after
  }

  /// Whether some trap of the machine can have this label.
  func isDeclared(_ text: String) -> Bool {
    labels.contains { label in
      guard let after = label.after else { return text == label.before }
      guard text.hasPrefix(label.before), text.hasSuffix(after),
        text.count > label.before.count + after.count
      else { return false }
      return text.dropFirst(label.before.count).dropLast(after.count).allSatisfy {
        label.hexDigits > 0 ? $0.isHexDigit : $0.isNumber
      }
    }
  }
}
