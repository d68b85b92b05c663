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
