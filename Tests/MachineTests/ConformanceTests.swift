import ISACore
import Machine
import Testing

@Suite("Conformance")
struct ConformanceTests {
  private var isa: InstructionSet {
    var isa = Toy.isa
    var names = [
      ConformanceNames.Name(name: "PC", register: Toy.pc, element: 0, low: 0, width: 16),
      ConformanceNames.Name(name: "BOUND", register: Toy.bound, element: 0, low: 0, width: 16),
      ConformanceNames.Name(name: "CAUSE", register: Toy.cause, element: 0, low: 0, width: 8),
    ]
    names += (0..<16).map {
      ConformanceNames.Name(name: "R\($0)", register: Toy.gr, element: $0, low: 0, width: 32)
    }
    isa.conformance = ConformanceNames(isa: "toy", memory: 0, names: names, blockLists: [])
    return isa
  }

  private func report(_ lines: String...) throws -> Conformance.Report {
    try Conformance.run(isa, cases: Array(lines.joined(separator: "\n").utf8), threads: 1)
  }

  private func add(after: String, extra: String = "", trap: String = "null") -> String {
    """
    {"isa":"toy","name":"ADD","bytes":"1012","before":{"regs":{"R1":"00000001","R2":"00000002",\
    "PC":"0100","BOUND":"8000"},"mem":[[256,"1012"]]},"after":\(after),"trap":\(trap)\(extra)}
    """
  }

  @Test("passes a case that comes out as stated")
  func passes() throws {
    let report = try report(add(after: #"{"regs":{"R1":"00000003","PC":"0102"},"mem":[]}"#), "")
    #expect(report.total.passed == 1 && report.total.cases == 1)
    #expect(report.byMnemonic["ADD"]?.passed == 1)
  }

  @Test("names the places that differ, the unlisted ones too")
  func differences() throws {
    let report = try report(
      "", add(after: #"{"regs":{"R1":"00000004","R3":"0000000A"},"mem":[[16,"FF"]]}"#))
    #expect(report.total.failed == 1)
    #expect(report.failures.first?.line == 2)
    #expect(
      report.failures.first?.differences.map(\.place) == ["PC", "R1", "R3", "0x10"])
    #expect(
      report.failures.first?.description
        == "line 2: ADD 1012: PC: expected 0100, got 0102; R1: expected 00000004, got 00000003; "
        + "R3: expected 0000000A, got 00000000; 0x10: expected FF, got 00")
  }

  @Test("a case that hangs on a register which it cannot state says nothing, and others still do")
  func unstated() throws {
    var isa = self.isa
    isa.conformance?.names.removeAll { $0.name == "R2" }
    func report(_ first: String, _ sum: String) throws -> Conformance.Report {
      let line = """
        {"isa":"toy","name":"ADD","bytes":"1012","before":{"regs":{"R1":"\(first)","PC":"0100",\
        "BOUND":"8000"},"mem":[[256,"1012"]]},"after":{"regs":{"R1":"\(sum)","PC":"0102"},\
        "mem":[]},"trap":null}
        """
      return try Conformance.run(isa, cases: Array(line.utf8), threads: 1)
    }
    let open = try report("00000000", "00000007")
    #expect(open.total.unsupported == 1)
    #expect(
      open.unsupported.first?.reason == "the result hangs on gr[2], which the case does not state")
    // What no such register could make of the operands is wrong.
    #expect(try report("00000001", "00000007").total.failed == 1)
    #expect(try report("00000005", "00000005").total.passed == 1)
  }

  @Test("compares under the mask only")
  func masks() throws {
    let report = try report(
      add(
        after: #"{"regs":{"R1":"00000053","PC":"0102"},"mem":[]}"#,
        extra: #","mask":{"regs":{"R1":"0000000F"},"mem":[]}"#))
    #expect(report.total.passed == 1)
  }

  @Test("reports stores that a case does not list")
  func stores() throws {
    let line = """
      {"isa":"toy","name":"STORE","bytes":"2112","before":{"regs":{"R1":"00000001","R2":"00000200",\
      "PC":"0100","BOUND":"8000"},"mem":[[256,"2112"]]},"after":{"regs":{"PC":"0102"},"mem":[]},\
      "trap":null}
      """
    let report = try report(line)
    #expect(report.failures.first?.differences.map(\.place) == ["0x203"])
  }

  @Test("compares the trap by its label, and the state after the entry sequence")
  func traps() throws {
    let line = """
      {"isa":"toy","name":"LOAD","bytes":"2012","before":{"regs":{"R2":"00009000","PC":"0100",\
      "BOUND":"8000"},"mem":[[256,"2012"]]},"after":{"regs":{"CAUSE":"01","PC":"7000"},"mem":[]},\
      "trap":"bounds:36864"}
      """
    #expect(try report(line).total.passed == 1)
    let other = line.replacing("bounds:36864", with: "bounds:5")
    #expect(
      try report(other).failures.first?.differences
        == [Conformance.Difference(place: "trap", expected: "bounds:5", actual: "bounds:36864")])
  }

  /// R(0) and R(1) of the half of the file that bit 0 of `base` selects.
  private var windowed: InstructionSet {
    var isa = isa
    isa.conformance?.names.removeAll { $0.name.hasPrefix("R") }
    isa.conformance?.names.append(
      ConformanceNames.Name(name: "BASE", register: Toy.base, element: 0, low: 0, width: 16))
    for index in 0..<8 {
      let element = ProgramBuilder.result(16) {
        $0.binary(.add, $0.number(UInt128(index), 16), $0.read(Toy.base, 16), 16)
      }
      isa.conformance?.names.append(
        ConformanceNames.Name(
          name: "L\(index)", register: Toy.gr, element: 0, low: 0, width: 32, index: element))
    }
    return isa
  }

  @Test("a name whose element depends on the state is loaded after what it depends on")
  func movingNames() throws {
    func report(_ after: String) throws -> Conformance.Report {
      let line = """
        {"isa":"toy","name":"ADD","bytes":"1089","before":{"regs":{"L0":"00000001","L1":"00000002",\
        "PC":"0100","BASE":"0008","BOUND":"8000"},"mem":[[264,"1089"]]},\
        "after":{"regs":{\(after)"PC":"0102"},"mem":[]},"trap":null}
        """
      return try Conformance.run(windowed, cases: Array(line.utf8), threads: 1)
    }
    #expect(try report("\"L0\":\"00000003\",").total.passed == 1)
    #expect(
      try report("\"L0\":\"00000004\",").failures.first?.differences.map(\.place) == ["L0"])
    // Not stated, and changed.
    #expect(try report("").failures.first?.differences.map(\.place) == ["gr[8]"])
  }

  @Test("a label may give its argument in hexadecimal")
  func hexadecimalLabels() throws {
    var isa = isa
    isa.traps[0].label = "bounds:{0:hex}"
    let line = """
      {"isa":"toy","name":"LOAD","bytes":"2012","before":{"regs":{"R2":"00009000","PC":"0100",\
      "BOUND":"8000"},"mem":[[256,"2012"]]},"after":{"regs":{"CAUSE":"01","PC":"7000"},"mem":[]},\
      "trap":"bounds:9000"}
      """
    #expect(try Conformance.run(isa, cases: Array(line.utf8), threads: 1).total.passed == 1)
    let other = line.replacing("bounds:9000", with: "bounds:9G00")
    #expect(try Conformance.run(isa, cases: Array(other.utf8), threads: 1).total.unsupported == 1)
  }

  @Test("sets aside what the description has no name for")
  func unsupported() throws {
    let report = try report(
      add(after: #"{"regs":{"XMM0":"00"},"mem":[]}"#),
      add(after: #"{"regs":{},"mem":[]}"#, trap: #""program:99:unheard""#),
      add(after: #"{"regs":{},"mem":[]}"#).replacing(#""toy""#, with: #""other""#))
    #expect(report.total.unsupported == 3)
    #expect(report.unsupported[0].reason == "the description has no name \"XMM0\"")
    #expect(
      report.unsupported[1].reason == "the description declares no trap \"program:99:unheard\"")
  }

  @Test("loads the environment before every case")
  func environment() throws {
    let report = try report(
      #"{"isa":"toy","env":{"BOUND":"8000","GDTR":[24576,47],"mem":[[256,"1012"]]}}"#,
      #"{"isa":"toy","name":"ADD","bytes":"1012","before":{"regs":{"R2":"02","PC":"0100"},"#
        + #""mem":[]},"after":{"regs":{"R1":"02","PC":"0102"},"mem":[]},"trap":null}"#)
    #expect(report.total.passed == 1 && report.total.cases == 1)
  }

  @Test(
    "points at the place of a line that is no case",
    arguments: [
      ("{", 2), ("x", 1), (#"{"isa":"toy"}"#, 14), (#"{"isa":5}"#, 8),
      (#"{"before":{"mem":[[1,"0"]]}}"#, 23), (#"{"before":{"mem":[[1,"0G"]]}}"#, 23),
      (#"{"before":{"mem":[[-1,"00"]]}}"#, 20), (#"{"after":[[[[[[[["#, 10),
      (#"{"x":[[[[[[[["#, 14), (#"{"isa":"toy}"#, 8), (#"{"isa":"toy\"#, 8),
      (#"{"before":{"regs":{"R1":"123456789012345678901234567890123"}}}"#, 26),
      (#"{"isa":"toy","before":{},"after":{}} x"#, 38), (#"{"x":99,,}"#, 9),
    ])
  func malformed(line: String, column: Int) {
    #expect(throws: Conformance.MalformedInput.self) { try report("", line) }
    do {
      _ = try report("", line)
    } catch let error as Conformance.MalformedInput {
      #expect(error.line == 2)
      #expect(error.column == column, "\(error.message)")
    } catch {}
  }

  @Test("survives every cut and every changed byte of a case")
  func robustness() throws {
    let line = Array(
      add(
        after: #"{"regs":{"R1":"00000003","PC":"0102"},"mem":[[5,"00"]]}"#,
        extra: #","tags":["a\n"]"#
      ).utf8)
    var random = SeededGenerator(seed: 9)
    for cut in 0..<line.count {
      _ = try? Conformance.run(isa, cases: Array(line[..<cut]), threads: 1)
      var changed = line
      changed[cut] = UInt8(truncatingIfNeeded: random.next())
      _ = try? Conformance.run(isa, cases: changed, threads: 1)
    }
  }

  @Test("comes to the same report on one and on several threads")
  func threads() throws {
    var lines: [String] = []
    for index in 0..<1000 {
      let sum = index % 7 == 0 ? "00000009" : "00000003"
      lines.append(add(after: #"{"regs":{"R1":"\#(sum)","PC":"0102"},"mem":[]}"#))
    }
    let text = Array(lines.joined(separator: "\n").utf8)
    let one = try Conformance.run(isa, cases: text, threads: 1)
    #expect(one.total.failed == 143 && one.total.passed == 857)
    #expect(try Conformance.run(isa, cases: text, threads: 4) == one)
  }

  @Test("needs the description's names")
  func noNames() {
    #expect(throws: Conformance.Impossible.noNames) {
      try Conformance.run(Toy.isa, cases: [])
    }
  }
}
