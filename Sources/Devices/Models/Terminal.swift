import ISACore
import Machine

/// `terminal`: a console that shows each character it is sent.
///
/// | key | state |
/// | --- | --- |
/// | `data` | the character last sent; its lowest 8 bits count |
/// | `strobe` | changes whenever a character is sent |
public final class Terminal: Device {
  public let name: String
  private let data: DeviceRegister
  private let strobe: DeviceRegister
  private var lastStrobe: UInt128 = 0
  private var shown: [UInt8] = []
  private let limit: Int
  private let onOutput: (@Sendable (String, [UInt8]) -> Void)?

  public init(_ binding: DeviceBinding, _ setup: DeviceSetup) throws(DeviceError) {
    name = binding.name
    data = try DeviceRegister("data", of: binding)
    strobe = try DeviceRegister("strobe", of: binding)
    limit = setup.outputLimit.bytes
    onOutput = setup.onOutput
  }

  public var due: UInt64? { nil }

  public func attend(_ machine: Machine) {
    let now = strobe.value(in: machine)
    guard now != lastStrobe else { return }
    lastStrobe = now
    guard shown.count < limit else { return }
    let character = UInt8(truncatingIfNeeded: data.value(in: machine))
    shown.append(character)
    onOutput?(name, [character])
  }

  public var outputs: [DeviceOutput] { [DeviceOutput(name: name, bytes: shown, isText: true)] }
}
