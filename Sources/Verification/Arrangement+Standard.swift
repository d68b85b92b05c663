import ISACore

extension Arrangement {
  /// Levels of monitors that a virtual machine of the standard size leaves room for.
  private static let levels: UInt64 = 4
  /// Granules of storage that no virtual machine needs more of: whole storages are compared.
  private static let mostGranules: UInt64 = 16

  /// Granules of storage that no real machine needs more of.
  private static let mostRealGranules: UInt64 = 512

  /// Pages of the drum for one guest where storage is allotted by the page: a guest may want all
  /// the storage that the real machine has, of which the monitor keeps some.
  private static let drumOfOne = 4096

  /// What is set up if nobody says otherwise: the real machine as its description has it, but with
  /// at most 512 granules of storage, and virtual machines with part of them.
  ///
  /// A virtual machine gets half of what is left when four monitors on top of one another have
  /// taken theirs, but at most sixteen granules; of several at once each gets its share of what
  /// one monitor leaves, unless pages may go to a drum.
  ///
  /// - Parameters:
  ///   - real, virtual: what the implementations decide otherwise than by default.
  ///   - guests: how many virtual machines share the real one.
  public static func standard(
    for isa: InstructionSet, real: [ChoiceID: UInt128] = [:], virtual: [ChoiceID: UInt128] = [:],
    guests: Int = 1, drumPages: Int = 0
  ) -> Arrangement {
    var arrangement = Arrangement()
    arrangement.realChoices = real
    arrangement.drumPages =
      guests == 1 && drumPages == 0 && isa.monitor?.install != nil ? drumOfOne : drumPages
    for share in isa.monitor?.storage ?? [] {
      guard let choice = isa.memories[Int(share.memory)].sizeChoice else { continue }
      let most = share.reserved + mostRealGranules * share.granule
      let standard = min(isa.choices[Int(choice)].defaultValue, UInt128(most))
      if real[choice] == nil, standard < isa.choices[Int(choice)].defaultValue {
        arrangement.realChoices[choice] = standard
      }
      let size = UInt64(clamping: real[choice] ?? standard)
      var extent = min(
        size.reduced(by: levels * share.reserved) / 2, mostGranules * share.granule)
      if guests > 1, drumPages == 0 {
        extent = min(extent, size.reduced(by: share.reserved) / UInt64(guests))
      }
      extent = max(share.granule, extent / share.granule * share.granule)
      arrangement.virtualChoices[choice] = UInt128(extent)
    }
    arrangement.virtualChoices.merge(virtual) { $1 }
    return arrangement
  }

  /// Gives a guest whose image reaches beyond the virtual machines' storage a machine with as much as
  /// it needs: the next power of two, if nobody has said otherwise.
  ///
  /// - Returns: the choice and its value; nil if the guest fits, or its machine's size is settled.
  public func makeRoom(
    for guest: inout Guest, of isa: InstructionSet
  ) -> (choice: ChoiceID, value: UInt64)? {
    let memory = isa.fetch.memory
    guard let choice = isa.memories[Int(memory)].sizeChoice, guest.choices[choice] == nil else {
      return nil
    }
    let declared = isa.choices[Int(choice)]
    let end = guest.end(in: memory)
    guard UInt128(end) > virtualChoices[choice] ?? declared.defaultValue else { return nil }
    var size: UInt64 = 1
    while size < end, size < 1 << 62 { size *= 2 }
    guard size >= end, UInt128(size) <= BitVector.mask(declared.width) else { return nil }
    guest.choices[choice] = UInt128(size)
    return (choice, size)
  }

  /// Pages that these guests at once may come to need and that neither the real machine nor the
  /// drum has; 0 where storage is allotted in one piece, which the monitor sees to itself.
  public func missingPages(for guests: [Guest], of isa: InstructionSet) -> UInt64 {
    guard isa.monitor?.install != nil, let share = isa.monitor?.storage.first,
      let choice = isa.memories[Int(share.memory)].sizeChoice
    else { return 0 }
    let standard = isa.choices[Int(choice)].defaultValue
    let real = UInt64(clamping: realChoices[choice] ?? standard)
    var wanted: UInt64 = 0
    for guest in guests {
      let extent = UInt64(
        clamping: guest.choices[choice] ?? virtualChoices[choice] ?? standard)
      wanted += extent / share.granule + (extent % share.granule == 0 ? 0 : 1)
    }
    return wanted.reduced(
      by: real.reduced(by: share.reserved) / share.granule + UInt64(drumPages))
  }
}

extension UInt64 {
  /// The difference, or 0 if there would be less than nothing.
  fileprivate func reduced(by other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
