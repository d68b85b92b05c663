import ISACore
import Machine

/// Programs at random that use both modes: instructions of every kind in a row, trap vectors that
/// lead back among them, status words of both modes lying about to be loaded.
public struct TortureGuests {
  private let isa: InstructionSet
  private let choices: [ChoiceID: UInt128]
  private let extent: UInt64
  /// Real addresses from which entries and reset load a status word, and how many units.
  private let vectors: [(address: UInt64, units: Int)]
  /// A machine to try status words on.
  private let trial: Machine

  /// - Parameter choices: of the virtual machine.
  public init(_ isa: InstructionSet, choices: [ChoiceID: UInt128]) {
    self.isa = isa
    self.choices = choices
    trial = Machine(isa, choices: choices)
    extent = trial.memorySize(isa.fetch.memory)
    var vectors: [UInt64: Int] = [:]
    for program in isa.entries.map(\.program) + (isa.reset.map { [$0] } ?? []) {
      program.forEachStatement {
        guard case .load(_, let access) = $0.kind, access.isReal,
          access.memory == isa.fetch.memory,
          let address = program.constantValue(access.address)
        else { return }
        vectors[UInt64(truncatingIfNeeded: address)] = access.units
      }
    }
    self.vectors = vectors.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// One program; the same for the same seed.
  public func guest(seed: UInt64, limit: UInt64 = 400) -> Guest {
    var sampler = StateSampler(isa, seed: seed)
    let memory = isa.fetch.memory
    let width = isa.memories[Int(memory)].unitWidth
    var units = [UInt128](repeating: 0, count: Int(extent))
    let firstFree = vectors.map { $0.address + UInt64($0.units) }.max() ?? 0
    writeInstructions(from: firstFree, to: extent * 3 / 4, &units, &sampler)
    for address in Int(extent * 3 / 4)..<Int(extent) where sampler.generator.below(2) == 0 {
      units[address] = sampler.number(width, extent)
    }
    // Status words: at the vectors, and among the data.
    for (address, count) in vectors {
      place(statusWord(count, units, &sampler), at: address, count, &units)
      for _ in 0..<4 {
        let span = extent / 4
        let at = extent * 3 / 4 + sampler.generator.next() % max(1, span)
        let aligned = at - at % UInt64(max(1, count))
        guard aligned + UInt64(count) <= extent else { continue }
        place(statusWord(count, units, &sampler), at: aligned, count, &units)
      }
    }
    var guest = Guest(
      name: "torture \(seed)", purpose: "a program at random in both modes",
      image: [(memory, 0, units)], limit: limit)
    for (index, register) in isa.registers.enumerated()
    where register.count <= 64 && register.roles(low: 0, width: register.width) == .plain {
      for element in 0..<register.count {
        guest.registers.append(
          (RegisterID(index), element, sampler.number(register.width, extent)))
      }
    }
    return guest
  }

  private func writeInstructions(
    from first: UInt64, to end: UInt64, _ units: inout [UInt128], _ sampler: inout StateSampler
  ) {
    let chunk = UInt64(max(1, isa.fetch.chunk))
    var address = (first + chunk - 1) / chunk * chunk
    let forms = isa.forms
    while address < end {
      let (instruction, form) = forms[sampler.generator.below(forms.count)]
      guard
        let encoded = sampler.encoded(
          FormReference(instruction: instruction, form: form), extent: extent),
        address + UInt64(encoded.count) <= end
      else { break }
      for (offset, unit) in encoded.enumerated() { units[Int(address) + offset] = unit }
      address += UInt64(encoded.count)
    }
  }

  private func place(_ word: UInt128?, at address: UInt64, _ count: Int, _ units: inout [UInt128]) {
    guard let word else { return }
    let width = isa.memories[Int(isa.fetch.memory)].unitWidth
    for index in 0..<count {
      let position = isa.endianness == .big ? count - 1 - index : index
      guard Int(address) + index < units.count else { return }
      units[Int(address) + index] = word >> UInt128(position * width) & BitVector.mask(width)
    }
  }

  // MARK: Status words

  /// A word that a trap's entry can load and go on with: the machine fetches, and does not wait.
  /// How such a word is laid out is not asked: words are drawn until one will do.
  private func statusWord(
    _ units: Int, _ image: [UInt128], _ sampler: inout StateSampler
  ) -> UInt128? {
    let width = units * isa.memories[Int(isa.fetch.memory)].unitWidth
    guard let vector = vectors.first(where: { $0.units == units }), width <= 128,
      let trap = isa.traps.indices.first(where: { loads(isa.traps[$0].entry, vector.address) })
    else { return nil }
    for _ in 0..<400 {
      var word: UInt128 = 0
      for _ in 0..<sampler.generator.below(6) {
        word |= 1 << UInt128(sampler.generator.below(width))
      }
      word ^= UInt128(sampler.generator.next() % max(1, extent)) & ~1
      if sampler.generator.below(2) == 0 { word = sampler.generator.bits(width) & ~1 }
      word &= BitVector.mask(width)
      if isLive(word, at: vector.address, units, TrapID(trap), image) { return word }
    }
    return nil
  }

  private func loads(_ entry: Int, _ address: UInt64) -> Bool {
    let program = isa.entries[entry].program
    var found = false
    program.forEachStatement {
      if case .load(_, let access) = $0.kind, access.isReal,
        program.constantValue(access.address) == UInt128(address)
      {
        found = true
      }
    }
    return found
  }

  private func isLive(
    _ word: UInt128, at address: UInt64, _ units: Int, _ trap: TrapID, _ image: [UInt128]
  ) -> Bool {
    let memory = isa.fetch.memory
    let start = trial.snapshot()
    defer {
      trial.restore(start)
      trial.discard(start)
    }
    trial.store(memory, address, units: units, word)
    let arguments = isa.traps[Int(trap)].arguments.parameters.map { _ in UInt128(0) }
    guard
      case .trapped = trial.take(trap, .program, arguments: arguments, length: 0),
      !trial.isWaiting, !trial.hasPendingInterruption
    else { return false }
    // Fetched and decoded, from wherever it is.
    let snapshot = trial.snapshot()
    _ = trial.step()
    let instruction = trial.lastInstruction
    trial.restore(snapshot)
    guard case .completed(let real) = trial.translate(memory, instruction.address, intent: .fetch),
      real < UInt128(image.count)
    else { return false }
    return real >= UInt128(vectors.map { $0.address }.max() ?? 0)
  }
}
