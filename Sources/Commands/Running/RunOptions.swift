import Devices
import ISACore
import Verification

/// What the command line adds to a guest: choices, cards, typed lines, bounds.
enum RunOptions {
  static let options: [CommandOption] = [
    .value("limit", "N", "the most steps to make; default the guest's, or 1000000"),
    .value(
      "deck", "[UNIT=]FILE", "cards for the reader, or for a unit: 00C=jobs.deck",
      isRepeatable: true),
    .value(
      "typed", "[UNIT=]TEXT", "a line that the operator types: 009=hello", isRepeatable: true),
    .value(
      "choice", "NAME=VALUE", "what the implementation decides: storage_size=0x10000",
      isRepeatable: true),
    .value("output-limit", "BYTES", "the most that devices may give out; default 16777216"),
  ]

  static func apply(
    _ arguments: ParsedArguments, to guest: inout Guest, of isa: InstructionSet
  ) throws {
    if let limit = try arguments.number("limit", least: 1) { guest.limit = limit }
    if let limit = try arguments.number("output-limit") {
      guest.setup.outputLimit = OutputLimit(bytes: Int(clamping: limit))
    }
    guest.choices.merge(try choices(arguments, "choice", of: isa)) { $1 }
    var decks: [Int: CardDeck] = [:]
    for text in arguments.all("deck") {
      let (unit, file) = try unit(text, "reader", "deck", isa)
      do throws(DeviceError) {
        let deck = try CardDeck(contents: try contents(file))
        decks[unit] =
          try decks[unit].map { (first) throws(DeviceError) in try first + deck } ?? deck
      } catch {
        throw InputError("\(file): \(error.message)")
      }
    }
    guest.setup.decks.merge(decks) { $1 }
    var lines: [Int: [String]] = [:]
    for text in arguments.all("typed") {
      let (unit, line) = try unit(text, "typewriter", "typed", isa)
      lines[unit, default: []].append(line)
    }
    guest.setup.typedLines.merge(lines) { $1 }
  }

  private static func contents(_ file: String) throws(DeviceError) -> [UInt8] {
    do {
      return try readFile(file, limit: CardDeck.most * (CardDeck.columns + 2))
    } catch {
      throw DeviceError(error.message)
    }
  }

  /// The unit before a `=`, or the machine's first of its kind.
  private static func unit(
    _ text: String, _ kind: String, _ option: String, _ isa: InstructionSet
  ) throws(UsageError) -> (Int, String) {
    if let sign = text.firstIndex(of: "="), let unit = GuestSetting.unit(text[..<sign]) {
      return (unit, String(text[text.index(after: sign)...]))
    }
    guard let unit = GuestSetting.firstUnit(kind, of: isa) else {
      throw UsageError("--\(option): \(isa.id) has no \(kind)")
    }
    return (unit, text)
  }

  /// What the implementation decides, as `NAME=NUMBER` says it.
  static func choices(
    _ arguments: ParsedArguments, _ option: String, of isa: InstructionSet
  ) throws(UsageError) -> [ChoiceID: UInt128] {
    let settings = try settings(
      arguments, option, of: isa.choices.map { ($0.name, $0.width) }, called: "choice",
      machine: isa.id)
    return Dictionary(settings.map { (ChoiceID($0.key), $0.value) }) { $1 }
  }

  /// `--option NAME=NUMBER`, several times: by the name's index, the last one that was given.
  ///
  /// - Parameter what: the word for what has a name.
  static func settings(
    _ arguments: ParsedArguments, _ option: String, of known: [(name: String, width: Int)],
    called what: String, machine: String
  ) throws(UsageError) -> [Int: UInt128] {
    var settings: [Int: UInt128] = [:]
    for text in arguments.all(option) {
      let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, let value = ParsedArguments.number(String(sides[1])) else {
        throw UsageError("--\(option) \(text): expected NAME=NUMBER")
      }
      let name = String(sides[0])
      guard let index = known.firstIndex(where: { $0.name == name }) else {
        let near = Suggestion.closest(to: name, among: known.map(\.name))
        throw UsageError(
          "--\(option) \(text): \(machine) has no \(what) '\(name)'",
          help: near.map { "write \($0)" })
      }
      guard UInt128(value) <= BitVector.mask(known[index].width) else {
        throw UsageError("--\(option) \(text): the number does not fit \(known[index].width) bits")
      }
      settings[index] = UInt128(value)
    }
    return settings
  }
}
