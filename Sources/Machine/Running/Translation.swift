import ISACore

/// Accesses to memory: translate every block first, in address order, then move data.
extension Core {
  /// Finds the real places of an access. False: the translation trapped.
  @inline(__always)
  mutating func locate(
    _ memory: Int, _ address: UInt64, units: Int, intent: Intent, isReal: Bool
  ) -> Bool {
    let translation = translations + memory
    let address = address & translation.pointee.addressMask
    isSplit = false
    guard !isReal, let programs = translation.pointee.programs else {
      realAddress = address
      return true
    }
    let program = programs[Int(intent.rawValue)]
    let mask = translation.pointee.granuleMask
    let isOneBlock =
      mask != 0
      ? (address & mask) &+ UInt64(units) <= mask &+ 1 : units == 1
    if isOneBlock && units > 0 {
      guard translate(program, address, intent) else { return false }
      realAddress = translated(program, address, translation.pointee.addressMask)
      return true
    }
    return locateBlocks(memory, program, address, units: units, intent: intent)
  }

  @inline(__always)
  private mutating func translate(
    _ program: UnsafeMutablePointer<CompiledProgram>, _ address: UInt64, _ intent: Intent
  ) -> Bool {
    zeroLocals(of: program)
    let frame = program.pointee.frame
    if program.pointee.address >= 0 { frame[Int(program.pointee.address)] = address }
    if program.pointee.intent >= 0 {
      frame[Int(program.pointee.intent)] = UInt64(intent.rawValue)
    }
    return interpret(program) == .completed
  }

  /// The result of a translation that completed; the address itself if the program gives none.
  @inline(__always)
  private func translated(
    _ program: UnsafeMutablePointer<CompiledProgram>, _ address: UInt64, _ mask: UInt64
  ) -> UInt64 {
    let real = program.pointee.real
    return real >= 0 ? program.pointee.frame[Int(real)] & mask : address
  }

  /// An access that spans blocks, or one whose blocks are no power of two.
  @inline(never)
  private mutating func locateBlocks(
    _ memory: Int, _ program: UnsafeMutablePointer<CompiledProgram>, _ start: UInt64, units: Int,
    intent: Intent
  ) -> Bool {
    let granule = translations[memory].granule
    let addressMask = translations[memory].addressMask
    runs.removeAll(keepingCapacity: true)
    var address = start
    var rest = units
    while rest > 0 {
      // A block ends at the next multiple of the granule or with the address space.
      let inBlock = min(granule - address % granule, (addressMask &- address) &+ 1)
      let take = inBlock == 0 ? rest : Int(min(UInt64(rest), inBlock))
      guard translate(program, address, intent) else { return false }
      let real = translated(program, address, addressMask)
      if let last = runs.last, (last.real &+ UInt64(last.units)) & addressMask == real {
        runs[runs.count - 1].units += take
      } else {
        runs.append((real, take))
      }
      address = (address &+ UInt64(take)) & addressMask
      rest -= take
    }
    realAddress = runs.first?.real ?? start
    isSplit = runs.count > 1
    return true
  }

  // MARK: Moving data

  /// Loads what `locate` found, at most 128 bits.
  @inline(never)
  mutating func loadLocated(_ memory: Int, units: Int) -> UInt128 {
    guard isSplit else { return memories[memory].loadByUnit(realAddress, units: units) }
    let width = UInt128(memories[memory].unitWidth)
    let isBig = memories[memory].isBigEndian
    var value: UInt128 = 0
    var moved = 0
    for run in runs {
      let part = memories[memory].loadByUnit(run.real, units: run.units)
      if isBig {
        value = value << (UInt128(run.units) * width) | part
      } else {
        value |= part << (UInt128(moved) * width)
      }
      moved += run.units
    }
    return value
  }

  /// Stores to what `locate` found, at most 128 bits.
  @inline(never)
  mutating func storeLocated(_ memory: Int, units: Int, value: UInt128) {
    guard isSplit else {
      memories[memory].storeByUnit(realAddress, units: units, value: value, &journal)
      return
    }
    var moved = 0
    for run in runs {
      let part = slice(value, of: units, from: moved, units: run.units, memory: memory)
      memories[memory].storeByUnit(run.real, units: run.units, value: part, &journal)
      moved += run.units
    }
  }

  /// The part of an access's value that `count` units from the `first` on hold.
  private func slice(
    _ value: UInt128, of units: Int, from first: Int, units count: Int, memory: Int
  ) -> UInt128 {
    let width = memories[memory].unitWidth
    let below = memories[memory].isBigEndian ? units - first - count : first
    return value >> UInt128(below * width) & BitVector.mask(min(128, count * width))
  }

  // MARK: Tracing

  /// Appends the access that `locate` found to the trace.
  @inline(never)
  mutating func trace(
    _ memory: Int, _ address: UInt64, units: Int, intent: Intent, isReal: Bool, value: UInt128?
  ) {
    var virtual = address & translations[memory].addressMask
    var moved = 0
    for run in isSplit ? runs : [(realAddress, units)] {
      let part = value.map {
        slice($0, of: units, from: moved, units: run.units, memory: memory)
      }
      accesses.append(
        AccessRecord(
          memory: MemoryID(memory), virtual: virtual, real: run.real, units: run.units,
          intent: intent, isReal: isReal || translations[memory].programs == nil, value: part))
      virtual = (virtual &+ UInt64(run.units)) & translations[memory].addressMask
      moved += run.units
    }
  }
}
