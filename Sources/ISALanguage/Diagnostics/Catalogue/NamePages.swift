/// N: names.
enum NamePages {
  static func page(for code: DiagnosticCode) -> DiagnosticPage {
    switch code {
    case .unknownName:
      DiagnosticPage(
        "a name that nothing declares",
        meaning: """
          A name means a field of the encoding, a `let` or `var` above it, or an item of the \
          machine, wherever in its files that item stands. The message names the nearest one.
          """,
        reason: "What follows from the unknown name is not reported again.",
        in: .body, wrong: "r[0] := psw.pcc", mended: "r[0] := psw.pc")
    case .duplicateName:
      DiagnosticPage(
        "a second declaration of a name",
        meaning: """
          All items of a machine share one set of names, whatever their kind; instructions have a \
          set of their own. Inside a body, a name cannot be given a second meaning.
          """,
        reason: "A reader who looks a name up must find one place.",
        in: .body, wrong: "let x = r[1]\nlet x = r[2]\nr[0] := x",
        mended: "let x = r[1]\nlet y = r[2]\nr[0] := x ^ y")
    case .wrongKind:
      DiagnosticPage(
        "a name of the wrong kind",
        meaning: """
          The name is declared, but as something that cannot stand here: a function where a \
          register is meant, an action where a value is meant, a whole file where one of its \
          elements is meant.
          """,
        reason: "Kinds are kept apart so that a line says what it does: values, places, actions.",
        in: .body, wrong: "r[0] := r", mended: "r[0] := r[1]")
    case .unused:
      DiagnosticPage(
        "a declaration that nothing uses",
        meaning: """
          No instruction, trap entry or rule of the machine mentions this name. A warning: the \
          description is whole without it.
          """,
        reason: """
          State that nothing reads or writes cannot matter to any verdict, so it is either \
          superfluous or an instruction forgot it.
          """,
        wrong: "const SIZE = 8", mended: "")
    case .cycle:
      DiagnosticPage(
        "things that need each other",
        meaning: """
          A function, place or action calls itself, perhaps through others; or a file includes \
          itself; or a machine is a delta of itself.
          """,
        reason: """
          The language has no recursion: every program ends, and can be written out as one \
          expression that the provers see whole.
          """,
        wrong: """
          function twice(x : 8) : 8 = x + twice(x)
          instr DOUBLE "Double" {
            cite   book "Instructions"
            encode 0x80:8
            r[0] := twice(r[0])
          }
          """,
        mended: """
          function twice(x : 8) : 8 = x + x
          instr DOUBLE "Double" {
            cite   book "Instructions"
            encode 0x80:8
            r[0] := twice(r[0])
          }
          """)
    case .unreadableFile:
      DiagnosticPage(
        "a file that cannot be read",
        meaning: """
          An `include` names a file relative to the file that it stands in; `machine b : a` looks \
          for `a.isa` beside it.
          """,
        reason: "A machine without one of its chapters would be another machine.",
        wrong: "include \"branching.isa\"", mended: "")
    default:
      DiagnosticPage(
        "a part that every machine needs is missing",
        meaning: """
          A description starts with `machine`. The machine says where instructions are (`fetch`) \
          and which two modes the paper's are (`modes`); every instruction has an `encode` line.
          """,
        reason: "Without one of them, nothing could be executed or no verdict could be given.",
        wrong: """
          instr CLEAR "Clear" {
            cite   book "Instructions"
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
    }
  }
}
