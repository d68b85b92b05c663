import ISACore

/// A machine made by hand: every kind of encoding, a hundred and forty instructions over the whole
/// opcode map, and texts that a stranger might have put into it.
struct SampleMachine {
  var isa: InstructionSet

  static let hostileTitle = "<script>alert(\"&\")</script> | `x` \u{1B}[31m\u{202E}"

  /// Mnemonic, opcode, title, chapter.
  typealias Row = (id: String, opcode: UInt128, title: String, chapter: String)

  init() {
    let fetch = Fetch(memory: 0, program: Program(), chunk: 2, span: .none)
    isa = InstructionSet(id: "sample", name: "Sample System/1", fetch: fetch)
    isa.numbering = .msb0
    isa.manuals = [
      Manual(
        id: "poo", title: "SM22-0001-0, Sample System/1 Principles of Operation",
        sections: ["Load PSW": "72", "Add": nil, "Supervisor Call": "75"])
    ]
    isa.memories = [
      Memory(
        name: "storage", addressWidth: 24, unitWidth: 8, role: .plain, size: 1 << 24,
        translate: nil, granule: 1, regions: [], span: .none)
    ]
    let problem = RegisterField(
      name: "problem", low: 48, width: 1, role: .mode,
      values: [("supervisor", 0), ("problem", 1)])
    isa.registers = [
      Register(
        name: "psw", count: 1, isFile: false, width: 64, fields: [problem], role: .resource,
        span: .none),
      Register(
        name: "gr", count: 16, isFile: true, width: 32, fields: [], role: .plain, span: .none),
    ]
    isa.traps = ["privileged_operation", "supervisor_call", "specification"].map {
      Trap(
        name: $0, entry: 0, arguments: Program(), entryArguments: [], label: nil, citations: [],
        span: .none)
    }
    isa.modePairs = [
      ModePair(
        name: "problem", user: [Self.equality(1)], supervisor: [Self.equality(0)], span: .none)
    ]
    addInstructions(Self.rows)
  }

  private static func equality(_ value: UInt128) -> StateEquality {
    StateEquality(
      register: 0, element: 0, low: 48, width: 1, value: value,
      text: "psw.problem == \(value == 1 ? "problem" : "supervisor")")
  }

  private mutating func addInstructions(_ rows: [Row]) {
    var text = "machine sample \"Sample System/1\"\n\n"
    var spans: [SourceSpan] = []
    for row in rows {
      let start = text.utf8.count
      text += Self.source(of: row)
      // As the front end does: the span of an item covers its first words.
      let head = "instr \(row.id)".utf8.count
      spans.append(SourceSpan(file: 0, start: start, end: start + head))
      text += "\n\n"
    }
    isa.sources = [SourceFile(path: "ISAs/sample/sample.isa", text: text)]
    isa.instructions = zip(rows, spans).map { row, span in
      Instruction(
        id: row.id, mnemonic: row.id, title: row.title, citations: Self.citations(of: row, span),
        forms: Self.forms(of: row, span), expectations: [], tests: [], chapter: row.chapter,
        span: span)
    }
  }

  private static func citations(of row: Row, _ span: SourceSpan) -> [Citation] {
    row.id == "NOCITE" ? [] : [Citation(manual: "poo", section: row.title, span: span)]
  }

  private static func source(of row: Row) -> String {
    let opcode = "0x" + BitVector(row.opcode, width: 8).hex
    guard SampleVerdicts.privileged.contains(row.id) else {
      return """
        instr \(row.id) "\(row.title)" {
          syntax  "\(row.id) {r1},{d2}[({x2},{b2})]"
          cite    poo "\(row.title)"
          encode  \(opcode):8 r1:4 x2:4 b2:4 d2:12
          let     sum = gr[r1] + storage[address(x2, b2, d2), 4]   // wraps, \u{201C}as the manual says\u{201D}
          gr[r1]  := sum
        }
        """
    }
    return """
      instr \(row.id) "\(row.title)" {
        syntax  "\(row.id) {d1}[({b1})]"
        cite    poo "\(row.title)"
        encode  \(opcode):8 ignored:8 b1:4 d1:12
        require psw.problem == supervisor  else trap privileged_operation as privilege
        let     a = address(b1, d1)
        require a[21..23] == 0             else trap specification as program
        psw     := storage[a, 8] with { code = any, ilc = any }
        expect  privileged, control_sensitive
        test "a problem program may not" {
          given psw.problem = 1
          units "82 00 10 00"
          trap  privileged_operation
        }
      }
      """
  }

  private static func forms(of row: Row, _ span: SourceSpan) -> [Form] {
    var program = Program()
    if SampleVerdicts.privileged.contains(row.id) || row.id == "RDTSC" {
      let condition = program.constant(1, width: 1, at: span)
      let trap = Statement(.trap(0, .privilege, arguments: []), at: span)
      program.body = [Statement(.branch(condition, then: [trap], otherwise: []), at: span)]
    } else if row.id == "SVC" {
      program.body = [Statement(.trap(1, .call, arguments: []), at: span)]
    }
    let isStorage = row.opcode >= 0x40
    let fields =
      isStorage
      ? [("r1", 4), ("x2", 4), ("b2", 4), ("d2", 12)] : [("r1", 4), ("r2", 4)]
    let segments = fields.indices.map { Encoding.Segment.field($0, width: fields[$0].1) }
    let form = Form(
      name: "",
      encoding: Encoding(
        segments: [.fixed(row.opcode, width: 8)] + segments, constraints: [], overrides: [],
        span: span),
      fields: fields.map { EncodingField(name: $0.0, width: $0.1, isLittleEndian: false) },
      syntax: SyntaxTemplate(
        mnemonic: row.id,
        operands: isStorage
          ? [
            .field(0, .unsigned), .literal(","), .field(3, .unsigned),
            .optional([
              .literal("("), .field(1, .unsigned), .literal(","), .field(2, .unsigned),
              .literal(")"),
            ]),
          ] : [.field(0, .unsigned), .literal(","), .field(1, .unsigned)]),
      program: program)
    guard row.id == "MOVS" else { return [form] }
    var second = form
    second.name = "dst=segment"
    second.encoding.segments = [
      .fixed(row.opcode, width: 8), .field(0, width: 4), .fixed(0b1010, width: 4),
      .ignored(width: 8), .shouldBeZero(width: 8),
    ]
    second.encoding.constraints = [
      FieldConstraint(subject: .field(0), isEqual: false, value: 15)
    ]
    return [form, second]
  }

  static let rows: [Row] =
    [
      ("LPSW", 0x82, "Load PSW", "status_switching"),
      ("SSM", 0x80, "Set System Mask", "status_switching"),
      ("SVC", 0x0A, "Supervisor Call", "status_switching"),
      ("SSK", 0x08, "Set Storage Key", "status_switching"),
      ("ISK", 0x09, "Insert Storage Key", "status_switching"),
      ("SPM", 0x04, "Set Program Mask", "status_switching"),
      ("STMODE", 0xB0, "Store Mode", "status_switching"),
      ("POPF", 0xB1, "Pop Flags", "status_switching"),
      ("LRA", 0xB2, "Load Real Address", "status_switching"),
      ("STCK", 0xB3, "Store Clock", "status_switching"),
      ("RDTSC", 0xB4, "Read Time-Stamp Counter", "status_switching"),
      ("MOVS", 0xB5, "Move to Segment", "status_switching"),
      ("DIAG", 0x83, "Diagnose", "status_switching"),
      ("CHOICE", 0xB6, "Depends on the Model", "status_switching"),
      ("OPEN", 0xB7, "Not Decided", "status_switching"),
      ("NOCITE", 0xB8, hostileTitle, "status_switching"),
      ("SAVE", 0xB9, "Save Window", "status_switching"),
      ("SIO", 0x9C, "Start I/O", "input_output"),
      ("TIO", 0x9D, "Test I/O", "input_output"),
      ("HIO", 0x9E, "Halt I/O", "input_output"),
      ("TCH", 0x9F, "Test Channel", "input_output"),
    ] + families

  private static let families: [Row] = {
    let families: [(first: UInt128, chapter: String, names: String)] = [
      (0x10, "fixed_point", "LPR LNR LTR LCR NR CLR OR XR LR CR AR SR MR DR ALR SLR"),
      (0x20, "floating_point", "LPDR LNDR LTDR LCDR HDR . . . LDR CDR ADR SDR MDR DDR AWR SWR"),
      (0x30, "floating_point", "LPER LNER LTER LCER HER . . . LER CER AER SER MER DER AUR SUR"),
      (0x40, "fixed_point", "STH LA STC IC EX BAL BCT BC LH CH AH SH MH . CVD CVB"),
      (0x50, "fixed_point", "ST . . . N CL O X L C A S M D AL SL"),
      (0x60, "floating_point", "STD . . . . . . . LD CD AD SD MD DD AW SW"),
      (0x70, "floating_point", "STE . . . . . . . LE CE AE SE ME DE AU SU"),
      (0x86, "branching", "BXH BXLE SRL SLL SRA SLA SRDL SLDL SRDA SLDA"),
      (0x90, "logical", "STM TM MVI TS NI CLI OI XI LM"),
      (0xD1, "logical", "MVN MVC MVZ NC CLC OC XC . . . . TR TRT ED EDMK"),
      (0xF1, "decimal", "MVO PACK UNPK . . . . ZAP CP AP SP MP DP"),
    ]
    return families.flatMap { family in
      family.names.split(separator: " ").enumerated().compactMap { offset, name in
        name == "."
          ? nil
          : (String(name), family.first + UInt128(offset), "Operation \(name)", family.chapter)
      }
    }
  }()
}
