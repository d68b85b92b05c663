import Devices
import Testing

@Suite("The wait state")
struct WaitTests {
  @Test("a wait that nothing can end takes no time, in one run as step by step")
  func noTime() throws {
    let program = """
      .org 0x400
      start: LPSW stop
      .align 8
      stop: .dword 0x0002000000000000
      """
    let whole = try Installation(program).system
    #expect(whole.run(limit: 1000) == (1, .waitsForEver))
    #expect(whole.machine.time == 1)
    let portions = try Installation(program).system
    #expect(portions.run(limit: 1) == (1, .limit))
    #expect(portions.run(limit: 1) == (0, .waitsForEver))
    #expect(portions.machine.time == 1)
  }
}
