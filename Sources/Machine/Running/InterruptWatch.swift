import ISACore

/// Knows whether an interruption can have become pending since it was last known that none is.
///
/// Conditions mostly look at a few bits of registers. As long as these are as they were, there is
/// no need to evaluate the conditions again.
struct InterruptWatch: ~Copyable {
  private struct Word {
    var index: Int32
    /// The bits that some condition looks at.
    var mask: UInt64
    /// Their value when no interruption was pending.
    var settled: UInt64
  }

  private let words: UnsafeMutablePointer<Word>
  private let count: Int
  /// Some condition looks at more than fixed bits of registers.
  private let isOpen: Bool
  private var isSettled: Bool

  init(_ isa: InstructionSet, registers: [RegisterStorage.Layout]) {
    var masks: [Int32: UInt64] = [:]
    var isOpen = false
    for interrupt in isa.interrupts {
      if !InterruptWatch.collect(interrupt.condition, registers, &masks) { isOpen = true }
    }
    self.isOpen = isOpen
    // Without interruptions, none will ever be pending.
    isSettled = isa.interrupts.isEmpty
    count = masks.count
    words = .allocate(capacity: max(1, count))
    for (index, (word, mask)) in masks.sorted(by: { $0.key < $1.key }).enumerated() {
      (words + index).initialize(to: Word(index: word, mask: mask, settled: 0))
    }
  }

  deinit {
    words.deallocate()
  }

  /// Adds the bits that a condition reads; false if it is not a function of these alone.
  private static func collect(
    _ condition: Program, _ registers: [RegisterStorage.Layout], _ masks: inout [Int32: UInt64]
  ) -> Bool {
    for node in condition.nodes where node.op == .read {
      let layout = registers[Int(node.a)]
      guard node.b < 0 || condition.constantValue(node.b) != nil else { return false }
      let element = node.b < 0 ? 0 : condition.constantValue(node.b)!
      guard element < UInt128(layout.count) else { continue }
      let bits = BitVector.mask(Int(node.width)) << UInt128(node.c)
      let first = layout.base + Int32(element) * layout.stride
      masks[first, default: 0] |= UInt64(truncatingIfNeeded: bits)
      if layout.stride == 2 {
        masks[first + 1, default: 0] |= UInt64(truncatingIfNeeded: bits >> 64)
      }
    }
    return isFunctionOfRegisters(condition)
  }

  /// Whether the program does nothing but compute.
  private static func isFunctionOfRegisters(_ condition: Program) -> Bool {
    var pending = condition.body
    while let statement = pending.popLast() {
      switch statement.kind {
      case .assign: break
      case .branch(_, let then, let otherwise):
        pending += then
        pending += otherwise
      case .loop(_, _, let body): pending += body
      default: return false
      }
    }
    return true
  }

  /// Whether the conditions have to be evaluated.
  @inline(__always)
  func isStirred(_ registers: UnsafeMutablePointer<UInt64>) -> Bool {
    guard isSettled else { return true }
    var differing: UInt64 = 0
    for index in 0..<count {
      let word = words[index]
      differing |= (registers[Int(word.index)] ^ word.settled) & word.mask
    }
    return differing != 0
  }

  /// Takes note that no interruption is pending now.
  mutating func settle(_ registers: UnsafeMutablePointer<UInt64>) {
    guard !isOpen else { return }
    for index in 0..<count { words[index].settled = registers[Int(words[index].index)] }
    isSettled = true
  }
}
