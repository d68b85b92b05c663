import Devices
import ISACore
import Monitor
import Reports
import Verification

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `popek verify`
enum VerifyCommand: Command {
  static let name = "verify"
  static let summary = "run guests under a monitor: equivalence, resource control, efficiency"
  static let operands = "ISA"
  static let operandCount = 1...1
  static let options: [CommandOption] =
    [
      .format(.text, .json, .html),
      .value(
        "guest", "GUEST", "a guest, assembly text or an image; default all", isRepeatable: true),
      CommandOption(
        name: "strategy", value: "STRATEGY",
        help: Strategy.allCases.map(\.rawValue).joined(separator: ", "),
        choices: Strategy.allCases.map(\.rawValue)),
      .value("limit", "N", "the most steps that a guest makes; default the guest\u{2019}s own"),
      .value(
        "real", "NAME=VALUE", "what the real machine decides: storage_size=0x40000",
        isRepeatable: true),
      .value(
        "virtual", "NAME=VALUE", "what the virtual machines decide; default part of the storage",
        isRepeatable: true),
      .value("states", "N", "states of the commuting diagram per form; default 1000"),
      .value("torture", "N", "programs at random; default 100"),
      .value("depth", "N", "monitors on top of one another, at most; default 3"),
      .flag("no-mutants", "do not hunt mutants of the monitor and the description"),
      .value("seed", "N", "of everything at random; default 1974"),
      .value("save-guests", "DIR", "write the smallest guests that show a hole as assembly text"),
      .value("at-once", "N", "run N virtual machines at once on one machine, and nothing else"),
      .value("quantum", "N", "with --at-once: steps of a turn; default 10000"),
      .value("drum", "PAGES", "with --at-once: pages that may be written out; default 0"),
      .flag("step", "with one --guest: bare and virtual machine side by side, step by step"),
      .isaPath,
    ]
  static let details = """
    Runs every guest bare and under the monitor and compares them to the last unit of storage and
    output, tries the commuting diagram on every form from many states, runs programs at random and
    monitors on monitors, and makes mistakes on purpose to see that they are noticed. What parts is
    compared with what the classifier predicts. The exit status is 0 if all three properties hold,
    theory and experiment agree, and every mutant is caught.
    With --at-once, several guests share one real machine in turn, each with its own storage, devices
    and clock, and each is compared with its run alone. Ctrl-C ends with what there is by then.
    """
  static let examples = [
    "verify third-generation", "verify third-generation-read-mode --no-mutants --format html",
    "verify third-generation --at-once 2 --quantum 50",
    "verify third-generation --guest supervisor --step --limit 20",
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let request = try VerifyRequest(arguments)
    let loader = try MachineLoader(arguments)
    let isa = try loader.machine(arguments.operands[0], console)
    guard isa.monitor != nil else { throw try NoMonitor.error(isa, loader, arguments, console) }
    let selection = try GuestSelection(arguments, isa, loader, console)
    do {
      if let count = request.atOnce {
        return try runAtOnce(count, request, arguments, selection, console)
      }
      let arrangement = try request.arrangement(arguments, isa)
      if arguments.has("step") {
        return try SteppedRun(isa, arrangement, selection.guests(on: arrangement)[0]).show(console)
      }
      return try verify(request, arrangement, arguments, selection, console)
    } catch let error as GuestError {
      throw InputError(error.description)
    } catch let error as MonitorError {
      throw InputError(error.description)
    } catch let error as DeviceError {
      throw InputError(error.description)
    }
  }

  // MARK: The three properties

  private static func verify(
    _ request: VerifyRequest, _ arrangement: Arrangement, _ arguments: ParsedArguments,
    _ selection: GuestSelection, _ console: Console
  ) throws -> ExitStatus {
    let isa = selection.isa
    let guests = try selection.guests(on: arrangement)
    let classification = try ClassificationRequest(arguments, isa).perform(console)
    var options = request.options
    options.arrangement = arrangement
    let result = try Interruption.noted {
      try Watched.run(console) { [options] note in
        var options = options
        options.progress = note
        options.isCancelled = { Interruption.hasCome }
        return try Verification(isa, guests: guests, options: options).run(classification)
      }
    }
    let report = VerificationReport(isa, arrangement, result, classification)
    switch arguments.format {
    case .json: console.write(VerificationJSON.text(report))
    case .html: console.write(VerificationHTML.text(report))
    default:
      console.write(VerificationText.text(report, style: TextStyle(color: console.usesColor)))
    }
    if let folder = arguments.value("save-guests") {
      try save(result, arrangement, of: isa, to: folder, console)
    }
    if result.wasCancelled { return .interrupted }
    return result.holds ? .success : .findings
  }

  /// Writes each smallest guest into a file of its own.
  private static func save(
    _ result: VerificationResult, _ arrangement: Arrangement, of isa: InstructionSet,
    to folder: String, _ console: Console
  ) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw InputError("\(folder) cannot be created")
    }
    for (id, guest) in result.showing.sorted(by: { $0.key < $1.key }) {
      let name = String(
        id.unicodeScalars.map { scalar in
          scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            ? Character(scalar) : "_"
        })
      let path = "\(folder)/\(name).s"
      let text = guest.source(for: isa, choices: arrangement.virtualChoices)
      try TemporaryFiles.write(text.utf8, to: path)
      console.note(path)
    }
  }

  // MARK: Several at once

  private static func runAtOnce(
    _ count: Int, _ request: VerifyRequest, _ arguments: ParsedArguments,
    _ selection: GuestSelection,
    _ console: Console
  ) throws -> ExitStatus {
    let isa = selection.isa
    let arrangement = try request.arrangement(arguments, isa, guests: count)
    let guests = try selection.guests(atOnce: count, on: arrangement)
    let missing = arrangement.missingPages(for: guests, of: isa)
    guard missing == 0 else {
      throw InputError(
        "the guests may need \(missing) pages more than the real machine has",
        help: "--drum \(arrangement.drumPages + Int(missing)) lets them be written out")
    }
    // Whether Ctrl-C came is asked before its time is over.
    let (result, wasCancelled) = try Interruption.noted {
      let result = try Watched.run(console) { note in
        let most = guests.reduce(UInt64(1)) { $0 + min($1.limit, 1 << 40) }
        return try GuestHouse(isa, arrangement, quantum: request.quantum).run(
          guests,
          progress: { note("\(guests.count) guests, \($0) steps,", Double($0) / Double(most)) },
          isCancelled: { Interruption.hasCome })
      }
      return (result, Interruption.hasCome)
    }
    let report = HouseReport(
      isa, arrangement, quantum: request.quantum, result, wasCancelled: wasCancelled)
    switch arguments.format {
    case .json: console.write(HouseJSON.text(report))
    case .html: console.write(HouseHTML.text(report))
    default: console.write(HouseText.text(report, style: TextStyle(color: console.usesColor)))
    }
    if wasCancelled { return .interrupted }
    return result.holds ? .success : .findings
  }
}
