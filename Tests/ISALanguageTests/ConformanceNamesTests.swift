import ISACore
import Testing

@testable import ISALanguage

@Suite("Names in conformance data, and operands that are values")
struct ConformanceNamesTests {
  private func load(_ lines: String) -> LoadedDescription {
    let text = """
      machine windowed "A machine with windows"

      register m      : 1 mode
      modes paper { user m == 1 supervisor m == 0 }
      register w      : 1 plain
      register g[2]   : 8 plain
      register ring[4] : 8 plain
      register pc     : 8 pc
      place window(k : 1, n : 2) : 8 = when n < 2 then g[n[0]] else ring[k ++ n[0]]
      place r(n : 2) : 8 = window(w, n)
      memory E : 8 -> 16 plain size 128
      fetch E at pc
      advance pc := pc + length
      entry exchange() { pc := 0 }
      trap wrong = exchange()
      undefined trap wrong as program
      operand Source() : 8 {
        case register "r{n}" encode 0:1 ignored:6 n:2  place r(n)
        case number   "{n}"  encode 1:1 n:8            value n
      }

      """
    return DescriptionLoader.load(path: "test.isa") { _ in text + lines }
  }

  private func names(_ entries: String) throws -> [ConformanceNames.Name] {
    let loaded = load("conformance \"windowed\" memory E {\n  \(entries)\n}\n")
    let errors = loaded.diagnostics.filter { $0.severity == .error }.map(\.message)
    #expect(errors.isEmpty)
    return try #require(loaded.instructionSet?.conformance).names
  }

  private func errors(_ lines: String) -> [DiagnosticCode] {
    load(lines).diagnostics.filter { $0.severity == .error }.map(\.code)
  }

  @Test("a run may start anywhere in a file")
  func runsFrom() throws {
    let names = try names("L2..L3 = ring from 2\n  G0..G1 = g")
    #expect(names.map(\.name) == ["L2", "L3", "G0", "G1"])
    #expect(names.map(\.element) == [2, 3, 0, 1])
    #expect(names.allSatisfy { $0.index == nil && $0.width == 8 })
  }

  @Test("a run over a place: a known element is one, an unknown one is found in the state")
  func runsOverPlaces() throws {
    let names = try names("W1.L0..W1.L1 = window(1) from 2\n  L0..L1 = r from 2")
    #expect(names.map(\.name) == ["W1.L0", "W1.L1", "L0", "L1"])
    #expect(names[0].index == nil && names[0].element == 2 && names[1].element == 3)
    #expect(names[2].index != nil && names[3].index != nil)
  }

  @Test("runs that are none are refused")
  func refused() {
    func conformance(_ entry: String) -> String {
      "conformance \"windowed\" memory E { \(entry) }\n"
    }
    #expect(errors(conformance("L0..L9 = ring")) == [.argumentCount])
    #expect(errors(conformance("L0..L1 = ring from 3")) == [.argumentCount])
    #expect(errors(conformance("L0..M1 = ring")) == [.argumentCount])
    #expect(errors(conformance("L0..L1 = w ++ w")) == [.wrongKind])
    #expect(errors(conformance("keys = w block 16")) == [.wrongKind])
    // Past the place's parameter.
    #expect(!errors(conformance("L2..L4 = r from 2")).isEmpty)
  }

  private func conformance(_ entries: String) -> String {
    "conformance \"windowed\" memory E {\n  \(entries)\n}\n"
  }

  @Test("a list names one place a number; what is given is marked")
  func lists() throws {
    let loaded = load(conformance("given G = [g[1], ring[2][3..0]]\n  M = m\n  given W = w"))
    let names = try #require(loaded.instructionSet?.conformance)
    #expect(names.names.map(\.name) == ["G[0]", "G[1]", "M", "W"])
    #expect(names.names.map(\.isGiven) == [true, true, false, true])
    #expect(names.names.map(\.width) == [8, 4, 1, 1])
    #expect(names.lists.map(\.name) == ["G"] && names.lists.first?.names == 0..<2)
    #expect(names.begin == nil)
  }

  @Test("`begin` is a block of statements that act in order, without traps")
  func begins() throws {
    let block = "begin {\n    g[0] := real E[3][7..0]\n    g[1] := g[0] + 1\n  }"
    let loaded = load(conformance("M = m\n  \(block)"))
    #expect(loaded.instructionSet?.conformance?.begin != nil)
    #expect(loaded.diagnostics.filter { $0.severity == .error }.isEmpty)
    #expect(errors(conformance("\(block)\n  \(block)")) == [.duplicateName])
    #expect(!errors(conformance("begin {\n    trap wrong as program\n  }")).isEmpty)
    #expect(!errors(conformance("begin {\n    nothing := 1\n  }")).isEmpty)
  }

  @Test("lists that are none are refused")
  func refusedLists() {
    #expect(errors(conformance("A..B = [g[0], g[1]]")) == [.argumentCount])
    #expect(errors(conformance("A = [g[0], g[1]] from 1")) == [.argumentCount])
    #expect(errors(conformance("A = [w ++ w]")).count == 1)
    #expect(errors(conformance("A = [g[0]")) == [.expected])
    #expect(errors(conformance("A = []")).count == 1)
    #expect(errors(conformance("A = [g, ring] block 16")) == [.wrongKind])
    #expect(errors(conformance("given keys = g block 16")) == [.wrongKind])
  }

  @Test("an operand that is a value can be read, and not written")
  func values() {
    func instruction(_ body: String) -> String {
      "instr T \"T\" {\n  encode 0b0000000:7 s:Source()\n  \(body)\n}\n"
    }
    #expect(errors(instruction("g[0] := s")).isEmpty)
    #expect(errors(instruction("g[0] := s + 1\n  g[1] := s[3..0] ++ s[7..4]")).isEmpty)
    #expect(errors(instruction("s := g[0]")) == [.notAPlace])
    #expect(errors(instruction("s[3..0] := g[0][3..0]")) == [.notAPlace])
  }
}
