import ISACore

/// Finds the few encodings that given bits can be, by looking at a handful of bits at a time.
///
/// Every node but the leaves looks up to eight neighbouring bits that most of its patterns fix; a
/// pattern that leaves some of them open hangs under several children. Only bits that all of a
/// node's patterns have are looked at, so nothing beyond the shortest is ever waited for.
struct DecisionTree: Sendable {
  private struct Node: Sendable {
    /// First bit looked at; -1 for a leaf.
    var start: Int32
    var width: Int32
    /// The first of 1 << width children.
    var children: Int32
    /// The patterns that are possible here, in order of precedence.
    var patterns: Range<Int32>
  }

  private var nodes: [Node] = []
  /// Indices of patterns; nodes hold ranges of it.
  private var members: [Int32] = []

  /// Nodes and members in all; beyond it, sets are left to be searched one by one.
  private static let budget = 1 << 20
  private static let leafSize = 3

  /// `patterns` are in order of precedence.
  init(_ patterns: [EncodingPattern]) {
    nodes.append(Node(start: -1, width: 0, children: 0, patterns: 0..<0))
    var pending: [(node: Int, members: [Int32], tested: [UInt64], depth: Int)] = [
      (0, patterns.indices.map { Int32($0) }, [], 0)
    ]
    while let (node, set, tested, depth) = pending.popLast() {
      let first = Int32(members.count)
      members += set
      nodes[node].patterns = first..<Int32(members.count)
      guard set.count > DecisionTree.leafSize, depth < 24, members.count < DecisionTree.budget
      else { continue }
      var nextTested = tested
      var split: (test: Test, groups: [[Int32]])?
      while split == nil, let test = DecisionTree.bestTest(set, patterns, tested: nextTested) {
        while nextTested.count <= test.start / 64 { nextTested.append(0) }
        nextTested[test.start / 64] |= DecisionTree.mask(test)
        var groups = Array(repeating: [Int32](), count: 1 << test.width)
        for member in set {
          DecisionTree.distribute(member, patterns[Int(member)], test, into: &groups)
        }
        if groups.allSatisfy({ $0.count < set.count }) { split = (test, groups) }
      }
      guard let (test, groups) = split else { continue }
      nodes[node].start = Int32(test.start)
      nodes[node].width = Int32(test.width)
      nodes[node].children = Int32(nodes.count)
      for group in groups {
        pending.append((nodes.count, group, nextTested, depth + 1))
        nodes.append(Node(start: -1, width: 0, children: 0, patterns: 0..<0))
      }
    }
  }

  /// The patterns worth a comparison, in order of precedence, as far down as `known` bits lead.
  func candidates(_ bits: BitString, known: Int) -> ArraySlice<Int32> {
    var node = nodes[0]
    while node.start >= 0, Int(node.start + node.width) <= known {
      node = nodes[Int(node.children) + Int(bits.bits(Int(node.start), width: Int(node.width)))]
    }
    return members[Int(node.patterns.lowerBound)..<Int(node.patterns.upperBound)]
  }

  // MARK: Building

  private typealias Test = (start: Int, width: Int)

  private static func mask(_ test: Test) -> UInt64 {
    (~0 << UInt64(64 - test.width)) >> UInt64(test.start % 64)
  }

  /// Up to eight neighbouring bits of one word that tell the patterns apart best: those fixed in
  /// all patterns if there are such, else those fixed in most.
  private static func bestTest(
    _ set: [Int32], _ patterns: [EncodingPattern], tested: [UInt64]
  ) -> Test? {
    let limit = set.map { patterns[Int($0)].bitCount }.min() ?? 0
    var best: (test: Test, score: Int)?
    for word in 0..<((limit + 63) / 64) {
      let free =
        BitString.mask(word: word, below: limit) & ~(word < tested.count ? tested[word] : 0)
      var scores = [Int](repeating: 0, count: 64)
      var ones = [Int](repeating: 0, count: 64)
      for member in set {
        var fixed = patterns[Int(member)].significant[word] & free
        while fixed != 0 {
          let bit = fixed.leadingZeroBitCount
          scores[bit] += 1
          if patterns[Int(member)].value[word] >> UInt64(63 - bit) & 1 == 1 { ones[bit] += 1 }
          fixed &= ~(1 << UInt64(63 - bit))
        }
      }
      // What a bit is worth: how many patterns it keeps apart.
      for bit in 0..<64 { scores[bit] = min(ones[bit], scores[bit] - ones[bit]) * 2 + scores[bit] }
      for bit in 0..<64 where ones[bit] > 0 || scores[bit] > 0 {
        guard free >> UInt64(63 - bit) & 1 == 1, scores[bit] > 0 else { continue }
        var width = 1
        var score = scores[bit]
        while width < 8, bit + width < 64, free >> UInt64(63 - bit - width) & 1 == 1,
          scores[bit + width] * 2 > scores[bit]
        {
          score += scores[bit + width]
          width += 1
        }
        if score > best?.score ?? 0 { best = ((word * 64 + bit, width), score) }
      }
    }
    return best?.test
  }

  /// Puts a pattern under every value of the tested bits that it allows.
  private static func distribute(
    _ member: Int32, _ pattern: EncodingPattern, _ test: Test, into groups: inout [[Int32]]
  ) {
    let fixed = Int(pattern.significant.bits(test.start, width: test.width))
    let value = Int(pattern.value.bits(test.start, width: test.width)) & fixed
    for index in groups.indices where index & fixed == value { groups[index].append(member) }
  }
}
