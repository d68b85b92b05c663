import Assembler
import ISACore
import Machine
import Testing

@Suite("The assembler and the disassembler undo each other")
struct RoundTripTests {
  @Test("the shipped machines are there")
  func machinesAreThere() throws {
    #expect(Machines.shipped.count >= 2)
    #expect(Machines.hardCases.count >= 4)
    _ = try Machines.shipped("s360")
  }

  @Test(
    "every form of every machine survives disassembling and assembling",
    arguments: Machines.all.map(\.id))
  func formsSurvive(id: String) throws {
    let isa = try Machines.named(id)
    let isShipped = Machines.shipped.contains { $0.id == id }
    let decoder = Decoder(isa)
    let tools = (Assembler(isa), Disassembler(isa))
    var random = SeededGenerator(seed: 1974)
    let width = isa.memories[Int(isa.fetch.memory)].unitWidth
    for (instruction, form) in isa.forms {
      let reference = FormReference(instruction: instruction, form: form)
      let fields = isa.instructions[instruction].forms[form].fields
      for round in 0..<16 {
        // All zeros, all ones, then anything.
        let values = fields.map { field in
          round == 0 ? 0 : round == 1 ? BitVector.mask(field.width) : random.bits(field.width)
        }
        guard decoder.permits(reference, fields: values) else { continue }
        let units = decoder.encode(reference, fields: values)
        let name = isa.instructions[instruction].id
        let lines = tools.1.disassemble(image(units, at: 64, width: width))
        // The hard cases write some operands alike, or not at all: data is then the right answer.
        if isShipped {
          #expect(lines.count == 1, "\(name) \(values)")
          #expect(lines.first?.form != nil, "\(name) \(values) is printed as data")
        }
        #expect(try assembled(lines, tools.0) == units, "\(name): \(lines.first?.text ?? "")")
      }
    }
  }

  @Test(
    "random units survive, instructions or not", arguments: Machines.all.map(\.id))
  func unitsSurvive(id: String) throws {
    let isa = try Machines.named(id)
    let width = isa.memories[Int(isa.fetch.memory)].unitWidth
    var random = SeededGenerator(seed: 360)
    let tools = (Assembler(isa), Disassembler(isa))
    for _ in 0..<20 {
      let units = (0..<32).map { _ in random.bits(width) }
      let lines = tools.1.disassemble(image(units, at: 32, width: width))
      #expect(try assembled(lines, tools.0) == units)
    }
  }

  @Test("every form of IA-32 survives in code where it can be decoded, of 16 bits and of 32")
  func contextsSurvive() throws {
    let isa = try #require(Machines.ia32)
    let decoder = Decoder(isa)
    let assembler = Assembler(isa)
    var disassembler = Disassembler(isa)
    let afterReset = disassembler.contexts
    var random = SeededGenerator(seed: 386)
    var instructions = 0
    for (instruction, number) in isa.forms {
      let form = isa.instructions[instruction].forms[number]
      let reference = FormReference(instruction: instruction, form: number)
      disassembler.contexts = afterReset
      for constraint in form.encoding.constraints where constraint.isEqual {
        if case .context(let id) = constraint.subject {
          disassembler.contexts[Int(id)] = constraint.value
        }
      }
      let values = (0..<64).lazy.map { _ in form.fields.map { random.bits($0.width) } }
        .first { decoder.permits(reference, fields: $0, contexts: disassembler.contexts) }
      guard let values else {
        Issue.record("\(isa.instructions[instruction].id) \(form.name) is never permitted")
        continue
      }
      let units = decoder.encode(reference, fields: values)
      let lines = disassembler.disassemble(image(units, at: 64, width: 8))
      if lines.first?.form != nil { instructions += 1 }
      let text = disassembler.preamble
      #expect(
        try assembled(lines, assembler, after: text) == units,
        "\(isa.instructions[instruction].id): \(text)\(lines.first?.text ?? "")")
    }
    // The others are written by a shorter form.
    #expect(instructions > isa.forms.count * 3 / 4)
  }

  private func image(_ units: [UInt128], at address: UInt64, width: Int) -> MemoryImage {
    let size = (width + 7) / 8
    let bytes = units.flatMap { unit in
      (0..<size).reversed().map { UInt8(truncatingIfNeeded: unit >> UInt128(8 * $0)) }
    }
    return MemoryImage(rawBytes: bytes, at: address, unitWidth: width)
  }

  private func assembled(
    _ lines: [Disassembler.Line], _ assembler: Assembler, after preamble: String = ""
  ) throws -> [UInt128] {
    let source = preamble + Disassembler.source(lines)
    switch assembler.assemble(source) {
    case .success(let output): return output.image.segments.flatMap(\.units)
    case .failure(let errors):
      Issue.record("\(errors[0].message) in\n\(source)")
      return []
    }
  }
}
