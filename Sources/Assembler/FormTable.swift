import ISACore
import Machine

/// The forms of a machine by mnemonic, with what it takes to encode them.
struct FormTable {
  let isa: InstructionSet
  let decoder: Decoder
  /// By upper-case mnemonic, in the order of the description.
  let forms: [String: [FormReference]]
  /// Prefixes by upper-case name.
  let prefixes: [String: Int]
  let addressWidth: Int
  /// What the decode-time variables are after the machine's reset, before any prefix.
  let initialContexts: [UInt128]

  init(_ isa: InstructionSet) {
    self.isa = isa
    decoder = Decoder(isa)
    addressWidth = isa.memories[Int(isa.fetch.memory)].addressWidth
    initialContexts = Self.contextsAfterReset(isa, decoder)
    var forms: [String: [FormReference]] = [:]
    for (instruction, form) in isa.forms {
      let mnemonic = isa.instructions[instruction].forms[form].syntax.mnemonic.uppercased()
      forms[mnemonic, default: []].append(FormReference(instruction: instruction, form: form))
    }
    self.forms = forms
    prefixes = Dictionary(
      isa.prefixes.enumerated().map { ($1.name.uppercased(), $0) }, uniquingKeysWith: { a, _ in a })
  }

  func form(_ reference: FormReference) -> Form {
    isa.instructions[reference.instruction].forms[reference.form]
  }

  func coding(of field: Int, _ format: FieldFormat, in form: Form) -> FieldCoding {
    FieldCoding(field: form.fields[field], format: format, addressWidth: addressWidth)
  }

  private static func contextsAfterReset(_ isa: InstructionSet, _ decoder: Decoder) -> [UInt128] {
    guard !isa.contexts.isEmpty else { return [] }
    let machine = Machine(isa, decoder: decoder)
    machine.reset()
    return isa.contexts.map { context in
      guard case .completed(let value) = machine.evaluate(machine.prepare(context.initial)) else {
        return 0
      }
      return value
    }
  }
}
