/// The state and the inner loops of a `SATSolver`.
///
/// A noncopyable value and not the class itself: accesses to a class's properties are checked for
/// exclusivity at run time, which costs a fifth of the propagation loop.
struct ClauseSearch: ~Copyable {
  /// A clause lies in `clauses` as its size, its quality and its literals, and is named by the
  /// position of its size. Quality is the number of levels joined; 0 for clauses that are given.
  private typealias ClauseID = Int32
  private static let header = 2

  private var clauses = RawVector<Int32>()
  private var learnt: [ClauseID] = []
  private var learntLimit = 4_000
  /// By literal code: clauses to look at when that literal becomes false.
  private var watches = RawVector<WatchList>()
  /// By literal code: 1 true, -1 false, 0 open.
  private var values = RawVector<Int8>()
  private var levels = RawVector<Int32>()
  private var reasons = RawVector<ClauseID>()
  private var phases = RawVector<Bool>()
  private var seen = RawVector<Bool>()
  private var levelStamps = RawVector<UInt32>()
  private var levelStamp: UInt32 = 0
  private var trail = RawVector<Int32>()
  private var levelStarts: [Int] = []
  private var propagated = 0
  private var order = ActivityOrder()
  private var isContradictory = false
  private var model: [Bool] = []

  /// Totals over all calls of `solve`.
  private(set) var conflicts = 0
  private(set) var propagations = 0

  init() { levelStamps.append(0) }

  deinit {
    for literal in 0..<watches.count { watches[literal].deallocate() }
  }

  var variableCount: Int { levels.count }

  mutating func newVariable() -> Int32 {
    let variable = Int32(levels.count)
    for _ in 0..<2 {
      values.append(0)
      watches.append(WatchList())
    }
    levels.append(0)
    reasons.append(-1)
    phases.append(false)
    seen.append(false)
    levelStamps.append(0)
    order.append()
    return variable
  }

  /// The literal's value in the model of the last `satisfiable` answer.
  func value(of literal: Literal) -> Bool {
    model[Int(literal.variable)] != literal.isNegated
  }

  /// Demands that one of `literals` be true.
  mutating func addClause(_ literals: [Literal]) {
    assert(levelStarts.isEmpty)
    guard !isContradictory else { return }
    var kept: [Int32] = []
    for code in literals.map(\.code).sorted() {
      if values[code] == 1 || kept.last == code ^ 1 { return }
      if values[code] == 0, kept.last != code { kept.append(code) }
    }
    switch kept.count {
    case 0: isContradictory = true
    case 1:
      assign(kept[0], because: -1)
      if propagate() >= 0 { isContradictory = true }
    default: _ = attach(kept, quality: 0)
    }
  }

  /// Searches for a model, for at most `conflictLimit` conflicts.
  mutating func solve(conflictLimit: Int) -> SATSolver.Result {
    if isContradictory { return .unsatisfiable }
    let last = conflicts + conflictLimit
    var restarts = 0
    while true {
      restarts += 1
      let pause = ClauseSearch.luby(restarts) * 64
      if let result = search(until: min(last, conflicts + pause)) {
        backtrack(to: 0)
        return result
      }
      backtrack(to: 0)
      if conflicts >= last { return .undecided }
      if learnt.count > learntLimit {
        forget()
        learntLimit += 500
      }
    }
  }

  /// 1 1 2 1 1 2 4 …
  static func luby(_ position: Int) -> Int {
    var index = position
    while true {
      let bits = Int.bitWidth - index.leadingZeroBitCount
      if index == 1 << bits - 1 { return 1 << (bits - 1) }
      index -= 1 << (bits - 1) - 1
    }
  }

  private mutating func search(until last: Int) -> SATSolver.Result? {
    while true {
      let conflict = propagate()
      if conflict >= 0 {
        conflicts += 1
        if levelStarts.isEmpty {
          isContradictory = true
          return .unsatisfiable
        }
        learn(from: conflict)
        order.decay()
      } else {
        if conflicts >= last { return nil }
        guard let variable = nextDecision() else {
          model = (0..<levels.count).map { values[$0 * 2] == 1 }
          return .satisfiable
        }
        levelStarts.append(trail.count)
        assign(variable << 1 | (phases[variable] ? 0 : 1), because: -1)
      }
    }
  }

  private mutating func nextDecision() -> Int32? {
    while let variable = order.popMostActive() {
      if values[variable << 1] == 0 { return variable }
    }
    return nil
  }

  @inline(__always)
  private mutating func assign(_ code: Int32, because reason: ClauseID) {
    values[code] = 1
    values[code ^ 1] = -1
    let variable = code >> 1
    levels[variable] = Int32(levelStarts.count)
    reasons[variable] = reason
    trail.append(code)
  }

  private mutating func backtrack(to level: Int) {
    guard levelStarts.count > level else { return }
    let start = levelStarts[level]
    while trail.count > start {
      let code = trail.removeLast()
      values[code] = 0
      values[code ^ 1] = 0
      phases[code >> 1] = code & 1 == 0
      order.insert(code >> 1)
    }
    levelStarts.removeLast(levelStarts.count - level)
    propagated = start
  }

  // MARK: Propagation

  /// Draws all unit conclusions; the clause that is violated, or -1.
  private mutating func propagate() -> ClauseID {
    while propagated < trail.count {
      let falsified = trail[propagated] ^ 1
      propagated += 1
      propagations += 1
      let conflict = visitWatches(of: falsified)
      if conflict >= 0 { return conflict }
    }
    return -1
  }

  private mutating func visitWatches(of falsified: Int32) -> ClauseID {
    let list = watches.pointer(to: Int(falsified))
    let count = list.pointee.count
    guard count > 0, let base = list.pointee.base else { return -1 }
    var kept = 0
    var next = 0
    var conflict: ClauseID = -1
    while next < count {
      let watch = base[next]
      next += 1
      if values[watch.blocker] == 1 {
        base[kept] = watch
        kept += 1
        continue
      }
      let first = Int(watch.clause) + ClauseSearch.header
      // The falsified literal goes second.
      if clauses[first] == falsified {
        clauses[first] = clauses[first + 1]
        clauses[first + 1] = falsified
      }
      let other = clauses[first]
      if values[other] == 1 {
        base[kept] = Watch(clause: watch.clause, blocker: other)
        kept += 1
        continue
      }
      let end = first + Int(clauses[Int(watch.clause)])
      var candidate = first + 2
      while candidate < end, values[clauses[candidate]] == -1 { candidate += 1 }
      if candidate < end {
        let replacement = clauses[candidate]
        clauses[candidate] = falsified
        clauses[first + 1] = replacement
        watches.pointer(to: Int(replacement)).pointee.append(
          Watch(clause: watch.clause, blocker: other))
        continue
      }
      base[kept] = Watch(clause: watch.clause, blocker: other)
      kept += 1
      if values[other] == -1 {
        conflict = watch.clause
        while next < count {
          base[kept] = base[next]
          kept += 1
          next += 1
        }
      } else {
        assign(other, because: watch.clause)
      }
    }
    list.pointee.count = kept
    return conflict
  }

  // MARK: Learning

  /// Learns the first-UIP clause of a conflict, goes back and asserts it.
  private mutating func learn(from conflict: ClauseID) {
    var clause: [Int32] = [-1]
    var open = 0
    var reason = conflict
    var position = trail.count
    let current = Int32(levelStarts.count)
    repeat {
      let first = Int(reason) + ClauseSearch.header
      let size = Int(clauses[Int(reason)])
      for index in first..<first + size {
        let code = clauses[index]
        let variable = code >> 1
        // The literal that the reason implied is true, and was resolved away.
        if values[code] == 1 || seen[variable] || levels[variable] == 0 { continue }
        seen[variable] = true
        order.bump(variable)
        if levels[variable] == current { open += 1 } else { clause.append(code) }
      }
      repeat { position -= 1 } while !seen[trail[position] >> 1]
      let resolved = trail[position]
      reason = reasons[resolved >> 1]
      seen[resolved >> 1] = false
      open -= 1
      clause[0] = resolved ^ 1
    } while open > 0

    let marked = clause
    minimize(&clause)
    for code in marked.dropFirst() { seen[code >> 1] = false }

    // The second literal watched is the one that is unassigned last.
    var highest = 1
    for index in clause.indices.dropFirst()
    where levels[clause[index] >> 1] > levels[clause[highest] >> 1] { highest = index }
    if clause.count > 1 {
      clause.swapAt(1, highest)
      backtrack(to: Int(levels[clause[1] >> 1]))
      let id = attach(clause, quality: quality(of: clause))
      learnt.append(id)
      assign(clause[0], because: id)
    } else {
      backtrack(to: 0)
      assign(clause[0], because: -1)
    }
  }

  /// Drops literals that the others imply in one step.
  private mutating func minimize(_ clause: inout [Int32]) {
    clause = clause.enumerated().filter { position, code in
      let reason = reasons[code >> 1]
      if position == 0 || reason < 0 { return true }
      let first = Int(reason) + ClauseSearch.header
      for index in first..<first + Int(clauses[Int(reason)]) {
        let other = clauses[index]
        if values[other] == 1 || levels[other >> 1] == 0 || seen[other >> 1] { continue }
        return true
      }
      return false
    }.map(\.element)
  }

  /// Number of decision levels among the clause's literals, counted with stamps.
  private mutating func quality(of clause: [Int32]) -> Int32 {
    levelStamp &+= 1
    var count: Int32 = 0
    for code in clause {
      let level = levels[code >> 1]
      if levelStamps[level] != levelStamp {
        levelStamps[level] = levelStamp
        count += 1
      }
    }
    return max(1, count)
  }

  private mutating func attach(_ literals: [Int32], quality: Int32) -> ClauseID {
    let id = ClauseID(clauses.count)
    clauses.append(Int32(literals.count))
    clauses.append(quality)
    for code in literals { clauses.append(code) }
    watches.pointer(to: Int(literals[0])).pointee.append(Watch(clause: id, blocker: literals[1]))
    watches.pointer(to: Int(literals[1])).pointee.append(Watch(clause: id, blocker: literals[0]))
    return id
  }

  /// Forgets the worse half of the learnt clauses and packs the others. At level 0 only, where
  /// reasons are never asked for.
  private mutating func forget() {
    let ranked = learnt.sorted { left, right in
      let (p, q) = (clauses[Int(left) + 1], clauses[Int(right) + 1])
      return p != q ? p < q : left > right
    }
    var doomed = Set(ranked[(ranked.count / 2)...].filter { clauses[Int($0) + 1] > 2 })
    let old = exchange(&clauses, with: RawVector())
    for literal in 0..<watches.count { watches.pointer(to: literal).pointee.count = 0 }
    for variable in 0..<levels.count { reasons[variable] = -1 }
    learnt.removeAll(keepingCapacity: true)
    var position = 0
    while position < old.count {
      let size = Int(old[position])
      if doomed.remove(ClauseID(position)) == nil {
        let first = position + ClauseSearch.header
        let id = attach((first..<first + size).map { old[$0] }, quality: old[position + 1])
        if old[position + 1] > 0 { learnt.append(id) }
      }
      position += ClauseSearch.header + size
    }
  }
}
