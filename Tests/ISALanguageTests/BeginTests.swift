import ISACore
import Testing

@testable import ISALanguage

@Suite("Where programs begin")
struct BeginTests {
  private func errors(_ items: String) -> [(code: DiagnosticCode, message: String)] {
    MonitorFixture.load(items).diagnostics.filter { $0.severity == .error }
      .map { ($0.code, $0.message) }
  }

  @Test("a program of one parameter, and what ELF calls the machine")
  func declared() throws {
    let loaded = MonitorFixture.load("const N = 17\nbegin(a : 8) elf 2, N + 1 { psw.pc := a }")
    let isa = try #require(loaded.instructionSet)
    let begin = try #require(isa.begin)
    #expect(begin.elfMachines == [2, 18])
    let parameter = try #require(begin.program.parameters.first)
    #expect(begin.program.parameters.count == 1)
    #expect(begin.program.locals[Int(parameter)].width == 8)
    #expect(MonitorFixture.load("begin(a : 8) { psw.pc := a }").instructionSet?.begin != nil)
    #expect(MonitorFixture.load("").instructionSet?.begin == nil)
  }

  @Test("a delta's replaces the base's")
  func delta() throws {
    let loaded = MonitorFixture.load(
      "begin(a : 8) elf 2 { psw.pc := a }",
      delta: "begin(a : 7) elf 9 { psw.pc := zext(a) }")
    #expect(loaded.instructionSet?.begin?.elfMachines == [9])
  }

  @Test("what it cannot be")
  func refused() {
    for (item, code, message) in [
      ("begin(a) { psw.pc := 0 }", .unknownWidth, "`a` needs a width"),
      ("begin(a : 65) { psw.pc := a[7..0] }", .badRange, "an entry address has at most 64 bits"),
      ("begin(a : 8) elf 0x10000 { psw.pc := a }", .badWidth, "a machine of ELF"),
      (
        "begin(a : 8) { psw.pc := a }\nbegin(b : 8) { psw.pc := b }", .duplicateName,
        "`begin` stands twice"
      ),
    ] as [(String, DiagnosticCode, String)] {
      let found = errors(item)
      #expect(found.map(\.code) == [code], "\(item): \(found.map(\.message))")
      #expect(found.first?.message.contains(message) == true, "\(found.map(\.message))")
    }
    #expect(errors("begin(a : 8) { trap outside as memory }").count == 1)
    #expect(!errors("begin a : 8 { psw.pc := a }").isEmpty)
    #expect(!errors("begin(a : 8) elf { psw.pc := a }").isEmpty)
  }
}
