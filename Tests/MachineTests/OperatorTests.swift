import IEEEArithmetic
import ISACore
import Machine
import Testing

@Suite("Micro-ops agree with the reference semantics")
struct OperatorTests {
  static let unaries: [Operator] = [
    .not, .neg, .zext, .sext, .extract, .popcount, .clz, .ctz,
  ]
  static let binaries: [Operator] = [
    .add, .sub, .mul, .udiv, .urem, .sdiv, .srem, .and, .or, .xor, .shl, .lshr, .ashr, .eq, .ult,
    .ule, .slt, .sle, .concat,
  ]

  /// A machine whose only purpose is to run programs with parameters.
  let machine = Machine(TestMachines.empty)

  private func result(_ program: Program, _ parameters: [UInt128]) -> UInt128? {
    guard
      case .completed(let value) = machine.evaluate(
        machine.prepare(program), parameters: parameters)
    else { return nil }
    return value
  }

  private func unary(_ op: Operator, from: Int, to: Int, low: Int) -> Program {
    ProgramBuilder.result(to) { builder in
      let x = builder.parameter("x", from)
      return builder.unary(op, builder.value(of: x), to, low: low)
    }
  }

  private func binary(_ op: Operator, _ left: Int, _ right: Int) -> Program {
    let width = op.isComparison ? 1 : op == .concat ? left + right : left
    return ProgramBuilder.result(width) { builder in
      let x = builder.parameter("x", left)
      let y = builder.parameter("y", right)
      return builder.binary(op, builder.value(of: x), builder.value(of: y))
    }
  }

  /// Result widths that make sense for a unary operator on `width` bits.
  private func resultWidths(_ op: Operator, _ width: Int, upTo limit: Int) -> [Int] {
    switch op {
    case .zext, .sext: Array(width...max(width, limit))
    case .extract: Array(0...width)
    default: [width]
    }
  }

  @Test("exhaustively, unary, at widths up to 4", arguments: unaries)
  func unaryExhaustive(op: Operator) {
    for width in 0...4 {
      for to in resultWidths(op, width, upTo: 6) {
        for low in op == .extract ? 0...(width - to) : 0...0 {
          let program = machine.prepare(unary(op, from: width, to: to, low: low))
          for x in 0..<(UInt128(1) << UInt128(width)) {
            let expected = Fold.unary(op, x, width: width, resultWidth: to, low: low)
            #expect(machine.evaluate(program, parameters: [x]) == .completed(expected))
          }
        }
      }
    }
  }

  @Test("exhaustively, binary, at widths up to 4", arguments: binaries)
  func binaryExhaustive(op: Operator) {
    let takesOtherWidth = [.shl, .lshr, .ashr, .concat].contains(op)
    for left in 0...4 {
      for right in takesOtherWidth ? 0...4 : left...left {
        let program = machine.prepare(binary(op, left, right))
        for x in 0..<(UInt128(1) << UInt128(left)) {
          for y in 0..<(UInt128(1) << UInt128(right)) {
            let expected = Fold.binary(op, x, y, width: left, rightWidth: right)
            #expect(machine.evaluate(program, parameters: [x, y]) == .completed(expected))
          }
        }
      }
    }
  }

  @Test("exhaustively, if-then-else, at widths up to 3")
  func ternaryExhaustive() {
    for width in 0...3 {
      let program = machine.prepare(conditional(width))
      for condition in 0...UInt128(1) {
        for x in 0..<(UInt128(1) << UInt128(width)) {
          for y in 0..<(UInt128(1) << UInt128(width)) {
            let outcome = machine.evaluate(program, parameters: [condition, x, y])
            #expect(outcome == .completed(condition == 1 ? x : y))
          }
        }
      }
    }
  }

  @Test("primitives on all formats, narrow and wide")
  func primitives() {
    var random = SeededGenerator(seed: 3)
    let functions: [(PrimitiveFunction, Int)] = [
      (.add, 0), (.multiply, 0), (.divide, 0), (.squareRoot, 0), (.convert, 2), (.convert, 3),
      (.toInteger, 2), (.compare, 0), (.scale, 0),
    ]
    for (format, width) in Primitive.formatWidths.enumerated() {
      for (function, target) in functions {
        for result in [PrimitiveResult.value, .flags] {
          let isOwn = target == 0
          let code = Primitive(
            function, delivering: result, resultFormat: isOwn ? format : target,
            rounding: RoundingMode.allCases, tininess: .afterRounding, nanRule: .larger,
            defaultNaN: .quiet
          ).code
          let to =
            result == .flags
            ? 8
            : function == .compare
              ? 2
              : function == .toInteger
                ? 64
                : Primitive.formatWidths[isOwn ? format : target]
          let program = ProgramBuilder.result(to) { builder in
            let operands = [("x", width), ("y", width), ("code", 32)].map {
              builder.value(of: builder.parameter($0.0, $0.1))
            }
            return builder.node(
              Node(.ieee, width: to, a: operands[0], b: operands[1], c: operands[2]))
          }
          let prepared = machine.prepare(program)
          for _ in 0..<40 {
            let operands = [random.value(width), random.value(width)]
            let control = UInt128(code) | random.value(4)
            let expected = Fold.function(
              .ieee, operands[0], operands[1], control, width: width, rightWidth: width,
              resultWidth: to)
            let outcome = machine.evaluate(prepared, parameters: operands + [control])
            #expect(outcome == .completed(expected), "\(function) \(width)")
          }
        }
      }
    }
  }

  private func conditional(_ width: Int) -> Program {
    ProgramBuilder.result(width) { builder in
      let condition = builder.parameter("condition", 1)
      let x = builder.parameter("x", width)
      let y = builder.parameter("y", width)
      return builder.choose(
        builder.value(of: condition), builder.value(of: x), builder.value(of: y))
    }
  }

  @Test("on random values, unary, at widths 5 to 128", arguments: unaries)
  func unaryRandom(op: Operator) {
    var random = SeededGenerator(seed: UInt64(op.rawValue))
    for width in 5...128 {
      let widths = resultWidths(op, width, upTo: 128)
      let to = widths[Int(random.next() % UInt64(widths.count))]
      let low = op == .extract ? Int(random.next() % UInt64(width - to + 1)) : 0
      let program = machine.prepare(unary(op, from: width, to: to, low: low))
      for _ in 0..<40 {
        let x = random.value(width)
        let expected = Fold.unary(op, x, width: width, resultWidth: to, low: low)
        let outcome = machine.evaluate(program, parameters: [x])
        #expect(outcome == .completed(expected), "\(op) \(x) from \(width) to \(to) at \(low)")
      }
    }
  }

  @Test("on random values, binary, at widths 5 to 128", arguments: binaries)
  func binaryRandom(op: Operator) {
    var random = SeededGenerator(seed: 1000 + UInt64(op.rawValue))
    for width in 5...128 {
      let right: Int
      switch op {
      case .shl, .lshr, .ashr: right = 1 + Int(random.next() % 128)
      case .concat: right = Int(random.next() % UInt64(128 - width + 1))
      default: right = width
      }
      let program = machine.prepare(binary(op, width, right))
      for _ in 0..<40 {
        let x = random.value(width)
        let y = op.isComparison && random.next() % 4 == 0 ? x : random.value(right)
        let expected = Fold.binary(op, x, y, width: width, rightWidth: right)
        let outcome = machine.evaluate(program, parameters: [x, y])
        #expect(outcome == .completed(expected), "\(op) \(x) \(y) at \(width), \(right)")
      }
    }
  }

  @Test("on random values, if-then-else, at widths 5 to 128")
  func ternaryRandom() {
    var random = SeededGenerator(seed: 77)
    for width in 5...128 {
      let program = machine.prepare(conditional(width))
      for condition in 0...UInt128(1) {
        let x = random.value(width)
        let y = random.value(width)
        let outcome = machine.evaluate(program, parameters: [condition, x, y])
        #expect(outcome == .completed(condition == 1 ? x : y))
      }
    }
  }

  @Test("in deep random expressions whose nodes are shared", arguments: 0..<200 as Range<UInt64>)
  func expressions(seed: UInt64) {
    var random = SeededGenerator(seed: seed &* 7919)
    var builder = ProgramBuilder()
    var values: [UInt128] = []
    var nodes: [ExpressionID] = []
    var parameters: [UInt128] = []
    for index in 0..<4 {
      let width = 1 + Int(random.next() % 128)
      let local = builder.parameter("p\(index)", width)
      nodes.append(builder.value(of: local))
      parameters.append(random.value(width))
      values.append(parameters[index])
    }
    for index in 0..<3 {
      let width = 1 + Int(random.next() % 128)
      let value = random.value(width)
      nodes.append(builder.number(value, width))
      values.append(value)
      _ = index
    }
    for _ in 0..<60 {
      let left = Int(random.next() % UInt64(nodes.count))
      let right = Int(random.next() % UInt64(nodes.count))
      append(left, right, &random, &builder, &nodes, &values)
    }
    let result = builder.local("result", builder.program.width(nodes.last!))
    builder.add(.assign(result, nodes.last!))
    builder.program.result = result
    #expect(self.result(builder.program, parameters) == values.last)
  }

  /// Appends a random node over two given ones, and its value.
  private func append(
    _ left: Int, _ right: Int, _ random: inout SeededGenerator, _ builder: inout ProgramBuilder,
    _ nodes: inout [ExpressionID], _ values: inout [UInt128]
  ) {
    let width = builder.program.width(nodes[left])
    let rightWidth = builder.program.width(nodes[right])
    let binary = OperatorTests.binaries[Int(random.next() % UInt64(OperatorTests.binaries.count))]
    let fits: Bool =
      switch binary {
      case .shl, .lshr, .ashr: true
      case .concat: width + rightWidth <= 128
      default: width == rightWidth
      }
    if fits {
      nodes.append(builder.binary(binary, nodes[left], nodes[right]))
      values.append(
        Fold.binary(binary, values[left], values[right], width: width, rightWidth: rightWidth))
      return
    }
    // Bring the left operand to the right one's width, so that binaries find partners.
    let op: Operator =
      rightWidth < width ? .extract : random.next() % 2 == 0 ? .zext : .sext
    let low = op == .extract ? Int(random.next() % UInt64(width - rightWidth + 1)) : 0
    nodes.append(builder.unary(op, nodes[left], rightWidth, low: low))
    values.append(
      Fold.unary(op, values[left], width: width, resultWidth: rightWidth, low: low))
  }
}
