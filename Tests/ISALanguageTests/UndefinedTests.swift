import ISACore
import Testing

@testable import ISALanguage

@Suite("What cannot be decoded")
struct UndefinedTests {
  private func errors(_ item: String) -> [DiagnosticCode] {
    let text = """
      machine small "A small machine"
      register m  : 1 mode
      register pc : 8 pc
      memory E    : 8 -> 8 plain
      modes paper { user m == 1 supervisor m == 0 }
      fetch E at pc { }
      advance pc := pc + length
      entry stop(n : 8) { pc := n }
      trap none       = stop(1)
      trap one(n : 8) = stop(n)
      instr NOP "No Operation" { encode 0:8 }
      \(item)
      """
    return DescriptionLoader.load(path: "small.isa", read: { _ in text }).diagnostics
      .filter { $0.severity == .error }.map(\.code)
  }

  @Test("a trap without arguments is raised, by bits without meaning or by too many")
  func accepted() {
    #expect(errors("undefined trap none as program") == [])
    #expect(errors("undefined trap none as program\nundefined beyond 3 trap none as program") == [])
  }

  @Test("there is nothing that could be an argument, and a length is one")
  func refused() {
    #expect(errors("undefined trap one(1) as program") == [.argumentCount])
    #expect(errors("undefined trap one as program") == [.argumentCount])
    let whole = "undefined trap none as program\n"
    #expect(errors(whole + "undefined beyond 0 trap none as program") == [.badWidth])
    #expect(errors(whole + "undefined beyond pc trap none as program") == [.notConstant])
  }
}
