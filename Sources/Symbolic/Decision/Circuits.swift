import ISACore

/// Bit vectors as literals, the lowest bit first, and the circuits between them.
typealias Wires = [Literal]

extension Gates {
  func constant(_ value: UInt128, width: Int) -> Wires {
    (0..<width).map { constant(value >> UInt128($0) & 1 == 1) }
  }

  func variables(width: Int) -> Wires { (0..<width).map { _ in variable() } }

  /// Cut, or with zeros above.
  func resized(_ x: Wires, to width: Int) -> Wires {
    x.count >= width ? Wires(x[..<width]) : x + Wires(repeating: no, count: width - x.count)
  }

  func mux(_ condition: Literal, _ x: Wires, _ y: Wires) -> Wires {
    zip(x, y).map { mux(condition, $0, $1) }
  }

  /// Sum of x, y and a carry, as wide as x, and the carry out.
  func sum(_ x: Wires, _ y: Wires, carry: Literal) -> (sum: Wires, carry: Literal) {
    var carry = carry
    var result: Wires = []
    for (a, b) in zip(x, y) {
      let half = xor(a, b)
      result.append(xor(half, carry))
      carry = mux(half, carry, a)
    }
    return (result, carry)
  }

  func add(_ x: Wires, _ y: Wires) -> Wires { sum(x, y, carry: no).sum }

  func sub(_ x: Wires, _ y: Wires) -> Wires { sum(x, y.map { ~$0 }, carry: yes).sum }

  func neg(_ x: Wires) -> Wires { sub(Wires(repeating: no, count: x.count), x) }

  func equal(_ x: Wires, _ y: Wires) -> Literal {
    zip(x, y).reduce(yes) { and($0, equal($1.0, $1.1)) }
  }

  /// x below y, unsigned: the highest bit in which they differ decides.
  func less(_ x: Wires, _ y: Wires) -> Literal {
    zip(x, y).reduce(no) { lower, bits in mux(xor(bits.0, bits.1), bits.1, lower) }
  }

  func lessSigned(_ x: Wires, _ y: Wires) -> Literal {
    var (x, y) = (x, y)
    guard let sign = x.indices.last else { return no }
    swap(&x[sign], &y[sign])
    return less(x, y)
  }

  /// The low half of the product, by shifted additions.
  func mul(_ x: Wires, _ y: Wires) -> Wires {
    // The operand with fewer live bits drives the rows.
    func liveBits(_ wires: Wires) -> Int { wires.count { $0 != no } }
    let (rows, other) = liveBits(x) < liveBits(y) ? (x, y) : (y, x)
    var result = Wires(repeating: no, count: x.count)
    for (position, bit) in rows.enumerated() where bit != no {
      let row = other[..<(x.count - position)].map { and($0, bit) }
      result[position...] = add(Wires(result[position...]), row)[...]
    }
    return result
  }

  /// Quotient and remainder, unsigned, by restoring division; all ones and x for a divisor of 0.
  func divide(_ x: Wires, _ y: Wires) -> (quotient: Wires, remainder: Wires) {
    let width = x.count
    var quotient = Wires(repeating: no, count: width)
    var remainder = Wires(repeating: no, count: width + 1)
    let divisor = y + [no]
    for position in stride(from: width - 1, through: 0, by: -1) {
      remainder = [x[position]] + remainder[..<width]
      let fits = ~less(remainder, divisor)
      quotient[position] = fits
      remainder = mux(fits, sub(remainder, divisor), remainder)
    }
    // A divisor of 0 always fits, which gives all ones; and nothing is ever taken away.
    return (quotient, Wires(remainder[..<width]))
  }

  /// A barrel shifter; `incoming` fills the bits that become free.
  func shift(_ x: Wires, by amount: Wires, left: Bool, incoming: Literal) -> Wires {
    let width = x.count
    let stages = Int.bitWidth - (width - 1).leadingZeroBitCount
    var result = x
    for (stage, bit) in amount.enumerated() where stage < stages {
      let distance = 1 << stage
      let shifted = (0..<width).map { position -> Literal in
        let source = left ? position - distance : position + distance
        return result.indices.contains(source) ? result[source] : incoming
      }
      result = mux(bit, shifted, result)
    }
    let isFar = amount.dropFirst(stages).reduce(no) { or($0, $1) }
    return mux(isFar, Wires(repeating: incoming, count: width), result)
  }

  /// The number of ones, modulo 2^width.
  func populationCount(_ x: Wires, width: Int) -> Wires {
    guard x.count > 1 else { return resized(x, to: width) }
    let half = x.count / 2
    let bits = Int.bitWidth - x.count.leadingZeroBitCount
    let low = populationCount(Wires(x[..<half]), width: bits)
    let high = populationCount(Wires(x[half...]), width: bits)
    return resized(add(low, high), to: width)
  }

  /// The number of zeros before the first one in reading order `bits`, modulo 2^width.
  func zerosBeforeOne(_ bits: Wires, width: Int) -> Wires {
    var result = constant(UInt128(bits.count), width: width)
    for (position, bit) in bits.enumerated().reversed() {
      result = mux(bit, constant(UInt128(position), width: width), result)
    }
    return result
  }
}
