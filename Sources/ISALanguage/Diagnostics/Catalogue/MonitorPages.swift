/// M: the `monitor` block.
enum MonitorPages {
  static func page(for code: DiagnosticCode) -> DiagnosticPage {
    switch code {
    case .uncoveredState:
      DiagnosticPage(
        "state of which the `monitor` block does not say how it stands",
        meaning: """
          While a guest runs, every bit of every register stands `direct` (the guest's value is \
          in the register), or is `owned` by the monitor, or is computed by `map`. A register \
          that a delta adds is placed by an `amend monitor` of the delta.
          """,
        reason: """
          A bit of which nobody says whose it is would show a guest what the monitor or another \
          guest left there.
          """,
        wrong: block("direct  r", "owned   psw[15..8]", mapping: "psw.mode := user"),
        mended: block("direct  r, psw.pc", "owned   psw[15..8]", mapping: "psw.mode := user"))
    case .conflictingStanding:
      DiagnosticPage(
        "state that the `monitor` block places twice",
        meaning: """
          A bit stands in one list of the block, and what stands `direct` is not written by `map`. \
          `map` may write what is `owned`: then it computes the monitor's value.
          """,
        reason: "Of two places to find a guest's value in, one is wrong.",
        wrong: block("direct  r, psw", "owned   psw[15..9]", mapping: ""),
        mended: block(
          "direct  r, psw.pc", "owned   psw[15..9]", mapping: "psw.mode := user"))
    case .unsharedStorage:
      DiagnosticPage(
        "a memory that the `monitor` block ought to share out, or cannot",
        meaning: """
          The block has a line `storage M reserve … granule …` for every memory that has a \
          `translate`, and for no other.
          """,
        reason: """
          Guests reach storage through the translation. Where it says nothing of how storage is \
          allotted there is no allocation to check, and without a translation there is no way to \
          keep one guest out of another's.
          """,
        wrong: block("direct  r, psw", storage: "", mapping: ""),
        mended: block("direct  r, psw", mapping: ""))
    case .badShare:
      DiagnosticPage(
        "a reserve or a granule that cannot be",
        meaning: """
          Guests get multiples of the granule, a power of two, and what the monitor reserves for \
          itself leaves room for one granule at least. Both are counted in units of the memory. A \
          granule is made up of whole blocks of a file that is `attached` to the memory, and the \
          file has an element for every block.
          """,
        reason: "A monitor without room for a guest is none.",
        wrong: block(
          "direct  r, psw", storage: "storage storage reserve 16 granule 24", mapping: ""),
        mended: block("direct  r, psw", mapping: ""))
    case .incompleteMonitor:
      DiagnosticPage(
        "a `monitor` block without what every one needs",
        meaning: """
          The block has a `map(origin, extent, guest) { … }`, and the machine a memory with a \
          `translate`.
          """,
        reason: """
          `map` is the paper's map f, from virtual states to real ones. What it maps is the \
          storage that a guest believes to have.
          """,
        wrong: """
          \(translation)
          monitor {
            storage storage reserve 16 granule 16
            direct  r, psw
          }
          """,
        mended: block("direct  r, psw", mapping: ""))
    default:
      DiagnosticPage(
        "a second `monitor` block, or a second part of one kind",
        meaning: """
          A machine has one `monitor` block, and a block one part of each kind: one `storage` line \
          a memory, one `recover` an entry, one of each other program. Only the lists `direct` and \
          `owned` go on from line to line. A delta replaces its base's block, or parts of it with \
          `amend monitor`.
          """,
        reason: "Of two maps, one would be ignored without a word.",
        wrong: block(
          "direct  r, psw", "flush { psw := 0 }", "flush { psw := 1 }", mapping: ""),
        mended: block("direct  r, psw", "flush { psw := 0 }", mapping: ""))
    }
  }

  private static let translation = "translate storage(a, intent) { result a }"

  /// A block of the example machine.
  private static func block(
    _ lines: String..., storage: String = "storage storage reserve 16 granule 16", mapping: String
  ) -> String {
    let body = mapping.isEmpty ? "{}" : "{ \(mapping) }"
    let all = [storage] + lines + ["map(origin, extent, guest) \(body)"]
    let text = all.filter { !$0.isEmpty }.map { "  \($0)" }.joined(separator: "\n")
    return "\(translation)\nmonitor {\n\(text)\n}"
  }
}
