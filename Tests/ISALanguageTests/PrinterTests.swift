import ISACore
import Testing

@testable import ISALanguage

@Suite("Printing is the inverse of parsing")
struct PrinterTests {
  @Test("shipped descriptions print back")
  func shipped() throws {
    let descriptions = shippedDescriptions()
    #expect(!descriptions.isEmpty)
    for (path, text) in descriptions {
      let syntax = parseCleanly(text)
      let printed = SyntaxPrinter.print(syntax)
      let again = parseCleanly(printed)
      #expect(outline(again.items) == outline(syntax.items), "\(path)")
      #expect(SyntaxPrinter.print(again) == printed, "\(path)")
    }
  }

  @Test("every item prints back", arguments: Examples.items)
  func items(_ text: String) {
    let syntax = parseCleanly(text)
    #expect(syntax.items.count == 1)
    let again = parseCleanly(SyntaxPrinter.print(syntax))
    #expect(outline(again.items) == outline(syntax.items))
  }

  @Test("every statement prints back", arguments: Examples.statements)
  func statements(_ text: String) {
    let syntax = parseCleanly("action a {\n\(text)\n}")
    guard case .action(_, _, let body)? = syntax.items.first?.kind else { return }
    #expect(body.count == 1)
    let again = parseCleanly(SyntaxPrinter.print(syntax))
    #expect(outline(again.items) == outline(syntax.items))
  }

  @Test("generated syntax prints back", arguments: 0..<300 as Range<UInt64>)
  func generated(_ seed: UInt64) {
    var random = RandomSyntax(seed: seed)
    let file = FileSyntax(file: 0, items: [random.item()])
    let again = parseCleanly(SyntaxPrinter.print(file))
    #expect(outline(again.items) == outline(file.items), "\(SyntaxPrinter.print(file))")
  }

  @Test("the style is the reference's")
  func style() {
    let text = """
      instr LPSW "Load PSW" {
        syntax  "LPSW {d1}[({b1})]"
        cite    poo "Load PSW"
        encode  0x82:8 ignored:8 b1:4 d1:12
        require psw.problem == supervisor else trap privileged_operation as privilege
        let     a = address(b1, d1)
        require a[21..23] == 0 else trap specification as program
        let     new : PSW = storage[a, 8]
        psw     := new with { code = any, ilc = any }
        expect  privileged, control_sensitive
        test "a problem program may not load a PSW" {
          given psw.problem = 1, gr[1] = 0x1000
          units "82 00 10 00"
          trap  privileged_operation
        }
      }

      """
    #expect(SyntaxPrinter.print(parseCleanly(text)) == text)
  }

  @Test("an alternative keeps its level in else-if chains")
  func chains() {
    let text = """
      action a {
        if x == 1 {
          y := 1
        } else if x == 2 {
          y := 2
        } else {
          y := 3
        }
      }

      """
    #expect(SyntaxPrinter.print(parseCleanly(text)) == text)
  }
}
