import ISACore

/// What binding an operand makes of a program: the same for all operands of a kind, if operands have
/// no effects that later ones could see.
///
/// Thousands of forms have operands of the same classes in the same cases. What they start with is
/// put together from pieces, and only for forms whose programs somebody looks at.
final class OperandPiece: Sendable {
  /// Fields and constants that the names of the case mean, written where the operand's name stands;
  /// which ones they are, the operand's own leaves say.
  let leaves: [Node]
  /// The operand's address, and the leaves that it is made of.
  let address: ProgramFragment?
  let addressLeaves: [ExpressionID]
  /// What an instruction's statements look at, as nodes of the piece.
  let arguments: [ExpressionID]
  /// Where the case stands.
  let cases: [SourceSpan]
  /// A number for the kinds of the arguments.
  let signature: Int
  let alwaysTraps: Bool
  /// Encoding fields that the piece's statements depend on, and that each of the arguments does:
  /// positions among the fields of the operand's leaves.
  let fields: NumberSet
  let argumentFields: [NumberSet]

  var nodeCount: Int { leaves.count + (address?.content.nodes.count ?? 0) }

  /// - Parameter builder: has made the piece for an operand of `layout`, and nothing else.
  init(
    _ builder: ProgramBuilder, for layout: OperandLayout, leaves: Int, address: ProgramFragment?,
    addressLeaves: [ExpressionID], arguments: FragmentArguments, signature: Int
  ) {
    func positions(_ fields: NumberSet) -> NumberSet {
      var positions = NumberSet()
      for (position, field) in layout.leaves.fields.enumerated() where fields.contains(field) {
        positions.insert(position)
      }
      return positions
    }
    self.leaves = Array(builder.program.nodes[..<leaves])
    self.address = address
    self.addressLeaves = addressLeaves
    self.arguments = arguments.nodes
    cases = arguments.cases
    self.signature = signature
    let use = FieldUse(in: builder)
    alwaysTraps = use.alwaysTraps
    fields = positions(use.fields)
    argumentFields = arguments.nodes.map { positions(builder.fields(of: $0)) }
  }
}

/// An operand of a form, with the piece that it comes to.
struct OperandPart: Sendable {
  /// Where the operand's name stands.
  var name: SourceSpan
  var piece: OperandPiece
  /// Stand for the leaves of the piece.
  var leaves: OperandLayout.Leaves

  /// Appends it to a program.
  func append(to builder: ProgramBuilder) {
    let first = ExpressionID(builder.nodeCount)
    var fields = leaves.fields[...]
    var constants = leaves.constants[...]
    for leaf in piece.leaves {
      let width = Int(leaf.width)
      if leaf.op == .constant {
        _ = builder.constant(constants.removeFirst(), width: width, at: name)
      } else {
        _ = builder.leaf(leaf.op, width: width, a: Int32(fields.removeFirst()), at: name)
      }
    }
    guard let address = piece.address else { return }
    _ = builder.append(
      address.content, arguments: piece.addressLeaves.map { $0 + first }, cases: [])
  }

  /// Adds the fields of its leaves that stand at some positions.
  func add(_ positions: NumberSet, to fields: inout NumberSet) {
    if positions.isEmpty { return }
    for (position, field) in leaves.fields.enumerated() where positions.contains(position) {
      fields.insert(field)
    }
  }
}
