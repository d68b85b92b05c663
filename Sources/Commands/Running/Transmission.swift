import Devices
import Synchronization

/// Shows what devices give out while they run.
///
/// With several devices each line bears the name of its device and is shown when it is complete;
/// one device alone is shown as it writes. Control characters, by which a guest could take hold of
/// the terminal, become blanks.
final class Transmission {
  /// What has left the devices and has not been shown.
  private final class Mailbox: Sendable {
    private let pieces = Mutex<[(name: String, bytes: [UInt8])]>([])

    func put(_ name: String, _ bytes: [UInt8]) { pieces.withLock { $0.append((name, bytes)) } }

    func take() -> [(name: String, bytes: [UInt8])] {
      pieces.withLock { pieces in
        defer { pieces = [] }
        return pieces
      }
    }
  }

  private let mailbox = Mailbox()
  private let console: Console
  /// By device: what its last line holds so far.
  private var open: [(name: String, bytes: [UInt8])] = []
  /// The only device that is shown.
  private var selected: String?
  private var bearsNames = false
  /// Whether what was shown last ends in the middle of a line.
  private var isInLine = false

  init(_ console: Console) { self.console = console }

  /// For `DeviceSetup.onOutput`.
  var receiver: @Sendable (_ name: String, _ bytes: [UInt8]) -> Void {
    let mailbox = mailbox
    return { mailbox.put($0, $1) }
  }

  /// Looks which devices there are.
  ///
  /// - Parameter wanted: `009 typewriter`, or one word of that; nil for all.
  /// - Throws: no device of that name gives out text.
  func select(_ wanted: String?, of system: System) throws(UsageError) {
    let names = system.outputs.filter(\.isText).map(\.name)
    bearsNames = names.count > 1
    guard let wanted else { return }
    let matching = names.filter { name in
      name == wanted || name.split(separator: " ").contains { $0 == wanted }
    }
    guard matching.count == 1 else {
      throw UsageError(
        matching.isEmpty ? "no device '\(wanted)' writes text" : "several devices are '\(wanted)'",
        help: names.isEmpty ? nil : "one of \(names.joined(separator: ", "))")
    }
    selected = matching[0]
    bearsNames = false
  }

  /// Shows what has come since the last time.
  func show() {
    for (name, bytes) in mailbox.take() where selected == nil || name == selected {
      let index = open.firstIndex { $0.name == name } ?? open.endIndex
      if index == open.endIndex { open.append((name, [])) }
      open[index].bytes += bytes
      showLines(index)
    }
  }

  /// Shows the rest, and ends the line.
  func finish() {
    show()
    for index in open.indices where !open[index].bytes.isEmpty {
      write(open[index].bytes[...], of: open[index].name)
      open[index].bytes = []
      if bearsNames { endLine() }
    }
    endLine()
  }

  /// Ends a line that is under way, for something that is not a device's.
  func endLine() {
    if isInLine { console.line() }
    isInLine = false
  }

  private func showLines(_ index: Int) {
    let (name, bytes) = open[index]
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      write(rest[...end], of: name)
      rest = rest[(end + 1)...]
    }
    // A character of several bytes may not be complete.
    if !bearsNames, rest.allSatisfy({ $0 < 0x80 }) {
      write(rest, of: name)
      rest = []
    }
    open[index].bytes = Array(rest)
  }

  private func write(_ bytes: ArraySlice<UInt8>, of name: String) {
    guard let last = bytes.last else { return }
    var shown = bearsNames ? "\(name): " : ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      // A new page begins with the line that follows.
      case 0x0C: break
      case 0x09, 0x0A: shown.unicodeScalars.append(scalar)
      case 0x00..<0x20, 0x7F...0x9F: shown += " "
      default: shown.unicodeScalars.append(scalar)
      }
    }
    console.write(shown)
    isInLine = last != 0x0A
  }
}
