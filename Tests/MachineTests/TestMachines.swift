import ISACore

/// Small machines, written directly in the IR.
enum TestMachines {
  /// Nothing but a memory to fetch from.
  static var empty: InstructionSet {
    var isa = InstructionSet(
      id: "empty", name: "Empty",
      fetch: Fetch(
        memory: 0, program: ProgramBuilder.result(8) { $0.number(0, 8) }, chunk: 1, span: .none))
    isa.memories = [memory("storage", addressWidth: 8, unitWidth: 8)]
    return isa
  }

  static func memory(
    _ name: String, addressWidth: Int, unitWidth: Int, size: UInt64? = nil,
    translate: Program? = nil, granule: Int = 1
  ) -> Memory {
    Memory(
      name: name, addressWidth: addressWidth, unitWidth: unitWidth, role: .plain,
      size: size ?? UInt64(truncatingIfNeeded: BitVector.mask(addressWidth)), translate: translate,
      granule: granule, regions: [], span: .none)
  }

  static func register(_ name: String, _ width: Int, count: Int = 1) -> Register {
    Register(
      name: name, count: count, isFile: count > 1, width: width, fields: [], role: .plain,
      span: .none)
  }

  static func form(
    _ segments: [Encoding.Segment], fields: [EncodingField] = [],
    constraints: [FieldConstraint] = [], overrides: [String] = [], program: Program = Program()
  ) -> Form {
    Form(
      name: "",
      encoding: Encoding(
        segments: segments, constraints: constraints, overrides: overrides, span: .none),
      fields: fields, syntax: SyntaxTemplate(mnemonic: "x", operands: []), program: program)
  }

  static func instruction(_ id: String, _ forms: Form...) -> Instruction {
    Instruction(
      id: id, mnemonic: id, title: id, citations: [], forms: forms, expectations: [], tests: [],
      chapter: "test", span: .none)
  }

  static func field(_ name: String, _ width: Int, littleEndian: Bool = false) -> EncodingField {
    EncodingField(name: name, width: width, isLittleEndian: littleEndian)
  }
}
