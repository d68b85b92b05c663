import ISACore
import Machine
import Monitor
import Testing

@testable import Verification

@Suite("Mutants")
struct MutantTests {
  @Test("every mutant of the paper's machine and its monitor is caught")
  func allCaught() throws {
    let isa = try Machines.named("third-generation")
    var options = VerificationOptions()
    options.arrangement = try Machines.arrangement(isa)
    let guests = try ["hello", "supervisor"].map {
      try Machines.guest("formal/third-generation/guests/\($0)", for: isa)
    }
    let hunter = MutantHunter(
      isa, guests: guests, options: options,
      unmutated: VerificationResult(strategy: .trapAndEmulate))
    let mutants = MutantCatalogue.mutants(of: isa)
    #expect(mutants.count >= 15)
    for mutant in mutants {
      let check = hunter.check(that: mutant)
      #expect(check != nil, "\(mutant.name)")
      print(mutant.name, "->", check ?? "NOT CAUGHT")
    }
  }

  @Test("nothing is caught where nothing is wrong")
  func noFalseAlarm() throws {
    let isa = try Machines.named("third-generation")
    var options = VerificationOptions()
    options.arrangement = try Machines.arrangement(isa)
    let guests = try ["hello", "supervisor"].map {
      try Machines.guest("formal/third-generation/guests/\($0)", for: isa)
    }
    let hunter = MutantHunter(
      isa, guests: guests, options: options,
      unmutated: VerificationResult(strategy: .trapAndEmulate))
    #expect(hunter.check(that: Mutant(name: "none", kind: .map(isa))) == nil)
  }

  @Test("a check that speaks up where nothing is wrong is left out, and named")
  func leftOut() throws {
    let isa = try Machines.named("third-generation-read-r")
    var options = VerificationOptions()
    options.arrangement = try Machines.arrangement(isa)
    let guests = try ["hello", "probe"].map {
      try Machines.guest("formal/third-generation/guests/\($0)", for: isa)
    }
    // Nothing is known to part, though probe does.
    let hunter = MutantHunter(
      isa, guests: guests, options: options,
      unmutated: VerificationResult(strategy: .trapAndEmulate))
    #expect(hunter.leftOut.map(\.name).contains("guests"))
    #expect(hunter.check(that: Mutant(name: "none", kind: .map(isa))) == nil)
  }

  @Test("an instruction that is harmless without its guard makes no mutant")
  func guards() throws {
    let isa = try Machines.named("s360-cp40")
    let hunter = MutantHunter(
      isa, guests: [], options: VerificationOptions(),
      unmutated: VerificationResult(strategy: .trapAndEmulate))
    func mutant(_ id: String) throws -> Mutant {
      try #require(
        MutantCatalogue.mutants(of: isa).first { $0.name == "\(id) does not ask for the mode" })
    }
    #expect(try hunter.isWorthCatching(mutant("LPSW")))
    #expect(try !hunter.isWorthCatching(mutant("DIAGNOSE")))
  }
}
