import ISACore

/// The names that traps have in conformance data: `program:4:protection`, `svc:{0}`.
struct TrapLabels {
  private let isa: InstructionSet
  /// The text before and after `{0}`; no second part where the label takes no argument.
  private let parts: [(before: String, after: String?)]

  init(_ isa: InstructionSet) {
    self.isa = isa
    parts = isa.traps.map { trap in
      let label = trap.label ?? trap.name
      let pieces = label.split(separator: "{0}", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(pieces[0]), pieces.count > 1 ? String(pieces[1]) : nil)
    }
  }

  /// The label of a trap with these arguments.
  func label(_ trap: TrapID, _ arguments: [UInt128]) -> String {
    let (before, after) = parts[Int(trap)]
    guard let after else { return before }
    return before + String(arguments.first ?? 0) + after
  }

  /// Whether some trap of the machine can have this label.
  func isDeclared(_ label: String) -> Bool {
    parts.contains { before, after in
      guard let after else { return label == before }
      guard label.hasPrefix(before), label.hasSuffix(after),
        label.count > before.count + after.count
      else { return false }
      return label.dropFirst(before.count).dropLast(after.count).allSatisfy { $0.isNumber }
    }
  }
}
