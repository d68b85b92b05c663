import ISACore
import Testing

@testable import Classifier

@Suite("Holes")
struct HoleTests {
  /// The workbench with its monitor's map: general registers and condition code direct, mask and
  /// clock the monitor's own, mode and relocation computed.
  private func monitored(composesBound: Bool = true) -> Workbench {
    var bench = Workbench()
    var f = ProgramBuilder()
    let origin = f.newParameter("origin", width: 8)
    let extent = f.newParameter("extent", width: 9)
    _ = f.newParameter("guest", width: 8)
    let base = f.read(Workbench.psw, low: Workbench.base.low, width: 8)
    let bound = f.read(Workbench.psw, low: Workbench.bound.low, width: 8)
    let wideBase = f.node(.zext, width: 9, base)
    let isInside = f.binary(.ult, wideBase, f.local(extent))
    let room = f.ite(
      isInside, f.binary(.sub, f.local(extent), wideBase), f.constant(0, width: 9))
    let wideBound = f.node(.zext, width: 9, bound)
    let least = f.ite(f.binary(.ult, wideBound, room), wideBound, room)
    let newBase = f.binary(.add, base, f.local(origin))
    let newBound = composesBound ? f.node(.extract, width: 8, least, 0) : bound
    let user = f.constant(1, width: 1)
    // Statements take effect one after the other: what reads the base comes before what writes it.
    f.program.body = [
      Statement(.write(Workbench.psw, index: nil, low: 0, width: 1, value: user)),
      Statement(.write(Workbench.psw, index: nil, low: 9, width: 8, value: newBound)),
      Statement(.write(Workbench.psw, index: nil, low: 1, width: 8, value: newBase)),
    ]
    func mapping(
      _ register: RegisterID, _ low: Int, _ width: Int, _ standing: MonitorMap.Standing
    ) -> MonitorMap.StateMapping {
      .init(register: register, low: low, width: width, standing: standing, span: .none)
    }
    bench.isa.monitor = MonitorMap(
      storage: [.init(memory: Workbench.storage, reserved: 16, granule: 16, span: .none)],
      elements: [
        mapping(Workbench.gr, 0, 8, .direct), mapping(Workbench.psw, 0, 17, .mapped),
        mapping(Workbench.psw, 17, 2, .direct), mapping(Workbench.mask, 0, 8, .owned),
        mapping(Workbench.clock, 0, 8, .owned),
      ], map: f.program, span: .none)
    return bench
  }

  private func addLoad(_ bench: inout Workbench) {
    bench.add("LD") { b in
      let local = b.newLocal("data", width: 8)
      let access = Access(
        memory: Workbench.storage, address: Workbench.read(1, &b), units: 1, isReal: false)
      let data = b.local(local)
      return [Statement(.load(local, access)), Workbench.write(0, data, &b)]
    }
  }

  private func addLoadBase(_ bench: inout Workbench, isGuarded: Bool) {
    bench.add("LRB") { b in
      let value = Workbench.read(1, &b)
      let write = Statement(.write(Workbench.psw, index: nil, low: 1, width: 8, value: value))
      return (isGuarded ? [Workbench.privileged(&b)] : []) + [write]
    }
  }

  @Test("without a monitor block nothing is said")
  func noMonitor() {
    var bench = Workbench()
    addLoad(&bench)
    #expect(bench.verdict("LD").hole == nil)
  }

  @Test("what is innocuous or traps is no hole, by typing alone")
  func noHoles() {
    var bench = monitored()
    addLoad(&bench)
    addLoadBase(&bench, isGuarded: true)
    for id in ["LD", "LRB"] {
      let verdict = bench.verdict(id)
      #expect(verdict.hole == false)
      #expect(
        verdict.evidence.first { $0.claim == "not a hole" }?.answer.provedBy == .footprint)
    }
  }

  @Test("a silent load of the map is a hole, and the witness is a virtual state")
  func silentLoad() throws {
    var bench = monitored()
    addLoadBase(&bench, isGuarded: false)
    let verdict = bench.verdict("LRB")
    #expect(verdict.hole == true)
    let witness = try #require(
      verdict.evidence.first { $0.claim == "not a hole" }?.answer.witness)
    #expect(witness.runs.count == 2)
    #expect(witness.runs[0].caption.hasPrefix("in virtual"))
    #expect(witness.runs[1].outcome == "retires")
  }

  @Test("a virtual mode that changes unseen is a hole, though the real mode is what f makes of it")
  func lostMode() {
    var bench = monitored()
    bench.add("JRST") { b in
      let user = b.constant(1, width: 1)
      return [Statement(.write(Workbench.psw, index: nil, low: 0, width: 1, value: user))]
    }
    let verdict = bench.verdict("JRST")
    #expect(verdict.hole == true)
    #expect(verdict.violates[1]?[.strict] == true)
  }

  @Test("a clock that programs read is a hole that violates theorem 2 and no other")
  func clock() {
    var bench = monitored()
    bench.add("RDC") { b in
      let clock = b.read(Workbench.clock, low: 0, width: 8)
      return [Workbench.write(0, clock, &b)]
    }
    let verdict = bench.verdict("RDC")
    #expect(verdict.hole == true)
    #expect(verdict.violates[1]?[.extended] == false)
    #expect(verdict.violates[2]?[.extended] == true)
  }

  @Test("a map that forgets the extent makes a hole of a load that violates nothing")
  func faultyMap() {
    var bench = monitored(composesBound: false)
    addLoad(&bench)
    let verdict = bench.verdict("LD")
    #expect(verdict.instructionClass == .innocuous)
    #expect(verdict.hole == true)
  }

  @Test("a map that does not set up what is assumed is found out")
  func assumptions() throws {
    func condition(_ register: RegisterID, _ low: Int, _ width: Int, is value: UInt128) -> Condition
    {
      var b = ProgramBuilder()
      let bits = b.read(register, low: low, width: width)
      let local = b.newLocal("holds", width: 1)
      b.program.body = [
        Statement(.assign(local, b.binary(.eq, bits, b.constant(value, width: width))))
      ]
      b.program.result = local
      let equality = StateEquality(
        register: register, element: 0, low: low, width: width, value: value, text: "")
      return Condition(
        name: "assumed", program: b.program, text: "r\(register)[\(low)] == \(value)",
        equalities: [equality], citations: [], span: .none)
    }
    var bench = monitored()
    addLoad(&bench)
    func precondition() -> Precondition? {
      Classifier(bench.isa).classify().preconditions.first {
        $0.name == Precondition.mapMeetsAssumptions
      }
    }
    #expect(precondition() == nil)
    // f has the real machine in user mode; the mask is the monitor's own, whatever it is.
    let mode = condition(Workbench.psw, 0, 1, is: 1)
    let mask = condition(Workbench.mask, 0, 1, is: 1)
    bench.isa.assumptions = [mode]
    #expect(try #require(precondition()).holds)
    bench.isa.assumptions = [mode, mask]
    let failed = try #require(precondition())
    #expect(!failed.holds && failed.why.contains(mask.text) && !failed.why.contains(mode.text))
  }

  @Test("forms are told apart by the operand that does it")
  func conditions() {
    let cases = OperandCases(isa: Workbench().isa)
    let all = ["d=m s=cs", "d=m s=ds", "d=r s=cs", "d=r s=ds", "d=r s=ss"]
    #expect(cases.condition(["d=m s=cs", "d=r s=cs"], of: all) == ["s=cs"])
    #expect(cases.condition(["d=m s=cs", "d=m s=ds"], of: all) == ["d=m"])
    #expect(
      cases.condition(["d=m s=cs", "d=m s=cs", "d=r s=ds"], of: all) == ["d=m s=cs", "d=r s=ds"])
  }

  // MARK: The way out

  private func precondition(_ bench: Workbench) throws -> Precondition {
    let result = Classifier(bench.isa).classify()
    return try #require(
      result.preconditions.first { $0.name == "traps give back what they take" })
  }

  /// An entry that overwrites a general register, and a recovery that puts in its place what it finds.
  private func trapping(savesFirst: Bool) -> Workbench {
    var bench = monitored()
    addLoad(&bench)
    var entry = ProgramBuilder()
    let save = Access(
      memory: Workbench.code, address: entry.constant(0, width: 8), units: 1, isReal: true)
    let old = Workbench.read(3, &entry)
    let zero = entry.constant(0, width: 8)
    entry.program.body =
      (savesFirst ? [Statement(.store(save, value: old))] : [])
      + [Workbench.write(3, zero, &entry)]
    bench.isa.entries[0].program = entry.program
    var recovery = ProgramBuilder()
    let found = recovery.newLocal("found", width: 8)
    let load = Access(
      memory: Workbench.code, address: recovery.constant(0, width: 8), units: 1, isReal: true)
    let value = recovery.local(found)
    recovery.program.body = [
      Statement(.load(found, load)), Workbench.write(3, value, &recovery),
    ]
    bench.isa.monitor?.recoveries = [
      .init(entry: 0, program: recovery.program, span: .none)
    ]
    return bench
  }

  @Test("what an entry saves and its recovery loads comes back")
  func givenBack() throws {
    #expect(try precondition(trapping(savesFirst: true)).holds)
  }

  @Test("what an entry overwrites unsaved does not, and is named")
  func notGivenBack() throws {
    let found = try precondition(trapping(savesFirst: false))
    #expect(!found.holds)
    #expect(found.why.contains("gr"))
  }

  @Test("an entry that nothing recovers from is named")
  func noRecovery() throws {
    var bench = trapping(savesFirst: true)
    bench.isa.monitor?.recoveries = []
    let found = try precondition(bench)
    #expect(!found.holds)
    #expect(found.why.contains("entry"))
  }
}
