import IEEEArithmetic
import ISACore
import Symbolic
import Terms
import Testing

@Suite("Decisions")
struct DecisionTests {
  private enum Answer { case no, yes, approximate, unknown }

  /// Decides, and believes no model that does not evaluate to 1.
  private func decide(
    _ question: Term, in arena: TermArena, limits: DecisionLimits = DecisionLimits()
  ) -> Answer {
    switch Decision.decide(question, in: arena, limits: limits) {
    case .unsatisfiable: return .no
    case .satisfiable(_, isApproximate: true): return .approximate
    case .satisfiable(let model, isApproximate: false):
      #expect(arena.evaluate(question, under: model) == 1)
      return .yes
    case .unknown: return .unknown
    }
  }

  @Test("POPF by mask and POPF field by field are one function")
  func maskedAgainstFieldwise() {
    // The writable flags of EFLAGS: CF PF AF ZF SF TF IF DF OF NT AC ID.
    let writable = [0, 2, 4, 6, 7, 8, 9, 10, 11, 14, 18, 21]
    let mask = writable.reduce(UInt128(0)) { $0 | 1 << UInt128($1) }
    let arena = TermArena()
    let old = arena.variable("eflags", width: 32)
    let new = arena.variable("popped", width: 32)
    let masked = arena.or(
      arena.and(new, arena.constant(mask, width: 32)),
      arena.and(old, arena.constant(~mask, width: 32)))
    var fieldwise = old
    for bit in writable {
      fieldwise = arena.inserting(
        arena.extract(new, low: bit, width: 1), into: fieldwise, low: bit)
    }
    #expect(masked == fieldwise)
    // A mask that comes from the state cannot be split beforehand.
    let open = arena.variable("mask", width: 32)
    let left = arena.or(arena.and(new, open), arena.and(old, arena.not(open)))
    let right = arena.xor(old, arena.and(open, arena.xor(old, new)))
    #expect(decide(arena.not(arena.eq(left, right)), in: arena) == .no)
  }

  @Test("a 32-bit equality that guards a difference is found")
  func rareGuard() {
    let arena = TermArena()
    let x = arena.variable("x", width: 32)
    let y = arena.variable("y", width: 32)
    let key = arena.xor(arena.add(x, arena.mul(y, arena.constant(5, width: 32))), y)
    let isRare = arena.eq(key, arena.constant(0xDEAD_BEEF, width: 32))
    let a = arena.ite(isRare, x, y)
    #expect(decide(arena.not(arena.eq(a, y)), in: arena) == .yes)
    let both = arena.and(isRare, arena.eq(y, arena.constant(3, width: 32)))
    let only = arena.eq(x, arena.constant((0xDEAD_BEEF ^ 3) - 15, width: 32))
    #expect(decide(both, in: arena) == .yes)
    #expect(decide(arena.and(both, arena.not(only)), in: arena) == .no)
  }

  @Test("random questions agree with brute force", arguments: 0..<60)
  func bruteForce(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let arena = TermArena()
    let variables = (0..<3).map { arena.variable("v\($0)", width: 3) }
    var terms = variables
    let operators: [Operator] = [
      .add, .sub, .mul, .udiv, .urem, .sdiv, .srem, .and, .or, .xor, .shl, .lshr, .ashr,
    ]
    for _ in 0..<8 {
      let op = operators[generator.below(operators.count)]
      terms.append(
        arena.binary(op, terms[generator.below(terms.count)], terms[generator.below(terms.count)]))
    }
    let target = arena.constant(generator.bits(3), width: 3)
    let question = arena.and(
      arena.eq(terms[terms.count - 1], target), arena.ult(terms[terms.count - 2], terms[4]))
    let plan = EvaluationPlan([question], in: arena)
    let isPossible = (0..<512).contains { (code: Int) in
      let bits = variables.enumerated().map { ($1, UInt128(code >> (3 * $0) & 7)) }
      return plan.values(
        under: Assignment(bits: Dictionary(uniqueKeysWithValues: bits)))[0] == 1
    }
    var limits = DecisionLimits()
    for exact in [true, false] {
      limits.product = exact ? 32 : 0
      limits.quotient = exact ? 16 : 0
      #expect(decide(question, in: arena, limits: limits) == (isPossible ? .yes : .no))
    }
  }

  @Test("products too wide for a circuit are equal when their operands are")
  func uninterpreted() {
    let arena = TermArena()
    let x = arena.variable("x", width: 64)
    let y = arena.variable("y", width: 64)
    let z = arena.variable("z", width: 64)
    let w = arena.variable("w", width: 64)
    let premise = arena.and(
      arena.eq(arena.xor(x, z), arena.constant(0, width: 64)),
      arena.and(arena.ule(y, w), arena.ule(w, y)))
    let differs = arena.not(arena.eq(arena.mul(x, y), arena.mul(z, w)))
    #expect(decide(arena.and(premise, differs), in: arena) == .no)
  }

  @Test("a wide product that a model gets wrong is refined until the model is right")
  func refined() {
    let arena = TermArena()
    let x = arena.variable("x", width: 40)
    let y = arena.variable("y", width: 40)
    let product = arena.mul(x, y)
    let question = arena.and(
      arena.eq(product, arena.constant(77, width: 40)),
      arena.and(
        arena.ult(x, arena.constant(60, width: 40)),
        arena.ult(arena.constant(1, width: 40), x)))
    #expect(decide(question, in: arena) == .yes)
    let even = arena.eq(arena.mul(x, arena.constant(2, width: 40)), product)
    let odd = arena.eq(y, arena.constant(3, width: 40))
    let nonzero = arena.ult(arena.constant(0, width: 40), x)
    #expect(decide(arena.and(arena.and(even, odd), nonzero), in: arena) == .no)
  }

  @Test("memories are compared through a witness")
  func memories() {
    let arena = TermArena()
    let memory = arena.arrayVariable("m", indexWidth: 24, width: 8)
    let i = arena.variable("i", width: 24)
    let j = arena.variable("j", width: 24)
    let p = arena.variable("p", width: 8)
    let q = arena.variable("q", width: 8)
    let first = arena.store(arena.store(memory, at: i, p), at: j, q)
    let second = arena.store(arena.store(memory, at: j, q), at: i, p)
    let differ = arena.arraysDiffer(first, second)
    #expect(decide(differ, in: arena) == .yes)
    #expect(decide(arena.and(differ, arena.not(arena.eq(i, j))), in: arena) == .no)
    #expect(decide(arena.and(differ, arena.eq(p, q)), in: arena) == .no)
    // Equal indices read equal elements, though nothing was written.
    let reads = arena.eq(arena.select(memory, at: i), arena.select(memory, at: j))
    #expect(decide(arena.and(arena.not(reads), arena.eq(i, j)), in: arena) == .no)
    let shifted = arena.eq(arena.add(i, arena.constant(1, width: 24)), j)
    #expect(decide(arena.and(arena.not(reads), shifted), in: arena) == .yes)
  }

  @Test("an indirect read is decided through two memories")
  func indirect() {
    let arena = TermArena()
    let memory = arena.arrayVariable("m", indexWidth: 8, width: 8)
    let i = arena.variable("i", width: 8)
    let zero = arena.constant(0, width: 8)
    let written = arena.store(memory, at: i, zero)
    let pointer = arena.select(written, at: arena.variable("k", width: 8))
    let value = arena.select(written, at: pointer)
    let question = arena.and(
      arena.eq(i, zero), arena.and(arena.eq(pointer, zero), arena.not(arena.eq(value, zero))))
    #expect(decide(question, in: arena) == .no)
    let open = arena.and(arena.eq(pointer, zero), arena.not(arena.eq(value, zero)))
    #expect(decide(open, in: arena) == .yes)
  }

  /// A primitive on variables, with `code` for its low control bits.
  private func sum(_ x: Term, _ y: Term, _ control: Term, in arena: TermArena) -> Term {
    let code = Primitive(
      .add, delivering: .value, resultFormat: 0, rounding: RoundingMode.allCases,
      tininess: .beforeRounding, nanRule: .first, defaultNaN: .quiet
    ).code
    let head = arena.constant(UInt128(code >> 2), width: 30)
    return arena.ieee(x, y, arena.concat(head, control), width: 32)
  }

  @Test("primitives are functions, and known only at values")
  func primitives() {
    let arena = TermArena()
    let x = arena.variable("x", width: 32)
    let y = arena.variable("y", width: 32)
    let z = arena.variable("z", width: 32)
    let r = arena.variable("rounding", width: 2)
    let one = arena.constant(0x3F80_0000, width: 32)
    let two = arena.constant(0x4000_0000, width: 32)
    let nearest = arena.constant(0, width: 2)
    // One term, folded where it is constant.
    #expect(sum(x, y, r, in: arena) == sum(x, y, r, in: arena))
    #expect(sum(one, one, nearest, in: arena) == two)
    // Equal operands under a premise give equal results.
    let differ = arena.not(arena.eq(sum(x, z, r, in: arena), sum(y, z, r, in: arena)))
    #expect(decide(arena.and(arena.eq(x, y), differ), in: arena) == .no)
    // Unequal ones may differ: the model is looked up, not guessed.
    #expect(decide(differ, in: arena) != .no)
    // A value is found where the operands are forced.
    let isForced = arena.and(
      arena.eq(arena.xor(x, y), arena.constant(0, width: 32)),
      arena.and(arena.eq(arena.add(x, y), arena.add(one, one)), arena.eq(r, nearest)))
    let isTwo = arena.eq(sum(x, y, r, in: arena), two)
    #expect(decide(arena.and(arena.eq(x, one), arena.and(isForced, isTwo)), in: arena) == .yes)
    #expect(
      decide(
        arena.and(arena.eq(x, one), arena.and(isForced, arena.not(isTwo))), in: arena) == .no)
    // No claim about all values is made: x + y = y + x is not known, and no model of its failure is
    // believed.
    let commuted = arena.not(arena.eq(sum(x, y, r, in: arena), sum(y, x, r, in: arena)))
    let answer = decide(commuted, in: arena)
    #expect(answer == .approximate || answer == .unknown)
  }

  @Test("a primitive's result may be narrower than what it is made of")
  func narrowPrimitives() {
    let arena = TermArena()
    let x = arena.variable("x", width: 32)
    let y = arena.variable("y", width: 32)
    let code = Primitive(
      .add, delivering: .flags, resultFormat: 0, rounding: RoundingMode.allCases,
      tininess: .beforeRounding, nanRule: .first, defaultNaN: .quiet
    ).code
    let flags = arena.ieee(x, y, arena.constant(UInt128(code), width: 32), width: 8)
    // 1 and 1, which the terms do not say: their sum is exact.
    let one = arena.constant(0x3F80_0000, width: 32)
    let areOnes = arena.and(
      arena.eq(arena.xor(x, y), arena.constant(0, width: 32)), arena.eq(x, one))
    let isInexact = arena.not(arena.eq(flags, arena.constant(0, width: 8)))
    #expect(decide(arena.and(areOnes, isInexact), in: arena) == .no)
    #expect(decide(arena.and(areOnes, arena.not(isInexact)), in: arena) == .yes)
  }

  @Test("limits are answered with unknown and a reason")
  func limits() {
    let arena = TermArena()
    let x = arena.variable("x", width: 16)
    let y = arena.variable("y", width: 16)
    let z = arena.variable("z", width: 16)
    // Distributivity is hard for a search that sees only bits.
    let left = arena.mul(x, arena.add(y, z))
    let right = arena.add(arena.mul(x, y), arena.mul(x, z))
    let question = arena.not(arena.eq(left, right))
    #expect(decide(question, in: arena, limits: DecisionLimits(conflicts: 100)) == .unknown)
    #expect(decide(question, in: arena, limits: DecisionLimits(gates: 100)) == .unknown)
  }
}
