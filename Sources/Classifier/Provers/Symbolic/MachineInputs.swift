import ISACore
import Symbolic
import Terms

extension SymbolicInputs {
  /// For programs of the machine's own, which no instruction has fields for: contexts are open.
  ///
  /// - Parameter length: of the instruction that they are run for, in units.
  init(of isa: InstructionSet, choices: [UInt128], length: Int = 0, in arena: TermArena) {
    self.init(
      fields: [], contexts: isa.contexts.map { arena.variable($0.name, width: $0.width) },
      choices: isa.choices.enumerated().map {
        arena.constant(choices[$0.offset], width: $0.element.width)
      },
      length: arena.constant(UInt128(length), width: 64))
  }
}
