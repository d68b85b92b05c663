import ISACore
import Monitor
import Verification

/// What a command line asks `verify` to do.
struct VerifyRequest {
  /// Without the arrangement, which needs the machine.
  let options: VerificationOptions
  /// Virtual machines at once; nil: the three properties one by one.
  let atOnce: Int?
  let quantum: UInt64
  private let strategy: Strategy
  private let drumPages: Int

  /// Monitors on top of one another that anybody has storage for.
  private static let mostDepth: UInt64 = 16
  private static let defaultQuantum: UInt64 = 10_000

  init(_ arguments: ParsedArguments) throws {
    var options = VerificationOptions()
    func number(_ name: String, most: UInt64, _ use: (Int) -> Void) throws {
      guard let number = try arguments.number(name) else { return }
      guard number <= most else { throw UsageError("--\(name) is at most \(most)") }
      use(Int(number))
    }
    try number("states", most: 1_000_000) { options.statesPerForm = $0 }
    try number("torture", most: 1_000_000) { options.tortureCount = $0 }
    try number("depth", most: Self.mostDepth) { options.depth = $0 }
    if let seed = try arguments.number("seed") { options.seed = seed }
    options.withMutants = !arguments.has("no-mutants")
    options.workers = activeProcessorCount()
    self.options = options
    strategy = arguments.value("strategy").flatMap(Strategy.init) ?? .trapAndEmulate
    var atOnce: Int?
    if arguments.has("at-once") {
      _ = try arguments.number("at-once", least: 1)
      try number("at-once", most: 255) { atOnce = $0 }
    }
    self.atOnce = atOnce
    quantum = try arguments.number("quantum", least: 1) ?? Self.defaultQuantum
    var drumPages = 0
    try number("drum", most: 1 << 20) { drumPages = $0 }
    self.drumPages = drumPages
    for option in ["quantum", "drum"] where arguments.has(option) && atOnce == nil {
      throw UsageError("--\(option) goes with --at-once")
    }
    guard arguments.has("step") else { return }
    guard arguments.all("guest").count == 1, atOnce == nil else {
      throw UsageError("--step wants one guest", help: "name it with --guest")
    }
    guard arguments.format == .text else { throw UsageError("--step is text only") }
  }

  /// How monitor and machines are set up for so many guests at a time.
  func arrangement(
    _ arguments: ParsedArguments, _ isa: InstructionSet, guests: Int = 1
  ) throws -> Arrangement {
    var arrangement = Arrangement.standard(
      for: isa, real: try RunOptions.choices(arguments, "real", of: isa),
      virtual: try RunOptions.choices(arguments, "virtual", of: isa), guests: guests,
      drumPages: drumPages)
    arrangement.strategy = strategy
    return arrangement
  }
}
