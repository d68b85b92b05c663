import ISACore

extension InstructionSet {
  /// The machine with storage that the program is not meant to reach put out of its reach.
  ///
  /// Storage with a role of its own (a timer, a page table) and addresses at which there is no
  /// storage are not the program's to reach through translation. Whether the machine sees to
  /// that is a precondition (*map out of reach*), checked and printed once for the machine;
  /// it is no property of every load and store. So in the sensitivity relations such an access
  /// is taken for a memory trap, which no relation looks at.
  func confined() -> InstructionSet {
    var isa = self
    for index in isa.memories.indices {
      let memory = isa.memories[index]
      guard var translate = memory.translate, let result = translate.result else { continue }
      let forbidden = isa.forbidden(in: memory)
      if forbidden.isEmpty { continue }
      let trap = isa.memoryTrap()
      let span = memory.span
      let width = translate.locals[Int(result)].width
      func constant(_ value: UInt64) -> ExpressionID {
        translate.constant(UInt128(value), width: width, at: span)
      }
      for range in forbidden {
        let real = translate.append(Node(.local, width: width, a: result), at: span)
        let fromFirst = translate.append(
          Node(.ule, width: 1, a: constant(range.lowerBound), b: real), at: span)
        let upToLast = translate.append(
          Node(.ule, width: 1, a: real, b: constant(range.upperBound)), at: span)
        let isInside = translate.append(
          Node(.and, width: 1, a: fromFirst, b: upToLast), at: span)
        translate.body.append(
          Statement(
            .branch(
              isInside, then: [Statement(.trap(trap, .memory, arguments: []), at: span)],
              otherwise: []), at: span))
      }
      isa.memories[index].translate = translate
      isa.memories[index].granule = granule(of: memory, respecting: forbidden)
    }
    return isa
  }

  /// Real addresses that translation must not lead to.
  private func forbidden(in memory: Memory) -> [ClosedRange<UInt64>] {
    let last = UInt64(truncatingIfNeeded: BitVector.mask(memory.addressWidth))
    var ranges = memory.regions.filter { $0.role != memory.role }.map {
      $0.first...max($0.first, $0.last)
    }
    if memory.size <= last { ranges.append(memory.size...last) }
    return ranges
  }

  /// The largest blocks that no boundary cuts.
  private func granule(of memory: Memory, respecting ranges: [ClosedRange<UInt64>]) -> Int {
    var granule = UInt64(max(1, memory.granule))
    for range in ranges {
      for boundary in [range.lowerBound, range.upperBound &+ 1] {
        while granule > 1, boundary % granule != 0 { granule /= 2 }
      }
    }
    return Int(granule)
  }

  /// A trap to raise; which one does not matter, its class does.
  private mutating func memoryTrap() -> TrapID {
    if traps.isEmpty {
      traps.append(
        Trap(
          name: "out_of_reach", entry: 0, arguments: Program(), entryArguments: [], label: nil,
          citations: [], span: .none))
    }
    return 0
  }
}
