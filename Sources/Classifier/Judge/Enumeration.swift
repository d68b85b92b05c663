import ISACore

/// The definitions by brute force: every operand, every state, every related state.
///
/// An answer holds for all fillings of open values, or is `unknown` where it takes a particular
/// one: then the provers are not judged.
final class Enumeration {
  /// What is true of one instruction.
  struct Facts: Sendable {
    var privilege: Truth3 = .no
    var isConditional: Truth3 = .no
    /// The assumptions under which it is privileged.
    var assumptions: [Int] = []
    var alwaysTraps: Truth3 = .no
    var strictControl: [Mode: Truth3] = [:]
    var control: [Mode: Truth3] = [:]
    var mode: Truth3 = .no
    var breaksInvariants: Truth3 = .no
    var location: [Mode: Truth3] = [:]
    var roles: [Role: [Mode: Truth3]] = [:]
    /// By name of the resource, timer or device.
    var gated: [String: Truth3] = [:]
    /// By virtual mode; empty without a monitor.
    var hole: [Mode: Truth3] = [:]
  }

  let isa: InstructionSet
  let layout: TinyLayout
  var evaluator: TinyEvaluator
  /// All states that the machine can be in, in each of the two modes.
  var states: [Mode: [UInt32]] = [:]
  private var isReachable: [Bool]
  /// By mode and state: whether it is one of `states`.
  var isIn: [Mode: [Bool]] = [:]
  /// By assumption and state.
  var isAssumed: [[Bool]] = []
  private var shifts: [Shift] = []
  private var shiftedRegisters: [UInt64: UInt32?] = [:]
  private var windows: [UInt32: [UInt32?]] = [:]

  /// s and shift(s, x), and where virtual addresses lie in both.
  private struct Shift {
    var s: UInt32
    var sPrime: UInt32
    var x: UInt128
    var windows: [(real: UInt32, realPrime: UInt32)]
  }

  /// What the open values of a program may be filled with: one at most, drawn twice in a loop.
  private static let fillings: [UInt64] = [0b00, 0b01, 0b10, 0b11]

  init(_ isa: InstructionSet, choices: [UInt128]) {
    self.isa = isa
    layout = TinyLayout(isa)
    evaluator = TinyEvaluator(isa, layout: layout, choices: choices)
    let count = 1 << layout.width
    isReachable = Array(repeating: true, count: count)
    for index in 0..<count {
      isReachable[index] = isa.invariants.allSatisfy { holds($0.program, UInt32(index)) }
    }
    isAssumed = isa.assumptions.map { assumption in
      (0..<count).map { holds(assumption.program, UInt32($0)) }
    }
    for (mode, equalities) in [
      (Mode.user, isa.modePairs[0].user), (.supervisor, isa.modePairs[0].supervisor),
    ] {
      states[mode] = (0..<UInt32(count)).filter { s in
        isReachable[Int(s)] && equalities.allSatisfy { bits($0, of: s) == $0.value }
      }
    }
    for mode in Mode.allCases {
      isIn[mode] = Array(repeating: false, count: count)
      for s in states[mode]! { isIn[mode]![Int(s)] = true }
    }
    if isa.shift != nil { makeShifts() }
  }

  private func holds(_ program: Program, _ s: UInt32) -> Bool {
    evaluator.state = s
    return evaluator.run(program).result == 1
  }

  private func bits(_ equality: StateEquality, of s: UInt32) -> UInt128 {
    let register = isa.registers[Int(equality.register)]
    let position =
      layout.registers[Int(equality.register)] + equality.element * register.width + equality.low
    return UInt128(s >> UInt32(position)) & BitVector.mask(equality.width)
  }

  // MARK: shift(s, x)

  private func makeShifts() {
    let width = isa.shift!.locals[Int(isa.shift!.parameters[0])].width
    for s in Mode.allCases.flatMap({ states[$0]! }) {
      for x in 0..<UInt128(1 << width) {
        guard let moved = shifted(s, by: x) else { continue }
        var sPrime = moved
        var common: [(real: UInt32, realPrime: UInt32)] = []
        let own = window(of: s)
        let other = window(of: moved)
        var contents: [UInt32?] = Array(repeating: nil, count: layout.width)
        var isPossible = true
        for index in own.indices {
          guard let real = own[index], let realPrime = other[index] else { continue }
          let value = s >> real & 1
          if let known = contents[Int(realPrime)], known != value { isPossible = false }
          contents[Int(realPrime)] = value
          sPrime = sPrime & ~(1 << realPrime) | value << realPrime
          common.append((real, realPrime))
        }
        guard isPossible, isReachable[Int(sPrime)] else { continue }
        shifts.append(Shift(s: s, sPrime: sPrime, x: x, windows: common))
      }
    }
  }

  /// The state with the machine's `shift` run on it, storage where it was.
  ///
  /// The programs of tiny machines move and translate by registers alone, so that what was found
  /// for one state holds for all that differ in storage only.
  private func shifted(_ s: UInt32, by x: UInt128) -> UInt32? {
    let registers = s & layout.registerBits
    let key = UInt64(x) << 32 | UInt64(registers)
    if let known = shiftedRegisters[key] { return known.map { $0 | s & ~layout.registerBits } }
    evaluator.state = registers
    let moved = evaluator.run(isa.shift!, parameters: [x]).outcome.state
    shiftedRegisters[key] = .some(moved)
    return moved.map { $0 | s & ~layout.registerBits }
  }

  /// By memory and virtual address: the bit at which its unit stands.
  private func window(of s: UInt32) -> [UInt32?] {
    let registers = s & layout.registerBits
    if let known = windows[registers] { return known }
    var window: [UInt32?] = []
    for (index, memory) in isa.memories.enumerated() {
      guard memory.translate != nil, let base = layout.memories[index] else { continue }
      for address in 0..<(UInt64(1) << UInt64(memory.addressWidth)) {
        var place: UInt32?
        for intent in [Intent.load, .store, .fetch] where place == nil {
          evaluator.state = registers
          if case .success(let real) = evaluator.translate(MemoryID(index), address, intent) {
            place = UInt32(base) + UInt32(real) * UInt32(memory.unitWidth)
          }
        }
        window.append(place)
      }
    }
    windows[registers] = window
    return window
  }

  // MARK: Facts

  /// Everything about one instruction, which has one form.
  func facts(_ instruction: Int) -> Facts {
    var facts = facts(Runs(tables: tables(of: isa.instructions[instruction].forms[0])))
    facts.hole = holes(instruction)
    return facts
  }

  /// What becomes of all states: by operands, then filling, then state.
  ///
  /// - Parameter isConfined: storage that is absent or has a role of its own is out of reach.
  func tables(of form: Form, isConfined: Bool = true) -> [[[TinyOutcome?]]] {
    var isOpen = false
    form.program.forEachStatement { if case .havoc = $0.kind { isOpen = true } }
    let fillings = isOpen ? Enumeration.fillings : [0]
    evaluator.isConfined = isConfined
    defer {
      evaluator.filling = 0
      evaluator.isConfined = true
    }
    return operands(form).map { fields in
      evaluator.fields = fields
      return fillings.map { filling in
        evaluator.filling = filling
        var table = [TinyOutcome?](repeating: nil, count: 1 << layout.width)
        for s in Mode.allCases.flatMap({ states[$0]! }) {
          evaluator.state = s
          table[Int(s)] = evaluator.run(form.program).outcome
        }
        return table
      }
    }
  }

  private func operands(_ form: Form) -> [[UInt128]] {
    var all: [[UInt128]] = [[]]
    for field in form.fields {
      all = all.flatMap { operands in
        (0..<UInt128(1 << field.width)).map { operands + [$0] }
      }
    }
    return all.filter { operands in
      form.encoding.constraints.allSatisfy { constraint in
        guard case .field(let field) = constraint.subject else { return true }
        return (operands[field] == constraint.value) == constraint.isEqual
      }
    }
  }

  /// step(i, s) for all operands, fillings and states.
  private struct Runs {
    var tables: [[[TinyOutcome?]]]

    /// Some state shows it: for all fillings, for none, or it depends.
    func some(
      _ states: [UInt32], _ shows: (UInt32, [TinyOutcome?]) -> Bool
    ) -> Truth3 {
      var forSome = false
      for table in tables {
        for s in states {
          let shown = table.count(where: { shows(s, $0) })
          if shown == table.count { return .yes }
          if shown > 0 { forSome = true }
        }
      }
      return forSome ? .unknown : .no
    }

    /// The same for pairs of states that are equal but for the bits of `mask`.
    func some(
      _ states: [UInt32], equalBut mask: UInt32, where isPossible: (UInt32) -> Bool,
      _ shows: (UInt32, UInt32, [TinyOutcome?]) -> Bool
    ) -> Truth3 {
      var forSome = false
      for table in tables {
        for s in states {
          var subset: UInt32 = 0
          repeat {
            let sPrime = s & ~mask | subset
            subset = (subset &- mask) & mask
            guard sPrime != s, isPossible(sPrime) else { continue }
            var shown = 0
            for outcomes in table where shows(s, sPrime, outcomes) { shown += 1 }
            if shown == table.count { return .yes }
            if shown > 0 { forSome = true }
          } while subset != 0
        }
      }
      return forSome ? .unknown : .no
    }
  }

  private func facts(_ runs: Runs) -> Facts {
    var facts = Facts()
    let all = Mode.allCases.flatMap { states[$0]! }
    facts.alwaysTraps = runs.some(all) { s, table in retires(table, s) }.negated
    let strict = layout.mask(.mode, .map)
    let extended = layout.mask(.mode, .map, .resource, .timer, .device)
    facts.mode = modeSensitive(runs)
    facts.breaksInvariants = runs.some(all) { s, table in
      table[Int(s)]?.state.map { !isReachable[Int($0)] } ?? false
    }
    for mode in Mode.allCases {
      facts.strictControl[mode] = control(runs, mode, strict)
      facts.control[mode] = control(runs, mode, extended)
      facts.location[mode] = location(runs, mode)
      for role in [Role.resource, .timer, .device] {
        facts.roles[role, default: [:]][mode] = sensitive(runs, mode, to: layout.mask(role))
      }
    }
    for (name, mask) in gates { facts.gated[name] = gated(runs, by: mask) }
    facts.privilege = privileged(runs, assuming: [])
    if facts.privilege != .yes, !isa.assumptions.isEmpty { findCondition(runs, &facts) }
    return facts
  }

  private func retires(_ table: [TinyOutcome?], _ s: UInt32) -> Bool {
    table[Int(s)]?.state != nil
  }

  private func control(_ runs: Runs, _ mode: Mode, _ mask: UInt32) -> Truth3 {
    runs.some(states[mode]!) { s, table in
      table[Int(s)]?.state.map { ($0 ^ s) & mask != 0 } ?? false
    }
  }

  private func isPossible(_ s: UInt32) -> Bool { isReachable[Int(s)] }

  private func isSupervisor(_ s: UInt32) -> Bool { isIn[.supervisor]![Int(s)] }

  private func modeSensitive(_ runs: Runs) -> Truth3 {
    let mask = layout.mask(.mode)
    return runs.some(states[.user]!, equalBut: mask, where: isSupervisor) { s, sPrime, table in
      guard let t = table[Int(s)], let tPrime = table[Int(sPrime)], t.state != nil else {
        return false
      }
      if case .traps(let trapClass) = tPrime { return trapClass != .memory }
      return differ(t, tPrime, in: ~mask)
    }
  }

  /// Both retire, and differ in some of these bits or in what they perform.
  private func differ(_ t: TinyOutcome, _ tPrime: TinyOutcome, in mask: UInt32) -> Bool {
    switch (t, tPrime) {
    case (.retires(let a), .retires(let b)): (a ^ b) & mask != 0
    case (.performs(let a, let x), .performs(let b, let y)): x != y || (a ^ b) & mask != 0
    case (.traps, _), (_, .traps): false
    default: true
    }
  }

  private func sensitive(_ runs: Runs, _ mode: Mode, to mask: UInt32) -> Truth3 {
    if mask == 0 { return .no }
    return runs.some(
      states[mode]!, equalBut: mask, where: isPossible
    ) { s, sPrime, table in
      guard let t = table[Int(s)], let tPrime = table[Int(sPrime)] else { return false }
      return differ(t, tPrime, in: ~mask)
    }
  }

  private func gated(_ runs: Runs, by mask: UInt32) -> Truth3 {
    .any(
      Mode.allCases.map { mode in
        runs.some(
          states[mode]!, equalBut: mask, where: isPossible
        ) { s, sPrime, table in
          retires(table, s) && !retires(table, sPrime)
        }
      })
  }

  private func location(_ runs: Runs, _ mode: Mode) -> Truth3 {
    let isMember = isIn[mode]!
    var forSome = false
    for shift in shifts where isMember[Int(shift.s)] && isMember[Int(shift.sPrime)] {
      for table in runs.tables {
        var shown = 0
        for outcomes in table {
          guard let t = outcomes[Int(shift.s)], let tPrime = outcomes[Int(shift.sPrime)] else {
            continue
          }
          if differByMoreThanShift(t, tPrime, shift) { shown += 1 }
        }
        if shown == table.count { return .yes }
        if shown > 0 { forSome = true }
      }
    }
    return forSome ? .unknown : .no
  }

  private func differByMoreThanShift(
    _ t: TinyOutcome, _ tPrime: TinyOutcome, _ shift: Shift
  ) -> Bool {
    guard let a = t.state, let b = tPrime.state, let moved = shifted(a, by: shift.x) else {
      return false
    }
    switch (t, tPrime) {
    case (.performs(_, let x), .performs(_, let y)) where x != y: return true
    case (.retires, .performs), (.performs, .retires): return true
    default: break
    }
    if (moved ^ b) & ~layout.movable & (1 << UInt32(layout.width) &- 1) != 0 { return true }
    return shift.windows.contains { a >> $0.real & 1 != b >> $0.realPrime & 1 }
  }

  /// Names and bits of resources, timers and devices.
  private var gates: [(String, UInt32)] {
    var gates: [(String, UInt32)] = []
    for (index, register) in isa.registers.enumerated() {
      var parts = register.fields.filter { $0.role.isGate }
        .map { (name: "\(register.name).\($0.name)", low: $0.low, width: $0.width) }
      if register.fields.isEmpty, register.role.isGate {
        parts.append((name: register.name, low: 0, width: register.width))
      }
      for part in parts {
        var mask: UInt32 = 0
        for element in 0..<register.count {
          let position = layout.registers[index] + element * register.width + part.low
          mask |= ((1 << UInt32(part.width)) &- 1) << UInt32(position)
        }
        gates.append((part.name, mask))
      }
    }
    for (index, memory) in isa.memories.enumerated() {
      guard let base = layout.memories[index] else { continue }
      for region in memory.regions where region.role.isGate {
        var mask: UInt32 = 0
        for unit in region.first...region.last {
          mask |=
            ((1 << UInt32(memory.unitWidth)) &- 1)
            << UInt32(base + Int(unit) * memory.unitWidth)
        }
        gates.append((region.name, mask))
      }
    }
    return gates
  }

  // MARK: Privilege

  private func privileged(_ runs: Runs, assuming: [Int]) -> Truth3 {
    func assumed(_ s: UInt32) -> Bool { assuming.allSatisfy { isAssumed[$0][Int(s)] } }
    func isSupervisorAssumed(_ s: UInt32) -> Bool { isSupervisor(s) && assumed(s) }
    let user = states[.user]!.filter(assumed)
    let supervisor = states[.supervisor]!.filter(assumed)
    let retires = runs.some(user) { s, table in self.retires(table, s) }
    let refused = runs.some(supervisor) { s, table in table[Int(s)] == .traps(.privilege) }
    let differs = runs.some(
      user, equalBut: layout.mask(.mode), where: isSupervisorAssumed
    ) { s, sPrime, table in
      guard case .traps(let trapClass)? = table[Int(s)], trapClass != .memory else { return false }
      return self.retires(table, sPrime)
    }
    return .all([retires.negated, refused.negated, differs])
  }

  private func findCondition(_ runs: Runs, _ facts: inout Facts) {
    let all = Array(isa.assumptions.indices)
    if all.count > 1 {
      for assumption in all where privileged(runs, assuming: [assumption]) == .yes {
        facts.isConditional = .yes
        facts.assumptions = [assumption]
        return
      }
    }
    facts.isConditional = privileged(runs, assuming: all)
    if facts.isConditional == .yes { facts.assumptions = all }
  }
}
