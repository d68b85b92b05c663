import ISACore
import Testing

@testable import ISALanguage

@Suite("Prefixes")
struct PrefixTests {
  private func unused(_ value: String) -> [String] {
    let text = smallMachine(
      """
      context wide : 1 = mode
      context standard : 1 = mode
      prefix size { encode 0x66:8
        wide := \(value)
      }
      instr NOP "nothing" {
        encode 1:8 where wide == 0
        encode 2:8
      }
      """, endian: "little")
    return DescriptionLoader.load(path: "m.isa") { _ in text }.diagnostics
      .filter { $0.code == .unused }.map(\.message)
  }

  @Test("use the contexts that they look at, and no others")
  func contexts() {
    #expect(unused("standard ^ 1").isEmpty)
    #expect(unused("1") == ["nothing uses `standard`, a context"])
  }
}
