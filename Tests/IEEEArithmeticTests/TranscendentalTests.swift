import Foundation
import Testing

@testable import IEEEArithmetic

/// The transcendental functions against results of 700 bits, and where they are defined apart.
@Suite struct TranscendentalTests {
  private let format = BinaryFormat.extended80
  private let directions: [RoundingMode] = [.nearest, .down, .up, .towardZero]

  private let one: UInt128 = 0x3FFF_8000_0000_0000_0000
  private let infinity: UInt128 = 0x7FFF_8000_0000_0000_0000
  private let indefinite: UInt128 = 0xFFFF_C000_0000_0000_0000
  private let minus: UInt128 = 1 << 79

  private func compute(
    _ function: Transcendental, _ x: UInt128, _ y: UInt128 = 0, _ rounding: RoundingMode = .nearest
  ) -> Outcome {
    format.transcendental(
      function, x, y,
      Environment(
        rounding: rounding, tininess: .afterRounding, nanRule: .larger, defaultNaN: .negativeQuiet))
  }

  @Test func roundsCorrectly() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Processor/transcendental.txt")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").dropFirst()
    #expect(lines.count > 350)
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      let function = try #require(Transcendental.allCases.first { "\($0)" == words[0] })
      let numbers = words.dropFirst().compactMap { UInt128($0, radix: 16) }
      try #require(numbers.count == 4)
      let outcome = compute(function, numbers[0], numbers[1], directions[Int(numbers[2])])
      #expect(outcome.bits == numbers[3], "\(line)")
      #expect(outcome.flags.contains(.inexact), "\(line)")
      #expect(!outcome.flags.contains(.invalid), "\(line)")
    }
  }

  @Test func knowsExactResults() {
    #expect(compute(.exponentialMinusOne, one) == Outcome(one))
    #expect(compute(.exponentialMinusOne, one | minus) == Outcome(0xBFFE_8000_0000_0000_0000))
    // 1 × log₂ 8, 5 × log₂ 1.
    #expect(
      compute(.logarithm, one, 0x4002_8000_0000_0000_0000) == Outcome(0x4000_C000_0000_0000_0000))
    #expect(compute(.logarithm, 0x4001_A000_0000_0000_0000, one) == Outcome(0))
    #expect(compute(.cosine, 0) == Outcome(one))
    #expect(compute(.sine, minus) == Outcome(minus))
  }

  @Test func knowsTheEdges() {
    #expect(compute(.sine, infinity) == Outcome(indefinite, .invalid))
    #expect(compute(.logarithm, one, 0) == Outcome(infinity | minus, .divisionByZero))
    #expect(compute(.logarithm, 0, 0) == Outcome(indefinite, .invalid))
    #expect(compute(.logarithm, one, one | minus) == Outcome(indefinite, .invalid))
    #expect(compute(.logarithm, infinity, one) == Outcome(indefinite, .invalid))
    #expect(compute(.logarithmOfSuccessor, infinity, 0) == Outcome(indefinite, .invalid))
    // What is infinitely far to the left, at a height of -1: -π.
    #expect(
      compute(.arctangent, one | minus, infinity | minus).bits == 0xC000_C90F_DAA2_2168_C235)
    #expect(compute(.arctangent, minus, one) == Outcome(minus))
    #expect(compute(.arctangent, infinity, infinity).bits == 0x3FFE_C90F_DAA2_2168_C235)
    // A signalling NaN.
    #expect(
      compute(.tangent, infinity | 1) == Outcome(0x7FFF_C000_0000_0000_0001, .invalid))
    // Angles of 2^63 and more are left to the program.
    #expect(
      compute(.sine, 0x403E_8000_0000_0000_0000) == Outcome(0x403E_8000_0000_0000_0000))
  }

  @Test func rounding() {
    // The sine of the smallest number lies just below it, its tangent just above.
    #expect(compute(.sine, 1, 0, .down).bits == 0)
    #expect(compute(.sine, 1, 0, .up).bits == 1)
    #expect(compute(.tangent, 1, 0, .down).bits == 1)
    #expect(compute(.tangent, 1, 0, .up).bits == 2)
    #expect(compute(.arctangent, 1, one, .down).bits == 0)
    let flags = compute(.sine, 1).flags
    #expect(flags.isSuperset(of: [.inexact, .underflow, .tiny, .subnormalOperand]))
  }
}
