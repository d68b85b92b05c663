import Assembler
import ISACore
import Machine

/// What a machine does and holds, in words.
struct MachineText {
  private let isa: InstructionSet
  private let disassembler: Disassembler

  /// Changes shown in one line of a trace.
  private static let changesShown = 32

  init(_ isa: InstructionSet) {
    self.isa = isa
    disassembler = Disassembler(isa)
  }

  /// `200  AR 1,2  gr[1]=00000003`
  func line(_ outcome: StepOutcome, _ changes: [StateChange], _ machine: Machine) -> String {
    var text = ""
    if case .interrupted(let index) = outcome {
      text = "interruption \(isa.interrupts[index].name)"
    } else if case .waited = outcome {
      text = "        waits"
    } else {
      let last = machine.lastInstruction
      text = String(last.address, radix: 16, uppercase: true)
      text = String(repeating: " ", count: max(0, 6 - text.count)) + text + "  "
      if let form = last.form {
        text += disassembler.text(of: form, fields: last.fields, at: last.address)
      }
      if case .trapped(let trap, let trapClass, _) = outcome {
        text += "  traps \(isa.traps[Int(trap)].name) (\(trapClass.rawValue))"
      }
    }
    for change in changes.prefix(Self.changesShown) { text += "  \(self.text(of: change))" }
    return changes.count > Self.changesShown ? text + "  …" : text
  }

  private func text(of change: StateChange) -> String {
    switch change.place {
    case .register(let id, let element):
      let register = isa.registers[Int(id)]
      let name = register.isFile ? "\(register.name)[\(element)]" : register.name
      return "\(name)=\(BitVector(change.after, width: register.width).hex)"
    case .unit(let id, let address):
      let memory = isa.memories[Int(id)]
      return "\(memory.name)[\(String(address, radix: 16, uppercase: true))]="
        + BitVector(change.after, width: memory.unitWidth).hex
    }
  }

  /// Registers that are not zero, a line each.
  static func registers(of machine: Machine) -> String {
    var text = ""
    for (index, register) in machine.isa.registers.enumerated() {
      for element in 0..<register.count {
        let value = machine.register(RegisterID(index), element)
        guard value != 0 else { continue }
        let name = register.isFile ? "\(register.name)[\(element)]" : register.name
        text += "  \(name) = \(BitVector(value, width: register.width).hex)\n"
      }
    }
    return text
  }
}
