import ISACore
import Monitor
import Verification

/// A guest on the bare machine and under the monitor, side by side, a line a step.
struct SteppedRun {
  private let isa: InstructionSet
  private let run: SideBySide
  private let text: MachineText

  /// Columns of the bare machine's half.
  private static let width = 64

  init(_ isa: InstructionSet, _ arrangement: Arrangement, _ guest: Guest) throws {
    self.isa = isa
    run = try SideBySide(isa, arrangement, guest)
    text = MachineText(isa)
  }

  /// Shows every step until one of the machines ends, or both part.
  func show(_ console: Console) -> ExitStatus {
    console.line(
      console.style(padded("    step  bare machine") + "\u{2502} virtual machine", .bold))
    return Interruption.noted {
      while let step = run.next() {
        console.line(line(step))
        if let difference = step.difference {
          console.line(console.style("        \(difference)", .warning))
        }
        if Interruption.hasCome { return .interrupted }
      }
      console.line(words(run.end))
      return run.end == .parted ? .findings : .success
    }
  }

  private func line(_ step: SideBySide.Step) -> String {
    let mark = step.difference == nil ? " " : "\u{2260}"
    let number = String(step.number)
    let margin = String(repeating: " ", count: max(0, 6 - number.count))
    var bare: String
    if step.outcome == .waited, step.count > 1 {
      bare = "        waits, \(step.count) steps"
    } else if case .stopped(let reason) = step.outcome {
      bare = "        \(reason)"
    } else {
      bare = text.line(step.outcome, step.changes, run.bare)
    }
    bare = "\(mark) \(margin)\(number)  \(bare)"
    return padded(bare) + "\u{2502} " + virtual(step)
  }

  /// How the virtual machine came through the step.
  private func virtual(_ step: SideBySide.Step) -> String {
    var parts = step.exits.map(\.rawValue)
    if step.isDirect { parts.append("direct") }
    return parts.isEmpty ? "\u{00B7}" : parts.joined(separator: ", ")
  }

  private func padded(_ text: String) -> String {
    text + String(repeating: " ", count: max(1, Self.width - text.count))
  }

  private func words(_ end: SideBySide.End?) -> String {
    switch end {
    case .waitsForEver: "the processor waits, and nothing can interrupt it"
    case .stopped(let reason): reason.description
    case .parted: "the two have parted"
    case .limit, nil: "the limit of steps is reached"
    }
  }
}
