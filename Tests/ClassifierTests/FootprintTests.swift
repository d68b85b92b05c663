import ISACore
import Testing

@testable import Classifier

@Suite("Typing by footprint")
struct FootprintTests {
  private func footprint(
    _ bench: Workbench, _ id: String, known: [StateEquality] = []
  ) throws -> Footprint {
    let isa = bench.isa.confined()
    let layout = RoleLayout(isa, pair: isa.modePairs[0])
    let form = isa.instructions.first { $0.id == id }!.forms[0]
    let interpreter = AbstractInterpreter(
      isa, layout: layout,
      setting: Setting(
        known: known, choices: [], fields: Array(repeating: nil, count: form.fields.count)),
      isTranslationShiftInvariant: true)
    return try #require(interpreter.footprint(of: form.program))
  }

  @Test("a mode that is known folds the guard away")
  func guards() throws {
    var bench = Workbench()
    bench.add("I") { b in [Workbench.privileged(&b)] }
    let pair = bench.isa.modePairs[0]
    #expect(try !footprint(bench, "I", known: pair.user).canRetire)
    #expect(try footprint(bench, "I", known: pair.supervisor).traps.isEmpty)
    #expect(try footprint(bench, "I").canRetire)
  }

  @Test("writing back what was read changes nothing, field by field")
  func writeBack() throws {
    var bench = Workbench()
    bench.add("I") { b in
      let top = b.read(Workbench.psw, low: 17, width: 2)
      let rest = b.read(Workbench.psw, low: 0, width: 17)
      let new = b.binary(.concat, b.unary(.not, top), rest)
      return [Statement(.write(Workbench.psw, index: nil, low: 0, width: 19, value: new))]
    }
    #expect(try footprint(bench, "I").changed == .plain)
  }

  @Test("a masked merge of a status word changes only what the mask lets through")
  func maskedMerge() throws {
    var bench = Workbench()
    bench.add("I") { b in
      let old = b.read(Workbench.psw, low: 0, width: 19)
      let ccMask = b.constant(0b11 << 17, width: 19)
      let kept = b.binary(.and, old, b.unary(.not, ccMask))
      let wide = b.node(.zext, width: 19, Workbench.read(0, &b))
      let amount = b.constant(17, width: 19)
      let new = b.binary(.or, kept, b.binary(.shl, wide, amount))
      return [Statement(.write(Workbench.psw, index: nil, low: 0, width: 19, value: new))]
    }
    #expect(try footprint(bench, "I").changed == .plain)
  }

  @Test("what a branch decides carries the labels of its condition")
  func implicitFlow() throws {
    var bench = Workbench()
    bench.add("I") { b in
      let condition = b.read(Workbench.mask, low: 3, width: 1)
      let one = b.constant(1, width: 8)
      let write = Workbench.write(0, one, &b)
      return [Statement(.branch(condition, then: [write], otherwise: []))]
    }
    #expect(
      try footprint(bench, "I").influences(outside: .resource).contains(Labels(.resource)))
  }

  @Test("a loop is followed to its fixpoint")
  func loops() throws {
    var bench = Workbench()
    bench.add("I") { b in
      // Round by round the resource seeps from one local into the next.
      let first = b.newLocal("first", width: 8)
      let second = b.newLocal("second", width: 8)
      let count = b.newLocal("count", width: 8)
      let mask = b.read(Workbench.mask, low: 0, width: 8)
      let limit = Workbench.read(1, &b)
      let condition = b.binary(.ult, b.local(count), limit)
      let next = b.binary(.add, b.local(count), b.constant(1, width: 8))
      let firstValue = b.local(first)
      let secondValue = b.local(second)
      return [
        Statement(
          .loop(
            condition: condition, bound: 200,
            body: [
              Statement(.assign(second, firstValue)), Statement(.assign(first, mask)),
              Statement(.assign(count, next)),
            ])), Workbench.write(0, secondValue, &b),
      ]
    }
    #expect(
      try footprint(bench, "I").influences(outside: .resource).contains(Labels(.resource)))
  }

  @Test("storage that lies at a known place in a region takes the region's role")
  func regions() throws {
    var bench = Workbench()
    bench.isa.memories[1].regions = [
      Region(name: "timer", first: 80, last: 83, role: .timer, span: .none)
    ]
    bench.add("I") { b in
      let local = b.newLocal("now", width: 8)
      let address = b.constant(80, width: 8)
      let access = Access(memory: Workbench.storage, address: address, units: 1, isReal: true)
      let now = b.local(local)
      return [Statement(.load(local, access)), Workbench.write(0, now, &b)]
    }
    let labels = try footprint(bench, "I").influences(outside: [])
    #expect(labels.contains(Labels(.timer)))
    #expect(!labels.contains(.moved))
    let verdict = bench.verdict("I")
    #expect(verdict.sensitive[.timing]?.kind == "refuted")
    #expect(verdict.sensitive[.location]?.kind == "proved")
  }
}
