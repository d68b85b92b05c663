import ISACore
import Machine

/// A state that shows what a trap takes: the concrete machine goes from it into the entry, and back
/// where there is a way back.
struct TrapLoss {
  let isa: InstructionSet
  let layout: RoleLayout
  let choices: [UInt128]

  /// States tried.
  private static let tries = 256

  /// What the entry alone takes out of some of these registers, in words.
  func example(of entry: Int, in registers: Set<RegisterID>) -> String? {
    example(of: entry, monitor: nil, back: nil) {
      registers.contains($0) ? BitVector.mask(isa.registers[Int($0)].width) : 0
    }
  }

  /// What stands direct under the monitor's map, and neither the entry nor the recovery gives back.
  func example(of recovery: MonitorMap.Recovery, in monitor: MonitorMap) -> String? {
    example(of: recovery.entry, monitor: monitor, back: recovery.program) { register in
      isa.standingMask(register) { $0 == .direct }
    }
  }

  private func example(
    of entry: Int, monitor: MonitorMap?, back: Program?, mask: (RegisterID) -> UInt128
  ) -> String? {
    guard let trap = isa.traps.firstIndex(where: { $0.entry == entry }), let form = isa.forms.first
    else { return nil }
    let reference = FormReference(instruction: form.instruction, form: form.form)
    let fields = isa.instructions[form.instruction].forms[form.form].fields.count
    let bench = Bench(isa, layout: layout, choices: choices)
    var sampler = Sampler(
      isa, layout: layout,
      subject: Subject(
        form: reference, fields: Array(repeating: nil, count: fields), choices: choices),
      known: isa.invariants.flatMap { $0.equalities ?? [] }, seed: 1974)
    var valuation: [ChoiceID: UInt128] = [:]
    for (index, value) in choices.enumerated() { valuation[ChoiceID(index)] = value }
    let machine = Machine(isa, choices: valuation)
    let share = monitor?.storage.first
    let map = monitor.map { machine.prepare($0.map) }
    let resume = monitor?.resume.map { machine.prepare($0) }
    let recovery = back.map { machine.prepare($0) }
    for _ in 0..<TrapLoss.tries {
      let s = sampler.state(.user)
      guard bench.isReachable(s) else { continue }
      machine.clear()
      for (place, value) in s.values {
        if case .register(let register, let element) = place {
          machine.setRegister(register, element, value)
        }
      }
      if let map, let share {
        let allocation = [UInt128(share.reserved), UInt128(share.granule), 1]
        _ = machine.evaluate(map, parameters: allocation)
      }
      let before = values(of: machine, mask)
      if let resume { _ = machine.evaluate(resume) }
      let arguments = isa.traps[trap].arguments.parameters.map { _ in UInt128(0) }
      guard
        case .trapped = machine.take(
          TrapID(trap), .program, arguments: arguments,
          length: machine.decoder.length(of: reference))
      else { continue }
      if let recovery { _ = machine.evaluate(recovery) }
      let after = values(of: machine, mask)
      guard let place = before.indices.first(where: { before[$0].value != after[$0].value }) else {
        continue
      }
      let register = isa.registers[Int(before[place].register)]
      let name = register.name + (register.isFile ? "[\(before[place].element)]" : "")
      return "\(name) was \(hex(before[place].value)) and is \(hex(after[place].value)) after "
        + isa.traps[trap].name
    }
    return nil
  }

  private func values(
    of machine: Machine, _ mask: (RegisterID) -> UInt128
  ) -> [(register: RegisterID, element: Int, value: UInt128)] {
    isa.registers.indices.flatMap {
      index -> [(register: RegisterID, element: Int, value: UInt128)] in
      let bits = mask(RegisterID(index))
      if bits == 0 { return [] }
      return (0..<isa.registers[index].count).map {
        (RegisterID(index), $0, machine.register(RegisterID(index), $0) & bits)
      }
    }
  }

  private func hex(_ value: UInt128) -> String { "0x" + String(value, radix: 16, uppercase: true) }
}
