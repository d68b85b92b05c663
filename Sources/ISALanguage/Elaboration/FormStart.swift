import ISACore

/// The kinds of what a form binds: forms of one signature share what their statements come to.
final class FormSignature: Sendable {
  struct Key: Hashable {
    var fields: [BoundField]
    /// The signatures of the operands' pieces.
    var operands: [Int]
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

/// What a form's program starts with, in pieces.
struct FormStart: Sendable {
  var fields: [BoundField]
  var pieces: [OperandPiece]
  var signature: FormSignature
  /// Where the encoding stands.
  var encoding: SourceSpan
  /// The operands' names.
  var names: [SourceSpan]
  /// What the operands' layouts fix, in the order of the pieces.
  var constants: [UInt128]

  var nodeCount: Int { pieces.reduce(fields.count) { $0 + $1.nodeCount } }

  /// Where the operands' cases stand, in the order of the arguments.
  var cases: [SourceSpan] {
    signature.sources.flatMap { source -> [SourceSpan] in
      if case .operand(let position) = source { pieces[position].cases } else { [] }
    }
  }

  /// Appends it to an empty program.
  ///
  /// - Returns: what an instruction's statements look at.
  func append(to builder: inout ProgramBuilder) -> FragmentArguments {
    for field in fields {
      _ = builder.leaf(.field, width: field.width, a: Int32(field.index), at: encoding)
    }
    var firstNodes: [ExpressionID] = []
    var constants = constants[...]
    for (piece, name) in zip(pieces, names) {
      firstNodes.append(ExpressionID(builder.nodeCount))
      piece.append(to: &builder, at: name, &constants)
    }
    var arguments = FragmentArguments()
    for source in signature.sources {
      switch source {
      case .field(let position): arguments.nodes.append(ExpressionID(position))
      case .operand(let position):
        arguments.nodes += pieces[position].arguments.map { $0 + firstNodes[position] }
        arguments.cases += pieces[position].cases
      }
    }
    return arguments
  }

  /// What a program that goes on with some statements does with the fields.
  ///
  /// - Parameter used: the arguments that the statements depend on.
  func use(alwaysTraps: Bool, arguments used: [Int]) -> FieldUse {
    var use = FieldUse(alwaysTraps: alwaysTraps, fields: [])
    for piece in pieces {
      use.alwaysTraps = use.alwaysTraps || piece.alwaysTraps
      use.fields.formUnion(piece.fields)
    }
    var first = 0
    var remaining = used[...]
    for source in signature.sources {
      switch source {
      case .field(let position):
        if remaining.first == first {
          remaining.removeFirst()
          use.fields.insert(fields[position].index)
        }
        first += 1
      case .operand(let position):
        let piece = pieces[position]
        while let argument = remaining.first, argument < first + piece.argumentFields.count {
          remaining.removeFirst()
          use.fields.formUnion(piece.argumentFields[argument - first])
        }
        first += piece.argumentFields.count
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
    var builder = ProgramBuilder()
    builder.reserve(
      start.nodeCount + body.content.nodes.count + advance.content.nodes.count + 16)
    let arguments = start.append(to: &builder)
    _ = builder.append(body.content, arguments: arguments.nodes, cases: arguments.cases)
    guard case .steps(let steps) = builder.append(advance.content, arguments: [], cases: [])
    else { return Program() }
    builder.commit(advance: steps)
    return builder.finish()
  }
}
