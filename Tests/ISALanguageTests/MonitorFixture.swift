import ISACore
import Testing

@testable import ISALanguage

/// A small machine with a relocation register, around the `monitor` block of a test.
enum MonitorFixture {
  static let machine = """
    machine base "The machine of these tests"

    layout PSW : 16 {
      mode 15    mode { 0 = supervisor, 1 = user }
      code 10..8 plain
      pc   7..0  pc
    }
    register psw  : PSW
    register r[4] : 8 plain
    register limit : 8 map
    memory E : 8 -> 16 plain size 128
    memory ports : 4 -> 8 device
    region clock_word = E[8..9] timer

    translate E(a, intent) {
      require a < limit else trap outside as memory
      result a
    }

    modes paper { user psw.mode == user  supervisor psw.mode == supervisor }
    entry exchange(code : 3) {
      real E[0] := psw with { code = code }
      psw       := real E[1]
    }
    trap outside = exchange(1)
    undefined trap outside as program
    fetch E at psw.pc
    advance psw.pc := psw.pc + length

    instr OUT "Out" {
      encode 0:12 x:2 y:2
      ports[trunc(r[x], 4)] := r[y]
    }

    """

  /// Lines that make a complete block with `map(…) { limit := limit }`.
  static let storage = "storage E reserve 16 granule 16"
  static let lists = "direct r, psw.pc\n  owned psw.code, psw[11..14], psw.mode"
  static let map = "map(origin, extent, guest) { limit := limit }"

  static func block(_ lines: String...) -> String {
    "monitor {\n\(lines.map { "  \($0)" }.joined(separator: "\n"))\n}"
  }

  static func whole(adding lines: String = "") -> String { block(storage, lists, map, lines) }

  private struct NoSuchFile: Error {}

  /// Loads the machine with `items` behind it or, if `delta` is given, the delta of that machine.
  static func load(_ items: String, delta: String? = nil) -> LoadedDescription {
    DescriptionLoader.load(path: delta == nil ? "base.isa" : "delta.isa") { path in
      switch path {
      case "base.isa": return machine + items + "\n"
      case "delta.isa": return "machine delta : base \"A delta\"\n\n\(delta ?? "")\n"
      default: throw NoSuchFile()
      }
    }
  }

  /// Expects exactly these messages, each with the text that it points at.
  static func expect(
    _ items: String, delta: String? = nil,
    gives expected: [(code: DiagnosticCode, at: String, message: String)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let loaded = load(items, delta: delta)
    let found = loaded.diagnostics.map { diagnostic in
      let bytes = loaded.sources[Int(diagnostic.span.file)].utf8
      let text = bytes[Int(diagnostic.span.start)..<Int(diagnostic.span.end)]
      return "\(diagnostic.code.rawValue) `\(String(decoding: text, as: UTF8.self))`: "
        + diagnostic.message
    }
    #expect(
      found == expected.map { "\($0.code.rawValue) `\($0.at)`: \($0.message)" },
      sourceLocation: sourceLocation)
  }
}
