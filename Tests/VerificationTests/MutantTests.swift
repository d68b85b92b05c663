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
}
