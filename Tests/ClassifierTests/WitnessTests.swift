import ISACore
import Symbolic
import Testing

@testable import Classifier

@Suite("Witnesses")
struct WitnessTests {
  @Test("a witness shows what is read and what changes, and nothing else")
  func minimal() throws {
    var bench = Workbench()
    bench.add("RDM") { b in
      let mode = b.node(.zext, width: 8, b.read(Workbench.psw, low: 0, width: 1))
      return [Workbench.write(0, mode, &b)]
    }
    let witness = try #require(bench.verdict("RDM").sensitive[.mode]?.witness)
    #expect(
      witness.runs.map { $0.before.map(\.place) } == [["gr[0]", "psw.m"], ["gr[0]", "psw.m"]])
    #expect(Set(witness.runs.flatMap(\.after).map(\.place)) == ["gr[0]"])
    #expect(witness.encoding == "00 00")
  }

  @Test("a difference that needs a value the manual leaves open is no finding")
  func openValues() {
    var bench = Workbench()
    bench.add("ANY") { b in
      let open = b.newLocal("any", width: 1)
      let condition = b.local(open)
      let mask = b.read(Workbench.mask, low: 0, width: 8)
      let write = Workbench.write(0, mask, &b)
      return [
        Statement(.havoc(open, .any)),
        Statement(.branch(condition, then: [write], otherwise: [])),
      ]
    }
    #expect(bench.verdict("ANY").sensitive[.resource]?.kind == "unknown")
  }

  @Test("open values that are the same in both runs make no difference")
  func sharedOpenValues() {
    var bench = Workbench()
    bench.add("CODE") { b in
      let open = b.newLocal("any", width: 8)
      let value = b.local(open)
      return [Statement(.havoc(open, .any)), Workbench.write(0, value, &b)]
    }
    #expect(bench.verdict("CODE").instructionClass == .innocuous)
  }

  @Test("a rare guard is found by the decision procedure where luck does not help")
  func rareGuard() throws {
    var bench = Workbench()
    bench.add("KEY") { b in
      // (a × 7 + b) ^ c = 0xA5 and a = b + 93, which no constant in the program gives away.
      let a = Workbench.read(0, &b)
      let c = Workbench.read(1, &b)
      let d = Workbench.read(2, &b)
      let product = b.binary(.mul, a, b.constant(7, width: 8))
      let mixed = b.binary(.xor, b.binary(.add, product, c), d)
      let first = b.binary(.eq, mixed, b.constant(0xA5, width: 8))
      let second = b.binary(
        .eq, b.binary(.sub, a, c), b.constant(93, width: 8))
      let condition = b.binary(.and, first, second)
      let zero = b.constant(0, width: 8)
      return [
        Statement(
          .branch(
            condition,
            then: [
              Statement(.write(Workbench.mask, index: nil, low: 0, width: 8, value: zero))
            ], otherwise: []))
      ]
    }
    var options = Classifier.Options()
    options.effort.firstTries = 10
    let answer = bench.verdict("KEY", options: options).sensitive[.control]
    #expect(answer?.kind == "refuted")
  }

  @Test("the same seed gives the same witnesses, however many workers there are")
  func deterministic() {
    var bench = Workbench()
    for id in ["A", "B", "C", "D"] {
      bench.add(id) { b in
        let mask = b.read(Workbench.mask, low: 0, width: 8)
        return [Workbench.write(0, mask, &b)]
      }
    }
    func witnesses(_ workers: Int) -> [String] {
      var options = Classifier.Options()
      options.workers = workers
      return Classifier(bench.isa, options: options).classify().instructions.map {
        String(describing: $0.verdict.sensitive[.resource]?.witness)
      }
    }
    #expect(witnesses(1) == witnesses(4))
  }
}

@Suite("An external solver")
struct SolverTests {
  @Test(
    "gives the same verdict as the built-in search, where one is installed",
    .enabled(if: ExternalSolver.find() != nil))
  func agreement() throws {
    var bench = Workbench()
    bench.add("XOR") { b in
      // Equal only after arithmetic that the simplifier does not know.
      let a = Workbench.read(0, &b)
      let mask = b.read(Workbench.mask, low: 0, width: 8)
      let both = b.binary(.and, a, mask)
      let either = b.binary(.or, a, mask)
      let sum = b.binary(.add, a, mask)
      let difference = b.binary(.sub, sum, b.binary(.add, both, either))
      return [Workbench.write(0, difference, &b)]
    }
    var options = Classifier.Options()
    let builtIn = bench.verdict("XOR", options: options)
    #expect(builtIn.sensitive[.resource]?.kind == "proved")
    options.effort.conflicts = 0
    options.effort.lastTries = 100
    options.solver = ExternalSolver.find()?.kind.rawValue
    let external = bench.verdict("XOR", options: options)
    #expect(external.sensitive[.resource]?.kind == "proved")
    #expect(external.instructionClass == builtIn.instructionClass)
  }
}
