import Classifier
import ISACore
import Library

/// Why a machine cannot run guests, and which ones can instead.
enum NoMonitor {
  static func error(
    _ isa: InstructionSet, _ loader: MachineLoader, _ arguments: ParsedArguments,
    _ console: Console
  ) throws -> InputError {
    var message = "\(isa.id) has no monitor block: nobody has said how it would run guests"
    if let why = try unmetMap(isa, arguments, console) {
      message = "\(isa.id) cannot run guests under a monitor: \(why)"
    }
    let others = descendants(of: isa.id, in: loader)
    return InputError(
      message,
      help: others.isEmpty
        ? "a monitor block says how the real machine stands while a guest runs"
        : "run \(others.joined(separator: " or ")) instead: \(isa.id) with what it lacks")
  }

  /// Why the paper's precondition of a map is not met; nil if it is.
  private static func unmetMap(
    _ isa: InstructionSet, _ arguments: ParsedArguments, _ console: Console
  ) throws -> String? {
    guard !isa.modePairs.isEmpty else { return "it has one mode" }
    // Of the classification only the preconditions are wanted.
    return try ClassificationRequest(arguments, isa, instructions: []).perform(console)
      .preconditions.first { $0.name == "map" && !$0.holds }?.why
  }

  /// The machines that are deltas of this one, or of such a one, and have a monitor block.
  private static func descendants(of id: String, in loader: MachineLoader) -> [String] {
    var family: Set<String> = [id]
    var found: [DescriptionLibrary.Entry] = []
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for entry in loader.library.machines {
        guard let base = entry.base, family.contains(base), family.insert(entry.id).inserted
        else { continue }
        found.append(entry)
        isGrowing = true
      }
    }
    return found.filter { loader.load($0).instructionSet?.monitor != nil }.map(\.id).sorted()
  }
}
