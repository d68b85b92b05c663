import ISACore
import ISALanguage
import Testing

@testable import Classifier

@Suite("Forms that differ in how they make an address")
struct FormGroupTests {
  private func representatives(_ body: String, more: String = "") throws -> [String] {
    let text = """
      machine grouped "Three ways to an address"
      endian little
      register m    : 1 mode
      register base : 32 map
      register pc   : 32 pc
      register a[2] : 32 plain
      register b    : 32 plain
      memory s : 33 -> 8 plain size 0x10000
      modes paper { user m == 1 supervisor m == 0 }
      entry stop() { pc := 0 }
      trap undefined_ = stop()
      undefined trap undefined_ as program
      fetch s at 0:1 ++ pc { }
      advance pc := pc + length
      operand Where() : 8 {
        case indirect "(a{n})"    encode 0:7 n:1      address 0:1 ++ a[n]                  place s[address]
        case absolute "{d}"       encode 2:8 d:32     address 0:1 ++ d                     place s[address]
        case indexed  "{d}(a{n})" encode 2:7 n:1 d:8  address 0:1 ++ (a[n] + sext(d, 32))  place s[address]
        case mapped   "[{d}]"     encode 6:8 d:32     address 0:1 ++ (base + d)            place s[address]
        case above    "^(a{n})"   encode 4:7 n:1      address 1:1 ++ a[n]                  place s[address]
        \(more)
      }
      instr LOAD "Load" {
        encode 0x10:8 src:Where()
        \(body)
      }
      """
    let loaded = DescriptionLoader.load(path: "grouped.isa", read: { _ in text })
    let isa = try #require(loaded.instructionSet, "\(loaded.diagnostics.map(\.message))")
    return FormGroups(instruction: isa.instructions[0], isa: isa)
      .representatives().map { isa.instructions[0].forms[$0].name }
  }

  @Test("one whose address is a field answers for those that make it of plain registers")
  func grouped() throws {
    // What is made of the map is no such address, nor what lies elsewhere, if that is looked at.
    #expect(
      try representatives("b := zext(src, 32)") == ["src=absolute", "src=mapped", "src=above"])
    #expect(try representatives("b := src.address[31..0]") == ["src=absolute", "src=mapped"])
    #expect(
      try representatives("b := zext(src.address[32..32], 32)")
        == ["src=absolute", "src=mapped", "src=above"])
  }

  @Test("one that comes to every value of the parts above answers for those that come to some")
  func groupedByValues() throws {
    let either = #"case either "?{d}" encode 5:7 u:1 d:32 address u ++ d place s[address]"#
    #expect(
      try representatives("b := zext(src, 32)", more: either) == ["src=mapped", "src=either"])
    #expect(
      try representatives("b := zext(src.address[32..32], 32)", more: either)
        == ["src=mapped", "src=either"])
  }
}
