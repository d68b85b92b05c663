import ISACore
import ISALanguage
import Machine
import Testing

/// What stands between single-step data and a step: an environment, hidden state that is derived
/// from what was loaded, repeated instructions, a stack of registers.
@Suite("Conformance: from data to a step")
struct ConformanceSetupTests {
  /// A segment register whose base is hidden, in a table of the storage; a stack of four registers.
  private static let text = """
    machine segments "A machine with hidden state"

    layout Table : 24 { base 23..8 map, limit 7..0 map }
    layout Status : 8 { top 7..6 plain, cc 5..0 plain }
    register m      : 1 mode
    modes paper { user m == 1 supervisor m == 0 }
    register table  : Table
    register s      : 8 map
    register hidden : 16 map
    register a      : 16 plain
    register n      : 8 plain
    register status : Status
    register v[4]   : 8 plain
    register pc     : 16 pc
    place st(k : 2) : 8 = v[status.top + k]

    memory E : 32 -> 8 plain size 0x10000
    fetch E at zext(pc, 32)
    advance pc := pc + length
    entry exchange() { pc := 0x4000 }
    trap wrong() = exchange() label "wrong"
    undefined trap wrong as program

    // The base of segment s stands in the table, two units an entry.
    function base(selector : 8) : 16 =
      real E[zext(table.base + (zext(selector, 16) << 1), 32)]
        ++ real E[zext(table.base + (zext(selector, 16) << 1) + 1, 32)]

    // One piece of a repeated store; the count says whether it is done again.
    instr STOS "Store String" {
      encode 0x10:8
      require m == 0 else trap wrong as program
      real E[zext(hidden + a, 32)] := 0xEE
      a := a + 1
      n := n - 1
      if n != 1 {
        pc := pc
      }
    }
    instr SPIN "Spin" {
      encode 0x11:8
      pc := pc
    }
    instr LTAB "Load Table" {
      encode 0x12:8
      table.base := a
      hidden := 0
    }
    instr LSEG "Load Segment" {
      encode 0x13:8
      s := n
      hidden := base(n)
    }
    instr PUSH "Push" {
      encode 0x14:8
      v[status.top - 1] := n
      status.top := status.top - 1
    }
    instr DROP "Drop" {
      encode 0x15:8
      v[status.top] := 0
      status.top := status.top + 1
    }

    conformance "segments" memory E {
      given TAB = [table.base, table.limit]
      given level = m
      S = s
      A = a
      N = n
      STATUS = status
      V0..V3 = st from 0
      PC = pc
      begin {
        hidden := base(s)
      }
    }

    """

  private static func load() throws -> InstructionSet {
    let loaded = DescriptionLoader.load(path: "segments.isa") { _ in text }
    let errors = loaded.diagnostics.filter { $0.severity == .error }.map(\.message)
    #expect(errors.isEmpty, "\(errors)")
    return try #require(loaded.instructionSet)
  }

  /// Segment 2 begins at 0x0300.
  private static let environment =
    #"{"isa":"segments","env":{"TAB":[512,15],"level":0,"note":"x","mem":[[516,"0300"]]}}"#

  private func report(_ cases: String...) throws -> Conformance.Report {
    let text = ([Self.environment] + cases).joined(separator: "\n")
    return try Conformance.run(Self.load(), cases: Array(text.utf8), threads: 1)
  }

  private func step(
    _ bytes: String, _ before: String, after: String, memory: String = "", more: String = ""
  ) -> String {
    """
    {"isa":"segments","name":"X","bytes":"\(bytes)","before":{"regs":{\(before),"PC":"0100"},\
    "mem":[[256,"\(bytes)"]]},"after":{"regs":{\(after)},"mem":[\(memory)]},"trap":null\(more)}
    """
  }

  private func places(_ report: Conformance.Report) -> [[String]] {
    report.failures.map { $0.differences.map(\.place) }
  }

  @Test("`begin` derives the hidden state from what was loaded")
  func hiddenState() throws {
    let store = #"[773,"EE"]"#
    let report = try report(
      step(
        "10", #""S":"02","A":"0005","N":"01""#, after: #""A":"0006","N":"00","PC":"0101""#,
        memory: store),
      // Without the segment the store goes elsewhere.
      step("10", #""S":"00","A":"0005","N":"01""#, after: #""A":"0006","N":"00","PC":"0101""#))
    #expect(report.total.passed == 1)
    #expect(places(report) == [["0x5"]])
  }

  @Test("a case tagged `rep` goes on until the instruction is left")
  func repetition() throws {
    let before = #""S":"02","A":"0005","N":"04""#
    let after = #""A":"0009","N":"00","PC":"0101""#
    let stores = #"[773,"EEEEEEEE"]"#
    let report = try report(
      step("10", before, after: after, memory: stores, more: #","tags":["rep"]"#),
      step("10", before, after: after, memory: stores),
      step("11", before, after: "", more: #","tags":["x","rep"]"#))
    #expect(report.total.passed == 1 && report.total.failed == 2)
    #expect(places(report) == [["A", "N", "PC", "0x305"], ["steps"]])
  }

  @Test("a trap ends a repetition")
  func trapInRepetition() throws {
    let line = step("10", #""N":"04""#, after: #""PC":"4000""#, more: #","level":1,"tags":["rep"]"#)
      .replacing("\"trap\":null", with: "\"trap\":\"wrong\"")
    #expect(try report(line).total.passed == 1)
    // In the environment's mode there is none.
    #expect(try report(line.replacing(#","level":1"#, with: "")).total.failed == 1)
  }

  @Test("what is given is compared only where a case states it")
  func given() throws {
    let before = #""A":"0600""#
    let report = try report(
      step("12", before, after: #""PC":"0101""#),
      step("12", before, after: #""PC":"0101","TAB":[1536,15]"#),
      step("12", before, after: #""PC":"0101","TAB":[1537,15]"#),
      // The next case starts from the environment again.
      step("13", #""N":"02""#, after: #""PC":"0101","S":"02""#),
      step("13", #""N":"02""#, after: #""PC":"0101""#))
    #expect(report.total.passed == 3)
    #expect(places(report) == [["TAB[0]"], ["S"]])
  }

  @Test("a name that moves with a stack is compared as it stands after the step")
  func stack() throws {
    let before = #""N":"0A","STATUS":"40","V0":"0A","V1":"0B","V2":"0C","V3":"0D""#
    let pushed = #""PC":"0101","STATUS":"00","V1":"0A","V2":"0B","V3":"0C""#
    let report = try report(
      // V0 is what it was, though another register stands there.
      step("14", before, after: pushed),
      step("14", before.replacing(#""N":"0A""#, with: #""N":"0F""#), after: pushed),
      step(
        "14", before.replacing(#""N":"0A""#, with: #""N":"0F""#), after: pushed + #","V0":"0F""#),
      // What was dropped is left open by a mask, or not.
      step(
        "15", before, after: #""PC":"0101","STATUS":"80","V0":"0B","V1":"0C","V2":"0D""#,
        more: #","mask":{"regs":{"V3":"00"},"mem":[]}"#),
      step("15", before, after: #""PC":"0101","STATUS":"80","V0":"0B","V1":"0C","V2":"0D""#))
    #expect(report.total.passed == 3)
    #expect(places(report) == [["v[0]"], ["v[1]"]])
  }

  @Test(
    "points at a list that is none",
    arguments: [
      (#"{"isa":"segments","env":{"TAB":[1]}}"#, 32, "TAB has 2 values"),
      (#"{"isa":"segments","env":{"TAB":[1,2,3]}}"#, 37, "TAB has 2 values"),
      (#"{"isa":"segments","env":{"TAB":["XY",1]}}"#, 34, "expected up to 32 hexadecimal digits"),
      (#"{"isa":"segments","env":{"TAB":5}}"#, 32, "expected '['"),
      (#"{"isa":"segments","env":{"level":[]}}"#, 34, "expected a string"),
      (#"{"isa":"segments","level":-1}"#, 27, "expected a string"),
    ])
  func malformed(line: String, column: Int, message: String) {
    let error = #expect(throws: Conformance.MalformedInput.self) {
      try Conformance.run(Self.load(), cases: Array(line.utf8))
    }
    #expect(error?.column == column && error?.message == message, "\(String(describing: error))")
  }
}
