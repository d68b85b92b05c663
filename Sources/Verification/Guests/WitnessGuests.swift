import Classifier
import ISACore
import Machine

/// Guests from what the classifier found: a hole's witness, brought to life.
///
/// The classifier replayed the instruction with its operands in hand, from a state in which as much as
/// possible was made 0. A guest has to fetch the instruction: it needs prefixes that make the
/// decode-time variables what they were, a place that can be fetched from, and where the witness's map
/// lets nothing be fetched, another map. So the witness's own state is tried first, and then states
/// that agree with it in most of what is not 0, and otherwise with the machine after its reset, with a
/// program's beginning, or with nothing. In every other one the map is a program's, and the instruction
/// finds in storage what the witness's found, or what tests of the description find.
struct WitnessGuests {
  let isa: InstructionSet
  let trial: Trial
  private let lockstep: Lockstep
  var sampler: StateSampler
  /// By their units, what the description's tests find in storage.
  let contents: [Int: [UInt128]]

  /// States tried per witness, and those that part which are tried on machines of their own.
  private static let attempts = 1200
  private static let confirmations = 32

  init(_ isa: InstructionSet, _ arrangement: Arrangement, seed: UInt64) throws {
    self.isa = isa
    contents = WitnessGuests.contents(inTestsOf: isa)
    trial = try Trial(isa, arrangement)
    lockstep = Lockstep(isa, arrangement)
    sampler = StateSampler(isa, seed: seed)
  }

  /// A guest of one step whose virtual machine parts from its bare one at the instruction; nil if no
  /// witness can be brought to life.
  mutating func guest(showing classification: InstructionClassification) throws -> Guest? {
    let id = isa.instructions[classification.instruction].id
    for witness in WitnessGuests.witnesses(of: classification) {
      let form = FormReference(instruction: classification.instruction, form: witness.form)
      var left = WitnessGuests.confirmations
      for attempt in 0..<WitnessGuests.attempts where left > 0 {
        let isProgram = attempt >= 3 && attempt % 2 == 1
        guard
          isProgram
            ? bringProgram(trial.machine, near: witness, of: form, attempt)
            : bring(trial.machine, into: witness, of: form, attempt)
        else { continue }
        let start = trial.machine.snapshot()
        defer { trial.machine.discard(start) }
        guard let difference = trial.step(), difference.instruction == id,
          !difference.isElsewhere
        else { continue }
        trial.machine.restore(start)
        let guest = Guest(
          name: "shows \(id)", purpose: "one \(id) from the state in which it was found a hole",
          startingIn: trial.machine)
        // A real machine that has just been set up has not been through what the trial's has: its
        // clock may stand where the guest's does.
        left -= 1
        if try lockstep.run(guest).divergence?.instruction == id { return guest }
      }
    }
    return nil
  }

  /// The witness of the whole, then those of its cases.
  private static func witnesses(of classification: InstructionClassification) -> [Witness] {
    let verdicts = [classification.verdict] + classification.cases.map(\.verdict)
    return verdicts.flatMap { verdict in
      verdict.evidence.filter { $0.claim == Evidence.hole }.flatMap { witnesses(in: $0.answer) }
    }
  }

  private static func witnesses(in answer: Answer) -> [Witness] {
    switch answer {
    case .refuted(let witness, _): [witness]
    case .depends(let answers): answers.flatMap { witnesses(in: $0.answer) }
    case .proved, .unknown: []
    }
  }

  // MARK: A state

  /// - Returns: false if the instruction cannot be fetched there.
  private mutating func bring(
    _ machine: Machine, into witness: Witness, of form: FormReference, _ attempt: Int
  ) -> Bool {
    machine.clear()
    if attempt > 0 {
      machine.restart()
      // Half of them as a program finds the machine, where the description says so.
      if attempt % 4 == 0 { _ = machine.begin(at: 0) }
    }
    setRegisters(of: machine, to: witness, isExact: attempt == 0, isClose: attempt < 3)
    if attempt >= 3, sampler.generator.below(2) == 0 {
      sampler.fillStorage(of: machine, extent: trial.extent)
    }
    for (memory, address, unit) in witness.start.units where address < machine.memorySize(memory) {
      machine.setUnit(memory, address, unit)
    }
    guard trial.isReachable,
      let units = sampler.prefixed.encode(
        form, fields: witness.start.fields, from: machine.startingContexts(),
        to: witness.start.contexts)
    else { return false }
    if attempt < 3, sampler.placeHere(units, in: machine, extent: trial.extent) { return true }
    return sampler.place(units, in: machine, extent: trial.extent)
  }

  private mutating func setRegisters(
    of machine: Machine, to witness: Witness, isExact: Bool, isClose: Bool
  ) {
    let values = witness.start.registerValues
    let modes = modes(of: values)
    for (index, register) in isa.registers.enumerated() {
      let id = RegisterID(index)
      for element in 0..<register.count {
        let place = StateChange.Place.register(id, element: element)
        guard !isExact else {
          machine.setRegister(id, element, values[place] ?? 0)
          continue
        }
        // Of a large file, what the witness does not know of stays as it is.
        guard register.count <= StateSampler.wholeFile || values[place] != nil else { continue }
        let wanted = values[place] ?? 0
        var value = machine.register(id, element)
        for (low, width) in register.pieces {
          let mask = BitVector.mask(width) << UInt128(low)
          let isWanted =
            wanted & mask != 0
            ? isClose || sampler.generator.below(4) != 0
            : !isClose && sampler.generator.below(3) == 0
          if isWanted { value = value & ~mask | wanted & mask }
        }
        machine.setRegister(id, element, value)
      }
    }
    sampler.fix(modes, in: machine)
    if !isClose, sampler.generator.below(2) == 0 { setOwned(of: machine) }
  }

  /// What fixes the mode that some registers are in; nothing if they are in none of a pair's.
  func modes(of values: [StateChange.Place: UInt128]) -> [StateEquality] {
    for pair in isa.modePairs {
      for side in [pair.user, pair.supervisor]
      where side.allSatisfy({
        let value = values[.register($0.register, element: $0.element)] ?? 0
        return value >> UInt128($0.low) & BitVector.mask($0.width) == $0.value
      }) {
        return side
      }
    }
    return []
  }

  /// What the monitor owns is in the real machine as the monitor has it, which may be as the witness
  /// has it in the virtual one: a clock that stands at 0. So one of them is made something else.
  mutating func setOwned(of machine: Machine) {
    let owned = isa.registers.indices.map(RegisterID.init).filter {
      isa.standingMask($0) { $0 == .owned } != 0
    }
    guard !owned.isEmpty else { return }
    let id = owned[sampler.generator.below(owned.count)]
    let register = isa.registers[Int(id)]
    let element = sampler.generator.below(register.count)
    let mask = isa.standingMask(id) { $0 == .owned }
    let value = machine.register(id, element)
    machine.setRegister(
      id, element, value & ~mask | sampler.number(register.width, trial.extent) & mask)
  }
}

extension Witness.Start {
  var registerValues: [StateChange.Place: UInt128] {
    var values: [StateChange.Place: UInt128] = [:]
    for (register, element, value) in registers {
      values[.register(register, element: element)] = value
    }
    return values
  }
}

extension Register {
  /// Its fields, and the bits between them.
  var pieces: [(low: Int, width: Int)] {
    var pieces: [(Int, Int)] = []
    var low = 0
    for field in fields.sorted(by: { $0.low < $1.low }) where field.low >= low {
      if field.low > low { pieces.append((low, field.low - low)) }
      pieces.append((field.low, field.width))
      low = field.low + field.width
    }
    if low < width { pieces.append((low, width - low)) }
    return pieces
  }
}
