import ISACore
import Testing

@testable import ISALanguage

@Suite("What names mean inside a program")
struct ScopeTests {
  private func codes(_ body: String, functions: String = "") -> [DiagnosticCode] {
    let text = smallMachine(
      """
      register r[4] : 8 plain
      \(functions)
      instr ONE "one" {
        syntax "one {n}"
        encode 0:6 n:2
        \(body)
      }
      """)
    return DescriptionLoader.load(path: "m.isa") { _ in text }.diagnostics
      .filter { $0.severity == .error }.map(\.code)
  }

  @Test("a name in a block hides nothing behind it, and is gone after it")
  func blocks() {
    #expect(
      codes("let a = r[n]\nif a == 0 { let b = a\nr[n] := b } else { let b = 1:8\nr[n] := b }")
        == [])
    #expect(codes("if r[n] == 0 { let b = r[n]\nr[n] := b }\nr[0] := b") == [.unknownName])
    #expect(codes("let a = r[n]\nif a == 0 { let a = 1:8\nr[n] := a }") == [])
    #expect(codes("let a = r[n]\nlet a = 1:8\nr[n] := a") == [.duplicateName])
    #expect(codes("let n = r[0]\nr[0] := n") == [])
  }

  @Test("what is inlined sees its parameters and nothing of its caller")
  func inlining() {
    let functions = "function f(x : 8) : 8 = x + secret\n"
    #expect(
      codes("let secret = r[n]\nr[n] := f(secret)", functions: functions) == [.unknownName])
    #expect(
      codes(
        "let x = r[n]\nr[n] := g(x) + x",
        functions: "function f(y : 8) : 8 = y + 1\nfunction g(x : 8) : 8 = f(x) + x\n") == [])
  }

  @Test("as many names as the limit says can be in sight at once, and no more")
  func limit() {
    func lets(_ count: Int) -> String {
      (0..<count).map { "let a\($0) = \($0 == 0 ? "r[n]" : "a\($0 - 1)")" }.joined(separator: "\n")
        + "\nr[n] := a\(count - 1)"
    }
    // The field is one of them.
    #expect(codes(lets(Elaborator.Limits.names - 1)) == [])
    #expect(codes(lets(Elaborator.Limits.names)).first == .limitExceeded)
  }
}
