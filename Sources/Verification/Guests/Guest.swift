import Assembler
import Devices
import ISACore
import Machine

/// What runs on a machine, bare or virtual: an image of storage, registers, and what is put into
/// the devices.
public struct Guest: Sendable {
  public var name: String
  /// One sentence.
  public var purpose: String
  /// Real units, loaded before the description's `reset` runs: what it reads is there.
  public var image: [(memory: MemoryID, address: UInt64, units: [UInt128])]
  /// One past the last unit that it needs of the memory that instructions are fetched from, where
  /// that is more than its image has.
  public var extent: UInt64 = 0
  /// Where it begins, if not where the reset leads; the description must have a `begin`.
  public var entry: UInt64?
  /// Registers set after the reset, and after the entry.
  public var registers: [(register: RegisterID, element: Int, value: UInt128)] = []
  /// What the machine's implementation decides otherwise than by default.
  public var choices: [ChoiceID: UInt128] = [:]
  public var setup = DeviceSetup()
  /// Steps after which it is stopped.
  public var limit: UInt64

  public init(
    name: String, purpose: String = "",
    image: [(memory: MemoryID, address: UInt64, units: [UInt128])], limit: UInt64
  ) {
    self.name = name
    self.purpose = purpose
    self.image = image
    self.limit = limit
  }

  /// A guest from an image file's segments, for the memory that instructions are fetched from.
  public init(
    name: String, purpose: String = "", image: MemoryImage, for isa: InstructionSet, limit: UInt64
  ) {
    self.init(
      name: name, purpose: purpose,
      image: image.segments.map { (isa.fetch.memory, $0.address, $0.units) }, limit: limit)
  }

  /// One past the last unit that it needs of a memory.
  public func end(in memory: MemoryID) -> UInt64 {
    let ends = image.filter { $0.memory == memory }
      .map { $0.address &+ UInt64($0.units.count) }
    return max(ends.max() ?? 0, extent)
  }

  /// Devices for one machine, with disks of their own: what one machine writes, no other reads.
  ///
  /// - Parameter mutation: a mistake to be made.
  public func devices(
    of isa: InstructionSet, mutation: DeviceMutation? = nil
  ) throws(DeviceError) -> [any Device] {
    var setup = try setup.copied()
    setup.mutation = mutation
    return try DeviceRegistry.devices(of: isa, setup)
  }

  /// Loads the guest into a machine that was just made.
  public func load(into machine: Machine) throws(GuestError) {
    machine.clear()
    for segment in image {
      let memory = machine.isa.memories[Int(segment.memory)]
      let size = machine.memorySize(segment.memory)
      guard segment.address <= size, UInt64(segment.units.count) <= size - segment.address else {
        throw GuestError(
          "\(name) does not fit: it needs \(memory.name) up to "
            + "\(segment.address &+ UInt64(segment.units.count)), and the machine has \(size)")
      }
      for (index, unit) in segment.units.enumerated() {
        machine.setUnit(segment.memory, segment.address + UInt64(index), unit)
      }
    }
    let size = machine.memorySize(machine.isa.fetch.memory)
    guard extent <= size else {
      throw GuestError(
        "\(name) does not fit: it needs \(extent) units, and the machine has \(size)")
    }
    machine.restart()
    if let entry {
      guard machine.begin(at: entry) else {
        throw GuestError(
          "\(name) cannot begin at 0x\(String(entry, radix: 16, uppercase: true)) on "
            + machine.isa.id)
      }
    }
    for (register, element, value) in registers {
      machine.setRegister(register, element, value)
    }
  }
}

/// A guest that cannot be run.
public struct GuestError: Error, Sendable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
