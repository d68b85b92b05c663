import ISACore
import Terms
import Testing

@Suite("Different spellings of one meaning are one term")
struct NormalFormTests {
  private let arena = TermArena()

  private func constant(_ value: UInt128, _ width: Int) -> Term {
    arena.constant(value, width: width)
  }

  @Test("masks, shifts and extracts are pieces")
  func pieces() {
    let x = arena.variable("x", width: 32)
    let byte = arena.extract(x, low: 8, width: 8)
    #expect(
      arena.and(arena.lshr(x, constant(8, 6)), constant(0xFF, 32)) == arena.zext(byte, to: 32))
    #expect(
      arena.shl(arena.zext(byte, to: 32), constant(8, 32)) == arena.and(x, constant(0xFF00, 32)))
    let halves = arena.concat(
      arena.extract(x, low: 16, width: 16), arena.extract(x, low: 0, width: 16))
    #expect(halves == x)
    let parts = arena.or(
      arena.and(x, constant(0xFFFF, 32)), arena.and(x, constant(0xFFFF << 16, 32)))
    #expect(parts == x)
    #expect(
      arena.sext(arena.extract(x, low: 0, width: 16), to: 32)
        == arena.ashr(arena.shl(x, constant(16, 5)), constant(16, 5)))
  }

  @Test("sums keep one base and one offset")
  func sums() {
    let x = arena.variable("x", width: 24)
    let y = arena.variable("y", width: 24)
    let a = arena.add(arena.add(x, constant(4, 24)), arena.add(constant(8, 24), y))
    #expect(a == arena.add(arena.add(y, x), constant(12, 24)))
    #expect(arena.sub(a, arena.add(x, y)) == constant(12, 24))
    #expect(arena.eq(a, arena.add(arena.add(x, y), constant(13, 24))) == arena.no)
    #expect(arena.sub(arena.add(x, y), x) == y)
  }

  @Test("conditions fold along a path")
  func conditions() {
    let x = arena.variable("x", width: 4)
    let p = arena.eq(x, constant(3, 4))
    let q = arena.ult(x, constant(8, 4))
    #expect(arena.and(p, q) == p)
    #expect(arena.and(p, arena.not(q)) == arena.no)
    #expect(arena.or(arena.not(p), q) == arena.yes)
    let c = arena.variable("c", width: 1)
    let d = arena.variable("d", width: 1)
    #expect(arena.or(arena.and(c, d), arena.and(c, arena.not(d))) == c)
    #expect(arena.and(arena.and(c, d), c) == arena.and(c, d))
    #expect(arena.ite(c, arena.yes, arena.no) == c)
    #expect(arena.eq(arena.ite(c, constant(5, 4), constant(6, 4)), constant(6, 4)) == arena.not(c))
    #expect(arena.ite(c, arena.ite(c, x, p4), p4) == arena.ite(c, x, p4))
  }

  private var p4: Term { constant(9, 4) }

  @Test("reads look through writes that are elsewhere")
  func arrays() {
    let memory = arena.arrayVariable("m", indexWidth: 16, width: 8)
    let base = arena.variable("b", width: 16)
    let other = arena.variable("o", width: 16)
    let value = arena.variable("v", width: 8)
    let next = arena.add(base, constant(1, 16))
    let written = arena.store(memory, at: base, value)
    #expect(arena.select(written, at: base) == value)
    #expect(arena.select(written, at: next) == arena.select(memory, at: next))
    #expect(arena.node(arena.select(written, at: other)).op == .select)
    #expect(arena.store(written, at: base, value) == written)
    #expect(arena.store(memory, at: base, arena.select(memory, at: base)) == memory)
    let c = arena.variable("c", width: 1)
    #expect(
      arena.select(arena.ite(c, written, memory), at: next) == arena.select(memory, at: next))
    let zeros = arena.constantArray(constant(0, 8), indexWidth: 16)
    #expect(arena.select(zeros, at: base) == constant(0, 8))
  }

  @Test("substitution simplifies anew")
  func substitution() {
    let x = arena.variable("x", width: 8)
    let y = arena.variable("y", width: 8)
    let m = arena.arrayVariable("m", indexWidth: 8, width: 8)
    let term = arena.add(
      arena.mul(x, y), arena.select(arena.store(m, at: x, y), at: arena.sub(x, y)))
    #expect(
      arena.substitute([x: constant(3, 8), y: constant(0, 8)], in: term) == constant(0, 8))
    #expect(arena.substitute([:], in: term) == term)
    #expect(arena.variables(in: [term]) == [x, y, m])
  }
}

@Suite("Arrays")
struct ArrayTests {
  /// A chain of writes and choices over one memory against a plain Swift array.
  @Test("evaluate like a plain array", arguments: 0..<20)
  func chains(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let arena = TermArena()
    let indices = (0..<3).map { arena.variable("i\($0)", width: 3) }
    let choices = (0..<2).map { arena.variable("c\($0)", width: 1) }
    let memory = arena.arrayVariable("m", indexWidth: 3, width: 8)
    var assignment = Assignment()
    for index in indices { assignment.bits[index] = generator.bits(3) }
    for choice in choices { assignment.bits[choice] = generator.bits(1) }
    let start = (0..<8).map { _ in generator.bits(8) }
    assignment.arrays[memory] = Assignment.Array(
      elements: Dictionary(uniqueKeysWithValues: start.enumerated().map { (UInt64($0), $1) }))

    var states: [(term: Term, contents: [UInt128])] = [(memory, start)]
    var reads: [(term: Term, value: UInt128)] = []
    for step in 0..<30 {
      let index = indices.randomElement(using: &generator)!
      let offset = generator.bits(2)
      let address = arena.add(index, arena.constant(offset, width: 3))
      let place = Int((assignment.bits[index]! + offset) & 7)
      let state = states.randomElement(using: &generator)!
      reads.append((arena.select(state.term, at: address), state.contents[place]))
      if step % 3 == 2 {
        let choice = choices.randomElement(using: &generator)!
        let other = states.randomElement(using: &generator)!
        states.append(
          (
            arena.ite(choice, state.term, other.term),
            assignment.bits[choice] == 1 ? state.contents : other.contents
          ))
      } else {
        let value = reads.randomElement(using: &generator)!
        var contents = state.contents
        contents[place] = value.value
        states.append((arena.store(state.term, at: address, value.term), contents))
      }
    }
    let plan = EvaluationPlan(reads.map(\.term), in: arena)
    #expect(plan.values(under: assignment) == reads.map(\.value))
  }

  @Test("and terms a hundred thousand operators deep need no deep stack")
  func deep() {
    let arena = TermArena()
    let x = arena.variable("x", width: 16)
    let c = arena.variable("c", width: 1)
    let m = arena.arrayVariable("m", indexWidth: 16, width: 16)
    var term = x
    var array = m
    for step in 0..<100_000 {
      switch step % 4 {
      case 0: term = arena.mul(term, x)
      case 1: term = arena.xor(arena.not(term), arena.constant(UInt128(step), width: 16))
      case 2: term = arena.ite(c, arena.add(term, x), x)
      default: array = arena.store(array, at: term, x)
      }
    }
    let read = arena.select(array, at: arena.not(x))
    let assignment = Assignment(bits: [x: 3, c: 1])
    let plain = arena.substitute([c: arena.yes], in: arena.xor(term, read))
    #expect(
      arena.evaluate(plain, under: assignment)
        == arena.evaluate(arena.xor(term, read), under: assignment))
  }
}
