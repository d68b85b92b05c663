import ISACore
import Machine

/// v and r = f(v) on concrete states.
struct ConcreteMap: Sendable {
  var allocation: Allocation
  var v: ConcreteState
  var r: ConcreteState

  /// f(v), with the monitor's own bits and storage taken from `own`.
  ///
  /// - Parameter touched: what v's step looks at; mappings for it are installed where the monitor
  ///   does so.
  /// - Returns: nil if f traps or the mappings do not come out as they should.
  static func make(
    _ v: ConcreteState, _ allocation: Allocation, own: ConcreteState, touched: [AccessRecord],
    on bench: Bench
  ) -> ConcreteMap? {
    var start = own
    for (place, value) in v.values {
      guard case .register(let register, let element) = place else { continue }
      let kept = bench.monitorsOwn[Int(register)]
      start[.register(register, element: element)] = value & ~kept | own[place] & kept
    }
    for place in own.values.keys where v.values[place] == nil {
      guard case .register(let register, _) = place else { continue }
      start[place] =
        own[place] & bench.monitorsOwn[Int(register)]
    }
    guard var r = bench.mapped(v, allocation, onto: start) else { return nil }
    for share in bench.isa.monitor?.storage ?? [] {
      for place in r.values.keys {
        guard case .unit(share.memory, let address) = place,
          allocation.contains(address)
        else { continue }
        r[place] = 0
      }
    }
    for (place, value) in v.values {
      guard case .unit(let memory, let address) = place,
        bench.isa.isShared(memory), address < allocation.extent
      else { continue }
      r[.unit(memory, address: allocation.origin &+ address)] = value
    }
    for (place, value) in bench.kept.values { r[place] = value }
    bench.isa.moveAttached(from: v, to: &r, allocation) { _ in true }
    guard let installed = bench.installed(touched, allocation, from: v, onto: r) else { return nil }
    return ConcreteMap(allocation: allocation, v: v, r: installed)
  }

  /// Whether t' is not f(t), or a step changed what its machine must leave alone.
  func differ(_ t: ConcreteState, _ tPrime: ConcreteState, on bench: Bench) -> Bool {
    // What the monitor keeps aside is left alone by v's step, what is the monitor's by r's.
    func isChanged(
      _ before: ConcreteState, _ after: ConcreteState,
      _ standings: Set<MonitorMap.Standing>
    ) -> Bool {
      bench.differs(before, after) { place in
        guard case .register(let register, _) = place else { return 0 }
        return bench.isa.standingMask(register, where: standings.contains)
      }
    }
    if isChanged(v, t, [.owned, .mapped]) || isChanged(r, tPrime, [.owned]) { return true }
    guard let expected = bench.mapped(t, allocation, onto: t) else { return true }
    let isRegisterDifferent = bench.differs(expected, tPrime) { place in
      guard case .register(let register, _) = place else { return 0 }
      return bench.isa.standingMask(register) { $0 == .direct || $0 == .mapped }
    }
    if isRegisterDifferent { return true }
    // Storage and what is attached to it: what v's step did, r's did `origin` further, and nothing
    // else.
    var moved = r
    bench.isa.moveAttached(from: t, to: &moved, allocation) { t[$0] != v[$0] }
    for (place, value) in t.values where value != v[place] {
      guard case .unit(let memory, let address) = place else { continue }
      guard bench.isa.isShared(memory), address < allocation.extent else { return true }
      moved[.unit(memory, address: allocation.origin &+ address)] = value
    }
    return bench.differs(moved, tPrime) { place in
      guard case .register(let register, _) = place else { return .max }
      return bench.isa.standingMask(register) { $0.isAttached }
    }
  }
}

extension Allocation {
  /// Whether a real unit is the guest's.
  func contains(_ real: UInt64) -> Bool { real >= origin && real &- origin < extent }
}

extension InstructionSet {
  /// Whether guests have their part of a memory.
  func isShared(_ memory: MemoryID) -> Bool {
    monitor?.storage.contains { $0.memory == memory } ?? false
  }

  /// Puts the elements that belong to storage where the storage goes.
  fileprivate func moveAttached(
    from v: ConcreteState, to r: inout ConcreteState, _ allocation: Allocation,
    where isWanted: (Place) -> Bool
  ) {
    for mapping in monitor?.elements ?? [] {
      guard case .attached(_, let units) = mapping.standing, units > 0 else { continue }
      let count = registers[Int(mapping.register)].count
      for element in 0..<count where UInt64(element) * units < allocation.extent {
        let place = Place.register(mapping.register, element: element)
        let target = element + Int(allocation.origin / units)
        guard target < count, isWanted(place) else { continue }
        r.setBits(
          mapping.register, element: target, low: mapping.low, width: mapping.width,
          to: v.bits(
            mapping.register, element: element, low: mapping.low, width: mapping.width))
      }
    }
  }
}

extension MonitorMap.Standing {
  /// One element for so many units of storage.
  var isAttached: Bool {
    if case .attached = self { true } else { false }
  }
}
