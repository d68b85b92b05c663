/// E: encodings.
enum EncodingPages {
  static func page(for code: DiagnosticCode) -> DiagnosticPage {
    switch code {
    case .overlappingEncodings:
      DiagnosticPage(
        "two encodings that match the same bits",
        meaning: """
          Some bits would be decoded as either instruction. Conditions behind `where` keep two \
          encodings apart; `over OTHER` says that this one wins.
          """,
        reason: "Which instruction is executed must not depend on the order of the text.",
        wrong: """
          instr CLEAR "Clear" {
            cite   book "Instructions"
            encode 1:6 x:2
            r[x] := 0
          }
          instr HALVE "Halve" {
            cite   book "Instructions"
            encode 5:8
            r[1] := r[1] >> 1
          }
          """,
        mended: """
          instr CLEAR "Clear" {
            cite   book "Instructions"
            encode 1:6 x:2
            r[x] := 0
          }
          instr HALVE "Halve" {
            cite   book "Instructions"
            encode 5:8 over CLEAR
            r[1] := r[1] >> 1
          }
          """)
    case .undefinedEncodings:
      DiagnosticPage(
        "bits that match no instruction",
        meaning: """
          Some values of an instruction's first unit are nobody's, and the machine does not say \
          what happens then. `undefined TRAP as program` says it.
          """,
        reason: """
          An unassigned code that retires in user mode is a finding like any other, so what it \
          does is part of the machine.
          """,
        in: .file,
        wrong: small(undefined: false), mended: small(undefined: true))
    case .staleOverride:
      DiagnosticPage(
        "an `over` that orders nothing",
        meaning: "`over OTHER` names an instruction that there is not, or the instruction itself.",
        reason: "An exception that has outlived its cause hides the next mistake.",
        wrong: """
          instr HALVE "Halve" {
            cite   book "Instructions"
            encode 5:8 over CLEAR
            r[1] := r[1] >> 1
          }
          """,
        mended: """
          instr HALVE "Halve" {
            cite   book "Instructions"
            encode 5:8
            r[1] := r[1] >> 1
          }
          """)
    case .malformedEncoding:
      DiagnosticPage(
        "an encoding that cannot be decoded",
        meaning: """
          The bits of an encoding, with those of its operands, fill whole addressable units. \
          Conditions behind `where` compare a field or a context with a constant.
          """,
        reason: "Instructions are fetched by units, and decoding comes before any state is read.",
        wrong: """
          instr CLEAR "Clear" {
            cite   book "Instructions"
            encode 1:5 x:2
            r[x] := 0
          }
          """,
        mended: """
          instr CLEAR "Clear" {
            cite   book "Instructions"
            encode 1:6 x:2
            r[x] := 0
          }
          """)
    case .unequalFields:
      DiagnosticPage(
        "encodings of one instruction that bind different names",
        meaning: """
          Several `encode` lines give several forms of one instruction. They share the body, so \
          each gives a meaning to the same fields.
          """,
        reason: "A form that lacks a field would have a body that does not say what it does.",
        wrong: """
          instr CLEAR "Clear" {
            cite   book "Instructions"
            encode 1:6 x:2
            encode 9:8 y:8
            r[x] := 0
          }
          """,
        mended: """
          instr CLEAR "Clear" {
            cite   book "Instructions"
            encode 1:6 x:2
            encode 9:8 ignored:6 x:2
            r[x] := 0
          }
          """)
    default:
      DiagnosticPage(
        "a field that nothing looks at",
        meaning: """
          The encoding names bits that neither its conditions nor the semantics use. If the \
          hardware does not look at them, they are `ignored`; if software must write zeros, `sbz`. \
          A warning.
          """,
        reason:
          "A field that should have been used is a frequent slip in families of instructions.",
        wrong: """
          instr CLEAR "Clear" {
            cite   book "Instructions"
            encode 1:6 x:2
            r[0] := 0
          }
          """,
        mended: """
          instr CLEAR "Clear" {
            cite   book "Instructions"
            encode 1:6 ignored:2
            r[0] := 0
          }
          """)
    }
  }

  /// A machine of one instruction, with or without a word on all other codes.
  private static func small(undefined: Bool) -> String {
    """
    machine small "One instruction"
    layout PSW : 9 { mode 8 mode, pc 7..0 pc }
    register psw : PSW
    memory storage : 8 -> 8 plain
    modes paper { user psw.mode == 1  supervisor psw.mode == 0 }
    entry program { psw := 0 }
    trap operation = program
    fetch storage at psw.pc
    advance psw.pc := psw.pc + length
    \(undefined ? "undefined trap operation as program\n" : "")
    instr NOP "No operation" { encode 0:8 }
    """
  }
}
