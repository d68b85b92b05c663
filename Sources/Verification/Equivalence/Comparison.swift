import Devices
import ISACore
import Machine

/// Compares the bare machine's state with the virtual machine's: every register, every unit of
/// storage, everything that the devices have given out.
struct Comparison {
  private let isa: InstructionSet
  private let registers: StateBits

  init(_ isa: InstructionSet) {
    self.isa = isa
    registers = StateBits(allOf: isa)
  }

  /// What differs first, in words; nil if nothing does.
  ///
  /// - Parameter includingStorage: registers alone take no time.
  func difference(
    _ bare: System, _ virtual: System, includingStorage: Bool
  ) -> String? {
    if bare.machine.time != virtual.machine.time {
      return "time is \(virtual.machine.time), not \(bare.machine.time)"
    }
    if let what = stateDifference(
      bare.machine, virtual.machine, includingStorage: includingStorage)
    {
      return what
    }
    for (mine, theirs) in zip(bare.outputs, virtual.outputs) where mine != theirs {
      return "\(mine.name) has other output"
    }
    return nil
  }

  /// What differs first in registers and storage.
  func stateDifference(
    _ bare: Machine, _ virtual: Machine, includingStorage: Bool
  ) -> String? {
    if let (register, element) = virtual.firstDifference(of: registers, from: bare) {
      let declared = isa.registers[Int(register)]
      let name = declared.isFile ? "\(declared.name)[\(element)]" : declared.name
      return "\(name) is \(hex(virtual.register(register, element), declared.width)), not "
        + hex(bare.register(register, element), declared.width)
    }
    guard includingStorage else { return nil }
    for (index, memory) in isa.memories.enumerated() {
      let id = MemoryID(index)
      guard
        let address = virtual.firstDifference(in: id, from: bare, below: bare.memorySize(id))
      else { continue }
      return "\(memory.name)[0x\(String(address, radix: 16, uppercase: true))] is "
        + hex(virtual.unit(id, address), memory.unitWidth) + ", not "
        + hex(bare.unit(id, address), memory.unitWidth)
    }
    return nil
  }

  private func hex(_ value: UInt128, _ width: Int) -> String {
    BitVector(value, width: width).hex
  }
}
