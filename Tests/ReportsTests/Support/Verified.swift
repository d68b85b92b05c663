import Classifier
import ISACore
import ISALanguage
import Library
import Monitor

@testable import Reports
@testable import Verification

/// Small verifications of machines that come with the program.
enum Verified {
  static func machine(_ id: String) -> InstructionSet? {
    guard let library = try? DescriptionLibrary(), let entry = library.machine(named: id) else {
      return nil
    }
    return DescriptionLoader.load(
      path: entry.path, read: { try DescriptionLibrary.readEmbedded($0) },
      locate: { library.machine(named: $0)?.path }
    ).instructionSet
  }

  static func guests(of isa: InstructionSet) -> [Guest] {
    guard let library = try? DescriptionLibrary(), let entry = library.machine(named: isa.id) else {
      return []
    }
    return library.guests(of: entry).compactMap { guest in
      try? GuestFile(name: guest.name, source: DescriptionLibrary.text(of: guest)).guest(for: isa) {
        try DescriptionLibrary.contents(of: $0, beside: guest)
      }
    }
  }

  /// A short verification; with two mutants that nobody hunted, one of them at large.
  static func report(_ id: String) -> VerificationReport? {
    guard let isa = machine(id) else { return nil }
    var options = VerificationOptions()
    options.arrangement = Arrangement.standard(for: isa)
    options.statesPerForm = 20
    options.tortureCount = 6
    options.depth = 2
    options.withMutants = false
    let classification = Classifier(isa).classify()
    guard
      var result = try? Verification(isa, guests: guests(of: isa), options: options)
        .run(classification)
    else { return nil }
    result.mutants = [
      MutantResult(name: "the monitor naps", caughtBy: nil),
      MutantResult(name: "the monitor errs", caughtBy: "guest hello: psw is 1, not 2"),
    ]
    return VerificationReport(isa, options.arrangement, result, classification)
  }

  static func house(_ id: String, count: Int, quantum: UInt64) -> HouseReport? {
    guard let isa = machine(id) else { return nil }
    let arrangement = Arrangement.standard(for: isa, guests: count)
    let guests = Array(guests(of: isa).prefix(count))
    guard let result = try? GuestHouse(isa, arrangement, quantum: quantum).run(guests) else {
      return nil
    }
    return HouseReport(isa, arrangement, quantum: quantum, result)
  }
}
