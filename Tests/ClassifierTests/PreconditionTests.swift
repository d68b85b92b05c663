import ISACore
import Testing

@testable import Classifier

@Suite("Preconditions")
struct PreconditionTests {
  private func precondition(_ bench: Workbench, _ name: String) throws -> Precondition {
    let result = Classifier(bench.isa).classify()
    return try #require(result.preconditions.first { $0.name == name })
  }

  @Test("a machine without shift has a translation, but no map in the paper's sense")
  func map() throws {
    var bench = Workbench()
    #expect(try precondition(bench, "map").holds)
    bench.isa.shift = nil
    #expect(try !precondition(bench, "map").holds)
  }

  @Test(
    "what a trap entry overwrites without keeping it is found, though no instruction is to blame")
  func lostAtTrap() throws {
    var bench = Workbench()
    bench.add("USE") { b in
      let value = Workbench.read(1, &b)
      return [Workbench.write(0, value, &b)]
    }
    var entry = ProgramBuilder()
    let zero = entry.constant(0, width: 8)
    entry.program.body = [Workbench.write(3, zero, &entry)]
    bench.isa.entries[0].program = entry.program
    let found = try precondition(bench, "traps save the state")
    #expect(!found.holds)
    #expect(found.why.contains("gr"))
    // A state from which it was seen.
    #expect(found.why.contains("and is 0x0 after"))
  }

  @Test("an instruction that traps after a write is listed")
  func precise() throws {
    var bench = Workbench()
    bench.add("STM") { b in
      let value = Workbench.read(1, &b)
      let first = Access(
        memory: Workbench.storage, address: Workbench.read(2, &b), units: 1, isReal: false)
      let second = Access(
        memory: Workbench.storage, address: Workbench.read(3, &b), units: 1, isReal: false)
      return [Statement(.store(first, value: value)), Statement(.store(second, value: value))]
    }
    let found = try precondition(bench, "traps are precise")
    #expect(!found.holds)
    #expect(found.why.contains("STM"))
  }

  @Test("announcing some access is not enough: a state is looked for that traps half way")
  func announced() throws {
    func bench(probing addresses: [Int]) -> Workbench {
      var bench = Workbench()
      bench.add("STM") { b in
        func access(_ register: Int, _ b: inout ProgramBuilder) -> Access {
          Access(
            memory: Workbench.storage, address: Workbench.read(register, &b), units: 1,
            isReal: false)
        }
        let value = Workbench.read(1, &b)
        let probes = addresses.map { Statement(.probe(access($0, &b), .store)) }
        return probes + [
          Statement(.store(access(2, &b), value: value)),
          Statement(.store(access(3, &b), value: value)),
        ]
      }
      return bench
    }
    #expect(try precondition(bench(probing: [2, 3]), "traps are precise").holds)
    let found = try precondition(bench(probing: [2]), "traps are precise")
    #expect(!found.holds)
    #expect(found.why.contains("STM"))
  }

  @Test("a write before a trap of another path is none before an access")
  func otherPath() throws {
    func load(_ b: inout ProgramBuilder) -> Statement {
      let access = Access(
        memory: Workbench.storage, address: Workbench.read(2, &b), units: 1, isReal: false)
      return Statement(.load(b.newLocal("loaded", width: 8), access))
    }
    for isEnded in [true, false] {
      var bench = Workbench()
      bench.add("CHECK") { b in
        let bit = b.read(Workbench.psw, low: 17, width: 1)
        let note = Workbench.write(0, Workbench.read(1, &b), &b)
        let refuse = Statement(.trap(0, .program, arguments: []))
        return [
          Statement(.branch(bit, then: isEnded ? [note, refuse] : [note], otherwise: [])),
          load(&b),
        ]
      }
      #expect(try precondition(bench, "traps are precise").holds == isEnded)
    }
  }

  @Test("a timer in the program's storage is within its reach")
  func reach() throws {
    var bench = Workbench()
    #expect(try precondition(bench, "map out of reach").holds)
    bench.isa.memories[1].regions = [
      Region(name: "timer", first: 80, last: 83, role: .timer, span: .none)
    ]
    #expect(try !precondition(bench, "map out of reach").holds)
  }

  @Test("what lies among nothing but devices is in nobody's storage")
  func ports() throws {
    var bench = Workbench()
    bench.isa.memories.append(
      Memory(
        name: "ports", addressWidth: 8, unitWidth: 8, role: .device, size: 256, translate: nil,
        granule: 1,
        regions: [Region(name: "timer", first: 0, last: 3, role: .timer, span: .none)],
        span: .none))
    #expect(try precondition(bench, "map out of reach").holds)
    bench.isa.memories[2].role = .plain
    #expect(try !precondition(bench, "map out of reach").holds)
  }

  @Test("the readings are printed with every report")
  func readings() {
    #expect(Readings.all.count > 10)
    #expect(Readings.all.allSatisfy { $0.text.hasSuffix(".") && !$0.title.isEmpty })
  }
}

@Suite("Invariants")
struct InvariantTests {
  /// psw.cc != 3.
  private func bench() -> Workbench {
    var bench = Workbench()
    var condition = ProgramBuilder()
    let holds = condition.newLocal("holds", width: 1)
    let cc = condition.read(Workbench.psw, low: 17, width: 2)
    let three = condition.constant(3, width: 2)
    let isThree = condition.binary(.eq, cc, three)
    let isOther = condition.unary(.not, isThree)
    condition.program.body = [Statement(.assign(holds, isOther))]
    condition.program.result = holds
    bench.isa.invariants = [
      Condition(
        name: "cc", program: condition.program, text: "psw.cc != 3", equalities: nil,
        citations: [], span: .none)
    ]
    return bench
  }

  @Test("an instruction that leads out of the invariants is named")
  func broken() throws {
    var bench = bench()
    bench.add("SETCC") { b in
      let value = b.node(.extract, width: 2, Workbench.read(0, &b), 0)
      return [Statement(.write(Workbench.psw, index: nil, low: 17, width: 2, value: value))]
    }
    bench.add("LR") { b in
      let value = Workbench.read(1, &b)
      return [Workbench.write(0, value, &b)]
    }
    let result = Classifier(bench.isa).classify()
    let kept = try #require(result.preconditions.first { $0.name == "invariants are kept" })
    #expect(!kept.holds)
    #expect(kept.why.hasSuffix(": SETCC"))
  }

  @Test("states that no invariant permits are no witnesses")
  func unreachable() {
    var bench = bench()
    bench.add("RARE") { b in
      let cc = b.read(Workbench.psw, low: 17, width: 2)
      let isThree = b.binary(.eq, cc, b.constant(3, width: 2))
      let mask = b.read(Workbench.mask, low: 0, width: 8)
      let write = Workbench.write(0, mask, &b)
      return [Statement(.branch(isThree, then: [write], otherwise: []))]
    }
    #expect(bench.verdict("RARE").instructionClass == .innocuous)
  }
}
