import ISACore
import Machine

/// Programs at random that use both modes: instructions of every kind in a row, trap vectors that
/// lead back among them, status words of both modes lying about to be loaded.
public struct TortureGuests {
  private let isa: InstructionSet
  private let choices: [ChoiceID: UInt128]
  private let extent: UInt64
  /// Real addresses from which entries and reset load a status word, how many units, and a trap
  /// whose entry does.
  private let vectors: [(address: UInt64, units: Int, trap: TrapID?)]
  /// A machine to try status words on.
  private let trial: Machine
  private let sampler: StateSampler

  /// - Parameter choices: of the virtual machine.
  public init(_ isa: InstructionSet, choices: [ChoiceID: UInt128]) {
    self.isa = isa
    self.choices = choices
    trial = Machine(isa, choices: choices)
    extent = trial.memorySize(isa.fetch.memory)
    vectors = TortureGuests.vectors(of: trial)
    sampler = StateSampler(isa, seed: 0)
  }

  /// What the entries and the reset load, found by watching them.
  private static func vectors(
    of machine: Machine
  ) -> [(address: UInt64, units: Int, trap: TrapID?)] {
    var found: [UInt64: (units: Int, trap: TrapID?)] = [:]
    func watch(_ trap: TrapID?, _ body: () -> Void) {
      let start = machine.snapshot()
      machine.isTracing = true
      machine.clearAccesses()
      body()
      for access in machine.accesses
      where access.intent == .load && access.isReal && access.memory == machine.isa.fetch.memory {
        if found[access.real]?.trap == nil { found[access.real] = (access.units, trap) }
      }
      machine.isTracing = false
      machine.clearAccesses()
      machine.restore(start)
      machine.discard(start)
    }
    for trap in machine.isa.traps.indices {
      let arguments = machine.isa.traps[trap].arguments.parameters.map { _ in UInt128(0) }
      watch(TrapID(trap)) {
        _ = machine.take(TrapID(trap), .program, arguments: arguments, length: 0)
      }
    }
    watch(nil) { machine.restart() }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.units, $0.value.trap) }
  }

  /// One program; the same for the same seed.
  public func guest(seed: UInt64, limit: UInt64 = 400) -> Guest {
    var sampler = sampler
    sampler.generator = SeededGenerator(seed: seed)
    let memory = isa.fetch.memory
    let width = isa.memories[Int(memory)].unitWidth
    var units = [UInt128](repeating: 0, count: Int(extent))
    let firstFree = vectors.map { $0.address + UInt64($0.units) }.max() ?? 0
    writeInstructions(from: firstFree, to: extent * 3 / 4, &units, &sampler)
    for address in Int(extent * 3 / 4)..<Int(extent) where sampler.generator.below(2) == 0 {
      units[address] = sampler.number(width, extent)
    }
    // Status words: at the vectors, and among the data.
    let pool = statusWords(units, &sampler)
    for (address, count, _) in vectors {
      guard let words = pool[count], !words.isEmpty else { continue }
      place(words[sampler.generator.below(words.count)], at: address, count, &units)
      for _ in 0..<4 {
        let at = extent * 3 / 4 + sampler.generator.next() % max(1, extent / 4)
        let aligned = at - at % UInt64(max(1, count))
        guard aligned + UInt64(count) <= extent else { continue }
        place(words[sampler.generator.below(words.count)], at: aligned, count, &units)
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

  /// Words that a trap's entry can load and go on with for a while, by their units. How such a word
  /// is laid out is not asked: words are drawn, and tried.
  private func statusWords(
    _ image: [UInt128], _ sampler: inout StateSampler
  ) -> [Int: [UInt128]] {
    trial.clear()
    for (address, unit) in image.enumerated() where unit != 0 {
      trial.setUnit(isa.fetch.memory, UInt64(address), unit)
    }
    var words: [Int: [UInt128]] = [:]
    for (address, units, trap) in vectors where words[units] == nil {
      let width = units * isa.memories[Int(isa.fetch.memory)].unitWidth
      guard let trap, width <= 128 else { continue }
      words[units] = []
      for _ in 0..<1500 where words[units]!.count < 6 {
        let word = draw(width, &sampler)
        if isLive(word, at: address, units, trap) { words[units]!.append(word) }
      }
    }
    return words
  }

  /// A few bits and an address, or anything.
  private func draw(_ width: Int, _ sampler: inout StateSampler) -> UInt128 {
    if sampler.generator.below(4) == 0 { return sampler.generator.bits(width) & ~1 }
    var word = UInt128(sampler.generator.next() % max(1, extent * 3 / 4)) & ~1
    for _ in 0..<sampler.generator.below(5) {
      word ^= 1 << UInt128(sampler.generator.below(width))
    }
    return word & BitVector.mask(width)
  }

  /// Whether several instructions retire once the word is loaded.
  private func isLive(_ word: UInt128, at address: UInt64, _ units: Int, _ trap: TrapID) -> Bool {
    let start = trial.snapshot()
    defer {
      trial.restore(start)
      trial.discard(start)
    }
    trial.store(isa.fetch.memory, address, units: units, word)
    let arguments = isa.traps[Int(trap)].arguments.parameters.map { _ in UInt128(0) }
    guard case .trapped = trial.take(trap, .program, arguments: arguments, length: 0) else {
      return false
    }
    var retired = 0
    for _ in 0..<6 {
      switch trial.step() {
      case .retired: retired += 1
      case .trapped, .interrupted: break
      case .waited, .stopped: return false
      }
    }
    return retired >= 3
  }
}
