import Devices

extension DeviceSetup {
  /// The same setup with disks of its own: what one machine writes on them, no other one reads.
  public func copied() throws(DeviceError) -> DeviceSetup {
    var copy = self
    for (unit, disk) in disks {
      let store = try DiskStore(image: disk.image())
      copy.disks[unit] = try store.partition(0..<store.cylinders)
    }
    return copy
  }
}
