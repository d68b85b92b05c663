import ISACore

/// Turns the items of a description into an `InstructionSet`, or says why not.
///
/// Three passes: names are declared, state and signatures are settled, programs are lowered. The
/// passes live in the extensions; this class holds the symbol table and the reports.
final class Elaborator {
  /// What a stranger's description may ask for.
  enum Limits {
    /// Iterations of one loop.
    static let loop = 65_536
    /// Nodes of one program once its calls are inlined.
    static let nodes = 400_000
    /// Nesting of calls.
    static let callDepth = 64
    /// Names that programs give a meaning to and that are in sight at once.
    static let names = 4_096
    /// Forms of one instruction.
    static let forms = 4_096
    /// Bits of one encoding.
    static let encoding = 1_024
    /// Elements of one register file.
    static let elements = 65_536
  }

  var set: InstructionSet
  var diagnostics: [Diagnostic] = []
  private(set) var symbols: [String: (symbol: Symbol, span: SourceSpan)] = [:]
  private var used: Set<String> = []
  private var suppressed: Set<String> = []
  private var repeatedReports: Set<Diagnostic.Key> = []

  /// Layout of each register, by its id.
  var layouts: [Int: Layout] = [:]
  var places: [PlaceDeclaration] = []
  var functions: [FunctionDeclaration] = []
  var actions: [ActionDeclaration] = []
  var operands: [OperandDeclaration] = []
  var trapSignatures: [Signature] = []
  var entrySignatures: [Signature] = []
  var translated: Set<MemoryID> = []
  /// The memory that `fetch` names, known before encodings are laid out.
  var fetchMemory: MemoryID?
  /// What the machine decides about IEEE arithmetic, and where it says so.
  var ieee: (rules: IEEERules, span: SourceSpan)?
  /// What has been inlined so far; only once state and signatures are settled.
  var fragments: [FragmentKey: SharedFragment] = [:]
  /// The same for all who elaborate at once.
  var fragmentStore: FragmentStore?
  /// Of the instruction at hand.
  var bodies: [BodyKey: SharedFragment] = [:]
  /// How the program counter advances behind most instructions, once that is known.
  var commonAdvance: ProgramFragment?
  var operandLayouts: [OperandLayout.Key: OperandLayout] = [:]
  /// By the kinds of operands; nil for those that cannot be put together so.
  var pieces: [OperandLayout.Kind: OperandPiece?] = [:]
  var formSignatures: [FormSignature.Key: FormSignature] = [:]
  private var signatures: [FragmentKey: Int] = [:]
  /// What can be inlined, numbered: the same in all elaborators of a machine.
  private lazy var callNumbers = Dictionary(
    (functions.map(\.name.text) + actions.map(\.name.text) + places.map(\.name.text))
      .enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
  /// What the items say that advance the program counter.
  lazy var advanceNames = advance.reduce(into: Set<String>()) {
    $0.formUnion($1.place.names)
    $0.formUnion($1.value.names)
  }
  var sharesFragments = false
  /// False to have every program elaborated from its text.
  var maySharePrograms = true
  /// Between two forms, what the last one was built in.
  let builder = ProgramBuilder()
  /// Assembly templates that have been read, by their text and by the operand's case.
  var templates: [String: MnemonicTemplate] = [:]
  var caseTemplates: [FragmentKey.Subject: TemplateText] = [:]
  var caseTexts: [FragmentKey.Subject: CaseText] = [:]
  var advance: [(place: ExpressionSyntax, value: ExpressionSyntax, span: SourceSpan)] = []

  init(sources: [SourceFile]) {
    set = InstructionSet(
      id: "", name: "",
      fetch: Fetch(memory: 0, program: Program(), chunk: 1, span: .none))
    set.sources = sources
  }

  /// A copy that elaborates instructions of a machine whose state and signatures are settled.
  init(sharing other: Elaborator) {
    set = other.set
    symbols = other.symbols
    suppressed = other.suppressed
    layouts = other.layouts
    places = other.places
    functions = other.functions
    actions = other.actions
    operands = other.operands
    trapSignatures = other.trapSignatures
    entrySignatures = other.entrySignatures
    translated = other.translated
    fetchMemory = other.fetchMemory
    ieee = other.ieee
    advance = other.advance
    fragmentStore = other.fragmentStore
    sharesFragments = true
  }

  // MARK: Symbols

  func symbol(_ name: String) -> Symbol? { symbols[name]?.symbol }

  func isMemory(_ name: String) -> Bool {
    if case .memory? = symbol(name) { true } else { false }
  }

  func isTranslated(_ id: MemoryID) -> Bool { translated.contains(id) }

  func memorySize(_ name: String) -> UInt64 {
    guard case .memory(let id)? = symbol(name) else { return 0 }
    use(name)
    return set.memories[Int(id)].size
  }

  func declare(_ name: Identifier, _ symbol: Symbol) {
    if let earlier = symbols[name.text] {
      report(
        Diagnostic(
          .duplicateName, "`\(name.text)` is declared twice", at: name.span,
          notes: [.init("first here, as \(earlier.symbol.kind)", at: earlier.span)]))
      return
    }
    symbols[name.text] = (symbol, name.span)
  }

  func use(_ name: String) { used.insert(name) }

  /// A number for what an instruction's statements look at.
  func signature(_ key: FragmentKey) -> Int {
    if let known = signatures[key] { return known }
    let number = fragmentStore?.signature(key) ?? signatures.count
    signatures[key] = number
    return number
  }

  /// What `use` was told.
  var usedNames: Set<String> { used }

  /// Declarations that nothing uses, as warnings.
  func reportUnused() {
    for (name, entry) in symbols where !used.contains(name) {
      switch entry.symbol {
      case .trap, .entry, .layout, .memory: continue
      default:
        report(
          Diagnostic(
            .unused, "nothing uses `\(name)`, \(entry.symbol.kind)", at: entry.span,
            severity: .warning))
      }
    }
    if let ieee, !used.contains("ieee") {
      report(
        Diagnostic(
          .unused, "no `ieee_…` primitive uses what `ieee` says", at: ieee.span,
          severity: .warning))
    }
  }

  /// The number of a function, an action or a place among what can be inlined.
  func callNumber(_ name: String) -> Int? { callNumbers[name] }

  // MARK: Reports

  func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  /// Says again what was said of a text that is used again: once, unless somebody is to know that
  /// this use of it said so too.
  func repeatReports(_ repeated: [Diagnostic], areRecorded: Bool) {
    for diagnostic in repeated where repeatedReports.insert(diagnostic.key).inserted || areRecorded
    {
      report(diagnostic)
    }
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  var errorCount: Int { diagnostics.count { $0.severity == .error } }

  func text(_ span: SourceSpan) -> String { String(decoding: bytes(span), as: UTF8.self) }

  /// The text at a place; empty where there is none.
  func bytes(_ span: SourceSpan) -> ArraySlice<UInt8> {
    guard set.sources.indices.contains(Int(span.file)) else { return [] }
    let bytes = set.sources[Int(span.file)].utf8
    let start = min(Int(span.start), bytes.count)
    return bytes[start..<max(start, min(Int(span.end), bytes.count))]
  }

  /// Says nothing more about a name whose declaration failed.
  func suppress(_ name: String) { suppressed.insert(name) }

  func reportUnknown(_ name: Identifier, also: [String]) {
    guard !suppressed.contains(name.text) else { return }
    reportUnknown(name, what: "name", among: Array(symbols.keys) + also)
  }

  func reportUnknown(_ name: Identifier, in layout: Layout) {
    reportUnknown(name, what: "field of `\(layout.name)`", among: layout.fields.map(\.name))
  }

  func reportUnknown(_ name: Identifier, what: String, among candidates: [String]) {
    guard !suppressed.contains(name.text) else { return }
    let fix = Suggestion.closest(to: name.text, among: candidates).map {
      Diagnostic.Fix("write `\($0)`", at: name.span, replacement: $0)
    }
    // A slip is news wherever it stands; a declaration that is missing is missing once.
    if fix == nil { suppress(name.text) }
    report(
      Diagnostic(.unknownName, "`\(name.text)` is no known \(what)", at: name.span, fix: fix))
  }

  // MARK: Citations

  func citation(_ syntax: CitationSyntax) -> Citation? {
    guard let manual = set.manuals.first(where: { $0.id == syntax.manual.text }) else {
      reportUnknown(syntax.manual, what: "manual", among: set.manuals.map(\.id))
      return nil
    }
    guard manual.sections[syntax.section.text] != nil else {
      let fix = Suggestion.closest(to: syntax.section.text, among: Array(manual.sections.keys))
        .map {
          Diagnostic.Fix("write \"\($0)\"", at: syntax.section.span, replacement: "\"\($0)\"")
        }
      report(
        Diagnostic(
          .unknownSection,
          "`\(manual.id)` declares no section \"\(syntax.section.text)\"", at: syntax.section.span,
          fix: fix))
      return nil
    }
    return Citation(
      manual: manual.id, section: syntax.section.text,
      span: syntax.manual.span.through(syntax.section.span))
  }

  /// Citations among a body's statements.
  func citations(in body: [StatementSyntax]) -> [Citation] {
    body.compactMap {
      if case .cite(let citation) = $0.kind { self.citation(citation) } else { nil }
    }
  }

  func requireCitation(_ citations: [Citation], for what: String, at span: SourceSpan) {
    guard citations.isEmpty, !set.manuals.isEmpty else { return }
    report(
      Diagnostic(
        .missingCitation, "\(what) cites no section of a manual", at: span,
        fix: nil))
  }

  // MARK: Numbers

  /// A constant outside any program.
  func integer(
    _ syntax: ExpressionSyntax, in range: ClosedRange<Int>, what: String
  ) -> Int? {
    ProgramElaborator(self, rights: []).integer(syntax, in: range, what: what)
  }

  func number(_ syntax: ExpressionSyntax) -> UntypedNumber? {
    // What almost all are: no program is needed to read it.
    if case .number(let bits, nil, _) = syntax { return UntypedNumber(bits) }
    return ProgramElaborator(self, rights: []).number(syntax)
  }

  func type(_ syntax: TypeSyntax) -> (width: Int, layout: Layout?)? {
    if let width = syntax.plainWidth { return (width, nil) }
    return ProgramElaborator(self, rights: []).type(syntax)
  }

  func role(_ name: Identifier) -> Role? {
    if let role = Role(rawValue: name.text) { return role }
    let fix = Suggestion.closest(to: name.text, among: Role.allCases.map(\.rawValue)).map {
      Diagnostic.Fix("write `\($0)`", at: name.span, replacement: $0)
    }
    report(
      Diagnostic(
        .unknownRole,
        "`\(name.text)` is no role: \(Role.allCases.map(\.rawValue).joined(separator: ", "))",
        at: name.span, fix: fix))
    return nil
  }

  /// The entry and parameters of a trap.
  func trapSignature(_ name: Identifier) -> (TrapID, Signature)? {
    switch symbol(name.text) {
    case .trap(let id)?:
      use(name.text)
      return (id, trapSignatures[Int(id)])
    case nil:
      reportUnknown(name, what: "trap", among: set.traps.map(\.name))
    case let other?:
      report(
        Diagnostic(.wrongKind, "`\(name.text)` is \(other.kind), not a trap", at: name.span))
    }
    return nil
  }
}

extension Elaborator {
  /// Bits of the addressable unit that instructions are fetched in.
  var fetchUnitWidth: Int {
    let id = Int(fetchMemory ?? 0)
    return set.memories.indices.contains(id) ? set.memories[id].unitWidth : 8
  }
}
