import ISACore
import Testing

@testable import ISALanguage

@Suite("What a translation records")
struct RecordingTests {
  private typealias Fixture = MonitorFixture

  /// A machine whose translation looks an entry up, and marks it.
  private static func load(
    _ marks: String, install: String = "install(va, ra, guest, fetch, load, store) { limit := va }"
  ) -> LoadedDescription {
    let items = """
      memory F : 8 -> 16 plain size 64
      translate F(a, intent) {
        let entry = real F[60]
        require entry[0] == 1 else trap outside as memory
        \(marks)
        result a
      }
      """
    let block = Fixture.block(
      Fixture.storage, "storage F reserve 16 granule 16", Fixture.lists, Fixture.map, install)
    return Fixture.load(items + "\n" + block)
  }

  private static func messages(_ loaded: LoadedDescription) -> [String] {
    loaded.diagnostics.filter { $0.severity == .error }.map(\.message)
  }

  @Test("is kept apart: what finds and refuses neither stores nor looks up what only a store wants")
  func apart() throws {
    let loaded = Self.load(
      """
      if intent == store and entry[1] == 0 {
          let old = real F[61]
          real F[60] := entry | 2
          real F[61] := old + 1
        }
      """)
    #expect(Self.messages(loaded) == [])
    let isa = try #require(loaded.instructionSet)
    let memory = try #require(isa.memories.first { $0.name == "F" })
    let translate = try #require(memory.translate)
    let recording = try #require(memory.recording)
    #expect(recording.stores && !translate.stores)
    func loads(_ program: Program) -> Int {
      var count = 0
      program.forEachStatement { if case .load = $0.kind { count += 1 } }
      return count
    }
    #expect(loads(recording) == 2 && loads(translate) == 1)
    #expect(translate.body.count < recording.body.count)
    // Stores come last: nothing traps behind them.
    var hasStored = false
    recording.forEachStatement { statement in
      switch statement.kind {
      case .store: hasStored = true
      case .trap: #expect(!hasStored)
      default: break
      }
    }
    #expect(isa.recordsAccesses && !isa.withoutRecording().recordsAccesses)
    #expect(isa.memories.first { $0.name == "E" }?.recording == nil)
  }

  @Test("lies in memory, and is written when nothing can trap any more")
  func refused() {
    let only = "a translation records in `real` memory, outside `partial`, and writes nothing else"
    #expect(Self.messages(Self.load("limit := 3")) == [only])
    #expect(Self.messages(Self.load("partial { real F[60] := 3 }")) == [only])
    #expect(
      Self.messages(Fixture.load("function f(a : 8) : 8 {\n real E[1] := 2\n result a\n}"))
        != [only])
  }

  @Test("is what a monitor has to be told of, by the rights of `install`")
  func rights() {
    let marks = "real F[60] := entry | 2"
    #expect(Self.messages(Self.load(marks)) == [])
    let short = "install(va, ra, guest) { limit := va }"
    #expect(
      Self.messages(Self.load(marks, install: short)) == [
        "`install(va, ra, guest, fetch, load, store)` has 6 names, not 3"
      ])
    #expect(Self.messages(Self.load("", install: short)) == [])
  }
}
