import ISACore
import Machine

/// A model of a device, or of a channel with its devices.
///
/// A device shares state with one processor: registers or storage that the description names in a
/// `device` item. It acts only when it is attended, takes its time from the machine, and depends on
/// nothing else: what happens is the same in every run.
public protocol Device: AnyObject {
  /// As the description calls it.
  var name: String { get }
  /// The time (`Machine.time`) at which it wants to be attended next; nil: only when the
  /// processor has written to it.
  var due: UInt64? { get }
  /// Looks at the shared state and acts on it. Called after each step that wrote device state of
  /// any kind, and when the device is due; both may be for nothing.
  func attend(_ machine: Machine)
  /// What it has given to the outside so far, in order: lines printed, cards punched, a disk's
  /// contents at the end are streams of their own.
  var outputs: [DeviceOutput] { get }
}

/// What a device has given to the outside.
public struct DeviceOutput: Hashable, Sendable {
  /// `typewriter`, `00E printer`, `190 disk`.
  public var name: String
  /// As it left the device; text in the code of the outside (UTF-8).
  public var bytes: [UInt8]
  /// Whether a person can read it.
  public var isText: Bool

  public init(name: String, bytes: [UInt8], isText: Bool) {
    self.name = name
    self.bytes = bytes
    self.isText = isText
  }
}

/// How much devices may give out before a guest is stopped.
public struct OutputLimit: Sendable {
  /// Bytes of all outputs of one machine together.
  public var bytes: Int
  public init(bytes: Int = 16 << 20) { self.bytes = bytes }
}
