import Classifier
import ISACore
import Testing

@testable import Reports

@Suite("Figures")
struct FigureTests {
  private static let isa = SampleMachine().isa
  private static let classification = SampleVerdicts.classification(of: isa)

  // MARK: Opcode map

  @Test("a machine whose first byte decides has sixteen rows of sixteen")
  func byteMap() throws {
    let map = try #require(OpcodeMap(Self.isa, Self.classification))
    #expect(map.positions == Array(0..<8))
    #expect(map.rows == 16 && map.columns == 16)
    let add = try #require(Self.isa.instructions.firstIndex { $0.id == "AR" })
    #expect(map.cell(row: 1, column: 0xA) == [add])
    #expect(map.cell(row: 0, column: 0).isEmpty)
    #expect(Set(map.cells.joined()) == Set(Self.isa.instructions.indices))
  }

  /// A machine of 32-bit words in which bits 0, 1 and 7 to 9 decide, as on SPARC.
  private func words(_ forms: [(op: UInt128, op3: UInt128)]) -> (InstructionSet, Classification) {
    var isa = Self.isa
    let template = isa.instructions[0]
    isa.instructions = forms.enumerated().map { index, form in
      var instruction = template
      instruction.id = "I\(index)"
      instruction.forms[0].fields = [
        EncodingField(name: "rd", width: 5, isLittleEndian: false),
        EncodingField(name: "rest", width: 22, isLittleEndian: false),
      ]
      instruction.forms[0].encoding.segments = [
        .fixed(form.op, width: 2), .field(0, width: 5), .fixed(form.op3, width: 3),
        .field(1, width: 22),
      ]
      return instruction
    }
    let verdict = Self.classification.instructions[0].verdict
    var classification = Self.classification
    classification.instructions = isa.instructions.indices.map {
      InstructionClassification(instruction: $0, verdict: verdict, cases: [], when: nil)
    }
    return (isa, classification)
  }

  @Test("elsewhere the fixed bits nearest the start decide")
  func scatteredMap() throws {
    let (isa, classification) = words([(2, 0), (2, 5), (3, 2), (1, 7)])
    let map = try #require(OpcodeMap(isa, classification))
    #expect(map.positions == [0, 1, 7, 8, 9])
    #expect(map.rowBits == 2 && map.columnBits == 3)
    #expect(map.cell(row: 2, column: 5) == [1])
    #expect(map.cell(row: 1, column: 7) == [3])
  }

  @Test("instructions that share a cell are all in it; one that no bit tells apart has no map")
  func sharedCells() throws {
    let (isa, classification) = words([(2, 0), (2, 0), (3, 1)])
    let map = try #require(OpcodeMap(isa, classification))
    #expect(map.cells.filter { !$0.isEmpty } == [[0, 1], [2]])
    let (same, sameClassification) = words([(2, 0), (2, 0)])
    #expect(OpcodeMap(same, sameClassification) == nil)
  }

  @Test("constraints on fields keep a form out of cells")
  func constrainedCells() throws {
    var isa = Self.isa
    isa.instructions = Array(isa.instructions.prefix(4))
    isa.instructions[0].forms[0].fields = [
      EncodingField(name: "r", width: 8, isLittleEndian: false)
    ]
    isa.instructions[0].forms[0].encoding.segments = [.field(0, width: 8)]
    isa.instructions[0].forms[0].encoding.constraints = [
      FieldConstraint(subject: .field(0), isEqual: false, value: 0x80)
    ]
    var classification = Self.classification
    classification.instructions = Array(classification.instructions.prefix(4))
    let map = try #require(OpcodeMap(isa, classification))
    #expect(map.cell(row: 8, column: 0) == [1])
    #expect(map.cell(row: 8, column: 1) == [0])
  }

  // MARK: Sets

  @Test("the regions of the set diagram divide the instructions", arguments: Reading.allCases)
  func partition(reading: Reading) {
    let diagram = SetDiagram(Self.classification, reading)
    let all = SetDiagram.Region.allCases.flatMap { diagram[$0] }
    #expect(all.sorted() == Array(Self.classification.instructions.indices))
  }

  @Test("what Theorem 1 forbids is what is sensitive and not privileged")
  func forbidden() {
    let diagram = SetDiagram(Self.classification, .strict)
    let forbidden = SetDiagram.Region.allCases.filter(\.isForbidden).flatMap { diagram[$0] }
      .sorted()
    let ids = forbidden.map {
      Self.isa.instructions[Self.classification.instructions[$0].instruction].id
    }
    #expect(ids == Self.classification.theorems[1]?[.strict]?.violators)
  }

  @Test("mnemonics fill lines, and an ellipsis stands for what does not fit")
  func lines() {
    #expect(SetDiagramSVG.lines([], limit: 2, width: 10) == [])
    #expect(SetDiagramSVG.lines(["AB", "CD", "EF"], limit: 2, width: 5) == ["AB CD", "EF"])
    #expect(
      SetDiagramSVG.lines(["AB", "CD", "EF", "GH", "IJ"], limit: 2, width: 5)
        == ["AB CD", "EF \u{2026}"])
    #expect(SetDiagramSVG.lines(["ABCDEFGH"], limit: 1, width: 5) == ["ABCD\u{2026}"])
  }

  // MARK: Encodings

  @Test("bits carry the machine's numbers")
  func bitNumbers() {
    var isa = Self.isa
    isa.fetch.chunk = 2
    #expect((0..<32).map { BitNumbers(isa, width: 32)[$0] } == Array(0..<32))
    isa.numbering = .lsb0
    let halfword = Array((0..<16).reversed())
    #expect((0..<32).map { BitNumbers(isa, width: 32)[$0] } == halfword + halfword)
    isa.endianness = .little
    let swapped = Array((0..<8).reversed()) + Array((8..<16).reversed())
    #expect((0..<16).map { BitNumbers(isa, width: 16)[$0] } == swapped)
  }

  @Test("an encoding box has a column for each segment and lines of one length")
  func box() throws {
    let form = try #require(Self.isa.instructions.first { $0.id == "MOVS" }).forms[1]
    let columns = EncodingColumns(form, of: Self.isa)
    #expect(columns.columns.map(\.label) == ["B5", "r1", "1010", "ignored", "0"])
    #expect(columns.columns.map(\.first) == [0, 8, 12, 16, 24])
    #expect(columns.columns.map(\.last) == [7, 11, 15, 23, 31])
    #expect(columns.conditions == ["r1 \u{2260} 15"])
    let lines = EncodingBox(columns, width: 80).lines
    #expect(lines.count == 4)
    #expect(Set(lines.dropFirst().map(\.count)).count == 1)
    #expect(EncodingBox(columns, width: 20).lines.count == 8)
  }

  @Test("control sensitivity is told once where both readings agree")
  func joinedReadings() {
    let strict = "not control sensitive (mode, map)"
    func claims(_ extended: Answer, _ other: Answer) -> [String] {
      EvidenceGroup.groups([
        Evidence(claim: "not control sensitive", answer: extended),
        Evidence(claim: strict, answer: other),
      ]).map(\.claim)
    }
    let proved = Answer.proved(by: .footprint)
    let refuted = Answer.refuted(SampleVerdicts.controlWitness, by: .search)
    let otherwise = Answer.refuted(SampleVerdicts.retiresWitness, by: .search)
    #expect(claims(proved, proved) == ["not control sensitive"])
    #expect(claims(refuted, refuted) == ["not control sensitive, in either reading"])
    #expect(claims(refuted, proved) == ["not control sensitive", strict])
    #expect(claims(refuted, otherwise) == ["not control sensitive", strict])
  }

  @Test("proofs by one prover are told together")
  func evidenceGroups() {
    let evidence = [
      Evidence(claim: "not control sensitive", answer: .proved(by: .footprint)),
      Evidence(claim: "privileged", answer: .proved(by: .footprint)),
      Evidence(claim: "not mode sensitive", answer: .proved(by: .sat)),
      Evidence(claim: "not timing sensitive", answer: .proved(by: .footprint)),
    ]
    let groups = EvidenceGroup.groups(evidence)
    #expect(
      groups.map(\.claim)
        == ["not control or timing sensitive", "privileged", "not mode sensitive"])
    #expect(groups.map(\.isAboutSensitivity) == [true, false, true])
  }
}
