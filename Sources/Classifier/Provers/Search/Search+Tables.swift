import ISACore
import Machine

/// States in which tables in storage lead somewhere.
extension Search {
  /// Of some states the one whose step does most: a shift of tables takes its time, and is not
  /// worth it for a step that traps or passes by.
  mutating func eventfulState(_ mode: Mode) -> (operands: Operands, s: ConcreteState) {
    var best = filledState(mode)
    var most = events(best.operands, best.s)
    for _ in 0..<8 {
      let other = filledState(mode)
      let events = events(other.operands, other.s)
      if events > most { (best, most) = (other, events) }
    }
    return best
  }

  /// Zeros that are stored change something only where something else was.
  private mutating func filledState(_ mode: Mode) -> (operands: Operands, s: ConcreteState) {
    let tabled = tabledState(mode)
    var s = tabled.s
    if bench.permits(subject.form, tabled.operands) { fill(&s, tabled.operands) }
    return (tabled.operands, s)
  }

  /// How much a step changes and looks at outside its tables, storage first; -1 if it traps, or
  /// if the machine cannot be in the state.
  private func events(_ operands: Operands, _ s: ConcreteState) -> Int {
    guard bench.permits(subject.form, operands), bench.isReachable(s) else { return -1 }
    let t = bench.step(subject.form, operands, from: s)
    guard t.retires else { return -1 }
    return 4 * t.accesses.count { !$0.isReal || $0.intent == .store }
      + t.state.values.count { $0.value != s[$0.key] }
  }

  /// The state with an address in a register moved by as much as x moves the map, so that a real
  /// access of the instruction goes where something is moved to; nil if no register is one.
  mutating func aimed(
    _ s: ConcreteState, _ operands: Operands, by x: UInt128
  ) -> ConcreteState? {
    let t = bench.step(subject.form, operands, from: s)
    guard t.retires, let target = t.accesses.first(where: \.isReal),
      let distance = distance(of: s, by: x), distance != 0
    else { return nil }
    // Not always to the image of what lies there: that may have a role of its own, and stays.
    let step = distance &+ 16 * UInt64(sampler.generator.below(2) * sampler.generator.below(1024))
    let places = s.values.keys.sorted { bench.order($0) < bench.order($1) }
    for place in places {
      guard case .register = place, bench.mask(place, roles: .plain) == bench.ones(place) else {
        continue
      }
      var moved = s
      moved[place] = (s[place] &+ UInt128(step)) & bench.ones(place)
      let run = bench.step(subject.form, operands, from: moved)
      guard run.retires,
        run.accesses.contains(where: { $0.isReal && $0.real == target.real &+ step })
      else { continue }
      fill(&moved, operands)
      return moved
    }
    return nil
  }

  /// How far x moves the place where the state's instruction lies.
  private func distance(of s: ConcreteState, by x: UInt128) -> UInt64? {
    guard let address = bench.fetchAddress(of: s), let moved = bench.shifted(s, by: x) else {
      return nil
    }
    let reals = [s, moved].map {
      bench.window(of: $0, memory: bench.isa.fetch.memory, addresses: [address]).real[address]
    }
    guard let from = reals[0], let to = reals[1] else { return nil }
    return to &- from
  }

  /// A state whose own instruction is mapped. The map is drawn anew, the rest of the way may be one
  /// that is known.
  private mutating func tabledState(_ mode: Mode) -> (operands: Operands, s: ConcreteState) {
    var operands = sampler.operands()
    var s = sampler.state(mode)
    if !examples.isEmpty, sampler.generator.below(2) == 0 {
      let example = examples[sampler.generator.below(examples.count)]
      operands = example.operands
      s = example.s
      s.fix(bench.layout.pair[mode])
    }
    s = sampler.redrawn(s, roles: [.map, .pc])
    layTables(for: &s)
    layTables(for: &s, operands)
    return (operands, s)
  }

  /// Draws what the translation reads, then the table entries that it looks up, until the
  /// instruction's own address is found through them: chance hardly ever leads through tables.
  mutating func layTables(for s: inout ConcreteState) {
    let memory = bench.isa.fetch.memory
    for _ in 0..<64 {
      guard let address = bench.fetchAddress(of: s) else {
        s = sampler.redrawn(s, roles: .pc)
        continue
      }
      let window = bench.window(of: s, memory: memory, addresses: [address])
      if window.tables.isEmpty {
        s = sampler.redrawn(s, roles: .map)
        continue
      }
      if window.real[address] != nil { return }
      for place in window.tables.sorted(by: { bench.order($0) < bench.order($1) }) {
        guard case .unit(let memory, let address) = place,
          address < bench.isa.memories[Int(memory)].size
        else { continue }
        s[place] = tableContents(memory)
      }
    }
  }

  /// The same for the addresses that the instruction reaches for.
  mutating func layTables(for s: inout ConcreteState, _ operands: Operands) {
    for _ in 0..<16 {
      let run = bench.step(subject.form, operands, from: s)
      guard case .trapped(_, .memory, _) = run.result,
        let entry = run.accesses.last(where: \.isReal)
      else { return }
      for place in bench.units(of: entry) { s[place] = tableContents(entry.memory) }
    }
  }
}
