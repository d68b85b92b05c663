import Devices
import ISACore
import Machine

/// Makes a guest that diverges as small as it gets: one step, and only the state that it takes.
struct Shrinker {
  let isa: InstructionSet
  let lockstep: Lockstep
  /// Attempts at leaving something out.
  static let attempts = 400

  /// The guest that starts where another one's divergence is; nil if it does not show up there
  /// alone.
  func minimal(_ guest: Guest, _ divergence: Divergence) throws -> Guest? {
    let machine = Machine(
      isa, choices: lockstep.arrangement.virtualChoices.merging(guest.choices) { $1 })
    let system = System(machine, devices: try guest.devices(of: isa))
    try guest.load(into: machine)
    _ = system.run(limit: divergence.step)
    var small = Guest(
      name: divergence.instruction.map { "shows \($0)" } ?? guest.name,
      purpose: "one step from a state in which it gives its host away", image: [], limit: 1)
    small.choices = guest.choices
    for (index, register) in isa.registers.enumerated() {
      for element in 0..<register.count {
        small.registers.append(
          (RegisterID(index), element, machine.register(RegisterID(index), element)))
      }
    }
    let memory = isa.fetch.memory
    for address in 0..<machine.memorySize(memory) {
      let unit = machine.unit(memory, address)
      if unit != 0 { small.image.append((memory, address, [unit])) }
    }
    guard try diverges(small) else { return nil }
    var left = Shrinker.attempts
    try reduceRegisters(&small, &left)
    try reduceStorage(&small, &left)
    return small
  }

  private func diverges(_ guest: Guest) throws -> Bool {
    try lockstep.run(guest).divergence != nil
  }

  private func reduceRegisters(_ guest: inout Guest, _ left: inout Int) throws {
    // A register that is zero may have to be said to be so: the reset may set it.
    var withoutZeros = guest
    withoutZeros.registers.removeAll { $0.value == 0 }
    if try diverges(withoutZeros) { guest = withoutZeros }
    var index = 0
    while index < guest.registers.count, left > 0 {
      left -= 1
      var smaller = guest
      smaller.registers.remove(at: index)
      if try diverges(smaller) { guest = smaller } else { index += 1 }
    }
  }

  /// Leaves stretches of storage out, the longest first.
  private func reduceStorage(_ guest: inout Guest, _ left: inout Int) throws {
    var length = guest.image.count
    while length >= 1, left > 0 {
      var start = 0
      while start < guest.image.count, left > 0 {
        left -= 1
        var smaller = guest
        smaller.image.removeSubrange(start..<min(start + length, guest.image.count))
        if try diverges(smaller) { guest = smaller } else { start += length }
      }
      length = length == 1 ? 0 : (length + 1) / 2
    }
  }
}
