import ISACore
import ISALanguage
import Machine
import Testing

@testable import Classifier

/// Where the search for states begins, and what is carried over from one question to the next.
@Suite("Where searches begin")
struct SearchBeginningTests {
  private static let text = """
    machine guarded "A switch, a key and two ways to the same"
    endian little
    register m      : 1 mode
    register base   : 8 map
    register switch : 1 resource
    register limit  : 8 resource
    register pc     : 8 pc
    register a[2]   : 32 plain
    memory s : 8 -> 8 plain size 64
    modes paper { user m == 1 supervisor m == 0 }
    assume small = limit < 3
    entry stop() { pc := 0 }
    trap refused = stop()
    undefined trap refused as program
    fetch s at pc { }
    advance pc := pc + length
    instr GO "Go" {
      encode 0x10:8
      require switch == 1 else trap refused as program
      a[0] := 1
      test "the switch is off" { given m = 1 units "10" trap refused }
      test "the switch is on" { given m = 1, switch = 1 units "10" then a[0] = 1 }
    }
    instr NEVER "Never" {
      encode 0x11:8
      trap refused as program
      test "whatever the switch is" { given m = 1 units "11" trap refused }
    }
    instr KEY "Key" {
      encode 0x20:7 n:1
      encode 0x21:7 n:1
      require a[n] == 0x5EED5EED else trap refused as program
      a[0] := 0
    }
    """

  private func machine() throws -> InstructionSet {
    let loaded = DescriptionLoader.load(path: "guarded.isa", read: { _ in Self.text })
    return try #require(loaded.instructionSet, "\(loaded.diagnostics.map(\.message))")
  }

  private func bench(_ isa: InstructionSet) -> Bench {
    Bench(isa, layout: RoleLayout(isa, pair: isa.modePairs[0]), choices: [])
  }

  @Test("a gate's questions begin where tests hang on the gate, and nowhere else")
  func gates() throws {
    let isa = try machine()
    let bench = bench(isa)
    let gate = try #require(bench.layout.gates.firstIndex { $0.name == "switch" })
    let names = bench.gateBeginnings(gate).map { isa.instructions[$0.form.instruction].id }
    #expect(names == ["GO", "GO"])
    let other = try #require(bench.layout.gates.firstIndex { $0.name == "limit" })
    #expect(bench.gateBeginnings(other).isEmpty)
  }

  @Test("a state that an assumption forbids is mended, and one that it permits is left alone")
  func mended() throws {
    let isa = try machine()
    let bench = bench(isa)
    let limit = try #require(isa.registers.firstIndex { $0.name == "limit" })
    let place = Place.register(RegisterID(limit), element: 0)
    for value: UInt128 in [0, 2, 3, 200, 255] {
      var s = ConcreteState()
      s[place] = value
      bench.mend(&s, toMeet: [0])
      #expect(bench.satisfies(s, assumptions: [0]))
      if value < 3 { #expect(s[place] == value) }
    }
  }

  @Test("what showed it for one form is tried on the next")
  func carriedOver() throws {
    let isa = try machine()
    let bench = bench(isa)
    let key = try #require(isa.instructions.firstIndex { $0.id == "KEY" })
    func decider(_ form: Int, _ effort: Effort, _ earlier: EarlierForms) -> Decider {
      Decider(
        bench,
        subject: Subject(
          form: FormReference(instruction: key, form: form), fields: [nil], choices: []),
        effort: effort, isTranslationShiftInvariant: false, seed: 1, earlier: earlier)
    }
    let retires = Retires(mode: .user)
    // The first form is decided by all means.
    let first = decider(0, Effort(), EarlierForms())
    guard case .refuted = first.decide(retires) else {
      Issue.record("the first form was not seen to retire")
      return
    }
    var findings = FormFindings(subject: first.subject)
    first.note(in: &findings)
    var earlier = EarlierForms()
    earlier.add(findings)
    // Without a try and without a formula nothing is found, unless it is known already.
    var none = Effort()
    none.firstTries = 0
    none.lastTries = 0
    none.terms = 1
    guard case .unknown = decider(1, none, EarlierForms()).decide(retires) else {
      Issue.record("the second form was decided without any means")
      return
    }
    guard case .refuted(let finding, _) = decider(1, none, earlier).decide(retires) else {
      Issue.record("nothing was carried over")
      return
    }
    #expect(
      bench.step(FormReference(instruction: key, form: 1), finding.operands, from: finding.s)
        .retires)
  }
}

/// A trap's entry is tried on a machine that its monitor has brought up.
@Suite("What traps take, tried")
struct TrapLossTests {
  private func machine(_ monitor: String) throws -> InstructionSet {
    let text = """
      machine hosted "A monitor that has to be started"
      endian little
      register m        : 1 mode
      register base     : 8 map
      register ready    : 1 resource
      register asked    : 1 resource
      register saved    : 8 resource
      register kept     : 8 resource
      register pc       : 8 pc
      register a        : 8 plain
      memory s : 8 -> 8 plain size 64
      translate s(va, intent) { result va + base }
      modes paper { user m == 1 supervisor m == 0 }
      entry stop() {
        if ready == 1 { kept := a }
        saved := pc
        a := 0
        pc := 0
        m := 0
      }
      entry beat() {
        a := 0
        m := 0
      }
      trap refused = stop()
      trap beaten = beat()
      undefined trap refused as program
      interrupt clock priority 1 when asked == 1 trap beaten
      fetch s at pc { }
      advance pc := pc + length
      monitor {
        storage s reserve 8 granule 8
        direct pc, a
        owned ready, asked, saved, kept
        map(origin, extent, guest) {
          m := 1
          base := origin
        }
        recover stop {
          a := kept
          pc := saved
        }
        recover beat {}
        \(monitor)
      }
      instr GO "Go" {
        encode 0x10:8
        a := 1
      }
      """
    let loaded = DescriptionLoader.load(path: "hosted.isa", read: { _ in text })
    return try #require(loaded.instructionSet, "\(loaded.diagnostics.map(\.message))")
  }

  private func trial(_ isa: InstructionSet, of entry: String) throws -> TrapLoss.Trial {
    let monitor = try #require(isa.monitor)
    let recovery = try #require(monitor.recoveries.first { isa.entries[$0.entry].name == entry })
    return TrapLoss(isa: isa, layout: RoleLayout(isa, pair: isa.modePairs[0]), choices: [])
      .example(of: recovery, in: monitor)
  }

  @Test("what only an unstarted monitor loses is no loss")
  func started() throws {
    let good = try trial(machine("start { ready := 1 }"), of: "stop")
    #expect(good.states > 0)
    #expect(good.loss == nil)
    let bad = try trial(machine("start { ready := 0 }"), of: "stop")
    #expect(try #require(bad.loss).hasPrefix("a was"))
  }

  @Test("an interruption is tried only where the monitor lets it be pending")
  func pending() throws {
    let never = try trial(machine("start { ready := 1 }"), of: "beat")
    #expect(never.states == 0)
    #expect(never.loss == nil)
    let asking = try trial(machine("start { ready := 1 }\n  preempt { asked := 1 }"), of: "beat")
    #expect(try #require(asking.loss).hasPrefix("a was"))
  }
}
