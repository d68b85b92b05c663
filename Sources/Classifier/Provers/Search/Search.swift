import ISACore
import Machine

/// Looks for states that show a definition: seeded, biased towards corners, bounded.
struct Search {
  let bench: Bench
  let subject: Subject
  var sampler: Sampler
  /// What showed something else of the same form: ways through it that chance seldom finds.
  let examples: [Finding]
  /// What this form and others of the instruction retire from, and what its tests start from.
  let beginnings: [Beginning]
  private var attempts = 0

  init(
    _ bench: Bench, subject: Subject, known: [StateEquality], examples: [Finding] = [],
    beginnings: [Beginning] = [], seed: UInt64
  ) {
    self.beginnings = beginnings
    self.bench = bench
    self.subject = subject
    self.examples = examples
    sampler = Sampler(
      bench.isa, layout: bench.layout, subject: subject, known: known, seed: seed)
  }

  /// Findings that hold on the machine whatever is put where the manual leaves a value open.
  ///
  /// - Parameter tries: states to try at most.
  mutating func find(_ question: Question, tries: Int) -> Finding? {
    for _ in 0..<tries {
      if let finding = attempt(question), shows(finding, question) { return finding }
    }
    return nil
  }

  /// The finding of another form, if it shows the same of this one with operands of the same names.
  mutating func carriedOver(
    _ finding: Finding, from other: FormReference, _ question: Question
  ) -> Finding? {
    var finding = finding
    var operands = sampler.operands(in: finding.operands.contexts)
    take(finding.operands.fields, of: other, into: &operands)
    finding.operands = operands
    return bench.permits(subject.form, operands) && shows(finding, question) ? finding : nil
  }

  /// Most findings show nothing: it is asked with one filling of the open values first.
  private func shows(_ finding: Finding, _ question: Question) -> Bool {
    bench.isShown(question, by: finding, of: subject)
      && bench.confirms(question, finding, of: subject)
  }

  /// One state and, where the definition asks for it, one related to it.
  private mutating func attempt(_ question: Question) -> Finding? {
    let definition = question.definition
    let isTabled = definition.relation == .shifted && bench.layout.tables.exist
    var (operands, s) = isTabled ? eventfulState(definition.mode) : state(definition.mode)
    guard bench.permits(subject.form, operands) else { return nil }
    // Those of the real machine are for the map to meet.
    if definition.relation != .mapped { bench.mend(&s, toMeet: question.assumptions) }
    fill(&s, operands)
    var finding = Finding(operands: operands, s: s)
    switch definition.relation {
    case .alone:
      return finding
    case .equalButForMode:
      // The mode may have bits that the pair says nothing about.
      var sPrime = changed(s, operands) { [bench] in bench.mask($0, roles: .mode) }
      sPrime.fix(bench.layout.pair.supervisor)
      fill(&sPrime, operands)
      // What only one of the two looks at, both must hold.
      finding.s = s
      for (place, value) in sPrime.values where finding.s.values[place] == nil {
        finding.s[place] = value
      }
      finding.s.fix(bench.layout.pair.user)
      finding.sPrime = sPrime
    case .shifted:
      let x = sampler.distance()
      finding.x = x
      if isTabled, let aimed = aimed(s, operands, by: x) { finding.s = aimed }
    case .mapped:
      guard let allocation = sampler.allocation() else { return nil }
      finding.allocation = allocation
      finding.sPrime = sampler.state(.user)
    case .equalButFor(let role):
      var sPrime = changed(s, operands) { [bench] in bench.mask($0, roles: RoleSet(role)) }
      mirror(&finding.s, &sPrime, operands)
      finding.sPrime = sPrime
    case .equalButForGate(let gate):
      finding.sPrime = changed(s, operands) { [bench] in bench.mask($0, gate: gate) }
      // s is the one that retires, whichever was made first.
      if sampler.generator.below(2) == 0, let other = finding.sPrime {
        finding.sPrime = finding.s
        finding.s = other
      }
    }
    return finding
  }

  private mutating func state(_ mode: Mode) -> (operands: Operands, s: ConcreteState) {
    defer { attempts += 1 }
    // First as they are, then now and then with something else in them.
    let round = attempts / max(1, beginnings.count)
    guard !beginnings.isEmpty, round < 2 || attempts.isMultiple(of: 2) else {
      return (sampler.operands(), sampler.state(mode))
    }
    let turn = round < 2 ? attempts : attempts / 2
    let beginning = beginnings[beginnings.count - 1 - turn % beginnings.count]
    var operands = sampler.operands(in: beginning.operands.contexts)
    if round == 0 || sampler.generator.below(2) == 0 {
      take(beginning.operands.fields, of: beginning.form, into: &operands)
    }
    return (operands, sampler.state(mode, from: beginning.s, changing: round >= 2))
  }

  /// Fields of the same name in another form of the instruction.
  private func take(_ fields: [UInt128], of other: FormReference, into operands: inout Operands) {
    let form = bench.isa.instructions[subject.form.instruction].forms[subject.form.form]
    let others = bench.isa.instructions[other.instruction].forms[other.form].fields
    for (index, field) in form.fields.enumerated() where subject.fields[index] == nil {
      let isFixed = form.encoding.constraints.contains {
        $0.isEqual && $0.subject == .field(index)
      }
      guard !isFixed, let same = others.firstIndex(where: { $0.name == field.name }),
        same < fields.count
      else { continue }
      operands.fields[index] = fields[same] & BitVector.mask(field.width)
    }
  }

  /// Where s' looks elsewhere than s does, it finds what s found, or nearly so: a table that lies
  /// elsewhere is a table.
  private mutating func mirror(
    _ s: inout ConcreteState, _ sPrime: inout ConcreteState, _ operands: Operands
  ) {
    let isExact = sampler.generator.below(2) == 0
    let seen = bench.step(subject.form, operands, from: s).accesses
    for _ in 0..<Search.mirroredAccesses {
      let other = bench.step(subject.form, operands, from: sPrime).accesses
      let pair = zip(seen, other).first { seen, other in
        seen.memory == other.memory && seen.units == other.units && seen.real != other.real
          && bench.units(of: other).allSatisfy { s.values[$0] == nil && isPresent($0) }
      }
      guard let pair else { return }
      let places = bench.units(of: pair.1)
      let flipped = isExact ? -1 : sampler.generator.below(places.count)
      for (index, (from, to)) in zip(bench.units(of: pair.0), places).enumerated() {
        let value = index == flipped ? sampler.change(s[from], within: bench.ones(to)) : s[from]
        s[to] = value
        sPrime[to] = value
      }
    }
  }

  private func isPresent(_ place: Place) -> Bool {
    guard case .unit(let memory, let address) = place else { return true }
    return address < bench.isa.memories[Int(memory)].size
  }

  /// Accesses of one step for which storage is copied.
  private static let mirroredAccesses = 4

  /// A copy of the state with some bits under the mask changed.
  private mutating func changed(
    _ s: ConcreteState, _ operands: Operands, mask: (Place) -> UInt128
  ) -> ConcreteState {
    var sPrime = s
    let isThorough = sampler.generator.below(2) == 0
    var candidates = Array(s.values.keys)
    candidates.append(contentsOf: bench.gatePlaces)
    let masked = candidates.filter { mask($0) != 0 }.sorted { bench.order($0) < bench.order($1) }
    let chosen = isThorough ? -1 : masked.isEmpty ? -1 : sampler.generator.below(masked.count)
    for (index, place) in masked.enumerated() where chosen < 0 || chosen == index {
      sPrime[place] = sampler.change(s[place], within: mask(place) & bench.ones(place))
    }
    return sPrime
  }

  /// Zeros, which lead somewhere in many a table, or anything.
  mutating func tableContents(_ memory: MemoryID) -> UInt128 {
    sampler.generator.below(2) == 0 ? 0 : sampler.contents(memory, endsNumber: false)
  }

  /// Puts something into the storage that the instruction looks at.
  mutating func fill(_ s: inout ConcreteState, _ operands: Operands) {
    var looked: Set<Place> = []
    // What was found may be an address itself, or be refused: so look again.
    for _ in 0..<3 {
      let run = bench.step(subject.form, operands, from: s)
      var empty: [(memory: MemoryID, address: UInt64, isTable: Bool)] = []
      for access in run.accesses where access.intent != .store || access.isReal {
        let memory = bench.isa.memories[Int(access.memory)]
        let last = UInt64(truncatingIfNeeded: BitVector.mask(memory.addressWidth))
        for unit in 0..<UInt64(access.units) {
          let address = (access.real &+ unit) & last
          let place = Place.unit(access.memory, address: address)
          guard looked.insert(place).inserted, s.values[place] == nil, address < memory.size
          else { continue }
          let isTable = access.isReal && bench.layout.tables.exist
          empty.append((access.memory, address, isTable))
        }
      }
      if empty.isEmpty { return }
      for (memory, address, isTable) in empty {
        if isTable {
          s[.unit(memory, address: address)] = tableContents(memory)
          continue
        }
        let isLast = !looked.contains(.unit(memory, address: address &+ 1))
        s[.unit(memory, address: address)] = sampler.contents(memory, endsNumber: isLast)
      }
    }
  }
}

extension Bench {
  /// Runs the finding and reads the definition over what happened.
  func isShown(
    _ question: Question, by finding: Finding, of subject: Subject,
    openness: OpennessPolicy = .zeros
  ) -> Bool {
    runs(question, of: finding, subject: subject, openness: openness)?.isShown ?? false
  }

  /// The runs that a finding consists of, if its states are what the definition asks for.
  func runs(
    _ question: Question, of finding: Finding, subject: Subject,
    openness: OpennessPolicy = .zeros
  ) -> (runs: Runs<ConcreteUniverse>, isShown: Bool)? {
    let definition = question.definition
    var universe = ConcreteUniverse(bench: self)
    let pair = layout.pair
    let s = finding.s
    guard s.satisfies(pair[definition.mode]),
      isReachable(s),
      definition.relation == .mapped || satisfies(s, assumptions: question.assumptions)
    else { return nil }
    let t = step(subject.form, finding.operands, from: s, openness: openness)
    var sPrime = s
    if definition.relation == .shifted {
      guard t.retires, let x = finding.x else { return nil }
      // Where the second run goes is part of what has to be moved.
      var touched = t.accesses
      guard let first = ConcreteShift.make(s, by: x, touched: touched, on: self) else {
        return nil
      }
      touched +=
        step(subject.form, finding.operands, from: first.sPrime, openness: openness).accesses
      guard let second = ConcreteShift.make(s, by: x, touched: touched, on: self) else {
        return nil
      }
      universe.shift = second.0
      sPrime = second.sPrime
    } else if definition.relation != .alone {
      guard let other = finding.sPrime else { return nil }
      sPrime = other
    }
    if definition.relation == .mapped {
      guard let own = finding.sPrime, let allocation = finding.allocation,
        let map = ConcreteMap.make(
          s, allocation, own: own, touched: t.accesses, on: self)
      else { return nil }
      guard map.r.satisfies(pair.user), isReachable(map.r),
        satisfies(map.r, assumptions: question.assumptions)
      else { return nil }
      universe.map = map
      let tPrime = step(subject.form, finding.operands, from: map.r, openness: openness)
      guard isRight(tPrime.accesses, in: map) else { return nil }
      let runs = Runs<ConcreteUniverse>(s: s, t: t, sPrime: map.r, tPrime: tPrime)
      return (runs, definition.isShown(by: runs, in: universe))
    }
    var tPrime = t
    if definition.relation != .alone {
      guard sPrime.satisfies(pair[definition.otherMode]),
        isReachable(sPrime), satisfies(sPrime, assumptions: question.assumptions),
        isRelated(s, sPrime, by: definition.relation),
        agree(s, sPrime, onTablesOf: t, by: definition.relation)
      else { return nil }
      tPrime = step(subject.form, finding.operands, from: sPrime, openness: openness)
    }
    let runs = Runs<ConcreteUniverse>(s: s, t: t, sPrime: sPrime, tPrime: tPrime)
    return (runs, definition.isShown(by: runs, in: universe))
  }

  /// Whether s' differs from s in nothing that the relation does not free.
  private func isRelated(_ s: ConcreteState, _ sPrime: ConcreteState, by relation: Relation) -> Bool
  {
    switch relation {
    case .alone, .shifted, .mapped: true
    case .equalButForMode: !differs(s, sPrime) { ~mask($0, roles: .mode) }
    case .equalButFor(let role): !differs(s, sPrime) { ~mask($0, roles: RoleSet(role)) }
    case .equalButForGate(let gate): !differs(s, sPrime) { ~mask($0, gate: gate) }
    }
  }

  /// Whether two states that differ in some resource, timer or device find the same tables on the
  /// ways that a step took: what a translation looks up is map, whatever else lies there.
  private func agree(
    _ s: ConcreteState, _ sPrime: ConcreteState, onTablesOf t: ConcreteOutcome,
    by relation: Relation
  ) -> Bool {
    guard layout.tables.exist else { return true }
    switch relation {
    case .alone, .shifted, .mapped, .equalButForMode: return true
    case .equalButFor, .equalButForGate:
      var addresses: [MemoryID: Set<UInt64>] = [:]
      for access in t.accesses where !access.isReal {
        addresses[access.memory, default: []].insert(access.virtual)
      }
      return addresses.allSatisfy { memory, addresses in
        window(of: s, memory: memory, addresses: Array(addresses)).tables
          .allSatisfy { s[$0] == sPrime[$0] }
      }
    }
  }

  /// The bits of a place that belong to a named resource, timer or device.
  func mask(_ place: Place, gate: Int) -> UInt128 {
    switch (layout.gates[gate].place, place) {
    case (.register(let owner, let mask), .register(let register, _)):
      return owner == register ? mask : 0
    case (.memory(let owner), .unit(let memory, let address)):
      let isOwn = owner == memory && role(of: memory, at: address) == layout.gates[gate].role
      return isOwn ? .max : 0
    case (.region(let owner, let range), .unit(let memory, let address)):
      return owner == memory && range.contains(address) ? .max : 0
    default: return 0
    }
  }

  /// Places of resources, timers and devices that a state may leave out.
  var gatePlaces: [Place] {
    layout.gates.flatMap { gate -> [Place] in
      switch gate.place {
      case .register(let register, _):
        (0..<min(64, isa.registers[Int(register)].count)).map { .register(register, element: $0) }
      case .memory(let memory):
        (0..<min(16, isa.memories[Int(memory)].size)).map { .unit(memory, address: $0) }
      case .region(let memory, let range):
        (range.lowerBound...min(range.upperBound, range.lowerBound &+ 15)).map {
          .unit(memory, address: $0)
        }
      }
    }
  }

  /// All bits of a place.
  func ones(_ place: Place) -> UInt128 {
    switch place {
    case .register(let register, _): BitVector.mask(isa.registers[Int(register)].width)
    case .unit(let memory, _): BitVector.mask(isa.memories[Int(memory)].unitWidth)
    }
  }

  /// A fixed order of places, so that a seed always means the same.
  func order(_ place: Place) -> UInt128 {
    switch place {
    case .register(let register, let element):
      UInt128(UInt32(bitPattern: register)) << 64 | UInt128(element)
    case .unit(let memory, let address):
      1 << 127 | UInt128(UInt32(bitPattern: memory)) << 64 | UInt128(address)
    }
  }
}
