import ISACore

/// A hash-consed graph of terms: equal terms are one term, and every constructor simplifies.
///
/// Nodes lie flat in one growing block; an open-addressing table finds duplicates. An arena is not
/// `Sendable`: one arena per task.
public final class TermArena {
  /// What a variable is called and what its maker knows about it.
  public struct Variable: Sendable {
    public var name: String
    /// The caller's own mark; 0 unless given.
    public var tag: Int32
    public var term: Term
  }

  // Unmanaged memory, because uniqueness and bounds checks of arrays would cost more than the rest.
  var nodes: UnsafeMutablePointer<TermNode>
  var nodeCount = 0
  private var nodeCapacity: Int
  private var table: UnsafeMutablePointer<Int32>
  private var tableBits: Int
  private var wideConstants: [UInt128] = []
  private var wideConstantIndex: [UInt128: Int32] = [:]
  var variableList: [Variable] = []

  /// Nested constructor calls that the current outermost call may still make; see `rewriting`.
  var fuel = 0
  /// Constructors that are being called by one another.
  var depth = 0

  /// One bit, 0.
  public let no: Term
  /// One bit, 1.
  public let yes: Term

  public init() {
    nodeCapacity = 1 << 10
    nodes = .allocate(capacity: nodeCapacity)
    tableBits = 11
    table = .allocate(capacity: 1 << tableBits)
    table.initialize(repeating: -1, count: 1 << tableBits)
    no = Term(index: 0)
    yes = Term(index: 1)
    _ = intern(TermNode(.constant, width: 1, a: 0))
    _ = intern(TermNode(.constant, width: 1, a: 1))
  }

  deinit {
    nodes.deallocate()
    table.deallocate()
  }

  /// Number of distinct terms made so far.
  public var count: Int { nodeCount }

  /// All variables, in the order in which they were made.
  public var variables: [Variable] { variableList }

  // MARK: Looking at terms

  /// The node itself, for engines that walk the graph.
  @inline(__always)
  public func node(_ term: Term) -> TermNode {
    assert(term.index >= 0 && Int(term.index) < nodeCount)
    return nodes[Int(term.index)]
  }

  /// Bits of a bit vector, or of an element of an array.
  @inline(__always)
  public func width(of term: Term) -> Int { Int(node(term).width) }

  public func sort(of term: Term) -> Sort {
    let node = node(term)
    return node.indexWidth == 0
      ? .bits(Int(node.width))
      : .array(indexWidth: Int(node.indexWidth), width: Int(node.width))
  }

  /// The value of a constant, nil for any other term.
  @inline(__always)
  public func constantValue(of term: Term) -> UInt128? {
    let node = node(term)
    return node.op == .constant ? constantValue(node) : nil
  }

  @inline(__always)
  func constantValue(_ node: TermNode) -> UInt128 {
    if node.c != 0 { return wideConstants[Int(node.a)] }
    return UInt128(UInt64(UInt32(bitPattern: node.a)) | UInt64(UInt32(bitPattern: node.b)) << 32)
  }

  /// Name and tag of a variable, nil for any other term.
  public func variable(_ term: Term) -> Variable? {
    let node = node(term)
    return node.op == .variable ? variableList[Int(node.a)] : nil
  }

  // MARK: Leaves

  /// A constant; bits of `value` above `width` (0…128) are dropped.
  public func constant(_ value: UInt128, width: Int) -> Term {
    precondition(width >= 0 && width <= BitVector.maximumWidth)
    let bits = value & BitVector.mask(width)
    if let narrow = UInt64(exactly: bits) {
      return intern(
        TermNode(
          .constant, width: width, a: Int32(truncatingIfNeeded: narrow),
          b: Int32(truncatingIfNeeded: narrow >> 32)))
    }
    let slot: Int32
    if let known = wideConstantIndex[bits] {
      slot = known
    } else {
      slot = Int32(wideConstants.count)
      wideConstants.append(bits)
      wideConstantIndex[bits] = slot
    }
    return intern(TermNode(.constant, width: width, a: slot, c: 1))
  }

  /// One bit.
  @inline(__always)
  public func bit(_ value: Bool) -> Term { value ? yes : no }

  /// A new variable of `width` (0…128) bits, different from all others whatever its name.
  public func variable(_ name: String, width: Int, tag: Int32 = 0) -> Term {
    precondition(width >= 0 && width <= BitVector.maximumWidth)
    guard width > 0 else { return constant(0, width: 0) }
    return leaf(TermNode(.variable, width: width), name, tag)
  }

  /// A new array variable: `indexWidth` (1…64) bits to `width` (1…128) bits.
  public func arrayVariable(
    _ name: String, indexWidth: Int, width: Int, tag: Int32 = 0
  ) -> Term {
    precondition(indexWidth >= 1 && indexWidth <= 64 && width >= 1)
    return leaf(TermNode(.variable, width: width, indexWidth: indexWidth), name, tag)
  }

  private func leaf(_ node: TermNode, _ name: String, _ tag: Int32) -> Term {
    var node = node
    node.a = Int32(variableList.count)
    let term = intern(node)
    variableList.append(Variable(name: name, tag: tag, term: term))
    return term
  }

  // MARK: Interning

  /// The one term for `node`, made if it is new.
  @inline(__always)
  func intern(_ node: TermNode) -> Term {
    let mask = 1 << tableBits - 1
    var slot = Int(truncatingIfNeeded: node.hash >> UInt64(64 - tableBits))
    while true {
      let index = table[slot]
      if index < 0 { break }
      if nodes[Int(index)] == node { return Term(index: index) }
      slot = (slot + 1) & mask
    }
    return insert(node, at: slot)
  }

  private func insert(_ node: TermNode, at slot: Int) -> Term {
    let index = Int32(nodeCount)
    precondition(nodeCount < Int(Int32.max), "more terms than an arena can number")
    if nodeCount == nodeCapacity { growNodes() }
    (nodes + nodeCount).initialize(to: node)
    nodeCount += 1
    table[slot] = index
    if nodeCount * 2 > 1 << tableBits { growTable() }
    return Term(index: index)
  }

  private func growNodes() {
    let larger = UnsafeMutablePointer<TermNode>.allocate(capacity: nodeCapacity * 2)
    larger.moveInitialize(from: nodes, count: nodeCount)
    nodes.deallocate()
    nodes = larger
    nodeCapacity *= 2
  }

  private func growTable() {
    table.deallocate()
    tableBits += 1
    let mask = 1 << tableBits - 1
    table = .allocate(capacity: 1 << tableBits)
    table.initialize(repeating: -1, count: 1 << tableBits)
    for index in 0..<nodeCount {
      var slot = Int(truncatingIfNeeded: nodes[index].hash >> UInt64(64 - tableBits))
      while table[slot] >= 0 { slot = (slot + 1) & mask }
      table[slot] = Int32(index)
    }
  }
}
