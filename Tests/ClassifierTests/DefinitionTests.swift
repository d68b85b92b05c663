import ISACore
import Testing

@testable import Classifier

@Suite("The definitions")
struct DefinitionTests {
  @Test("a load through the translation is innocuous by typing alone")
  func translatedLoad() {
    var bench = Workbench()
    bench.add("LD") { b in
      let local = b.newLocal("data", width: 8)
      let address = Workbench.read(1, &b)
      let access = Access(memory: Workbench.storage, address: address, units: 1, isReal: false)
      let data = b.local(local)
      return [Statement(.load(local, access)), Workbench.write(0, data, &b)]
    }
    let verdict = bench.verdict("LD")
    #expect(verdict.instructionClass == .innocuous)
    for way in Sensitivity.allCases { #expect(verdict.sensitive[way]?.provedBy == .footprint) }
  }

  @Test("a load past the translation is location sensitive")
  func realLoad() throws {
    var bench = Workbench()
    bench.add("LRA") { b in
      let local = b.newLocal("data", width: 8)
      let address = Workbench.read(1, &b)
      let access = Access(memory: Workbench.storage, address: address, units: 1, isReal: true)
      let data = b.local(local)
      return [Statement(.load(local, access)), Workbench.write(0, data, &b)]
    }
    let verdict = bench.verdict("LRA")
    let witness = try #require(verdict.sensitive[.location]?.witness)
    #expect(witness.runs.count == 2)
    #expect(verdict.userSensitive[.strict] == true)
    #expect(verdict.violates[1]?[.strict] == true)
    #expect(verdict.violates[3]?[.strict] == true)
  }

  @Test("after a write to what switches the translation, a load is no longer the program's own")
  func switchedTranslation() {
    var bench = Workbench()
    // The resource's lowest bit turns relocation on.
    var translate = ProgramBuilder()
    let address = translate.newParameter("address", width: 8)
    _ = translate.newParameter("intent", width: 2)
    let real = translate.newLocal("real", width: 8)
    let isOn = translate.read(Workbench.mask, low: 0, width: 1)
    let base = translate.read(Workbench.psw, low: Workbench.base.low, width: 8)
    let virtual = translate.local(address)
    let relocated = translate.binary(.add, virtual, base)
    let found = translate.ite(isOn, relocated, virtual)
    translate.program.body = [Statement(.assign(real, found))]
    translate.program.result = real
    bench.isa.memories[1].translate = translate.program
    bench.add("SWITCH") { b in
      let local = b.newLocal("data", width: 8)
      let one = b.constant(1, width: 8)
      let address = Workbench.read(1, &b)
      let access = Access(memory: Workbench.storage, address: address, units: 1, isReal: false)
      let data = b.local(local)
      return [
        Statement(.write(Workbench.mask, index: nil, low: 0, width: 8, value: one)),
        Statement(.load(local, access)), Workbench.write(0, data, &b),
      ]
    }
    #expect(bench.verdict("SWITCH").sensitive[.location]?.kind == "refuted")
  }

  @Test("a guarded change of the map is privileged and control sensitive in both readings")
  func guardedControl() {
    var bench = Workbench()
    bench.add("LRB") { b in
      let guardStatement = Workbench.privileged(&b)
      let value = Workbench.read(1, &b)
      return [
        guardStatement,
        Statement(.write(Workbench.psw, index: nil, low: 1, width: 8, value: value)),
      ]
    }
    let verdict = bench.verdict("LRB")
    #expect(verdict.privilege == .always)
    #expect(verdict.sensitive[.control]?.kind == "refuted")
    #expect(verdict.strictControl.kind == "refuted")
    #expect(verdict.isSensitive == [.strict: true, .extended: true])
    #expect(verdict.userSensitive == [.strict: false, .extended: false])
    #expect(verdict.violates[1] == [.strict: false, .extended: false])
    #expect(verdict.instructionClass == .privileged)
  }

  @Test("a silent no-op in user mode is mode sensitive, and no trap is there to see")
  func silentNoOp() throws {
    var bench = Workbench()
    bench.add("RESET") { b in
      let isUser = b.read(Workbench.psw, low: 0, width: 1)
      let zero = b.constant(0, width: 8)
      return [
        Statement(
          .branch(
            isUser, then: [],
            otherwise: [
              Statement(.write(Workbench.mask, index: nil, low: 0, width: 8, value: zero))
            ]))
      ]
    }
    let verdict = bench.verdict("RESET")
    let witness = try #require(verdict.sensitive[.mode]?.witness)
    #expect(witness.runs.map(\.outcome) == ["retires", "retires"])
    #expect(witness.runs.map(\.caption) == ["in user mode", "in supervisor mode"])
    #expect(verdict.privilege == .never)
    #expect(verdict.violates[1]?[.extended] == true)
    // In user mode it does nothing: no harm to a hybrid monitor.
    #expect(verdict.violates[3]?[.extended] == false)
  }

  @Test("reading a resource only to decide a trap is no sensitivity, but a gate")
  func gate() {
    var bench = Workbench()
    bench.add("SAVE") { b in
      let mask = b.read(Workbench.mask, low: 0, width: 8)
      let zero = b.constant(0, width: 8)
      let isOff = b.binary(.eq, mask, zero)
      let value = Workbench.read(1, &b)
      return [
        Statement(
          .branch(isOff, then: [Statement(.trap(2, .program, arguments: []))], otherwise: [])),
        Workbench.write(0, value, &b),
      ]
    }
    let verdict = bench.verdict("SAVE")
    #expect(verdict.sensitive[.resource]?.provedBy == .footprint)
    #expect(verdict.gatedBy == ["mask"])
    #expect(verdict.instructionClass == .innocuous)
  }

  @Test("a clock that programs read violates theorem 2 and no other")
  func clock() {
    var bench = Workbench()
    bench.add("RDTICK") { b in
      let now = b.read(Workbench.clock, low: 0, width: 8)
      return [Workbench.write(0, now, &b)]
    }
    let verdict = bench.verdict("RDTICK")
    #expect(verdict.sensitive[.timing]?.kind == "refuted")
    #expect(verdict.violates[1]?[.extended] == false)
    #expect(verdict.violates[2]?[.extended] == true)
    #expect(verdict.violates[2]?[.strict] == false)
    #expect(verdict.violates[3]?[.extended] == false)
    #expect(verdict.instructionClass == .sensitive)
  }

  @Test("a supervisor call always traps, so it is innocuous")
  func supervisorCall() {
    var bench = Workbench()
    bench.add("SVC") { _ in [Statement(.trap(3, .call, arguments: []))] }
    let verdict = bench.verdict("SVC")
    #expect(verdict.alwaysTraps)
    #expect(verdict.privilege == .never)
    #expect(verdict.instructionClass == .innocuous)
  }

  @Test("an assumption makes an instruction privileged, never innocuous")
  func assumption() {
    var bench = Workbench()
    var condition = ProgramBuilder()
    let holds = condition.newLocal("holds", width: 1)
    let mask = condition.read(Workbench.mask, low: 0, width: 1)
    let one = condition.constant(1, width: 1)
    let isSet = condition.binary(.eq, mask, one)
    condition.program.body = [Statement(.assign(holds, isSet))]
    condition.program.result = holds
    bench.isa.assumptions = [
      Condition(
        name: "tsd", program: condition.program, text: "mask[0] == 1", equalities: nil,
        citations: [], span: .none)
    ]
    bench.add("RDTSC") { b in
      let isUser = b.read(Workbench.psw, low: 0, width: 1)
      let isSet = b.read(Workbench.mask, low: 0, width: 1)
      let refused = b.binary(.and, isUser, isSet)
      let now = b.read(Workbench.clock, low: 0, width: 8)
      return [
        Statement(
          .branch(refused, then: [Statement(.trap(1, .privilege, arguments: []))], otherwise: [])),
        Workbench.write(0, now, &b),
      ]
    }
    let verdict = bench.verdict("RDTSC")
    #expect(verdict.privilege == .conditional)
    #expect(verdict.assumption == "mask[0] == 1")
    #expect(verdict.sensitive[.timing]?.kind == "refuted")
    #expect(verdict.instructionClass == .privileged)
    #expect(verdict.violates[2]?[.extended] == false)
  }

  @Test("where an operand decides, the verdict says which")
  func operands() {
    var bench = Workbench()
    bench.add("MOVS", fields: [("sreg", 2)]) { b in
      let field = b.node(.field, width: 2, 0)
      let isBase = b.binary(.eq, field, b.constant(2, width: 2))
      let base = b.read(Workbench.psw, low: 1, width: 8)
      let other = Workbench.read(3, &b)
      let value = b.ite(isBase, base, other)
      return [Workbench.write(0, value, &b)]
    }
    let classification = bench.classification("MOVS")
    #expect(classification.verdict.instructionClass == .sensitive)
    #expect(classification.when == "sreg == 2")
    #expect(classification.cases.map(\.when) == ["sreg != 2", "sreg == 2"])
    #expect(classification.cases.map(\.verdict.instructionClass) == [.innocuous, .sensitive])
  }

  @Test("where a choice decides, the answer says so")
  func choices() {
    var bench = Workbench()
    bench.isa.choices = [
      Choice(
        name: "umip", width: 1, defaultValue: 0, values: [0, 1], text: "", citations: [],
        span: .none)
    ]
    bench.add("SMSW") { b in
      let umip = b.node(.choice, width: 1, 0)
      let mask = b.read(Workbench.mask, low: 0, width: 8)
      let zero = b.constant(0, width: 8)
      let value = b.ite(umip, zero, mask)
      return [Workbench.write(0, value, &b)]
    }
    guard case .depends(let cases)? = bench.verdict("SMSW").sensitive[.resource] else {
      Issue.record("the answer should depend on the choice")
      return
    }
    #expect(cases.map(\.choice) == ["default", "umip = 1"])
    #expect(cases.map(\.answer.kind) == ["refuted", "proved"])
  }

  @Test("an instruction that goes on as another is compared by the bits it performs")
  func perform() {
    var bench = Workbench()
    bench.add("EX") { b in
      let value = Workbench.read(1, &b)
      let bits = b.node(.zext, width: 16, value)
      return [Statement(.perform(bits: bits, nested: 2))]
    }
    bench.add("EXMODE") { b in
      let mode = b.read(Workbench.psw, low: 0, width: 1)
      let bits = b.node(.zext, width: 16, mode)
      return [Statement(.perform(bits: bits, nested: 2))]
    }
    #expect(bench.verdict("EX").instructionClass == .innocuous)
    #expect(bench.verdict("EXMODE").sensitive[.mode]?.kind == "refuted")
  }

  @Test("the theorems list their violators in the order of the description")
  func theorems() {
    var bench = Workbench()
    for id in ["B", "A"] {
      bench.add(id) { b in
        let mode = b.node(.zext, width: 8, b.read(Workbench.psw, low: 0, width: 1))
        return [Workbench.write(0, mode, &b)]
      }
    }
    let result = Classifier(bench.isa).classify()
    #expect(result.theorems[1]?[.strict]?.violators == ["B", "A"])
    #expect(result.theorems[1]?[.strict]?.holds == false)
    #expect(result.theorems[3]?[.extended]?.holds == true)
    #expect(result.unknown == 0)
  }
}
