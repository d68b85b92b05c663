import ISACore
import Machine

/// A state that shows what a trap takes: the concrete machine goes from it into the entry, and back
/// where there is a way back.
final class TrapLoss {
  private let isa: InstructionSet
  private let layout: RoleLayout
  private let choices: [UInt128]
  private lazy var bench = Bench(isa, layout: layout, choices: choices)
  private lazy var bare = BareMachine(blankMachine())
  private var host: MonitoredMachine?

  init(isa: InstructionSet, layout: RoleLayout, choices: [UInt128]) {
    self.isa = isa
    self.layout = layout
    self.choices = choices
  }

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
      of: entry, on: bare,
      masks: isa.registers.indices.map {
        registers.contains(RegisterID($0)) ? BitVector.mask(isa.registers[$0].width) : 0
      })
  }

  /// What stands direct under the monitor's map, and neither the entry nor the recovery gives back.
  func example(of recovery: MonitorMap.Recovery, in monitor: MonitorMap) -> Trial {
    let host = self.host ?? MonitoredMachine(blankMachine(), monitor: monitor)
    self.host = host
    return example(of: recovery.entry, on: host, masks: isa.standingMasks { $0 == .direct })
  }

  private func blankMachine() -> Machine {
    var valuation: [ChoiceID: UInt128] = [:]
    for (index, value) in choices.enumerated() { valuation[ChoiceID(index)] = value }
    let machine = Machine(isa, choices: valuation)
    machine.clear()
    return machine
  }

  /// - Parameter masks: the bits of each register that are looked at.
  private func example(
    of entry: Int, on host: some TrapTaker, masks: [UInt128]
  ) -> Trial {
    let machine = host.machine
    let traps = isa.traps.indices.filter { isa.traps[$0].entry == entry }
    guard !traps.isEmpty, let form = isa.forms.first else { return Trial() }
    let reference = FormReference(instruction: form.instruction, form: form.form)
    let fields = isa.instructions[form.instruction].forms[form.form].fields.count
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
      host.enter { machine.set(s) }
      let before = machine.values(masks)
      host.resume()
      if host.isInterruption(TrapID(trap)) {
        guard host.isInterrupted(by: TrapID(trap)) else { continue }
      } else {
        let program = isa.traps[trap].arguments
        let arguments = program.parameters.map { random.bits(program.locals[Int($0)].width) }
        let outcome = machine.take(
          TrapID(trap), .program, arguments: arguments,
          length: machine.decoder.length(of: reference))
        guard case .trapped = outcome else { continue }
      }
      host.recover(from: entry)
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

/// Where traps are tried.
private protocol TrapTaker {
  var machine: Machine { get }
  /// Makes the state from which a user program runs, once `guest` has set its registers.
  func enter(_ guest: () -> Void)
  /// What is done last before it has control.
  func resume()
  /// Whether the trap happens by interruption only.
  func isInterruption(_ trap: TrapID) -> Bool
  /// Takes an interruption by the trap, if it can be pending.
  func isInterrupted(by trap: TrapID) -> Bool
  /// Undoes what a trap's entry has done, where there is a way.
  func recover(from entry: Int)
}

/// A machine without a monitor: traps are taken as they come, and nobody goes back.
private struct BareMachine: TrapTaker {
  let machine: Machine
  private let blank: Machine.Snapshot

  init(_ machine: Machine) {
    self.machine = machine
    blank = machine.snapshot()
  }

  func enter(_ guest: () -> Void) {
    machine.restore(blank)
    guest()
  }

  func resume() {}
  func isInterruption(_ trap: TrapID) -> Bool { false }
  func isInterrupted(by trap: TrapID) -> Bool { false }
  func recover(from entry: Int) {}
}

/// A machine on which a monitor lets its guests run and takes it back by its recoveries.
private struct MonitoredMachine: TrapTaker {
  let machine: Machine
  private let monitor: MonitorMap
  private let map: Machine.PreparedProgram
  private let resumption: Machine.PreparedProgram?
  private let preemption: Machine.PreparedProgram?
  private let recoveries: [Int: Machine.PreparedProgram]
  /// Once `start` has run.
  private let started: Machine.Snapshot
  private let conditions: [(trap: TrapID, condition: Machine.PreparedProgram)]
  /// The bits of each register that are the monitor's.
  private let owned: [UInt128]

  init(_ machine: Machine, monitor: MonitorMap) {
    self.machine = machine
    self.monitor = monitor
    map = machine.prepare(monitor.map)
    resumption = monitor.resume.map { machine.prepare($0) }
    preemption = monitor.preempt.map { machine.prepare($0) }
    recoveries = Dictionary(
      monitor.recoveries.map { ($0.entry, machine.prepare($0.program)) }, uniquingKeysWith: { $1 })
    conditions = machine.isa.interrupts.map { ($0.trap, machine.prepare($0.condition)) }
    owned = machine.isa.standingMasks { $0 == .owned }
    if let start = monitor.start { _ = machine.evaluate(machine.prepare(start)) }
    started = machine.snapshot()
  }

  /// The map looks at all that is the guest's; what the monitor owns is as `start` left it.
  func enter(_ guest: () -> Void) {
    machine.restore(started)
    let own = machine.values(owned)
    guest()
    if let share = monitor.storage.first {
      let allocation = [UInt128(share.reserved), UInt128(share.granule), 1]
      _ = machine.evaluate(map, parameters: allocation)
    }
    for (register, element, value) in own {
      let others = machine.register(register, element) & ~owned[Int(register)]
      machine.setRegister(register, element, others | value)
    }
  }

  func resume() {
    if let resumption { _ = machine.evaluate(resumption) }
  }

  func isInterruption(_ trap: TrapID) -> Bool { conditions.contains { $0.trap == trap } }

  /// What the monitor owns may never let it be pending, or only when the monitor asks for the
  /// processor back.
  func isInterrupted(by trap: TrapID) -> Bool {
    func isPending() -> Bool { conditions.contains { $0.trap == trap && holds($0.condition) } }
    if !isPending(), let preemption { _ = machine.evaluate(preemption) }
    guard isPending(), case .interrupted(let index) = machine.step() else { return false }
    return machine.isa.interrupts[index].trap == trap
  }

  func recover(from entry: Int) {
    if let recovery = recoveries[entry] { _ = machine.evaluate(recovery) }
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
