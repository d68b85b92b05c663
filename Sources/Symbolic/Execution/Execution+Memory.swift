import ISACore
import Terms

extension Execution {
  /// The value of a load; nil if every way traps.
  func load(
    _ access: Access, in frame: Frame, on path: inout Path, depth: Int
  ) throws(SymbolicFailure) -> Term? {
    guard
      let addresses = try addresses(access, .load, in: frame, on: &path, depth: depth)
    else { return nil }
    var units = addresses.map { unit(access, at: $0, on: path) }
    if isa.endianness == .little { units.reverse() }
    return units.reduce(arena.constant(0, width: 0)) { arena.concat($0, $1) }
  }

  func store(
    _ value: ExpressionID, _ access: Access, in frame: Frame, on path: inout Path, depth: Int
  ) throws(SymbolicFailure) {
    let value = evaluate(value, in: frame, on: path)
    guard
      let addresses = try addresses(access, .store, in: frame, on: &path, depth: depth)
    else { return }
    let width = layout.memories[Int(access.memory)].unitWidth
    for (position, address) in addresses.enumerated() {
      let place = isa.endianness == .big ? addresses.count - 1 - position : position
      setUnit(
        access, at: address, to: arena.extract(value, low: place * width, width: width), on: &path)
    }
  }

  /// Whether the data lie in the memory that the program sees, not in the real one.
  private func isVirtual(_ access: Access) -> Bool {
    model == .parametric && !access.isReal && layout.isTranslated(access.memory)
  }

  private func unit(_ access: Access, at address: Term, on path: Path) -> Term {
    let memory = Int(access.memory)
    if isVirtual(access) { return arena.select(path.state.virtualMemories[memory], at: address) }
    return arena.ite(
      isPresent(access.memory, address), arena.select(path.state.memories[memory], at: address),
      arena.constant(0, width: layout.memories[memory].unitWidth))
  }

  private func setUnit(
    _ access: Access, at address: Term, to value: Term, on path: inout Path
  ) {
    let memory = Int(access.memory)
    if isVirtual(access) {
      let contents = path.state.virtualMemories[memory]
      path.state.virtualMemories[memory] = arena.store(contents, at: address, value)
      return
    }
    let contents = path.state.memories[memory]
    path.state.memories[memory] = arena.ite(
      isPresent(access.memory, address), arena.store(contents, at: address, value), contents)
    if !layout.isTranslated(access.memory) {
      path.state.virtualMemories[memory] = path.state.memories[memory]
    }
  }

  /// Real addresses from the memory's size on read 0 and ignore writes.
  private func isPresent(_ memory: MemoryID, _ address: Term) -> Term {
    let memory = layout.memories[Int(memory)]
    guard memory.addressWidth >= 64 || memory.size < 1 << UInt64(memory.addressWidth) else {
      return arena.yes
    }
    return arena.ult(address, arena.constant(UInt128(memory.size), width: memory.addressWidth))
  }

  // MARK: Addresses

  /// Where the units of an access lie, in ascending virtual order: in the real memory, or in the
  /// virtual one for `MemoryModel.parametric`. All units are translated before any datum moves.
  /// nil if every way traps.
  func addresses(
    _ access: Access, _ intent: Intent, in frame: Frame, on path: inout Path, depth: Int
  ) throws(SymbolicFailure) -> [Term]? {
    let memory = layout.memories[Int(access.memory)]
    let base = arena.resize(
      evaluate(access.address, in: frame, on: path), to: memory.addressWidth)
    let plain = (0..<access.units).map { offset(base, by: $0) }
    guard !access.isReal, let translate = memory.translate else { return plain }

    let translation = Translation(
      memory: access.memory, program: translate, intent: intent, depth: depth + 1)
    let granule = UInt64(memory.granule)
    let isOneBlock = granule.nonzeroBitCount == 1 && UInt64(access.units) <= granule
    var real: [Term]
    if access.units == 1 || isOneBlock && isAligned(base, access.units, on: path) {
      guard let first = try self.translate(base, translation, on: &path) else { return nil }
      real = (0..<access.units).map { offset(first, by: $0) }
    } else if isOneBlock {
      // The units meet two blocks at most. Without a second one the first is translated twice.
      let bits = min(granule.trailingZeroBitCount, memory.addressWidth)
      let inside = arena.extract(base, low: 0, width: bits)
      func isInFirst(_ unit: Int) -> Term {
        arena.ule(inside, arena.constant(UInt128(granule) - 1 - UInt128(unit), width: bits))
      }
      let start = arena.ite(isInFirst(access.units - 1), base, nextBlock(after: base, bits))
      guard let first = try self.translate(base, translation, on: &path),
        let second = try self.translate(start, translation, on: &path)
      else { return nil }
      let fromSecond = offset(
        arena.add(second, arena.zext(inside, to: memory.addressWidth)),
        by: -Int(truncatingIfNeeded: granule))
      real = (0..<access.units).map { unit in
        arena.ite(isInFirst(unit), offset(first, by: unit), offset(fromSecond, by: unit))
      }
    } else {
      real = []
      for address in plain {
        guard let unit = try self.translate(address, translation, on: &path) else { return nil }
        real.append(unit)
      }
    }
    return isVirtual(access) ? plain : real
  }

  /// `address + units`, modulo the address width.
  private func offset(_ address: Term, by units: Int) -> Term {
    let width = arena.width(of: address)
    return arena.add(address, arena.constant(UInt128(truncatingIfNeeded: units), width: width))
  }

  /// The first address of the next block of 2^`bits` units, modulo the address width.
  private func nextBlock(after address: Term, _ bits: Int) -> Term {
    let high = arena.width(of: address) - bits
    let block = arena.extract(address, low: bits, width: high)
    return arena.concat(
      arena.add(block, arena.constant(1, width: high)), arena.constant(0, width: bits))
  }

  /// Whether the path says that an access of `units` starts at a multiple of the next power of two.
  private func isAligned(_ base: Term, _ units: Int, on path: Path) -> Bool {
    let bits = Int.bitWidth - (units - 1).leadingZeroBitCount
    guard bits <= arena.width(of: base) else { return false }
    let isZero = arena.eq(
      arena.extract(base, low: 0, width: bits), arena.constant(0, width: bits))
    return arena.and(path.condition, isZero) == path.condition
  }

  /// A machine's `translate` as it is inlined for one access.
  struct Translation {
    var memory: MemoryID
    var program: Program
    var intent: Intent
    var depth: Int
  }

  /// Whether an address is let through whatever the translation says.
  private func isKept(_ address: Term, _ memory: MemoryID) -> Term {
    let width = arena.width(of: address)
    return (translation?.kept[memory] ?? []).reduce(arena.no) { isKept, range in
      let isInside = arena.and(
        arena.ule(arena.constant(UInt128(range.lowerBound), width: width), address),
        arena.ule(address, arena.constant(UInt128(range.upperBound), width: width)))
      return arena.or(isKept, isInside)
    }
  }

  /// The real address for a virtual one; nil if every way traps.
  private func translate(
    _ address: Term, _ translation: Translation, on path: inout Path
  ) throws(SymbolicFailure) -> Term? {
    let program = translation.program
    let outer = path
    let isKept = isKept(address, translation.memory)
    path.condition = arena.and(outer.condition, arena.not(isKept))
    if let other = self.translation { path.state = other.state }
    let intent = arena.constant(UInt128(translation.intent.rawValue), width: 2)
    path.locals = locals(of: program, [address, intent])
    try run(program.body, in: Frame(program), on: &path, depth: translation.depth)
    let result = program.result.map { path.locals[Int($0)] } ?? address
    path.locals = outer.locals
    if self.translation != nil { path.state = outer.state }
    path.condition = arena.or(path.condition, arena.and(outer.condition, isKept))
    return path.condition == arena.no
      ? nil : arena.resize(result, to: arena.width(of: address))
  }
}
