import Devices
import ISACore

/// The real disks of a machine that runs several guests: packs of 203 cylinders, on which each
/// guest's disk is a range of cylinders.
struct RealDisks {
  private var pack: DiskStore?
  private var next = 0
  /// Disks of guests, and the packs that they lie on.
  private(set) var virtualDisks = 0
  private(set) var packCount = 0

  /// A virtual disk with what another one holds, on the pack that has room for it.
  private mutating func partition(
    holding disk: DiskPartition
  ) throws(DeviceError) -> DiskPartition {
    let count = disk.cylinders
    if pack == nil || next + count > DiskStore.mostCylinders {
      pack = try DiskStore()
      packCount += 1
      next = 0
    }
    let partition = try pack!.partition(next..<next + count)
    next += count
    virtualDisks += 1
    partition.fill(from: disk)
    return partition
  }

  /// A guest's devices, its disks on these packs.
  ///
  /// - Parameter mutation: a mistake to be made.
  mutating func devices(
    for guest: Guest, of isa: InstructionSet, mutation: DeviceMutation? = nil
  ) throws(DeviceError) -> [any Device] {
    var setup = guest.setup
    setup.mutation = mutation
    for unit in guest.setup.disks.keys.sorted() {
      setup.disks[unit] = try partition(holding: guest.setup.disks[unit]!)
    }
    return try DeviceRegistry.devices(of: isa, setup)
  }
}
