import IEEEArithmetic
import ISACore
import Testing

@testable import ISALanguage

@Suite("IEEE primitives")
struct PrimitiveTests {
  static let rules = """
    ieee {
      rounding nearest, zero, up, down
      tininess before
      nan      second_signalling
      default  ones
    }

    """

  private static func instruction(_ line: String) -> String {
    """
    register f : 32 plain
    register d : 64 plain
    register w : 80 plain

    instr ADD "Add" {
      encode 0x1234:16
      \(line)
    }

    """
  }

  private func expect(
    _ items: String, gives expected: [(code: DiagnosticCode, at: String)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let loaded = MonitorFixture.load(items)
    let found = loaded.diagnostics.filter { $0.code != .unused }.map { diagnostic in
      let bytes = loaded.sources[Int(diagnostic.span.file)].utf8
      let text = bytes[Int(diagnostic.span.start)..<Int(diagnostic.span.end)]
      return "\(diagnostic.code.rawValue) `\(String(decoding: text, as: UTF8.self))`"
    }
    #expect(
      found == expected.map { "\($0.code.rawValue) `\($0.at)`" }, sourceLocation: sourceLocation)
  }

  @Test("every name is known, with its arguments")
  func names() throws {
    for (name, primitive) in PrimitiveName.all {
      let operand = primitive.function.transcendental == nil ? "d" : "w"
      var arguments = [operand]
      if primitive.function.isBinary { arguments.append(operand) }
      if primitive.function == .scale { arguments.append("f") }
      if primitive.takesWidth { arguments.append("64") }
      if primitive.takesControl { arguments.append("0") }
      #expect(arguments.count == primitive.argumentCount)
      let call = "\(name)(\(arguments.joined(separator: ", ")))"
      expect(Self.rules + Self.instruction("let result = \(call)"), gives: [])
    }
    #expect(PrimitiveName.all.count == 50)
  }

  @Test("results have the widths that the reference says")
  func widths() {
    for (call, place) in [
      ("ieee_add(f, f, 0)", "f"), ("ieee_mul_wide(f, f, 0)", "d"),
      ("ieee_convert(f, 80, 0)", "w"), ("ieee_to_integer(w, 64, 0)", "d"),
      ("ieee_add_flags(f, f, 0)", "f[7..0]"), ("ieee_compare(f, f)", "f[1..0]"),
      ("ieee_rem_quotient(f, f, 0)", "f[7..0]"),
      ("ieee_div(w, w, f[5..0])", "w"), ("ieee_atan(w, w, f[5..0])", "w"),
      ("ieee_sin_flags(w, 0)", "f[7..0]"), ("ieee_sqrt(w, f[3..0])", "w"),
    ] {
      expect(Self.rules + Self.instruction("\(place) := \(call)"), gives: [])
    }
  }

  @Test("what cannot be is refused, where it stands")
  func refusals() {
    for (call, code, at) in [
      ("ieee_add(f, d, 0)", DiagnosticCode.widthMismatch, "d"),
      ("ieee_add(f, f)", .argumentCount, "ieee_add(f, f)"),
      ("ieee_add(psw, psw, 0)", .badWidth, "psw"),
      ("ieee_add(f, f, psw.code)", .badWidth, "psw.code"),
      ("ieee_add(f, f, 4)", .numberTooLarge, "4"),
      ("ieee_add(1, f, 0)", .unknownWidth, "1"),
      ("ieee_convert(f, 16, 0)", .badWidth, "16"),
      ("ieee_convert(f, 200, 0)", .badWidth, "200"),
      ("ieee_to_integer(f, 80, 0)", .badWidth, "80"),
      ("ieee_mul_wide(w, w, 0)", .badWidth, "w"),
      ("ieee_sin(d, 0)", .badWidth, "d"),
      ("ieee_log2(w, d, 0)", .widthMismatch, "d"),
      ("ieee_convert(f, psw.code, 0)", .notConstant, "psw.code"),
      ("ieee_ad(f, f, 0)", .unknownName, "ieee_ad"),
    ] {
      expect(Self.rules + Self.instruction("let result = \(call)"), gives: [(code, at)])
    }
  }

  @Test("a machine that uses them says what it decides, once, in full")
  func items() {
    let use = Self.instruction("f := ieee_add(f, f, 0)")
    expect(use, gives: [(.missingItem, "ieee_add")])
    let item = String(Self.rules.prefix { $0 != "}" }) + "}"
    expect(Self.rules + Self.rules + use, gives: [(.duplicateName, item)])
    for part in ["rounding", "tininess", "nan", "default"] {
      let without = Self.rules.split(separator: "\n").filter { !$0.contains("  \(part) ") }
        .joined(separator: "\n")
      let loaded = MonitorFixture.load(without + "\n" + use)
      #expect(loaded.diagnostics.first?.message == "expected `\(part)` before the end of `ieee`")
    }
    expect(
      Self.rules.replacing("up, down", with: "up, up") + use, gives: [(.duplicateName, "up")])
    expect(
      Self.rules.replacing("up, down", with: "up") + use, gives: [(.argumentCount, "up")])
    expect(
      Self.rules.replacing("before", with: "befor") + use, gives: [(.expected, "befor")])
    let delta = MonitorFixture.load(
      Self.rules + use, delta: Self.rules.replacing("before", with: "after"))
    #expect(!delta.diagnostics.contains { $0.severity == .error })
    let unused = MonitorFixture.load(Self.rules)
    #expect(unused.diagnostics.map(\.code) == [.unused])
  }

  @Test("the words of the item reach the operation")
  func rules() throws {
    let loaded = MonitorFixture.load(
      Self.rules + Self.instruction("f := ieee_add(f, f, trunc(psw.pc, 2))"))
    let isa = try #require(loaded.instructionSet)
    let program = try #require(isa.instructions.first { $0.id == "ADD" }?.forms.first?.program)
    let node = try #require(program.nodes.first { $0.op == .ieee })
    let code = program[node.c]
    #expect(code.op == .concat && program.width(node.c) == 32)
    let known = try #require(program.constantValue(code.a))
    let wanted = Primitive(
      .add, delivering: .value, resultFormat: 0,
      rounding: [.nearest, .towardZero, .up, .down], tininess: .beforeRounding,
      nanRule: .secondSignalling, defaultNaN: .ones)
    // The extended format is rounded to all its places unless the program says otherwise.
    #expect(known == UInt128((wanted.code | 0b1100) >> 2))
  }

  @Test("constants are folded")
  func folding() throws {
    let loaded = MonitorFixture.load(
      Self.rules + Self.instruction("f := ieee_add(0x3F800000:32, 0x40000000:32, 0)"))
    let isa = try #require(loaded.instructionSet)
    let program = try #require(isa.instructions.first { $0.id == "ADD" }?.forms.first?.program)
    #expect(!program.nodes.contains { $0.op == .ieee })
    #expect(program.constants.contains(0x4040_0000))
  }
}
