import IEEEArithmetic
import ISACore

/// The words of an `ieee` item and what they stand for.
enum IEEEWords {
  static let rounding: [(word: String, mode: RoundingMode)] = [
    ("nearest", .nearest), ("zero", .towardZero), ("up", .up), ("down", .down),
  ]
  static let tininess: [(word: String, tininess: Tininess)] = [
    ("before", .beforeRounding), ("after", .afterRounding),
  ]
  static let nan: [(word: String, rule: NaNRule)] = [
    ("default", .standard), ("first", .first), ("second", .second),
    ("first_signalling", .firstSignalling), ("second_signalling", .secondSignalling),
    ("larger", .larger),
  ]
  static let defaultNaN: [(word: String, nan: DefaultNaN)] = [
    ("quiet", .quiet), ("negative_quiet", .negativeQuiet), ("ones", .ones),
    ("negative_ones", .negativeOnes),
  ]
}

/// What a machine decides where IEEE 754 leaves a choice.
struct IEEERules {
  /// By code.
  var rounding: [RoundingMode]
  var tininess: Tininess
  var nan: NaNRule
  var defaultNaN: DefaultNaN
}

extension Elaborator {
  func declareIEEE(_ syntax: IEEESyntax, at span: SourceSpan) {
    if let earlier = ieee {
      report(
        Diagnostic(
          .duplicateName, "`ieee` stands twice", at: span,
          notes: [.init("first here", at: earlier.span)]))
      return
    }
    // The parser lets only these words pass.
    let modes = syntax.rounding.compactMap { name in
      IEEEWords.rounding.first { $0.word == name.text }?.mode
    }
    if modes.count != 4, let last = syntax.rounding.last {
      report(
        Diagnostic(
          .argumentCount, "`rounding` says what four codes mean, not \(modes.count)",
          at: last.span))
    }
    for (position, name) in syntax.rounding.enumerated()
    where syntax.rounding[..<position].contains(where: { $0.text == name.text }) {
      report(
        Diagnostic(.duplicateName, "`\(name.text)` stands for two codes", at: name.span))
    }
    ieee = (
      IEEERules(
        rounding: Array((modes + RoundingMode.allCases).prefix(4)),
        tininess: IEEEWords.tininess.first { $0.word == syntax.tininess.text }?.tininess
          ?? .beforeRounding,
        nan: IEEEWords.nan.first { $0.word == syntax.nan.text }?.rule ?? .first,
        defaultNaN: IEEEWords.defaultNaN.first { $0.word == syntax.defaultNaN.text }?.nan
          ?? .quiet),
      span
    )
  }
}

/// The name of a primitive: what it computes, and which part of that it gives.
struct PrimitiveName {
  var function: PrimitiveFunction
  var result: PrimitiveResult
  /// The product is in the format of twice the width.
  var isWide = false

  private static let bases: [(String, PrimitiveFunction)] = [
    ("add", .add), ("sub", .subtract), ("mul", .multiply), ("div", .divide),
    ("sqrt", .squareRoot), ("rem", .remainder), ("mod", .modulo),
    ("round", .roundToIntegral), ("scale", .scale), ("compare", .compare),
    ("compare_signalling", .compareSignalling), ("convert", .convert),
    ("from_integer", .fromInteger), ("from_unsigned", .fromUnsigned),
    ("to_integer", .toInteger), ("to_unsigned", .toUnsigned),
    ("exp2_minus_1", .exponentialMinusOne), ("log2", .logarithm),
    ("log2_plus_1", .logarithmOfSuccessor), ("tan", .tangent), ("sin", .sine),
    ("cos", .cosine), ("atan", .arctangent),
  ]

  /// `ieee_add`, `ieee_add_flags`, …, by name.
  static let all: [String: PrimitiveName] = {
    var names: [String: PrimitiveName] = [:]
    for (base, function) in bases {
      names["ieee_\(base)"] = PrimitiveName(function: function, result: .value)
      names["ieee_\(base)_flags"] = PrimitiveName(function: function, result: .flags)
      if function == .remainder || function == .modulo {
        names["ieee_\(base)_quotient"] = PrimitiveName(function: function, result: .quotient)
      }
    }
    names["ieee_mul_wide"] = PrimitiveName(function: .multiply, result: .value, isWide: true)
    names["ieee_mul_wide_flags"] = PrimitiveName(
      function: .multiply, result: .flags, isWide: true)
    return names
  }()

  /// A width, as a constant, follows the operand.
  var takesWidth: Bool {
    switch function {
    case .convert, .fromInteger, .fromUnsigned, .toInteger, .toUnsigned: true
    default: false
    }
  }

  /// How to round stands last.
  var takesControl: Bool { function != .compare && function != .compareSignalling }

  var argumentCount: Int {
    1 + (function.isBinary || function == .scale ? 1 : 0) + (takesWidth ? 1 : 0)
      + (takesControl ? 1 : 0)
  }
}

/// IEEE arithmetic: one node, whose third operand says which operation it is.
extension ProgramElaborator {
  func primitive(
    _ primitive: PrimitiveName, _ name: Identifier, _ arguments: [ExpressionSyntax],
    at span: SourceSpan
  ) -> Value? {
    guard let rules = machine.ieee?.rules else {
      report(
        .missingItem,
        "`\(name.text)` needs an item `ieee { rounding … tininess … nan … default … }`",
        at: name.span)
      return nil
    }
    machine.use("ieee")
    guard arguments.count == primitive.argumentCount else {
      report(
        .argumentCount,
        "`\(name.text)` takes \(primitive.argumentCount) arguments, not \(arguments.count)",
        at: span)
      return nil
    }
    guard let x = value(arguments[0]),
      let format = operandFormat(primitive, x.width, at: arguments[0].span),
      let y = second(primitive, arguments, width: x.width, at: span),
      let target = resultFormat(primitive, arguments, operand: format),
      let control = control(primitive, arguments, at: span)
    else { return nil }

    let code = Primitive(
      primitive.function, delivering: primitive.result, resultFormat: target.number,
      rounding: rules.rounding, tininess: rules.tininess, nanRule: rules.nan,
      defaultNaN: rules.defaultNaN)
    // Unsaid, the extended format is rounded to all its places, and nothing is trapped.
    let known = (code.code | 0b1100) >> UInt32(control.width)
    let operation = builder.binary(
      .concat,
      constant(UInt128(known), width: Primitive.codeWidth - control.width, at: span).node,
      control.node, at: span)
    let width =
      switch (primitive.result, primitive.function) {
      case (.value, .compare), (.value, .compareSignalling): 2
      case (.value, _): target.width
      case (.flags, _), (.quotient, _): 8
      }
    return Value(
      builder.function(.ieee, x.node, y, operation, width: width, at: span), width: width)
  }

  /// The number of the operand's format; 0 for an integer, which may be of any width.
  private func operandFormat(_ primitive: PrimitiveName, _ width: Int, at span: SourceSpan) -> Int?
  {
    switch primitive.function {
    case .fromInteger, .fromUnsigned:
      if width > 0 { return 0 }
    default:
      guard let number = Primitive.formatWidths.firstIndex(of: width) else { break }
      if primitive.function.transcendental == nil || width == 80 { return number }
      report(
        .badWidth, "this function is one of numbers of 80 bits, not \(width)", at: span)
      return nil
    }
    report(
      .badWidth, "a number of IEEE 754 has 32, 64, 80 or 128 bits, not \(width)", at: span)
    return nil
  }

  private func second(
    _ primitive: PrimitiveName, _ arguments: [ExpressionSyntax], width: Int, at span: SourceSpan
  ) -> ExpressionID? {
    if primitive.function.isBinary { return value(arguments[1], width: width)?.node }
    guard primitive.function == .scale else { return constant(0, width: 1, at: span).node }
    guard let power = value(arguments[1]) else { return nil }
    guard power.width > 0 else {
      report(.badWidth, "the power has no bits", at: arguments[1].span)
      return nil
    }
    return power.node
  }

  private func resultFormat(
    _ primitive: PrimitiveName, _ arguments: [ExpressionSyntax], operand: Int
  ) -> (number: Int, width: Int)? {
    let widths: [Int]
    let wanted: Int
    switch primitive.function {
    case .toInteger, .toUnsigned: widths = Primitive.integerWidths
    default: widths = Primitive.formatWidths
    }
    if primitive.takesWidth {
      guard let width = integer(arguments[1], in: 1...128, what: "the width") else { return nil }
      wanted = width
    } else {
      wanted = widths[operand] * (primitive.isWide ? 2 : 1)
    }
    guard let number = widths.firstIndex(of: wanted) else {
      let list = widths.map(String.init).joined(separator: ", ")
      report(
        .badWidth, "the result has one of \(list) bits, not \(wanted)",
        at: arguments[primitive.takesWidth ? 1 : 0].span)
      return nil
    }
    return (number, wanted)
  }

  /// Two bits of rounding; four with the precision of the extended format before them; six with
  /// the traps on overflow and underflow before that.
  private func control(
    _ primitive: PrimitiveName, _ arguments: [ExpressionSyntax], at span: SourceSpan
  ) -> Value? {
    guard primitive.takesControl, let last = arguments.last else {
      return constant(0, width: 2, at: span)
    }
    switch expression(last) {
    case .failed: return nil
    case .number(let number): return typed(number, width: 2, at: last.span)
    case .value(let value):
      guard [2, 4, 6].contains(value.width) else {
        report(
          .badWidth, "how to round takes 2, 4 or 6 bits, not \(value.width)", at: last.span)
        return nil
      }
      return value
    }
  }
}
