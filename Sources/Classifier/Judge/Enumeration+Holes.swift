import ISACore

/// Holes by brute force: every virtual state, every allocation, everything that may stand in the
/// monitor's own bits and storage.
extension Enumeration {
  /// One part of storage for a guest.
  private struct Part {
    var memory: MemoryID
    var origin: UInt64
    var extent: UInt64
  }

  /// In each virtual mode; empty without a monitor.
  func holes(_ instruction: Int) -> [Mode: Truth3] {
    guard let monitor = isa.monitor else { return [:] }
    let masks = standingMasks(monitor)
    // The real machine as it is: what a region of storage holds is storage too.
    let runs = tables(of: isa.instructions[instruction].forms[0], isConfined: false)
    var truths: [Mode: Truth3] = [:]
    for mode in Mode.allCases {
      truths[mode] = .any(
        parts(monitor).map { part in
          let maps = mapped(monitor, part)
          return hole(runs, mode, part, masks) { maps[Int($0 & layout.registerBits)] }
        })
    }
    return truths
  }

  private typealias Masks = (direct: UInt32, owned: UInt32, mapped: UInt32)

  private func standingMasks(_ monitor: MonitorMap) -> Masks {
    var masks: Masks = (0, 0, 0)
    for element in monitor.elements {
      let register = isa.registers[Int(element.register)]
      for index in 0..<register.count {
        let low = layout.registers[Int(element.register)] + index * register.width + element.low
        let bits = UInt32(truncatingIfNeeded: BitVector.mask(element.width) << UInt128(low))
        switch element.standing {
        case .direct: masks.direct |= bits
        case .mapped: masks.mapped |= bits
        case .owned, .attached: masks.owned |= bits
        }
      }
    }
    return masks
  }

  private func parts(_ monitor: MonitorMap) -> [Part] {
    monitor.storage.flatMap { share -> [Part] in
      let size = isa.memories[Int(share.memory)].size
      return (share.reserved..<size).flatMap { origin in
        (1...size).compactMap { extent in
          guard origin % share.granule == 0, extent % share.granule == 0, origin + extent <= size
          else { return nil }
          return Part(memory: share.memory, origin: origin, extent: extent)
        }
      }
    }
  }

  /// By the registers of v: what f writes, which looks at registers alone.
  private func mapped(_ monitor: MonitorMap, _ part: Part) -> [UInt32] {
    (0...layout.registerBits).map { v in
      evaluator.state = v
      let parameters = [UInt128(part.origin), UInt128(part.extent), 0]
      return evaluator.run(monitor.map, parameters: parameters).outcome.state ?? 0
    }
  }

  /// Where a unit of the guest's storage stands in v, and where in r.
  private func places(_ part: Part) -> [(virtual: UInt32, real: UInt32)] {
    let base = UInt64(layout.memories[Int(part.memory)]!)
    let width = UInt64(isa.memories[Int(part.memory)].unitWidth)
    return (0..<part.extent * width).map { bit in
      (UInt32(base + bit), UInt32(base + part.origin * width + bit))
    }
  }

  private func hole(
    _ runs: [[[TinyOutcome?]]], _ mode: Mode, _ part: Part, _ masks: Masks,
    _ f: (UInt32) -> UInt32
  ) -> Truth3 {
    let places = places(part)
    let all = (1 << UInt32(layout.width)) &- 1 as UInt32
    let storage = all & ~layout.registerBits
    let guests = places.reduce(0 as UInt32) { $0 | 1 << $1.real }
    let own = masks.owned | storage & ~guests
    // What v's step may change: what is copied back, and the storage that is the guest's.
    let kept =
      masks.owned | masks.mapped
      | storage & ~places.reduce(0 as UInt32) { $0 | 1 << $1.virtual }
    func moved(_ v: UInt32) -> UInt32 {
      places.reduce(0) { $0 | (v >> $1.virtual & 1) << $1.real }
    }
    func isDifferent(_ v: UInt32, _ t: UInt32, _ r: UInt32, _ tPrime: UInt32) -> Bool {
      let expected = t & masks.direct | f(t) & masks.mapped | r & own | moved(t)
      return (v ^ t) & kept != 0 || expected != tPrime
    }
    func isShown(_ v: UInt32, _ t: TinyOutcome, _ r: UInt32, _ tPrime: TinyOutcome) -> Bool {
      switch (t, tPrime) {
      case (_, .traps): false
      case (.traps, _): true
      case (.retires(let a), .retires(let b)): isDifferent(v, a, r, b)
      case (.performs(let a, let x), .performs(let b, let y)): x != y || isDifferent(v, a, r, b)
      default: true
      }
    }
    var forSome = false
    for v in states[mode]! {
      let fixed = v & masks.direct | f(v) & masks.mapped | moved(v)
      var subset: UInt32 = 0
      repeat {
        let r = fixed | subset
        subset = (subset &- own) & own
        guard isIn[.user]![Int(r)], isAssumed.allSatisfy({ $0[Int(r)] }) else { continue }
        for table in runs {
          let shown = table.count { outcomes in
            guard let t = outcomes[Int(v)], let tPrime = outcomes[Int(r)] else { return false }
            return isShown(v, t, r, tPrime)
          }
          if shown == table.count { return .yes }
          if shown > 0 { forSome = true }
        }
      } while subset != 0
    }
    return forSome ? .unknown : .no
  }
}
