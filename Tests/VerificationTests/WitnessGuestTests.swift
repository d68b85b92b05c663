import Classifier
import ISACore
import ISALanguage
import Library
import Machine
import Testing

@testable import Verification

@Suite("Guests from witnesses, and states near a program's")
struct WitnessGuestTests {
  @Test(
    "a hole's witness comes to life and shrinks",
    arguments: [
      "third-generation-jrst", "third-generation-clock", "third-generation-read-mode",
      "third-generation-read-r", "third-generation-silent-load", "third-generation-user-noop",
    ])
  func witnesses(id: String) throws {
    let isa = try Machines.named(id)
    let arrangement = try Machines.arrangement(isa)
    let holes = Classifier(isa).classify().instructions.filter { $0.verdict.hole == true }
    #expect(!holes.isEmpty)
    var witnesses = try WitnessGuests(isa, arrangement, seed: 1974)
    let lockstep = Lockstep(isa, arrangement)
    for hole in holes {
      let name = isa.instructions[hole.instruction].id
      let found = try witnesses.guest(showing: hole)
      let guest = try #require(found, "\(name)")
      let divergence = Divergence(step: 0, instruction: name, address: 0, what: "")
      let small = try #require(
        try Shrinker(isa: isa, lockstep: lockstep).minimal(guest, divergence))
      #expect(small.image.count <= 2)
      #expect(small.registers.count <= 2)
      #expect(try lockstep.run(small).divergence?.instruction == name)
    }
  }

  /// Adds to the paper's machine.
  private static func machine(_ text: String) throws -> InstructionSet {
    let library = try DescriptionLibrary()
    let loaded = DescriptionLoader.load(
      path: "delta.isa",
      read: { $0 == "delta.isa" ? text : try DescriptionLibrary.readEmbedded($0) },
      locate: { library.machine(named: $0)?.path })
    return try #require(loaded.instructionSet, "\(loaded.diagnostics.map(\.message))")
  }

  @Test("a map that registers at random never satisfy does not keep the diagram from its forms")
  func calmStates() throws {
    let fields = (0..<64).map { "  f\($0) \($0) map" }.joined(separator: "\n")
    let isa = try Self.machine(
      """
      machine locked : third-generation "A third generation machine with a lock"

      layout LOCK : 64 {
      \(fields)
      }

      register lock : LOCK

      translate E(address, intent) {
        require lock == 0                                           else trap memory_trap as memory
        require address < psw.bound                                 else trap memory_trap as memory
        require zext(address, 9) + zext(psw.base, 9) < storage_size else trap memory_trap as memory
        result address + psw.base
      }

      amend monitor {
        direct lock
      }
      """)
    let forms = isa.forms.map { FormReference(instruction: $0.instruction, form: $0.form) }
    let result = try Diagram(isa, try Machines.arrangement(isa), count: 20).run(forms, seed: 1974)
    #expect(result.rare == [:])
    #expect(result.broken.isEmpty)
  }

  @Test("a witness whose map leads nowhere shows its hole where a program's map leads")
  func programs() throws {
    let isa = try Self.machine(
      """
      machine closed : third-generation-read-mode "A third generation machine that can be closed"

      register door : 8 map

      translate E(address, intent) {
        require door == 0                                           else trap memory_trap as memory
        require address < psw.bound                                 else trap memory_trap as memory
        require zext(address, 9) + zext(psw.base, 9) < storage_size else trap memory_trap as memory
        result address + psw.base
      }

      amend monitor {
        direct door
      }
      """)
    let holes = Classifier(isa).classify().instructions.filter { $0.verdict.hole == true }
    let hole = try #require(holes.first)
    let refuted = try #require(hole.verdict.evidence.first { $0.claim == Evidence.hole })
    guard case .refuted(var witness, _) = refuted.answer else {
      Issue.record("the hole has no witness")
      return
    }
    let door = RegisterID(try #require(isa.registers.firstIndex { $0.name == "door" }))
    witness.start.registers.removeAll { $0.register == door }
    witness.start.registers.append((door, 0, 1))
    var witnesses = try WitnessGuests(isa, try Machines.arrangement(isa), seed: 1974)
    let form = FormReference(instruction: hole.instruction, form: witness.form)
    let machine = witnesses.trial.machine
    let isBrought = witnesses.bringProgram(machine, near: witness, of: form, 3)
    #expect(isBrought)
    #expect(machine.register(door) == 0)
    let difference = try #require(witnesses.trial.step())
    #expect(difference.instruction == isa.instructions[hole.instruction].id)
  }

  @Test("an instruction is written with the prefixes that its form needs, and no more")
  func prefixes() throws {
    let isa = try Self.machine(
      """
      machine prefixed : third-generation "A third generation machine with prefixes"

      context wide : 1 = 0
      context kind : 2 = 0

      prefix widen { encode 0x40000000:32
        wide := 1
      }
      prefix other { encode 0x41000000:32
        kind := 2
      }

      instr NOP "No operation" {
        syntax  "NOP"
        cite    paper "Instruction Behavior"
        encode  0x42:8 ignored:24 where wide == 1
      }
      """)
    let encoder = PrefixedEncoder(isa, Decoder(isa))
    let index = try #require(isa.instructions.firstIndex { $0.id == "NOP" })
    let form = FormReference(instruction: index, form: 0)
    func encoded(_ wanted: [UInt128]?) -> [UInt128]? {
      encoder.encode(form, fields: [], from: [0, 0], to: wanted)
    }
    #expect(encoded(nil) == [0x4000_0000, 0x4200_0000])
    #expect(encoded([1, 2])?.count == 3)
    // What cannot be had is done without.
    #expect(encoded([1, 3]) == [0x4000_0000, 0x4200_0000])
    #expect(encoder.encode(form, fields: [], from: [1, 0], to: nil) == [0x4200_0000])
  }
}
