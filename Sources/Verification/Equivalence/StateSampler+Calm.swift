import ISACore
import Machine

/// States near those that programs are in: where a machine's map hangs on much, registers at random
/// let nothing be fetched.
extension StateSampler {
  /// Fills the registers of a machine that stands as after its reset: mostly with what is found there,
  /// at a program's beginning, or in a test of the instruction.
  mutating func fillCalmly(
    registersOf machine: Machine, extent: UInt64, for instruction: Instruction
  ) {
    switch generator.below(4) {
    case 0: break
    case 1, 2: _ = machine.begin(at: generator.next() % max(1, extent))
    default:
      if !instruction.tests.isEmpty {
        let test = instruction.tests[generator.below(instruction.tests.count)]
        for given in test.given {
          // Storage beyond the virtual machine's is none.
          if case .memory(_, let address, let units) = given.target,
            address >= extent || UInt64(units) > extent - address
          {
            continue
          }
          machine.set(given)
        }
      }
    }
    for (index, register) in isa.registers.enumerated()
    where register.count <= StateSampler.wholeFile {
      for element in 0..<register.count where generator.below(2) == 0 {
        fillPlainly(RegisterID(index), element, of: machine, extent)
      }
    }
    fixMode(of: machine, outOf: 12)
    for _ in 0..<generator.below(3) { disturb(machine, extent) }
    for invariant in invariants { fix(invariant.equalities ?? [], in: machine) }
  }

  /// Puts numbers into what no rule of the machine's hangs on.
  private mutating func fillPlainly(
    _ id: RegisterID, _ element: Int, of machine: Machine, _ extent: UInt64
  ) {
    let register = isa.registers[Int(id)]
    var value = machine.register(id, element)
    var low = 0
    func isPlain(_ low: Int, _ width: Int) -> Bool {
      width > 0 && register.roles(low: low, width: width) == .plain
    }
    for field in register.fields.sorted(by: { $0.low < $1.low }) where field.low >= low {
      if isPlain(low, field.low - low) { put(low, field.low - low, into: &value, extent) }
      if isPlain(field.low, field.width) { put(field.low, field.width, into: &value, extent) }
      low = field.low + field.width
    }
    if isPlain(low, register.width - low) { put(low, register.width - low, into: &value, extent) }
    machine.setRegister(id, element, value)
  }

  private mutating func put(
    _ low: Int, _ width: Int, into value: inout UInt128, _ extent: UInt64
  ) {
    let mask = BitVector.mask(width) << UInt128(low)
    value = value & ~mask | number(width, extent) << UInt128(low) & mask
  }

  /// One field that is not plain, at random.
  private mutating func disturb(_ machine: Machine, _ extent: UInt64) {
    let id = generator.below(isa.registers.count)
    let register = isa.registers[id]
    let element = generator.below(register.count)
    let field =
      register.fields.isEmpty ? nil : register.fields[generator.below(register.fields.count)]
    let (low, width) = field.map { ($0.low, $0.width) } ?? (0, register.width)
    guard !register.roles(low: low, width: width).contains(.pc) else { return }
    machine.setBits(RegisterID(id), element, low: low, width: width, number(width, extent))
  }

  /// An instruction of a form with operands at random, with prefixes if the state asks for some.
  mutating func encoded(_ form: FormReference, for machine: Machine, extent: UInt64) -> [UInt128]? {
    let declared = isa.instructions[form.instruction].forms[form.form]
    let contexts = machine.startingContexts()
    for _ in 0..<8 {
      let fields = declared.fields.map { number($0.width, extent) }
      if let units = prefixed.encode(form, fields: fields, from: contexts, to: nil) {
        return units
      }
    }
    return nil
  }

  /// Puts an instruction where the machine will fetch it as it stands.
  ///
  /// - Returns: false if the map lets nothing be fetched there.
  func placeHere(_ units: [UInt128], in machine: Machine, extent: UInt64) -> Bool {
    let memory = isa.fetch.memory
    let mask = UInt64(
      truncatingIfNeeded: BitVector.mask(isa.memories[Int(memory)].addressWidth))
    guard let first = machine.nextAddress() else { return false }
    var reals: [UInt64] = []
    for index in units.indices {
      guard
        case .completed(let real) = machine.translate(
          memory, (first &+ UInt64(index)) & mask, intent: .fetch), real < UInt128(extent)
      else { return false }
      reals.append(UInt64(real))
    }
    guard Set(reals).count == reals.count else { return false }
    for (real, unit) in zip(reals, units) { machine.setUnit(memory, real, unit) }
    return true
  }
}
