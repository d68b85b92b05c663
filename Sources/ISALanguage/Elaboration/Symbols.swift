import ISACore

/// What a name means in the whole machine.
enum Symbol {
  case constant(UntypedNumber)
  case layout(Layout)
  case register(RegisterID)
  case memory(MemoryID)
  case region
  case place(Int)
  case function(Int)
  case action(Int)
  case choice(ChoiceID)
  case trap(TrapID)
  case entry(Int)
  case context(ContextID)
  case operand(Int)

  /// The word a message uses.
  var kind: String {
    switch self {
    case .constant: "a constant"
    case .layout: "a layout"
    case .register: "a register"
    case .memory: "a memory"
    case .region: "a region"
    case .place: "a place"
    case .function: "a function"
    case .action: "an action"
    case .choice: "a choice"
    case .trap: "a trap"
    case .entry: "an entry"
    case .context: "a context"
    case .operand: "an operand class"
    }
  }
}

struct PlaceDeclaration {
  var name: Identifier
  var parameters: [ParameterSyntax]
  var parameterNames: [String]
  var type: TypeSyntax
  var body: ExpressionSyntax
}

struct FunctionDeclaration {
  var name: Identifier
  var parameters: [ParameterSyntax]
  var parameterNames: [String]
  var type: TypeSyntax
  var body: [StatementSyntax]
}

struct ActionDeclaration {
  var name: Identifier
  var parameters: [ParameterSyntax]
  var parameterNames: [String]
  var body: [StatementSyntax]
}

struct OperandDeclaration {
  var name: Identifier
  var parameters: [ParameterSyntax]
  var type: TypeSyntax
  var cases: [OperandCaseSyntax]
}

/// The widths and names of a trap's or an entry's parameters, known before any program is lowered.
struct Signature {
  var parameters: [(name: Identifier, width: Int)]
}
