/// C, V, X and W: citations, expectations, tests and limits.
enum ClaimPages {
  static func page(for code: DiagnosticCode) -> DiagnosticPage {
    switch code {
    case .missingCitation:
      DiagnosticPage(
        "no citation",
        meaning: """
          Where a machine declares a manual, every instruction, trap and choice cites the section \
          that it is written from.
          """,
        reason: "A reader who doubts a line must be able to look it up.",
        wrong: "instr CLEAR \"Clear\" {\n  encode 0x80:8\n  r[0] := 0\n}",
        mended:
          "instr CLEAR \"Clear\" {\n  cite   book \"Instructions\"\n  encode 0x80:8\n  r[0] := 0\n}"
      )
    case .unknownSection:
      DiagnosticPage(
        "a section that the manual does not declare",
        meaning: """
          A citation names a manual of the machine and, word for word, one of the sections in the \
          manual's index. The message names the nearest.
          """,
        reason: "A citation that leads nowhere is worse than none.",
        wrong: """
          instr CLEAR "Clear" {
            cite   book "Instruction"
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
    case .expectationFailed:
      DiagnosticPage(
        "the classifier's answer is not the expected one",
        meaning: """
          `expect` states what the author believes of an instruction or of the machine. \
          `popek validate` compares it with what the semantics says; it is never used to get there.
          """,
        reason: """
          Either the semantics has a mistake or the belief has. Both are worth knowing: `explain` \
          shows the proof or the witness.
          """,
        in: .body,
        wrong:
          """
          require psw.mode == supervisor else trap privileged_operation as privilege
          psw := 0
          expect  innocuous
          """,
        mended:
          """
          require psw.mode == supervisor else trap privileged_operation as privilege
          psw := 0
          expect  privileged
          """)
    case .unknownFact:
      DiagnosticPage(
        "a fact that no classifier answers",
        meaning: """
          `expect` knows `privileged`, `sensitive`, `innocuous`, `always_traps`, `user_sensitive`, \
          and `control_sensitive`, `mode_sensitive`, `location_sensitive`, `resource_sensitive`, \
          `timing_sensitive`, `device_sensitive`, each also with `not` before it.
          """,
        reason: "An expectation that nothing checks would look like one that was met.",
        in: .body, wrong: "r[0] := 1\nexpect inocuous", mended: "r[0] := 1\nexpect innocuous")
    case .testFailed:
      DiagnosticPage(
        "a test beside an instruction failed",
        meaning: """
          A test gives state, executes the units and compares: with `trap NAME` the step must end \
          in that trap, and what `then` lists must hold after it.
          """,
        reason: "The semantics and the example disagree; the manual decides which is right.",
        in: .body,
        wrong: """
          r[0] := r[1] + 1
          test "counts" {
            given r[1] = 4
            units "80"
            then  r[0] = 6
          }
          """,
        mended: """
          r[0] := r[1] + 1
          test "counts" {
            given r[1] = 4
            units "80"
            then  r[0] = 5
          }
          """)
    case .malformedTest:
      DiagnosticPage(
        "a test that cannot be run",
        meaning: """
          `units` are hexadecimal, separated by blanks (bytes may be run together), and fit the \
          machine's addressable unit. `given` and `then` name registers, fields and real storage, \
          with constants for values.
          """,
        reason: "A test that does not run is no test.",
        in: .body,
        wrong: "r[0] := 1\ntest \"sets\" {\n  units \"8G\"\n  then  r[0] = 1\n}",
        mended: "r[0] := 1\ntest \"sets\" {\n  units \"80\"\n  then  r[0] = 1\n}")
    default:
      DiagnosticPage(
        "a text, expansion or loop beyond its limit",
        meaning: """
          Files are at most 16 MiB long and include at most 256 others; families come to at most \
          100,000 items; a loop turns at most 65,536 times; after 100 messages a file is not read \
          further.
          """,
        reason: """
          Whoever reads a stranger's description must not wait for hours or run out of memory. \
          Every limit is far above what a real machine needs.
          """,
        in: .body,
        wrong: """
          partial {
            for i : 32 in 0 .. 1_000_000 {
              r[i[1..0]] := 0
            }
          }
          """,
        mended: """
          partial {
            for i : 2 in 0 .. 3 {
              r[i] := 0
            }
          }
          """)
    }
  }
}
