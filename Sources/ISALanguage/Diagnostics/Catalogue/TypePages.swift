/// T: widths, ranges, roles.
enum TypePages {
  static func page(for code: DiagnosticCode) -> DiagnosticPage {
    switch code {
    case .widthMismatch:
      DiagnosticPage(
        "operands whose widths differ",
        meaning: """
          Operators want equal widths, an assignment wants the width of its place, a condition is \
          one bit. Only numbers take their width from where they stand. `zext` and `sext` widen, \
          `trunc` cuts.
          """,
        reason: """
          Whether a displacement is extended by zeros or by its sign is what manuals spend \
          paragraphs on; it must not depend on a rule that the reader cannot see.
          """,
        in: .body, wrong: "r[0] := psw[8] ++ r[1]", mended: "r[0] := psw[8] ++ r[1][6..0]")
    case .unknownWidth:
      DiagnosticPage(
        "a value whose width nothing decides",
        meaning: """
          A number takes its width from the other operand, or from the place that is written. \
          Where there is neither, it is given one: `5:8` is a 5 of eight bits.
          """,
        reason: "Concatenations and shifts depend on it.",
        in: .body, wrong: "r[0] := 1 ++ r[1][6..0]", mended: "r[0] := 1:1 ++ r[1][6..0]")
    case .numberTooLarge:
      DiagnosticPage(
        "a number that does not fit its width",
        meaning: "The number needs more bits than the place or operand has where it stands.",
        reason: "Cutting it silently would make another number of it.",
        in: .body, wrong: "r[0] := 256", mended: "r[0] := 255")
    case .badRange:
      DiagnosticPage(
        "a range outside the value, or the wrong way round",
        meaning: """
          `x[a..b]` selects bits by the machine's numbering: with `msb0` bit 0 is the leftmost and \
          ranges go upwards, with `lsb0` bit 0 is the rightmost and ranges go downwards, as the \
          manuals print them. A file's elements are counted from 0.
          """,
        reason: "A range that leaves the value reads bits that do not exist.",
        in: .body, wrong: "r[0] := psw[17..10]", mended: "r[0] := psw[15..8]")
    case .notConstant:
      DiagnosticPage(
        "not a constant where one is needed",
        meaning: """
          Widths, numbers of elements, bounds of loops and the ends of slices are known before \
          anything runs: numbers, `const`s, and what is computed from them.
          """,
        reason: "Every value has one width, and every loop an end that a proof can rely on.",
        in: .body, wrong: "r[0] := zext(r[1][r[2]..0], 8)", mended: "r[0] := zext(r[1][3..0], 8)")
    case .argumentCount:
      DiagnosticPage(
        "a wrong number of arguments",
        meaning: """
          A function, place, action, trap or operand class takes as many arguments as it declares; \
          a row of a family has as many values as the family has names.
          """,
        reason: "There are no default arguments.",
        wrong: """
          function sum(x : 8, y : 8) : 8 = x + y
          instr ADD "Add" {
            cite   book "Instructions"
            encode 0x80:8
            r[0] := sum(r[1])
          }
          """,
        mended: """
          function sum(x : 8, y : 8) : 8 = x + y
          instr ADD "Add" {
            cite   book "Instructions"
            encode 0x80:8
            r[0] := sum(r[1], r[2])
          }
          """)
    case .badWidth:
      DiagnosticPage(
        "a width or size outside its limits",
        meaning: """
          Values have at most 128 bits, addresses at most 64, register files at most 65,536 \
          elements. `zext` and `sext` make a value wider, `trunc` narrower.
          """,
        reason: "The engines keep a value in a machine word or two.",
        in: .body, wrong: "let wide = zext(r[1], 129)\nr[0] := trunc(wide, 8)",
        mended: "let wide = zext(r[1], 128)\nr[0] := trunc(wide, 8)")
    case .unknownRole:
      DiagnosticPage(
        "not a role",
        meaning: """
          Every register, field, memory and region has one role: `plain`, `mode`, `pc`, `map`, \
          `resource`, `timer` or `device`.
          """,
        reason: "Roles tie the machine's state to the paper's S = <E, M, P, R>.",
        wrong: "region clock = storage[80..83] time", mended: "region clock = storage[80..83] timer"
      )
    case .missingRole:
      DiagnosticPage(
        "state without a role",
        meaning: """
          A register whose type is a width says what it means to the model. If its parts differ, \
          a layout gives each field its own role.
          """,
        reason: """
          A verdict depends on the roles and on nothing else that is written beside the semantics, \
          so none is assumed.
          """,
        wrong: """
          register mask : 8
          instr MASK "Set mask" {
            cite   book "Instructions"
            encode 0x80:8
            mask := r[0]
          }
          """,
        mended: """
          register mask : 8 resource
          instr MASK "Set mask" {
            cite   book "Instructions"
            encode 0x80:8
            mask := r[0]
          }
          """)
    default:
      DiagnosticPage(
        "fields of a layout that overlap",
        meaning: "A bit of a layout belongs to one field at most. Bits of none are `plain`.",
        reason: "A bit in two fields would have two roles.",
        wrong: "layout STATUS : 8 {\n  mask 7..4 resource\n  cc   4..3 plain\n}",
        mended: "layout STATUS : 8 {\n  mask 7..5 resource\n  cc   4..3 plain\n}")
    }
  }
}
