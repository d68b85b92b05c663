import ISACore
import Testing

@testable import ISALanguage

@Suite("Families")
struct FamilyTests {
  private func expanded(_ text: String) -> (String, [Diagnostic]) {
    let file = parseCleanly(text)
    let (items, diagnostics) = FamilyExpansion.expand(file.items)
    return (SyntaxPrinter.print(FileSyntax(file: 0, items: items)), diagnostics)
  }

  private func expect(
    _ family: String, expandsTo plain: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (text, diagnostics) = expanded(family)
    #expect(diagnostics.isEmpty, sourceLocation: sourceLocation)
    #expect(
      text == SyntaxPrinter.print(parseCleanly(plain, sourceLocation: sourceLocation)),
      sourceLocation: sourceLocation)
  }

  @Test("numbers, names and texts stand where the family's names stood")
  func cells() {
    expect(
      """
      for (M, OP, T, F) in { (AR, 0x1A, "Add", add32), (SR, 0x1B, "Subtract", sub32) } {
        instr M "{T}" {
          syntax "{M} {r1},{r2}"
          encode OP:8 r1:4 r2:4
          gr[r1] := F(gr[r1], gr[r2]) + OP
          let    x = OP:16
        }
      }
      """,
      expandsTo: """
        instr AR "Add" {
          syntax "AR {r1},{r2}"
          encode 0x1A:8 r1:4 r2:4
          gr[r1] := add32(gr[r1], gr[r2]) + 0x1A
          let    x = 0x1A:16
        }
        instr SR "Subtract" {
          syntax "SR {r1},{r2}"
          encode 0x1B:8 r1:4 r2:4
          gr[r1] := sub32(gr[r1], gr[r2]) + 0x1B
          let    x = 0x1B:16
        }
        """)
  }

  @Test("a name makes a field another field, a number makes it fixed")
  func encodings() {
    expect(
      "for (A, B) in { (r1, 3) } { prefix p { encode A:4 B:4 A.ext sbz:B\n x := A } }",
      expandsTo: "prefix p { encode r1:4 3:4 r1.ext sbz:3\n x := r1 }")
  }

  @Test("what stands around families stays in order")
  func order() {
    expect(
      "const a = 1\nfor N in { 2, 3 } { const n = N }\nconst d = 4",
      expandsTo: "const a = 1\nconst n = 2\nconst n = 3\nconst d = 4")
  }

  @Test("inner families see outer values in their rows, and hide outer names")
  func nested() {
    expect(
      """
      for (A, T) in { (x, "one") } {
        for (B, A) in { (A, 1), (z, 2) } { instr B "{T} {A}" { A := B } }
      }
      """.replacing("A := B", with: "q := A"),
      expandsTo: "instr x \"one 1\" { q := 1 }\ninstr z \"one 2\" { q := 2 }")
  }

  @Test("a field's braces and escaped braces stay")
  func braces() {
    expect(
      #"for (r) in { 7 } { instr A "{r} {s}" { syntax "A {x} \{r} {r+1} {r}" } }"#,
      expandsTo: #"instr A "7 {s}" { syntax "A {x} \{r} {r+1} 7" }"#)
  }

  @Test("what is put in carries the place of its cell")
  func spans() throws {
    let text = "for (M) in { (AR), (SR) } { remove M }"
    let (items, _) = FamilyExpansion.expand(parseCleanly(text).items)
    let places = items.compactMap { item -> Int? in
      if case .remove(let name) = item.kind { Int(name.span.start) } else { nil }
    }
    #expect(places == [14, 20])
  }

  @Test("a value of the wrong kind is reported once, whatever the number of rows")
  func wrongKind() {
    let (_, diagnostics) = expanded("for N in { 1, 2, 3 } { instr N \"n\" { x := 1 } }")
    #expect(diagnostics.map(\.code) == [.wrongKind])
    #expect(diagnostics.first?.span.start == 29)
    let (_, texts) = expanded("for N in { \"a\", \"b\" } { const x = N }")
    #expect(texts.map(\.code) == [.wrongKind])
  }

  @Test("a name stands in the head once")
  func duplicate() {
    let (_, diagnostics) = expanded("for (N, N) in { (1, 2) } { const x = N }")
    #expect(diagnostics.map(\.code) == [.duplicateName])
  }

  @Test("families of families stop at the limit")
  func limit() {
    let rows = (0..<400).map { "\($0)" }.joined(separator: ", ")
    var text = "const x = D"
    for name in ["A", "B", "C", "D"] { text = "for \(name) in { \(rows) } { \(text) }" }
    let (items, diagnostics) = FamilyExpansion.expand(parseCleanly(text).items)
    #expect(items.count <= FamilyExpansion.maximumItems)
    #expect(diagnostics.map(\.code) == [.limitExceeded])
  }

  @Test("texts do not grow without bound")
  func growth() {
    let long = String(repeating: "x", count: 10_000)
    var text = "include \"{A}{B}{C}{D}\""
    let rows = ["\"\(long)\"", "\"{A}{A}{A}{A}\"", "\"{B}{B}{B}{B}\"", "\"{C}{C}{C}{C}\""]
    for (name, row) in zip(["D", "C", "B", "A"], rows.reversed()) {
      text =
        "for \(name) in { " + Array(repeating: row, count: 20).joined(separator: ", ")
        + " } { \(text) }"
    }
    let (_, diagnostics) = FamilyExpansion.expand(parseCleanly(text).items)
    #expect(diagnostics.map(\.code) == [.limitExceeded])
  }
}
