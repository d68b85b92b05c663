import ISACore
import Machine

/// The modes that the theory speaks of: either side of a pair.
///
/// A machine may have others, in which a virtual machine can be as well: real-address mode and
/// virtual-8086 mode beside the levels of IA-32. What parts there is seen and said, and stands neither for
/// nor against what was foretold.
struct ForeseenModes: Sendable {
  private let pair: ModePair?

  /// - Parameter pair: nil for a machine without modes, about which the theory leaves nothing out.
  init(_ pair: ModePair?) { self.pair = pair }

  func contain(_ machine: Machine) -> Bool {
    guard let pair else { return true }
    return [pair.user, pair.supervisor].contains { side in
      side.allSatisfy {
        machine.bits($0.register, $0.element, low: $0.low, width: $0.width) == $0.value
      }
    }
  }
}
