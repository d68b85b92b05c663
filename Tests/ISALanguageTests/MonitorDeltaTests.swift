import ISACore
import Testing

@testable import ISALanguage

@Suite("Monitor blocks and devices of deltas")
struct MonitorDeltaTests {
  private typealias Fixture = MonitorFixture

  @Test("a register that a delta adds is placed by an amend of the delta")
  func addedRegister() throws {
    let register = "register clock : 16 timer\ntick pulse every 1 { clock := clock + 1 }\n"
    Fixture.expect(
      Fixture.whole(), delta: register,
      gives: [
        (
          .uncoveredState, "register clock : 16 timer",
          "`monitor` does not say how `clock` stands while a guest runs"
        )
      ])
    let note = Fixture.load(Fixture.whole(), delta: register).diagnostics.first?.notes.first
    #expect(note?.message.contains("amend monitor") == true)
    for standing in ["direct", "owned"] {
      let delta = register + "amend monitor { \(standing) clock }"
      Fixture.expect(Fixture.whole(), delta: delta, gives: [])
      let set = try #require(Fixture.load(Fixture.whole(), delta: delta).instructionSet)
      let last = try #require(set.monitor?.elements.last)
      #expect("\(last.standing)" == standing && last.width == 16)
    }
  }

  @Test("parts with a name replace the base's, and only they")
  func replacedParts() throws {
    let base = Fixture.whole(
      adding: "recover exchange { psw := real E[0] }\n  flush { limit := 1 }")
    let delta = """
      amend monitor {
        storage E reserve 32 granule 2
        recover exchange {}
        preempt { limit := 0 }
      }
      """
    Fixture.expect(base, delta: delta, gives: [])
    let monitor = try #require(Fixture.load(base, delta: delta).instructionSet?.monitor)
    #expect(monitor.storage.map(\.reserved) == [32])
    #expect(monitor.recoveries.map(\.program.body.count) == [0])
    #expect(monitor.flush?.body.isEmpty == false && monitor.preempt?.body.isEmpty == false)
  }

  @Test("a block of its own replaces the base's, and `remove monitor` takes it away")
  func replacedBlock() throws {
    let base = Fixture.whole(adding: "flush { limit := 1 }")
    let delta = Fixture.load(base, delta: Fixture.whole())
    #expect(delta.instructionSet?.monitor != nil && delta.instructionSet?.monitor?.flush == nil)
    let without = Fixture.load(base, delta: "remove monitor")
    #expect(without.instructionSet != nil && without.instructionSet?.monitor == nil)
  }

  @Test("an amend that amends nothing is refused")
  func stale() {
    Fixture.expect(
      "", delta: "amend monitor { owned r }",
      gives: [(.staleDelta, "monitor", "the base has no `monitor` to change")])
    Fixture.expect(
      Fixture.whole(), delta: "amend monitor {}",
      gives: [(.staleDelta, "monitor", "this amend of `monitor` changes nothing")])
    Fixture.expect(
      "amend monitor { owned r }",
      gives: [
        (.staleDelta, "monitor", "this machine has no base whose `monitor` it could amend")
      ])
  }

  @Test("devices are attached to state, memories, regions and numbers")
  func devices() throws {
    let text = """
      const FIRST = 3
      device terminal "typewriter" {
        data  = psw.code
        file  = r
        bits  = limit[7..4]
        ports = ports
        timer = clock_word
        line  = FIRST
        base  = 0x3F8
      }
      """
    Fixture.expect(text, gives: [])
    let set = try #require(Fixture.load(text).instructionSet)
    let device = try #require(set.devices.first)
    #expect(device.name == "terminal" && device.model == "typewriter")
    #expect(device["data"] == .register(0, low: 8, width: 3))
    #expect(device["file"] == .register(1, low: 0, width: 8))
    #expect(device["bits"] == .register(2, low: 4, width: 4))
    #expect(device["ports"] == .memory(1))
    #expect(device["timer"] == .region(0, 0))
    #expect(device["line"] == .number(3))
    #expect(device["base"] == .number(0x3F8))
    #expect(device["none"] == nil)
  }

  @Test("what a device cannot be attached to is said, with the nearest name")
  func misattached() throws {
    let device = "device terminal \"typewriter\" { data = clock_wrd }"
    Fixture.expect(
      device,
      gives: [
        (.unknownName, "clock_wrd", "`clock_wrd` is no known register, memory or region")
      ])
    let fix = try #require(Fixture.load(device).diagnostics.first?.fix)
    #expect(fix.replacement == "clock_word")
    Fixture.expect(
      "device t \"typewriter\" { data = exchange, line = 0 - 1 }",
      gives: [
        (.wrongKind, "exchange", "`exchange` is an entry, not a register"),
        (.badRange, "0 - 1", "a device's numbers count from 0: -1"),
      ])
    Fixture.expect(
      "device t \"a\" { x = 1, x = 2 }\ndevice t \"b\" {}",
      gives: [
        (.duplicateName, "x", "`t` has two attachments `x`"),
        (.duplicateName, "t", "the device `t` is declared twice"),
      ])
  }

  @Test("a delta replaces and removes devices by name")
  func deviceDeltas() {
    let base = "device terminal \"typewriter\" { data = r }"
    let replaced = Fixture.load(base, delta: "device terminal \"screen\" { data = r }")
    #expect(replaced.instructionSet?.devices.map(\.model) == ["screen"])
    let removed = Fixture.load(base, delta: "remove terminal")
    #expect(removed.instructionSet?.devices.isEmpty == true)
  }

  @Test("families reach into both")
  func families() {
    let family = """
      for (D, M, WORD) in { (one, "reader", 1), (two, "punch", 2) } {
        device D "{M}" { line = WORD }
      }
      """
    #expect(Fixture.load(family).instructionSet?.devices.map(\.model) == ["reader", "punch"])
    let block =
      "for N in { 16 } {\n\(Fixture.whole().replacing("reserve 16", with: "reserve N"))\n}"
    #expect(Fixture.load(block).instructionSet?.monitor?.storage.map(\.reserved) == [16])
  }
}
