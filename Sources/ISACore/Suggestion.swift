/// The name somebody probably meant.
public enum Suggestion {
  /// The candidate with the fewest slips between it and `name`: letters left out, added, changed, or
  /// two neighbours swapped. nil if every candidate needs more slips than a third of the name.
  ///
  /// Of equally near candidates the first in the alphabet wins. Time grows with the product of the
  /// lengths, so names longer than 64 bytes get no suggestion.
  public static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8)
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    var best: String?
    var fewest = max(1, wanted.count / 3) + 1
    for candidate in candidates where candidate != name {
      let utf8 = candidate.utf8
      guard abs(utf8.count - wanted.count) <= fewest, utf8.count <= 64 else { continue }
      let slips = distance(wanted, Array(utf8))
      // A name of one or two letters is near everything.
      guard slips < max(wanted.count, utf8.count) else { continue }
      if slips < fewest || (slips == fewest && best.map { candidate < $0 } == true) {
        fewest = slips
        best = candidate
      }
    }
    return best
  }

  /// Optimal string alignment distance of two byte strings. The letters' case counts once for the
  /// whole name, and only if nothing else differs.
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    func fold(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
    let x = a.map(fold)
    let y = b.map(fold)
    if x == y { return a == b ? 0 : 1 }
    var beforeLast: [Int] = []
    var last = Array(0...y.count)
    for i in 1..<(x.count + 1) {
      var row = [i] + Array(repeating: 0, count: y.count)
      for j in 1..<(y.count + 1) {
        let change = last[j - 1] + (x[i - 1] == y[j - 1] ? 0 : 1)
        row[j] = min(change, last[j] + 1, row[j - 1] + 1)
        if i > 1, j > 1, x[i - 1] == y[j - 2], x[i - 2] == y[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[y.count]
  }
}
