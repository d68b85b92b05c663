import Devices
import ISACore
import Machine

/// A virtual machine: the state v, devices of its own, and what the monitor knows of it.
public final class VirtualMachine {
  /// From 1; 0 is the monitor.
  public let number: Int
  public let name: String
  /// v. Its translated memory is a window on the host's storage.
  public let system: System
  public internal(set) var profile = ExitProfile()
  /// Why it can go on no more; nil while it can.
  public internal(set) var end: End?

  /// Where its contiguous storage starts in the host; 0 if it is allotted by the page.
  let origin: UInt64
  /// Told when the page with a real address has lost its frame, if a monitor runs in here.
  var didForget: ((_ page: UInt64) -> Void)?
  /// The description's `map`, made ready for this machine.
  var preparedMap: Machine.PreparedProgram?
  /// By virtual address of a block: what was installed for it.
  var mappings: [UInt64: Mapping] = [:]
  /// Virtual addresses that were mapped at some time, as many as are remembered.
  var everMapped: Set<UInt64> = []
  static let mostRemembered = 4096
  /// Virtual addresses for which there was no mapping to be had when nothing was mapped: the monitor's
  /// own, and those by which the processor itself looks into tables.
  var unmappable: Set<UInt64> = []
  /// Virtual addresses that were never to be had, until the first one was.
  var refused: Set<UInt64> = []
  /// A monitor keeps few addresses for itself: where more are refused, and none was had, something
  /// is wrong.
  static let mostRefused = 4
  /// Blocks of its storage that its own translation reads: accesses to them are interpreted, so
  /// that no change of a table goes unseen.
  var tables: Set<UInt64> = []
  /// The units in them that it has read.
  var tableUnits: Set<UInt64> = []
  /// `System.attendances` when the mappings were made: devices may store into tables, too.
  var mappedAttendances: UInt64 = 0
  /// What `MapPlan.addressing` was when the mappings were made.
  var mappedAddressing: [UInt64] = []
  /// Mappings whose effect has not been looked at yet: virtual address, real address, intent.
  var unchecked: [(va: UInt64, real: UInt64, intent: Intent)] = []
  /// When it last asked for a mapping, and how often without an instruction in between.
  var mappingTime: UInt64 = .max
  var mappingTries = 0

  public var machine: Machine { system.machine }

  struct Mapping: Equatable {
    var frame: UInt64
    /// A bit for each intent that is let through.
    var rights: UInt8
  }

  public enum End: Equatable, Sendable {
    /// It waits for an interruption that cannot come.
    case waitsForEver
    case stopped(StopReason)
    /// The monitor cannot go on with it; the text says why.
    case lost(String)
  }

  init(number: Int, name: String, system: System, origin: UInt64) {
    self.number = number
    self.name = name
    self.system = system
    self.origin = origin
  }

  /// Forgets what was mapped, and from which tables.
  func forgetMappings() {
    mappings.removeAll(keepingCapacity: true)
    tables.removeAll(keepingCapacity: true)
    tableUnits.removeAll(keepingCapacity: true)
    unchecked.removeAll(keepingCapacity: true)
  }

  /// Whether it stands in a mode of a pair's supervisor side.
  func isSupervisor(_ pair: ModePair?) -> Bool {
    guard let pair else { return true }
    return pair.supervisor.allSatisfy {
      machine.bits($0.register, $0.element, low: $0.low, width: $0.width) == $0.value
    }
  }
}
