import ISACore
import Machine

/// Where virtual addresses lie in one state.
struct Window: Sendable {
  /// Real addresses by virtual ones, as far as some intent is let through.
  var real: [UInt64: UInt64] = [:]
  /// What the translations looked up on their way.
  var tables: Set<Place> = []
}

/// s and shift(s, x) on concrete states: where each virtual address lies in either.
struct ConcreteShift: Sendable {
  /// A unit that is mapped in both states.
  struct Unit: Sendable, Hashable {
    var memory: MemoryID
    var virtual: UInt64
    /// Real address in s.
    var real: UInt64
    /// Real address in shift(s, x).
    var realPrime: UInt64
  }
  var x: UInt128
  var units: [Unit]

  /// Address spaces up to this many units are looked at whole.
  private static let wholeSpace: UInt64 = 1 << 10

  /// Whether something at some virtual address differs, seen through the windows before the step.
  func differ(_ t: ConcreteState, _ tPrime: ConcreteState) -> Bool {
    units.contains {
      t[.unit($0.memory, address: $0.real)] != tPrime[.unit($0.memory, address: $0.realPrime)]
    }
  }

  /// Moves s by x.
  ///
  /// Where tables in storage are the map, the description's `shift` is one way to make new ones,
  /// and what it made is looked at: see `isShift`.
  ///
  /// - Parameter touched: virtual and real addresses of interest, by memory; in large address
  ///   spaces only these, and those at which s holds something, are looked at.
  /// - Returns: nil if there is no such state: the program traps, or two addresses that
  ///   share a unit in shift(s, x) do not in s.
  static func make(
    _ s: ConcreteState, by x: UInt128, touched: [AccessRecord], on bench: Bench
  ) -> (ConcreteShift, sPrime: ConcreteState)? {
    if bench.layout.tables.exist, !bench.isMapped(s) { return nil }
    guard let moved = bench.shifted(s, by: x) else { return nil }
    var sPrime = moved
    var units: [Unit] = []
    for index in bench.isa.memories.indices where bench.isa.memories[index].translate != nil {
      let memory = MemoryID(index)
      let addresses = addresses(memory: memory, s, moved, touched: touched, on: bench)
      let window = bench.window(of: s, memory: memory, addresses: addresses)
      let windowPrime = bench.window(of: moved, memory: memory, addresses: addresses)
      var contents: [UInt64: UInt128] = [:]
      for virtual in addresses {
        guard let real = window.real[virtual], let realPrime = windowPrime.real[virtual] else {
          continue
        }
        let value = s[.unit(memory, address: real)]
        if let other = contents[realPrime], other != value { return nil }
        contents[realPrime] = value
        units.append(Unit(memory: memory, virtual: virtual, real: real, realPrime: realPrime))
      }
      for (realPrime, value) in contents { sPrime[.unit(memory, address: realPrime)] = value }
      // Tables that moved with the storage would move the windows again.
      let settled = bench.window(of: sPrime, memory: memory, addresses: addresses)
      if settled.real != windowPrime.real { return nil }
      if bench.layout.tables.exist, !isShift(units, of: memory, by: x, window, settled, bench) {
        return nil
      }
    }
    return (ConcreteShift(x: x, units: units), sPrime)
  }

  /// Whether one state is another one shifted, as far as was looked: every address that is mapped
  /// in both lies the same distance further in the second, which is none only for x = 0; some is;
  /// and none leads to a table, for tables are not the program's to reach.
  private static func isShift(
    _ units: [Unit], of memory: MemoryID, by x: UInt128, _ window: Window, _ windowPrime: Window,
    _ bench: Bench
  ) -> Bool {
    let own = units.filter { $0.memory == memory }
    guard let first = own.first else { return false }
    let distance = first.realPrime &- first.real
    return (distance == 0) == (x == 0)
      && own.allSatisfy { unit in
        unit.realPrime &- unit.real == distance
          && !window.tables.contains(.unit(memory, address: unit.real))
          && !windowPrime.tables.contains(.unit(memory, address: unit.realPrime))
      }
  }

  /// Virtual addresses worth looking at.
  private static func addresses(
    memory: MemoryID, _ s: ConcreteState, _ moved: ConcreteState,
    touched: [AccessRecord], on bench: Bench
  ) -> [UInt64] {
    let last = UInt64(
      truncatingIfNeeded: BitVector.mask(bench.isa.memories[Int(memory)].addressWidth))
    if last < wholeSpace { return Array(0...last) }
    var found: Set<UInt64> = []
    var reals: Set<UInt64> = []
    for access in touched where access.memory == memory {
      for unit in 0..<UInt64(max(1, access.units)) {
        if !access.isReal { found.insert((access.virtual &+ unit) & last) }
        reals.insert((access.real &+ unit) & last)
      }
    }
    if bench.layout.tables.exist {
      // No real address leads back to its virtual ones, except near one that is known.
      if bench.isa.fetch.memory == memory, let address = bench.fetchAddress(of: s) {
        found.insert(address & last)
        for state in [s, moved] {
          let real = bench.window(of: state, memory: memory, addresses: [address]).real[address]
          if let real {
            found.formUnion(
              touched.lazy.filter(\.isReal).map {
                (address &- real &+ $0.real) & last
              })
          }
        }
      }
      return found.sorted()
    }
    for case .unit(memory, let address) in s.values.keys { reals.insert(address) }
    // Where the translation adds a base, a real address leads back to its virtual ones.
    for state in [s, moved] {
      guard let base = bench.window(of: state, memory: memory, addresses: [0]).real[0] else {
        continue
      }
      for real in reals { found.insert((real &- base) & last) }
    }
    return found.sorted()
  }
}
