import Foundation
import ISACore
import Testing

@testable import ISALanguage

/// What was inlined once is put in again: no program may differ by it from the one that its text
/// alone makes.
@Suite("Programs that share what they inline")
struct SharingTests {
  /// Operands with effects, with places of one text, with values and without; calls in calls, in
  /// loops, under conditions and in `partial`; writes that are put off, and traps behind them.
  private static let machine = #"""
    machine m "m"
    endian little
    register pc : 8 pc
    register mode : 1 mode
    register r[4] : 8 plain
    register flags : 8 plain
    memory mem : 8 -> 8 plain size 256
    trap bad = e
    entry e() { mode := 0 }
    translate mem(a, intent) {
      require a != 7 else trap bad as memory
      result a
    }
    fetch mem at pc
    advance pc := pc + length
    undefined trap bad as program
    modes two { user mode == 1 supervisor mode == 0 }
    place cell(a : 8) : 8 = when a == 255 then r[0] else mem[a]
    function twice(x : 8) : 8 = x + x
    function least(x : 8, y : 8) : 8 = when x < y then x else cell(twice(y))
    function counted(x : 8) : 8 {
      var n : 8 = 0
      for i : 8 in 0 .. 3 {
        n := n + least(x, i)
      }
      result n
    }
    action mark(bit, x : 8) {
      if x == 0 { flags[bit] := 1 } else { flags[bit] := least(x, 3)[0] }
    }
    action keep(x : 8) {
      partial { mem[x] := x }
      mem[x + 1] := twice(x)
    }
    operand Ea(w : 1) : 8 {
      case register "r{n}" encode 0b00:2 w:1 n:2 0:3 place r[n]
      case plain "({n})" encode 0b01:2 w:1 n:2 0:3 address r[n] place cell(address + zext(w, 8))
      case offset "{d}({n})" encode 0b01:2 w:1 n:2 1:3 d:8 address least(r[n], d) place cell(address + zext(w, 8))
      case after "({n})+" encode 0b10:2 w:1 n:2 0:3 address r[n] effect r[n] := r[n] + 1 place cell(address + zext(w, 8))
      case immediate "{d}" encode 0b11:2 w:1 0:5 d:8 value d
    }
    instr ADD "add" {
      syntax "add {a},{b}"
      encode 1:8 a:Ea(w) except (immediate) b:Ea(0)
      encode 2:8 a:Ea(1) except (immediate) b:Ea(w)
      encode 3:8 a:Ea(w) only (plain) b:Ea(w) only (offset, register)
      let x = a
      require b != 9 else trap bad as program
      a := least(x, b) + counted(b)
      mark(0, x)
      mark(1, 0)
      mark(2, b)
    }
    instr PUT "put" {
      syntax "put {a}"
      encode 4:8 a:Ea(0)
      if mode == 1 { keep(a) } else if a == 3 { trap bad as program } else { keep(5) }
    }
    instr TWO "two" {
      syntax "two {a}"
      encode 5:8 a:Ea(1) except (immediate, register)
      keep(a)
      a := a.address
    }
    instr STOP "stop" {
      syntax "stop {a}"
      encode 6:8 a:Ea(0)
      trap bad as privilege
    }
    """#

  private static func expectSame(_ path: String, _ read: (String) throws -> String) throws {
    let shared = DescriptionLoader.load(path: path, read: read)
    let plain = DescriptionLoader.load(path: path, sharing: false, read: read)
    #expect(
      shared.diagnostics.map { "\($0)" } == plain.diagnostics.map { "\($0)" })
    let left = try #require(shared.instructionSet).instructions
    let right = try #require(plain.instructionSet).instructions
    #expect(left.map(\.id) == right.map(\.id))
    for (one, other) in zip(left, right) {
      #expect(one.forms.map(\.name) == other.forms.map(\.name))
      for (form, plainForm) in zip(one.forms, other.forms) {
        let a = form.program
        let b = plainForm.program
        let name = Comment(rawValue: "\(one.id) \(form.name)")
        #expect(a.nodes == b.nodes, name)
        #expect(a.nodeSpans == b.nodeSpans, name)
        #expect(a.constants == b.constants, name)
        #expect(a.locals == b.locals, name)
        #expect("\(a.body)" == "\(b.body)", name)
        #expect(form.syntax == plainForm.syntax, name)
      }
    }
  }

  @Test("are those of the text, in every way to call and to address")
  func ways() throws {
    try Self.expectSame("m.isa") { _ in Self.machine }
  }

  @Test(
    "are those of the text, on shipped machines",
    arguments: ["ibm/s360/s360.isa", "sparc/sparc-v8/sparc-v8.isa"])
  func shipped(main: String) throws {
    try Self.expectSame(Self.path(main), Self.text)
  }

  private static func path(_ main: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "ISAs").appending(path: main).path
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  /// A mistake is said once for each place where its text stands, whether that is elaborated again
  /// or what came of it is repeated.
  private static func expectSameMessages(
    _ path: String, seed: Int, _ read: (String) throws -> String
  ) {
    let shared = DescriptionLoader.load(path: path, read: read)
    let plain = DescriptionLoader.load(path: path, sharing: false, read: read)
    #expect(
      shared.diagnostics.map { "\($0)" } == plain.diagnostics.map { "\($0)" },
      Comment(rawValue: "seed \(seed)"))
  }

  private static func mutant(of text: String, seed: Int) -> String {
    var generator = SeededGenerator(seed: UInt64(seed))
    let bytes = DescriptionFuzzer.mutate(Array(text.utf8), using: &generator)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("say of texts with mistakes what is said without sharing", arguments: 0..<4)
  func mistakes(part: Int) {
    for seed in (150 * part)..<(150 * (part + 1)) {
      let text = Self.mutant(of: Self.machine, seed: seed)
      Self.expectSameMessages("m.isa", seed: seed) { _ in text }
    }
  }

  /// Instructions of a machine of this size are elaborated by several at once.
  @Test("say the same of a shipped machine with mistakes")
  func shippedMistakes() {
    let main = Self.path("ibm/s360/s360.isa")
    let sources = DescriptionLoader.load(path: main, read: Self.text).sources
    for seed in 0..<24 {
      let victim = sources[seed % sources.count].path
      Self.expectSameMessages(main, seed: seed) { path in
        let text = try Self.text(path)
        return path == victim ? Self.mutant(of: text, seed: seed) : text
      }
    }
  }
}
