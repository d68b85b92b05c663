import ISACore
import Machine

/// Makes virtual states from which an instruction can be tried: registers at random, biased to
/// corners; the map mostly as the reset leaves it, so that something can be reached; the
/// instruction where the program counter points.
struct StateSampler {
  let isa: InstructionSet
  let decoder: Decoder
  let prefixed: PrefixedEncoder
  let invariants: [Condition]
  private let constants: [UInt128]
  /// By register: its parts in ascending order, each with a role of its own.
  private let parts: [[Part]]
  private let programCounters: [(register: RegisterID, low: Int, width: Int)]
  /// The modes that many states are in: of all that are possible, some machines have few by chance.
  var modePair: ModePair?
  var generator: SeededGenerator

  private struct Part {
    var low: Int
    var end: Int
    var role: Role
  }

  /// Of larger files only a few elements are set.
  static let wholeFile = 64

  init(_ isa: InstructionSet, seed: UInt64) {
    self.isa = isa
    decoder = Decoder(isa)
    prefixed = PrefixedEncoder(isa, decoder)
    invariants = isa.invariants
    var constants: Set<UInt128> = []
    for (instruction, form) in isa.forms {
      constants.formUnion(isa.instructions[instruction].forms[form].program.constants)
    }
    self.constants = constants.sorted()
    parts = isa.registers.map { StateSampler.parts(of: $0) }
    programCounters = isa.registers.enumerated().flatMap { index, register in
      StateSampler.programCounters(in: register).map { (RegisterID(index), $0.low, $0.width) }
    }
    modePair = isa.modePairs.first
    generator = SeededGenerator(seed: seed)
  }

  private static func parts(of register: Register) -> [Part] {
    var parts: [Part] = []
    var low = 0
    for field in register.fields.sorted(by: { $0.low < $1.low }) {
      let end = field.low + field.width
      parts.append(Part(low: low, end: field.low, role: register.role))
      parts.append(Part(low: field.low, end: end, role: field.role))
      low = end
    }
    parts.append(Part(low: low, end: register.width, role: register.role))
    return parts.filter { $0.end > $0.low }
  }

  private static func programCounters(in register: Register) -> [(low: Int, width: Int)] {
    if register.fields.isEmpty { return register.role == .pc ? [(0, register.width)] : [] }
    return register.fields.filter { $0.role == .pc }.map { ($0.low, $0.width) }
  }

  // MARK: Registers

  /// Fills the registers of a machine that stands as after its reset.
  ///
  /// - Parameter extent: units of its storage.
  mutating func fillRegisters(of machine: Machine, extent: UInt64) {
    let isQuiet = generator.below(8) != 0
    for (index, register) in isa.registers.enumerated() {
      let id = RegisterID(index)
      let elements =
        register.count <= StateSampler.wholeFile
        ? Array(0..<register.count) : (0..<4).map { _ in generator.below(register.count) }
      for element in elements {
        var value = machine.register(id, element)
        for part in parts[index] {
          fill(&value, from: part.low, to: part.end, role: part.role, extent, isQuiet)
        }
        machine.setRegister(id, element, value)
      }
    }
    fixMode(of: machine, outOf: 8)
    for invariant in invariants { fix(invariant.equalities ?? [], in: machine) }
  }

  /// Brings the machine into either mode of the pair, three times each out of so many.
  mutating func fixMode(of machine: Machine, outOf chances: Int) {
    guard let modePair else { return }
    switch generator.below(chances) {
    case 0..<3: fix(modePair.user, in: machine)
    case 3..<6: fix(modePair.supervisor, in: machine)
    default: break
    }
  }

  func fix(_ equalities: [StateEquality], in machine: Machine) {
    for equality in equalities {
      machine.setBits(
        equality.register, equality.element, low: equality.low, width: equality.width,
        equality.value)
    }
  }

  private mutating func fill(
    _ value: inout UInt128, from low: Int, to high: Int, role: Role, _ extent: UInt64,
    _ isQuiet: Bool
  ) {
    let chance: Int  // of 16
    switch role {
    case .plain, .mode: chance = 14
    case .map: chance = 5
    case .resource, .timer, .device: chance = isQuiet ? 0 : 8
    case .pc: chance = 0
    }
    guard generator.below(16) < chance else { return }
    let mask = BitVector.mask(high - low)
    let bits = number(high - low, extent)
    value = value & ~(mask << UInt128(low)) | (bits & mask) << UInt128(low)
  }

  /// 0, all ones, small, an address of storage, a constant of the description, or anything.
  mutating func number(_ width: Int, _ extent: UInt64) -> UInt128 {
    let mask = BitVector.mask(width)
    if width == 1 { return UInt128(generator.below(2)) }
    switch generator.below(16) {
    case 0, 1: return 0
    case 2:
      // Where storage ends is where mistakes are.
      let edge = UInt128(extent) &+ UInt128(generator.below(20)) &- 4
      return generator.below(2) == 0 ? mask : edge & mask
    case 3: return 1 << UInt128(width - 1)
    case 4: return UInt128(generator.below(16)) & mask
    case 5, 6, 7, 8, 9:
      let address = UInt128(generator.next() % max(1, extent))
      return (generator.below(3) == 0 ? address : address & ~7) & mask
    case 10, 11:
      return constants.isEmpty ? 1 : constants[generator.below(constants.count)] & mask
    default: return generator.bits(width)
    }
  }

  // MARK: The instruction

  /// An instruction of a form, with operands at random; nil if the decoder would take it for
  /// another.
  ///
  /// - Parameter extent: units of storage; operands are addresses at times.
  mutating func encoded(_ form: FormReference, extent: UInt64) -> [UInt128]? {
    let declared = isa.instructions[form.instruction].forms[form.form]
    let contexts = isa.contexts.map { _ in UInt128(0) }
    for _ in 0..<32 {
      let fields = declared.fields.map { number($0.width, extent) }
      guard decoder.permits(form, fields: fields, contexts: contexts) else { continue }
      let units = decoder.encode(form, fields: fields)
      if case .instruction(let decoded) = decoder.decode(units, contexts: contexts),
        decoded.form == form
      {
        return units
      }
    }
    return nil
  }

  /// Puts an instruction where the machine will fetch it, and the program counter there.
  ///
  /// - Returns: false if the map as it stands lets nothing be fetched.
  mutating func place(_ units: [UInt128], in machine: Machine, extent: UInt64) -> Bool {
    let chunk = UInt64(max(1, isa.fetch.chunk))
    for attempt in 0..<12 {
      var address = generator.next() % max(1, attempt < 8 ? extent : min(extent, 64))
      address -= address % chunk
      setProgramCounter(address, of: machine)
      if placeHere(units, in: machine, extent: extent) { return true }
    }
    return false
  }

  func setProgramCounter(_ address: UInt64, of machine: Machine) {
    for (register, low, width) in programCounters {
      machine.setBits(register, 0, low: low, width: width, UInt128(address))
    }
  }

  /// Fills storage with numbers, half of it zeros.
  mutating func fillStorage(of machine: Machine, extent: UInt64) {
    fillStorage(of: machine, 0..<extent, extent)
  }

  /// Fills some stretches of storage anew: a sixteenth of it, or all of it if there is little.
  mutating func refillStorage(of machine: Machine, extent: UInt64) {
    guard extent > StateSampler.littleStorage else {
      return fillStorage(of: machine, extent: extent)
    }
    let length = extent / (16 * StateSampler.stretches)
    for _ in 0..<StateSampler.stretches {
      let first = generator.next() % (extent - length)
      fillStorage(of: machine, first..<first + length, extent)
    }
  }

  private static let littleStorage: UInt64 = 4096
  private static let stretches: UInt64 = 16

  private mutating func fillStorage(
    of machine: Machine, _ addresses: Range<UInt64>, _ extent: UInt64
  ) {
    let memory = isa.fetch.memory
    let width = isa.memories[Int(memory)].unitWidth
    for address in addresses {
      machine.setUnit(memory, address, generator.below(2) == 0 ? 0 : number(width, extent))
    }
  }
}
