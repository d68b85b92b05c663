import ISACore

/// What one micro-op does.
///
/// Values stand in slots of a frame of 64-bit words: one word up to 64 bits, two (low word first)
/// beyond. Bits above a value's width are zero. Micro-ops without `wide` in their name work on
/// single words only, so 64-bit semantics never pay for 128-bit ones.
enum OpCode: UInt8 {
  /// The program is complete.
  case end

  // Single words. `d` is the destination, `a`, `b`, `c` operands, `width` the operand's width.
  case move
  case not, neg
  /// From `width` bits to `low` bits.
  case sext
  /// `width` bits from bit `low` up.
  case extract
  case popcount, clz, ctz
  case add, sub, mul, udiv, urem, sdiv, srem
  case and, or, xor
  case shl, lshr, ashr
  case eq, ult, ule, slt, sle
  /// `a` above the `low` bits of `b`.
  case concat
  case ite

  // Two words on either side; which sides, `flags` says.
  case moveWide
  /// One word to two.
  case widen
  /// `c` is the operator, `width` that of the operand, `low` that of the result, `b` the bit from
  /// which an `extract` takes.
  case wideUnary
  /// `c` is the operator, `width` and `low` the widths of the operands.
  case wideBinary
  case wideIte

  /// The primitive that `c` holds, on `a` and `b` of `width` and `low` bits.
  case ieee

  // Registers. `a` is the first word of the element or of the file.
  /// `width` bits from bit `low` of a one-word element.
  case read
  /// The same of an element of a file; `b` is the index, `c` the number of elements.
  case readElement
  /// `c` is the register, `b` the index or -1: any width.
  case readWide
  /// `d` is the value.
  case write
  case writeElement
  case writeWide

  // Memory. `a` is the address, `b` the number of units, `c` the memory.
  case load
  case loadWide
  /// `d` is the value.
  case store
  case storeWide
  /// `width` is the intent.
  case probe
  /// What a translation records: stores if that changes anything.
  case record

  // Control. Targets are indices into the program's code.
  case jump
  /// To `b` by `a`.
  case jumpIfZero, jumpIfNotZero
  /// To `c` by comparison of `a` and `b`, which are unsigned.
  case jumpIfEqual, jumpUnlessEqual, jumpIfBelow, jumpUnlessBelow
  /// `d` := the number in the constant slot `a`; starts a loop.
  case startLoop
  /// To `b` if the counter `d` is zero, else counts it down.
  case countDown
  /// `a` indexes the program's trap sites.
  case trap
  /// `d` := an open value of `width` bits; `b` is the number of alternatives, 0 for any value.
  case havoc
  /// Goes on with the instruction in `a`, `width` bits wide; `b` is the trap if that performs too.
  case perform
}

/// One instruction of the machine's inner language: 20 bytes, operands by slot.
struct MicroOp {
  var code: OpCode
  var width: UInt8 = 0
  var low: UInt8 = 0
  var flags: Flags = []
  var d: Int32 = 0
  var a: Int32 = 0
  var b: Int32 = 0
  var c: Int32 = 0

  struct Flags: OptionSet {
    let rawValue: UInt8
    static let wideA = Flags(rawValue: 1)
    static let wideB = Flags(rawValue: 2)
    static let wideD = Flags(rawValue: 4)
    /// The access goes past the memory's `translate`.
    static let isReal = Flags(rawValue: 8)
  }
}

/// Where a value stands in a frame.
struct Slot {
  /// First word.
  var offset: Int32
  /// Two words instead of one.
  var isWide: Bool

  /// The value in a frame.
  @inline(__always)
  func value(in frame: UnsafePointer<UInt64>) -> UInt128 {
    let word = frame + Int(offset)
    return isWide ? UInt128(word[1]) << 64 | UInt128(word[0]) : UInt128(word[0])
  }

  @inline(__always)
  func set(_ value: UInt128, in frame: UnsafeMutablePointer<UInt64>) {
    let word = frame + Int(offset)
    word[0] = UInt64(truncatingIfNeeded: value)
    if isWide { word[1] = UInt64(truncatingIfNeeded: value >> 64) }
  }
}

/// A place in a program where it may trap.
struct TrapSite {
  var trap: TrapID
  var trapClass: TrapClass
  var arguments: [Slot]
}

/// A program as flat code with a frame of its own.
///
/// Programs do not recurse, so each has one frame for ever: constants are written once, and no
/// frame is ever cleared but for locals that may be read unset.
///
/// A frame starts with the program's *inputs* in a fixed order (encoding fields, contexts,
/// length), so a decoded instruction is kept as an image of these few words and its form is run
/// by copying them. The next step from here leaves this interface as it is: a decoded instruction
/// may instead keep code of its own, in which the inputs have become constants, were folded, and
/// dead micro-ops dropped; such code can be strung together to blocks and blocks be chained,
/// because an instruction leaves the interpreter only by `end`, `trap` and `perform`, and the
/// validity of decoded code is already kept with the page it was read from.
struct CompiledProgram {
  var code: UnsafeMutablePointer<MicroOp>
  var codeCount: Int
  var frame: UnsafeMutablePointer<UInt64>
  var frameCount: Int
  /// Words at the start of the frame that hold fields, contexts and length.
  var inputCount: Int
  /// Words that must be zero when the program starts: locals that it may read before it sets them.
  var zeroed: UnsafeMutablePointer<Int32>
  var zeroedCount: Int
  var fields: [Slot]
  var contexts: [Slot]
  var length: Slot
  var parameters: [(slot: Slot, width: Int)]
  var result: Slot?
  /// First words of the parameters 0 and 1 and of the result, or -1: what translation needs
  /// without touching an array.
  var address: Int32
  var intent: Int32
  var real: Int32
  var locals: [Slot]
  var trapSites: [TrapSite]
  /// Whether it may write state that belongs to a device.
  var touchesDevice = false

  /// Sets what `length` means, in addressable units.
  func setLength(_ units: Int) {
    frame[Int(length.offset)] = UInt64(units)
  }

  func deallocate() {
    code.deallocate()
    zeroed.deallocate()
    frame.deallocate()
  }
}
