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
