import ISACore
import Machine
import Testing

@Suite("The decoder")
struct DecoderTests {
  private func isa(unitWidth: Int, _ instructions: [Instruction]) -> InstructionSet {
    var isa = TestMachines.empty
    isa.memories = [TestMachines.memory("m", addressWidth: 16, unitWidth: unitWidth)]
    isa.instructions = instructions
    return isa
  }

  private func decode(_ isa: InstructionSet, _ units: [UInt128]) -> String {
    switch Decoder(isa).decode(units) {
    case .instruction(let decoded):
      "\(isa.instructions[decoded.form.instruction].id) \(decoded.fields)"
    case .needsMore: "more"
    case .undefined(let length): "undefined \(length)"
    }
  }

  @Test("finds the fields again that were encoded", arguments: 0..<40 as Range<UInt64>)
  func inverse(seed: UInt64) {
    var random = SeededGenerator(seed: seed &* 131)
    let unitWidth = [1, 4, 8, 8, 8, 16, 36, 64][Int(random.next() % 8)]
    let description = randomISA(unitWidth, &random)
    let decoder = Decoder(description)
    for _ in 0..<5 {
      for (instruction, form) in description.forms {
        let reference = FormReference(instruction: instruction, form: form)
        let fields = description.instructions[instruction].forms[form].fields.map {
          random.value($0.width)
        }
        var units = decoder.encode(reference, fields: fields)
        let length = units.count
        units.append(contentsOf: (0..<3).map { _ in random.value(unitWidth) })
        #expect(
          decoder.decode(units)
            == .instruction(
              Decoder.Decoded(form: reference, fields: fields, contexts: [], length: length)))
        // No unit more than needed is asked for, and no unit less is enough.
        #expect(decoder.decode(Array(units[..<length])) != .needsMore)
        if length > 1 { #expect(decoder.decode(Array(units[..<(length - 1)])) == .needsMore) }
      }
    }
  }

  /// Forms with distinct operation codes of one width, fields of any width, in one or two pieces
  /// and, where they are whole units, stored in either order.
  private func randomISA(
    _ unitWidth: Int, _ random: inout SeededGenerator
  ) -> InstructionSet {
    let codeWidth = 6
    return isa(
      unitWidth: unitWidth,
      (0..<40).map { code in
        var segments: [Encoding.Segment] = [.fixed(UInt128(code), width: codeWidth)]
        var fields: [EncodingField] = []
        for index in 0..<Int(random.next() % 4) {
          let width = 1 + Int(random.next() % 40)
          fields.append(TestMachines.field("f\(index)", width))
          if width > 2 && random.next() % 4 == 0 {
            let upper = 1 + Int(random.next() % UInt64(width - 1))
            segments.append(.field(index, width: upper))
            segments.append(.ignored(width: 3))
            segments.append(.field(index, width: width - upper))
          } else {
            segments.append(.field(index, width: width))
          }
          segments.append(.shouldBeZero(width: Int(random.next() % 3)))
        }
        if random.next() % 3 == 0 && unitWidth * 2 <= 128 {
          fields.append(TestMachines.field("whole", unitWidth * 2, littleEndian: true))
          segments.append(.field(fields.count - 1, width: unitWidth * 2))
        }
        return TestMachines.instruction("I\(code)", TestMachines.form(segments, fields: fields))
      })
  }

  @Test("swaps the units of little-endian fields")
  func littleEndian() {
    let isa = isa(
      unitWidth: 8,
      [
        TestMachines.instruction(
          "MOV",
          TestMachines.form(
            [.fixed(0xB8, width: 8), .field(0, width: 32)],
            fields: [TestMachines.field("imm", 32, littleEndian: true)]))
      ])
    #expect(decode(isa, [0xB8, 0x78, 0x56, 0x34, 0x12]) == "MOV [\(0x1234_5678)]")
    #expect(
      Decoder(isa).encode(FormReference(instruction: 0, form: 0), fields: [0x1234_5678])
        == [0xB8, 0x78, 0x56, 0x34, 0x12])
  }

  @Test("tries first what overrides, whatever the order of the description")
  func overrides() {
    let general = TestMachines.instruction(
      "GENERAL",
      TestMachines.form(
        [.fixed(1, width: 4), .field(0, width: 4)], fields: [TestMachines.field("r", 4)]))
    let special = TestMachines.instruction(
      "SPECIAL",
      TestMachines.form([.fixed(0x10, width: 8)], overrides: ["GENERAL"]))
    for order in [[general, special], [special, general]] {
      #expect(decode(isa(unitWidth: 8, order), [0x10]) == "SPECIAL []")
      #expect(decode(isa(unitWidth: 8, order), [0x17]) == "GENERAL [7]")
    }
  }

  @Test("heeds constraints on fields")
  func constraints() {
    let fields = [TestMachines.field("r", 4)]
    let segments: [Encoding.Segment] = [.fixed(1, width: 4), .field(0, width: 4)]
    let isa = isa(
      unitWidth: 8,
      [
        TestMachines.instruction(
          "FOUR",
          TestMachines.form(
            segments, fields: fields,
            constraints: [FieldConstraint(subject: .field(0), isEqual: true, value: 4)])),
        TestMachines.instruction(
          "OTHER",
          TestMachines.form(
            segments, fields: fields,
            constraints: [
              FieldConstraint(subject: .field(0), isEqual: false, value: 4),
              FieldConstraint(subject: .field(0), isEqual: false, value: 5),
            ])),
      ])
    #expect(decode(isa, [0x14]) == "FOUR [4]")
    #expect(decode(isa, [0x13]) == "OTHER [3]")
    #expect(decode(isa, [0x15]) == "undefined 1")
  }

  @Test("goes through prefixes, which set contexts that forms ask for")
  func prefixes() {
    func form(_ wide: UInt128, _ immediate: Int) -> Form {
      TestMachines.form(
        [.fixed(0xB8, width: 8), .field(0, width: immediate)],
        fields: [TestMachines.field("imm", immediate, littleEndian: true)],
        constraints: [FieldConstraint(subject: .context(0), isEqual: true, value: wide)])
    }
    var isa = isa(
      unitWidth: 8,
      [
        TestMachines.instruction("LONG", form(0, 32)),
        TestMachines.instruction("SHORT", form(1, 16)),
      ])
    isa.contexts = [
      Context(name: "data16", width: 1, initial: Program(), span: .none),
      Context(name: "segment", width: 3, initial: Program(), span: .none),
    ]
    isa.prefixes = [
      Prefix(
        name: "data",
        encoding: Encoding(
          segments: [.fixed(0x66, width: 8)], constraints: [], overrides: [], span: .none),
        program: .init { builder in
          let data16 = builder.parameter("data16", 1)
          _ = builder.parameter("segment", 3)
          builder.add(.assign(data16, builder.unary(.not, builder.value(of: data16), 1)))
        }, span: .none),
      Prefix(
        name: "segment",
        encoding: Encoding(
          segments: [.fixed(0b00100, width: 5), .field(0, width: 3)], constraints: [],
          overrides: [], span: .none),
        program: .init { builder in
          _ = builder.parameter("data16", 1)
          let segment = builder.parameter("segment", 3)
          builder.add(.assign(segment, builder.field(0, 3)))
        }, span: .none),
    ]
    let decoder = Decoder(isa)
    #expect(decode(isa, [0xB8, 1, 2, 3, 4]) == "LONG [\(0x0403_0201)]")
    #expect(decode(isa, [0x66, 0xB8, 1, 2]) == "SHORT [\(0x0201)]")
    #expect(decode(isa, [0x66, 0x66, 0xB8, 1, 2]) == "more")
    #expect(
      decoder.decode([0x66, 0x25, 0xB8, 1, 2])
        == .instruction(
          Decoder.Decoded(
            form: FormReference(instruction: 1, form: 0), fields: [0x0201], contexts: [1, 5],
            length: 5)))
    let many = Array(repeating: UInt128(0x66), count: 40)
    #expect(decode(isa, many) == "undefined 17")
  }

  @Test("settles the length from the first units where they tell it")
  func lengths() {
    let isa = isa(
      unitWidth: 8,
      [
        TestMachines.instruction(
          "RR", TestMachines.form([.fixed(0b0001_1010, width: 8), .ignored(width: 8)])),
        TestMachines.instruction(
          "RX", TestMachines.form([.fixed(0b0101_1010, width: 8), .ignored(width: 24)])),
        TestMachines.instruction(
          "SS", TestMachines.form([.fixed(0b1101_0010, width: 8), .ignored(width: 40)])),
        TestMachines.instruction(
          "SS2", TestMachines.form([.fixed(0b1111_1010, width: 8), .ignored(width: 40)])),
      ])
    let decoder = Decoder(isa)
    #expect(decoder.settledLength([0b0101_1010, 0]) == 4)
    #expect(decoder.settledLength([0b1101_0010, 0]) == 6)
    #expect(decoder.settledLength([]) == nil)
    // Undefined codes have the length of those that begin alike.
    #expect(decoder.decode([0b1100_1111, 0]) == .undefined(length: 6))
    #expect(decoder.decode([0b0111_1111, 0]) == .undefined(length: 4))
  }

  @Test("agrees with a search through all encodings, and asks for more only when it must")
  func exhaustive() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<15 {
      // Random masks over twelve bits in units of four; the first match in order is right.
      var instructions: [Instruction] = []
      for index in 0..<25 {
        let length = [4, 8, 8, 12][Int(random.next() % 4)]
        let segments: [Encoding.Segment] = (0..<length).map { _ in
          random.next() % 3 == 0 ? .ignored(width: 1) : .fixed(random.value(1), width: 1)
        }
        instructions.append(
          TestMachines.instruction("I\(index)", TestMachines.form(segments)))
      }
      let description = isa(unitWidth: 4, instructions)
      let decoder = Decoder(description)
      for bits in 0..<4096 as Range<UInt128> {
        let units = [bits >> 8, bits >> 4 & 15, bits & 15]
        let expected = instructions.firstIndex { matches($0, bits) }
        switch decoder.decode(units) {
        case .instruction(let decoded): #expect(decoded.form.instruction == expected)
        case .undefined: #expect(expected == nil)
        case .needsMore: Issue.record("three units are all there is")
        }
      }
    }
  }

  private func matches(_ instruction: Instruction, _ bits: UInt128) -> Bool {
    var position = 11
    for segment in instruction.forms[0].encoding.segments {
      if case .fixed(let value, _) = segment, bits >> UInt128(position) & 1 != value & 1 {
        return false
      }
      position -= 1
    }
    return true
  }
}
