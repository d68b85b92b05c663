import Devices
import ISACore
import Machine

/// Makes a guest that diverges as small as it gets: one step, and only the state that it takes.
final class Shrinker {
  private let isa: InstructionSet
  private let lockstep: Lockstep
  /// For guests whose machines decide nothing otherwise than the arrangement's.
  private var trial: Trial?
  /// Forms of a machine that is set up in no time.
  private static let mostForms = 1000
  /// Attempts at leaving something out.
  static let attempts = 400

  init(isa: InstructionSet, lockstep: Lockstep) {
    self.isa = isa
    self.lockstep = lockstep
  }

  private func trial(for choices: [ChoiceID: UInt128]) throws -> Trial {
    guard choices.isEmpty else {
      return try Trial(isa, lockstep.arrangement, choices: choices)
    }
    let trial = try self.trial ?? Trial(isa, lockstep.arrangement)
    self.trial = trial
    return trial
  }

  /// The guest that starts where another one's divergence is; nil if it does not show up there
  /// alone.
  func minimal(_ guest: Guest, _ divergence: Divergence) throws -> Guest? {
    let machine = Machine(
      isa, choices: lockstep.arrangement.virtualChoices.merging(guest.choices) { $1 })
    let system = System(machine, devices: try guest.devices(of: isa))
    try guest.load(into: machine)
    _ = system.run(limit: divergence.step)
    var start = Guest(
      name: divergence.instruction.map { "shows \($0)" } ?? guest.name,
      purpose: "one step from a state in which it gives its host away", startingIn: machine)
    start.choices = guest.choices
    let id = divergence.instruction
    let trial = try self.trial(for: guest.choices)
    let small = try reduced(start) { guest in
      try trial.step(guest).map {
        (id == nil || $0.instruction == id) && $0.isElsewhere == divergence.isElsewhere
      } ?? false
    }
    // A step that looks at a device, or a monitor on a monitor, may need more than a trial.
    let isWhole = { [lockstep] (guest: Guest) in
      try lockstep.run(guest).divergence.map {
        (id == nil || $0.instruction == id) && $0.isElsewhere == divergence.isElsewhere
      } ?? false
    }
    if let small, try isWhole(small) { return small }
    // Machines with thousands of forms take seconds to set up.
    if isa.forms.count > Shrinker.mostForms { return try isWhole(start) ? start : nil }
    return try reduced(start, isWhole)
  }

  /// A guest with as much left out as its divergence permits; nil if it has none.
  private func reduced(_ start: Guest, _ diverges: (Guest) throws -> Bool) throws -> Guest? {
    guard try diverges(start) else { return nil }
    var small = start
    var left = Shrinker.attempts
    try reduceRegisters(&small, &left, diverges)
    try reduceStorage(&small, &left, diverges)
    return small
  }

  private func reduceRegisters(
    _ guest: inout Guest, _ left: inout Int, _ diverges: (Guest) throws -> Bool
  ) throws {
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
  private func reduceStorage(
    _ guest: inout Guest, _ left: inout Int, _ diverges: (Guest) throws -> Bool
  ) throws {
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
