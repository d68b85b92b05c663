import Foundation
import Testing

@testable import IEEEArithmetic

/// The extended format against steps of a real processor's x87 instructions.
@Suite struct ProcessorTests {
  /// Bits of the status word.
  private enum Status {
    static let exceptions = 0x3F
    static let c0 = 1 << 8
    static let c1 = 1 << 9
    static let c2 = 1 << 10
    static let c3 = 1 << 14
  }

  private let format = BinaryFormat.extended80

  @Test func agrees() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Processor/x87.txt")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").dropFirst()
    #expect(lines.count > 170)
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      let numbers = words.dropFirst().compactMap { UInt128($0, radix: 16) }
      try #require(numbers.count == 6)
      let (before, after) = (Int(numbers[4]), Int(numbers[5]))
      let (outcome, codes) = try step(
        words[0], numbers[0], numbers[1], environment(Int(numbers[3])))
      #expect(outcome.bits == numbers[2], "\(line)")
      let status = before & Status.exceptions | exceptions(outcome.flags)
      #expect(status == after & Status.exceptions, "\(line)")
      if let codes, !outcome.flags.contains(.invalid) {
        #expect(
          codes == after & (Status.c0 | Status.c1 | Status.c2 | Status.c3), "\(line)")
      }
    }
  }

  /// Of a control word: bits 11 and 10 are the direction of rounding, 9 and 8 the precision.
  private func environment(_ control: Int) -> Environment {
    let directions: [RoundingMode] = [.nearest, .down, .up, .towardZero]
    let precisions = [24, 64, 53, 64]
    return Environment(
      rounding: directions[control >> 10 & 3], tininess: .afterRounding, nanRule: .larger,
      defaultNaN: .negativeQuiet, extendedPrecision: precisions[control >> 8 & 3])
  }

  private func exceptions(_ flags: ExceptionFlags) -> Int {
    let order: [ExceptionFlags] = [
      .invalid, .subnormalOperand, .divisionByZero, .overflow, .underflow, .inexact,
    ]
    return order.enumerated().reduce(0) { $0 | (flags.contains($1.element) ? 1 << $1.offset : 0) }
  }

  /// The outcome, and the condition codes of a remainder.
  private func step(
    _ name: String, _ x: UInt128, _ y: UInt128, _ environment: Environment
  ) throws -> (Outcome, codes: Int?) {
    switch name {
    case "fadd": return (format.add(x, y, environment), nil)
    case "fsub": return (format.subtract(x, y, environment), nil)
    case "fmul": return (format.multiply(x, y, environment), nil)
    case "fdiv": return (format.divide(x, y, environment), nil)
    case "fsqrt": return (format.squareRoot(x, environment), nil)
    case "frndint": return (format.roundToIntegral(x, environment), nil)
    case "fprem", "fprem1":
      let result = format.remainder(
        x, y, isNearest: name == "fprem1", isPartial: true, environment)
      let quotient = Int(result.quotient)
      let codes =
        (quotient & 4 != 0 ? Status.c0 : 0) | (quotient & 2 != 0 ? Status.c3 : 0)
        | (quotient & 1 != 0 ? Status.c1 : 0) | (result.isIncomplete ? Status.c2 : 0)
      return (result.outcome, codes)
    case "fscale":
      // Precision control has no say, and the power is cut off to an integer.
      var full = environment
      full.extendedPrecision = 64
      let power = format.toInteger(y, width: 32, isSigned: true, .towardZero).bits
      let outcome = format.scale(x, by: Int(Int32(truncatingIfNeeded: power)), full)
      return (outcome, nil)
    case "fst32", "fst64":
      // A store knows no exception of subnormal operands.
      let target: BinaryFormat = name == "fst32" ? .binary32 : .binary64
      var outcome = target.convert(x, from: format, environment)
      outcome.flags.remove(.subnormalOperand)
      return (outcome, nil)
    default:
      // What does not fit is the integer indefinite.
      let width = try #require(Int(name.dropFirst("fist".count)))
      var outcome = format.toInteger(x, width: width, isSigned: true, environment.rounding)
      outcome.flags.remove(.subnormalOperand)
      if outcome.flags.contains(.invalid) { outcome.bits = 1 << UInt128(width - 1) }
      return (outcome, nil)
    }
  }
}
