import ISACore
import Testing

@testable import ISALanguage

@Suite("Aliases")
struct AliasTests {
  private typealias Fixture = MonitorFixture

  private func errors(_ items: String) -> [String] {
    Fixture.load(items).diagnostics.filter { $0.severity == .error }
      .map { "\($0.code.rawValue) \($0.message)" }
  }

  @Test("are words, operands by name, and what they stand for")
  func declared() throws {
    let isa = try #require(
      Fixture.load(
        #"""
        alias "nothing" = "OUT"
        for (A, B) in { (twice, OUT) } {
          alias "{A} \[{x}\], {y}" = "{B} {x}, {y}", "OUT {y}"
        }
        """#
      ).instructionSet)
    #expect(isa.aliases.map(\.written.mnemonic) == ["nothing", "twice"])
    #expect(isa.aliases.map { $0.meanings.count } == [1, 2])
    #expect(
      isa.aliases[1].written.operands
        == [.literal("["), .hole("x"), .literal("], "), .hole("y")])
    #expect(isa.aliases[1].written.holes == ["x", "y"])
  }

  @Test("name instructions that there are, and operands that are written")
  func refused() {
    #expect(errors(#"alias "a" = "IN""#) == ["N001 no instruction is written `IN`"])
    #expect(errors(#"alias "a" = "OUT {x}""#) == [#"P007 `{x}` does not stand in "a""#])
    #expect(errors(#"alias "a {x}" = "OUT""#) == ["P007 `{x}` is written and stands for nothing"])
    #expect(
      errors(#"alias "a {x}{y}" = "OUT {x} {y}""#)
        == ["P007 two operands need something between them"])
    #expect(
      errors(#"alias "a [{x}]" = "OUT {x}""#) == [
        #"P007 an alias has no optional parts; write `\[` for the character `[`"#
      ])
    #expect(
      errors(#"alias "{x}" = "OUT""#) == [
        "P007 an alias starts with a word, and each of its meanings with a mnemonic"
      ])
    #expect(errors(#"alias "a {x" = "OUT""#) == ["P007 `{` without `}`"])
    #expect(errors(#"alias "a {}" = "OUT""#) == ["P007 `{}` is no name for an operand"])
    let many = (0..<9).map { _ in #""OUT""# }.joined(separator: ", ")
    #expect(errors(#"alias "a" = \#(many)"#).count == 1)
  }

  @Test("are replaced by a delta's with the same words")
  func delta() throws {
    let isa = try #require(
      Fixture.load(
        #"alias "a {x}" = "OUT {x}""#, delta: #"alias "a {x}" = "OUT {x}, {x}""#
      ).instructionSet)
    #expect(isa.aliases.map { $0.meanings[0].operands.count } == [3])
  }
}
