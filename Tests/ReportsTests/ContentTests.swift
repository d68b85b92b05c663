import Classifier
import ISACore
import Testing

@testable import Reports

@Suite("Excerpts and witnesses")
struct ContentTests {
  private func excerpt(_ text: String, from head: String) throws -> SourceExcerpt {
    let source = SourceFile(path: "a/b/c.isa", text: text)
    let range = try #require(text.range(of: head))
    let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
    let span = SourceSpan(file: 0, start: start, end: start + head.utf8.count)
    return try #require(SourceExcerpt(span, in: [source]))
  }

  @Test("an excerpt goes on to the brace that closes its item, and leaves tests out")
  func excerptOfItem() throws {
    let text = """
      for (N) in { (A) } {
        instr A "{" {
          syntax "A {r}" // not }
          test "x" {
            given r = 1
          }
          r := 1
          test "y" { given r = 2 }
        }
      }

      """
    let found = try excerpt(text, from: "instr A")
    #expect(found.place == "c.isa:2")
    #expect(
      found.lines == ["instr A \"{\" {", "  syntax \"A {r}\" // not }", "  r := 1", "}"])
    #expect(found.omitted == 0)
  }

  @Test("a place is a file's name, and a part's behind the name of its chapter")
  func places() throws {
    let sources = ["ISAs/m/m.isa", "ISAs/m/moves.isa", "ISAs/m/moves/far.isa", "far.isa"].map {
      SourceFile(path: $0, text: "instr X")
    }
    let places = sources.indices.map { file in
      SourceExcerpt(SourceSpan(file: file, start: 0, end: 5), in: sources)?.place
    }
    #expect(places == ["m.isa:1", "moves.isa:1", "moves/far.isa:1", "far.isa:1"])
  }

  @Test("an item without a body ends with its line, one without an end with the text")
  func excerptOfOddItems() throws {
    #expect(try excerpt("a\ninstr X \"x\"\nb\n", from: "instr").lines == ["instr X \"x\""])
    #expect(try excerpt("instr X {\n  y", from: "instr").lines == ["instr X {", "  y"])
    #expect(try excerpt("instr X }}}\nz", from: "instr").lines == ["instr X }}}"])
    let long = "instr X {\n" + String(repeating: "y\n", count: 100_000)
    let found = try excerpt(long, from: "instr")
    #expect(found.lines.count == SourceExcerpt.maximumLines)
    #expect(found.omitted > 0)
    #expect(SourceExcerpt(.none, in: [SourceFile(path: "x", text: "y")]) == nil)
    #expect(SourceExcerpt(SourceSpan(file: 3, start: 0, end: 1), in: []) == nil)
    let beyond = SourceSpan(file: 0, start: 5, end: 9)
    #expect(SourceExcerpt(beyond, in: [SourceFile(path: "x", text: "y")]) == nil)
  }

  @Test("a single run tells what it changed beyond its own state")
  func singleRun() {
    let table = WitnessTable(SampleVerdicts.controlWitness)
    #expect(table.telling.map(\.place) == ["psw.problem"])
    #expect(table.varied.isEmpty)
    #expect(
      table.rows.map(\.place)
        == ["psw.problem", "psw.system_mask", "psw.ia", "storage[0x200]"])
  }

  @Test("two runs tell where they end differently, not what was varied")
  func twoRuns() {
    let mode = WitnessTable(SampleVerdicts.modeWitness)
    #expect(mode.telling.map(\.place) == ["gr[1]"])
    #expect(mode.varied.map(\.place) == ["psw.problem"])
    let location = WitnessTable(SampleVerdicts.locationWitness)
    #expect(location.telling.map(\.place) == ["gr[1]"])
    #expect(location.varied.map(\.place) == ["r.base"])
  }

  @Test("a map that does not stay moved tells location sensitivity")
  func unmovedMap() {
    func run(_ before: String, _ after: String?) -> Witness.Run {
      let base = Witness.Value(place: "r.base", value: before, role: .map)
      let changed = after.map { [Witness.Value(place: "r.base", value: $0, role: .map)] }
      return Witness.Run(caption: "", before: [base], after: changed ?? [], outcome: "retires")
    }
    func telling(_ first: Witness.Run, _ second: Witness.Run) -> [String] {
      let witness = Witness(form: 0, encoding: "", fields: [], runs: [first, second], shows: "")
      return WitnessTable(witness).telling.map(\.place)
    }
    #expect(telling(run("0x0", "0x7"), run("0x1", "0x7")) == ["r.base"])
    #expect(telling(run("0x0", nil), run("0x1", "0x0")) == ["r.base"])
    #expect(telling(run("0x0", nil), run("0x1", nil)) == [])
    #expect(telling(run("0x0", "0x4"), run("0x1", "0x5")) == [])
  }
}
