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

  init(_ isa: InstructionSet) {
    self.isa = isa
    decoder = Decoder(isa)
    addressWidth = isa.memories[Int(isa.fetch.memory)].addressWidth
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

  /// The context values that decoding starts from, where the description gives constants; others
  /// count as 0.
  var initialContexts: [UInt128] {
    isa.contexts.map { context in
      context.initial.result.flatMap { context.initial.constantAssignments[$0] } ?? 0
    }
  }

  /// What a prefix makes of the contexts.
  func contexts(after prefix: Int, from contexts: [UInt128]) -> [UInt128] {
    let program = isa.prefixes[prefix].program
    let assigned = program.constantAssignments
    return contexts.indices.map { index in
      index < program.parameters.count
        ? assigned[program.parameters[index]] ?? contexts[index] : contexts[index]
    }
  }

  /// The units of a prefix: its fixed bits; fields and the rest are zero.
  func units(of prefix: Int) -> [UInt128] {
    let width = isa.memories[Int(isa.fetch.memory)].unitWidth
    var bits: [Bool] = []
    for segment in isa.prefixes[prefix].encoding.segments {
      let value: UInt128
      if case .fixed(let fixed, _) = segment { value = fixed } else { value = 0 }
      for bit in (0..<segment.width).reversed() { bits.append(value >> UInt128(bit) & 1 == 1) }
    }
    return stride(from: 0, to: bits.count, by: width).map { first in
      bits[first..<min(first + width, bits.count)].reduce(UInt128(0)) { $0 << 1 | ($1 ? 1 : 0) }
    }
  }
}

extension Program {
  /// Locals that the top level of the body sets to a constant.
  fileprivate var constantAssignments: [LocalID: UInt128] {
    var values: [LocalID: UInt128] = [:]
    for statement in body {
      if case .assign(let local, let expression) = statement.kind {
        values[local] = constantValue(expression)
      }
    }
    return values
  }
}
