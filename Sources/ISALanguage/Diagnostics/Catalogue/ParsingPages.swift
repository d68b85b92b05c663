/// P: text that is no description.
enum ParsingPages {
  static func page(for code: DiagnosticCode) -> DiagnosticPage {
    switch code {
    case .strayCharacter:
      DiagnosticPage(
        "a character that starts nothing",
        meaning: """
          Outside comments and quoted texts a description consists of names, numbers and the \
          operators of the reference. Other languages' operators are named with what stands for \
          them here: `&&` is `and`, `||` is `or`, `!` is `not`.
          """,
        reason: "The character is left out and the rest is read as if it were not there.",
        in: .body,
        wrong: "r[0] := when r[1] == 0 && r[2] == 0 then 1 else 2",
        mended: "r[0] := when r[1] == 0 and r[2] == 0 then 1 else 2")
    case .unterminatedString:
      DiagnosticPage(
        "a quoted text without its end",
        meaning: """
          A quoted text ends on the line it starts on. A quote inside it is written `\\"`. Where \
          the closing quote is missing, the text goes to the end of the line or to the `{` there.
          """,
        reason: "Everything behind the missing quote would be text, and nothing could be read.",
        wrong: """
          instr CLEAR "Clear {
            cite   book "Instructions"
            encode 0x80:8
            r[0] := 0
          }
          """,
        mended: """
          instr CLEAR "Clear" {
            cite   book "Instructions"
            encode 0x80:8
            r[0] := 0
          }
          """)
    case .malformedNumber:
      DiagnosticPage(
        "a number that is none, or does not fit 128 bits",
        meaning: """
          Numbers are decimal, `0x…`, `0b…` or `0o…`; `_` may stand between two digits. The \
          largest has 128 bits.
          """,
        reason: "No value has more than 128 bits, and a letter among digits is a slip of the hand.",
        in: .body, wrong: "r[0] := 0b1012", mended: "r[0] := 0b1010")
    case .expected:
      DiagnosticPage(
        "something else was expected here",
        meaning: """
          The line started like one of the language's, and does not go on like it. The message \
          stands behind the last word that could be read. A write takes `:=`, a name for a value \
          takes `=`. A comparison cannot follow a comparison, and `not` and `when` stand in \
          parentheses behind an operator that binds tighter.
          """,
        reason: "The line is left out; the next one is read.",
        in: .body, wrong: "r[0] = r[1] + 1", mended: "r[0] := r[1] + 1")
    case .unknownItem:
      DiagnosticPage(
        "a line that starts no item or statement",
        meaning: """
          Outside instructions every line starts with the word of an item. In a body it starts \
          with the word of a statement, with the place that is written, or with an action's name \
          and `(`. The message names the nearest word.
          """,
        reason: "A line that starts nothing says nothing. It is left out, with the block it heads.",
        in: .body,
        wrong:
          "requre psw.mode == supervisor else trap privileged_operation as privilege\nr[0] := 1",
        mended:
          "require psw.mode == supervisor else trap privileged_operation as privilege\nr[0] := 1")
    case .nestedTooDeeply:
      DiagnosticPage(
        "nested deeper than the parser follows",
        meaning: """
          Blocks, parentheses and operators lie in one another at most 200 levels deep. A chain \
          of 200 operators counts as deep as 200 parentheses.
          """,
        reason: "No manual needs it, and a text from a stranger must not exhaust the stack.",
        in: .body,
        wrong: "r[0] := " + String(repeating: "-", count: 201) + "r[1]",
        mended: "let negated = -r[1]\nr[0] := -negated")
    default:
      DiagnosticPage(
        "a syntax template that cannot be read",
        meaning: """
          A template is the mnemonic, then the operands: `{f}` is a field, `[…]` an optional part. \
          A bracket or brace that stands for itself is written `\\[`, `\\]`, `\\{` or `\\}`.
          """,
        reason: """
          The assembler and the disassembler both come from the template, so it must say what \
          every field looks like.
          """,
        wrong: """
          instr LOAD "Load" {
            syntax "LOAD r{x},{a"
            cite   book "Instructions"
            encode 1:6 x:2 a:8
            r[x] := storage[a]
          }
          """,
        mended: """
          instr LOAD "Load" {
            syntax "LOAD r{x},{a}"
            cite   book "Instructions"
            encode 1:6 x:2 a:8
            r[x] := storage[a]
          }
          """)
    }
  }
}
