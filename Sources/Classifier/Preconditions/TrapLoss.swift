import ISACore
import Machine

/// A state that shows what a trap takes: the concrete machine goes from it into the entry, and back
/// where there is a way back.
struct TrapLoss {
  let isa: InstructionSet
  let layout: RoleLayout
  let choices: [UInt128]

  /// What came of trying an entry.
  struct Trial {
    /// States in which one of its traps was taken.
    var states = 0
    /// What was lost in the last, in words; nil if nothing was in any.
    var loss: String?
  }

  /// States made per entry, for all its traps in turn.
  private static let tries = 256

  /// What the entry alone takes out of some of these registers, in words.
  func example(of entry: Int, in registers: Set<RegisterID>) -> Trial {
    example(
      of: entry, on: bareMachine(),
      masks: isa.registers.indices.map {
        registers.contains(RegisterID($0)) ? BitVector.mask(isa.registers[$0].width) : 0
      })
  }

  /// What stands direct under the monitor's map, and neither the entry nor the recovery gives back.
  func example(of recovery: MonitorMap.Recovery, in monitor: MonitorMap) -> Trial {
    let machine = bareMachine()
    let host = MonitoredMachine(machine, monitor: monitor, recovery: recovery)
    return example(
      of: recovery.entry, on: machine, host,
      masks: isa.registers.indices.map {
        isa.standingMask(RegisterID($0)) { $0 == .direct }
      })
  }

  private func bareMachine() -> Machine {
    var valuation: [ChoiceID: UInt128] = [:]
    for (index, value) in choices.enumerated() { valuation[ChoiceID(index)] = value }
    return Machine(isa, choices: valuation)
  }

  /// - Parameter masks: the bits of each register that are looked at.
  private func example(
    of entry: Int, on machine: Machine, _ host: MonitoredMachine? = nil, masks: [UInt128]
  ) -> Trial {
    let traps = isa.traps.indices.filter { isa.traps[$0].entry == entry }
    guard !traps.isEmpty, let form = isa.forms.first else { return Trial() }
    let reference = FormReference(instruction: form.instruction, form: form.form)
    let fields = isa.instructions[form.instruction].forms[form.form].fields.count
    let bench = Bench(isa, layout: layout, choices: choices)
    var sampler = Sampler(
      isa, layout: layout,
      subject: Subject(
        form: reference, fields: Array(repeating: nil, count: fields), choices: choices),
      known: isa.invariants.flatMap { $0.equalities ?? [] }, seed: 1974)
    var random = SeededGenerator(seed: 1974)
    var trial = Trial()
    for attempt in 0..<TrapLoss.tries {
      let s = sampler.state(.user)
      guard bench.isReachable(s) else { continue }
      let trap = traps[attempt % traps.count]
      machine.clear()
      if let host { host.map { machine.set(s) } } else { machine.set(s) }
      let before = machine.values(masks)
      host?.resume()
      if let host, host.isInterruption(TrapID(trap)) {
        guard host.isInterrupted(by: TrapID(trap)) else { continue }
      } else {
        let program = isa.traps[trap].arguments
        let arguments = program.parameters.map { random.bits(program.locals[Int($0)].width) }
        let outcome = machine.take(
          TrapID(trap), .program, arguments: arguments,
          length: machine.decoder.length(of: reference))
        guard case .trapped = outcome else { continue }
      }
      host?.recover()
      trial.states += 1
      guard let loss = zip(before, machine.values(masks)).first(where: { $0.0.value != $0.1.value })
      else { continue }
      let register = isa.registers[Int(loss.0.register)]
      let name = register.name + (register.isFile ? "[\(loss.0.element)]" : "")
      trial.loss =
        "\(name) was \(hex(loss.0.value)) and is \(hex(loss.1.value)) after "
        + isa.traps[trap].name
      break
    }
    return trial
  }

  private func hex(_ value: UInt128) -> String { "0x" + String(value, radix: 16, uppercase: true) }
}

/// A machine on which a monitor lets its guests run and takes it back by one of its recoveries.
private struct MonitoredMachine {
  let machine: Machine
  let monitor: MonitorMap
  private let prepared:
    (
      start: Machine.PreparedProgram?, map: Machine.PreparedProgram,
      resume: Machine.PreparedProgram?,
      preempt: Machine.PreparedProgram?, recovery: Machine.PreparedProgram
    )
  private let conditions: [(trap: TrapID, condition: Machine.PreparedProgram)]
  /// The bits of each register that are the monitor's.
  private let owned: [UInt128]

  init(_ machine: Machine, monitor: MonitorMap, recovery: MonitorMap.Recovery) {
    self.machine = machine
    self.monitor = monitor
    prepared = (
      monitor.start.map { machine.prepare($0) }, machine.prepare(monitor.map),
      monitor.resume.map { machine.prepare($0) }, monitor.preempt.map { machine.prepare($0) },
      machine.prepare(recovery.program)
    )
    conditions = machine.isa.interrupts.map { ($0.trap, machine.prepare($0.condition)) }
    owned = machine.isa.registers.indices.map {
      machine.isa.standingMask(RegisterID($0)) { $0 == .owned }
    }
  }

  private func start() {
    if let start = prepared.start { _ = machine.evaluate(start) }
  }

  /// Makes the real state of a guest's. The map looks at all that is the guest's; what the monitor
  /// owns is as `start` left it.
  func map(_ guest: () -> Void) {
    start()
    let own = machine.values(owned)
    guest()
    if let share = monitor.storage.first {
      let allocation = [UInt128(share.reserved), UInt128(share.granule), 1]
      _ = machine.evaluate(prepared.map, parameters: allocation)
    }
    for (register, element, value) in own {
      let others = machine.register(register, element) & ~owned[Int(register)]
      machine.setRegister(register, element, others | value)
    }
  }

  func resume() {
    if let resume = prepared.resume { _ = machine.evaluate(resume) }
  }

  func recover() { _ = machine.evaluate(prepared.recovery) }

  func isInterruption(_ trap: TrapID) -> Bool { conditions.contains { $0.trap == trap } }

  /// Takes an interruption by the trap, if it can be pending: what the monitor owns may never let it
  /// be, or only when the monitor asks for the processor back.
  func isInterrupted(by trap: TrapID) -> Bool {
    func isPending() -> Bool { conditions.contains { $0.trap == trap && holds($0.condition) } }
    if !isPending(), let preempt = prepared.preempt { _ = machine.evaluate(preempt) }
    guard isPending(), case .interrupted(let index) = machine.step() else { return false }
    return machine.isa.interrupts[index].trap == trap
  }

  private func holds(_ condition: Machine.PreparedProgram) -> Bool {
    if case .completed(1) = machine.evaluate(condition) { true } else { false }
  }
}

extension Machine {
  fileprivate func set(_ s: ConcreteState) {
    for (place, value) in s.values {
      if case .register(let register, let element) = place { setRegister(register, element, value) }
    }
  }

  /// What the masks let through of every element of every register.
  fileprivate func values(
    _ masks: [UInt128]
  ) -> [(register: RegisterID, element: Int, value: UInt128)] {
    var values: [(register: RegisterID, element: Int, value: UInt128)] = []
    for (index, mask) in masks.enumerated() where mask != 0 {
      for element in 0..<isa.registers[index].count {
        values.append(
          (RegisterID(index), element, register(RegisterID(index), element) & mask))
      }
    }
    return values
  }
}
