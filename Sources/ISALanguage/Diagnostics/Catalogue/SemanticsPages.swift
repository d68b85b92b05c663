/// S: what statements do.
enum SemanticsPages {
  static func page(for code: DiagnosticCode) -> DiagnosticPage {
    switch code {
    case .notAPlace:
      DiagnosticPage(
        "not something that can be written",
        meaning: """
          `:=` writes to registers, elements of a file, fields and slices of them, memory, \
          declared places, operands and `var`s. A `let` is a name for a value and keeps it.
          """,
        reason: "What an instruction may change is the machine's state, and nothing else.",
        in: .body, wrong: "let x = r[1]\nx := 5\nr[0] := x",
        mended: "var x : 8 = r[1]\nx := 5\nr[0] := x")
    case .doubleWrite:
      DiagnosticPage(
        "written twice on one path",
        meaning: """
          Outside `partial`, writes take effect together when the instruction ends, and a location \
          is written at most once on any path through it. In a `var` a value can be worked on.
          """,
        reason: """
          An instruction is a function of the state before it. Of two writes to one place, the \
          first would be lost without a trace.
          """,
        in: .body, wrong: "r[0] := r[1]\nr[0] := r[2]", mended: "r[0] := r[1]\nr[3] := r[2]")
    case .vacuousGuard:
      DiagnosticPage(
        "a guard that never refuses, or always does",
        meaning: "The condition of a `require` is the same in every state. A warning.",
        reason: """
          A guard that cannot refuse protects nothing, and one that always refuses makes every \
          claim about the rest true for no reason.
          """,
        in: .body,
        wrong: "require 1:1 == 1 else trap privileged_operation as privilege\nr[0] := 1",
        mended:
          "require psw.mode == supervisor else trap privileged_operation as privilege\nr[0] := 1")
    case .writeInLoop:
      DiagnosticPage(
        "a write in a loop outside `partial`",
        meaning: """
          A loop repeats its writes, and outside `partial` a location is written once. In \
          `partial` writes happen in order, are seen by later reads and survive a trap, as those \
          of LM or MVC do. A `var` may be written anywhere.
          """,
        reason: "It decides what a trap in the middle leaves behind, so the text must say it.",
        in: .body, wrong: "for i : 2 in 0 .. 3 {\n  r[i] := 0\n}",
        mended: "partial {\n  for i : 2 in 0 .. 3 {\n    r[i] := 0\n  }\n}")
    case .misplacedStatement:
      DiagnosticPage(
        "a statement that cannot stand here",
        meaning: """
          Functions and translation read and may trap, and end with `result`; translation also \
          stores in `real` memory what it records of an access. Actions, entries and \
          instructions write. Only instructions perform others, and in an entry nothing can trap, \
          so memory is accessed `real` there.
          """,
        reason: "What may trap and what may write is settled by where a statement stands.",
        in: .body, wrong: "r[0] := 1\nresult r[1]", mended: "r[0] := 1")
    case .unreachable:
      DiagnosticPage(
        "statements after a certain trap",
        meaning: "A `trap` or `perform` ends the step, so nothing behind it happens. A warning.",
        reason: "Lines that never happen read as if they did.",
        in: .body, wrong: "trap operation as program\nr[0] := 1",
        mended: "trap operation as program")
    default:
      DiagnosticPage(
        "an `amend` or `remove` that changes nothing",
        meaning: """
          In a delta, `amend X` and `remove X` name an instruction of the base machine, and an \
          `amend` gives at least one part anew.
          """,
        reason: """
          A variant is read by its differences. A difference that is none has been overtaken by a \
          change of the base, and nobody noticed.
          """,
        in: .file,
        wrong: "machine variant : example \"A variant\"\n\namend STORE {\n}",
        mended: "machine variant : example \"A variant\"\n\namend STORE \"Store register\" {\n}")
    }
  }
}
