import ISACore

/// The kinds of what a form binds: forms of one signature share what their statements come to.
final class FormSignature: Sendable {
  struct Key: Hashable {
    struct Operand: Hashable {
      var name: String
      /// That of its piece.
      var signature: Int
    }
    var fields: [BoundField]
    var operands: [Operand]
  }

  enum Source {
    /// Of the form's fields that have names.
    case field(Int)
    case operand(Int)
  }

  /// Tells it from the machine's other ones.
  let number: Int
  /// Where the arguments of an instruction's statements come from, by name.
  let sources: [Source]
  /// Whether the program counter advances as it does behind most instructions.
  let advancesAsMost: Bool

  init(number: Int, sources: [Source], advancesAsMost: Bool) {
    self.number = number
    self.sources = sources
    self.advancesAsMost = advancesAsMost
  }
}

/// A field of an encoding that an instruction's statements know by its name.
struct BoundField: Hashable {
  var name: String
  var index: Int
  var width: Int
}

extension [BoundField] {
  /// The field that a name stands for, by index into the form's fields.
  func index(of name: String) -> Int? { first { $0.name == name }?.index }
}

/// What a form's program starts with, in pieces.
struct FormStart: Sendable {
  var fields: [BoundField]
  var operands: [OperandPart]
  var signature: FormSignature
  /// Where the encoding stands.
  var encoding: SourceSpan

  var nodeCount: Int { operands.reduce(fields.count) { $0 + $1.piece.nodeCount } }

  /// Where the operands' cases stand, in the order of the arguments.
  var cases: [SourceSpan] {
    signature.sources.flatMap { source -> [SourceSpan] in
      if case .operand(let position) = source { operands[position].piece.cases } else { [] }
    }
  }

  /// Appends it to an empty program.
  ///
  /// - Returns: what an instruction's statements look at.
  func append(to builder: ProgramBuilder) -> FragmentArguments {
    for field in fields {
      _ = builder.leaf(.field, width: field.width, a: Int32(field.index), at: encoding)
    }
    var firstNodes: [ExpressionID] = []
    for operand in operands {
      firstNodes.append(ExpressionID(builder.nodeCount))
      operand.append(to: builder)
    }
    var arguments = FragmentArguments()
    for source in signature.sources {
      switch source {
      case .field(let position): arguments.nodes.append(ExpressionID(position))
      case .operand(let position):
        let piece = operands[position].piece
        arguments.nodes += piece.arguments.map { $0 + firstNodes[position] }
        arguments.cases += piece.cases
      }
    }
    return arguments
  }

  /// What a program that goes on with some statements does with the fields.
  ///
  /// - Parameter used: the arguments that the statements depend on.
  func use(alwaysTraps: Bool, arguments used: NumberSet) -> FieldUse {
    var use = FieldUse(alwaysTraps: alwaysTraps, fields: NumberSet())
    for operand in operands {
      use.alwaysTraps = use.alwaysTraps || operand.piece.alwaysTraps
      operand.add(operand.piece.fields, to: &use.fields)
    }
    var argument = 0
    for source in signature.sources {
      switch source {
      case .field(let position):
        if used.contains(argument) { use.fields.insert(fields[position].index) }
        argument += 1
      case .operand(let position):
        for positions in operands[position].piece.argumentFields {
          if used.contains(argument) { operands[position].add(positions, to: &use.fields) }
          argument += 1
        }
      }
    }
    return use
  }
}

/// A form's program, not put together yet.
struct FormRecipe: Sendable {
  var start: FormStart
  var body: ProgramFragment
  var advance: ProgramFragment

  func program() -> Program {
    let builder = ProgramBuilder()
    builder.reserve(
      start.nodeCount + body.content.nodes.count + advance.content.nodes.count + 16)
    let arguments = start.append(to: builder)
    _ = builder.append(body.content, arguments: arguments.nodes, cases: arguments.cases)
    guard case .steps(let steps) = builder.append(advance.content, arguments: [], cases: [])
    else { return Program() }
    builder.commit(advance: steps)
    return builder.finish()
  }
}
