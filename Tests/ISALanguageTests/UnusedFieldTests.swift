import ISACore
import Testing

@testable import ISALanguage

@Suite("Fields that nothing looks at")
struct UnusedFieldTests {
  private func warnings(_ encode: String, _ statement: String) -> [String] {
    let text = smallMachine(
      """
      register r[4] : 8 plain
      operand Byte(middle : 3) : 8 {
        case register "r{n}" encode 0b000:3 middle:3 n:2 place r[n]
        case memory "{d}" encode 0b001:3 middle:3 0:2 d:8 address d + zext(middle, 8) place mem[address]
      }
      instr ONE "one" {
        encode \(encode)
        \(statement)
      }
      """)
    let diagnostics = DescriptionLoader.load(path: "m.isa") { _ in text }.diagnostics
    #expect(diagnostics.allSatisfy { $0.severity == .warning })
    return diagnostics.filter { $0.code == .unusedField }.map {
      String($0.message.split(separator: "`")[3])
    }
  }

  @Test("are said once an instruction")
  func plain() {
    #expect(warnings("1:6 x:2", "r[0] := 0") == ["x"])
    #expect(warnings("1:6 x:2", "r[x] := 0") == [])
    #expect(warnings("1:6 x:2", "trap bad as program") == [])
    #expect(warnings("1:6 x:2\nencode 2:6 x:2 where x == 1", "r[0] := 0") == ["x"])
  }

  @Test("an operand's argument is looked at where one of the operand's cases does")
  func arguments() {
    #expect(warnings("2:8 dst:Byte(reg)", "dst := 1") == [])
    #expect(warnings("2:8 dst:Byte(reg) only (register)", "dst := 1") == ["reg"])
    #expect(warnings("2:8 dst:Byte(reg) only (register)", "dst := zext(reg, 8)") == [])
    #expect(warnings("2:8 dst:Byte(0) x:8", "dst := 1") == ["x"])
  }
}
