import ISACore

/// How the number written in assembly and the bits of a field correspond, both ways.
struct FieldCoding {
  var field: EncodingField
  var format: FieldFormat
  /// Bits of the address that `here` is: relative operands wrap around there.
  var addressWidth: Int

  /// The bits for an operand.
  ///
  /// - Parameter here: the address of the instruction.
  /// - Throws: a sentence on why it does not fit.
  func bits(of operand: Int128, here: UInt64) throws(Misfit) -> UInt128 {
    switch format {
    case .unsigned, .names: return try unsigned(operand, operand: operand)
    case .signed: return try signed(operand, operand: operand)
    case .offset(let offset):
      let (difference, overflow) = operand.subtractingReportingOverflow(Int128(offset))
      return try unsigned(overflow ? -1 : difference, operand: operand)
    case .scaled(let factor):
      return try unsigned(try quotient(operand, by: factor), operand: operand)
    case .relative(let scale, let bias):
      let wrapped = UInt128(truncatingIfNeeded: operand &- Int128(here) &- Int128(bias))
      let distance = BitVector.signed(
        wrapped & BitVector.mask(addressWidth), width: addressWidth)
      return try signed(try quotient(distance, by: scale), operand: operand)
    }
  }

  /// The operand for a field's bits.
  func operand(of bits: UInt128, here: UInt64) -> Int128 {
    switch format {
    case .unsigned, .names: Int128(truncatingIfNeeded: bits)
    case .signed: BitVector.signed(bits, width: field.width)
    case .offset(let offset): Int128(truncatingIfNeeded: bits) &+ Int128(offset)
    case .scaled(let factor): Int128(truncatingIfNeeded: bits) &* Int128(factor)
    case .relative(let scale, let bias):
      Int128(
        truncatingIfNeeded: UInt128(
          truncatingIfNeeded: Int128(here) &+ Int128(bias)
            &+ BitVector.signed(bits, width: field.width) &* Int128(scale))
          & BitVector.mask(addressWidth))
    }
  }

  /// An operand that a field cannot hold.
  struct Misfit: Error {
    var message: String
  }

  private func quotient(_ value: Int128, by factor: Int) throws(Misfit) -> Int128 {
    guard factor > 1 else { return value }
    guard value % Int128(factor) == 0 else {
      throw Misfit(message: "\(value) for '\(field.name)' is not a multiple of \(factor)")
    }
    return value / Int128(factor)
  }

  private func unsigned(_ value: Int128, operand: Int128) throws(Misfit) -> UInt128 {
    guard value >= 0, UInt128(value) <= BitVector.mask(field.width) else {
      throw misfit(operand, least: 0, most: BitVector.mask(min(field.width, 127)))
    }
    return UInt128(value)
  }

  private func signed(_ value: Int128, operand: Int128) throws(Misfit) -> UInt128 {
    let bits = UInt128(truncatingIfNeeded: value) & BitVector.mask(field.width)
    guard BitVector.signed(bits, width: field.width) == value else {
      let most = BitVector.mask(max(0, field.width - 1))
      throw misfit(operand, least: -Int128(truncatingIfNeeded: most) - 1, most: most)
    }
    return bits
  }

  private func misfit(_ operand: Int128, least: Int128, most: UInt128) -> Misfit {
    switch format {
    case .relative:
      return Misfit(message: "address \(operand) is out of reach of '\(field.name)'")
    case .offset(let offset):
      let from = least + Int128(offset)
      return Misfit(
        message: "\(operand) does not fit '\(field.name)' (\(from) to \(most + UInt128(offset)))")
    case .scaled(let factor):
      return Misfit(
        message: "\(operand) does not fit '\(field.name)' (\(least) to \(most * UInt128(factor)))")
    default:
      return Misfit(message: "\(operand) does not fit '\(field.name)' (\(least) to \(most))")
    }
  }
}
