import ISACore

/// A set of register bits, made ready to be copied and compared quickly between machines of one
/// description.
public struct StateBits: Sendable {
  struct Word: Sendable {
    var index: Int
    var mask: UInt64
  }
  private(set) var words: [Word] = []

  /// - Parameter bits: of every element of each register.
  public init(
    _ isa: InstructionSet, _ bits: [(register: RegisterID, low: Int, width: Int)]
  ) {
    var masks: [Int: UInt64] = [:]
    var base = 0
    var bases: [Int] = []
    for register in isa.registers {
      bases.append(base)
      base += register.count * (register.width > 64 ? 2 : 1)
    }
    for (register, low, width) in bits {
      let declared = isa.registers[Int(register)]
      let stride = declared.width > 64 ? 2 : 1
      let mask = BitVector.mask(width) << UInt128(low)
      for element in 0..<declared.count {
        let word = bases[Int(register)] + element * stride
        for (offset, part) in [mask, mask >> 64].prefix(stride).enumerated() {
          let part = UInt64(truncatingIfNeeded: part)
          if part != 0 { masks[word + offset, default: 0] |= part }
        }
      }
    }
    words = masks.sorted { $0.key < $1.key }.map { Word(index: $0.key, mask: $0.value) }
  }

  /// All bits of all registers.
  public init(allOf isa: InstructionSet) {
    self.init(isa, isa.registers.indices.map { (RegisterID($0), 0, isa.registers[$0].width) })
  }

  public var isEmpty: Bool { words.isEmpty }
}

extension Machine {
  /// Takes over bits of registers from another machine of the same description.
  public func copyBits(_ bits: StateBits, from other: Machine) {
    beginChange()
    let to = core.registers.words
    let from = other.core.registers.words
    for word in bits.words {
      let old = to[word.index]
      let new = old & ~word.mask | from[word.index] & word.mask
      if old != new {
        core.journal.record(to + word.index)
        to[word.index] = new
      }
    }
  }

  /// The bits' values, one word after the other.
  public func values(of bits: StateBits) -> [UInt64] {
    bits.words.map { core.registers.words[$0.index] & $0.mask }
  }

  /// Whether the bits have the values that `values(of:)` gave.
  public func has(_ values: [UInt64], for bits: StateBits) -> Bool {
    for (word, value) in zip(bits.words, values)
    where core.registers.words[word.index] & word.mask != value {
      return false
    }
    return true
  }

  /// Sets the bits to what `values(of:)` gave.
  public func set(_ bits: StateBits, to values: [UInt64]) {
    beginChange()
    let to = core.registers.words
    for (word, value) in zip(bits.words, values) {
      let new = to[word.index] & ~word.mask | value & word.mask
      if to[word.index] != new {
        core.journal.record(to + word.index)
        to[word.index] = new
      }
    }
  }

  /// The first register with an element in which the bits differ from those of another machine.
  public func firstDifference(
    of bits: StateBits, from other: Machine
  ) -> (register: RegisterID, element: Int)? {
    let mine = core.registers.words
    let others = other.core.registers.words
    for word in bits.words where (mine[word.index] ^ others[word.index]) & word.mask != 0 {
      let place = core.registers.place(of: mine + word.index)
      return (RegisterID(place.register), place.element)
    }
    return nil
  }
}
