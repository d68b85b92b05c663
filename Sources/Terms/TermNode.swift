/// One node of the arena: 16 bytes, no references.
@frozen
public struct TermNode: Equatable, Sendable {
  public var op: TermOperator
  /// Bits of the result; of an element, for arrays.
  public var width: UInt8
  /// Bits of the index for arrays (1…64), 0 for bit vectors.
  public var indexWidth: UInt8
  /// Always 0: names the byte, so that no padding takes part in hashing.
  let reserved: UInt8 = 0
  public var a: Int32
  public var b: Int32
  public var c: Int32

  init(
    _ op: TermOperator, width: Int, indexWidth: Int = 0, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0
  ) {
    self.op = op
    self.width = UInt8(truncatingIfNeeded: width)
    self.indexWidth = UInt8(truncatingIfNeeded: indexWidth)
    self.a = a
    self.b = b
    self.c = c
  }

  /// First operand.
  public var first: Term { Term(index: a) }
  /// Second operand.
  public var second: Term { Term(index: b) }
  /// Third operand.
  public var third: Term { Term(index: c) }
  /// The lowest bit taken by an `extract`.
  public var low: Int { Int(b) }

  @inline(__always)
  private var head: UInt64 {
    UInt64(op.rawValue) | UInt64(width) << 8 | UInt64(indexWidth) << 16
      | UInt64(UInt32(bitPattern: a)) << 32
  }

  @inline(__always)
  private var tail: UInt64 {
    UInt64(UInt32(bitPattern: b)) | UInt64(UInt32(bitPattern: c)) << 32
  }

  @inline(__always)
  public static func == (left: TermNode, right: TermNode) -> Bool {
    left.head == right.head && left.tail == right.tail
  }

  /// A multiplicative mix whose high half is good enough for open addressing.
  @inline(__always)
  var hash: UInt64 {
    var h = head &* 0x9E37_79B9_7F4A_7C15 ^ (tail &+ 0x85EB_CA6B_27D4_EB2F) &* 0xC2B2_AE3D_27D4_EB4F
    h ^= h >> 29
    return h &* 0xBF58_476D_1CE4_E5B9
  }
}
