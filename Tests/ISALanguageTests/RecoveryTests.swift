import ISACore
import Testing

@testable import ISALanguage

@Suite("One mistake, one message, at its place")
struct RecoveryTests {
  // MARK: - Characters and texts

  @Test("a stray character is left out")
  func stray() {
    expectDiagnostics(
      "const N = 8 1️⃣@\nconst M = 9",
      [.init(.strayCharacter, "`@` starts nothing")])
    expectDiagnostics(
      "const N = 1️⃣?\nconst M = 9",
      [.init(.strayCharacter, "`?` starts nothing")])
    expectDiagnostics(
      "const N = 1️⃣çé + 1",
      [.init(.strayCharacter, "`çé` starts nothing")])
  }

  @Test(
    "other languages' operators are named and understood",
    arguments: [
      ("a 1️⃣&& b", "&&", "and", "a and b"), ("a 1️⃣|| b", "||", "or", "a or b"),
      ("1️⃣!a", "!", "not", "not a"), ("a 1️⃣≠ b", "≠", "!=", "a != b"),
      ("a 1️⃣≤ b", "≤", "<=", "a <= b"),
    ])
  func foreign(_ marked: String, _ written: String, _ here: String, _ fixed: String) {
    expectDiagnostics(
      "const x = \(marked)",
      [.init(.strayCharacter, "`\(written)` is written `\(here)`")], fixed: "const x = \(fixed)")
  }

  @Test("a text without its end does not swallow the block it heads")
  func openString() {
    expectDiagnostics(
      "instr A 1️⃣\"Add {\n  x := 1\n}\nremove B",
      [.init(.unterminatedString, "the quoted text has no end on its line")],
      fixed: "instr A \"Add\" {\n  x := 1\n}\nremove B")
    expectDiagnostics(
      "include 1️⃣\"a.isa\nremove B",
      [.init(.unterminatedString, "the quoted text has no end on its line")],
      fixed: "include \"a.isa\"\nremove B")
  }

  @Test("a block comment is refused as a whole")
  func blockComment() {
    expectDiagnostics(
      "remove A\n1️⃣/* instr {\n ( */\nremove B",
      [.init(.strayCharacter, "a comment starts with `//` and ends with its line")])
  }

  @Test("an escape that means nothing")
  func escape() {
    expectDiagnostics(
      #"include "a1️⃣\q.isa""#,
      [.init(.strayCharacter, #"a `\` stands only before `"`, `\`, `[`, `]`, `{` or `}`"#)])
  }

  // MARK: - Missing things

  @Test("what is missing is missed behind the last token")
  func missing() {
    expectDiagnostics(
      "const N1️⃣ 8", [.init(.expected, "expected `=` before `8`")], fixed: "const N= 8")
    expectDiagnostics(
      "const N =1️⃣\nremove B",
      [.init(.expected, "expected an expression at the end of the line")])
    expectDiagnostics(
      "const N =1️⃣", [.init(.expected, "expected an expression at the end of the file")])
    expectDiagnostics(
      "const N = f(a, (b + 1)1️⃣\nremove B",
      [.init(.expected, "expected `,` or `)` at the end of the line")])
    expectDiagnostics(
      "const N = (a + b1️⃣", [.init(.expected, "expected `)` at the end of the file")],
      fixed: "const N = (a + b)")
    expectDiagnostics(
      "register gr[161️⃣ : 32 plain",
      [.init(.expected, "expected `]` before `:`")], fixed: "register gr[16] : 32 plain")
    expectDiagnostics(
      "memory m : 24 -> 81️⃣\nremove B", [.init(.expected, "expected a role at the end of the line")])
  }

  @Test("`=` and `:=` are told apart, and the rest is read on")
  func assignments() {
    expectDiagnostics(
      "action a {\n  psw 1️⃣= 3\n  let x 2️⃣:= 4\n  f(x)\n}",
      [
        .init(
          "1️⃣", .expected, "expected `:=` before `=`: `:=` writes to a place, `=` names a value"),
        .init(
          "2️⃣", .expected, "expected `=` before `:=`: `=` names a value, `:=` writes to a place"),
      ],
      fixed: "action a {\n  psw := 3\n  let x = 4\n  f(x)\n}")
  }

  @Test("guards say what they lack")
  func guards() {
    expectDiagnostics(
      "action a {\n  require x == 11️⃣\n  x := 1\n}",
      [.init(.expected, "expected `else` at the end of the line")])
    expectDiagnostics(
      "action a {\n  require x == 1 else trap t1️⃣\n  x := 1\n}",
      [.init(.expected, "expected `as` and the trap's class at the end of the line")])
    expectDiagnostics(
      "action a {\n  while x1️⃣ { x := 1 }\n  x := 1\n}",
      [.init(.expected, "expected `bound` and the largest number of rounds before `{`")])
  }

  @Test("two statements do not share a line")
  func twoStatements() {
    expectDiagnostics(
      "action a {\n  x := 11️⃣ y := 2\n  z := 3\n}",
      [.init(.expected, "expected the end of the line before `y`")])
  }

  @Test("comparisons do not chain, and loose operators want parentheses")
  func chains() {
    expectDiagnostics(
      "const x = a < b 1️⃣< c",
      [.init(.expected, "expected `and` before `<`: comparisons do not chain")])
    expectDiagnostics(
      "const x = a == 1️⃣not b",
      [.init(.expected, "expected `(` before `not`: it binds looser than what precedes it")])
    expectDiagnostics(
      "const x = a + 1️⃣when b then c else d",
      [.init(.expected, "expected `(` before `when`: it binds looser than what precedes it")])
  }

  // MARK: - Lines that start nothing

  @Test("a misspelt word is named with the nearest that fits")
  func misspelt() {
    expectDiagnostics(
      "1️⃣registr psw : 64\nremove B",
      [.init(.unknownItem, "`registr` starts no item; `register` does")],
      fixed: "register psw : 64\nremove B")
    expectDiagnostics(
      "action a {\n  1️⃣requre x == 1 else trap t as program\n  x := 1\n}",
      [.init(.unknownItem, "`requre` starts no statement; `require` does")],
      fixed: "action a {\n  require x == 1 else trap t as program\n  x := 1\n}")
    expectDiagnostics(
      "numbering 1️⃣msb",
      [.init(.expected, "expected `msb0` or `lsb0` instead of `msb`")], fixed: "numbering msb0")
  }

  @Test("an unknown block is skipped whole")
  func unknownBlock() {
    expectDiagnostics(
      "1️⃣supervise x {\n  if a {\n    b := 1\n  }\n}\nremove B",
      [.init(.unknownItem, "`supervise` starts no item")])
    expectDiagnostics(
      "action a {\n  1️⃣repeat x {\n    b := 1\n  }\n  x := 1\n}",
      [.init(.unknownItem, "`repeat` starts no statement")])
  }

  @Test("what is left of a block without its head is reported once")
  func headless() {
    expectDiagnostics(
      """
      instr A "a" {
        x := 1
          1️⃣given x = 1
          units "00"
          then  x = 2
        }
        test "second" {
          units "01"
        }
      }
      remove B
      """,
      [.init(.unknownItem, "`given` starts no statement")])
  }

  @Test("a name alone is no statement")
  func nameAlone() {
    expectDiagnostics(
      "action a {\n  x1️⃣\n  y := 1\n}",
      [.init(.unknownItem, "`x` alone is no statement: expected `:=` or `(`")])
  }

  @Test("a header that fails takes its block with it")
  func header() {
    expectDiagnostics(
      "action1️⃣ {\n  x := 1\n  y := 1\n}\nremove B",
      [.init(.expected, "expected an action's name before `{`")])
  }

  // MARK: - Braces

  @Test("a brace that never closes is reported once, with its start")
  func unclosed() {
    expectDiagnostics(
      "instr A \"a\" 1️⃣{\n  x := 1\n  if y 2️⃣{\n    z := 13️⃣\n",
      [.init("3️⃣", .expected, "expected `}` at the end of the file", notes: ["2️⃣"])])
  }

  @Test("the next item ends a block that lacks its brace")
  func missingBrace() {
    expectDiagnostics(
      "instr A \"a\" 1️⃣{\n  x := 12️⃣\n\ninstr B \"b\" {\n  y := 1\n}",
      [.init("2️⃣", .expected, "expected `}` at the end of the line", notes: ["1️⃣"])])
    expectDiagnostics(
      "for (N) in { 1 } {\n  instr A \"a\" 1️⃣{\n    x := 12️⃣\n  instr B \"b\" {\n  }\n}\nremove C",
      [.init("2️⃣", .expected, "expected `}` at the end of the line", notes: ["1️⃣"])])
  }

  @Test("a brace too many is reported once")
  func extraBrace() {
    expectDiagnostics(
      "action a {\n  x := 1\n}\n1️⃣}\nremove B", [.init(.unknownItem, "this `}` closes nothing")])
  }

  @Test("an error inside one block leaves the next untouched")
  func inner() {
    expectDiagnostics(
      """
      instr A "a" {
        if x ==1️⃣ {
          y := 1
        } else {
          y := 2
        }
        z := psw with { cc =2️⃣ , ilc = 1 }
        expect3️⃣
      }
      """,
      [
        .init("1️⃣", .expected, "expected an expression before `{`"),
        .init("2️⃣", .expected, "expected an expression before `,`"),
        .init("3️⃣", .expected, "expected a fact at the end of the line"),
      ])
  }

  @Test("a continued line is not read as a statement of its own")
  func continuation() {
    expectDiagnostics(
      "action a {\n  x := f(a,1️⃣ ;\n    b, c)\n  y := 1\n}",
      [.init(.expected, "expected an expression before `;`")])
  }

  // MARK: - Parts that must be there

  @Test("blocks say which part they lack")
  func parts() {
    expectDiagnostics(
      "modes m { user a == 1 1️⃣}",
      [.init(.expected, "expected `supervisor` before the end of `modes`")])
    expectDiagnostics(
      "instr A \"a\" {\n  test \"t\" {\n    given a = 1\n  1️⃣}\n  x := 1\n}",
      [.init(.expected, "expected `units` before the end of `test`")])
    expectDiagnostics(
      "prefix p {\n  x := 1\n1️⃣}",
      [.init(.expected, "expected `encode` before the end of `prefix`")])
    expectDiagnostics(
      "operand E : 8 {\n  case a \"a\" encode 0:11️⃣\n  case b \"b\" encode 1:1 place x\n}",
      [
        .init(
          .expected,
          "expected `place` or `value` and what the case stands for at the end of the line")
      ])
  }

  @Test("a row of a family has as many values as the family has names")
  func rows() {
    expectDiagnostics(
      "for (2️⃣A, B) in {\n  (1, 2)\n  (1️⃣3)\n} {\n}",
      [.init(.argumentCount, "this row has 1 of 2 values", notes: ["2️⃣"])])
  }

  // MARK: - Bounds

  @Test("nesting has a limit, wherever it comes from")
  func nesting() {
    let deep = 20_000
    for text in [
      "const x = " + String(repeating: "(", count: deep),
      "const x = " + String(repeating: "-", count: deep) + "1",
      "const x = 1" + String(repeating: " + 1", count: deep),
      "const x = y" + String(repeating: ".y", count: deep),
      "const x = y" + String(repeating: "[1]", count: deep),
      "const x = " + String(repeating: "not ", count: deep) + "1",
      "const x = " + String(repeating: "when ", count: deep),
      "action a " + String(repeating: "{ partial ", count: deep),
      "action a { " + String(repeating: "if x {} else ", count: deep),
      String(repeating: "for (N) in {} { ", count: deep),
    ] {
      let (_, diagnostics) = parse(text)
      #expect(diagnostics.count == 1, "\(text.prefix(20))")
      #expect(diagnostics.first?.code == .nestedTooDeeply, "\(text.prefix(20))")
    }
    let allowed = "const x = " + String(repeating: "(", count: 150) + "1"
    _ = parseCleanly(allowed + String(repeating: ")", count: 150))
  }

  @Test("a file of nothing but mistakes stops at the limit")
  func tooMany() {
    let (_, diagnostics) = parse(String(repeating: "const = 1\n", count: 10_000))
    #expect(diagnostics.count == Parser.maximumDiagnostics + 1)
    #expect(diagnostics.last?.code == .limitExceeded)
    let (_, stray) = parse(String(repeating: "!a @ ", count: 10_000))
    #expect(stray.count == Parser.maximumDiagnostics + 1)
    #expect(stray.last?.code == .limitExceeded)
  }
}
