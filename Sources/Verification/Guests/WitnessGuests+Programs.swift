import Classifier
import ISACore
import Machine

/// Programs in the situation of a witness. Where a witness's own map leads nowhere, what it shows hangs
/// on the rest of its state and on what the instruction looks at: so that is put where a program's map
/// lets the instruction be fetched.
extension WitnessGuests {
  /// Loads of one instruction for which storage is filled.
  private static let mostLoads = 8

  /// Puts a program's machine into the witness's situation.
  ///
  /// - Returns: false if the instruction cannot be fetched there, or looks where there is no storage.
  mutating func bringProgram(
    _ machine: Machine, near witness: Witness, of form: FormReference, _ attempt: Int
  ) -> Bool {
    let isClose = attempt < WitnessGuests.closeAttempts
    let found = loads(ofWitness: witness, form, on: machine)
    machine.clear()
    machine.restart()
    _ = machine.begin(at: 0)
    setUnmapped(of: machine, to: witness, isClose: isClose)
    guard trial.isReachable else { return false }
    let contexts = machine.startingContexts()
    guard
      let units = sampler.prefixed.encode(
        form, fields: witness.start.fields, from: contexts, to: witness.start.contexts),
      case .instruction(let decoded) = sampler.decoder.decode(units, contexts: contexts),
      sampler.place(units, in: machine, extent: trial.extent)
    else { return false }
    return supply(found, to: decoded, on: machine, isClose: isClose)
  }

  /// So many attempts keep to the witness, the others to most of it.
  private static let closeAttempts = 8

  /// Whatever is neither the map nor the place where the program stands is as in the witness, or mostly so.
  private mutating func setUnmapped(of machine: Machine, to witness: Witness, isClose: Bool) {
    let values = witness.start.registerValues
    for (index, register) in isa.registers.enumerated() {
      let id = RegisterID(index)
      for element in 0..<register.count {
        let place = StateChange.Place.register(id, element: element)
        guard register.count <= StateSampler.wholeFile || values[place] != nil else { continue }
        let wanted = values[place] ?? 0
        var value = machine.register(id, element)
        for (low, width) in register.pieces
        where register.roles(low: low, width: width).isDisjoint(with: [.map, .pc]) {
          guard isClose || sampler.generator.below(8) != 0 else { continue }
          let mask = BitVector.mask(width) << UInt128(low)
          value = value & ~mask | wanted & mask
        }
        machine.setRegister(id, element, value)
      }
    }
    // The hole may be one in the other mode, too.
    if let pair = isa.modePairs.first, !isClose, sampler.generator.below(3) == 0 {
      sampler.fix(sampler.generator.below(2) == 0 ? pair.user : pair.supervisor, in: machine)
    } else {
      sampler.fix(modes(of: values), in: machine)
    }
    if !isClose, sampler.generator.below(2) == 0 { setOwned(of: machine) }
  }

  // MARK: What the instruction looks at

  /// Puts into storage what the witness's instruction found there, load by load, or something else that
  /// can be found in such a place.
  private mutating func supply(
    _ found: [AccessRecord], to decoded: Decoder.Decoded, on machine: Machine, isClose: Bool
  ) -> Bool {
    var looked = loads(of: decoded, on: machine)
    let isExact = isClose || sampler.generator.below(4) == 0
    // What was found may be an address: so look again.
    for index in 0..<WitnessGuests.mostLoads where index < looked.count {
      let access = looked[index]
      guard access.real < trial.extent, UInt64(access.units) <= trial.extent - access.real else {
        return false
      }
      let value: UInt128
      if isExact, index < found.count, found[index].units == access.units {
        value = found[index].value ?? 0
      } else {
        value = content(access.units)
      }
      guard value != access.value else { continue }
      machine.store(access.memory, access.real, units: access.units, value)
      looked = loads(of: decoded, on: machine)
    }
    return true
  }

  /// What may stand in so many units of storage: what stands there in a test, or anything.
  private mutating func content(_ units: Int) -> UInt128 {
    let width = min(128, units * isa.memories[Int(isa.fetch.memory)].unitWidth)
    if let known = contents[units], sampler.generator.below(2) == 0 {
      return known[sampler.generator.below(known.count)]
    }
    return sampler.generator.below(2) == 0
      ? sampler.generator.bits(width) : sampler.number(width, trial.extent)
  }

  static func contents(inTestsOf isa: InstructionSet) -> [Int: [UInt128]] {
    var found: [Int: Set<UInt128>] = [:]
    for given in isa.instructions.lazy.flatMap(\.tests).flatMap(\.given) {
      guard case .memory(isa.fetch.memory, _, let units) = given.target else { continue }
      found[units, default: []].insert(given.value)
    }
    return found.mapValues { $0.sorted() }
  }

  /// What the witness's own instruction loads, from the witness's own state.
  private func loads(
    ofWitness witness: Witness, _ form: FormReference, on machine: Machine
  ) -> [AccessRecord] {
    machine.clear()
    for (register, element, value) in witness.start.registers {
      machine.setRegister(register, element, value)
    }
    for (memory, address, unit) in witness.start.units { machine.setUnit(memory, address, unit) }
    return loads(
      of: Decoder.Decoded(
        form: form, fields: witness.start.fields, contexts: witness.start.contexts,
        length: sampler.decoder.length(of: form)),
      on: machine)
  }

  /// What an instruction loads through the map, in its order; the machine is left as it was.
  private func loads(of decoded: Decoder.Decoded, on machine: Machine) -> [AccessRecord] {
    let start = machine.snapshot()
    machine.clearAccesses()
    machine.isTracing = true
    _ = machine.execute(
      form: decoded.form, fields: decoded.fields, contexts: decoded.contexts,
      length: decoded.length)
    let loads = machine.accesses.filter { !$0.isReal && $0.intent == .load && $0.value != nil }
    machine.isTracing = false
    machine.clearAccesses()
    machine.restore(start)
    machine.discard(start)
    return loads
  }
}
