import ISACore

/// What binding an operand makes of a program: the same wherever the operand is laid out so, if
/// operands have no effects that later ones could see.
///
/// Thousands of forms have operands of the same classes in the same cases. What they start with is
/// put together from pieces, and only for forms whose programs somebody looks at.
final class OperandPiece: Sendable {
  /// Fields and constants that the names of the case mean, written where the operand's name stands.
  let leaves: [Node]
  /// The operand's address, and the leaves that it is made of.
  let address: ProgramFragment?
  let addressLeaves: [ExpressionID]
  /// What an instruction's statements look at, as nodes of the piece.
  let arguments: [ExpressionID]
  /// Where the case stands.
  let cases: [SourceSpan]
  /// A number for the operand's name and the kinds of the arguments.
  let signature: Int
  let alwaysTraps: Bool
  /// Encoding fields that the piece's statements depend on, and that each of the arguments does.
  let fields: [Int]
  let argumentFields: [[Int]]

  var nodeCount: Int { leaves.count + (address?.content.nodes.count ?? 0) }

  /// - Parameter builder: has made the piece, and nothing else.
  init(
    _ builder: ProgramBuilder, leaves: Int, address: ProgramFragment?,
    addressLeaves: [ExpressionID], arguments: FragmentArguments, signature: Int
  ) {
    self.leaves = Array(builder.program.nodes[..<leaves])
    self.address = address
    self.addressLeaves = addressLeaves
    self.arguments = arguments.nodes
    cases = arguments.cases
    self.signature = signature
    let use = FieldUse(in: builder)
    alwaysTraps = use.alwaysTraps
    fields = Array(use.fields)
    argumentFields = arguments.nodes.map { Array(builder.fields(of: $0)) }
  }

  func sharesCase(with other: OperandPiece) -> Bool { cases.contains(where: other.cases.contains) }

  /// Appends the piece to a program.
  ///
  /// - Parameters:
  ///   - span: where the operand's name stands.
  ///   - constants: what the operand's layout fixes; taken from the front.
  func append(
    to builder: inout ProgramBuilder, at span: SourceSpan, _ constants: inout ArraySlice<UInt128>
  ) {
    let first = ExpressionID(builder.nodeCount)
    for leaf in leaves {
      if leaf.op == .constant {
        _ = builder.constant(constants.removeFirst(), width: Int(leaf.width), at: span)
      } else {
        _ = builder.leaf(leaf.op, width: Int(leaf.width), a: leaf.a, at: span)
      }
    }
    guard let address else { return }
    _ = builder.append(address.content, arguments: addressLeaves.map { $0 + first }, cases: [])
  }
}

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
