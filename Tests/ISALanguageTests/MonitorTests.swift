import ISACore
import Testing

@testable import ISALanguage

@Suite("The monitor block")
struct MonitorTests {
  private typealias Fixture = MonitorFixture

  /// The block's elements as text: `psw[8+3] owned`, low bit and width.
  private func elements(_ set: InstructionSet?) -> [String] {
    (set?.monitor?.elements ?? []).map { element in
      let name = set?.registers[Int(element.register)].name ?? "?"
      return "\(name)[\(element.low)+\(element.width)] \(element.standing)"
    }
  }

  @Test("a machine without one is complete")
  func none() {
    Fixture.expect("", gives: [])
    #expect(Fixture.load("").instructionSet?.monitor == nil)
  }

  @Test("its parts arrive, whatever their order")
  func parts() throws {
    let lines = [
      "recover exchange { psw := real E[0] }", Fixture.map, "flush { limit := 0 }",
      "preempt { psw.code := 7 }", "resume { real E[2] := 1 }", "direct r, psw.pc",
      "start { real E[1] := 0  \n real E[2] := 1 }",
      "install(va, ra, guest) { limit := va + 1 \n result guest[0] }",
      "owned psw[8..14], psw[15]", "storage E reserve 4 * 4 granule 16",
    ]
    for order in [lines, lines.reversed()] {
      let text = "monitor {\n\(order.joined(separator: "\n"))\n}"
      Fixture.expect(text, gives: [])
      let monitor = try #require(Fixture.load(text).instructionSet?.monitor)
      #expect(monitor.storage.map(\.reserved) == [16] && monitor.storage.map(\.granule) == [16])
      #expect(monitor.recoveries.map(\.entry) == [0])
      #expect(monitor.start?.body.count == 2)
      #expect(monitor.flush != nil && monitor.preempt != nil && monitor.resume != nil)
      let widths = { (program: Program) in
        program.parameters.map { program.locals[Int($0)].width }
      }
      #expect(widths(monitor.map) == [8, 9, 8])
      let install = try #require(monitor.install)
      #expect(widths(install) == [8, 8, 8])
      #expect(install.result.map { install.locals[Int($0)].width } == 1)
    }
  }

  @Test("what it keeps lies at a virtual address of translated memory")
  func kept() throws {
    let lines = "keep E[100, 2] = 0x12345678, E[7] = 9"
    Fixture.expect(Fixture.whole(adding: lines), gives: [])
    let kept = try #require(
      Fixture.load(Fixture.whole(adding: lines)).instructionSet?.monitor?.kept)
    #expect(kept.map(\.address) == [100, 7] && kept.map(\.units) == [2, 1])
    #expect(kept.map(\.value) == [0x1234_5678, 9])
    for wrong in ["keep ports[0] = 1", "keep r[0] = 1", "keep E[r[0]] = 1"] {
      #expect(Fixture.load(Fixture.whole(adding: wrong)).instructionSet == nil, "\(wrong)")
    }
  }

  @Test("install may be told what the guest's own translation lets through")
  func rights() throws {
    let lines = "install(va, ra, guest, fetch, load, store) { limit := va + 1 }"
    Fixture.expect(Fixture.whole(adding: lines), gives: [])
    let install = try #require(
      Fixture.load(Fixture.whole(adding: lines)).instructionSet?.monitor?.install)
    #expect(install.parameters.map { install.locals[Int($0)].width } == [8, 8, 8, 1, 1, 1])
    let short = "install(va, ra, guest, fetch) { limit := va + 1 }"
    #expect(Fixture.load(Fixture.whole(adding: short)).instructionSet == nil)
  }

  @Test("every bit of every register stands somewhere, once")
  func elements() throws {
    let set = Fixture.load(Fixture.whole()).instructionSet
    #expect(
      elements(set) == [
        "psw[15+1] owned", "psw[11+4] owned", "psw[8+3] owned", "psw[0+8] direct",
        "r[0+8] direct", "limit[0+8] mapped",
      ])
    for register in try #require(set).registers.indices {
      let bits = try #require(set?.monitor).elements.filter { $0.register == register }
      #expect(bits.reduce(0) { $0 + $1.width } == set?.registers[register].width)
    }
  }

  @Test("what is owned and computed is computed")
  func ownedAndMapped() {
    let set = Fixture.load(
      Fixture.block(
        Fixture.storage, "direct r, psw.pc", "owned psw[8..15], limit",
        "map(origin, extent, guest) { if guest == 1 { psw.mode := user } }")
    ).instructionSet
    #expect(
      elements(set) == [
        "psw[15+1] mapped", "psw[8+7] owned", "psw[0+8] direct", "r[0+8] direct",
        "limit[0+8] owned",
      ])
  }

  @Test("a file is computed if all its elements are")
  func files() {
    func block(_ map: String) -> String {
      Fixture.block(
        Fixture.storage, "direct psw, limit", "map(origin, extent, guest) {\n\(map)\n}")
    }
    let loop = "partial {\n for i : 2 in 0 .. 3 {\n r[i] := 0\n }\n }"
    Fixture.expect(block(loop), gives: [])
    Fixture.expect(block("r[0] := 0\nr[1] := 0\nr[2] := 0\nr[3] := 0"), gives: [])
    Fixture.expect(
      block("r[0] := 0\nr[1] := 0"),
      gives: [
        (
          .uncoveredState, "register r[4] : 8 plain",
          "`monitor` does not say how `r` stands while a guest runs"
        )
      ])
  }

  @Test("what is attached to storage is a file, with an element for each block")
  func attached() throws {
    let file = "register key[16] : 4 map\n"
    func block(_ line: String) -> String {
      file + Fixture.whole(adding: line)
    }
    let set = try #require(Fixture.load(block("attached key block 2 * 4")).instructionSet)
    let last = try #require(set.monitor?.elements.last)
    #expect(last.standing == .attached(0, units: 8) && last.width == 4)
    Fixture.expect(
      block("attached key block 32"),
      gives: [(.badShare, "32", "a granule of 16 units is not made up of whole blocks of 32")])
    Fixture.expect(
      block("attached key block 4"),
      gives: [(.badShare, "key block 4", "16 blocks of 4 units do not cover the 128 of `E`")])
    for other in ["limit", "key[0..1]"] {
      let found = Fixture.load(block("attached \(other) block 8")).diagnostics.map(\.code)
      #expect(found == [.wrongKind])
    }
    Fixture.expect(
      block("attached key block 8\n  owned key"),
      gives: [(.conflictingStanding, "key", "`key` stands in two lists")])
    Fixture.expect(
      file
        + Fixture.block(
          Fixture.storage, Fixture.lists, "attached key block 8",
          "map(origin, extent, guest) {\n  limit := 0\n  key[0] := 1\n}"),
      gives: [
        (.conflictingStanding, "key[0] := 1", "`map` writes `key`, which stands `attached`")
      ])
  }

  @Test("a mapping is removed by its address and its guest's number")
  func remove() throws {
    let text = Fixture.whole(adding: "remove(va, guest) { if guest == 1 { limit := va } }")
    Fixture.expect(text, gives: [])
    let program = try #require(Fixture.load(text).instructionSet?.monitor?.remove)
    #expect(program.parameters.map { program.locals[Int($0)].width } == [8, 8])
    Fixture.expect(
      Fixture.whole(adding: "remove(va) { limit := va }"),
      gives: [(.argumentCount, "remove(va)", "`remove(va, guest)` has 2 names, not 1")])
  }

  @Test("bits that nothing places are named as people name them")
  func uncovered() {
    let message = "`monitor` does not say how %@ stands while a guest runs"
    func expectUncovered(_ lists: String, _ named: String) {
      Fixture.expect(
        Fixture.block(Fixture.storage, "direct r", lists, Fixture.map),
        gives: [
          (.uncoveredState, "register psw  : PSW", message.replacing("%@", with: named))
        ])
    }
    expectUncovered("direct psw.pc", "`psw.mode`, `psw[14..11]` and `psw.code`")
    expectUncovered("direct psw[15..9]", "`psw[8]` and `psw.pc`")
    expectUncovered("direct psw[15..3]", "`psw[2..0]`")
    expectUncovered("", "`psw`")
  }

  @Test("no bit stands in two places")
  func conflicts() {
    Fixture.expect(
      Fixture.block(Fixture.storage, "direct r, psw", "owned psw.mode", Fixture.map),
      gives: [(.conflictingStanding, "psw.mode", "`psw.mode` stands in two lists")])
    Fixture.expect(
      Fixture.block(
        Fixture.storage, "direct r, psw, limit",
        "map(origin, extent, guest) {\n  limit := 0\n  psw.mode := user\n}"),
      gives: [
        (.conflictingStanding, "limit := 0", "`map` writes `limit`, which stands `direct`"),
        (
          .conflictingStanding, "psw.mode := user",
          "`map` writes `psw.mode`, which stands `direct`"
        ),
      ])
  }

  @Test("lists name registers, fields and slices")
  func lists() {
    func expectRefused(_ place: String, at: String, _ code: DiagnosticCode, _ message: String) {
      Fixture.expect(
        Fixture.block(Fixture.storage, Fixture.lists, "owned \(place)", Fixture.map),
        gives: [(code, at, message)])
    }
    expectRefused("lmit", at: "lmit", .unknownName, "`lmit` is no known register")
    expectRefused("psw.cod", at: "cod", .unknownName, "`cod` is no known field of `PSW`")
    expectRefused("E", at: "E", .wrongKind, "`E` is a memory, not a register")
    expectRefused("limit.x", at: "limit", .wrongKind, "this has no layout, and so no fields")
    expectRefused(
      "r[0]", at: "r", .wrongKind,
      "`r` is a file: all its elements are treated alike, so name it whole or a field")
    expectRefused(
      "limit + 1", at: "limit + 1", .wrongKind,
      "a register, a field or a slice of one is wanted here")
    expectRefused(
      "limit[8..9]", at: "limit[8..9]", .badRange, "bits 8 to 9 are not all inside 0 to 7")
  }

  @Test("each translated memory is shared out")
  func storage() {
    Fixture.expect(
      Fixture.block(Fixture.lists, Fixture.map),
      gives: [
        (
          .unsharedStorage, "memory E : 8 -> 16 plain size 128",
          "`E` has a `translate`, and `monitor` does not say how it is shared out"
        )
      ])
    Fixture.expect(
      Fixture.whole(adding: "storage ports reserve 0 granule 1"),
      gives: [
        (.unsharedStorage, "ports", "`ports` has no `translate`, so it cannot be shared out")
      ])
    for granule in ["0", "24", "-16"] {
      Fixture.expect(
        Fixture.block("storage E reserve 16 granule \(granule)", Fixture.lists, Fixture.map),
        gives: [(.badShare, granule, "a granule is a power of two")])
    }
    Fixture.expect(
      Fixture.block("storage E reserve 113 granule 16", Fixture.lists, Fixture.map),
      gives: [
        (
          .badShare, "113 granule 16",
          "of the 128 units of `E`, 113 reserved leave no granule of 16 for a guest"
        )
      ])
    Fixture.expect(
      Fixture.block("storage E reserve 112 granule 16", Fixture.lists, Fixture.map), gives: [])
  }

  @Test("a block needs a map, and one of each")
  func oneOfEach() {
    Fixture.expect(
      Fixture.block(Fixture.storage, Fixture.lists),
      gives: [
        (
          .incompleteMonitor, "monitor",
          "`monitor` needs `map(origin, extent, guest) { … }`: the real state of a virtual one"
        )
      ])
    Fixture.expect(
      Fixture.whole(adding: "recover exchange {}\n  recover exchange {}"),
      gives: [(.repeatedPart, "recover exchange", "`monitor` has two parts `recover exchange`")])
    Fixture.expect(
      Fixture.whole() + "\n" + Fixture.whole(),
      gives: [(.repeatedPart, "monitor", "a machine has one `monitor` block")])
    Fixture.expect(
      Fixture.whole(adding: "recover exchnge {}"),
      gives: [(.unknownName, "exchnge", "`exchnge` is no known entry")])
    Fixture.expect(
      Fixture.block(Fixture.storage, Fixture.lists, "map(origin, extent) { limit := 0 }"),
      gives: [
        (
          .argumentCount, "map(origin, extent)",
          "`map(origin, extent, guest)` has 3 names, not 2"
        )
      ])
  }

  @Test("programs read the old state, and reach storage past the translation")
  func programs() {
    Fixture.expect(
      Fixture.whole(adding: "flush {\n    r[0] := r[1]\n    r[0] := r[2]\n  }"),
      gives: [(.doubleWrite, "r[0] := r[2]", "this was written already on the same path")])
    Fixture.expect(
      Fixture.whole(adding: "recover exchange { psw := E[0] }"),
      gives: [
        (
          .misplacedStatement, "E[0]",
          "translated memory may trap, and nothing can trap here: write `real E[…]`"
        )
      ])
    Fixture.expect(
      Fixture.whole(adding: "flush { result 1 }"),
      gives: [
        (
          .misplacedStatement, "result 1",
          "`result` is the last line of a function, of `translate` or of a monitor's `install`"
        )
      ])
  }

  @Test("a mistake in a line leaves the others")
  func recovery() {
    expectDiagnostics(
      "monitor {\n  1️⃣driect a\n  owned b\n  flush { x := 1 }\n}",
      [.init(.unknownItem, "`driect` starts no part of `monitor`; `direct` does")],
      fixed: "monitor {\n  direct a\n  owned b\n  flush { x := 1 }\n}")
    expectDiagnostics(
      "monitor {\n  storage E1️⃣ granule 16\n  map(a, b, c) {\n    x :=2️⃣\n  }\n}\nremove B",
      [
        .init(.expected, "expected `reserve` before `granule`"),
        .init("2️⃣", .expected, "expected an expression at the end of the line"),
      ])
  }
}
