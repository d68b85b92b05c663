import ISACore
import ISALanguage
import Library
import Machine

/// `popek fuzz`
enum FuzzCommand: Command {
  static let name = "fuzz"
  static let summary =
    "read mutated descriptions and random bytes: no crash, no hang, no lost place"
  static let operands = "[ISA…]"
  static let operandCount = 0...Int.max
  static let options: [CommandOption] = [
    .value("count", "N", "how many texts; default 1000"),
    .value("seed", "S", "of the first text, the others follow; default 1"),
    .flag("verbose", "print each seed before its text is read"), .isaPath,
  ]
  static let details = """
    One file of a machine is changed at random and the machine is read again; what is still sound
    makes a few steps. Each message must point into a text, and no text may take longer than a
    second, or four times as long as the machine unchanged. --seed S --count 1 repeats a single
    text. Without ISA, all built-in machines that are no drafts take turns.
    """
  private static let readingsOfSlowTexts = 3
  static let examples = ["fuzz --count 10000", "fuzz s360 --seed 4711 --count 1 --verbose"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let count = min(try arguments.number("count", least: 1) ?? 1000, 1 << 32)
    let first = try arguments.number("seed") ?? 1
    let loader = try MachineLoader(arguments)
    let entries =
      try arguments.operands.isEmpty
      ? loader.library.machines.filter(\.isBuiltIn) : arguments.operands.map(loader.entry)
    let clock = ContinuousClock()
    let machines = entries.compactMap {
      entry -> (DescriptionLibrary.Entry, [SourceFile], Double)? in
      let start = clock.now
      let loaded = loader.load(entry)
      if arguments.operands.isEmpty, loaded.instructionSet?.draft != nil { return nil }
      return (entry, loaded.sources, (clock.now - start) / .milliseconds(1) / 1000)
    }
    guard !machines.isEmpty else { throw InputError("there is no description to mutate") }
    var findings = 0
    var sound = 0
    for index in 0..<count {
      let seed = first &+ index
      if arguments.has("verbose") { console.line("seed \(seed)") }
      if index % 64 == 0 { console.progress("\(index) of \(count) texts") }
      let (entry, sources, unchanged) = machines[Int(seed % UInt64(machines.count))]
      let outcome = read(entry, sources, seed: seed, loader, within: max(1, 4 * unchanged))
      sound += outcome.isSound ? 1 : 0
      if let problem = outcome.problem {
        findings += 1
        console.line("seed \(seed), \(entry.id): \(problem)")
      }
    }
    console.clearProgress()
    console.line("\(count) texts, \(sound) of them sound, \(findings) findings")
    return findings == 0 ? .success : .findings
  }

  /// Reads one mutant, and again where it takes longer than `limit` seconds: other work on the
  /// machine may be the reason, and a text is slow if it always is.
  private static func read(
    _ entry: DescriptionLibrary.Entry, _ sources: [SourceFile], seed: UInt64,
    _ loader: MachineLoader, within limit: Double
  ) -> (problem: String?, isSound: Bool) {
    let clock = ContinuousClock()
    var least = Double.infinity
    for _ in 0..<readingsOfSlowTexts {
      let start = clock.now
      let outcome = read(entry, sources, seed: seed, loader)
      least = min(least, (clock.now - start) / .milliseconds(1) / 1000)
      if outcome.problem != nil || least <= limit { return outcome }
    }
    return ("takes \(least) seconds", false)
  }

  /// Reads one mutant; says what is wrong with how it was read.
  private static func read(
    _ entry: DescriptionLibrary.Entry, _ sources: [SourceFile], seed: UInt64,
    _ loader: MachineLoader
  ) -> (problem: String?, isSound: Bool) {
    var random = SeededGenerator(seed: seed)
    let victim = Int.random(in: sources.indices, using: &random)
    let bytes =
      seed % 16 == 0
      ? DescriptionFuzzer.noise(length: 4000, using: &random)
      : DescriptionFuzzer.mutate(sources[victim].utf8, using: &random)
    let mutant = String(decoding: bytes, as: UTF8.self)
    let loaded = DescriptionLoader.load(
      path: entry.path,
      read: { path in
        guard let index = sources.firstIndex(where: { $0.path == path }) else {
          throw InputError("\(path): not a file of this machine")
        }
        return index == victim ? mutant : sources[index].text
      },
      locate: { loader.library.machine(named: $0)?.path })
    for diagnostic in loaded.diagnostics {
      for span in [diagnostic.span] + diagnostic.notes.map(\.span) {
        let isPlace =
          loaded.sources.indices.contains(Int(span.file)) && span.start >= 0
          && span.start <= span.end
          && Int(span.end) <= loaded.sources[Int(span.file)].utf8.count
        guard isPlace else { return ("a message without a place: \(diagnostic.message)", false) }
      }
    }
    guard let isa = loaded.instructionSet else {
      let hasError = loaded.diagnostics.contains { $0.severity == .error }
      return (hasError ? nil : "refused without a message", false)
    }
    let machine = Machine(isa)
    machine.reset()
    for address in 0..<64 {
      machine.setUnit(isa.fetch.memory, UInt64(address), random.bits(128))
    }
    _ = machine.run(limit: 16)
    return (nil, true)
  }
}
