import ISACore
import Machine

extension System {
  /// What the load key does on a System/360 (GA22-6821, "Initial Program Loading"): 24 bytes are
  /// read from the unit to location 0, the channel goes on with the command word at location 8,
  /// and when the unit is done, the PSW is loaded from location 0.
  ///
  /// The machine should have been reset and nothing else.
  ///
  /// - Parameter unit: channel and device, such as 0x00C.
  /// - Throws: what keeps the unit from loading: it is not there, is not ready, or its program
  ///   is wrong.
  public func initialProgramLoad(_ unit: Int) throws(DeviceError) {
    guard let channels = devices.lazy.compactMap({ $0 as? S360Channels }).first else {
      throw DeviceError("machine \(machine.isa.id) has no channel to load from")
    }
    try channels.load(from: unit, into: machine)
    guard let reset = machine.isa.reset else { return }
    _ = machine.evaluate(machine.prepare(reset))
  }
}
