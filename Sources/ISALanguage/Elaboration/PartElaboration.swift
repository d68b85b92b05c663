import ISACore

/// Parts of values: slices, bits, fields, and values with some fields changed.
extension ProgramElaborator {
  func slice(
    of base: ExpressionSyntax, _ first: ExpressionSyntax, _ last: ExpressionSyntax,
    span: SourceSpan
  ) -> Value? {
    guard let x = value(base), let range = range(first, last, width: x.width, at: span) else {
      return nil
    }
    return Value(
      builder.unary(.extract, x.node, width: range.width, low: range.low, at: span),
      width: range.width)
  }

  func bit(
    of base: ExpressionSyntax, at index: ExpressionSyntax, span: SourceSpan
  ) -> Value? {
    guard let x = value(base), let position = bitPosition(index, width: x.width) else { return nil }
    if let known = builder.constantValue(position) {
      return Value(
        builder.unary(.extract, x.node, width: 1, low: Int(known), at: span), width: 1)
    }
    let shifted = builder.binary(.lshr, x.node, position, at: span)
    return Value(builder.unary(.extract, shifted, width: 1, at: span), width: 1)
  }

  func member(
    _ base: ExpressionSyntax, _ member: Identifier, span: SourceSpan
  ) -> Value? {
    if case .name(let name) = base, case .operand(let instance)? = lookUp(name.text),
      member.text == "address"
    {
      guard let address = instance.address else {
        report(
          .wrongKind,
          "`\(name.text)` has no address in its case `\(instance.operandCase.name.text)`", at: span)
        return nil
      }
      return address
    }
    guard let x = value(base) else { return nil }
    guard let layout = x.layout else {
      report(.wrongKind, "this value has no layout, and so no fields", at: base.span)
      return nil
    }
    guard let field = layout[member.text] else {
      machine.reportUnknown(member, in: layout)
      fail()
      return nil
    }
    return Value(
      builder.unary(.extract, x.node, width: field.width, low: field.low, at: span),
      width: field.width, values: field.values)
  }

  func with(
    _ base: ExpressionSyntax, _ changes: [(Identifier, ExpressionSyntax)], at span: SourceSpan
  ) -> Value? {
    guard let x = value(base) else { return nil }
    guard let layout = x.layout else {
      report(.wrongKind, "`with` changes fields, and this value has no layout", at: base.span)
      return nil
    }
    let old = builder.hold(x.node, name: "old", at: base.span)
    var parts: [(low: Int, width: Int, node: ExpressionID)] = []
    for (name, syntax) in changes {
      guard let field = layout[name.text] else {
        machine.reportUnknown(name, in: layout)
        fail()
        continue
      }
      guard let new = value(syntax, width: field.width, values: field.values) else { continue }
      if parts.contains(where: { $0.low == field.low }) {
        report(.doubleWrite, "`\(name.text)` is given twice", at: name.span)
      }
      parts.append((field.low, field.width, new.node))
    }
    parts.sort { $0.low > $1.low }
    var result: ExpressionID?
    var top = layout.width
    func append(_ node: ExpressionID) {
      result = result.map { builder.binary(.concat, $0, node, at: span) } ?? node
    }
    func keep(from low: Int, to high: Int) {
      guard high > low else { return }
      append(builder.unary(.extract, old, width: high - low, low: low, at: span))
    }
    for part in parts {
      keep(from: part.low + part.width, to: top)
      append(part.node)
      top = part.low
    }
    keep(from: 0, to: top)
    return result.map { Value($0, width: layout.width, layout: layout) }
  }
}
