import ISACore
import Machine

/// `cells`: a console behind a place in a memory, of an address space of ports or of storage
/// itself. The processor stores a character there; the console takes it and leaves zero behind, so
/// that a program can see when there is room for the next. What was typed appears in another place
/// whenever that is zero.
///
/// | key | state |
/// | --- | --- |
/// | `output` | a region of a memory, or a memory; its first unit takes characters |
/// | `input` | likewise, for what was typed; may be left out |
public final class CellConsole: Device {
  public let name: String
  private let output: Cell
  private let input: Cell?
  private var typed: ArraySlice<UInt8>
  private var shown: [UInt8] = []
  private let limit: Int
  private let onOutput: (@Sendable (String, [UInt8]) -> Void)?

  /// A unit at a fixed real address.
  private enum Cell {
    case region(MemoryID, Int)
    case memory(MemoryID)

    init?(_ value: DeviceBinding.Attachment.Value?) {
      switch value {
      case .region(let memory, let region): self = .region(memory, region)
      case .memory(let memory): self = .memory(memory)
      default: return nil
      }
    }

    func place(in machine: Machine) -> (MemoryID, UInt64) {
      switch self {
      case .region(let memory, let region):
        (memory, machine.isa.memories[Int(memory)].regions[region].first)
      case .memory(let memory): (memory, 0)
      }
    }
  }

  public init(_ binding: DeviceBinding, _ setup: DeviceSetup) throws(DeviceError) {
    name = binding.name
    guard let output = Cell(binding["output"]) else {
      throw DeviceError(
        "device \(binding.name): a \(binding.model) needs a region or a memory as 'output'",
        at: binding.span)
    }
    self.output = output
    input = Cell(binding["input"])
    typed = (setup.inputs[binding.name] ?? [])[...]
    limit = setup.outputLimit.bytes
    onOutput = setup.onOutput
  }

  /// Once at the start, to show the first character that was typed.
  public private(set) var due: UInt64? = 0

  public func attend(_ machine: Machine) {
    due = nil
    let (memory, address) = output.place(in: machine)
    let character = UInt8(truncatingIfNeeded: machine.unit(memory, address))
    if character != 0 {
      machine.setUnit(memory, address, 0)
      if shown.count < limit {
        shown.append(character)
        onOutput?(name, [character])
      }
    }
    guard let (memory, address) = input?.place(in: machine), machine.unit(memory, address) == 0,
      let next = typed.popFirst()
    else { return }
    machine.setUnit(memory, address, UInt128(next))
  }

  public var outputs: [DeviceOutput] { [DeviceOutput(name: name, bytes: shown, isText: true)] }
}
