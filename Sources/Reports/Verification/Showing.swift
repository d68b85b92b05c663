import Assembler
import ISACore
import Machine
import Verification

/// The smallest guest that shows a hole, in words.
struct Showing {
  var id: String
  /// The instruction as it is written, with its address; nil if nothing can be decoded.
  var instruction: String?
  /// Registers that are not zero before it.
  var registers: [(place: String, value: String)] = []
  /// Storage that is not zero before it.
  var storage: [(place: String, value: String)] = []
  /// What differs after it: "a[1] is …, not …".
  var difference: String

  /// Units shown; a guest that could not be shrunk may have many.
  static let mostUnits = 24

  /// - Parameter choices: what the guest's machine decides where the guest itself does not say.
  init(
    id: String, guest: Guest, difference: String, of isa: InstructionSet,
    choices: [ChoiceID: UInt128]
  ) {
    self.id = id
    self.difference = difference
    let machine = Machine(isa, choices: choices.merging(guest.choices) { $1 })
    do { try guest.load(into: machine) } catch { return }
    for (index, register) in isa.registers.enumerated() {
      for element in 0..<register.count {
        let value = machine.register(RegisterID(index), element)
        guard value != 0 else { continue }
        let name = register.isFile ? "\(register.name)[\(element)]" : register.name
        registers.append((name, BitVector(value, width: register.width).hex))
      }
    }
    let memory = isa.memories[Int(isa.fetch.memory)]
    let units = guest.units(of: isa.fetch.memory)
    for (address, unit) in units.prefix(Self.mostUnits) {
      storage.append(
        (
          "\(memory.name)[0x\(String(address, radix: 16, uppercase: true))]",
          BitVector(unit, width: memory.unitWidth).hex
        ))
    }
    if units.count > Self.mostUnits {
      storage.append(("and", "\(Figures.grouped(units.count - Self.mostUnits)) more"))
    }
    _ = machine.step()
    let last = machine.lastInstruction
    if let form = last.form {
      let text = Disassembler(isa).text(of: form, fields: last.fields, at: last.address)
      instruction = "\(String(last.address, radix: 16, uppercase: true))  \(text)"
    }
  }
}
